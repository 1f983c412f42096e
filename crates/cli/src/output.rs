//! Standard output, for programs and for the help that was asked for, and errors on standard error.

use std::io::{self, Write as _};
use std::process::ExitCode;

use app::{AppError, Code};

/// What a usage error exits with.
const USAGE: u8 = 2;

/// Prints all of it; whoever closes a pipe early has seen enough.
///
/// # Errors
/// [`Code::File`] where it could not be written.
pub(crate) fn print(parts: &[&str]) -> Result<(), AppError> {
    let print = || {
        let mut out = standard_output::open()?;
        for part in parts {
            out.write_all(part.as_bytes())?;
        }
        out.flush()
    };
    match print() {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => {
            let message = format!("standard output could not be written: {error}");
            Err(AppError::new(Code::File, message)
                .hint("Redirect it to a file with enough room, or to a program that reads it."))
        }
    }
}

/// The help or the version where that was asked for; on standard error, what is wrong with the arguments, where `is_json`
/// without the lines that keep its parts apart.
pub(crate) fn print_help(not_run: &clap::Error, is_json: bool) -> Result<ExitCode, AppError> {
    let text = not_run.render();
    if not_run.use_stderr() {
        // Arguments are quoted in it, and may come from anywhere.
        let lines = text.to_string();
        let lines = lines.lines().filter(|line| !is_json || !line.is_empty());
        lines.for_each(logging::fail);
        return Ok(ExitCode::from(USAGE));
    }
    let is_seen_by_people = io::IsTerminal::is_terminal(&io::stdout());
    let text = if is_seen_by_people {
        text.ansi().to_string()
    } else {
        text.to_string()
    };
    print(&[&text]).map(|()| ExitCode::SUCCESS)
}

/// What went wrong, and what to do now, on standard error.
pub(crate) fn tell(error: &AppError) {
    said(error).for_each(logging::fail);
}

/// As [`tell`], of what is done all the same.
pub(crate) fn warn(error: &AppError) {
    said(error).for_each(logging::warn);
}

fn said(error: &AppError) -> impl Iterator<Item = &str> {
    let lines = [error.message.as_str(), &error.hint];
    lines.into_iter().filter(|line| !line.is_empty())
}
