//! Putting another key in the place of one: under its id, for what it was for. The one before is retired, and comes back by one
//! undo.

use key_store::{KeyNames, KeyRecord, KeyUse, NewKey};

use jiff::Timestamp;
use payload_codec::SecretKey;
use uuid::Uuid;

use super::import::KeyImport;
use super::view::{KeysView, ReplaceKeyRequest};
use crate::config::Settings;
use crate::error::{AppError, Code};
use crate::plan::key_messages::{called, problem};
use crate::settings::changes::{Beside, KeyBefore};

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl KeyImport {
    /// See the command table.
    ///
    /// # Errors
    /// [`Code::KeyNotFound`], [`Code::BadKeyMaterial`] where it is no key, or the one that is there; [`Code::DuplicateKey`],
    /// [`Code::KeychainUnavailable`], [`Code::File`]. The key before is in use as it was then.
    pub fn replace_key(&self, request: ReplaceKeyRequest) -> Result<KeysView, AppError> {
        let old = self.core().find_key(&request.handle)?;
        let usage = KeyUse {
            retired: false,
            ..old.usage.clone()
        };
        let key = self.key_of_text(&usage, &request.material, request.format)?;
        if key.fingerprint() == old.fingerprint {
            let same = format!("this is {}, which is here already", called(&old));
            return Err(AppError::new(Code::BadKeyMaterial, same)
                .hint("Enter the key that takes its place."));
        }

        let before = self.settings().get();
        let new = NewKey {
            names: KeyNames {
                id: old.id.clone(),
                also_opens: old.also_opens.clone(),
                label: old.label.clone(),
            },
            created: Timestamp::now(),
            lifetime: old.lifetime,
            usage,
        };
        let new = self.put_in_place_of(&old, &new, key)?;
        let replaced = KeyBefore {
            record: old,
            replaced_by: Some(new.handle),
        };
        self.replaced(before, vec![replaced])
    }

    /// Adds a key that takes the place of another one, which is retired. Tells nobody yet.
    ///
    /// # Errors
    /// [`Code::DuplicateKey`], [`Code::KeychainUnavailable`], [`Code::File`]. The key before is in use as it was then.
    pub(super) fn put_in_place_of(
        &self,
        old: &KeyRecord,
        new: &NewKey,
        key: SecretKey,
    ) -> Result<KeyRecord, AppError> {
        self.set_retired(old, true)?;
        let new = self.take_in(new, key).inspect_err(|_| {
            if let Err(error) = self.set_retired(old, old.usage.retired) {
                tracing::error!(%error, "a key that was not replaced is still retired");
            }
        })?;
        self.settings()
            .change(|settings| exchange(settings, old.handle, new.handle))?;
        Ok(new)
    }

    /// Remembers how things were before keys were replaced, and tells the window.
    ///
    /// # Errors
    /// As [`KeyChanges::changed`](super::changes::KeyChanges::changed).
    pub(super) fn replaced(
        &self,
        before: Settings,
        keys: Vec<KeyBefore>,
    ) -> Result<KeysView, AppError> {
        let beside = Beside {
            keys,
            ..Beside::default()
        };
        let saved = self.settings().can_be_undone(before, beside);
        Ok(KeysView {
            change: saved.change,
            ..self.changes().changed()?
        })
    }

    fn set_retired(&self, record: &KeyRecord, retired: bool) -> Result<(), AppError> {
        let usage = KeyUse {
            retired,
            ..record.usage.clone()
        };
        let keys = self.core().keys();
        let set = keys.set_usage(record.handle, usage);
        set.map(drop).map_err(|error| problem(&error))
    }
}

/// Profiles that encode or decode with the one do so with the other.
pub(super) fn exchange(settings: &mut Settings, old: Uuid, new: Uuid) {
    let named = settings.profiles.iter_mut().map(|named| &mut named.profile);
    for profile in std::iter::once(&mut settings.profile).chain(named) {
        let decodes = profile.decode_keys.iter_mut().flatten();
        for handle in decodes.chain(&mut profile.encode_key) {
            if *handle == old {
                *handle = new;
            }
        }
    }
}
