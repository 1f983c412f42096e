//! How often something was used since the app was started: keys, tokens of programs.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

/// How often each of some things was used since the app was started. What names them must come from a list of this app's own:
/// each name is kept.
pub(crate) struct Uses<K>(Mutex<HashMap<K, Use>>);

/// One thing's.
#[derive(Clone, Copy)]
pub(crate) struct Use {
    pub(crate) last: Timestamp,
    pub(crate) count: u32,
}

impl<K> Default for Uses<K> {
    fn default() -> Self {
        Uses(Mutex::default())
    }
}

impl<K: Eq + Hash> Uses<K> {
    pub(crate) fn of(&self, name: &K) -> Option<Use> {
        self.lock().get(name).copied()
    }

    pub(crate) fn note(&self, name: K, at: Timestamp) {
        let mut uses = self.lock();
        let entry = uses.entry(name).or_insert(Use { last: at, count: 0 });
        entry.last = entry.last.max(at);
        entry.count = entry.count.saturating_add(1);
    }

    /// Something else has the name now.
    pub(crate) fn forget(&self, name: &K) {
        self.lock().remove(name);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, Use>> {
        // Counts are whole at every moment.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
