//! Some of the keys, as one codec of one Namespace may use them. Who may use which is decided outside; this only looks.

use std::collections::HashMap;

use payload_codec::{KeyError, KeyId, KeyProvider, SecretKey};
use uuid::Uuid;

use crate::store::KeyStore;

/// Some keys of a [`KeyStore`], by the ids that they had when they were selected. Their bytes are looked up with each use, so
/// a lock takes effect at once.
pub struct SelectedKeys {
    store: KeyStore,
    by_id: HashMap<KeyId, Uuid>,
    all: Vec<(KeyId, Uuid)>,
}

impl KeyStore {
    /// The keys of these handles. Where two of them answer to one id, the first does; handles that there are not are left
    /// out.
    pub fn select(&self, handles: &[Uuid]) -> SelectedKeys {
        let records = self.list();
        let mut by_id = HashMap::new();
        let mut all = Vec::new();
        for handle in handles {
            let Some(record) = records.iter().find(|record| record.handle == *handle) else {
                continue;
            };
            all.push((record.id.clone(), *handle));
            for id in std::iter::once(&record.id).chain(&record.also_opens) {
                by_id.entry(id.clone()).or_insert(*handle);
            }
        }
        SelectedKeys {
            store: self.clone(),
            by_id,
            all,
        }
    }
}

impl KeyProvider for SelectedKeys {
    fn key(&self, id: &KeyId) -> Result<Option<SecretKey>, KeyError> {
        let held = self.store.held();
        // Also for ids that nothing is known of: while it is locked, nobody is told which keys there are.
        if held.locked {
            return Err(KeyError::AppLocked);
        }
        let Some(handle) = self.by_id.get(id) else {
            return Ok(None);
        };
        held.bytes(*handle).map(Some)
    }

    fn keys(&self) -> Result<Vec<(KeyId, SecretKey)>, KeyError> {
        let held = self.store.held();
        if held.locked {
            return Err(KeyError::AppLocked);
        }
        let mut missing = None;
        let mut keys = Vec::with_capacity(self.all.len());
        for (id, handle) in &self.all {
            match held.bytes(*handle) {
                Ok(key) => keys.push((id.clone(), key)),
                Err(error) => missing = Some(error),
            }
        }
        match missing {
            Some(error) if keys.is_empty() => Err(error),
            Some(_) | None => Ok(keys),
        }
    }
}
