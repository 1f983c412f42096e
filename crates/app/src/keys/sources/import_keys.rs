//! Adding the keys that were chosen from a preview.

use jiff::Timestamp;
use key_store::{KeyNames, KeyRecord, KeyUse, NewKey};
use payload_codec::KeyId;
use uuid::Uuid;

use super::KeySources;
use super::offered::Offered;
use super::view::ImportKeysRequest;
use crate::config::Settings;
use crate::error::{AppError, Code};
use crate::keys::view::{KeyLifetime, KeysView};
use crate::settings::changes::KeyBefore;

/// An entry that was chosen.
struct Chosen<'a> {
    entry: &'a Offered,
    names: KeyNames,
    /// Whether it takes the place of the key that has its id.
    replaces: bool,
}

impl KeySources {
    /// See the command table. Where one of them cannot be added, those before it are, and the preview stays. Those that were
    /// replaced come back by one undo.
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
        let entries: Vec<Chosen<'_>> = chosen
            .iter()
            .filter_map(|place| {
                let entry = offered.get(*place as usize)?;
                let mut names = entry.names.clone();
                if let Some(other) = id_of(*place) {
                    names.id = KeyId::new(&other.id);
                }
                Some(Chosen {
                    entry,
                    names,
                    replaces: request.replace.contains(place),
                })
            })
            .collect();
        if entries.is_empty() || entries.len() != chosen.len() {
            return Err(AppError::new(Code::BadRequest, "no key is selected"));
        }
        let before = self.core.settings().get();
        let (mut added, mut replaced) = (Vec::new(), Vec::new());
        let outcome = entries.iter().try_for_each(|chosen| {
            let (new, old) = self.add(chosen, request.lifetime)?;
            replaced.extend(old.map(|record| KeyBefore {
                record,
                replaced_by: Some(new.handle),
            }));
            added.push(new);
            Ok(())
        });
        let handles: Vec<Uuid> = added.iter().map(|record| record.handle).collect();
        if self.import.is_first(&handles)
            && let Some(first) = added.first()
        {
            self.import.encode_with_first(first)?;
        }
        let keys = match replaced.is_empty() {
            true => self.changes.changed()?,
            false => {
                // Formats that came with keys stay: keys use them.
                let formats = self.core.settings().get().formats;
                let before = Settings { formats, ..before };
                self.import.replaced(before, replaced)?
            }
        };
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

    /// Adds one of them. With it comes the key that it took the place of, as that was.
    fn add(
        &self,
        chosen: &Chosen<'_>,
        lifetime: KeyLifetime,
    ) -> Result<(KeyRecord, Option<KeyRecord>), AppError> {
        let Chosen { entry, names, .. } = chosen;
        let key = entry.key.as_ref().map_err(Clone::clone)?;
        self.add_formats(entry)?;
        let usage = KeyUse {
            retired: entry.usage.retired,
            ..self
                .import
                .usage(entry.usage.formats.clone(), &entry.usage.namespaces)?
        };
        let mut new = NewKey {
            names: names.clone(),
            created: Timestamp::now(),
            lifetime: lifetime.into(),
            usage,
        };
        let known = self.core.keys().list();
        let old = known.into_iter().find(|record| {
            let is_meant = chosen.replaces && !record.usage.retired && record.id == names.id;
            is_meant
                && record.usage.same_namespaces(&new.usage)
                && record.fingerprint != key.fingerprint()
        });
        let Some(old) = old else {
            self.import.check_fit(&new.usage, key.bits())?;
            return Ok((self.import.take_in(&new, key.clone())?, None));
        };
        // What the source does not say stays as it was.
        if new.usage.formats.is_empty() {
            new.usage.formats.clone_from(&old.usage.formats);
        }
        if new.names.label.is_empty() {
            new.names.label.clone_from(&old.label);
        }
        for id in &old.also_opens {
            if new.names.id != *id && !new.names.also_opens.contains(id) {
                new.names.also_opens.push(id.clone());
            }
        }
        self.import.check_fit(&new.usage, key.bits())?;
        let added = self.import.put_in_place_of(&old, &new, key.clone())?;
        Ok((added, Some(old)))
    }

    /// Adds the formats that come with an entry. They stay where the key is refused afterwards: the next try finds them.
    fn add_formats(&self, entry: &Offered) -> Result<(), AppError> {
        entry
            .new_formats()
            .try_for_each(|(name, spec)| self.formats.add(name, spec))
    }
}
