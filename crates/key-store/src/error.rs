//! What can go wrong with keys, as data. Messages carry ids and sizes, never key material.

use std::io;
use std::path::PathBuf;
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
    #[error("another key already has the id \"{0}\"")]
    Duplicate(KeyId),
    /// There is no key with this handle; it may have been removed by another process.
    #[error("the key no longer exists")]
    NoSuchKey(Uuid),
    /// The text or file is not an AES key.
    #[error(transparent)]
    BadMaterial(#[from] BadMaterial),
    /// The list of keys could not be read or written.
    #[error("the list of keys could not be read or written")]
    Index(#[source] Arc<io::Error>),
    /// The index was written by a newer version of this program. It is left as it is.
    #[error("the list of keys has version {version}, but this app reads up to version {known}")]
    IndexTooNew {
        /// The version that the file names.
        version: u64,
        /// The newest version that this program can read.
        known: u64,
    },
    /// This process only reads.
    #[error("this program only reads the keys")]
    ReadOnly,
    /// The encrypted key file could not be made, opened or written.
    #[error(transparent)]
    VaultFile(#[from] VaultFileError),
    /// Another process held the index for too long; often its keychain prompt waits for an answer.
    #[error("another program is changing the keys")]
    IndexBusy,
}

/// What is the matter with the index, though keys can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndexProblem {
    /// A newer version wrote it. What this one understands of it is used, and nothing is changed in it.
    #[error(
        "the list of keys has version {version}, but this app reads up to version {known}, so it can be used but not changed"
    )]
    TooNew {
        /// The version that the file names.
        version: u64,
        /// The newest version that this program understands whole.
        known: u64,
    },
    /// It is no index. It stays where it is until something is changed.
    #[error("the list of keys could not be read, so it is empty")]
    Broken,
    /// It was no index, and is kept under another name.
    #[error("the list of keys could not be read, so it started empty")]
    SetAside(PathBuf),
    /// This version does not understand some of its entries. They stay in it.
    #[error("{n_entries} of the keys in the list are of a kind that this version does not know")]
    NotUnderstood {
        /// How many.
        n_entries: usize,
    },
}

/// What can be wrong with the encrypted key file, or with what was asked of it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum VaultFileError {
    /// It has not been made yet.
    #[error("there is no encrypted key file yet")]
    Absent,
    /// It is there already, and is not overwritten.
    #[error("an encrypted key file already exists")]
    Exists,
    /// The passphrase is not the one that it was made with.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// It is not what this program writes: changed, cut, or something else. It is left as it is.
    #[error("the encrypted key file is damaged")]
    Damaged,
    /// It was written by a newer version of this program. It is left as it is.
    #[error(
        "the encrypted key file has version {version}, but this app reads up to version {known}"
    )]
    TooNew {
        /// The version that the file names.
        version: u64,
        /// The newest version that this program can read.
        known: u64,
    },
    /// Trying the passphrase would take longer than files of this program do: somebody else made it so.
    #[error("trying the passphrase would take too long")]
    TooCostly,
    /// It is larger than this program reads.
    #[error("the encrypted key file is larger than {limit} bytes")]
    TooLarge {
        /// The most that is read, in bytes.
        limit: u64,
    },
    /// It could not be read or written.
    #[error("the encrypted key file could not be read or written")]
    Io(#[source] Arc<io::Error>),
}

impl From<io::Error> for VaultFileError {
    fn from(error: io::Error) -> Self {
        VaultFileError::Io(Arc::new(error))
    }
}

impl From<io::Error> for KeyStoreError {
    fn from(error: io::Error) -> Self {
        KeyStoreError::Index(Arc::new(error))
    }
}
