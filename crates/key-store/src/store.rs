//! The keys of this user: what there is, which of it is in memory, and codecs' way to it.
//!
//! Codecs are answered from memory alone. The keychain is asked when keys are loaded, added or removed, never per request.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

use payload_codec::{KeyError, KeyId, KeyProvider, SecretKey};
use uuid::Uuid;

use crate::error::KeyStoreError;
use crate::held::Held;
use crate::index::{Entry, Index, IndexFile, LockedIndex, UnderWay};
use crate::record::{KeyRecord, Lifetime};
use crate::vault::{Vault, probe};

/// All keys together are read within this time; the rest are [`KeyError::TimedOut`] until the next [`KeyStore::load`].
const LOAD_BUDGET: Duration = Duration::from_secs(30);

/// Keys in the keychain and in memory. Clones share them.
#[derive(Clone)]
pub struct KeyStore(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) index: IndexFile,
    pub(crate) vault: Arc<dyn Vault>,
    /// One change at a time; readers are not kept waiting by it.
    changing: Mutex<()>,
    held: RwLock<Held>,
}

/// How the keychain answered last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeychainState {
    /// It has not been asked: there is no key in it, or nothing was loaded yet.
    #[default]
    NotAsked,
    /// It answers.
    Ready,
    /// It is there and locked: unlock it, then [`KeyStore::retry`].
    Locked,
    /// None is running: start one, then [`KeyStore::retry`].
    Missing,
    /// It did not answer in time; often its prompt waits for an answer.
    TimedOut,
    /// It refused this program.
    Denied,
    /// It, or the library that talks to it, failed in a way of its own.
    Failed,
}

impl From<KeyError> for KeychainState {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Locked => KeychainState::Locked,
            KeyError::TimedOut => KeychainState::TimedOut,
            KeyError::Denied => KeychainState::Denied,
            KeyError::Missing => KeychainState::Missing,
            // It answered; what it said about one entry is that key's state.
            KeyError::EntryGone | KeyError::EntryDamaged => KeychainState::Ready,
            KeyError::NotRead | KeyError::AppLocked => KeychainState::NotAsked,
            KeyError::Failed => KeychainState::Failed,
        }
    }
}

impl KeyStore {
    /// Reads the index, and asks the keychain nothing: keys are [`KeyError::NotRead`] until [`KeyStore::load`].
    ///
    /// A file that is no index is moved aside ([`KeyStore::set_aside`] says where), and the store is empty.
    ///
    /// # Errors
    /// [`KeyStoreError::Index`] where the file cannot be read, [`KeyStoreError::IndexTooNew`] where a newer version wrote it.
    pub fn open(index: &Path, vault: Arc<dyn Vault>) -> Result<KeyStore, KeyStoreError> {
        let store = KeyStore(Arc::new(Shared {
            index: IndexFile::new(index),
            vault,
            changing: Mutex::new(()),
            held: RwLock::default(),
        }));
        store.read_index()?;
        Ok(store)
    }

    /// A store for keys of this session alone: it has no index and no keychain, and touches no file.
    pub fn in_memory() -> KeyStore {
        KeyStore(Arc::new(Shared {
            // A file without a name is never there, and cannot be written.
            index: IndexFile::new(Path::new("")),
            vault: Arc::new(crate::MemoryVault::default()),
            changing: Mutex::new(()),
            held: RwLock::default(),
        }))
    }

    /// Reads the index again, finishes what a killed process left half done, and reads every key that is not in memory
    /// yet from the keychain. Blocks, for the vault's deadline and 30 seconds at most: call it off the reactor.
    ///
    /// The first failure of the keychain ends the reading, so that one locked keychain prompts once; keys that are in
    /// memory stay there.
    ///
    /// # Errors
    /// [`KeyStoreError`] where the index cannot be read. What the keychain said is the returned state.
    pub fn load(&self) -> Result<KeychainState, KeyStoreError> {
        let _changing = self.changing();
        self.read_index()?;
        if self.is_locked() {
            return Ok(self.keychain_state());
        }
        let unsettled = self
            .held()
            .indexed
            .keys
            .iter()
            .any(|entry| entry.under_way.is_some());
        if unsettled {
            match self.settle()? {
                Some(Err(error)) => return Ok(self.unread(error)),
                Some(Ok(())) => {
                    self.remember(Ok(()));
                }
                None => {}
            }
        }
        Ok(self.read_keys())
    }

