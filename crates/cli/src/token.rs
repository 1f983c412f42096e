//! `temporal-codec token`: a token for a program, and its entry in an access file.

use std::process::ExitCode;

use app::AppError;

use crate::args::Token;
use crate::output;

/// Makes a token, and prints it once.
pub(crate) fn run(args: &Token) -> Result<ExitCode, AppError> {
    let made = app::make_program_token(&args.name)?;
    output::print(&[&made, "\n"])?;
    Ok(ExitCode::SUCCESS)
}
