//! Choosing the key that a profile encodes with.

use super::Keys;
use super::view::{KeysView, SetEncodeKeyRequest};
use crate::config::profiles;
use crate::error::AppError;
use crate::plan::formats::Formats;
use crate::plan::key_fit::check_encode_key;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl Keys {
    /// See the command table.
    ///
    /// # Errors
    /// [`crate::Code::KeyNotFound`]; [`crate::Code::InvalidSetting`] where there is no such profile, or it could not decode again
    /// what it encodes with the key; [`crate::Code::File`].
    pub fn set_encode_key(&self, request: SetEncodeKeyRequest) -> Result<KeysView, AppError> {
        let record = request
            .handle
            .map(|handle| self.core.find_key(&handle))
            .transpose()?;
        let settings = self.core.settings().get();
        let name = request
            .profile
            .filter(|name| name != profiles::DEFAULT_PROFILE);
        let named = match &name {
            None => None,
            Some(name) => Some(profiles::named(&settings, name)?),
        };
        if let Some(record) = &record {
            let profile = named.map_or(&settings.profile, |named| &named.profile);
            check_encode_key(named, profile, record, &Formats::of(&settings))?;
        }
        let handle = record.map(|record| record.handle);
        let saved = self.settings.change_with_undo(|settings| match name {
            None => settings.profile.encode_key = handle,
            Some(name) => {
                let mut profiles = settings.profiles.iter_mut();
                if let Some(named) = profiles.find(|named| named.name == name) {
                    named.profile.encode_key = handle;
                }
            }
        })?;
        Ok(KeysView {
            change: saved.change,
            ..self.changes.changed()?
        })
    }
}
