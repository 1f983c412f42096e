//! Unwrapped data keys: held in memory alone, and asked for with commands and of servers that the user set up, one at a time and once
//! per data key.
//!
//! Who decodes looks here without waiting. What is missing it asks for, and looks again. A lock wipes everything, and what is
//! answered later is dropped.

mod answer;

mod asking;

mod source;

mod state;

mod template;

use std::sync::{Arc, PoisonError};

use payload_codec::{Answered, DataKeyProblem, DataKeys, SecretKey, WrappedKey};

use asking::Asked;
use state::{Hash, REFUSED_FOR, State};

pub use source::{BadDataKeySource, DataKeySource, MAX_DATA_KEY_SECONDS};
pub use state::DataKeyStore;

/// How the asking stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataKeyState {
    /// Who is asked now: the beginning of the command.
    pub waiting_for: Option<String>,
    /// For how long, in seconds.
    pub seconds: u64,
    /// How many more wait for their turn.
    pub n_waiting: usize,
    /// How many are in memory.
    pub n_held: usize,
    /// How many were asked for since the start.
    pub n_asked: u64,
}

impl DataKeyStore {
    /// Sets who unwraps what. Data keys of those that are gone, or were changed, are wiped.
    pub fn set_sources(&self, sources: Vec<DataKeySource>) {
        let mut state = self.state();
        let same = state.sources.iter().map(|source| &**source).eq(&sources);
        if same {
            return;
        }
        // The same source goes on: its keys stay.
        let before = std::mem::take(&mut state.sources);
        let kept = |source: DataKeySource| {
            let known = before.iter().find(|known| ***known == source);
            known.cloned().unwrap_or_else(|| Arc::new(source))
        };
        state.sources = sources.into_iter().map(kept).collect();
        let sources = state.sources.clone();
        let stays =
            |source: &Arc<DataKeySource>| sources.iter().any(|now| Arc::ptr_eq(now, source));
        state.held.retain(|_, (_, source)| stays(source));
        let State { held, order, .. } = &mut *state;
        order.retain(|hash| held.contains_key(hash));
        state.refused.clear();
        state.drop_questions();
        drop(state);
        self.tell();
    }

    /// Wipes every data key and ends what is under way, until [`DataKeyStore::unlock`].
    pub fn lock(&self) {
        let mut state = self.state();
        state.locked = true;
        // Each is overwritten with its last user.
        state.held.clear();
        state.order.clear();
        state.refused.clear();
        state.drop_questions();
        drop(state);
        self.tell();
    }

    /// Asks again from now on.
    pub fn unlock(&self) {
        self.state().locked = false;
    }

    /// Asks anew for what was refused.
    pub fn forget_refusals(&self) {
        self.state().refused.clear();
    }

    /// Stops what is asked now and what waits; whoever waits is told that it was canceled.
    pub fn cancel(&self) {
        let mut state = self.state();
        let mut stopped: Vec<(Hash, String)> = Vec::new();
        if let Some(running) = &state.running {
            stopped.push((running.hash, running.source.by().to_owned()));
        }
        for wrapped in &state.waiting {
            let by = state.source_of(wrapped.wrapped_by());
            let by = by.map_or_else(String::new, |source| source.by().to_owned());
            stopped.push((*wrapped.hash(), by));
        }
        state.drop_questions();
        for (hash, by) in stopped {
            state.refuse(hash, DataKeyProblem::Canceled { by });
        }
        drop(state);
        self.tell();
    }

    /// How the asking stands.
    pub fn asking(&self) -> DataKeyState {
        let state = self.state();
        let running = state.running.as_ref();
        DataKeyState {
            waiting_for: running.map(|running| running.source.by().to_owned()),
            seconds: running.map_or(0, |running| running.since.elapsed().as_secs()),
            n_waiting: state.waiting.len(),
            n_held: state.held.len(),
            n_asked: state.n_asked,
        }
    }

    /// Calls this whenever something is asked or answered.
    pub fn on_change(&self, changed: impl Fn() + Send + Sync + 'static) {
        let mut told = self
            .0
            .changed
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *told = Some(Arc::new(changed));
    }
}

impl DataKeys for DataKeyStore {
    fn serves(&self, wrapped_by: &str) -> bool {
        self.state().source_of(wrapped_by).is_some()
    }

    fn data_key(&self, wrapped: &WrappedKey) -> Result<SecretKey, DataKeyProblem> {
        let state = self.state();
        if state.locked {
            return Err(DataKeyProblem::Locked);
        }
        if let Some((key, _)) = state.held.get(wrapped.hash()) {
            return Ok(key.clone());
        }
        match state.refused.get(wrapped.hash()) {
            Some((problem, at)) if at.elapsed() < REFUSED_FOR => Err(problem.clone()),
            Some(_) | None => Err(DataKeyProblem::NotAsked),
        }
    }

    fn ask(&self, wanted: Vec<WrappedKey>) -> Answered {
        Box::pin(self.asked(wanted))
    }

    fn ask_and_wait(&self, wanted: Vec<WrappedKey>, is_wanted: &dyn Fn() -> bool) {
        self.asked(wanted).wait(is_wanted);
    }
}

impl DataKeyStore {
    fn asked(&self, wanted: Vec<WrappedKey>) -> Asked {
        Asked::new(self.clone(), wanted)
    }
}

#[cfg(all(test, unix))]
mod tests;
