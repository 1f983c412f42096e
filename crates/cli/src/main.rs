//! `temporal-codec`: the Codec Server and the decoder for a machine without a screen, and for pipes.
//!
//! **Architecture invariant:** no decision is made here; arguments are read, `app` is asked, and its answer is printed.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use app::AppError;
use clap::Parser as _;

mod args;

mod input;

mod logging;

mod serve;

mod transform;

fn main() -> ExitCode {
    let args = args::Args::parse();
    logging::start(!matches!(args.command, args::Command::Serve(_)));
    app::report_panics_without_content();
    let ended = match args.command {
        args::Command::Serve(serve) => serve::run(&serve),
        args::Command::Decode(document) => transform::run(&document, app::Direction::Decode),
        args::Command::Encode(document) => transform::run(&document, app::Direction::Encode),
    };
    match ended {
        Ok(code) => code,
        Err(error) => {
            tell(&error);
            ExitCode::FAILURE
        }
    }
}

/// What happened, and what to do now.
pub(crate) fn tell(error: &AppError) {
    say(&error.message);
    say(&error.hint);
}

/// A line for people; standard output is for programs.
#[allow(clippy::print_stderr, reason = "a command line speaks on stderr")]
pub(crate) fn say(line: &str) {
    eprintln!("{line}");
}
