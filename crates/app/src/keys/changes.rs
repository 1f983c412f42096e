//! All keys as the window sees them, and how it is told that they changed.

use std::sync::Arc;

use codec_server::{Client, Operation, RequestKind, RequestRecord};
use jiff::Timestamp;
use key_store::{KeyNames, KeyRecord, KeyState, KeyUse, Lifetime, VaultState};
use payload_codec::KeyId;
use uuid::Uuid;

use super::view::{KeyLifetime, KeyView, KeychainView, KeysView, VaultView};
use crate::config::Settings;
use crate::config::profiles::that_encode;
use crate::core::uses::{Use, Uses};
use crate::core::{Core, Tell};
use crate::error::AppError;
use crate::plan::key_messages::{KEYCHAIN, keychain_problem, problem, shown_id, unavailable};
use crate::plan::public_keys::is_sample;
use crate::settings::restore_key_port::RestoredKey;

/// What a room that changes keys, or what is said of them, tells the window with. Clones share it.
#[derive(Clone)]
pub(crate) struct KeyChanges {
    core: Core,
    uses: Arc<Uses<Uuid>>,
    tell: Tell<KeysView>,
}

impl KeyChanges {
    pub(crate) fn new(core: Core, tell: Tell<KeysView>) -> Self {
        KeyChanges {
            core,
            uses: Arc::default(),
            tell,
        }
    }

    /// Puts the keys in force as they are now, and tells the window.
    ///
    /// # Errors
    /// As [`Core::apply`].
    pub(crate) fn changed(&self) -> Result<KeysView, AppError> {
        self.core.apply()?;
        let keys = self.view();
        self.tell.tell(keys.clone());
        Ok(keys)
    }

    /// All keys, and the keychain's state.
    pub(crate) fn view(&self) -> KeysView {
        let revision = self.core.next_revision();
        let records = self.core.keys().list();
        let settings = self.core.settings().get();
        let encode_key = settings.profile.encode_key;
        KeysView {
            change: None,
            revision,
            encode_key: encode_key
                .filter(|handle| records.iter().any(|record| record.handle == *handle))
                .map(|handle| handle.to_string()),
            locked: self.core.keys().is_locked(),
            has_sample_key: records.iter().any(is_sample),
            proposed_id: proposed_id(&records),
            keys: records
                .iter()
                .map(|record| self.key_view(record, &settings))
                .collect(),
            keychain: KeychainView {
                name: KEYCHAIN.to_owned(),
                problem: keychain_problem(self.core.keys().keychain_state()),
                vault: self.vault(),
            },
        }
    }

    fn key_view(&self, record: &KeyRecord, settings: &Settings) -> KeyView {
        let uses = self.uses.of(&record.handle);
        KeyView {
            used_by: that_encode(settings, record.handle),
            last_used: uses.map(|uses| uses.last.to_string()),
            n_uses: uses.map_or(0, |uses| uses.count),
            ..described(record)
        }
    }

    /// The encrypted file beside the keychain, where there is one.
    fn vault(&self) -> Option<VaultView> {
        let keys = self.core.keys();
        let open = match keys.vault_state() {
            VaultState::Absent => return None,
            VaultState::Locked => false,
            VaultState::Open => true,
        };
        Some(VaultView {
            path: keys.vault_path().display().to_string(),
            open,
        })
    }

    /// How a key was used since the app was started.
    pub(crate) fn uses_of(&self, handle: Uuid) -> Option<Use> {
        self.uses.of(&handle)
    }

