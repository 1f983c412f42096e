//! Commands that print a key, such as `op read …` or `vault kv get …`: split into words without a shell, and run bounded.
//!
//! What is run is exactly the words that [`CommandLine::words`] gives, so that people can be shown them and asked first. Whoever
//! needs more of a shell than quotes writes a script. The command's errors are not read: they may hold secrets.

mod run;

mod process;

mod supervise;

mod pipe;

mod platform;

mod error;

mod errors;

mod command_line;

pub use command_line::{BadCommand, CommandLine, MAX_COMMAND_BYTES};
pub use error::{CommandError, MAX_OUTPUT_BYTES};
pub use run::{DEADLINE, run, run_with_input};
pub use supervise::supervise_if_asked;
