//! What the key store has in memory: the index as last read, this session's keys, and the bytes of what was loaded.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use payload_codec::{KeyError, KeyId, SecretKey};
use uuid::Uuid;

use crate::index::{Entry, Index, UnderWay};
use crate::record::{KeyRecord, KeyState, Lifetime};
use crate::store::KeychainState;

/// What is in memory.
#[derive(Default)]
pub(crate) struct Held {
    pub(crate) indexed: Index,
    pub(crate) session: Vec<Entry>,
    pub(crate) keys: HashMap<Uuid, SecretKey>,
    /// Why a key of the index is not in `keys`; without an entry here it has not been read yet.
    errors: HashMap<Uuid, KeyError>,
    /// Every id that a key answers to.
    pub(crate) by_id: HashMap<KeyId, Uuid>,
    pub(crate) keychain: KeychainState,
    pub(crate) set_aside: Option<PathBuf>,
    /// Whether no key may be in memory.
    pub(crate) locked: bool,
}

impl Held {
    /// Takes over an index, and forgets what is no longer in it.
    pub(crate) fn refresh(&mut self, index: Index) {
        self.indexed = index;
        let entries = || self.indexed.keys.iter().chain(&self.session);
        let known: HashSet<Uuid> = entries().map(|entry| entry.handle).collect();
        let mut by_id = HashMap::new();
        // A key that is being removed opens nothing any more.
        for entry in entries().filter(|entry| entry.under_way != Some(UnderWay::Removing)) {
            for id in entry.ids() {
                by_id.entry(KeyId::new(id)).or_insert(entry.handle);
            }
        }
        self.by_id = by_id;
        self.keys.retain(|handle, _| known.contains(handle));
        self.errors.retain(|handle, _| known.contains(handle));
    }

    pub(crate) fn hold(&mut self, handle: Uuid, key: SecretKey) {
        self.errors.remove(&handle);
        self.keys.insert(handle, key);
    }

    pub(crate) fn lack(&mut self, handle: Uuid, error: KeyError) {
        self.keys.remove(&handle);
        self.errors.insert(handle, error);
    }

    /// Forgets every key's bytes. Keys of this session are gone with them: they are nowhere else.
    pub(crate) fn lock(&mut self) {
        self.locked = true;
        self.keys.clear();
        self.errors.clear();
        self.session.clear();
        self.refresh(self.indexed.clone());
    }

    /// A key's bytes, or why they are not here.
    pub(crate) fn bytes(&self, handle: Uuid) -> Result<SecretKey, KeyError> {
        self.keys
            .get(&handle)
            .cloned()
            .ok_or_else(|| self.unavailable(handle))
    }

    pub(crate) fn unavailable(&self, handle: Uuid) -> KeyError {
        if self.locked {
            return KeyError::AppLocked;
        }
        self.errors
            .get(&handle)
            .copied()
            .unwrap_or(KeyError::NotRead)
    }

    pub(crate) fn record(&self, entry: &Entry, lifetime: Lifetime) -> KeyRecord {
        KeyRecord {
            handle: entry.handle,
            id: KeyId::new(&entry.id),
            also_opens: entry.also_opens.iter().map(|id| KeyId::new(id)).collect(),
            label: entry.label.clone(),
            bits: entry.bits,
            created: entry.created,
            fingerprint: entry.fingerprint.clone(),
            lifetime,
            state: match self.keys.contains_key(&entry.handle) {
                true => KeyState::Loaded,
                false => KeyState::Unavailable(self.unavailable(entry.handle)),
            },
        }
    }
}
