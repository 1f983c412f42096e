//! Keys in the OS keychain, and the index that tells what they are.
//!
//! **Architecture invariant:** key bytes leave only as [`SecretKey`](payload_codec::SecretKey), which cannot be printed,
//! serialized or compared. Bytes live in the keychain and, once read, in zeroized memory; `keys.json` knows everything
//! about a key except the key. Everything that asks the keychain blocks (with a deadline): call it off the reactor.

#![forbid(unsafe_code)]

mod store;

mod change;

mod held;

mod selected;

mod record;

mod index;

mod vault;

mod keychain;

mod worker;

mod memory;

pub mod material;

mod error;

pub use error::KeyStoreError;
pub use keychain::OsKeychain;
pub use material::{BadMaterial, MaterialFormat};
pub use memory::MemoryVault;
pub use record::{KeyNames, KeyRecord, KeyState, Lifetime, NewKey};
pub use selected::SelectedKeys;
pub use store::{KeyStore, KeychainState};
pub use vault::Vault;
