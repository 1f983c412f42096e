//! Commands that run now for the keys that they print, so that whoever started them can stop them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// The commands that run now.
#[derive(Default)]
pub(crate) struct Running(Mutex<Vec<Weak<AtomicBool>>>);

impl Running {
    /// What tells a command to stop, for as long as it is held.
    pub(super) fn start(&self) -> Arc<AtomicBool> {
        let cancel = Arc::new(AtomicBool::new(false));
        let mut running = self.lock();
        running.retain(|other| other.strong_count() > 0);
        running.push(Arc::downgrade(&cancel));
        cancel
    }

    /// Tells all of them to stop.
    pub(crate) fn cancel(&self) {
        for cancel in self.lock().drain(..).filter_map(|cancel| cancel.upgrade()) {
            cancel.store(true, Ordering::Relaxed);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Weak<AtomicBool>>> {
        // Entries are put in and taken out whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
