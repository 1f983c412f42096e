//! Why a command gave no output.

use std::io;
use std::time::Duration;

/// The longest output that is read, in bytes.
pub const MAX_OUTPUT_BYTES: usize = 64 << 10;

/// A command gave no output. Nothing that it printed is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// There is no such program.
    #[error("the program was not found")]
    NotFound,
    /// The program could not be started.
    #[error("the program could not be started: {0}")]
    NotStarted(io::ErrorKind),
    /// It failed.
    #[error("the command failed with exit status {0}")]
    Failed(i32),
    /// It failed, and said that access was denied.
    #[error("the command was denied access")]
    Denied,
    /// It failed, and said that nobody is signed in.
    #[error("the command needs you to sign in")]
    NotSignedIn,
    /// A signal ended it.
    #[error("the command was terminated by a signal")]
    Killed,
    /// It did not end in time, and was ended.
    #[error("the command did not finish within {} seconds", .0.as_secs_f32())]
    TimedOut(Duration),
    /// It was no longer wanted, and was ended.
    #[error("the command was canceled")]
    Canceled,
    /// It printed more than is read, and was ended.
    #[error("the command printed more than {MAX_OUTPUT_BYTES} bytes")]
    TooMuchOutput,
    /// It succeeded, and printed nothing.
    #[error("the command printed nothing")]
    NoOutput,
    /// Its output could not be read.
    #[error("the command's output could not be read")]
    Unreadable,
}

impl CommandError {
    pub(super) fn not_started(error: &io::Error) -> Self {
        let kind = error.kind();
        match kind == io::ErrorKind::NotFound {
            true => CommandError::NotFound,
            false => CommandError::NotStarted(kind),
        }
    }
}
