//! Adding the keys that were chosen from a preview.

use jiff::Timestamp;
use key_store::{KeyNames, KeyUse, NewKey};
use payload_codec::KeyId;
use uuid::Uuid;

use super::KeySources;
use super::offered::Offered;
use super::view::ImportKeysRequest;
use crate::error::{AppError, Code};
use crate::keys::view::KeysView;

impl KeySources {
    /// See the command table. Where one of them cannot be added, those before it are, and the preview stays.
    ///
    /// # Errors
    /// [`Code::PreviewGone`]; [`Code::BadRequest`] where nothing is chosen, or there is no such entry; what is wrong with an
    /// entry; [`Code::KeychainUnavailable`], [`Code::File`].
    pub fn import_keys(&self, request: ImportKeysRequest) -> Result<KeysView, AppError> {
        let gone = || {
            AppError::new(Code::PreviewGone, "the preview of these keys has expired")
                .hint("Read the keys again, then add them.")
        };
        let token = Uuid::parse_str(&request.token).map_err(|_| gone())?;
        let offered = self.previews.get(token).ok_or_else(gone)?;
        let mut chosen = request.choose;
        chosen.sort_unstable();
        chosen.dedup();
        let id_of = |place: u32| request.ids.iter().find(|other| other.entry == place);
        let entries: Vec<(&Offered, KeyNames)> = chosen
            .iter()
            .filter_map(|place| {
                let entry = offered.get(*place as usize)?;
                let mut names = entry.names.clone();
                if let Some(other) = id_of(*place) {
                    names.id = KeyId::new(&other.id);
                }
                Some((entry, names))
            })
            .collect();
        if entries.is_empty() || entries.len() != chosen.len() {
            return Err(AppError::new(Code::BadRequest, "no key is selected"));
        }
        let n_before = self.core.keys().list().len();
        let mut added = Vec::new();
        let outcome = entries.iter().try_for_each(|(entry, names)| {
            let key = entry.key.as_ref().map_err(Clone::clone)?;
            self.add_formats(entry)?;
            let usage = KeyUse {
                retired: entry.usage.retired,
                ..self
                    .import
                    .usage(entry.usage.formats.clone(), &entry.usage.namespaces)?
            };
            self.import.check_fit(&usage, key.bits())?;
            let new = NewKey {
                names: names.clone(),
                created: Timestamp::now(),
                lifetime: request.lifetime.into(),
                usage,
            };
            added.push(self.import.take_in(&new, key.clone())?);
            Ok(())
        });
        if n_before == 0
            && let Some(first) = added.first()
        {
            self.import.encode_with_first(first)?;
        }
        let keys = self.changes.changed()?;
        match outcome {
            Ok(()) => {
                self.previews.forget(token);
                Ok(keys)
            }
            Err(error) if added.is_empty() => Err(error),
            Err(error) => Err(AppError {
                message: format!(
                    "{} of {} keys were added. {}",
                    added.len(),
                    entries.len(),
                    error.message
                ),
                ..error
            }),
        }
    }

    /// Adds the formats that come with an entry. They stay where the key is refused afterwards: the next try finds them.
    fn add_formats(&self, entry: &Offered) -> Result<(), AppError> {
        entry
            .new_formats()
            .try_for_each(|(name, spec)| self.formats.add(name, spec))
    }
}
