//! A command's process, ended together with what it started as far as the system lets us find that: see `supervise.rs` for Linux.

use std::io;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::Words;
use super::run::{CommandError, LOOK};
use super::supervise::{self, Supervised};

/// How long a supervisor may take to end everything. More than it gives itself.
const PATIENCE: Duration = Duration::from_secs(8);

/// A command that was started; it is ended with all of its own when this is dropped.
pub(super) struct Started {
    child: Child,
    /// On Linux `child` is not the command itself, but the process that watches over it.
    supervised: Option<Supervised>,
    is_over: bool,
}

/// Starts a command. Its output is piped.
pub(super) fn start(words: &Words) -> Result<Started, CommandError> {
    if let Some((child, supervised)) = supervise::start(words)? {
        return Ok(Started {
            child,
            supervised: Some(supervised),
            is_over: false,
        });
    }
    let (program, arguments) = words.all().split_first().expect("there is a program");
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    platform::set_apart(&mut command);
    let child = command
        .spawn()
        .map_err(|error| CommandError::not_started(&error))?;
    Ok(Started {
        child,
        supervised: None,
        is_over: false,
    })
}

impl Started {
    pub(super) fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// Whether the command has ended; its process is still there to be waited for.
    pub(super) fn has_ended(&mut self) -> Result<bool, CommandError> {
        platform::has_ended(&mut self.child).map_err(|_| CommandError::Unreadable)
    }

    /// Ends what is left of it, and gives its exit status; `None` where a signal ended it.
    pub(super) fn end(mut self) -> Result<Option<i32>, CommandError> {
        let status = self.end_all();
        match &mut self.supervised {
            Some(supervised) => supervised.status(),
            None => status.map_err(|_| CommandError::Unreadable),
        }
    }

    fn end_all(&mut self) -> io::Result<Option<i32>> {
        self.is_over = true;
        if let Some(supervised) = &mut self.supervised {
            supervised.tell_to_end();
            let end = Instant::now() + PATIENCE;
            while Instant::now() < end && matches!(platform::has_ended(&mut self.child), Ok(false))
            {
                thread::sleep(LOOK / 4);
            }
        }
        platform::end_group(&mut self.child);
        self.child.kill().ok();
        Ok(self.child.wait()?.code())
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        if !self.is_over {
            self.end_all().ok();
        }
    }
}

#[cfg(unix)]
pub(super) mod platform {
    use std::io;
    use std::os::unix::process::CommandExt as _;
    use std::process::{Child, Command};

    use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

    /// In a process group of its own, with everything that it starts and that does not leave it.
    pub(in super::super) fn set_apart(command: &mut Command) {
        command.process_group(0);
    }

    /// It is not reaped: until then its number, and that of its group, is not another's.
    pub(in super::super) fn has_ended(child: &mut Child) -> io::Result<bool> {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        Ok(waitid(WaitId::Pid(Pid::from_child(child)), options)?.is_some())
    }

    /// Call it before the child is waited for.
    pub(in super::super) fn end_group(child: &mut Child) {
        // All of it may have ended already.
        kill_process_group(Pid::from_child(child), Signal::KILL).ok();
    }
}

#[cfg(not(unix))]
mod platform {
    use std::io;
    use std::process::{Child, Command, Stdio};

    #[cfg(windows)]
    pub(super) fn set_apart(command: &mut Command) {
        use std::os::windows::process::CommandExt as _;
        /// `CREATE_NO_WINDOW`: no console flashes up beside the app's window.
        const NO_WINDOW: u32 = 0x0800_0000;
        command.creation_flags(NO_WINDOW);
    }

    #[cfg(not(windows))]
    pub(super) fn set_apart(_command: &mut Command) {}

    pub(super) fn has_ended(child: &mut Child) -> io::Result<bool> {
        Ok(child.try_wait()?.is_some())
    }

    /// With its children, by the system's own tool. It finds none of one that has ended.
    pub(super) fn end_group(child: &mut Child) {
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        let mut end = Command::new("taskkill");
        end.args(["/T", "/F", "/PID", &child.id().to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        set_apart(&mut end);
        end.status().ok();
    }
}
