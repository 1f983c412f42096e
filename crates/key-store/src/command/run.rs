//! Running a command with a deadline, a bounded output, and a small input or none.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::CommandLine;
use super::error::CommandError;
use super::errors::Said;
use super::pipe::Output;
use super::process;

/// How long a command may take: enough to answer a password manager's prompt.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// How often the command's end, the deadline and the wish to stop are looked at.
const LOOK: Duration = Duration::from_millis(20);

/// Runs a command and gives what it prints. It has this process's environment, no input, and its errors go nowhere. When it
/// ends, its time is over, or `cancel` is set, whatever it started is ended as well; what it printed until its end counts,
/// whoever else holds its output. Blocks: call it off the reactor.
///
/// On Linux, in a program that asks [`supervise_if_asked`](super::supervise_if_asked) first, what it started is ended wherever
/// it went to. Otherwise that is the command's process group on Unix, and on Windows what the system's own tool finds below it.
///
/// # Errors
/// [`CommandError`].
pub fn run(
    command: &CommandLine,
    deadline: Duration,
    cancel: &AtomicBool,
) -> Result<Zeroizing<Vec<u8>>, CommandError> {
    run_process(command, None, deadline, cancel)
}

/// As [`run`], of a command that gets these bytes as its input. Of what it writes to its standard error, only whether it says in
/// words that are known that access was denied, or that nobody is signed in, is looked at.
///
/// # Errors
/// [`CommandError`].
pub fn run_with_input(
    command: &CommandLine,
    input: &[u8],
    deadline: Duration,
    cancel: &AtomicBool,
) -> Result<Zeroizing<Vec<u8>>, CommandError> {
    run_process(command, Some(input), deadline, cancel)
}

fn run_process(
    command: &CommandLine,
    input: Option<&[u8]>,
    deadline: Duration,
    cancel: &AtomicBool,
) -> Result<Zeroizing<Vec<u8>>, CommandError> {
    let end = Instant::now() + deadline;
    let mut started = process::start(command, input)?;
    let mut output = Output::of(started.take_stdout())?;
    while !started.has_ended()? {
        if cancel.load(Ordering::Relaxed) {
            return Err(CommandError::Canceled);
        }
        match end.saturating_duration_since(Instant::now()) {
            Duration::ZERO => return Err(CommandError::TimedOut(deadline)),
            left => output.take_in(left.min(LOOK))?,
        }
    }
    let ended = started.end();
    let output = output.rest()?;
    let ended = ended?;
    match (ended.code, ended.said) {
        (Some(0), _) if output.is_empty() => Err(CommandError::NoOutput),
        (Some(0), _) => Ok(output),
        (Some(_), Some(Said::Denied)) => Err(CommandError::Denied),
        (Some(_), Some(Said::NotSignedIn)) => Err(CommandError::NotSignedIn),
        (Some(code), None) => Err(CommandError::Failed(code)),
        (None, _) => Err(CommandError::Killed),
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::thread;

    use super::super::CommandLine;
    use super::super::error::MAX_OUTPUT_BYTES;
    use super::*;

    static NEVER: AtomicBool = AtomicBool::new(false);
    const LONG: Duration = Duration::from_secs(20);

    fn run_text(text: &str, deadline: Duration) -> Result<String, CommandError> {
        let output = run(&CommandLine::parse(text).unwrap(), deadline, &NEVER)?;
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
    fn its_input_arrives_and_its_errors_are_told_in_known_words_alone() {
        let run = |text: &str| {
            let command = CommandLine::parse(text).unwrap();
            let output = run_with_input(&command, b"wrapped", LONG, &NEVER)?;
            Ok::<_, CommandError>(String::from_utf8(output.to_vec()).unwrap())
        };
        assert_eq!(run("cat").unwrap(), "wrapped");
        // It need not be read.
        assert_eq!(run("echo key").unwrap(), "key\n");
        let fails = |said: &str| run(&format!("sh -c 'echo \"{said}\" >&2; exit 3'")).unwrap_err();
        assert_eq!(
            fails("An error occurred (AccessDeniedException) when calling"),
            CommandError::Denied
        );
        assert_eq!(fails("Please run: az login"), CommandError::NotSignedIn);
        assert_eq!(fails("secret"), CommandError::Failed(3));
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
        // It has closed its output, and goes on.
        check_ends("echo $$ > IDS; exec >&-; sleep 1000", timed_out, run);
    }

    #[test]
    fn what_it_leaves_behind_ends_with_it_and_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let ids = folder.path().join("ids");
        let start = Instant::now();
        // It holds the output.
        let script = format!(
            "sleep 1000 & echo $! > {}; head -c 60000 /dev/zero",
            ids.display()
        );
        let printed = run_text(&format!("sh -c '{script}'"), LONG).unwrap();
        assert_eq!(printed.len(), 60000);
        assert!(start.elapsed() < LONG / 2);
        check_ended(&ids);
    }

    /// Without a supervisor it gets away, and holds the output on.
    #[test]
    fn what_got_away_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let id = folder.path().join("id");
        let start = Instant::now();
        let script = format!(
            "setsid sh -c \"echo \\$\\$ > {}; exec sleep 1000\" & until test -s {}; do sleep 0.01; done; echo key",
            id.display(),
            id.display()
        );
        let printed = run_text(&format!("sh -c '{script}'"), LONG).unwrap();
        assert_eq!(printed, "key\n");
        assert!(start.elapsed() < LONG / 2);
        let id = fs::read_to_string(id).unwrap();
        run_text(&format!("kill -9 {id}"), LONG).unwrap_err();
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
                    run(&CommandLine::parse(text).unwrap(), LONG, &cancel)
                        .err()
                        .unwrap()
                })
            },
        );
    }
}
