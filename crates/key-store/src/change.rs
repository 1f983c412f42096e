//! Adding, renaming and removing keys, so that a process may die at any line and nothing is lost or left behind unseen.
//! The order of writes is explained in [`crate::index`].

use payload_codec::{KeyError, KeyId, SecretKey};
use uuid::Uuid;

use crate::error::KeyStoreError;
use crate::held::Held;
use crate::index::{Entry, UnderWay};
use crate::material;
use crate::record::{KeyNames, KeyRecord, Lifetime, NewKey};
use crate::store::{KeyStore, account};
use crate::vault::probe;

impl KeyStore {
    /// Makes a key of 128, 192 or 256 bits from the operating system's random numbers, and adds it.
    ///
    /// # Errors
    /// As for [`KeyStore::import`]; [`KeyStoreError::BadMaterial`] for another number of bits.
    pub fn generate(&self, new: &NewKey, bits: u16) -> Result<KeyRecord, KeyStoreError> {
        self.import(new, material::generate(bits)?)
    }

    /// Adds a key. Blocks while the keychain keeps it: call it off the reactor.
    ///
    /// # Errors
    /// [`KeyStoreError::Duplicate`] where a key answers to one of the ids already, [`KeyStoreError::Vault`] where the keychain
    /// did not keep it: then it is not kept anywhere.
    pub fn import(&self, new: &NewKey, key: SecretKey) -> Result<KeyRecord, KeyStoreError> {
        let _changing = self.changing();
        if self.is_locked() {
            return Err(KeyError::AppLocked.into());
        }
        let entry = Entry::new(new, &key);
        match new.lifetime {
            Lifetime::SessionOnly => {
                let mut held = self.held_mut();
                held.check_free(&new.names, None)?;
                held.session.push(entry.clone());
                let index = held.indexed.clone();
                held.refresh(index);
                held.hold(entry.handle, key);
            }
            Lifetime::Keychain => self.keep(&entry, &new.names, key)?,
        }
        tracing::info!(fingerprint = %entry.fingerprint, bits = entry.bits, lifetime = ?new.lifetime, "key added");
        Ok(self.held().record(&entry, new.lifetime))
    }

    fn keep(&self, entry: &Entry, names: &KeyNames, key: SecretKey) -> Result<(), KeyStoreError> {
        let mut locked = self.lock_index()?;
        self.held().check_free(names, None)?;

        let mut pending = entry.clone();
        pending.under_way = Some(UnderWay::Pending);
        locked.index.keys.push(pending);
        locked.save()?;

        let label = format!("Temporal key {}", entry.fingerprint);
        let kept = self
            .shared()
            .vault
            .set(&account(entry.handle), &label, key.expose());
        self.remember(kept);
        let added = locked.index.keys.pop();
        match kept {
            Ok(()) => locked.index.keys.push(entry.clone()),
            // A prompt may still be open, so the key may yet be kept: the next load removes it.
            Err(KeyError::TimedOut) => locked.index.keys.extend(added.map(|added| Entry {
                under_way: Some(UnderWay::Removing),
                ..added
            })),
            Err(_) => {}
        }
        // Where this fails the file still says "pending", and the next load settles it by what the keychain has.
        if let Err(error) = locked.save() {
            tracing::warn!(%error, "an added key is not confirmed in the index yet");
        }
        let mut held = self.held_mut();
        match kept {
            Ok(()) => held.hold(entry.handle, key),
            Err(error) => held.lack(entry.handle, error),
        }
        held.refresh(locked.index.clone());
        Ok(kept?)
    }

