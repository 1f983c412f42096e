//! A vault in memory: for tests and for builds that must not touch the keychain. It is gone with the process.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use payload_codec::KeyError;
use zeroize::Zeroizing;

use crate::vault::Vault;

/// Keeps secrets until it is dropped. Nothing falls back to it by itself: whoever builds one chose it.
#[derive(Default)]
pub struct MemoryVault(Mutex<HashMap<String, Zeroizing<Vec<u8>>>>);

impl MemoryVault {
    /// The accounts that have a secret, sorted.
    pub fn accounts(&self) -> Vec<String> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut accounts: Vec<String> = held.keys().cloned().collect();
        accounts.sort();
        accounts
    }
}

impl Vault for MemoryVault {
    fn get(&self, account: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyError> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(held.get(account).cloned())
    }

    fn set(&self, account: &str, _label: &str, secret: &[u8]) -> Result<(), KeyError> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.insert(account.to_owned(), Zeroizing::new(secret.to_vec()));
        Ok(())
    }

    fn remove(&self, account: &str) -> Result<(), KeyError> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.remove(account);
        Ok(())
    }
}
