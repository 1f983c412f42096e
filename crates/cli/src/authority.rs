//! `temporal-codec authority`: whom to trust for `serve --https`.

use std::process::ExitCode;

use app::AppError;

use crate::output;

/// Prints the certificate of this machine's authority.
pub(crate) fn run() -> Result<ExitCode, AppError> {
    output::print(&[&app::local_authority_certificate()?])?;
    Ok(ExitCode::SUCCESS)
}
