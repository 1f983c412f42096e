//! What `serve` reads again while it serves: everything on SIGHUP, and a file once it has changed. Each of keys, access rules and
//! certificate is read and checked whole before it counts; what cannot be used leaves the one before in force.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::time::{Duration, SystemTime};

use app::{App, AppError, HangUp};
use tokio::runtime::Runtime;

use crate::args::Serve;
use crate::input::{self, Reading};

/// How often files are looked at. A file that changed is read at the second look, when it has stopped changing.
///
/// They are looked at, and not watched by the system: that misses network drives, and the links that Kubernetes swaps when a
/// ConfigMap changes.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What can be read again, by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Keys,
    Access,
    Certificate,
}

impl Part {
    fn name(self) -> &'static str {
        match self {
            Part::Keys => "keys",
            Part::Access => "access rules",
            Part::Certificate => "certificate",
        }
    }
}

/// A part of what is served, and the files that it was read from.
struct Watched {
    part: Part,
    files: Vec<PathBuf>,
    in_force: Vec<Option<Stamp>>,
    last: Vec<Option<Stamp>>,
    /// Why they could not be used when they were read last. They are tried again until they can: nothing of a file need change for
    /// that, such as when a network drive comes back.
    problem: Option<String>,
}

/// What tells one state of a file from another. Links are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    /// When its content, permissions or owner changed last, in seconds and nanoseconds.
    changed: (i64, i64),
    bytes: u64,
    /// Of the file itself: one that was moved into its place may be as old and as long.
    number: u64,
}

impl Stamp {
    fn of(path: &Path) -> Option<Self> {
        let metadata = std::fs::metadata(path).ok()?;
        #[cfg(unix)]
        let (number, changed) = {
            use std::os::unix::fs::MetadataExt as _;
            (metadata.ino(), (metadata.ctime(), metadata.ctime_nsec()))
        };
        #[cfg(not(unix))]
        let (number, changed) = (0, (0, 0));
        Some(Stamp {
            modified: metadata.modified().ok(),
            changed,
            bytes: metadata.len(),
            number,
        })
    }
}

impl Watched {
    fn new(part: Part, files: &[&Path]) -> Self {
        let files: Vec<_> = files.iter().map(|file| (*file).to_owned()).collect();
        let now: Vec<_> = files.iter().map(|file| Stamp::of(file)).collect();
        Watched {
            part,
            files,
            in_force: now.clone(),
            last: now,
            problem: None,
        }
    }

    /// Whether the files are to be read: they are not those of before any more, or could not be used, and have stopped changing.
    fn is_due(&mut self) -> bool {
        let now: Vec<_> = self.files.iter().map(|file| Stamp::of(file)).collect();
        let is_still = now == self.last;
        self.last = now;
        let is_other = self.last != self.in_force;
        // The keychain may ask its user: it is tried when somebody asks for it, and not time and again.
        let is_tried_again = self.problem.is_some() && !self.files.is_empty();
        is_still && (is_other || is_tried_again)
    }
}

/// Whether the end of a terminal is the end of `serve`, too.
struct Terminal {
    was_there: bool,
    /// Whether it was gone when it was looked for last.
    is_missing: bool,
}

impl Terminal {
    fn new() -> Self {
        Terminal {
            was_there: is_hang_up_heeded() && has_terminal(),
            is_missing: false,
        }
    }

    /// It was looked for while no SIGHUP came. One that is gone twice in a row went without a signal to this process, as the terminal of
    /// a job in the background does: from then on a signal is somebody's.
    fn looked(&mut self, is_there: bool) {
        self.was_there &= is_there || !self.is_missing;
        self.is_missing = !is_there;
    }

    fn has_ended(&self) -> bool {
        self.was_there && !has_terminal()
    }
}

/// What `serve` was started with.
pub(crate) struct Reload {
    watched: Vec<Watched>,
    /// Its end is a SIGHUP as well.
    terminal: Terminal,
}

