//! A Codec Server that is paused listens, answers, and opens nothing, as if every key were locked: pages are told why,
//! programs get their Payloads back as they sent them, and nothing is encoded.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a Codec Server is paused. Clones are one switch, so that it holds also when rules are replaced meanwhile; it
/// counts from the next request on.
#[derive(Clone, Debug, Default)]
pub struct Pause(Arc<AtomicBool>);

impl Pause {
    /// Pauses or resumes. Returns whether that was a change.
    pub fn set(&self, paused: bool) -> bool {
        self.0.swap(paused, Ordering::SeqCst) != paused
    }

    /// Whether it is paused now.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
