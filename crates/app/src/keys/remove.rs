//! Removing a key for good: not one that is in use, unless that is agreed to.

use key_store::KeyRecord;

use super::Keys;
use super::view::{KeysView, RemoveKeyRequest};
use crate::config::profiles;
use crate::error::{AppError, Code};
use crate::plan::key_messages::problem;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl Keys {
    /// See the command table. Profiles that encode with it refuse to encode until another key is chosen.
    ///
    /// # Errors
    /// [`Code::KeyInUse`] where it is used, and that was not agreed to; [`Code::KeyNotFound`],
    /// [`Code::KeychainUnavailable`], [`Code::File`].
    pub fn remove_key(&self, request: RemoveKeyRequest) -> Result<KeysView, AppError> {
        let record = self.core.find_key(&request.handle)?;
        if !request.even_if_used {
            self.check_unused(&record)?;
        }
        self.core
            .keys()
            .remove(record.handle)
            .map_err(|error| problem(&error))?;
        let gone = record.handle;
        self.settings.change(|settings| {
            let named = settings.profiles.iter_mut().map(|named| &mut named.profile);
            for profile in std::iter::once(&mut settings.profile).chain(named) {
                profile.encode_key = profile.encode_key.filter(|handle| *handle != gone);
                if let Some(handles) = &mut profile.decode_keys {
                    handles.retain(|handle| *handle != gone);
                }
            }
        })?;
        self.changes.changed()
    }

    fn check_unused(&self, record: &KeyRecord) -> Result<(), AppError> {
        let profiles = profiles::that_encode(&self.core.settings().get(), record.handle);
        let uses = self.changes.uses_of(record.handle);
        let mut why = Vec::new();
        if !profiles.is_empty() {
            why.push(format!("{} encodes with it", profiles::listed(&profiles)));
        }
        if let Some(uses) = uses {
            let requests = if uses.count == 1 {
                "1 request has".to_owned()
            } else {
                format!("{} requests have", uses.count)
            };
            why.push(format!(
                "{requests} used it since the app started, last at {}",
                uses.last.strftime("%Y-%m-%d %H:%M UTC")
            ));
        }
        if why.is_empty() {
            return Ok(());
        }
        Err(AppError::new(
            Code::KeyInUse,
            format!("this key is in use: {}", why.join(", and ")),
        )
        .hint(match profiles.is_empty() {
            true => "Retire the key instead: what it encoded can never be read again without it.",
            // One that encodes is not retired, either.
            false => {
                "Choose another key to encode with, then retire this one: what it encoded can never be read again without it."
            }
        }))
    }
}
