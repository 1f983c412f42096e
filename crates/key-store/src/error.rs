//! What can go wrong with keys, as data. Messages carry ids and sizes, never key material.

use std::io;
use std::sync::Arc;

use payload_codec::{KeyError, KeyId};
use uuid::Uuid;

use crate::material::BadMaterial;

/// A key could not be read, kept, renamed or removed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum KeyStoreError {
    /// The keychain could not do its part; nothing was kept anywhere else instead.
    #[error(transparent)]
    Vault(#[from] KeyError),
    /// Another key already answers to this id.
    #[error("another key already answers to the id \"{0}\"")]
    Duplicate(KeyId),
    /// There is no key with this handle; it may have been removed by another process.
    #[error("there is no key with the handle {0}")]
    NoSuchKey(Uuid),
    /// The text or file is not an AES key.
    #[error(transparent)]
    BadMaterial(#[from] BadMaterial),
    /// The index of keys could not be read or written.
    #[error("the index of keys could not be read or written")]
    Index(#[source] Arc<io::Error>),
    /// The index was written by a newer version of this program. It is left as it is.
    #[error("the index of keys has version {version}, this program knows version {known}")]
    IndexTooNew {
        /// The version that the file names.
        version: u64,
        /// The newest version that this program can read.
        known: u64,
    },
    /// Another process held the index for too long; often its keychain prompt waits for an answer.
    #[error("another process is changing the keys")]
    IndexBusy,
}

impl From<io::Error> for KeyStoreError {
    fn from(error: io::Error) -> Self {
        KeyStoreError::Index(Arc::new(error))
    }
}
