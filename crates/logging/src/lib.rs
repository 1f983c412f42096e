//! What the programs say of themselves: their log and standard error.
//!
//! **Architecture invariant:** saying something never ends, stops or slows what a program is for. What cannot be written is
//! dropped and counted; lines that repeat are counted; memory and files are bounded; and no line has a character that a terminal
//! obeys.
//!
//! A crate of its own, because both shells need all of it, and `app` must not know that there is a subscriber.

#![forbid(unsafe_code)]

mod start;

mod panics;

mod events;

mod format;

mod fold;

mod queue;

mod rotating_file;

mod stderr;

mod core_dumps;

pub use core_dumps::{CORE_DUMPS, forbid_core_dumps};
pub use format::Format;
pub use panics::report_panics_without_content;
pub use queue::WhenFull;
pub use start::{LogFile, Logging, fail, say, shut_down, start, warn};
