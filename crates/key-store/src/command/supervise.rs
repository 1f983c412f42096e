//! The process between a program and a command that it runs, on Linux: whatever the command starts stays below it, also what has
//! left its process group, its session and its parent, so that all of it can be ended.
//!
//! Linux gives a process whose parent ended to the nearest ancestor that asked for such orphans. The program itself must not ask:
//! a desktop app starts browsers and the processes of its web view, and could not tell their orphans from the command's. So it
//! starts itself once more, and that process has no children but the command's. It ends only its direct children, whose numbers
//! cannot become another's before it has waited for them; theirs are then its own.
//!
//! Its standard input is the line to the program: once that is closed, also because the program was killed, everything is ended.
//! Its standard output is the command's. On its standard error it says how the command ended.

#[cfg(not(target_os = "linux"))]
pub use elsewhere::supervise_if_asked;
#[cfg(not(target_os = "linux"))]
pub(super) use elsewhere::{Supervised, start};
#[cfg(target_os = "linux")]
pub use linux::supervise_if_asked;
#[cfg(target_os = "linux")]
pub(super) use linux::{Supervised, start};

#[cfg(target_os = "linux")]
mod linux {
    use std::ffi::OsString;
    use std::fs;
    use std::io::{self, Read as _, Write as _};
    use std::os::unix::process::CommandExt as _;
    use std::process::{Child, ChildStderr, ChildStdin, Command, ExitCode, Stdio};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;
    use std::time::{Duration, Instant};

    use rustix::process::{
        Pid, Signal, WaitOptions, getpid, kill_process, set_child_subreaper, wait,
    };

    use super::super::CommandLine;
    use super::super::error::CommandError;
    use super::super::platform;

    /// The first argument of a process that is to supervise the command in the others.
    const ARGUMENT: &str = "supervise-key-command";

    /// How often a supervisor looks whether the command has ended, or is to end.
    const LOOK: Duration = Duration::from_millis(10);

    /// What runs as another user, or hangs in the kernel, cannot be ended: it is left behind after this long.
    const GIVE_UP: Duration = Duration::from_secs(5);

    /// Whether this program, started once more, would supervise.
    static IS_POSSIBLE: AtomicBool = AtomicBool::new(false);

    /// For the first line of `main`: supervises a command where this process was started for that, and gives the process's exit
    /// code. Otherwise `None`, and from now on [`run`](crate::command::run) starts this program to supervise.
    pub fn supervise_if_asked() -> Option<ExitCode> {
        let mut arguments = std::env::args_os().skip(1);
        if arguments.next().is_none_or(|first| first != ARGUMENT) {
            IS_POSSIBLE.store(true, Ordering::Relaxed);
            return None;
        }
        let words: Vec<OsString> = arguments.collect();
        let report = match supervise(&words) {
            Ok(Some(code)) => format!("exit {code}"),
            Ok(None) => "signal".to_owned(),
            Err(error) => format!("error {}", error.raw_os_error().unwrap_or_default()),
        };
        // Nobody may be there to read it.
        io::stderr().write_all(report.as_bytes()).ok();
        Some(ExitCode::SUCCESS)
    }

    /// Runs the command to its end, or until the line is closed, and ends what is left.
    fn supervise(words: &[OsString]) -> io::Result<Option<i32>> {
        let (program, arguments) = words.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        set_child_subreaper(Some(getpid()))?;
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            // A script that ends its own group must not end this process.
            .process_group(0)
            .spawn()?;
        let is_unwanted = Arc::new(AtomicBool::new(false));
        let closed = Arc::clone(&is_unwanted);
        thread::spawn(move || {
            io::copy(&mut io::stdin(), &mut io::sink()).ok();
            closed.store(true, Ordering::Relaxed);
        });
        while !is_unwanted.load(Ordering::Relaxed) && !platform::has_ended(&mut child)? {
            thread::sleep(LOOK);
        }
        platform::end_group(&mut child);
        child.kill().ok();
        let status = child.wait();
        end_children();
        Ok(status?.code())
    }

    /// Ends this process's children until there are none: those of an ended one become its own.
    fn end_children() {
        let end = Instant::now() + GIVE_UP;
        while Instant::now() < end {
            for child in children() {
                kill_process(child, Signal::KILL).ok();
            }
            loop {
                match wait(WaitOptions::NOHANG) {
                    Ok(Some(_)) => {}
                    Ok(None) => break,
                    Err(_) => return,
                }
            }
            thread::yield_now();
        }
    }

