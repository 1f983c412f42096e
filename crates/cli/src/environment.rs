//! `temporal-codec env`: the Temporal CLI of one terminal.

use std::process::ExitCode;

use app::AppError;

use crate::args::Environment;
use crate::{input, output};

/// Prints lines for a shell.
pub(crate) fn run(args: &Environment) -> Result<ExitCode, AppError> {
    let shell = args.shell.into();
    if args.undo {
        output::print(&[&app::undo_terminal_environment(shell)])?;
        return Ok(ExitCode::SUCCESS);
    }
    let endpoint = match args.port {
        Some(port) => app::endpoint(port),
        None => input::set_endpoint()?,
    };
    let token = args.token.as_deref().map(input::read_token).transpose()?;
    let token = token.as_ref().map(|token| token.as_slice());
    let lines = app::terminal_environment(shell, &endpoint, token)?;
    output::print(&[&lines])?;
    Ok(ExitCode::SUCCESS)
}
