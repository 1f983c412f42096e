//! One named thread on which all keychain calls run, one after the other, each with a deadline.
//!
//! Keychain libraries block, may wait for a person, may panic, and must not run on an async runtime's threads. A single
//! thread also keeps a user from seeing several password prompts at once.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use payload_codec::{KeyError, zeroize_stack_after};

/// Runs jobs on a state `S` that lives and dies on the worker's thread.
pub(crate) struct Worker<S> {
    name: &'static str,
    deadline: Duration,
    /// A job that has run for so long will not come back: it is left behind with its thread, and another one takes over.
    abandon_after: Duration,
    make: Arc<dyn Fn() -> S + Send + Sync>,
    lane: Mutex<Option<Lane<S>>>,
}

struct Job<S> {
    /// Set by a caller whose deadline passed.
    given_up: Arc<AtomicBool>,
    work: Box<dyn FnOnce(&mut S) + Send>,
}

/// The way to one thread.
struct Lane<S> {
    jobs: mpsc::Sender<Job<S>>,
    running: Arc<Mutex<Option<Running>>>,
}

/// The job that a thread is at.
struct Running {
    since: Instant,
    given_up: Arc<AtomicBool>,
}

impl<S: 'static> Worker<S> {
    /// No thread is started before the first call. `make` runs on the thread: at its start and after a panic.
    pub(crate) fn new(
        name: &'static str,
        deadline: Duration,
        abandon_after: Duration,
        make: impl Fn() -> S + Send + Sync + 'static,
    ) -> Self {
        Worker {
            name,
            deadline,
            abandon_after,
            make: Arc::new(make),
            lane: Mutex::new(None),
        }
    }

    /// Runs `work` and waits for it until the deadline; [`KeyError::TimedOut`] then, and at once while an earlier job hangs.
    ///
    /// `undo` runs in its place where `work` succeeds when nobody waits for it any more: whoever was told "timed out" must not
    /// find the work done later.
    pub(crate) fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut S) -> Result<T, KeyError> + Send + 'static,
        undo: impl FnOnce(&mut S) + Send + 'static,
    ) -> Result<T, KeyError> {
        // A channel without room: sending succeeds exactly when the caller takes the answer.
        let (answer, answered) = mpsc::sync_channel(0);
        let given_up = Arc::new(AtomicBool::new(false));
        let job = Job {
            given_up: Arc::clone(&given_up),
            work: Box::new(move |state| {
                let result = work(state);
                let done = result.is_ok();
                if answer.send(result).is_err() && done {
                    undo(state);
                }
            }),
        };
        self.enqueue(job)?;

        match answered.recv_timeout(self.deadline) {
            Ok(result) => result,
            Err(RecvTimeoutError::Timeout) => {
                given_up.store(true, Ordering::Release);
                Err(KeyError::TimedOut)
            }
            // The job panicked before it could answer.
            Err(RecvTimeoutError::Disconnected) => Err(KeyError::Failed),
        }
    }

    fn enqueue(&self, job: Job<S>) -> Result<(), KeyError> {
        let mut lane = self.lane.lock().unwrap_or_else(PoisonError::into_inner);
        match lane.as_ref().and_then(Lane::hanging_for) {
            Some(time) if time >= self.abandon_after => {
                tracing::warn!(
                    seconds = time.as_secs(),
                    "left a keychain call behind that never came back"
                );
                *lane = None;
            }
            Some(_) => return Err(KeyError::TimedOut),
            None => {}
        }
        let lane = match &mut *lane {
            Some(lane) => lane,
            none => none.insert(self.start()?),
        };
        lane.jobs.send(job).map_err(|_| KeyError::Failed)
    }

    fn start(&self) -> Result<Lane<S>, KeyError> {
        let (jobs, queue) = mpsc::channel::<Job<S>>();
        let running = Arc::new(Mutex::new(None));
        let make = Arc::clone(&self.make);
        let at = Arc::clone(&running);
        thread::Builder::new()
            .name(self.name.to_owned())
            .spawn(move || {
                let mut state = None;
                for Job { given_up, work } in queue {
                    // Nobody waits for it any more: what was given up before it began is not done.
                    if given_up.load(Ordering::Acquire) {
                        continue;
                    }
                    let since = Instant::now();
                    *at.lock().unwrap_or_else(PoisonError::into_inner) =
                        Some(Running { since, given_up });
                    // What decrypts a secret on its way from the keychain leaves pieces of it on the stack.
                    let survived = zeroize_stack_after(|| {
                        survives(|| work(state.get_or_insert_with(|| make())))
                    });
                    if survived.is_err() {
                        tracing::error!("the keychain library panicked");
                        // What a panic left behind cannot be trusted; its own drop may panic as well.
                        let spoiled = state.take();
                        drop(survives(move || drop(spoiled)));
                    }
                    *at.lock().unwrap_or_else(PoisonError::into_inner) = None;
                }
            })
            .map_err(|error| {
                tracing::error!(%error, "no thread for keychain calls");
                KeyError::Failed
            })?;
        Ok(Lane { jobs, running })
    }
}

