//! Has an expression evaluated: starts the process, hands it the input, and takes what it says until it ends, its time is over, or
//! nobody waits any more.

use std::fmt;
use std::io::{BufReader, BufWriter};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::message::{Input, MAX_EXPRESSION, Said, write_question};
use crate::worker;

/// How long an expression may take.
pub const DEADLINE: Duration = Duration::from_secs(5);

/// How often it is looked at whether somebody waits.
const LOOK: Duration = Duration::from_millis(10);

/// What became of an expression.
#[derive(PartialEq, Eq)]
pub struct Answer {
    /// The results that are shown, as JSON, laid out, one below the other.
    pub text: Zeroizing<String>,
    /// How many they are.
    pub n_shown: u32,
    /// Whether the last one of them is cut.
    pub is_cut: bool,
    /// How many results there are; those that were shown where it was not counted to the end.
    pub n: u32,
    /// Whether there may be more than `n`.
    pub may_be_more: bool,
    /// How it ended.
    pub ended: Ended,
}

/// How an evaluation ended.
#[derive(Clone, PartialEq, Eq)]
pub enum Ended {
    /// By itself.
    Done,
    /// The expression is none: at this byte, for this reason.
    Wrong(usize, String),
    /// It failed, for this reason.
    Failed(String),
    /// It took too long, and was ended.
    TimedOut,
    /// It went too deep or took too much memory, and was ended.
    TooLarge,
}

/// Sizes only: results are decoded values.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("bytes", &self.text.len())
            .field("n_shown", &self.n_shown)
            .field("n", &self.n)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

/// Without the reasons, which quote values.
impl fmt::Debug for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Ended::Done => "Done",
            Ended::Wrong(..) => "Wrong",
            Ended::Failed(_) => "Failed",
            Ended::TimedOut => "TimedOut",
            Ended::TooLarge => "TooLarge",
        })
    }
}

/// Why nothing was evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRun {
    /// Nobody waits for it any more.
    #[error("the filter was canceled")]
    Cancelled,
    /// The expression is too long.
    #[error("the filter has more than {} KiB", MAX_EXPRESSION >> 10)]
    TooLong,
    /// The process could not be started.
    #[error("the process that filters could not be started")]
    NotStarted,
}

/// Evaluates an expression over JSON. Blocks, at most for as long as `deadline` says.
///
/// # Errors
/// [`NotRun`].
pub fn run(
    expression: &str,
    input: Input,
    text: &[u8],
    deadline: Duration,
    is_wanted: &dyn Fn() -> bool,
) -> Result<Answer, NotRun> {
    if expression.len() > MAX_EXPRESSION {
        return Err(NotRun::TooLong);
    }
    let end = Instant::now() + deadline;
    let mut worker = start()?;
    let (Some(line), Some(said)) = (worker.0.stdin.take(), worker.0.stdout.take()) else {
        return Err(NotRun::NotStarted);
    };
    let (tell, told) = mpsc::channel();
    let mut answer = Answer {
        text: Zeroizing::default(),
        n_shown: 0,
        is_cut: false,
        n: 0,
        may_be_more: true,
        ended: Ended::TooLarge,
    };
    thread::scope(|scope| {
        // Both end with the process.
        scope.spawn(move || {
            let mut line = BufWriter::with_capacity(64 << 10, line);
            write_question(&mut line, input, expression, text).ok();
        });
        scope.spawn(move || {
            let mut said = BufReader::new(said);
            while let Some(said) = Said::read(&mut said) {
                if tell.send(said).is_err() {
                    return;
                }
            }
        });
        let listened = listen(&mut answer, &told, end, is_wanted);
        worker.end();
        drop(told);
        listened
    })?;
    Ok(answer)
}

fn listen(
    answer: &mut Answer,
    told: &mpsc::Receiver<Said>,
    end: Instant,
    is_wanted: &dyn Fn() -> bool,
) -> Result<(), NotRun> {
    let mut failed = None;
    loop {
        if !is_wanted() {
            return Err(NotRun::Cancelled);
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            answer.ended = Ended::TimedOut;
            return Ok(());
        }
        match told.recv_timeout(left.min(LOOK)) {
            Ok(Said::Value(text)) => add(answer, &Zeroizing::new(text)),
            Ok(Said::Cut(text)) => {
                add(answer, &Zeroizing::new(text));
                answer.is_cut = true;
            }
            Ok(Said::Wrong(at, message)) => {
                answer.ended = Ended::Wrong(at, message);
                return Ok(());
            }
            Ok(Said::Failed(message)) => failed = Some(message),
            Ok(Said::Done(n, more)) => {
                answer.n = n;
                answer.may_be_more = more;
                answer.ended = failed.map_or(Ended::Done, Ended::Failed);
                return Ok(());
            }
            Err(RecvTimeoutError::Timeout) => {}
            // It ended before it said so.
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
}

fn add(answer: &mut Answer, text: &[u8]) {
    if answer.n_shown > 0 {
        answer.text.push('\n');
    }
    answer.text.push_str(&String::from_utf8_lossy(text));
    answer.n_shown += 1;
    answer.n += 1;
}

/// A worker; it does not outlive this.
struct Worker(Child);

impl Worker {
    fn end(&mut self) {
        // It may have ended.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end();
    }
}

fn start() -> Result<Worker, NotRun> {
    let program = worker::program().ok_or(NotRun::NotStarted)?;
    Command::new(program)
        .arg(worker::ARGUMENT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        // What it says when it overflows is for nobody.
        .stderr(Stdio::null())
        .spawn()
        .map(Worker)
        .map_err(|_| NotRun::NotStarted)
}