    /// Counts the keys that a request used.
    pub(crate) fn note_uses(&self, record: &RequestRecord) {
        // The app's own trials use no key.
        if record.client == Client::This {
            return;
        }
        let is_encoding = record.kind == RequestKind::Operation(Operation::Encode);
        if record.keys.is_empty() && !(is_encoding && record.payloads.encoded > 0) {
            return;
        }
        let plan = self.core.plan();
        let Some(profile) = plan.settings_of(record.profile.as_deref()) else {
            return;
        };
        let namespace = record.namespace.as_ref();
        let at = Timestamp::try_from(record.started).unwrap_or_else(|_| Timestamp::now());
        let mut used: Vec<Uuid> = record
            .keys
            .iter()
            .filter_map(|id| plan.key_of_id(profile, namespace, id))
            .collect();
        if is_encoding && record.payloads.encoded > 0 {
            used.extend(
                plan.encode_key(profile, namespace)
                    .map(|record| record.handle),
            );
        }
        used.sort_unstable();
        used.dedup();
        for handle in used {
            self.uses.note(handle, at);
        }
    }
}

impl RestoredKey for KeyChanges {
    fn restore(&self, key: &KeyRecord, replaced_by: Option<Uuid>) -> Result<(), AppError> {
        let names = KeyNames {
            id: key.id.clone(),
            also_opens: key.also_opens.clone(),
            label: key.label.clone(),
        };
        let keys = self.core.keys();
        self.core.find_key(&key.handle.to_string())?;
        let other = replaced_by
            .map(|other| self.core.find_key(&other.to_string()))
            .transpose()?;
        if let Some(other) = &other {
            let retired = KeyUse {
                retired: true,
                ..other.usage.clone()
            };
            keys.set_usage(other.handle, retired)
                .map_err(|error| problem(&error))?;
        }
        let restored = keys
            .rename(key.handle, &names)
            .and_then(|_| keys.set_usage(key.handle, key.usage.clone()));
        if let (Err(_), Some(other)) = (&restored, other)
            && let Err(error) = keys.set_usage(other.handle, other.usage)
        {
            tracing::error!(%error, "a key stays retired after an undo that failed");
        }
        restored.map_err(|error| problem(&error))?;
        self.changed().map(drop)
    }

    fn rename_format(&self, from: &str, to: &str) -> Result<(), AppError> {
        for record in self.core.keys().list() {
            if record.usage.formats.iter().any(|format| format == from) {
                let mut usage = record.usage;
                for format in &mut usage.formats {
                    if format == from {
                        to.clone_into(format);
                    }
                }
                let set = self.core.keys().set_usage(record.handle, usage);
                set.map_err(|error| problem(&error))?;
            }
        }
        self.changed().map(drop)
    }
}

/// An id that says when the key was made, and that no key has yet.
fn proposed_id(records: &[KeyRecord]) -> String {
    let month = Timestamp::now().strftime("codec-%Y-%m").to_string();
    let is_free = |id: &String| {
        let id = KeyId::new(id);
        let mut taken = records.iter();
        !taken.any(|record| record.id == id || record.also_opens.contains(&id))
    };
    let next = (2_u32..).map(|n| format!("{month}-{n}"));
    let mut candidates = std::iter::once(month.clone()).chain(next);
    candidates.find(is_free).unwrap_or(month)
}

/// A key without what others know of it: who encodes with it, and how often it was used.
fn described(record: &KeyRecord) -> KeyView {
    KeyView {
        handle: record.handle.to_string(),
        id: record.id.as_str().to_owned(),
        also_opens: record
            .also_opens
            .iter()
            .map(|id| shown_id(id, record))
            .collect(),
        label: record.label.clone(),
        bits: record.bits,
        created: record.created.to_string(),
        fingerprint: record.fingerprint.clone(),
        lifetime: match record.lifetime {
            Lifetime::Keychain => KeyLifetime::Keychain,
            Lifetime::Vault => KeyLifetime::Vault,
            Lifetime::SessionOnly => KeyLifetime::Session,
        },
        unavailable: match record.state {
            KeyState::Loaded => None,
            KeyState::Unavailable(error) => Some(unavailable(error)),
        },
        formats: record.usage.formats.clone(),
        namespaces: record.usage.namespaces.clone(),
        retired: record.usage.retired,
        used_by: Vec::new(),
        last_used: None,
        n_uses: 0,
    }
}
