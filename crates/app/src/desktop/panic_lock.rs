//! The panic lock: one command that refuses everybody and forgets every key, until it is lifted in the window. It ends with the
//! process, as every lock does: who starts the app anew has the keychain's consent.

use super::DesktopShell;
use crate::error::AppError;
use crate::server::view::ServerView;

impl DesktopShell {
    /// See the command table. Keys of this session are forgotten, too, and so is whatever a lock forgets. Setting it twice changes
    /// nothing.
    ///
    /// # Errors
    /// None.
    pub fn set_panic_lock(&self, (): ()) -> Result<ServerView, AppError> {
        // The server first: it refuses at once, while keys are being forgotten.
        let view = self.server.set_panic_lock(true)?;
        self.lock.lock_all("the panic lock was set");
        Ok(view)
    }

    /// See the command table. The keys stay locked.
    ///
    /// # Errors
    /// None.
    pub fn lift_panic_lock(&self, (): ()) -> Result<ServerView, AppError> {
        self.server.set_panic_lock(false)
    }
}
