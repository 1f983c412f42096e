//! Commands that more than one task runs: what is built, what was built, and cargo on a screen of its own.

use std::path::Path;
use std::process::Command;

use crate::process::cargo;

/// With these, every task of a test run sees every crate with the same features: other ones would build the dependencies
/// again. The UI is inside the desktop app, so it has to be built before.
pub(crate) const WHOLE_WORKSPACE: [&str; 3] =
    ["--workspace", "--features", "desktop/custom-protocol"];

/// The command that builds the desktop app alone, with the UI inside.
pub(crate) fn build_app(root: &Path) -> Command {
    let mut build = cargo(root);
    build.args(["build", "-p", "desktop", "--features", "custom-protocol"]);
    build
}

/// The command that builds the attackers and the programs they attack, optimized as in a release.
pub(crate) fn build_soak(root: &Path) -> Command {
    let mut build = cargo(root);
    build
        .args(["build", "--release", "-p", "tests", "-p", "cli"])
        .args([
            "--bin",
            "bridge",
            "--bin",
            "soak",
            "--bin",
            "temporal-codec",
        ]);
    build
}

/// A program that was built with `profile`.
pub(crate) fn program(root: &Path, profile: &str, name: &str) -> Command {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), Into::into);
    let path = root.join(target).join(profile).join(name);
    Command::new(path.with_extension(std::env::consts::EXE_EXTENSION))
}

/// Runs cargo with a session bus and a screen of its own; tests take pictures of it.
pub(crate) fn on_a_screen(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("dbus-run-session");
    command
        .arg("--")
        .args(WITH_SCREEN)
        .arg(cargo(root).get_program())
        .args(arguments)
        .current_dir(root);
    command
}

const WITH_SCREEN: [&str; 4] = [
    "xvfb-run",
    "-a",
    "-s",
    "-screen 0 1280x800x24 -nolisten tcp",
];
