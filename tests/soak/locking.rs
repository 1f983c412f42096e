//! How often the app was locked and unlocked, as far as the one who does it knows.

use std::sync::atomic::{AtomicU64, Ordering};

/// How often the app was locked and unlocked; never, where nobody does.
#[derive(Default)]
pub(crate) struct Locking(AtomicU64);

/// The app between two changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment(u64);

impl Moment {
    /// Whether the app is locked; `None` while that changes.
    pub(crate) fn is_locked(self) -> Option<bool> {
        match self.0 % 4 {
            0 => Some(false),
            2 => Some(true),
            _ => None,
        }
    }
}

impl Locking {
    pub(crate) fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }

    pub(crate) fn step(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}
