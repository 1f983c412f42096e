//! `cargo xtask`: sets a fresh machine up, then runs or tests the product.
//!
//! It uses nothing but the standard library, so that it starts within seconds on a machine that has only Rust.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool speaks on its standard streams"
)]

mod arguments;
mod bench;
mod builds;
mod count;
mod failure;
mod fuzz;
mod help;
mod home;
mod node;
mod packages;
mod process;
mod run;
mod setup;
mod steps;
mod test;
mod tree;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use arguments::Task;
use failure::Failure;

fn main() -> ExitCode {
    if let Some(compiled) = fuzz::as_rustc() {
        return compiled;
    }
    let arguments = std::env::args().skip(1).collect::<Vec<_>>();
    let done = match arguments::parse(&arguments) {
        Ok(Task::Help) => {
            println!("{}", help::HELP);
            Ok(ExitCode::SUCCESS)
        }
        Ok(Task::Run { release, rest }) => run::run(&root(), release, &rest),
        Ok(Task::Test(chosen)) => test::test(&root(), &chosen),
        Ok(Task::Bench(what)) => bench::bench(&root(), &what),
        Ok(Task::Soak { rest }) => run::soak(&root(), &rest),
        Ok(Task::Fuzz(wanted)) => fuzz::fuzz(&root(), &wanted),
        Err(usage) => Err(usage),
    };
    done.unwrap_or_else(|failure: Failure| {
        eprintln!("xtask: {failure}");
        ExitCode::FAILURE
    })
}

/// The root of the repository. Cargo names the folder of this crate when it runs it; a binary that is started by hand
/// falls back to where it was compiled.
fn root() -> PathBuf {
    let own = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    own.parent().map_or(own.clone(), Path::to_path_buf)
}
