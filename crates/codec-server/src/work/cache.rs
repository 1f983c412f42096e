//! Answers to requests that are asked again, as a Web UI asks several times a page. Whole requests are compared, byte by byte, never
//! a hash alone, and nothing is answered here that a change of keys or rules since would answer otherwise.
//!
//! What a page asked is kept at once. What a program asked is kept from the second time on, and a few bytes of a hash before: the
//! Temporal CLI asks thousands of times and never the same. Who asks while the same is being decoded waits for that.
//!
//! An answer is kept for less than a minute; all of them go at once, overwritten, when rules or keys change, and with a pause or the
//! panic lock. Only answers are kept in which every Payload came through, without data keys and without messages read as JSON.

mod asked;

mod kept;

use std::hash::{BuildHasher as _, Hash as _, Hasher as _, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::HeaderValue;
use bytes::Bytes;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout_at};

use crate::checks::origin::Caller;
use crate::error::RequestError;
use crate::record::Tally;
use crate::route::{Namespace, Operation};
use crate::rules::Rules;
use crate::work::job::{Done, Job};

use asked::Asked;
use kept::{Kept, KeptAnswers};

/// Larger bodies are not looked at.
const MAX_BODY: usize = 1 << 20;
/// Larger answers are not kept.
const MAX_ANSWER: usize = 4 << 20;
/// Between two looks at what is too old.
const TICK: Duration = Duration::from_secs(1);
/// Requests of which it is known that they were asked before. A power of two.
const N_SEEN: usize = 4096;
/// Of a large body so many pieces of so many bytes are hashed: ciphertexts differ everywhere, and what is kept is compared whole.
const PIECES: usize = 8;
const PIECE: usize = 16;

/// Answers of one server.
pub(crate) struct Cache(Arc<Shared>);

struct Shared {
    rules: watch::Receiver<Arc<Rules>>,
    random: RandomState,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    kept: KeptAnswers,
    in_flight: Vec<InFlight>,
    /// Parts of the hashes of what programs asked, each at the place that another part of it names; empty until the first.
    seen: Vec<u32>,
    last_number: u64,
    /// Whether somebody looks after what is kept.
    is_watched: bool,
    /// Whether the server has stopped.
    is_closed: bool,
}

/// A request that is worked on now.
struct InFlight {
    hash: u64,
    number: u64,
    /// Those who ask the same meanwhile, once there are any.
    waiting: Option<watch::Sender<Outcome>>,
}

/// What came of a request that others wait for.
#[derive(Clone)]
enum Outcome {
    Pending,
    Answer(Arc<Kept>),
    /// An answer that only counts for who asked.
    NotShared,
}

/// What was found for a request.
pub(crate) enum Begun<'a> {
    /// It is answered with this.
    Answered(Arc<Kept>),
    /// It is to be worked on; the ticket is to be told what comes of it.
    Work(Option<Ticket<'a>>),
}

/// What is to be done with a request.
enum Turn<'a> {
    /// It is answered with this.
    Answer(Arc<Kept>),
    /// It is worked on; the ticket is told what comes of it.
    Work(Option<Ticket<'a>>),
    /// The same is being worked on.
    Wait(Waiting),
}

/// For the answer to a request that is worked on.
struct Waiting(watch::Receiver<Outcome>);

/// A request that is worked on, which others may wait for. Dropping it sends them to do it themselves.
pub(crate) struct Ticket<'a> {
    cache: &'a Cache,
    number: u64,
    /// Whether the answer is to be kept, also where nobody waits for it.
    keeps: bool,
    is_done: bool,
}

impl Cache {
    /// An empty one for a server with these rules.
    pub(crate) fn new(rules: watch::Receiver<Arc<Rules>>) -> Self {
        Cache(Arc::new(Shared {
            rules,
            random: RandomState::new(),
            state: Mutex::default(),
        }))
    }

