//! The keys of this user: what there is, which of it is in memory, and codecs' way to it.
//!
//! Codecs are answered from memory alone. The keychain is asked when keys are loaded, added or removed, never per request.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use payload_codec::{KeyError, KeyId, KeyProvider, SecretKey};
use uuid::Uuid;

use crate::data_keys::DataKeyStore;
use crate::error::{IndexProblem, KeyStoreError};
use crate::file_vault::FileVault;
use crate::index::{Found, KeptIn, VERSION};
use crate::index_file::{Access, IndexFile, LockedIndex};
use crate::keychain_state::KeychainState;
use crate::loaded::Loaded;
use crate::record::KeyRecord;
use crate::vault::{Vault, probe};

/// Keys in the keychain and in memory. Clones share them.
#[derive(Clone)]
pub struct KeyStore(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) index: IndexFile,
    vault: Arc<dyn Vault>,
    pub(crate) file: FileVault,
    /// One change at a time; readers are not kept waiting by it.
    changing: Mutex<()>,
    loaded: RwLock<Loaded>,
    version: AtomicU64,
    data_keys: DataKeyStore,
    /// Commands that were agreed to for as long as this process lives.
    pub(crate) agreed: Mutex<HashSet<String>>,
}

impl KeyStore {
    /// Reads the index, and asks the keychain nothing: keys are [`KeyError::NotRead`] until [`KeyStore::load`].
    ///
    /// Of an index that this version does not understand whole, what it understands is used; [`KeyStore::index_problem`] tells.
    ///
    /// # Errors
    /// [`KeyStoreError::Index`] where the file cannot be read.
    pub fn open(index: &Path, vault: Arc<dyn Vault>) -> Result<KeyStore, KeyStoreError> {
        Self::with_access(index, vault, Access::Change)
    }

    /// As [`KeyStore::open`], for a process that only uses keys: it creates, moves and rewrites no file. Every change is
    /// [`KeyStoreError::ReadOnly`], but for keys of this session.
    ///
    /// # Errors
    /// As [`KeyStore::open`].
    pub fn open_to_read(index: &Path, vault: Arc<dyn Vault>) -> Result<KeyStore, KeyStoreError> {
        Self::with_access(index, vault, Access::Read)
    }

    fn with_access(
        index: &Path,
        vault: Arc<dyn Vault>,
        access: Access,
    ) -> Result<KeyStore, KeyStoreError> {
        let store = KeyStore(Arc::new(Shared {
            index: IndexFile::new(index, access),
            vault,
            file: FileVault::new(index.with_extension("vault")),
            changing: Mutex::new(()),
            loaded: RwLock::default(),
            version: AtomicU64::new(0),
            data_keys: DataKeyStore::default(),
            agreed: Mutex::default(),
        }));
        store.read_index()?;
        Ok(store)
    }

    /// A store for keys of this session alone: it has no index and no keychain, and touches no file.
    pub fn in_memory() -> KeyStore {
        KeyStore(Arc::new(Shared {
            // A file without a name is never there, and cannot be written.
            index: IndexFile::new(Path::new(""), Access::Read),
            vault: Arc::new(crate::MemoryVault::default()),
            file: FileVault::new(PathBuf::new()),
            changing: Mutex::new(()),
            loaded: RwLock::default(),
            version: AtomicU64::new(0),
            data_keys: DataKeyStore::default(),
            agreed: Mutex::default(),
        }))
    }

    /// Data keys that other keys wrap.
    pub fn data_keys(&self) -> &DataKeyStore {
        &self.0.data_keys
    }

    /// All keys, in the order in which they were added, those of this session last.
    pub fn list(&self) -> Vec<KeyRecord> {
        self.loaded().records()
    }

    /// The key itself, by its handle. Tests alone ask for it: nothing in the product hands a key out.
    #[cfg(test)]
    fn secret(&self, handle: Uuid) -> Result<SecretKey, KeyStoreError> {
        let loaded = self.loaded();
        match loaded.keys.get(&handle) {
            Some(key) => Ok(key.clone()),
            None if loaded
                .indexed
                .keys
                .iter()
                .any(|entry| entry.handle == handle) =>
            {
                Err(loaded.unavailable(handle).into())
            }
            None => Err(KeyStoreError::NoSuchKey(handle)),
        }
    }

