//! What the program knows about a key, the key itself excepted.

use jiff::Timestamp;
use payload_codec::{KeyError, KeyId};
use uuid::Uuid;

/// The names of a key: what Payloads call it, and what people call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyNames {
    /// The id that is written into Payloads. It may be empty.
    pub id: KeyId,
    /// Other ids that the same key opens. Temporal's sample key goes by `test-key-id`, `test`, the empty id and, in Java,
    /// by its own text.
    pub also_opens: Vec<KeyId>,
    /// For people; may be empty, need not be unique.
    pub label: String,
}

impl KeyNames {
    /// One id, no other names.
    pub fn new(id: KeyId) -> Self {
        KeyNames {
            id,
            also_opens: Vec::new(),
            label: String::new(),
        }
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = &KeyId> {
        std::iter::once(&self.id).chain(&self.also_opens)
    }
}

/// How long a key is kept. Always chosen by a person, never a fallback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// In the OS keychain, until it is removed.
    Keychain,
    /// In this process's memory; neither the keychain nor the index hears of it.
    SessionOnly,
}

/// A key that is to be added.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// What it is called.
    pub names: KeyNames,
    /// The time of the caller's clock.
    pub created: Timestamp,
    /// Where it is kept.
    pub lifetime: Lifetime,
}

/// A key as lists show it: never its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRecord {
    /// Names this key for good, through renames. The keychain's account is `key/<handle>`.
    pub handle: Uuid,
    /// The id that is written into Payloads.
    pub id: KeyId,
    /// Other ids that this key answers to.
    pub also_opens: Vec<KeyId>,
    /// For people; may be empty.
    pub label: String,
    /// 128, 192 or 256.
    pub bits: u16,
    /// When it was added here.
    pub created: Timestamp,
    /// The first 8 bytes of SHA-256(key) in hex.
    pub fingerprint: String,
    /// Where it is kept.
    pub lifetime: Lifetime,
    /// Whether it can be used now.
    pub state: KeyState,
}

/// Whether a key can be used now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Its bytes are in memory.
    Loaded,
    /// Its bytes are not here, and why.
    Unavailable(KeyError),
}
