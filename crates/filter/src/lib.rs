//! jq expressions over decoded JSON.
//!
//! **Architecture invariant:** an expression may ask for endless work, endless memory and endless depth, and the interpreter cannot be
//! interrupted: it runs in a process of its own, which is this program started once more, has limits, and is ended by its parent. The
//! expression reads its input and nothing else: no file, no environment, no clock.

#![forbid(unsafe_code)]

mod evaluate;

mod functions;

mod message;

mod run;

mod worker;

pub use evaluate::{MAX_COUNTED, MAX_TEXT, MAX_VALUES};
pub use message::Input;
pub use run::{Answer, DEADLINE, Ended, NotRun, run};
pub use worker::{use_program, work_if_asked};
