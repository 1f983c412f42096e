//! Using from now on what a search for the key of a Payload found: the key's ids and what it is for, a new format, a profile.

use key_store::{KeyNames, KeyRecord, KeyUse};
use payload_codec::{Adoption, CodecSpec};
use uuid::Uuid;

use crate::config::FormatSettings;
use crate::config::profiles::named_only;
use crate::core::Core;
use crate::error::{AppError, Code};
use crate::keys::changes::KeyChanges;
use crate::keys::replace::exchange;
use crate::keys::view::KeysView;
use crate::plan::formats::DEFAULT_FORMAT;
use crate::plan::key_messages::problem;
use crate::plan::others_with_its_ids;
use crate::settings::changes::{Beside, KeyBefore, SettingsChanges};

/// What adopting a finding changes.
#[derive(Clone)]
pub(crate) struct Change {
    /// The key; `None` where none is needed.
    pub(crate) key: Option<Uuid>,
    pub(crate) adoption: Adoption,
    /// The new format's spec.
    pub(crate) spec: Option<Box<CodecSpec>>,
    pub(crate) restore: bool,
    /// The Namespace that the key is not for yet.
    pub(crate) namespace: Option<String>,
    /// The profile that does not have the key among those that decode.
    pub(crate) profile: Option<String>,
}

/// Adopts findings.
pub(crate) struct AdoptFinding {
    core: Core,
    settings: SettingsChanges,
    keys: KeyChanges,
}

impl AdoptFinding {
    pub(crate) fn new(core: Core, settings: SettingsChanges, keys: KeyChanges) -> Self {
        AdoptFinding {
            core,
            settings,
            keys,
        }
    }

    /// Makes the change, which can be taken back.
    ///
    /// # Errors
    /// [`Code::KeyNotFound`], [`Code::InvalidFormat`], [`Code::DuplicateKey`], [`Code::File`].
    pub(crate) fn adopt(&self, change: &Change) -> Result<KeysView, AppError> {
        let record = change
            .key
            .map(|handle| self.core.find_key(&handle.to_string()))
            .transpose()?;
        let before = self.settings.get();
        if let (Some(spec), Some(name)) = (&change.spec, &change.adoption.format) {
            let spec = serde_json::to_value(spec).map_err(|error| {
                AppError::new(
                    Code::Internal,
                    format!("a spec does not serialize: {error}"),
                )
            })?;
            self.settings.change(|settings| {
                if !settings.formats.iter().any(|format| format.name == *name) {
                    settings.formats.push(FormatSettings {
                        name: name.clone(),
                        spec,
                        unknown: serde_json::Map::new(),
                    });
                }
            })?;
        }
        let retired = match &record {
            Some(record) => self.change_key(record, change)?,
            None => Vec::new(),
        };
        let beside = Beside {
            keys: record
                .into_iter()
                .chain(retired)
                .map(KeyBefore::changed)
                .collect(),
            ..Beside::default()
        };
        let saved = self.settings.can_be_undone(before, beside);
        Ok(KeysView {
            change: saved.change,
            ..self.keys.changed()?
        })
    }

    /// Returns the keys that had its ids before, as they were: they are retired.
    fn change_key(&self, record: &KeyRecord, change: &Change) -> Result<Vec<KeyRecord>, AppError> {
        let keys = self.core.keys();
        let mut retired = Vec::new();
        if let Some(id) = &change.adoption.also_opens
            && !crate::plan::answers_to(record, id)
        {
            let mut also_opens = record.also_opens.clone();
            also_opens.push(id.clone());
            let names = KeyNames {
                id: record.id.clone(),
                also_opens,
                label: record.label.clone(),
            };
            let list = keys.list();
            retired.extend(crate::plan::other_with_id(id, record, &list).cloned());
            self.in_place_of(&retired, record, || {
                let renamed = keys.rename(record.handle, &names);
                renamed.map(drop).map_err(|error| problem(&error))
            })?;
        }
        let mut usage = record.usage.clone();
        if let Some(format) = &change.adoption.format {
            // Without a format it had that of the samples, and keeps it: it goes on encoding as it did.
            if usage.formats.is_empty() {
                usage.formats.push(DEFAULT_FORMAT.to_owned());
            }
            if !usage.formats.contains(format) {
                usage.formats.push(format.clone());
            }
        }
        if change.restore {
            usage.retired = false;
        }
        if let Some(namespace) = &change.namespace {
            usage.namespaces.push(namespace.clone());
        }
        if usage != record.usage {
            let list = keys.list();
            let others = match change.restore {
                true => others_with_its_ids(record, &list.iter().collect::<Vec<_>>()),
                false => Vec::new(),
            };
            let others: Vec<KeyRecord> = others.into_iter().cloned().collect();
            self.in_place_of(&others, record, || {
                let set = keys.set_usage(record.handle, usage);
                set.map(drop).map_err(|error| problem(&error))
            })?;
            retired.extend(others);
        }
        if let Some(profile) = &change.profile {
            let handle = record.handle;
            self.settings.change(|settings| {
                let mut named = settings.profiles.iter_mut();
                let profile = match named_only(profile) {
                    None => Some(&mut settings.profile),
                    Some(name) => named
                        .find(|named| named.name == name)
                        .map(|named| &mut named.profile),
                };
                if let Some(handles) = profile.and_then(|profile| profile.decode_keys.as_mut())
                    && !handles.contains(&handle)
                {
                    handles.push(handle);
                }
            })?;
        }
        Ok(retired)
    }

    /// Does this once other keys are retired; profiles that used one of them use `record`. Where it fails, they are in use as before.
    fn in_place_of(
        &self,
        others: &[KeyRecord],
        record: &KeyRecord,
        work: impl FnOnce() -> Result<(), AppError>,
    ) -> Result<(), AppError> {
        let done = others
            .iter()
            .try_for_each(|other| self.set_retired(other, true))
            .and_then(|()| work());
        if done.is_err() {
            for other in others {
                if let Err(error) = self.set_retired(other, false) {
                    tracing::error!(%error, "a key that was not replaced is still retired");
                }
            }
        }
        done?;
        for other in others {
            // A profile that encodes with a retired key would refuse to.
            self.settings
                .change(|settings| exchange(settings, other.handle, record.handle))?;
        }
        Ok(())
    }

    fn set_retired(&self, record: &KeyRecord, retired: bool) -> Result<(), AppError> {
        let usage = KeyUse {
            retired,
            ..record.usage.clone()
        };
        let set = self.core.keys().set_usage(record.handle, usage);
        set.map(drop).map_err(|error| problem(&error))
    }
}
