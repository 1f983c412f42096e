//! Reading keys into memory, and finishing what a killed process left half done. The rules are in [`crate::index`].

use std::collections::HashSet;
use std::time::{Duration, Instant};

use payload_codec::{KeyError, SecretKey};
use uuid::Uuid;

use crate::error::KeyStoreError;
use crate::index::{Entry, Index, KeptIn, UnderWay};
use crate::keychain_state::KeychainState;
use crate::loaded::Turn;
use crate::store::{KeyStore, Shared, account};
use crate::vault::{Vault, probe};

/// All keys together are read within this time; the rest are [`KeyError::TimedOut`] until the next [`KeyStore::load`].
const LOAD_BUDGET: Duration = Duration::from_secs(30);

/// How the settling of each place went; `None` where nothing was unsettled there.
#[derive(Default)]
struct Settled {
    keychain: Option<Result<(), KeyError>>,
}

impl KeyStore {
    /// Reads the index again, finishes what a killed process left half done, and reads every key that is not in memory
    /// yet from the keychain, and from the encrypted key file where that is open. Blocks, for the vault's deadline and 30
    /// seconds at most: call it off the reactor.
    ///
    /// The first failure of the keychain ends the reading, so that one locked keychain prompts once; keys that are in
    /// memory stay there.
    ///
    /// # Errors
    /// [`KeyStoreError`] where the index cannot be read. What the keychain said is the returned state.
    pub fn load(&self) -> Result<KeychainState, KeyStoreError> {
        let _changing = self.changing();
        self.load_changing()
    }

    /// [`KeyStore::load`] for whoever changes keys already.
    pub(crate) fn load_changing(&self) -> Result<KeychainState, KeyStoreError> {
        self.read_index()?;
        let open = self.loaded().turn_while_open();
        let Ok(turn) = open else {
            return Ok(self.keychain_state());
        };
        let settled = self.settle(&[KeptIn::Vault, KeptIn::Keychain])?;
        // A file is read at once, and the keychain may wait for a person.
        self.read_keys(KeptIn::Vault, turn);
        Ok(match settled.keychain {
            Some(Err(error)) => {
                self.unread(KeptIn::Keychain, error);
                self.keychain_state()
            }
            Some(Ok(())) => {
                self.remember(Ok(()));
                self.read_keychain(turn)
            }
            None => self.read_keychain(turn),
        })
    }

    /// [`KeyStore::load`] under the name of its button: for after the keychain was unlocked or started.
    ///
    /// # Errors
    /// As for [`KeyStore::load`].
    pub fn retry(&self) -> Result<KeychainState, KeyStoreError> {
        self.load()
    }

    /// Nothing is settled where another process has locked the index: what is unsettled there is being done by the living.
    fn settle(&self, places: &[KeptIn]) -> Result<Settled, KeyStoreError> {
        let mut settled = Settled::default();
        let unsettled = |entry: &Entry| {
            let mut places = places.iter();
            places.any(|&place| entry.is_unsettled_in(place))
        };
        if !self.shared().index.may_change() || !self.loaded().indexed.keys.iter().any(unsettled) {
            return Ok(settled);
        }
        let mut locked = match self.shared().index.try_lock() {
            Ok(Some(locked)) => locked,
            // A newer version settles what it began.
            Ok(None) | Err(KeyStoreError::IndexTooNew { .. }) => return Ok(settled),
            Err(error) => return Err(error),
        };
        for &kept_in in places {
            let mut entries = locked.index.keys.iter();
            if entries.any(|entry| entry.is_unsettled_in(kept_in)) {
                let outcome = settle_entries(&mut locked.index, kept_in, self.shared());
                if kept_in == KeptIn::Keychain {
                    settled.keychain = Some(outcome);
                }
            }
        }
        locked.save()?;
        self.loaded_mut().refresh(locked.index.clone());
        Ok(settled)
    }

    /// Reads the keys of the encrypted key file alone, after what was left half done there.
    pub(crate) fn read_vault(&self, turn: Turn) -> Result<(), KeyStoreError> {
        self.settle(&[KeptIn::Vault])?;
        self.read_keys(KeptIn::Vault, turn);
        Ok(())
    }

