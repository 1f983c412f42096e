//! The process under attack. It is ended when it is dropped.

use std::io::{self, BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use serde_json::Value;

/// A program of this build in a process of its own.
pub(crate) struct Process {
    child: Mutex<Child>,
    id: u32,
}

impl Process {
    /// Starts a program that was built beside this one, and waits for the line that it prints when it is ready.
    ///
    /// # Errors
    /// Where it is not built, or does not start.
    pub(crate) async fn start(
        name: &str,
        with: impl FnOnce(&mut Command),
    ) -> io::Result<(Self, Value)> {
        let own = std::env::current_exe()?;
        let program = own.with_file_name(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        let mut command = Command::new(&program);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        with(&mut command);
        let mut child = command
            .spawn()
            .map_err(|error| io::Error::other(format!("{}: {error}", program.display())))?;
        let stdout = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let process = Process {
            id: child.id(),
            child: Mutex::new(child),
        };
        let line = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            BufReader::new(stdout).read_line(&mut line)?;
            io::Result::Ok(line)
        });
        let ready = serde_json::from_str(&line.await??)?;
        Ok((process, ready))
    }

    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    pub(crate) fn is_alive(&self) -> bool {
        let mut child = self.child.lock().expect("no panic");
        matches!(child.try_wait(), Ok(None))
    }

    /// The memory that it has; nothing where the system has no `/proc`.
    pub(crate) fn resident_bytes(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id)).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kib << 10)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail for a process that has ended, which is what is wanted.
        if let Ok(child) = self.child.get_mut() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