impl<S> Lane<S> {
    /// How long the running job has run, if its caller has given up on it.
    fn hanging_for(&self) -> Option<Duration> {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let hanging = running
            .as_ref()
            .filter(|job| job.given_up.load(Ordering::Acquire));
        hanging.map(|job| job.since.elapsed())
    }
}

fn survives(work: impl FnOnce()) -> Result<(), Box<dyn Any + Send>> {
    catch_unwind(AssertUnwindSafe(work))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEADLINE: Duration = Duration::from_millis(200);
    const NEVER: Duration = Duration::from_secs(3600);

    /// A worker whose state counts what was done on it, with a shared log of the same.
    fn worker(
        abandon_after: Duration,
    ) -> (Worker<Vec<&'static str>>, Arc<Mutex<Vec<&'static str>>>) {
        let log = Arc::new(Mutex::new(Vec::new()));
        (
            Worker::new("test-worker", DEADLINE, abandon_after, Vec::new),
            log,
        )
    }

    fn push(
        log: &Arc<Mutex<Vec<&'static str>>>,
        word: &'static str,
    ) -> impl FnOnce(&mut Vec<&'static str>) + Send + use<> {
        let log = Arc::clone(log);
        move |state| {
            state.push(word);
            log.lock().unwrap().push(word);
        }
    }

    /// A job that waits until the sender speaks or is dropped.
    fn hanging() -> (
        mpsc::Sender<()>,
        impl FnOnce(&mut Vec<&'static str>) -> Result<(), KeyError> + Send,
    ) {
        let (release, wait) = mpsc::channel();
        (release, move |_: &mut Vec<&'static str>| {
            wait.recv().ok();
            Ok(())
        })
    }

    fn wait_until(mut condition: impl FnMut() -> bool) {
        let start = Instant::now();
        while !condition() {
            assert!(
                start.elapsed() < Duration::from_secs(10),
                "the condition never held"
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn answers_come_from_one_named_thread() {
        let (worker, _) = worker(NEVER);
        let ask = || {
            worker.call(
                |state| {
                    state.push("called");
                    let thread = thread::current();
                    Ok((thread.name().map(str::to_owned), thread.id(), state.len()))
                },
                |_| {},
            )
        };
        let (first, second) = (ask().unwrap(), ask().unwrap());
        assert_eq!(first.0.as_deref(), Some("test-worker"));
        assert_eq!(first.1, second.1);
        assert_eq!((first.2, second.2), (1, 2));
    }

    #[test]
    fn a_hanging_call_times_out_later_ones_at_once_and_then_recovers() {
        let (worker, log) = worker(NEVER);
        let (release, hang) = hanging();

        let start = Instant::now();
        assert_eq!(
            worker.call(hang, push(&log, "undone")),
            Err(KeyError::TimedOut)
        );
        assert!(start.elapsed() >= DEADLINE);

        let start = Instant::now();
        for _ in 0..10 {
            assert_eq!(worker.call(|_| Ok(()), |_| {}), Err(KeyError::TimedOut));
        }
        assert!(
            start.elapsed() < DEADLINE,
            "no deadline for callers behind a hanging call"
        );

        release.send(()).unwrap();
        wait_until(|| worker.call(|_| Ok(()), |_| {}).is_ok());
        assert_eq!(*log.lock().unwrap(), ["undone"]);
    }

    #[test]
    fn what_waited_behind_a_hanging_call_is_not_done_later() {
        let (worker, log) = worker(NEVER);
        let worker = Arc::new(worker);
        let (release, hang) = hanging();
        let first = thread::spawn({
            let worker = Arc::clone(&worker);
            move || worker.call(hang, |_| {})
        });
        wait_until(|| {
            worker
                .lane
                .lock()
                .unwrap()
                .as_ref()
                .is_some_and(|lane| lane.running.lock().unwrap().is_some())
        });
        let late = push(&log, "done late");
        assert_eq!(
            worker.call(
                |state| {
                    late(state);
                    Ok(())
                },
                |_| {}
            ),
            Err(KeyError::TimedOut)
        );
        assert_eq!(first.join().unwrap(), Err(KeyError::TimedOut));
        release.send(()).unwrap();
        wait_until(|| worker.call(|_| Ok(()), |_| {}).is_ok());
        assert!(log.lock().unwrap().is_empty());
    }

    #[test]
    fn a_panic_is_an_error_and_the_state_is_made_anew() {
        let (worker, _) = worker(NEVER);
        worker
            .call(
                |state| {
                    state.push("old");
                    Ok(())
                },
                |_| {},
            )
            .unwrap();
        assert_eq!(
            worker.call::<()>(|_| panic!("as a keychain library might"), |_| {}),
            Err(KeyError::Failed)
        );
        assert_eq!(worker.call(|state| Ok(state.len()), |_| {}), Ok(0));
    }

    #[test]
    fn a_call_that_never_comes_back_is_left_behind() {
        let (worker, log) = worker(DEADLINE * 2);
        let (release, hang) = hanging();
        assert_eq!(
            worker.call(hang, push(&log, "undone")),
            Err(KeyError::TimedOut)
        );
        wait_until(|| worker.call(|_| Ok(()), |_| {}).is_ok());
        // Should it come back after all, its work is undone by its own thread.
        release.send(()).unwrap();
        wait_until(|| *log.lock().unwrap() == ["undone"]);
    }
}