    fn read_keychain(&self, turn: Turn) -> KeychainState {
        if self.read_keys(KeptIn::Keychain, turn) {
            return self.keychain_state();
        }
        match self.keychain_state() {
            state @ (KeychainState::NotAsked | KeychainState::Ready) => state,
            // Whoever retries wants to know whether the failure is over.
            KeychainState::Locked
            | KeychainState::Missing
            | KeychainState::TimedOut
            | KeychainState::Denied
            | KeychainState::Failed => {
                self.remember(probe(self.shared().vault_of(KeptIn::Keychain)))
            }
        }
    }

    /// Reads what is not in memory yet. Whether anything was.
    fn read_keys(&self, kept_in: KeptIn, turn: Turn) -> bool {
        let wanted: Vec<(Uuid, String)> = {
            let loaded = self.loaded();
            let missing = |entry: &&Entry| {
                entry.kept_in == kept_in
                    && entry.under_way.is_none()
                    && !loaded.keys.contains_key(&entry.handle)
            };
            let entries = loaded.indexed.keys.iter().filter(missing);
            entries
                .map(|entry| (entry.handle, entry.fingerprint.clone()))
                .collect()
        };
        if wanted.is_empty() {
            return false;
        }

        let vault = self.shared().vault_of(kept_in);
        let start = Instant::now();
        let mut absent = Vec::new();
        for (handle, fingerprint) in wanted {
            let read = match start.elapsed() < LOAD_BUDGET {
                true => vault.get(&account(handle)),
                false => Err(KeyError::TimedOut),
            };
            if self.loaded().turn() != turn {
                return true;
            }
            match read.map(|secret| secret.map(SecretKey::of_any_length)) {
                Ok(Some(Ok(key))) if key.fingerprint() == fingerprint => {
                    self.loaded_mut().hold(turn, handle, key)
                }
                Ok(Some(_)) => self.loaded_mut().lack(handle, KeyError::EntryDamaged),
                Ok(None) => absent.push(handle),
                Err(error) => {
                    self.unread(kept_in, error);
                    return true;
                }
            }
        }
        let works = match absent.is_empty() {
            true => Ok(()),
            false => prove(kept_in, vault),
        };
        for handle in absent {
            self.loaded_mut()
                .lack(handle, works.err().unwrap_or(KeyError::EntryGone));
        }
        self.remember_of(kept_in, works);
        true
    }

    /// Notes why the keys that are not in memory are not.
    pub(crate) fn unread(&self, kept_in: KeptIn, error: KeyError) {
        let mut loaded = self.loaded_mut();
        let entries = loaded.indexed.keys.iter();
        let handles: Vec<Uuid> = entries
            .filter(|entry| entry.kept_in == kept_in)
            .map(|entry| entry.handle)
            .collect();
        for handle in handles {
            if !loaded.keys.contains_key(&handle) {
                loaded.lack(handle, error);
            }
        }
        drop(loaded);
        if error != KeyError::VaultLocked {
            tracing::warn!(reason = %error, "keys could not be read");
        }
        self.remember_of(kept_in, Err(error));
    }
}

/// A locked keychain, too, says that there is no such entry, and that there is nothing to remove. Only one that works can be
/// believed. A file that could be read says what is in it.
pub(crate) fn prove(kept_in: KeptIn, vault: &dyn Vault) -> Result<(), KeyError> {
    match kept_in {
        KeptIn::Keychain => probe(vault),
        KeptIn::Vault => Ok(()),
    }
}

/// Entries after the first failure stay as they are.
fn settle_entries(index: &mut Index, kept_in: KeptIn, shared: &Shared) -> Result<(), KeyError> {
    let vault = shared.vault_of(kept_in);
    let mut dropped = HashSet::new();
    let remove = |entry: &Entry| {
        vault.remove(&account(entry.handle))?;
        prove(kept_in, vault)
    };
    let mut settle = |entry: &mut Entry| match entry.under_way {
        _ if entry.left_in == Some(kept_in) => {
            remove(entry)?;
            entry.left_in = None;
            Ok(())
        }
        None => Ok(()),
        Some(UnderWay::Pending) => {
            if vault.get(&account(entry.handle))?.is_some() {
                entry.under_way = None;
            } else {
                prove(kept_in, vault)?;
                dropped.insert(entry.handle);
            }
            Ok(())
        }
        Some(UnderWay::Removing) => {
            remove(entry)?;
            dropped.insert(entry.handle);
            Ok(())
        }
    };
    let entries = index.keys.iter_mut();
    let outcome = entries
        .filter(|entry| entry.is_unsettled_in(kept_in))
        .try_for_each(&mut settle);
    index.keys.retain(|entry| !dropped.contains(&entry.handle));
    outcome
}
