//! Running a command with a deadline, a bounded output, and no input.

use std::io;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::Words;

/// How long a command may take: enough to answer a password manager's prompt.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// The longest output that is read, in bytes.
pub const MAX_OUTPUT_BYTES: usize = 64 << 10;

/// How often the deadline and the wish to stop are looked at.
const LOOK: Duration = Duration::from_millis(20);

/// A command gave no output. Nothing that it printed is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// There is no such program.
    #[error("the program was not found")]
    NotFound,
    /// The program could not be started.
    #[error("the program could not be started: {0}")]
    NotStarted(io::ErrorKind),
    /// It failed.
    #[error("the command failed with exit status {0}")]
    Failed(i32),
    /// A signal ended it.
    #[error("the command was terminated by a signal")]
    Killed,
    /// It did not end in time, and was ended.
    #[error("the command did not finish within {} seconds", .0.as_secs_f32())]
    TimedOut(Duration),
    /// It was no longer wanted, and was ended.
    #[error("the command was canceled")]
    Canceled,
    /// It printed more than is read, and was ended.
    #[error("the command printed more than {MAX_OUTPUT_BYTES} bytes")]
    TooMuchOutput,
    /// It succeeded, and printed nothing.
    #[error("the command printed nothing")]
    NoOutput,
    /// Its output could not be read.
    #[error("the command's output could not be read")]
    Unreadable,
}

/// Runs a command and gives what it prints. It has this process's environment, no input, and its errors go nowhere. When its
/// time is over, or `cancel` is set, it is ended together with what it started. Blocks: call it off the reactor.
///
/// # Errors
/// [`CommandError`].
pub fn run(
    words: &Words,
    deadline: Duration,
    cancel: &AtomicBool,
) -> Result<Zeroizing<Vec<u8>>, CommandError> {
    let end = Instant::now() + deadline;
    let mut running = Running::start(words)?;
    let wait = || {
        if cancel.load(Ordering::Relaxed) {
            return Err(CommandError::Canceled);
        }
        match end.saturating_duration_since(Instant::now()) {
            Duration::ZERO => Err(CommandError::TimedOut(deadline)),
            left => Ok(left.min(LOOK)),
        }
    };

    // First the end of its output, and only then its own end: until it has been waited for its number is not another's.
    let output = loop {
        match running.output.recv_timeout(wait()?) {
            Ok(output) => break output?,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err(CommandError::Unreadable),
        }
    };
    let status = loop {
        match running.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) => thread::sleep(wait()?),
            Err(_) => return Err(CommandError::Unreadable),
        }
    };
    match status.code() {
        Some(0) if output.is_empty() => Err(CommandError::NoOutput),
        Some(0) => Ok(output),
        Some(code) => Err(CommandError::Failed(code)),
        None => Err(CommandError::Killed),
    }
}

type Output = Result<Zeroizing<Vec<u8>>, CommandError>;

/// A command that is ended when this is dropped, unless it has ended.
struct Running {
    child: Child,
    ended: bool,
    output: mpsc::Receiver<Output>,
}

impl Running {
    fn start(words: &Words) -> Result<Self, CommandError> {
        let (program, arguments) = words.all().split_first().expect("there is a program");
        let mut command = Command::new(program);
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        platform::set_apart(&mut command);
        let mut child = command.spawn().map_err(|error| {
            let kind = error.kind();
            match kind == io::ErrorKind::NotFound {
                true => CommandError::NotFound,
                false => CommandError::NotStarted(kind),
            }
        })?;
        let (sender, output) = mpsc::channel();
        let stdout = child.stdout.take();
        let running = Running {
            child,
            ended: false,
            output,
        };
        // Ends with the pipe, which something may hold that the command left behind: nobody waits for the thread.
        thread::Builder::new()
            .name("command-output".to_owned())
            .spawn(move || {
                if let Some(stdout) = stdout {
                    sender.send(read(stdout)).ok();
                }
            })
            .map_err(|error| CommandError::NotStarted(error.kind()))?;
        Ok(running)
    }

    fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        let status = self.child.try_wait()?;
        self.ended = status.is_some();
        Ok(status)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        platform::end_group(&mut self.child);
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Reads into one buffer of the largest size: one that grows would leave copies behind.
fn read(mut from: impl io::Read) -> Output {
    let mut output = Zeroizing::new(vec![0; MAX_OUTPUT_BYTES + 1]);
    let mut len = 0;
    loop {
        match from.read(&mut output[len..]) {
            Ok(0) if len > MAX_OUTPUT_BYTES => return Err(CommandError::TooMuchOutput),
            Ok(0) => break,
            Ok(read) => len += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Err(CommandError::Unreadable),
        }
    }
    output.truncate(len);
    Ok(output)
}

#[cfg(unix)]
mod platform {
    use std::os::unix::process::CommandExt as _;
    use std::process::{Child, Command};

    use rustix::process::{Pid, Signal, kill_process_group};

