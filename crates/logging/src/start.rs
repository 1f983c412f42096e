//! Starts the log and ends it, for both shells: the subscriber, its places, and lines for people on standard error.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer};

use crate::events::{Said, said};
use crate::fold::Fold;
use crate::format::Format;
use crate::queue::{Queue, WhenFull};
use crate::rotating_file::{Limits, RotatingFile};
use crate::stderr::stderr;

/// How often it is looked whether counted lines are to be told.
const TICK: Duration = Duration::from_secs(1);
/// How long a server waits at its end for what it said last.
const PATIENCE: Duration = Duration::from_secs(1);

/// What is logged, and where to.
#[derive(Clone, Debug)]
pub struct Logging {
    /// What is logged, as `RUST_LOG` has it. `RUST_LOG` wins.
    pub filter: &'static str,
    /// How its lines are written, and those for people on standard error.
    pub format: Format,
    /// Whether standard error has the log.
    pub on_stderr: bool,
    /// What becomes of lines that standard error does not take.
    pub when_full: WhenFull,
    /// Files with the log.
    pub file: Option<LogFile>,
}

/// Files of at most 5 MiB, together at most 50 MiB, the last 7 days.
#[derive(Clone, Debug)]
pub struct LogFile {
    /// The folder they lie in. Where it cannot be written, there is no file.
    pub folder: PathBuf,
    /// What their names start with.
    pub name: &'static str,
}

/// The log of this process.
static LOG: OnceLock<Arc<Log>> = OnceLock::new();

/// What was said lately, and where lines go.
struct Log {
    format: Format,
    fold: Mutex<Fold>,
    /// There is something to count.
    counting: Condvar,
    /// Where the log goes.
    places: Vec<Queue>,
    stderr: Queue,
}

/// Gives every event to the log.
struct Lines(Arc<Log>);

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        self.0.say(&said(event, self.0.format), Timestamp::now());
    }
}

/// Starts logging, for the whole process. Done again, it does nothing.
pub fn start(logging: Logging) {
    let stderr = Queue::new("log-stderr", logging.when_full, stderr());
    let mut places = Vec::new();
    if let Some(LogFile { folder, name }) = logging.file {
        let file = RotatingFile::new(folder, name, Limits::default());
        places.push(Queue::new("log-file", WhenFull::Drop, file));
    }
    if logging.on_stderr {
        places.push(stderr.clone());
    }
    let log = Arc::new(Log {
        format: logging.format,
        fold: Mutex::new(Fold::new(logging.format)),
        counting: Condvar::new(),
        places,
        stderr,
    });
    if LOG.set(log.clone()).is_err() {
        return;
    }
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(logging.filter));
    let subscriber = tracing_subscriber::registry()
        .with(filter)
        .with(Lines(log.clone()));
    if subscriber.try_init().is_err() {
        tracing::debug!("a subscriber is set already");
    }
    let ticks = std::thread::Builder::new().name("log-fold".to_owned());
    if let Err(error) = ticks.spawn(move || log.tell_counts()) {
        tracing::warn!(%error, "lines that repeat are told only at the end");
    }
}

/// A line for people, on standard error. What cannot be written is dropped.
pub fn say(line: &str) {
    say_as(Level::INFO, line);
}

/// As [`say`], of what may not be as it was meant.
pub fn warn(line: &str) {
    say_as(Level::WARN, line);
}

/// As [`say`], of what went wrong.
pub fn fail(line: &str) {
    say_as(Level::ERROR, line);
}

fn say_as(level: Level, line: &str) {
    let format = LOG.get().map(|log| log.format).unwrap_or_default();
    let line = format.said(Timestamp::now(), level, line) + "\n";
    match LOG.get() {
        Some(log) => log.stderr.push(line),
        None => drop(stderr().write_all(line.as_bytes())),
    }
}

/// Writes what was said, and what was counted and not told yet. To be called before the process ends; a server waits for
/// at most a second, a command until its reader has taken everything.
pub fn shut_down() {
    if let Some(log) = LOG.get() {
        let rest = log.fold().rest(Timestamp::now());
        log.write(rest);
    }
    drain(PATIENCE);
}

/// Waits until what was said is written, where that does not take longer.
pub(crate) fn drain(patience: Duration) {
    if let Some(log) = LOG.get() {
        for place in log.places.iter().chain([&log.stderr]) {
            place.drain(patience);
        }
    }
}

impl Log {
    /// Writes the line, or counts it.
    fn say(&self, said: &Said, now: Timestamp) {
        let is_written = self.fold().is_written(said, now);
        self.counting.notify_one();
        if is_written {
            self.write([self.format.line(now, &said.line)]);
        }
    }

    fn write(&self, lines: impl IntoIterator<Item = String>) {
        for mut line in lines {
            line.push('\n');
            for place in &self.places {
                place.push(line.clone());
            }
        }
    }

    /// The work of a thread.
    fn tell_counts(&self) {
        loop {
            let mut fold = self.fold();
            while fold.is_empty() {
                fold = self
                    .counting
                    .wait(fold)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            drop(fold);
            std::thread::sleep(TICK);
            let due = self.fold().due(Timestamp::now());
            self.write(due);
        }
    }

    fn fold(&self) -> MutexGuard<'_, Fold> {
        self.fold.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
