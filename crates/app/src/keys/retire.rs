//! Retiring a key, which takes it out of use and keeps it, and restoring it.

use super::Keys;
use super::view::{KeyHandleRequest, KeysView};
use crate::config::profiles;
use crate::error::{AppError, Code};
use crate::plan::key_messages::called;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl Keys {
    /// See the command table.
    ///
    /// # Errors
    /// [`Code::KeyNotFound`], [`Code::KeyInUse`] where a profile encodes with it, [`Code::File`].
    pub fn retire_key(&self, request: KeyHandleRequest) -> Result<KeysView, AppError> {
        let mut record = self.core.find_key(&request.handle)?;
        let profiles = profiles::that_encode(&self.core.settings().get(), record.handle);
        if !profiles.is_empty() {
            return Err(AppError::new(
                Code::KeyInUse,
                format!(
                    "{} encodes with {}",
                    profiles::listed(&profiles),
                    called(&record)
                ),
            )
            .hint("Choose another key to encode with first; this one then still decodes."));
        }
        record.usage.retired = true;
        self.set_usage(&record)
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::KeyNotFound`], [`Code::DuplicateKey`] where another key has its id by now, [`Code::File`].
    pub fn restore_key(&self, request: KeyHandleRequest) -> Result<KeysView, AppError> {
        let mut record = self.core.find_key(&request.handle)?;
        record.usage.retired = false;
        self.set_usage(&record)
    }
}
