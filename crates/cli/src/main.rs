//! `temporal-codec`: the Codec Server and the decoder for a machine without a screen, and for pipes.
//!
//! **Architecture invariant:** no decision is made here; arguments are read, `app` is asked, and its answer is printed.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::Parser as _;
use logging::{Format, Logging, WhenFull};

mod args;

mod authority;

mod compare;

mod doctor;

mod environment;

mod input;

mod output;

mod reload;

mod serve;

mod token;

mod transform;

use args::{Args, Command};

fn main() -> ExitCode {
    // Before anything else: this process may only be there to watch over a command.
    if let Some(code) = app::supervise_if_asked() {
        return code;
    }
    let args = Args::try_parse();
    let logging = logging_of(args.as_ref().ok().map(|args| &args.command));
    let is_json = logging.format == Format::Json;
    logging::start(logging);
    logging::report_panics_without_content();
    logging::forbid_core_dumps();
    let ended = match args {
        Err(not_run) => output::print_help(&not_run, is_json),
        Ok(args) => match args.command {
            Command::Serve(serve) => serve::run(&serve),
            Command::Decode(decode) => transform::decode(&decode),
            Command::Compare(compare) => compare::run(&compare),
            Command::Authority { command } => authority::run(command),
            Command::Doctor(doctor) => doctor::run(&doctor),
            Command::Env(environment) => environment::run(&environment),
            Command::Token(token) => token::run(&token),
            Command::Encode(encode) => transform::encode(&encode),
        },
    };
    let code = ended.unwrap_or_else(|error| {
        output::tell(&error);
        ExitCode::FAILURE
    });
    logging::shut_down();
    code
}

/// A server says what it does, and never waits for whoever reads that. In a pipe, standard error is for what could not be
/// decoded, and nothing of it is lost.
fn logging_of(command: Option<&Command>) -> Logging {
    let serves = matches!(command, Some(Command::Serve(_)));
    let format = match command {
        Some(Command::Serve(serve)) => serve.log_format.into(),
        Some(_) => Format::Text,
        None => args::log_format_of(std::env::args_os()),
    };
    let (filter, when_full) = if serves {
        (
            "warn,app=info,codec_server=info,temporal_codec=info",
            WhenFull::Drop,
        )
    } else {
        ("warn", WhenFull::Wait)
    };
    Logging {
        filter,
        format,
        on_stderr: true,
        when_full,
        file: None,
    }
}
