//! What is forgotten with the keys when the app is locked.

/// What else is forgotten with a lock: it is told after the keys themselves are gone.
pub(crate) trait Forget: Send + Sync {
    /// Forgets everything that holds keys or Payloads.
    fn forget(&self);
}
