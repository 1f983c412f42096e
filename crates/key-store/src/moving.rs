//! Moving a key between the keychain and the encrypted key file. Its bytes are in one of them at every moment, whatever dies;
//! the index says where a copy may be left, and [`KeyStore::load`] removes it.

use payload_codec::KeyError;
use uuid::Uuid;

use crate::error::KeyStoreError;
use crate::index::KeptIn;
use crate::record::{KeyRecord, Lifetime};
use crate::store::{KeyStore, account};

impl KeyStore {
    /// Keeps a key elsewhere from now on: in the keychain, or in the encrypted key file. What it is called and what it is for
    /// stay. One that is there already is left alone. Blocks: call it off the reactor.
    ///
    /// # Errors
    /// [`KeyStoreError::NoSuchKey`], also for a key of this session; [`KeyStoreError::Vault`] where its bytes are not in memory,
    /// or the new place did not keep them: then it stays where it was. Where only the old place did not let go of it, that is no
    /// error: it is tried again with every [`KeyStore::load`].
    pub fn move_key(&self, handle: Uuid, to: Lifetime) -> Result<KeyRecord, KeyStoreError> {
        let target = match to {
            Lifetime::Keychain => KeptIn::Keychain,
            Lifetime::Vault => KeptIn::Vault,
            Lifetime::SessionOnly => return Err(KeyStoreError::NoSuchKey(handle)),
        };
        let _changing = self.changing();
        self.loaded().turn_while_open()?;
        let mut locked = self.lock_index()?;
        let mut entries = locked.index.keys.iter();
        let place = entries
            .position(|entry| entry.handle == handle && entry.under_way.is_none())
            .ok_or(KeyStoreError::NoSuchKey(handle))?;
        let before = locked.index.keys[place].kept_in;
        if before == target {
            return Ok(self.loaded().record(&locked.index.keys[place], to));
        }
        let key = self.loaded().bytes(handle)?;

        locked.index.keys[place].left_in = Some(target);
        locked.save()?;
        let label = format!("Temporal key {}", locked.index.keys[place].fingerprint);
        let kept = self
            .shared()
            .vault_of(target)
            .set(&account(handle), &label, key.expose());
        self.remember_of(target, kept);
        match kept {
            Ok(()) => {
                locked.index.keys[place].kept_in = target;
                locked.index.keys[place].left_in = Some(before);
            }
            // A prompt may still be open, so it may yet be kept: the next load removes it.
            Err(KeyError::TimedOut) => {}
            Err(_) => locked.index.keys[place].left_in = None,
        }
        locked.save()?;
        if kept.is_ok() {
            let removed = self.remove_from(before, handle);
            self.remember_of(before, removed);
            match removed {
                Ok(()) => {
                    locked.index.keys[place].left_in = None;
                    locked.save()?;
                }
                Err(reason) => tracing::warn!(%reason, "a moved key is still where it was, too"),
            }
        }
        let mut loaded = self.loaded_mut();
        loaded.refresh(locked.index.clone());
        kept?;
        tracing::info!(lifetime = ?to, "key moved");
        Ok(loaded.record(&locked.index.keys[place], to))
    }
}
