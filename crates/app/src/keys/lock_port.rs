//! Locking the app without the user having asked for it now.

/// Locks the app, for whoever sees that it is due.
pub(crate) trait Lock: Send + Sync {
    /// Locks without a question; keys of this session are forgotten, too. Locking what is locked changes nothing.
    fn lock_all(&self, why: &'static str);

    /// Whether the settings ask for a lock with the screen.
    fn locks_with_screen(&self) -> bool;
}