impl Reload {
    /// To be made before the files are read first, so that no change is missed.
    pub(crate) fn new(args: &Serve) -> Self {
        let mut watched = Vec::new();
        let mut watch = |part, files: &[&Path]| watched.push(Watched::new(part, files));
        match &args.keys {
            Some(keys) => watch(Part::Keys, &[keys]),
            // The settings and the keychain of the desktop app.
            None => watch(Part::Keys, &[]),
        }
        if let Some(access) = &args.access {
            watch(Part::Access, &[access]);
        }
        if let (Some(chain), Some(key)) = (&args.tls_cert, &args.tls_key) {
            watch(Part::Certificate, &[chain, key]);
        }
        Reload {
            watched,
            terminal: Terminal::new(),
        }
    }

    /// Reads again what changes, until the program is to end. `open` makes an app as it is made at the start.
    pub(crate) fn until(
        mut self,
        ended: impl Future<Output = std::io::Result<()>>,
        mut hang_up: HangUp,
        runtime: &Runtime,
        app: &App,
        open: impl Fn(Reading) -> Result<App, AppError>,
    ) -> std::io::Result<()> {
        let mut ended = pin!(ended);
        loop {
            let by_signal = runtime.block_on(async {
                tokio::select! {
                    ended = &mut ended => Err(ended),
                    () = hang_up.next() => Ok(true),
                    () = tokio::time::sleep(LOOK_EVERY) => Ok(false),
                }
            });
            match by_signal {
                Err(ended) => return ended,
                Ok(true) if self.terminal.has_ended() => return Ok(()),
                Ok(by_signal) => {
                    if self.terminal.was_there {
                        self.terminal.looked(has_terminal());
                    }
                    self.look(by_signal, app, &open);
                }
            }
        }
    }

    fn look(&mut self, all: bool, app: &App, open: impl Fn(Reading) -> Result<App, AppError>) {
        for watched in &mut self.watched {
            let is_due = watched.is_due();
            if !is_due && !all {
                continue;
            }
            let is_other = watched.last != watched.in_force;
            // Taken before the file is read: what changes from now on is another change.
            watched.in_force.clone_from(&watched.last);
            let part = watched.part;
            if watched.files.iter().any(|path| path == Path::new("-")) {
                tracing::warn!(
                    "did not reload the {}: what came from standard input cannot be read again",
                    part.name()
                );
                continue;
            }
            let reading = match all || is_other {
                true => Reading::Again,
                false => Reading::TriedAgain,
            };
            match read(part, &watched.files, reading, app, &open) {
                Ok(()) => {
                    watched.problem = None;
                    tracing::info!("reloaded the {}", part.name());
                }
                Err(AppError { message, hint, .. }) => {
                    let problem = format!("{message} {hint}");
                    let is_told = watched.problem.as_ref() == Some(&problem);
                    if all || is_other || !is_told {
                        tracing::error!(
                            "did not reload the {}, what was in force stays: {problem}",
                            part.name()
                        );
                    }
                    watched.problem = Some(problem);
                }
            }
        }
    }
}

fn read(
    part: Part,
    files: &[PathBuf],
    reading: Reading,
    app: &App,
    open: impl Fn(Reading) -> Result<App, AppError>,
) -> Result<(), AppError> {
    match (part, files) {
        (Part::Access, [access]) => {
            let access = input::read_access(access, reading)?;
            app.server().set_access(access)
        }
        (Part::Certificate, [chain, key]) => {
            let (chain, key) = input::read_certificate(chain, key, reading)?;
            app.server().replace_certificate(&chain, &key)
        }
        // The file of keys is one of the things that an app is made of.
        (Part::Keys | Part::Access | Part::Certificate, _) => app.take_over(&open(reading)?),
    }
}

/// Whether there is a terminal to end with: on a stream, or behind the process where all of them were redirected.
fn has_terminal() -> bool {
    std::io::stdin().is_terminal()
        || std::io::stdout().is_terminal()
        || std::io::stderr().is_terminal()
        || (cfg!(target_os = "linux") && std::fs::File::open("/dev/tty").is_ok())
}

/// Whether whoever started this process left SIGHUP to end it; `nohup` does not.
fn is_hang_up_heeded() -> bool {
    // Elsewhere nothing tells. Under `nohup` no stream is a terminal there, so that there is none to end with.
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else {
        return true;
    };
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // The lowest bit stands for signal 1, which is SIGHUP.
    ignored.is_none_or(|mask| mask & 1 == 0)
}
