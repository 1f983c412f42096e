//! A tool of the system that changes what is trusted: run without a shell, with the certificate on standard input, a deadline, and a
//! bound on what it prints.

use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use temporal_payload::shown;

/// More than any list of certificates.
const MAX_OUTPUT: u64 = 4 << 20;
/// Characters of the tool's own words.
const MAX_WORDS: usize = 300;

/// The tool, and how long one call of it may take.
pub(super) struct Tool {
    /// What it is called.
    name: &'static str,
    program: PathBuf,
    patience: Duration,
}

/// Why the tool did not do it.
#[derive(Debug, thiserror::Error)]
pub(super) enum ToolError {
    #[error("{0} is not installed")]
    Missing(&'static str),
    #[error("{0} could not be run: {1}")]
    NotRun(&'static str, std::io::Error),
    #[error("{0} did not end within {1} seconds")]
    TooSlow(&'static str, u64),
    #[error("{0} said: {1}")]
    Said(&'static str, String),
}

impl Tool {
    /// The tool with this name, by its name in `PATH` or at its path.
    pub(super) fn new(name: &'static str, program: impl Into<PathBuf>, patience: Duration) -> Self {
        Tool {
            name,
            program: program.into(),
            patience,
        }
    }

    /// What it is called.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// What it prints, given these bytes.
    ///
    /// # Errors
    /// [`ToolError`]; its own words where it fails.
    pub(super) fn run(&self, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, ToolError> {
        let not_run = |error| ToolError::NotRun(self.name, error);
        let mut child = Command::new(&self.program)
            .args(arguments)
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| match error.kind() == std::io::ErrorKind::NotFound {
                true => ToolError::Missing(self.name),
                false => not_run(error),
            })?;
        // A certificate fits into a pipe. Where the tool has ended already, it says why.
        if let Some(mut stdin) = child.stdin.take() {
            let _ = stdin.write_all(input);
        }
        let read = |stream: Option<Box<dyn std::io::Read + Send>>| {
            std::thread::spawn(move || {
                let mut bytes = Vec::new();
                if let Some(stream) = stream {
                    // What was read until it broke off is all there is.
                    let _ = stream.take(MAX_OUTPUT).read_to_end(&mut bytes);
                }
                bytes
            })
        };
        let stdout = read(child.stdout.take().map(|stream| Box::new(stream) as _));
        let stderr = read(child.stderr.take().map(|stream| Box::new(stream) as _));
        let begun = Instant::now();
        let status = loop {
            match child.try_wait().map_err(not_run)? {
                Some(status) => break status,
                None if begun.elapsed() > self.patience => {
                    // It may have ended meanwhile.
                    let _ = child.kill();
                    let _ = child.wait();
                    return Err(ToolError::TooSlow(self.name, self.patience.as_secs()));
                }
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        };
        let (stdout, stderr) = (stdout.join(), stderr.join());
        match status.success() {
            true => Ok(stdout.unwrap_or_default()),
            false => {
                let words = stderr.unwrap_or_default();
                let words = String::from_utf8_lossy(&words);
                let prefix = format!("{}:", self.name);
                let words = words.trim().trim_start_matches(prefix.as_str()).trim();
                let words = match words.is_empty() {
                    true => status.to_string(),
                    false => shown(words, MAX_WORDS),
                };
                Err(ToolError::Said(self.name, words))
            }
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str, seconds: u64) -> Result<Vec<u8>, ToolError> {
        let tool = Tool::new("sh", "/bin/sh", Duration::from_secs(seconds));
        tool.run(&["-c", script], b"given")
    }

    #[test]
    fn what_it_prints_and_why_it_does_not() {
        assert_eq!(shell("cat", 20).expect("ends"), b"given");
        let said = |script, seconds| shell(script, seconds).expect_err("fails").to_string();
        assert_eq!(
            said("echo 'sh: no such thing' >&2; exit 1", 20),
            "sh said: no such thing"
        );
        assert_eq!(said("exit 126", 20), "sh said: exit status: 126");
        assert_eq!(said("exec sleep 60", 0), "sh did not end within 0 seconds");
        let missing = Tool::new("nothing", "/nonexistent/nothing", Duration::from_secs(1));
        let error = missing.run(&[], b"").expect_err("is not there");
        assert_eq!(error.to_string(), "nothing is not installed");
    }
}
