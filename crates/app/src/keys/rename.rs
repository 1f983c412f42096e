//! Changing the id that a key answers to, and its name for people.

use key_store::KeyNames;
use payload_codec::KeyId;

use super::Keys;
use super::view::{KeysView, RenameKeyRequest};
use crate::error::AppError;
use crate::plan::key_messages::problem;

impl Keys {
    /// See the command table.
    ///
    /// # Errors
    /// [`crate::Code::KeyNotFound`], [`crate::Code::DuplicateKey`], [`crate::Code::File`].
    pub fn rename_key(&self, request: RenameKeyRequest) -> Result<KeysView, AppError> {
        let record = self.core.find_key(&request.handle)?;
        let names = KeyNames {
            id: KeyId::new(&request.id),
            also_opens: record.also_opens,
            label: request.label,
        };
        self.core
            .keys()
            .rename(record.handle, &names)
            .map_err(|error| problem(&error))?;
        self.changes.changed()
    }
}