    /// The request of a job, as far as it may be answered from here.
    pub(crate) fn asked<'a>(
        &self,
        job: &Job,
        rules: &'a Arc<Rules>,
        namespace: Option<&'a Namespace>,
        caller: &'a Caller,
        who: Option<&'a str>,
    ) -> Option<Asked<'a>> {
        let keys = rules.keys_for_cache.as_ref()?;
        let is_plain_decode = job.operation == Operation::Decode
            && !job.original
            && job.shut.is_none()
            && job.body.len() <= MAX_BODY
            && !(job.from_page && job.profile.messages.is_some())
            && job.profile.chain.data_keys().is_none();
        if !is_plain_decode {
            return None;
        }
        let origin = match caller {
            Caller::Page(origin) | Caller::Unlisted(origin) => Some(origin),
            Caller::Program => None,
            Caller::Stranger => return None,
        };
        let mut asked = Asked {
            rules,
            keys: keys.version(),
            n_pauses: rules.pause.n_changes(),
            namespace,
            origin,
            who,
            body: job.body.clone(),
            hash: 0,
        };
        asked.hash = self.0.hash(&asked);
        Some(asked)
    }

    /// The answer from here, or leave to work on it. Where the same is being worked on, it waits for that so long at most.
    pub(crate) async fn begin(&self, asked: &Asked<'_>, wait: Duration) -> Begun<'_> {
        let turn = match self.turn(asked) {
            // Seldom waited in, so put apart: what every request waits in is moved about.
            Turn::Wait(waiting) => Box::pin(self.after(asked, waiting, wait)).await,
            turn @ (Turn::Answer(_) | Turn::Work(_)) => turn,
        };
        match turn {
            Turn::Answer(kept) => Begun::Answered(kept),
            Turn::Work(ticket) => Begun::Work(ticket),
            // Nobody waits twice.
            Turn::Wait(_) => Begun::Work(None),
        }
    }

    /// What is to be done with it now.
    fn turn(&self, asked: &Asked<'_>) -> Turn<'_> {
        let mut state = self.0.state();
        if let Some(kept) = state.kept.get(asked.hash) {
            // Compared without the lock.
            drop(state);
            if kept.answers(asked) && Instant::now() < kept.until {
                return Turn::Answer(kept);
            }
            state = self.0.state();
        }
        let keeps = asked.origin.is_some() || state.is_seen(asked.hash);
        let same = |one: &&mut InFlight| one.hash == asked.hash;
        if let Some(same) = state.in_flight.iter_mut().find(same) {
            let waiting = same
                .waiting
                .get_or_insert_with(|| watch::Sender::new(Outcome::Pending));
            return Turn::Wait(Waiting(waiting.subscribe()));
        }
        state.last_number += 1;
        let number = state.last_number;
        state.in_flight.push(InFlight {
            hash: asked.hash,
            number,
            waiting: None,
        });
        Turn::Work(Some(Ticket {
            cache: self,
            number,
            keeps,
            is_done: false,
        }))
    }

    /// What is to be done once the same was worked on, or `wait` is over: never a wait. Where that was given up, the first who comes
    /// takes it over and the others wait for it.
    async fn after(&self, asked: &Asked<'_>, mut waiting: Waiting, wait: Duration) -> Turn<'_> {
        let deadline = Instant::now() + wait;
        loop {
            let is_over = |outcome: &Outcome| !matches!(outcome, Outcome::Pending);
            let outcome = timeout_at(deadline, waiting.0.wait_for(is_over)).await;
            let outcome = outcome.map(|ended| ended.map(|outcome| outcome.clone()));
            match outcome {
                // Another request may have the same hash.
                Ok(Ok(Outcome::Answer(kept))) if kept.answers(asked) => return Turn::Answer(kept),
                Ok(Ok(_)) | Err(_) => return Turn::Work(None),
                Ok(Err(_)) => match self.turn(asked) {
                    Turn::Wait(next) => waiting = next,
                    turn @ (Turn::Answer(_) | Turn::Work(_)) => return turn,
                },
            }
        }
    }

    /// Forgets everything, and keeps nothing any more.
    pub(crate) fn close(&self) {
        self.0.state().is_closed = true;
        self.0.clear();
    }
}

impl Ticket<'_> {
    /// Tells what came of it: it is kept where that is worth it, and handed to those who wait.
    pub(crate) fn done(mut self, asked: &Asked<'_>, done: &Result<Done, RequestError>) {
        self.is_done = true;
        let shared = &self.cache.0;
        let keep = || {
            let Ok((Ok(answer), tally)) = done else {
                return None;
            };
            let kept = is_whole(answer, tally)
                .then(|| Arc::new(Kept::new(self.number, asked, answer, tally)))?;
            shared.keep(asked, kept.clone());
            Some(kept)
        };
        // Before others are told to ask on: of what is kept, nothing is done again.
        let kept = self.keeps.then(keep).flatten();
        let waiting = shared.state().end(self.number);
        let Some(waiting) = waiting else { return };
        // Somebody asked again.
        let kept = kept.or_else(keep);
        waiting.send_replace(kept.map_or(Outcome::NotShared, Outcome::Answer));
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        if !self.is_done {
            let waiting = self.cache.0.state().end(self.number);
            // Who waits is woken by that.
            drop(waiting);
        }
    }
}

/// Whether it is the answer to whoever asks so: every Payload came through, and some of them took work.
fn is_whole(answer: &Bytes, tally: &Tally) -> bool {
    let counts = &tally.counts;
    answer.len() <= MAX_ANSWER
        && counts.decoded > 0
        && counts.failed == 0
        && tally.failures.is_empty()
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hash(&self, asked: &Asked<'_>) -> u64 {
        let mut hasher = self.random.build_hasher();
        asked.namespace.hash(&mut hasher);
        asked.origin.map(HeaderValue::as_bytes).hash(&mut hasher);
        asked.who.hash(&mut hasher);
        let body = &asked.body[..];
        hasher.write_usize(body.len());
        match body.len().checked_sub(PIECES * PIECE) {
            None | Some(0) => hasher.write(body),
            // From the first byte to the last.
            Some(_) => (0..PIECES).for_each(|nth| {
                let start = (body.len() - PIECE) * nth / (PIECES - 1);
                hasher.write(&body[start..start + PIECE]);
            }),
        }
        hasher.finish()
    }

    /// Keeps an answer, unless it is out of date.
    fn keep(self: &Arc<Self>, asked: &Asked<'_>, kept: Arc<Kept>) {
        let mut state = self.state();
        // From here on it is told of changes; those before are seen below.
        let mut changes = self.rules.clone();
        let is_in_force = Arc::ptr_eq(&changes.borrow_and_update(), asked.rules);
        let shutting = asked.rules.pause.watch();
        if state.is_closed || !is_in_force || self.is_shut(asked) {
            return;
        }
        // Overwritten without the lock.
        let gone = state.kept.put(asked.hash, kept);
        if !state.is_watched {
            state.is_watched = true;
            tokio::spawn(self.clone().watch(changes, shutting));
        }
        drop(state);
        drop(gone);
    }

    /// Whether the keys changed since it was asked, or nothing is to be opened any more.
    fn is_shut(&self, asked: &Asked<'_>) -> bool {
        let keys = asked.rules.keys_for_cache.as_ref();
        let pause = &asked.rules.pause;
        keys.is_none_or(|keys| keys.version() != asked.keys)
            || pause.n_changes() != asked.n_pauses
            || pause.is_set()
            || pause.is_panic_locked()
    }

    /// Looks after what is kept, until that is nothing.
    async fn watch(
        self: Arc<Self>,
        mut rules: watch::Receiver<Arc<Rules>>,
        mut shutting: watch::Receiver<()>,
    ) {
        loop {
            let is_changed = tokio::select! {
                () = changed(&mut rules) => true,
                () = changed(&mut shutting) => true,
                () = sleep(TICK) => false,
            };
            if is_changed {
                // Rules that follow may have another switch.
                shutting = rules.borrow_and_update().pause.watch();
                self.clear();
            } else {
                self.forget_old();
            }
            let mut state = self.state();
            if state.kept.is_empty() {
                state.is_watched = false;
                return;
            }
        }
    }

    fn clear(&self) {
        let mut state = self.state();
        let gone = std::mem::take(&mut state.kept);
        drop(state);
        drop(gone);
    }

    /// Forgets what is too old, and all of it where keys changed.
    fn forget_old(&self) {
        let keys = self.rules.borrow().keys_for_cache.clone();
        let version = keys.map(|keys| keys.version());
        let now = Instant::now();
        let mut state = self.state();
        let gone = state
            .kept
            .forget_while(|kept| kept.until <= now || Some(kept.keys) != version);
        drop(state);
        drop(gone);
    }
}

/// Waits for a change; for ever where nobody is left to make one.
async fn changed<T>(watched: &mut watch::Receiver<T>) {
    if watched.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}

impl State {
    /// Whether a program asked this before, as far as that is known. From now on it is.
    fn is_seen(&mut self, hash: u64) -> bool {
        if self.seen.is_empty() {
            self.seen = vec![0; N_SEEN];
        }
        // The upper half; 0 stands for none.
        let part = u32::try_from(hash >> 32).unwrap_or_default().max(1);
        let place = usize::try_from(hash % N_SEEN as u64).unwrap_or_default();
        std::mem::replace(&mut self.seen[place], part) == part
    }

    /// Ends a request that was worked on. Returns who waits for it.
    fn end(&mut self, number: u64) -> Option<watch::Sender<Outcome>> {
        let is_it = |one: &InFlight| one.number == number;
        let place = self.in_flight.iter().position(is_it)?;
        self.in_flight.swap_remove(place).waiting
    }
}

#[cfg(test)]
mod tests;
