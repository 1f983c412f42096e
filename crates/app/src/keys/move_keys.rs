//! Moving keys between the keychain and the encrypted file, whose passphrase is asked for with every unlocking.

use key_store::Lifetime;

use super::Keys;
use super::view::{KeyPlace, KeysView, MoveKeysRequest};
use crate::error::AppError;
use crate::plan::key_messages::problem;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl Keys {
    /// See the command table. One after the other; what cannot move stays where it is, and ends the moving.
    ///
    /// # Errors
    /// [`crate::Code::KeyNotFound`], [`crate::Code::Locked`], [`crate::Code::KeychainUnavailable`], [`crate::Code::File`].
    pub fn move_keys(&self, request: MoveKeysRequest) -> Result<KeysView, AppError> {
        let to = match request.to {
            KeyPlace::Keychain => Lifetime::Keychain,
            KeyPlace::Vault => Lifetime::Vault,
        };
        let n_keys = request.handles.len();
        for (n_moved, handle) in request.handles.iter().enumerate() {
            let record = self.core.find_key(handle)?;
            if let Err(error) = self.core.keys().move_key(record.handle, to) {
                self.changes.changed()?;
                let mut error = problem(&error);
                if n_moved > 0 {
                    error.message = format!(
                        "{} ({n_moved} of {n_keys} keys were moved before)",
                        error.message
                    );
                }
                return Err(error);
            }
        }
        self.changes.changed()
    }
}
