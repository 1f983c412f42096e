//! Questions for data keys: who waits for them, and the one thread that asks, one question at a time.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::task::{Context, Poll};
use std::thread;
use std::time::{Duration, Instant};

use payload_codec::{DataKeyProblem, ServerRefusal, WrappedKey};

use super::answer::unwrap;
use super::source::DataKeySource;
use super::state::{DataKeyStore, Hash, MOST_WAITING, Running, State};

/// How often whoever waits on a thread looks whether it is still wanted.
const LOOK: Duration = Duration::from_millis(50);

/// Somebody waits for answers. Dropped, nobody does: what nobody waits for is not asked.
pub(super) struct Asked {
    store: DataKeyStore,
    wanted: Vec<Hash>,
}

impl Asked {
    pub(super) fn new(store: DataKeyStore, wanted: Vec<WrappedKey>) -> Self {
        let mut state = store.state();
        let mut waited_for = Vec::with_capacity(wanted.len());
        for wrapped in wanted {
            if state.locked || state.held.contains_key(wrapped.hash()) {
                continue;
            }
            let hash = *wrapped.hash();
            if !state.is_under_way(&hash) {
                let refused = match state.source_of(wrapped.wrapped_by()) {
                    // Its user took it away since.
                    None => continue,
                    Some(source) if !source.may_run() => Some(DataKeyProblem::NotConfirmed {
                        by: source.by().to_owned(),
                    }),
                    Some(_) if state.waiting.len() >= MOST_WAITING => Some(DataKeyProblem::TooMany),
                    Some(_) => None,
                };
                if let Some(problem) = refused {
                    state.refuse(hash, problem);
                    continue;
                }
                state.refused.remove(&hash);
                state.waiting.push_back(wrapped);
            }
            *state.interest.entry(hash).or_default() += 1;
            waited_for.push(hash);
        }
        let starts = !state.waiting.is_empty() && !state.has_worker;
        state.has_worker |= starts;
        drop(state);
        if starts {
            start(&store);
        }
        Asked {
            store,
            wanted: waited_for,
        }
    }

    fn is_answered(&self, state: &State) -> bool {
        !self.wanted.iter().any(|hash| state.is_under_way(hash))
    }

    /// Waits on this thread, as long as it is wanted.
    pub(super) fn wait(self, is_wanted: &dyn Fn() -> bool) {
        let mut state = self.store.state();
        while !self.is_answered(&state) && is_wanted() {
            let waited = self.store.0.answered.wait_timeout(state, LOOK);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Future for Asked {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.store.state();
        if self.is_answered(&state) {
            return Poll::Ready(());
        }
        if !state.wakers.iter().any(|waker| waker.will_wake(cx.waker())) {
            state.wakers.push(cx.waker().clone());
        }
        Poll::Pending
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        let mut state = self.store.state();
        for hash in &self.wanted {
            if let Some(count) = state.interest.get_mut(hash) {
                *count -= 1;
                if *count == 0 {
                    state.interest.remove(hash);
                }
            }
        }
    }
}

/// Starts the thread that asks. It ends with the last question.
fn start(store: &DataKeyStore) {
    let worker = store.clone();
    let started = thread::Builder::new()
        .name("data-keys".to_owned())
        .spawn(move || while ask_next(&worker) {});
    if let Err(error) = started {
        tracing::error!(%error, "no thread can be started to unwrap data keys");
        let mut state = store.state();
        state.has_worker = false;
        state.drop_questions();
        drop(state);
        store.tell();
    }
}

/// Asks the next question. `false` where there is none.
fn ask_next(store: &DataKeyStore) -> bool {
    let mut state = store.state();
    let next = loop {
        let Some(wrapped) = state.waiting.pop_front() else {
            state.has_worker = false;
            return false;
        };
        if state.interest.contains_key(wrapped.hash())
            && let Some(source) = state.source_of(wrapped.wrapped_by())
        {
            break (wrapped.clone(), source.clone());
        }
    };
    let (wrapped, source) = next;
    let cancel = Arc::new(AtomicBool::new(false));
    let turn = state.turn;
    state.n_asked += 1;
    state.running = Some(Running {
        hash: *wrapped.hash(),
        source: source.clone(),
        since: Instant::now(),
        cancel: cancel.clone(),
    });
    drop(state);
    store.tell();

    let answer = unwrap(&source, &wrapped, &cancel);

    let mut state = store.state();
    // Otherwise somebody locked, or changed who is asked: the answer is wiped here.
    if state.turn == turn {
        state.running = None;
        match answer {
            Ok(key) => state.hold(*wrapped.hash(), key, source),
            Err(problem) => {
                tracing::warn!("a data key {problem}");
                if ends_asking(&problem) {
                    refuse_others(&mut state, &source, &problem);
                }
                state.refuse(*wrapped.hash(), problem);
            }
        }
    }
    drop(state);
    store.tell();
    true
}

/// Whether the others that the same source is to be asked for would only go the same way, one after the other.
fn ends_asking(problem: &DataKeyProblem) -> bool {
    matches!(
        problem,
        DataKeyProblem::TimedOut { .. }
            | DataKeyProblem::NotSignedIn { .. }
            | DataKeyProblem::Answered {
                refusal: ServerRefusal::Unreachable
                    | ServerRefusal::Unavailable
                    | ServerRefusal::Unauthenticated,
                ..
            }
    )
}

fn refuse_others(state: &mut State, source: &Arc<DataKeySource>, problem: &DataKeyProblem) {
    let waiting = std::mem::take(&mut state.waiting);
    for wrapped in waiting {
        let asks_same = state
            .source_of(wrapped.wrapped_by())
            .is_some_and(|other| Arc::ptr_eq(other, source));
        match asks_same {
            true => state.refuse(*wrapped.hash(), problem.clone()),
            false => state.waiting.push_back(wrapped),
        }
    }
}
