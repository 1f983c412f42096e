//! The process between a program and a command that it runs, on Linux: whatever the command starts stays below it, also what has
//! left its process group, its session and its parent, so that all of it can be ended.
//!
//! Linux gives a process whose parent ended to the nearest ancestor that asked for such orphans. The program itself must not ask:
//! a desktop app starts browsers and the processes of its web view, and could not tell their orphans from the command's. So it
//! starts itself once more, and that process has no children but the command's. It ends only its direct children, whose numbers
//! cannot become another's before it has waited for them; theirs are then its own.
//!
//! Its standard input is the line to the program: first what the command is to get as its own input, where there is some; once it
//! is closed, also because the program was killed, everything is ended.
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
    use super::super::errors::{Ended, Listening, Said};
    use super::super::platform;

    /// The first argument of a process that is to supervise the command in the others.
    const ARGUMENT: &str = "supervise-key-command";

    /// The same, where the command has an input, and is listened to.
    const ARGUMENT_WITH_INPUT: &str = "supervise-key-command-with-input";

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
        let first = arguments.next().unwrap_or_default();
        let has_input = first == ARGUMENT_WITH_INPUT;
        if !has_input && first != ARGUMENT {
            IS_POSSIBLE.store(true, Ordering::Relaxed);
            return None;
        }
        let words: Vec<OsString> = arguments.collect();
        let report = match supervise(&words, has_input) {
            Ok(Ended {
                code: Some(code),
                said,
            }) => format!("exit {code} {}", said.map_or("", Said::word)),
            Ok(Ended { code: None, .. }) => "signal".to_owned(),
            Err(error) => format!("error {}", error.raw_os_error().unwrap_or_default()),
        };
        // Nobody may be there to read it.
        io::stderr().write_all(report.as_bytes()).ok();
        Some(ExitCode::SUCCESS)
    }

    /// Runs the command to its end, or until the line is closed, and ends what is left.
    fn supervise(words: &[OsString], has_input: bool) -> io::Result<Ended> {
        let (program, arguments) = words.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        let input = match has_input {
            true => Some(read_input(&mut io::stdin())?),
            false => None,
        };
        let piped = || match has_input {
            true => Stdio::piped(),
            false => Stdio::null(),
        };
        set_child_subreaper(Some(getpid()))?;
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(piped())
            .stderr(piped())
            // A script that ends its own group must not end this process.
            .process_group(0)
            .spawn()?;
        if let (Some(mut pipe), Some(input)) = (child.stdin.take(), input) {
            // It need not read it; the pipe is closed with it.
            thread::spawn(move || pipe.write_all(&input).ok());
        }
        let errors = child.stderr.take().map(Listening::to);
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
        Ok(Ended {
            code: status?.code(),
            said: errors.and_then(Listening::said),
        })
    }

    /// Its length in four bytes, and the input.
    fn read_input(line: &mut impl io::Read) -> io::Result<Vec<u8>> {
        let mut len = [0; 4];
        line.read_exact(&mut len)?;
        let mut input = Vec::new();
        line.take(u64::from(u32::from_be_bytes(len)))
            .read_to_end(&mut input)?;
        Ok(input)
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
        input: Option<&[u8]>,
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
            .arg(match input {
                Some(_) => ARGUMENT_WITH_INPUT,
                None => ARGUMENT,
            })
            .args(line.words())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        platform::set_apart(&mut command);
        let mut child = command
            .spawn()
            .map_err(|error| CommandError::NotStarted(error.kind()))?;
        let mut line = child.stdin.take();
        if let (Some(line), Some(input)) = (&mut line, input) {
            // It fits into the pipe. Where the supervisor has ended already, its report says why.
            let len = u32::try_from(input.len()).unwrap_or(u32::MAX);
            line.write_all(&[&len.to_be_bytes()[..], input].concat())
                .ok();
        }
        let supervised = Supervised {
            line,
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
        pub(in super::super) fn status(&mut self) -> Result<Ended, CommandError> {
            let mut report = String::new();
            if let Some(pipe) = &mut self.report {
                // Nobody else has the pipe's other end.
                pipe.take(64).read_to_string(&mut report).ok();
            }
            match report.split_once(' ') {
                Some(("exit", ended)) => {
                    let (code, said) = ended.split_once(' ').unwrap_or((ended, ""));
                    let code = code.parse().map_err(|_| CommandError::Unreadable)?;
                    Ok(Ended {
                        code: Some(code),
                        said: Said::of_word(said),
                    })
                }
                Some(("error", error)) => {
                    let error = error.parse().map_err(|_| CommandError::Unreadable)?;
                    Err(CommandError::not_started(&io::Error::from_raw_os_error(
                        error,
                    )))
                }
                // A signal ended the command, or the supervisor before it could say so.
                Some(_) | None => Ok(Ended {
                    code: None,
                    said: None,
                }),
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
    use super::super::errors::Ended;

    /// For the first line of `main`: on this system nothing supervises, so the answer is always `None`.
    pub fn supervise_if_asked() -> Option<ExitCode> {
        None
    }

    /// There is none.
    pub(in super::super) struct Supervised(Infallible);

    #[allow(clippy::unnecessary_wraps, reason = "the same as on Linux")]
    pub(in super::super) fn start(
        _: &CommandLine,
        _: Option<&[u8]>,
    ) -> Result<Option<(Child, Supervised)>, CommandError> {
        Ok(None)
    }

    impl Supervised {
        pub(in super::super) fn tell_to_end(&mut self) {
            match self.0 {}
        }

        pub(in super::super) fn status(&mut self) -> Result<Ended, CommandError> {
            match self.0 {}
        }
    }
}
