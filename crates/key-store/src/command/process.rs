//! A command's process, ended together with what it started as far as the system lets us find that: see `supervise.rs` for Linux.

use std::io::{self, Write as _};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::CommandLine;
use super::error::CommandError;
use super::errors::{Ended, Listening};
use super::platform;
use super::supervise::{self, Supervised};

/// How long a supervisor may take to end everything. More than it gives itself.
const PATIENCE: Duration = Duration::from_secs(8);

/// How often it is looked whether a supervisor has ended.
const LOOK: Duration = Duration::from_millis(5);

/// A command that was started; it is ended with all of its own when this is dropped.
pub(super) struct Started {
    child: Child,
    /// On Linux `child` is not the command itself, but the process that watches over it.
    supervised: Option<Supervised>,
    errors: Option<Listening>,
    is_over: bool,
}

/// Starts a command. Its output is piped. With an input it is listened to, too: why it fails, in words that are known.
pub(super) fn start(command: &CommandLine, input: Option<&[u8]>) -> Result<Started, CommandError> {
    if let Some((child, supervised)) = supervise::start(command, input)? {
        return Ok(Started {
            child,
            supervised: Some(supervised),
            errors: None,
            is_over: false,
        });
    }
    let piped = || match input {
        Some(_) => Stdio::piped(),
        None => Stdio::null(),
    };
    let (program, arguments) = command.words().split_first().expect("there is a program");
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(piped())
        .stdout(Stdio::piped())
        .stderr(piped());
    platform::set_apart(&mut command);
    let mut child = command
        .spawn()
        .map_err(|error| CommandError::not_started(&error))?;
    if let (Some(mut pipe), Some(input)) = (child.stdin.take(), input) {
        let input = input.to_vec();
        // It need not read it; the pipe is closed with it.
        thread::spawn(move || pipe.write_all(&input).ok());
    }
    Ok(Started {
        errors: child.stderr.take().map(Listening::to),
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

    /// Ends what is left of it, and tells how it ended.
    pub(super) fn end(mut self) -> Result<Ended, CommandError> {
        let status = self.end_all();
        match &mut self.supervised {
            Some(supervised) => supervised.status(),
            None => Ok(Ended {
                code: status.map_err(|_| CommandError::Unreadable)?,
                said: self.errors.take().and_then(Listening::said),
            }),
        }
    }

    fn end_all(&mut self) -> io::Result<Option<i32>> {
        self.is_over = true;
        if let Some(supervised) = &mut self.supervised {
            supervised.tell_to_end();
            let end = Instant::now() + PATIENCE;
            while Instant::now() < end && matches!(platform::has_ended(&mut self.child), Ok(false))
            {
                thread::sleep(LOOK);
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
