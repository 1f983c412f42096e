//! A Codec Server that is paused listens, answers, and opens nothing, as if every key were locked: pages are told why,
//! programs get their Payloads back as they sent them, and nothing is encoded. Under the panic lock, which is stronger, everybody
//! is refused, and what is under way as well.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::watch;

/// Whether a Codec Server is paused, or refuses everything. Clones are one switch, so that it holds also when rules are replaced
/// meanwhile. A pause counts from the next request on, the panic lock for those under way too.
#[derive(Clone, Debug, Default)]
pub struct Pause(Arc<Switches>);

#[derive(Debug, Default)]
struct Switches {
    paused: AtomicBool,
    panic_locked: AtomicBool,
    n_changes: AtomicU64,
    /// Tells of each change.
    changes: watch::Sender<()>,
}

impl Pause {
    /// Pauses or resumes. Returns whether that was a change.
    pub fn set(&self, paused: bool) -> bool {
        let was = self.0.paused.swap(paused, Ordering::SeqCst);
        self.changed();
        was != paused
    }

    /// Whether it is paused now.
    pub fn is_set(&self) -> bool {
        self.0.paused.load(Ordering::SeqCst)
    }

    /// Sets the panic lock or lifts it; a pause stays as it is. Returns whether that was a change.
    pub fn set_panic_lock(&self, locked: bool) -> bool {
        let was = self.0.panic_locked.swap(locked, Ordering::SeqCst);
        self.changed();
        was != locked
    }

    /// Whether the panic lock is set now.
    pub fn is_panic_locked(&self) -> bool {
        self.0.panic_locked.load(Ordering::SeqCst)
    }

    fn changed(&self) {
        self.0.n_changes.fetch_add(1, Ordering::SeqCst);
        self.0.changes.send_replace(());
    }

    /// How often it was set or lifted, so that what was found before is told from what is found after.
    pub(crate) fn n_changes(&self) -> u64 {
        self.0.n_changes.load(Ordering::SeqCst)
    }

    /// Is told of every change from now on.
    pub(crate) fn watch(&self) -> watch::Receiver<()> {
        self.0.changes.subscribe()
    }
}
