//! `cargo xtask bench`: what is measured, and what has to be built for it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::arguments::Bench;
use crate::builds::{build_app, on_a_screen};
use crate::failure::Failure;
use crate::node::Project;
use crate::packages::{COMPILING, TESTING, WINDOW};
use crate::process::{cargo, run as run_program};
use crate::setup;

/// Measures decoding, whole servers, histories and the real window, optimized as in a release; it prints tables.
///
/// # Errors
/// When the machine cannot be set up, or it does not build or run.
pub(crate) fn bench(root: &Path, what: &Bench) -> Result<ExitCode, Failure> {
    match what {
        Bench::All => {
            bench(root, &Bench::Decode)?;
            bench(root, &Bench::Server { rest: Vec::new() })?;
            bench(root, &Bench::History)?;
            return bench(root, &Bench::Window);
        }
        Bench::Decode => {
            setup::system(&[COMPILING])?;
            run_program(cargo(root).args(["bench", "-p", "tests", "--bench", "decode"]))?;
        }
        Bench::Server { rest } => {
            setup::system(&[COMPILING])?;
            run_program(cargo(root).args(["build", "--release", "-p", "cli"]))?;
            let mut server = cargo(root);
            server.args(["bench", "-p", "tests", "--bench", "decode", "--", "server"]);
            run_program(server.args(rest.iter().map(in_full)))?;
        }
        Bench::History => {
            setup::system(&[COMPILING])?;
            let history = ["bench", "-p", "tests", "--bench", "decode", "--", "history"];
            run_program(cargo(root).args(history))?;
        }
        Bench::Window => {
            setup::system(&[COMPILING, WINDOW, TESTING])?;
            run_program(&mut Project::ready(root.join("ui"))?.script("build"))?;
            run_program(build_app(root).arg("--release"))?;
            // Built before the screen is there, so that a build cannot outlive it.
            run_program(cargo(root).args(["bench", "-p", "tests", "--no-run"]))?;
            let arguments = ["bench", "-p", "tests", "--bench", "window"];
            run_program(&mut on_a_screen(root, &arguments))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// cargo starts a bench in the folder of its package; a file is one of whoever started this.
fn in_full(argument: &String) -> PathBuf {
    let path = Path::new(argument);
    match argument.starts_with("--") {
        true => path.to_path_buf(),
        false => std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()),
    }
}
