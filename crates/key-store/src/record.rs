//! What the program knows about a key, the key itself excepted.

use std::collections::BTreeSet;

use jiff::Timestamp;
use payload_codec::{KeyError, KeyId};
use serde::{Deserialize, Serialize};
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

/// What a key is for: which formats are tried with it, and in which Namespaces. This crate keeps it and does not read more out
/// of it than whether two keys may share an id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyUse {
    /// Names of formats; the first one is what it encodes with. Empty means the format of Temporal's samples.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub formats: Vec<String>,
    /// Patterns of Namespaces; empty means every Namespace.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub namespaces: Vec<String>,
    /// It neither encodes nor decodes. Its bytes stay where they are kept, so that it can be restored.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
}

impl KeyUse {
    /// Whether it may be used in some Namespaces alone.
    pub fn is_limited(&self) -> bool {
        !self.namespaces.is_empty()
    }

    /// Whether both are for the same Namespaces: only one key in use may have an id there.
    pub fn same_namespaces(&self, other: &KeyUse) -> bool {
        let set = |usage: &'_ KeyUse| usage.namespaces.iter().cloned().collect::<BTreeSet<_>>();
        set(self) == set(other)
    }
}

/// How long a key is kept, and where. Always chosen by a person, never a fallback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// In the OS keychain, until it is removed.
    Keychain,
    /// In the encrypted key file beside the index, until it is removed.
    Vault,
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
    /// What it is for.
    pub usage: KeyUse,
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
    /// 128, 192 or 256 for an AES key; a secret that formats derive keys from may have other lengths.
    pub bits: u16,
    /// When it was added here.
    pub created: Timestamp,
    /// The first 8 bytes of SHA-256(key) in hex.
    pub fingerprint: String,
    /// Where it is kept.
    pub lifetime: Lifetime,
    /// What it is for.
    pub usage: KeyUse,
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
