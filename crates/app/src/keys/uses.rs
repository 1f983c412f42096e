//! How often keys were used since the app was started.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use uuid::Uuid;

/// How often keys were used since the app was started.
#[derive(Default)]
pub(crate) struct Uses(Mutex<HashMap<Uuid, Use>>);

/// One key's.
#[derive(Clone, Copy)]
pub(crate) struct Use {
    pub(crate) last: Timestamp,
    pub(crate) count: u32,
}

impl Uses {
    pub(crate) fn of(&self, handle: Uuid) -> Option<Use> {
        self.lock().get(&handle).copied()
    }

    pub(super) fn note(&self, handle: Uuid, at: Timestamp) {
        let mut uses = self.lock();
        let entry = uses.entry(handle).or_insert(Use { last: at, count: 0 });
        entry.last = entry.last.max(at);
        entry.count = entry.count.saturating_add(1);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Uuid, Use>> {
        // Counts are whole at every moment.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
