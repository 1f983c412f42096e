//! The bridge as a process of its own: the app without a window, asked over HTTP.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// Starts it, and says on which port it listens. A test gives the program, since cargo tells tests alone where that is.
///
/// # Panics
/// Where it does not start.
#[track_caller]
pub fn start(command: &mut Command) -> (Child, u16) {
    let started = command.stdout(Stdio::piped()).spawn();
    let mut child = started.expect("cargo built it");
    let mut line = String::new();
    let mut lines = BufReader::new(child.stdout.take().expect("piped"));
    lines.read_line(&mut line).expect("it says where");
    let said: Value = serde_json::from_str(&line).expect("JSON");
    let listening = said["listening"].as_str().expect("a URL");
    let (_, port) = listening.rsplit_once(':').expect("a port");
    (child, port.parse().expect("a number"))
}
