//! Why a task could not go on, as a sentence for the person at the terminal.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Everything that stops a task.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line asks for something that does not exist.
    Usage(String),
    /// The machine lacks something that this tool cannot or must not install.
    Machine(String),
    /// A program ended with a failure status.
    Program { line: String, status: String },
    /// A program did not end in time and was killed.
    TimedOut { line: String, limit: Duration },
    /// A program or a file could not be opened.
    Io {
        what: String,
        source: std::io::Error,
    },
    /// A folder or file that a step needs is not in the checkout.
    Absent(PathBuf),
    /// What a step checked does not hold.
    Broken(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Usage(text) => write!(f, "{text}\n\n{}", crate::help::HELP),
            Failure::Machine(text) | Failure::Broken(text) => f.write_str(text),
            Failure::Program { line, status } => write!(f, "`{line}` failed ({status})"),
            Failure::TimedOut { line, limit } => {
                let minutes = limit.as_secs() / 60;
                write!(
                    f,
                    "`{line}` did not end within {minutes} minutes and was killed"
                )
            }
            Failure::Io { what, source } => write!(f, "{what}: {source}"),
            Failure::Absent(path) => write!(f, "{} does not exist", path.display()),
        }
    }
}

/// Attaches what was being done to an I/O error.
pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Failure {
    let what = what.into();
    move |source| Failure::Io { what, source }
}
