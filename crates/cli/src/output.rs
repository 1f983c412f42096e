//! Standard output, for programs and for the help that was asked for, and errors on standard error.

use std::io::{self, BufWriter, Write as _};
use std::process::ExitCode;

use app::{AppError, Code};

/// What a usage error exits with.
const USAGE: u8 = 2;

/// Prints all of it; whoever closes a pipe early has seen enough.
///
/// # Errors
/// [`Code::File`] where it could not be written.
pub(crate) fn print(parts: &[&str]) -> Result<(), AppError> {
    let mut printed = Printed::default();
    parts.iter().for_each(|part| printed.add(part));
    printed.end()
}

/// Something that is printed part by part. What goes wrong is told at its end; nothing is printed any more then.
#[derive(Default)]
pub(crate) struct Printed {
    out: Option<BufWriter<Box<dyn io::Write>>>,
    failed: Option<io::Error>,
    ends_line: bool,
}

impl Printed {
    /// Prints the next part.
    pub(crate) fn add(&mut self, part: &str) {
        if part.is_empty() || self.failed.is_some() {
            return;
        }
        self.ends_line = part.ends_with('\n');
        if let Err(error) = self.write(part) {
            self.failed = Some(error);
        }
    }

    fn write(&mut self, part: &str) -> io::Result<()> {
        if self.out.is_none() {
            self.out = Some(BufWriter::new(Box::new(standard_output::open()?)));
        }
        match &mut self.out {
            Some(out) => out.write_all(part.as_bytes()),
            None => Ok(()),
        }
    }

    /// As [`Printed::end`], with the end of a line where there is none.
    ///
    /// # Errors
    /// As there.
    pub(crate) fn end_line(mut self) -> Result<(), AppError> {
        if !self.ends_line {
            self.add("\n");
        }
        self.end()
    }

    /// Whoever closes a pipe early has seen enough.
    ///
    /// # Errors
    /// [`Code::File`] where it could not be written.
    fn end(mut self) -> Result<(), AppError> {
        let flushed = match (self.failed.take(), &mut self.out) {
            (Some(error), _) => Err(error),
            (None, Some(out)) => out.flush(),
            // Nothing to print; whether it could be printed is found out all the same.
            (None, None) => standard_output::open().map(drop),
        };
        match flushed {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) => {
                let message = format!("standard output could not be written: {error}");
                Err(AppError::new(Code::File, message)
                    .hint("Redirect it to a file with enough room, or to a program that reads it."))
            }
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
