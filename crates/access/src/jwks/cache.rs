//! The keys of one provider, as they were last fetched. A token whose key is not among them fetches them again, at most once in
//! a while: whoever sends made-up key ids must not make this machine ask for each of them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey};
use tokio::sync::OwnedMutexGuard;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::{Fetch, KeySet, Source};
use crate::jwks_problem::KeysProblem;
use crate::refusal::Refusal;

/// How often keys are fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clockwork {
    /// Between two fetches, at least, whatever tokens arrive. 10 s.
    pub(crate) at_most_every: Duration,
    /// After this they are fetched again in any case, in the background. 10 min.
    pub(crate) fresh: Duration,
    /// After this they are not believed any more: a provider that cannot be reached may have revoked them. 24 h.
    pub(crate) believed: Duration,
}

impl Default for Clockwork {
    fn default() -> Self {
        Clockwork {
            at_most_every: Duration::from_secs(10),
            fresh: Duration::from_secs(600),
            believed: Duration::from_secs(24 * 3600),
        }
    }
}

/// The keys of one provider. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Cache(Arc<Shared>);

struct Shared {
    fetch: Fetch,
    clockwork: Clockwork,
    known: Mutex<Known>,
    /// One fetch at a time; who comes meanwhile waits for its end. No other lock is held across an await.
    fetching: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Clone, Default)]
struct Known {
    keys: Option<(Arc<KeySet>, Instant)>,
    /// When they were last fetched because of a token or their age; the fetch at the start does not count.
    asked: Option<Instant>,
    problem: Option<KeysProblem>,
}

impl Cache {
    pub(crate) fn new(fetch: Fetch, clockwork: Clockwork) -> Self {
        Cache(Arc::new(Shared {
            fetch,
            clockwork,
            known: Mutex::default(),
            fetching: Arc::default(),
        }))
    }

    /// Whether both fetch the same, as often.
    pub(crate) fn is_as(&self, other: &Cache) -> bool {
        self.0.fetch == other.0.fetch && self.0.clockwork == other.0.clockwork
    }

    /// Whether the keys are in a file of this machine.
    pub(crate) fn is_of_file(&self) -> bool {
        matches!(self.0.fetch.source, Source::File(_))
    }

    /// The key that made a token's signature, by what the token says of it.
    pub(crate) async fn key(
        &self,
        id: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<DecodingKey, Refusal> {
        let known = self.known();
        let found = self.find(&known, id, algorithm);
        if !matches!(found, Err(Refusal::KeyUnknown)) {
            if self.is_due(&known) {
                self.refresh_behind();
            }
            return found;
        }
        self.refresh().await;
        let known = self.known();
        match (self.find(&known, id, algorithm), known.problem) {
            // The provider could not be asked for the new key, which is another thing than that it does not have it.
            (Err(Refusal::KeyUnknown), Some(problem)) => Err(problem.into()),
            (found, _) => found,
        }
    }

    /// Fetches the keys. For the start, so that a wrong address is told at once.
    pub(crate) async fn prepare(&self) -> Result<usize, KeysProblem> {
        let turn = self.0.fetching.lock().await;
        self.fetch_now().await;
        drop(turn);
        let known = self.known();
        match (known.problem, known.keys) {
            (None, Some((keys, _))) => Ok(keys.len()),
            (problem, _) => Err(problem.unwrap_or(KeysProblem::Unreachable)),
        }
    }

    fn known(&self) -> Known {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        // Replaced whole, so what a panicking thread left behind is whole.
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(
        &self,
        known: &Known,
        id: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<DecodingKey, Refusal> {
        let believed = self.0.clockwork.believed;
        match &known.keys {
            Some((keys, fetched)) if fetched.elapsed() < believed => {
                keys.find(id, algorithm).cloned()
            }
            Some(_) | None => Err(Refusal::KeyUnknown),
        }
    }

    fn is_due(&self, known: &Known) -> bool {
        let is_old = |since: Instant, age| since.elapsed() >= age;
        let clockwork = &self.0.clockwork;
        let stale = known
            .keys
            .as_ref()
            .is_none_or(|(_, fetched)| is_old(*fetched, clockwork.fresh));
        stale
            && known
                .asked
                .is_none_or(|asked| is_old(asked, clockwork.at_most_every))
    }

    /// Unless somebody fetches them already.
    fn refresh_behind(&self) {
        if let Ok(turn) = Arc::clone(&self.0.fetching).try_lock_owned() {
            drop(self.fetch_apart(turn));
        }
    }

    async fn refresh(&self) {
        let turn = Arc::clone(&self.0.fetching).lock_owned().await;
        let asked = self.known().asked;
        let was_just_asked = asked.is_some_and(|at| at.elapsed() < self.0.clockwork.at_most_every);
        if !was_just_asked && let Err(error) = self.fetch_apart(turn).await {
            tracing::error!(is_panic = error.is_panic(), "fetching keys did not end");
        }
    }

    /// In a task of its own: a client that goes away while it waits must not end the fetch, or each one that comes and goes
    /// would begin another.
    fn fetch_apart(&self, turn: OwnedMutexGuard<()>) -> JoinHandle<()> {
        let cache = self.clone();
        tokio::spawn(async move {
            cache.fetch_now().await;
            cache.lock().asked = Some(Instant::now());
            drop(turn);
        })
    }

    async fn fetch_now(&self) {
        let fetched = self.0.fetch.keys().await;
        if let Err(problem) = &fetched {
            tracing::warn!(%problem, "no keys to verify tokens with");
        }
        let now = Instant::now();
        let mut known = self.lock();
        match fetched {
            Ok(keys) => {
                known.keys = Some((Arc::new(keys), now));
                known.problem = None;
            }
            // The keys of before stay, as long as they are believed.
            Err(problem) => known.problem = Some(problem),
        }
    }
}
