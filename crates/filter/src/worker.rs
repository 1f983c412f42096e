//! The process that evaluates. It sets itself limits before it reads anything, and ends itself should its parent not do so.

use std::ffi::OsString;
use std::io::{self, Read as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use crate::evaluate::evaluate;
use crate::message::{Question, read_question};

/// The first argument of a process that is to evaluate.
pub(crate) const ARGUMENT: &str = "evaluate-filter";

/// Its parent ends it long before.
const ENDS_ITSELF: Duration = Duration::from_secs(30);

/// An expression that goes deeper ends the process; a document that is as deep as documents are read does not come near.
const STACK: usize = 256 << 20;

/// Memory that it may take, beside what the program has at its start, its stack, and what the input takes once it is read.
#[cfg(target_os = "linux")]
const MEMORY: u64 = 512 << 20;

/// What a byte of JSON takes at most once it is read: a value of one character and a comma.
#[cfg(target_os = "linux")]
const PER_BYTE: u64 = 24;

/// The program that is started to evaluate.
static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// For the first line of `main`: evaluates where this process was started for that, and gives the process's exit code. Otherwise
/// `None`, and from now on this program is the one that is started.
pub fn work_if_asked() -> Option<ExitCode> {
    if std::env::args_os().nth(1) != Some(OsString::from(ARGUMENT)) {
        // Not by its path where that can be: an update may have put another program there.
        let own = if cfg!(target_os = "linux") {
            Some(PathBuf::from("/proc/self/exe"))
        } else {
            std::env::current_exe().ok()
        };
        if let Some(own) = own {
            use_program(own);
        }
        return None;
    }
    thread::spawn(|| {
        thread::sleep(ENDS_ITSELF);
        std::process::exit(1);
    });
    let worker = thread::Builder::new().stack_size(STACK);
    let done = worker
        .spawn(work)
        .map(thread::JoinHandle::join)
        .is_ok_and(|ended| matches!(ended, Ok(Ok(()))));
    Some(if done {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Has another program evaluate, whose `main` asks [`work_if_asked`] first: for programs whose own does not, as those of tests. The
/// first one counts.
pub fn use_program(program: PathBuf) {
    // It is set already where it fails.
    PROGRAM.set(program).ok();
}

pub(crate) fn program() -> Option<&'static PathBuf> {
    PROGRAM.get()
}

fn work() -> io::Result<()> {
    let mut from = io::stdin().lock();
    let Question {
        input,
        expression,
        len,
    } = read_question(&mut from)?;
    limit(len);
    let mut text = Vec::new();
    from.take(len).read_to_end(&mut text)?;
    let mut out = io::stdout().lock();
    evaluate(&expression, input, &text, &mut |said| said.write(&mut out))
}

/// No file for what it holds, and no more memory than it may have.
#[cfg(target_os = "linux")]
fn limit(len: u64) {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

    let at_most = |n: u64| Rlimit {
        current: Some(n),
        maximum: Some(n),
    };
    // What the system refuses is still bounded by time.
    setrlimit(Resource::Core, at_most(0)).ok();
    set_dumpable_behavior(DumpableBehavior::NotDumpable).ok();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib: Option<u64> = status
        .lines()
        .find_map(|line| line.strip_prefix("VmSize:"))
        .and_then(|size| size.trim().strip_suffix(" kB")?.parse().ok());
    if let Some(kib) = kib {
        let may = kib
            .saturating_mul(1024)
            .saturating_add(MEMORY)
            .saturating_add(len.saturating_mul(PER_BYTE));
        setrlimit(Resource::As, at_most(may)).ok();
    }
}

/// What macOS and Windows do not limit so is bounded by time alone.
#[cfg(not(target_os = "linux"))]
fn limit(_: u64) {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};

        let none = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        setrlimit(Resource::Core, none).ok();
    }
}
