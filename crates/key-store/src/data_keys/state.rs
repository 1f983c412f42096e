//! Data keys in memory, those that are waited for, and why others were not had.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::{Duration, Instant};

use payload_codec::{DataKeyProblem, SecretKey, WrappedKey};

use super::source::DataKeySource;

/// Data keys that are held; the oldest one goes for the next, and is asked for again when it is needed.
pub(super) const MOST_HELD: usize = 4096;

/// Data keys that wait to be asked for.
pub(super) const MOST_WAITING: usize = 1024;

/// Reasons that are kept.
pub(super) const MOST_REFUSED: usize = 4096;

/// For how long a reason stands before it is asked again: a reload by hand asks, and the many requests of one page do not.
pub(super) const REFUSED_FOR: Duration = Duration::from_secs(10);

pub(super) type Hash = [u8; 32];

/// Data keys in memory, and the way to those that are not. Clones share them.
#[derive(Clone, Default)]
pub struct DataKeyStore(pub(super) Arc<Shared>);

#[derive(Default)]
pub(super) struct Shared {
    pub(super) state: Mutex<State>,
    /// Something was answered.
    pub(super) answered: Condvar,
    /// What is told whenever something is asked or answered.
    pub(super) changed: Mutex<Option<Arc<dyn Fn() + Send + Sync>>>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) locked: bool,
    /// Counts what makes answers under way void.
    pub(super) turn: u64,
    pub(super) sources: Vec<Arc<DataKeySource>>,
    pub(super) held: HashMap<Hash, (SecretKey, Arc<DataKeySource>)>,
    /// Oldest first.
    pub(super) order: VecDeque<Hash>,
    pub(super) refused: HashMap<Hash, (DataKeyProblem, Instant)>,
    pub(super) waiting: VecDeque<WrappedKey>,
    pub(super) running: Option<Running>,
    /// How many wait for each.
    pub(super) interest: HashMap<Hash, usize>,
    pub(super) wakers: Vec<Waker>,
    pub(super) has_worker: bool,
    pub(super) n_asked: u64,
}

pub(super) struct Running {
    pub(super) hash: Hash,
    pub(super) source: Arc<DataKeySource>,
    pub(super) since: Instant,
    pub(super) cancel: Arc<AtomicBool>,
}

impl State {
    pub(super) fn source_of(&self, wrapped_by: &str) -> Option<&Arc<DataKeySource>> {
        self.sources.iter().find(|source| source.serves(wrapped_by))
    }

    pub(super) fn is_under_way(&self, hash: &Hash) -> bool {
        self.running
            .as_ref()
            .is_some_and(|running| running.hash == *hash)
            || self.waiting.iter().any(|wrapped| wrapped.hash() == hash)
    }

    pub(super) fn refuse(&mut self, hash: Hash, problem: DataKeyProblem) {
        if self.refused.len() >= MOST_REFUSED {
            self.refused.clear();
        }
        self.refused.insert(hash, (problem, Instant::now()));
    }

    pub(super) fn hold(&mut self, hash: Hash, key: SecretKey, source: Arc<DataKeySource>) {
        if self.order.len() >= MOST_HELD
            && let Some(oldest) = self.order.pop_front()
        {
            self.held.remove(&oldest);
        }
        if self.held.insert(hash, (key, source)).is_none() {
            self.order.push_back(hash);
        }
        self.refused.remove(&hash);
    }

    /// Ends what is under way, without an answer.
    pub(super) fn drop_questions(&mut self) {
        self.turn += 1;
        self.waiting.clear();
        if let Some(running) = self.running.take() {
            running.cancel.store(true, Ordering::Relaxed);
        }
    }
}

impl DataKeyStore {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes whoever waits, and tells whoever watches.
    pub(super) fn tell(&self) {
        let wakers = std::mem::take(&mut self.state().wakers);
        wakers.into_iter().for_each(Waker::wake);
        self.0.answered.notify_all();
        let told = self.0.changed.lock();
        // Nothing is locked while others' code runs.
        let told = told.unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(told) = told {
            told();
        }
    }
}