    /// The direct children, each as soon as it is found: it may be about to start another and to end.
    fn children() -> impl Iterator<Item = Pid> {
        let own = getpid();
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        entries.filter_map(move |entry| {
            let id = entry.file_name().to_str()?.parse().ok()?;
            let stat = fs::read(entry.path().join("stat")).ok()?;
            (parent(&stat)? == own.as_raw_pid()).then(|| Pid::from_raw(id))?
        })
    }

    /// The parent's number. A program's name, in parentheses before it, may hold anything.
    fn parent(stat: &[u8]) -> Option<i32> {
        let name_end = stat.iter().rposition(|&byte| byte == b')')?;
        let fields = std::str::from_utf8(&stat[name_end + 1..]).ok()?;
        fields.split_ascii_whitespace().nth(1)?.parse().ok()
    }

    /// The program's side.
    pub(in super::super) struct Supervised {
        line: Option<ChildStdin>,
        report: Option<ChildStderr>,
    }

    /// Starts a supervisor with the command, its output piped. `None` where this program would not supervise.
    pub(in super::super) fn start(
        line: &CommandLine,
    ) -> Result<Option<(Child, Supervised)>, CommandError> {
        if !IS_POSSIBLE.load(Ordering::Relaxed) {
            return Ok(None);
        }
        // Not by its path: an update may have put another program there.
        let mut command = Command::new("/proc/self/exe");
        if let Some(name) = std::env::args_os().next() {
            command.arg0(name);
        }
        command
            .arg(ARGUMENT)
            .args(line.words())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        platform::set_apart(&mut command);
        let mut child = command
            .spawn()
            .map_err(|error| CommandError::NotStarted(error.kind()))?;
        let supervised = Supervised {
            line: child.stdin.take(),
            report: child.stderr.take(),
        };
        Ok(Some((child, supervised)))
    }

    impl Supervised {
        /// Closes the line: nothing of the command is wanted any more.
        pub(in super::super) fn tell_to_end(&mut self) {
            self.line = None;
        }

        /// How the command ended, once the supervisor has.
        pub(in super::super) fn status(&mut self) -> Result<Option<i32>, CommandError> {
            let mut report = String::new();
            if let Some(pipe) = &mut self.report {
                // Nobody else has the pipe's other end.
                pipe.take(64).read_to_string(&mut report).ok();
            }
            match report.split_once(' ') {
                Some(("exit", code)) => {
                    code.parse().map(Some).map_err(|_| CommandError::Unreadable)
                }
                Some(("error", error)) => {
                    let error = error.parse().map_err(|_| CommandError::Unreadable)?;
                    Err(CommandError::not_started(&io::Error::from_raw_os_error(
                        error,
                    )))
                }
                // A signal ended the command, or the supervisor before it could say so.
                Some(_) | None => Ok(None),
            }
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_name_with_parentheses_hides_no_parent() {
            assert_eq!(parent(b"12 (sh) S 34 12 12"), Some(34));
            assert_eq!(parent(b"12 (a) S 1 (b)) R 34 12 12"), Some(34));
            assert_eq!(parent(b"12 (\xff\xfe) R 34 12 12"), Some(34));
            assert_eq!(parent(b""), None);
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use std::convert::Infallible;
    use std::process::{Child, ExitCode};

    use super::super::CommandLine;
    use super::super::error::CommandError;

    /// For the first line of `main`: on this system nothing supervises, so the answer is always `None`.
    pub fn supervise_if_asked() -> Option<ExitCode> {
        None
    }

    /// There is none.
    pub(in super::super) struct Supervised(Infallible);

    #[allow(clippy::unnecessary_wraps, reason = "the same as on Linux")]
    pub(in super::super) fn start(
        _: &CommandLine,
    ) -> Result<Option<(Child, Supervised)>, CommandError> {
        Ok(None)
    }

    impl Supervised {
        pub(in super::super) fn tell_to_end(&mut self) {
            match self.0 {}
        }

        pub(in super::super) fn status(&mut self) -> Result<Option<i32>, CommandError> {
            match self.0 {}
        }
    }
}
