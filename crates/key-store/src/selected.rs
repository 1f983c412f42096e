//! Some of the keys, as one codec of one Namespace may use them. Who may use which is decided outside; this only looks.

use std::collections::HashMap;

use payload_codec::{KeyError, KeyId, KeyProvider, SecretKey};
use uuid::Uuid;

use crate::loaded::Loaded;
use crate::store::KeyStore;

/// Some keys of a [`KeyStore`], by the ids that they had when they were selected. Their bytes are looked up with each use, so
/// a lock takes effect at once.
pub struct SelectedKeys {
    store: KeyStore,
    /// Those that answer to an id, the first one first.
    by_id: HashMap<KeyId, Vec<Uuid>>,
    all: Vec<(KeyId, Uuid)>,
    even_retired: bool,
}

impl SelectedKeys {
    fn gives(&self, loaded: &Loaded, handle: Uuid) -> bool {
        self.even_retired || loaded.active.contains(&handle)
    }
}

impl KeyStore {
    /// The keys of these handles. Where two of them answer to one id, the first does; handles that there are not are left
    /// out. A key that is retired, now or later, is not given.
    pub fn select(&self, handles: &[Uuid]) -> SelectedKeys {
        self.select_with(handles, false)
    }

    /// As [`KeyStore::select`], retired keys among them: to find out which key opens something, never to serve it.
    pub fn select_even_retired(&self, handles: &[Uuid]) -> SelectedKeys {
        self.select_with(handles, true)
    }

    fn select_with(&self, handles: &[Uuid], even_retired: bool) -> SelectedKeys {
        let records = self.list();
        let mut by_id: HashMap<KeyId, Vec<Uuid>> = HashMap::new();
        let mut all = Vec::new();
        for handle in handles {
            let Some(record) = records.iter().find(|record| record.handle == *handle) else {
                continue;
            };
            all.push((record.id.clone(), *handle));
            for id in std::iter::once(&record.id).chain(&record.also_opens) {
                by_id.entry(id.clone()).or_default().push(*handle);
            }
        }
        SelectedKeys {
            store: self.clone(),
            by_id,
            all,
            even_retired,
        }
    }
}

impl KeyProvider for SelectedKeys {
    fn key(&self, id: &KeyId) -> Result<Option<SecretKey>, KeyError> {
        let loaded = self.store.loaded();
        // Also for ids that nothing is known of: while it is locked, nobody is told which keys there are.
        if loaded.locked {
            return Err(KeyError::AppLocked);
        }
        let mut handles = self.by_id.get(id).into_iter().flatten();
        match handles.find(|handle| self.gives(&loaded, **handle)) {
            Some(handle) => loaded.bytes(*handle).map(Some),
            None => Ok(None),
        }
    }

    fn keys(&self) -> Result<Vec<(KeyId, SecretKey)>, KeyError> {
        let loaded = self.store.loaded();
        if loaded.locked {
            return Err(KeyError::AppLocked);
        }
        let mut missing = None;
        let mut keys = Vec::with_capacity(self.all.len());
        for (id, handle) in &self.all {
            if !self.gives(&loaded, *handle) {
                continue;
            }
            match loaded.bytes(*handle) {
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
