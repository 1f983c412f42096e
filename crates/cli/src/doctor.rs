//! `temporal-codec doctor`: what keeps clients from the Codec Server, as far as that is seen from outside of it.

use std::process::ExitCode;

use app::AppError;

use crate::args::Doctor;
use crate::{input, output};

/// Prints what was found; fails where something does not work.
pub(crate) fn run(args: &Doctor) -> Result<ExitCode, AppError> {
    let token = args.token.as_deref().map(input::read_token).transpose()?;
    let token = token.as_ref().map(|token| token.as_slice());
    let runtime = input::runtime()?;
    let app = input::app_to_look(runtime.handle().clone())?;
    // What the Temporal CLI of this terminal reads, escaped where it is shown.
    let endpoint = std::env::var_os("TEMPORAL_CODEC_ENDPOINT");
    let endpoint = endpoint.map(|endpoint| endpoint.to_string_lossy().into_owned());
    let found = app.doctor().look_from_outside(args.port, endpoint, token)?;
    let text = found.lines.join("\n") + "\n";
    output::print(&[&text])?;
    Ok(match found.is_well {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