    /// Gives a key other names. The keychain is not asked: its entry is named by the handle and the fingerprint.
    ///
    /// # Errors
    /// [`KeyStoreError::NoSuchKey`], or [`KeyStoreError::Duplicate`] where another key answers to one of the ids already.
    pub fn rename(&self, handle: Uuid, names: &KeyNames) -> Result<KeyRecord, KeyStoreError> {
        let _changing = self.changing();
        if self.is_of_this_session(handle) {
            let mut held = self.held_mut();
            held.check_free(names, Some(handle))?;
            let entry = held.session.iter_mut().find(|entry| entry.handle == handle);
            let entry = entry.ok_or(KeyStoreError::NoSuchKey(handle))?;
            entry.rename(names);
            let entry = entry.clone();
            let index = held.indexed.clone();
            held.refresh(index);
            return Ok(held.record(&entry, Lifetime::SessionOnly));
        }

        let mut locked = self.lock_index()?;
        self.held().check_free(names, Some(handle))?;
        let entry = locked
            .index
            .keys
            .iter_mut()
            .find(|entry| entry.handle == handle);
        let entry = entry.ok_or(KeyStoreError::NoSuchKey(handle))?;
        entry.rename(names);
        let entry = entry.clone();
        locked.save()?;
        let mut held = self.held_mut();
        held.refresh(locked.index.clone());
        Ok(held.record(&entry, Lifetime::Keychain))
    }

    /// Removes a key for good, from memory, keychain and index. Blocks: call it off the reactor.
    ///
    /// # Errors
    /// [`KeyStoreError::NoSuchKey`], or [`KeyStoreError::Vault`] where the keychain did not do it: then the key stays.
    pub fn remove(&self, handle: Uuid) -> Result<(), KeyStoreError> {
        let _changing = self.changing();
        if self.is_of_this_session(handle) {
            let mut held = self.held_mut();
            held.session.retain(|entry| entry.handle != handle);
            let index = held.indexed.clone();
            held.refresh(index);
            tracing::info!("key of this session removed");
            return Ok(());
        }

        let mut locked = self.lock_index()?;
        let place = locked
            .index
            .keys
            .iter()
            .position(|entry| entry.handle == handle);
        let place = place.ok_or(KeyStoreError::NoSuchKey(handle))?;
        let before = locked.index.keys[place]
            .under_way
            .replace(UnderWay::Removing);
        locked.save()?;

        let vault = &*self.shared().vault;
        // A locked keychain finds nothing to remove, and would call that a success: it must prove that it works.
        let removed = vault.remove(&account(handle)).and_then(|()| probe(vault));
        self.remember(removed);
        match removed {
            Ok(()) => drop(locked.index.keys.remove(place)),
            Err(_) => locked.index.keys[place].under_way = before,
        }
        locked.save()?;
        self.held_mut().refresh(locked.index.clone());
        removed?;
        tracing::info!("key removed");
        Ok(())
    }

    fn is_of_this_session(&self, handle: Uuid) -> bool {
        self.held()
            .session
            .iter()
            .any(|entry| entry.handle == handle)
    }
}

impl Held {
    /// Refuses names that another key than `except` has, and an id that is named twice.
    fn check_free(&self, names: &KeyNames, except: Option<Uuid>) -> Result<(), KeyStoreError> {
        let ids: Vec<&KeyId> = names.ids().collect();
        let entries = self.indexed.keys.iter().chain(&self.session);
        let mut others = entries.filter(|entry| {
            Some(entry.handle) != except && entry.under_way != Some(UnderWay::Removing)
        });
        let taken = others.find_map(|entry| {
            ids.iter()
                .find(|id| entry.ids().any(|other| other == id.as_str()))
        });
        let twice = || {
            ids.iter()
                .enumerate()
                .find(|(n, id)| ids[..*n].contains(id))
                .map(|(_, id)| id)
        };
        match taken.or_else(twice) {
            Some(id) => Err(KeyStoreError::Duplicate(KeyId::clone(id))),
            None => Ok(()),
        }
    }
}

impl Entry {
    fn new(new: &NewKey, key: &SecretKey) -> Self {
        let mut entry = Entry {
            handle: Uuid::new_v4(),
            id: String::new(),
            also_opens: Vec::new(),
            label: String::new(),
            bits: key.bits(),
            created: new.created,
            fingerprint: key.fingerprint(),
            under_way: None,
            unknown: serde_json::Map::new(),
        };
        entry.rename(&new.names);
        entry
    }

    fn rename(&mut self, names: &KeyNames) {
        self.id = names.id.as_str().to_owned();
        self.also_opens = names
            .also_opens
            .iter()
            .map(|id| id.as_str().to_owned())
            .collect();
        self.label.clone_from(&names.label);
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.id)
            .chain(&self.also_opens)
            .map(String::as_str)
    }
}
