//! An extension server as Temporal Proxy asks it, of another implementation of gRPC: `tests/extension/server.py`.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// The server, until it is dropped.
pub struct ExtensionServer {
    child: Child,
    address: String,
    log: PathBuf,
}

impl ExtensionServer {
    /// Starts it, with its log in this folder.
    ///
    /// # Panics
    /// Where it does not start.
    #[track_caller]
    pub fn start(folder: &Path) -> Self {
        let entry = Path::new(env!("CARGO_MANIFEST_DIR")).join("extension/run.py");
        let log = folder.join("questions.log");
        let started = Command::new("python3")
            .arg(entry)
            .arg(&log)
            .stdout(Stdio::piped())
            .spawn();
        let mut child = started.expect("python3");
        let mut line = String::new();
        let mut lines = BufReader::new(child.stdout.take().expect("piped"));
        lines.read_line(&mut line).expect("it says where");
        let said: Value = serde_json::from_str(&line).expect("JSON");
        let address = said["listening"].as_str().expect("an address").to_owned();
        ExtensionServer {
            child,
            address,
            log,
        }
    }

    /// `grpc://127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What it was asked so far.
    ///
    /// # Panics
    /// Where its log is none.
    pub fn questions(&self) -> Vec<Value> {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        log.lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    }

    /// A wrapped key that makes it do this; `rest` is what it turns around, or answers with.
    pub fn wrapped(word: &str, rest: &[u8]) -> Vec<u8> {
        [word.as_bytes(), b":", rest].concat()
    }

    /// A data key as it wraps it: each byte with its bits turned around.
    pub fn wrap(key: &[u8]) -> Vec<u8> {
        let turned: Vec<u8> = key.iter().map(|byte| !byte).collect();
        Self::wrapped("key", &turned)
    }
}

impl Drop for ExtensionServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
