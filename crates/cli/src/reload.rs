//! What `serve` reads again while it serves: everything on SIGHUP, and a file once it has changed. Each of keys, access rules and
//! certificate is read and checked whole before it counts; what cannot be used leaves the one before in force.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::time::{Duration, SystemTime};

use app::{App, AppError, HangUp};
use tokio::runtime::Runtime;

use crate::args::Serve;
use crate::input;

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
}

/// What tells one state of a file from another. Links are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    bytes: u64,
    /// Of the file itself: one that was moved into its place may be as old and as long.
    number: u64,
}

impl Stamp {
    fn of(path: &Path) -> Option<Self> {
        let metadata = std::fs::metadata(path).ok()?;
        #[cfg(unix)]
        let number = std::os::unix::fs::MetadataExt::ino(&metadata);
        #[cfg(not(unix))]
        let number = 0;
        Some(Stamp {
            modified: metadata.modified().ok(),
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
        }
    }

    /// Whether the files are not those of before any more, and have stopped changing.
    fn has_changed(&mut self) -> bool {
        let now: Vec<_> = self.files.iter().map(|file| Stamp::of(file)).collect();
        let is_still = now == self.last;
        self.last = now;
        is_still && self.last != self.in_force
    }

    /// Pipes and standard input are gone once they were read.
    fn can_be_read_again(&self) -> bool {
        let is_gone = |path: &PathBuf| {
            path == Path::new("-") || std::fs::metadata(path).is_ok_and(|file| !file.is_file())
        };
        !self.files.iter().any(is_gone)
    }
}

/// What `serve` was started with.
pub(crate) struct Reload {
    watched: Vec<Watched>,
    /// Whether a terminal was there at the start, whose end is a SIGHUP as well.
    had_terminal: bool,
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
            had_terminal: has_terminal(),
        }
    }

    /// Reads again what changes, until the program is to end. `open` makes an app as it is made at the start.
    pub(crate) fn until(
        mut self,
        ended: impl Future<Output = std::io::Result<()>>,
        mut hang_up: HangUp,
        runtime: &Runtime,
        app: &App,
        open: impl Fn() -> Result<App, AppError>,
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
                Ok(true) if self.had_terminal && !has_terminal() => return Ok(()),
                Ok(by_signal) => self.look(by_signal, app, &open),
            }
        }
    }

    fn look(&mut self, all: bool, app: &App, open: impl Fn() -> Result<App, AppError>) {
        for watched in &mut self.watched {
            let has_changed = watched.has_changed();
            if !has_changed && !all {
                continue;
            }
            // Taken before the file is read: what changes from now on is another change.
            watched.in_force.clone_from(&watched.last);
            let part = watched.part;
            if !watched.can_be_read_again() {
                tracing::warn!(
                    "did not reload the {}: what came from standard input or a pipe cannot be read again",
                    part.name()
                );
                continue;
            }
            match read(part, &watched.files, app, &open) {
                Ok(()) => tracing::info!("reloaded the {}", part.name()),
                Err(AppError { message, hint, .. }) => tracing::error!(
                    "did not reload the {}, what was in force stays: {message} {hint}",
                    part.name()
                ),
            }
        }
    }
}

fn read(
    part: Part,
    files: &[PathBuf],
    app: &App,
    open: impl Fn() -> Result<App, AppError>,
) -> Result<(), AppError> {
    match (part, files) {
        (Part::Access, [access]) => app.server().set_access(input::read_access(access)?),
        (Part::Certificate, [chain, key]) => {
            let (chain, key) = input::read_certificate(chain, key)?;
            app.server().replace_certificate(&chain, &key)
        }
        // The file of keys is one of the things that an app is made of.
        (Part::Keys | Part::Access | Part::Certificate, _) => app.take_over(&open()?),
    }
}

fn has_terminal() -> bool {
    std::io::stdin().is_terminal()
        || std::io::stdout().is_terminal()
        || std::io::stderr().is_terminal()
}