    /// [`KeyStore::load`] under the name of its button: for after the keychain was unlocked or started.
    ///
    /// # Errors
    /// As for [`KeyStore::load`].
    pub fn retry(&self) -> Result<KeychainState, KeyStoreError> {
        self.load()
    }

    /// Forgets every key's bytes, which are zeroized as soon as no request under way uses them. Keys of this session are
    /// gone for good. Until [`KeyStore::unlock`] every key answers [`KeyError::AppLocked`], and loading reads none.
    pub fn lock(&self) {
        let _changing = self.changing();
        self.held_mut().lock();
        tracing::info!("keys are locked");
    }

    /// Reads the keys again. Blocks as [`KeyStore::load`] does.
    ///
    /// # Errors
    /// As for [`KeyStore::load`]. What the keychain said is the returned state; where it gave no key, none opens.
    pub fn unlock(&self) -> Result<KeychainState, KeyStoreError> {
        self.held_mut().locked = false;
        tracing::info!("keys are unlocked");
        self.load()
    }

    /// Whether [`KeyStore::lock`] is in force.
    pub fn is_locked(&self) -> bool {
        self.held().locked
    }

    /// All keys, in the order in which they were added, those of this session last.
    pub fn list(&self) -> Vec<KeyRecord> {
        let held = self.held();
        let kept = held
            .indexed
            .keys
            .iter()
            .map(|entry| (entry, Lifetime::Keychain));
        let session = held
            .session
            .iter()
            .map(|entry| (entry, Lifetime::SessionOnly));
        kept.chain(session)
            .map(|(entry, lifetime)| held.record(entry, lifetime))
            .collect()
    }

    /// The key itself, by its handle. Tests alone ask for it: nothing in the product hands a key out.
    #[cfg(test)]
    fn secret(&self, handle: Uuid) -> Result<SecretKey, KeyStoreError> {
        let held = self.held();
        match held.keys.get(&handle) {
            Some(key) => Ok(key.clone()),
            None if held.indexed.keys.iter().any(|entry| entry.handle == handle) => {
                Err(held.unavailable(handle).into())
            }
            None => Err(KeyStoreError::NoSuchKey(handle)),
        }
    }

    /// How the keychain answered last. Asks nothing.
    pub fn keychain_state(&self) -> KeychainState {
        self.held().keychain
    }

    /// Asks the keychain whether it works, by keeping, reading and removing an entry. Blocks: call it off the reactor.
    pub fn check(&self) -> KeychainState {
        let _changing = self.changing();
        self.remember(probe(&*self.0.vault))
    }

    /// Where an index that could not be understood was moved to, since this store was opened.
    pub fn set_aside(&self) -> Option<PathBuf> {
        self.held().set_aside.clone()
    }

    fn read_index(&self) -> Result<(), KeyStoreError> {
        match self.0.index.read()? {
            Some(index) => self.held_mut().refresh(index),
            // Only under the lock is it certain that the file is broken, and still there to be moved.
            None => drop(self.lock_index()?),
        }
        Ok(())
    }

