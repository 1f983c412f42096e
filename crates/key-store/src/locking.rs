//! Locking, so that key bytes leave memory; unlocking; and the encrypted key file, which opens with a passphrase.

use std::path::Path;

use payload_codec::KeyError;

use crate::error::KeyStoreError;
use crate::file_vault::VaultState;
use crate::keychain_state::KeychainState;
use crate::new_passphrase::NewPassphrase;
use crate::store::KeyStore;

impl KeyStore {
    /// Forgets every key's bytes, which are zeroized as soon as no request under way uses them. Keys of this session are
    /// gone for good. Until [`KeyStore::unlock`] every key answers [`KeyError::AppLocked`], and loading reads none.
    ///
    /// It waits for nothing: what is being read from the keychain at this moment is dropped when it comes.
    pub fn lock(&self) {
        self.loaded_mut().lock();
        // After the turn has ended: whoever opens the file at this moment sees that, and closes it again.
        self.shared().file.close();
        self.data_keys().lock();
        tracing::info!("keys are locked");
    }

    /// Reads the keys again; those of the encrypted key file wait for [`KeyStore::open_vault`]. Blocks as [`KeyStore::load`] does.
    ///
    /// # Errors
    /// As for [`KeyStore::load`]. What the keychain said is the returned state; where it gave no key, none opens.
    pub fn unlock(&self) -> Result<KeychainState, KeyStoreError> {
        self.loaded_mut().locked = false;
        self.data_keys().unlock();
        tracing::info!("keys are unlocked");
        self.load()
    }

    /// Whether [`KeyStore::lock`] is in force.
    pub fn is_locked(&self) -> bool {
        self.loaded().locked
    }

    /// Where the encrypted key file is, or would be: beside the index.
    pub fn vault_path(&self) -> &Path {
        self.shared().file.path()
    }

    /// Whether there is an encrypted key file, and whether it is open.
    pub fn vault_state(&self) -> VaultState {
        self.shared().file.state()
    }

    /// Makes the encrypted key file and opens it. Keys go there whose lifetime says so; others stay in the keychain. Blocks for
    /// about a second.
    ///
    /// # Errors
    /// [`KeyStoreError::VaultFile`], also where there is one already; [`KeyError::AppLocked`] while the store is locked.
    pub fn create_vault(&self, passphrase: NewPassphrase<'_>) -> Result<(), KeyStoreError> {
        self.opening(|store| {
            let _locked = store.lock_index()?;
            Ok(store.shared().file.create(passphrase)?)
        })
    }

    /// Opens the encrypted key file with its passphrase, and reads its keys. Blocks for about a second: call it off the reactor.
    ///
    /// # Errors
    /// [`KeyStoreError::VaultFile`] where it does not open, [`KeyError::AppLocked`] while the store is locked: unlock it first.
    pub fn open_vault(&self, passphrase: &str) -> Result<(), KeyStoreError> {
        self.opening(|store| Ok(store.shared().file.open(passphrase)?))
    }

    /// Gives the encrypted key file another passphrase. Copies of the file that were made earlier keep the old one. Blocks for
    /// about two seconds.
    ///
    /// # Errors
    /// [`KeyStoreError::VaultFile`], for example where the old passphrase is wrong: then the file is as it was.
    pub fn change_vault_passphrase(
        &self,
        old: &str,
        new: NewPassphrase<'_>,
    ) -> Result<(), KeyStoreError> {
        let _changing = self.changing();
        let _locked = self.lock_index()?;
        Ok(self.shared().file.change_passphrase(old, new)?)
    }

    /// Opens the file unless somebody locks meanwhile, then reads what it has.
    fn opening(
        &self,
        open: impl FnOnce(&KeyStore) -> Result<(), KeyStoreError>,
    ) -> Result<(), KeyStoreError> {
        let _changing = self.changing();
        let turn = self.loaded().turn_while_open()?;
        open(self)?;
        if self.loaded().turn() != turn {
            self.shared().file.close();
            return Err(KeyError::AppLocked.into());
        }
        self.read_index()?;
        self.read_vault(turn)
    }
}
