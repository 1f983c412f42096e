//! Locking the app, so that key bytes leave memory; unlocking; and asking the keychain again.

use key_store::{KeychainState, Lifetime};

use super::Keys;
use super::lock_port::Lock;
use super::view::{KeysView, LockRequest};
use crate::error::{AppError, Code};
use crate::plan::key_messages::problem;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl Keys {
    /// See the command table. Locking what is locked changes nothing.
    ///
    /// # Errors
    /// [`Code::SessionKeys`] where keys would be lost and that was not agreed to; nothing is locked then.
    pub fn lock(&self, request: LockRequest) -> Result<KeysView, AppError> {
        let records = self.core.keys().list();
        let session = records
            .iter()
            .filter(|record| record.lifetime == Lifetime::SessionOnly);
        let n_session = session.count();
        if n_session > 0 && !request.forget_session_keys {
            let keys = if n_session == 1 {
                "1 key is".to_owned()
            } else {
                format!("{n_session} keys are")
            };
            return Err(AppError::new(
                Code::SessionKeys,
                format!("{keys} kept for this session only and would be lost"),
            ));
        }
        self.core.keys().lock();
        for other in &self.forget {
            other.forget();
        }
        self.changes.changed()
    }

    /// See the command table. Blocks until the keychain answered, or its deadline passed.
    ///
    /// # Errors
    /// [`Code::File`] where the index of keys cannot be read; what the keychain says is in the view.
    pub fn unlock(&self, (): ()) -> Result<KeysView, AppError> {
        if self.core.pause().is_panic_locked() {
            return Err(panic_locked());
        }
        self.clock.restart();
        self.core.keys().unlock().map_err(|error| problem(&error))?;
        // Set while the keychain was asked.
        if self.core.pause().is_panic_locked() {
            self.core.keys().lock();
            self.changes.changed()?;
            return Err(panic_locked());
        }
        self.changes.changed()
    }

    /// See the command table. Blocks until the keychain answered, or its deadline passed.
    ///
    /// # Errors
    /// [`Code::File`] where the index of keys cannot be read; what the keychain says is in the view.
    pub fn retry_keychain(&self, (): ()) -> Result<KeysView, AppError> {
        // Loading asks for nothing where there is no key yet, so a keychain without keys is asked by a probe.
        if self.core.keys().load().map_err(|error| problem(&error))? == KeychainState::NotAsked {
            self.core.keys().check();
        }
        self.changes.changed()
    }
}

impl Lock for Keys {
    fn lock_all(&self, why: &'static str) {
        if self.core.keys().is_locked() {
            // What may have come since is forgotten all the same.
            self.forget.iter().for_each(|other| other.forget());
            return;
        }
        tracing::info!(why, "the app locks itself");
        let request = LockRequest {
            forget_session_keys: true,
        };
        if let Err(error) = self.lock(request) {
            tracing::error!(%error, "the keys were locked, and that could not be told");
        }
    }

    fn locks_with_screen(&self) -> bool {
        self.core
            .settings()
            .read(|settings| settings.lock.with_screen)
    }
}

fn panic_locked() -> AppError {
    AppError::new(Code::Locked, "the panic lock is set, so no key is read")
        .hint("Press “Lift panic lock” in Server first.")
}