    /// Locks the index and takes over what it says.
    pub(crate) fn lock_index(&self) -> Result<LockedIndex<'_>, KeyStoreError> {
        let mut locked = self.0.index.lock()?;
        let mut held = self.held_mut();
        match locked.set_aside.take() {
            None => held.refresh(locked.index.clone()),
            Some(path) => {
                tracing::error!("the index of keys could not be understood and was moved aside");
                held.set_aside = Some(path);
                // What this process knew of it is still true.
                if !held.indexed.keys.is_empty() {
                    locked.index = held.indexed.clone();
                    locked.save()?;
                }
            }
        }
        drop(held);
        Ok(locked)
    }

    /// Finishes what a killed process left half done, and tells how the keychain took it. `None` where another process has
    /// locked the index: what is unsettled there is being done by the living.
    fn settle(&self) -> Result<Option<Result<(), KeyError>>, KeyStoreError> {
        let Some(mut locked) = self.0.index.try_lock()? else {
            return Ok(None);
        };
        let outcome = settle_entries(&mut locked.index, &*self.0.vault);
        locked.save()?;
        self.held_mut().refresh(locked.index.clone());
        Ok(Some(outcome))
    }

    fn read_keys(&self) -> KeychainState {
        let wanted: Vec<(Uuid, String)> = {
            let held = self.held();
            let missing = |entry: &&Entry| {
                entry.under_way.is_none() && !held.keys.contains_key(&entry.handle)
            };
            let entries = held.indexed.keys.iter().filter(missing);
            entries
                .map(|entry| (entry.handle, entry.fingerprint.clone()))
                .collect()
        };
        if wanted.is_empty() {
            return match self.keychain_state() {
                state @ (KeychainState::NotAsked | KeychainState::Ready) => state,
                // Whoever retries wants to know whether the failure is over.
                KeychainState::Locked
                | KeychainState::Missing
                | KeychainState::TimedOut
                | KeychainState::Denied
                | KeychainState::Failed => self.remember(probe(&*self.0.vault)),
            };
        }

        let start = Instant::now();
        let mut absent = Vec::new();
        for (handle, fingerprint) in wanted {
            let read = match start.elapsed() < LOAD_BUDGET {
                true => self.0.vault.get(&account(handle)),
                false => Err(KeyError::TimedOut),
            };
            match read.map(|secret| secret.map(SecretKey::new)) {
                Ok(Some(Ok(key))) if key.fingerprint() == fingerprint => {
                    self.held_mut().hold(handle, key)
                }
                Ok(Some(_)) => self.held_mut().lack(handle, KeyError::EntryDamaged),
                Ok(None) => absent.push(handle),
                Err(error) => return self.unread(error),
            }
        }
        if absent.is_empty() {
            return self.remember(Ok(()));
        }

        // A locked keychain, too, says that there is no such entry. Only one that works can be believed.
        let works = probe(&*self.0.vault);
        for handle in absent {
            self.held_mut()
                .lack(handle, works.err().unwrap_or(KeyError::EntryGone));
        }
        self.remember(works)
    }

    /// Notes why the keys that are not in memory are not.
    fn unread(&self, error: KeyError) -> KeychainState {
        let mut held = self.held_mut();
        let handles: Vec<Uuid> = held.indexed.keys.iter().map(|entry| entry.handle).collect();
        for handle in handles {
            if !held.keys.contains_key(&handle) {
                held.lack(handle, error);
            }
        }
        drop(held);
        tracing::warn!(reason = %error, "keys could not be read from the keychain");
        self.remember(Err(error))
    }

    pub(crate) fn remember(&self, outcome: Result<(), KeyError>) -> KeychainState {
        let state = outcome
            .err()
            .map_or(KeychainState::Ready, KeychainState::from);
        self.held_mut().keychain = state;
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

    pub(crate) fn held(&self) -> RwLockReadGuard<'_, Held> {
        self.0.held.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn held_mut(&self) -> RwLockWriteGuard<'_, Held> {
        self.0.held.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyProvider for KeyStore {
    fn key(&self, id: &KeyId) -> Result<Option<SecretKey>, KeyError> {
        let held = self.held();
        // Also for ids that nothing is known of: while it is locked, nobody is told which keys there are.
        if held.locked {
            return Err(KeyError::AppLocked);
        }
        let Some(handle) = held.by_id.get(id) else {
            return Ok(None);
        };
        held.bytes(*handle).map(Some)
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

/// The rules are in [`crate::index`]. Entries after the keychain's first failure stay as they are.
fn settle_entries(index: &mut Index, vault: &dyn Vault) -> Result<(), KeyError> {
    let mut dropped = HashSet::new();
    let mut settle = |entry: &mut Entry| match entry.under_way {
        None => Ok(()),
        Some(UnderWay::Pending) => {
            if vault.get(&account(entry.handle))?.is_some() {
                entry.under_way = None;
            } else {
                probe(vault)?;
                dropped.insert(entry.handle);
            }
            Ok(())
        }
        Some(UnderWay::Removing) => {
            vault.remove(&account(entry.handle))?;
            // A locked keychain finds nothing to remove, and would call that a success.
            probe(vault)?;
            dropped.insert(entry.handle);
            Ok(())
        }
    };
    let outcome = index.keys.iter_mut().try_for_each(&mut settle);
    index.keys.retain(|entry| !dropped.contains(&entry.handle));
    outcome
}

#[cfg(test)]
mod tests;