    /// A number that changes before any key answers otherwise than until then; data keys are not among them. Whoever takes it
    /// before it uses keys, and finds it the same later, knows that they are what they were.
    pub fn version(&self) -> u64 {
        self.0.version.load(Ordering::SeqCst)
    }

    /// How the keychain answered last. Asks nothing.
    pub fn keychain_state(&self) -> KeychainState {
        self.loaded().keychain
    }

    /// Asks the keychain whether it works, by keeping, reading and removing an entry. Blocks: call it off the reactor.
    pub fn check(&self) -> KeychainState {
        let _changing = self.changing();
        self.remember(probe(self.0.vault_of(KeptIn::Keychain)))
    }

    /// What is the matter with the index, as it was found last.
    pub fn index_problem(&self) -> Option<IndexProblem> {
        self.loaded().problem.clone()
    }

    pub(crate) fn read_index(&self) -> Result<(), KeyStoreError> {
        let found = self.0.index.read()?;
        let mut loaded = self.loaded_mut();
        match found {
            Found::Index(index) => loaded.refresh(index),
            Found::Newer { version, index } => {
                loaded.refresh(index);
                loaded.problem = Some(IndexProblem::TooNew {
                    version,
                    known: VERSION,
                });
            }
            // What this process knew of it is still true.
            Found::Broken => loaded.problem = Some(IndexProblem::Broken),
        }
        Ok(())
    }

    /// Locks the index and takes over what it says.
    pub(crate) fn lock_index(&self) -> Result<LockedIndex<'_>, KeyStoreError> {
        let mut locked = self.0.index.lock()?;
        let mut loaded = self.loaded_mut();
        match locked.set_aside.take() {
            None => loaded.refresh(locked.index.clone()),
            Some(path) => {
                tracing::error!("the index of keys could not be understood and is kept aside");
                // What this process knew of it is still true.
                locked.index = loaded.indexed.clone();
                // At once: what cannot be understood would be set aside again by the next change.
                locked.save()?;
                loaded.refresh(locked.index.clone());
                loaded.problem = Some(IndexProblem::SetAside(path));
            }
        }
        drop(loaded);
        Ok(locked)
    }

    /// As [`KeyStore::remember`], where it was the keychain that was asked.
    pub(crate) fn remember_of(&self, kept_in: KeptIn, outcome: Result<(), KeyError>) {
        match kept_in {
            KeptIn::Keychain => drop(self.remember(outcome)),
            KeptIn::Vault => {}
        }
    }

    pub(crate) fn remember(&self, outcome: Result<(), KeyError>) -> KeychainState {
        let state = outcome
            .err()
            .map_or(KeychainState::Ready, KeychainState::from);
        self.loaded_mut().keychain = state;
        state
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.0
    }

    pub(crate) fn changing(&self) -> MutexGuard<'_, ()> {
        self.0
            .changing
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn loaded(&self) -> RwLockReadGuard<'_, Loaded> {
        self.0.loaded.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn loaded_mut(&self) -> RwLockWriteGuard<'_, Loaded> {
        let loaded = self.0.loaded.write();
        let loaded = loaded.unwrap_or_else(PoisonError::into_inner);
        // Before anything is changed, and while nobody reads.
        self.0.version.fetch_add(1, Ordering::SeqCst);
        loaded
    }
}

impl Shared {
    pub(crate) fn vault_of(&self, kept_in: KeptIn) -> &dyn Vault {
        match kept_in {
            KeptIn::Keychain => &*self.vault,
            KeptIn::Vault => &self.file,
        }
    }
}

impl KeyProvider for KeyStore {
    fn key(&self, id: &KeyId) -> Result<Option<SecretKey>, KeyError> {
        let loaded = self.loaded();
        // Also for ids that nothing is known of: while it is locked, nobody is told which keys there are.
        if loaded.locked {
            return Err(KeyError::AppLocked);
        }
        let Some(handle) = loaded.by_id.get(id) else {
            return Ok(None);
        };
        loaded.bytes(*handle).map(Some)
    }

    fn keys(&self) -> Result<Vec<(KeyId, SecretKey)>, KeyError> {
        let handles: Vec<_> = self.list().iter().map(|record| record.handle).collect();
        self.select(&handles).keys()
    }
}

/// The keychain's name for a key. Not the key id: ids may be renamed, repeat, and contain anything.
pub(crate) fn account(handle: Uuid) -> String {
    format!("key/{handle}")
}

#[cfg(test)]
mod tests;
