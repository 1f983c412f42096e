//! Why a key cannot be had, or is not used.

use temporal_payload::shown_name;

/// A key exists, or may exist, and its bytes cannot be had now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The keychain is there and locked.
    #[error("the keychain is locked")]
    Locked,
    /// The keychain did not answer before the deadline; often a prompt waits for an answer.
    #[error("the keychain did not answer in time")]
    TimedOut,
    /// The keychain refused this program.
    #[error("the keychain denied access")]
    Denied,
    /// The machine has no keychain running.
    #[error("no keychain is running")]
    Missing,
    /// The keychain is there, and the key's entry is not: it was removed by another program.
    #[error("the key is no longer in the keychain")]
    EntryGone,
    /// The keychain holds something else under the key's entry: it was changed by another program.
    #[error("another program changed the key in the keychain")]
    EntryDamaged,
    /// The key is known, and its bytes have not been read from the keychain yet.
    #[error("the key has not been read from the keychain yet")]
    NotRead,
    /// The app itself is locked: it forgot every key until somebody unlocks it.
    #[error("the app is locked")]
    AppLocked,
    /// The key is in the encrypted key file, whose passphrase has not been given yet.
    #[error("the encrypted key file is locked")]
    VaultLocked,
    /// The keychain, or the library that talks to it, failed in a way of its own.
    #[error("the keychain failed")]
    Failed,
}

/// Why a key that is there is not used. It stands behind the key's id: `key "prod-2024" is retired`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Withheld {
    /// Its user put it away.
    #[error("is retired")]
    Retired,
    /// It is limited to other Namespaces than this one.
    #[error("is not used in Namespace {}", shown_name(.0))]
    NotInNamespace(String),
    /// It is limited to these Namespaces, and none is named.
    #[error("is used only in Namespace {}", shown_name(.0))]
    OnlyInNamespaces(String),
    /// It has other formats, or the profile other keys.
    #[error("is not used with this format or profile")]
    NotHere,
}
