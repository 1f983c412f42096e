//! Keys in the OS keychain, and the index that tells what they are.
//!
//! **Architecture invariant:** key bytes leave only as [`SecretKey`](payload_codec::SecretKey), which cannot be printed,
//! serialized or compared. Bytes live in the keychain and, once read, in zeroized memory; `keys.json` knows everything
//! about a key except the key. Everything that asks the keychain blocks (with a deadline): call it off the reactor.

#![forbid(unsafe_code)]

mod store;

mod change;

mod load;

mod locking;

mod data_keys;

mod loaded;

mod selected;

mod spelling;

mod trusted;

mod record;

mod index;

mod index_file;

pub mod files;

mod vault;

mod keychain;

mod keychain_state;

mod file_vault;

mod age_file;

mod new_passphrase;

mod worker;

mod bundle;

mod memory;

mod moving;

pub mod material;

pub mod key_list;

pub mod command;

mod error;

pub use bundle::{
    Bundle, BundleError, BundleFormats, BundleKey, BundleLock, BundleSecret, BundleTo,
    MAX_BUNDLE_BYTES, MAX_BUNDLE_FORMATS, MAX_BUNDLE_KEYS, MAX_RECIPIENTS, bundle_lock, is_bundle,
    open_bundle,
};
pub use data_keys::{
    BadDataKeySource, DataKeySource, DataKeyState, DataKeyStore, MAX_DATA_KEY_SECONDS,
};
pub use error::{IndexProblem, KeyStoreError, VaultFileError};
pub use file_vault::VaultState;
pub use keychain::OsKeychain;
pub use keychain_state::KeychainState;
pub use material::{BadMaterial, MaterialFormat};
pub use memory::MemoryVault;
pub use new_passphrase::{
    MIN_PASSPHRASE_CHARACTERS, NewPassphrase, PassphraseStrength, WeakPassphrase,
    passphrase_strength,
};
pub use record::{KeyNames, KeyRecord, KeyState, KeyUse, Lifetime, NewKey};
pub use selected::SelectedKeys;
pub use store::KeyStore;
pub use vault::Vault;
