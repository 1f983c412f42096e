//! The server's half of the panic lock, as the room that sets it needs it.

use super::view::ServerView;
use crate::error::AppError;

/// Refuses everybody.
pub(crate) trait PanicLock: Send + Sync {
    /// Sets the panic lock or lifts it, and says how the server is then. It waits for nothing: a start or stop that is under way does
    /// not put it off.
    fn set_panic_lock(&self, locked: bool) -> Result<ServerView, AppError>;
}
