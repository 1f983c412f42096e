//! `cargo xtask run`: from a fresh machine to the window, or to a Codec Server where there is no display.

use std::path::Path;
use std::process::{Command, ExitCode};

use crate::builds::{build_app, build_soak, program};
use crate::failure::{Failure, io};
use crate::node::Project;
use crate::packages::{COMPILING, WINDOW};
use crate::process::{cargo, run as run_program};
use crate::setup;

/// Builds and starts the product; `rest` goes to the program. It returns when the program ends, with its status.
///
/// # Errors
/// When the machine cannot be set up or something does not build.
pub(crate) fn run(root: &Path, release: bool, rest: &[String]) -> Result<ExitCode, Failure> {
    let (profile, flags) = if release {
        ("release", ["--release"].as_slice())
    } else {
        ("debug", [].as_slice())
    };
    if has_display() {
        setup::system(&[COMPILING, WINDOW])?;
        run_program(&mut Project::ready(root.join("ui"))?.script("build"))?;
        run_program(build_app(root).args(flags))?;
        start(root, profile, "temporal-codec-desktop", &[], rest)
    } else {
        println!("No display (DISPLAY and WAYLAND_DISPLAY are unset): serving without a window.");
        setup::system(&[COMPILING])?;
        run_program(cargo(root).args(["build", "-p", "cli"]).args(flags))?;
        start(root, profile, "temporal-codec", &["serve"], rest)
    }
}

/// Attacks the app, optimized as in a release, with honest clients beside; it prints tables.
///
/// # Errors
/// When the machine cannot be set up, or it does not build or run.
pub(crate) fn soak(root: &Path, rest: &[String]) -> Result<ExitCode, Failure> {
    setup::system(&[COMPILING])?;
    run_program(&mut build_soak(root))?;
    start(root, "release", "soak", &[], rest)
}

fn has_display() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|it| !it.is_empty());
    !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

fn start(
    root: &Path,
    profile: &str,
    name: &str,
    own: &[&str],
    rest: &[String],
) -> Result<ExitCode, Failure> {
    let mut program = program(root, profile, name);
    program.args(own).args(rest);
    println!("Starting {name}");
    let path = program.get_program().to_string_lossy().into_owned();
    replace_with(&mut program).map_err(io(path))
}

/// The program takes our place, so that Ctrl-C and SIGTERM reach it and nothing stands between.
#[cfg(unix)]
fn replace_with(program: &mut Command) -> std::io::Result<ExitCode> {
    Err(std::os::unix::process::CommandExt::exec(program))
}

#[cfg(not(unix))]
fn replace_with(program: &mut Command) -> std::io::Result<ExitCode> {
    let ok = program.status()?.success();
    Ok(if ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
