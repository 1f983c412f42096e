//! Adding, renaming and removing keys, so that a process may die at any line and nothing is lost or left behind unseen.
//! The order of writes is explained in [`crate::index`].

use payload_codec::{KeyError, KeyId, SecretKey};
use uuid::Uuid;

use crate::error::KeyStoreError;
use crate::index::{Entry, KeptIn, UnderWay};
use crate::load::prove;
use crate::loaded::{Loaded, Turn};
use crate::material;
use crate::record::{KeyNames, KeyRecord, KeyUse, Lifetime, NewKey};
use crate::store::{KeyStore, account};

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
    /// [`KeyStoreError::Duplicate`] where a key answers to one of the ids already in the same Namespaces,
    /// [`KeyStoreError::Vault`] where the keychain did not keep it: then it is not kept anywhere.
    pub fn import(&self, new: &NewKey, key: SecretKey) -> Result<KeyRecord, KeyStoreError> {
        let _changing = self.changing();
        let turn = self.loaded().turn_while_open()?;
        let mut entry = Entry::new(new, &key);
        match new.lifetime {
            Lifetime::SessionOnly => {
                let mut loaded = self.loaded_mut();
                let turn = loaded.turn_while_open()?;
                loaded.check_free(&new.names, &new.usage, None)?;
                loaded.session.push(entry.clone());
                loaded.index_ids();
                loaded.hold(turn, entry.handle, key);
            }
            Lifetime::Keychain => self.keep(&entry, new, key, turn)?,
            Lifetime::Vault => {
                entry.kept_in = KeptIn::Vault;
                self.keep(&entry, new, key, turn)?;
            }
        }
        tracing::info!(fingerprint = %entry.fingerprint, bits = entry.bits, lifetime = ?new.lifetime, "key added");
        Ok(self.loaded().record(&entry, new.lifetime))
    }

    fn keep(
        &self,
        entry: &Entry,
        new: &NewKey,
        key: SecretKey,
        turn: Turn,
    ) -> Result<(), KeyStoreError> {
        let mut locked = self.lock_index()?;
        self.loaded().check_free(&new.names, &new.usage, None)?;

        let mut pending = entry.clone();
        pending.under_way = Some(UnderWay::Pending);
        locked.index.keys.push(pending);
        locked.save()?;

        let label = format!("Temporal key {}", entry.fingerprint);
        let kept =
            self.shared()
                .vault_of(entry.kept_in)
                .set(&account(entry.handle), &label, key.expose());
        self.remember_of(entry.kept_in, kept);
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
        let mut loaded = self.loaded_mut();
        match kept {
            // After a lock that came meanwhile the key is kept and not held.
            Ok(()) => loaded.hold(turn, entry.handle, key),
            Err(error) => loaded.lack(entry.handle, error),
        }
        loaded.refresh(locked.index.clone());
        Ok(kept?)
    }

    /// Gives a key other names. The keychain is not asked: its entry is named by the handle and the fingerprint.
    ///
    /// # Errors
    /// [`KeyStoreError::NoSuchKey`], or [`KeyStoreError::Duplicate`] where another key answers to one of the ids already in
    /// the same Namespaces.
    pub fn rename(&self, handle: Uuid, names: &KeyNames) -> Result<KeyRecord, KeyStoreError> {
        self.edit(handle, |loaded, entry| {
            // A retired key answers to no id; restoring it looks whether they are free.
            if !entry.usage.retired {
                loaded.check_free(names, &entry.usage, Some(handle))?;
            }
            entry.rename(names);
            Ok(())
        })
    }

    /// Says what a key is for from now on. The keychain is not asked. A retired key stops opening at once, a restored one opens
    /// again.
    ///
    /// # Errors
    /// [`KeyStoreError::NoSuchKey`], or [`KeyStoreError::Duplicate`] where its Namespaces would be those of another key that
    /// answers to one of its ids.
    pub fn set_usage(&self, handle: Uuid, usage: KeyUse) -> Result<KeyRecord, KeyStoreError> {
        self.edit(handle, |loaded, entry| {
            // What was allowed once is not looked at again: a key that shares an id can always be retired.
            let restored = entry.usage.retired && !usage.retired;
            if restored || (!usage.retired && !entry.usage.same_namespaces(&usage)) {
                loaded.check_free(&entry.names(), &usage, Some(handle))?;
            }
            entry.usage = usage;
            Ok(())
        })
    }

    /// Changes what is known of a key; its bytes stay.
    fn edit(
        &self,
        handle: Uuid,
        change: impl FnOnce(&Loaded, &mut Entry) -> Result<(), KeyStoreError>,
    ) -> Result<KeyRecord, KeyStoreError> {
        let _changing = self.changing();
        let place = |entries: &[Entry]| entries.iter().position(|entry| entry.handle == handle);
        let of_session = place(&self.loaded().session);
        if let Some(place) = of_session {
            let mut loaded = self.loaded_mut();
            let mut entry = loaded
                .session
                .get(place)
                .cloned()
                .ok_or(KeyStoreError::NoSuchKey(handle))?;
            change(&loaded, &mut entry)?;
            loaded.session[place] = entry.clone();
            loaded.index_ids();
            return Ok(loaded.record(&entry, Lifetime::SessionOnly));
        }

        let mut locked = self.lock_index()?;
        let place = place(&locked.index.keys).ok_or(KeyStoreError::NoSuchKey(handle))?;
        let mut entry = locked.index.keys[place].clone();
        change(&self.loaded(), &mut entry)?;
        locked.index.keys[place] = entry.clone();
        locked.save()?;
        let mut loaded = self.loaded_mut();
        loaded.refresh(locked.index.clone());
        Ok(loaded.record(&entry, entry.kept_in.into()))
    }

    /// Removes a key for good, from memory, keychain and index. Blocks: call it off the reactor.
    ///
    /// # Errors
    /// [`KeyStoreError::NoSuchKey`], or [`KeyStoreError::Vault`] where the keychain did not do it: then the key stays.
    pub fn remove(&self, handle: Uuid) -> Result<(), KeyStoreError> {
        let _changing = self.changing();
        if self.is_of_this_session(handle) {
            let mut loaded = self.loaded_mut();
            loaded.session.retain(|entry| entry.handle != handle);
            loaded.index_ids();
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

        let kept_in = locked.index.keys[place].kept_in;
        let removed = locked.index.keys[place]
            .places()
            .try_for_each(|place| self.remove_from(place, handle));
        self.remember_of(kept_in, removed);
        match removed {
            Ok(()) => drop(locked.index.keys.remove(place)),
            Err(_) => locked.index.keys[place].under_way = before,
        }
        locked.save()?;
        self.loaded_mut().refresh(locked.index.clone());
        removed?;
        tracing::info!("key removed");
        Ok(())
    }

    /// A locked keychain finds nothing to remove, and would call that a success: it must prove that it works.
    pub(crate) fn remove_from(&self, place: KeptIn, handle: Uuid) -> Result<(), KeyError> {
        let vault = self.shared().vault_of(place);
        vault
            .remove(&account(handle))
            .and_then(|()| prove(place, vault))
    }

    fn is_of_this_session(&self, handle: Uuid) -> bool {
        self.loaded()
            .session
            .iter()
            .any(|entry| entry.handle == handle)
    }
}

impl Loaded {
    /// Refuses names that another key than `except` answers to in the same Namespaces, and an id that is named twice. A retired
    /// key answers to none.
    fn check_free(
        &self,
        names: &KeyNames,
        usage: &KeyUse,
        except: Option<Uuid>,
    ) -> Result<(), KeyStoreError> {
        let ids: Vec<&KeyId> = names.ids().collect();
        let entries = self.indexed.keys.iter().chain(&self.session);
        let mut others = entries.filter(|entry| {
            Some(entry.handle) != except
                && entry.under_way != Some(UnderWay::Removing)
                && !entry.usage.retired
                && entry.usage.same_namespaces(usage)
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
            kept_in: KeptIn::Keychain,
            left_in: None,
            usage: new.usage.clone(),
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

    fn names(&self) -> KeyNames {
        KeyNames {
            id: KeyId::new(&self.id),
            also_opens: self.also_opens.iter().map(|id| KeyId::new(id)).collect(),
            label: self.label.clone(),
        }
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.id)
            .chain(&self.also_opens)
            .map(String::as_str)
    }
}