    /// In a process group of its own, with everything that it starts.
    pub(super) fn set_apart(command: &mut Command) {
        command.process_group(0);
    }

    pub(super) fn end_group(child: &mut Child) {
        // It may have ended meanwhile, with all of its group.
        kill_process_group(Pid::from_child(child), Signal::KILL).ok();
    }
}

#[cfg(not(unix))]
mod platform {
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

    /// With its children, by the system's own tool.
    pub(super) fn end_group(child: &mut Child) {
        let mut end = Command::new("taskkill");
        end.args(["/T", "/F", "/PID", &child.id().to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        set_apart(&mut end);
        end.status().ok();
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::super::words;
    use super::*;

    static NEVER: AtomicBool = AtomicBool::new(false);
    const LONG: Duration = Duration::from_secs(20);

    fn run_text(text: &str, deadline: Duration) -> Result<String, CommandError> {
        let output = run(&words(text).unwrap(), deadline, &NEVER)?;
        Ok(String::from_utf8(output.to_vec()).unwrap())
    }

    /// A zombie counts as ended: it runs no more.
    fn runs(id: &str) -> bool {
        let status = fs::read_to_string(format!("/proc/{id}/stat"));
        status.is_ok_and(|status| !status.contains(") Z "))
    }

    #[test]
    fn gives_what_is_printed() {
        let print = |text: &str| run_text(text, LONG).unwrap();
        assert_eq!(print("printf %s 'a b' c"), "a bc");
        assert_eq!(print("sh -c 'echo key; echo no >&2'"), "key\n");
        assert_eq!(
            print("printf '%s\n' \"*\" '$HOME'"),
            "*\n$HOME\n",
            "nothing is expanded"
        );
        let long = print(&format!("head -c {MAX_OUTPUT_BYTES} /dev/zero"));
        assert_eq!(long.len(), MAX_OUTPUT_BYTES);
        assert_eq!(
            print("sh -c 'printf %s \"$PATH\"'"),
            std::env::var("PATH").unwrap()
        );
    }

    #[test]
    fn failures_are_told_without_what_was_printed() {
        let fails = |text: &str| run_text(text, LONG).unwrap_err();
        let failed = fails("sh -c 'echo secret; echo secret >&2; exit 3'");
        assert_eq!(failed.to_string(), "the command failed with exit status 3");
        assert_eq!(fails("sh -c 'kill -9 $$'"), CommandError::Killed);
        assert_eq!(fails("true"), CommandError::NoOutput);
        assert_eq!(fails("no-such-program-here"), CommandError::NotFound);
        assert!(matches!(fails("/"), CommandError::NotStarted(_)));
        assert_eq!(fails("cat"), CommandError::NoOutput, "it has no input");
    }

    #[test]
    fn too_much_output_ends_it() {
        let start = Instant::now();
        assert_eq!(run_text("yes", LONG), Err(CommandError::TooMuchOutput));
        assert!(start.elapsed() < LONG / 2);
    }

    #[track_caller]
    fn check_ends(script: &str, expect: CommandError, run: impl FnOnce(&str) -> CommandError) {
        let folder = tempfile::tempdir().unwrap();
        let ids = folder.path().join("ids");
        let start = Instant::now();
        let script = script.replace("IDS", &ids.display().to_string());
        assert_eq!(run(&format!("sh -c '{script}'")), expect);
        assert!(start.elapsed() < LONG / 2);
        check_ended(&ids);
    }

    #[track_caller]
    fn check_ended(ids: &Path) {
        let ids = fs::read_to_string(ids).unwrap();
        assert!(!ids.is_empty());
        for id in ids.lines() {
            let start = Instant::now();
            while runs(id) {
                assert!(start.elapsed() < LONG, "{id} still runs");
                thread::sleep(LOOK);
            }
        }
    }

    const SHORT: Duration = Duration::from_millis(800);

    #[test]
    fn its_time_over_it_ends_with_all_that_it_started() {
        let run = |text: &str| run_text(text, SHORT).unwrap_err();
        let timed_out = CommandError::TimedOut(SHORT);
        check_ends(
            "sleep 1000 & echo $! > IDS; echo $$ >> IDS; echo key; wait",
            timed_out,
            run,
        );
        // It has ended itself, and what it left behind holds its output.
        check_ends("sleep 1000 & echo $! > IDS; echo key", timed_out, run);
        // It has closed its output, and goes on.
        check_ends("echo $$ > IDS; exec >&-; sleep 1000", timed_out, run);
    }

    #[test]
    fn canceled_it_ends() {
        let cancel = AtomicBool::new(false);
        check_ends(
            "echo $$ > IDS; sleep 1000",
            CommandError::Canceled,
            |text| {
                thread::scope(|scope| {
                    scope.spawn(|| {
                        thread::sleep(SHORT);
                        cancel.store(true, Ordering::Relaxed);
                    });
                    run(&words(text).unwrap(), LONG, &cancel).err().unwrap()
                })
            },
        );
    }
}
