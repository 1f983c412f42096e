//! `keys.json`: which keys there are, since keychains cannot be listed portably. Metadata only.
//!
//! Fields and entries that this version does not know are kept. Index and keychain are two places, and a process may die
//! between them. So an entry says what is under way: adding writes it as `pending`, then the keychain, then the bare entry;
//! removing marks it `removing`, then the keychain, then drops it; moving writes in `left_in` which of the two places has, or may
//! have, a copy that is not used. The lock of [`crate::index_file`] is held all the while: an
//! entry that is found unsettled under the lock was left by a process that died, and [`crate::KeyStore::load`] finishes its work.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::files;
use crate::record::{KeyUse, Lifetime};

/// The version that this program writes, and the newest that it understands whole.
pub(crate) const VERSION: u64 = 1;

/// The field of the commands that are trusted.
const TRUSTED_COMMANDS: &str = "trusted_commands";

/// The file's contents.
#[derive(Clone, Default)]
pub(crate) struct Index {
    pub(crate) keys: Vec<Entry>,
    /// SHA-256 of the commands that the user agreed to run, in hex, oldest first; see [`crate::trusted`].
    pub(crate) trusted_commands: Vec<String>,
    /// Entries that this version does not understand: another one may.
    not_understood: Vec<Value>,
    /// Fields of newer versions.
    unknown: Map<String, Value>,
}

/// What a file holds.
pub(crate) enum Found {
    /// An index, or nothing yet.
    Index(Index),
    /// An index of a newer version: what this one understands of it, which must not be written.
    Newer { version: u64, index: Index },
    /// No index.
    Broken,
}

impl Index {
    /// Reads a file's content.
    pub(crate) fn parse(bytes: &[u8]) -> Found {
        let Ok(mut fields) =
            serde_json::from_slice::<Map<String, Value>>(files::without_bom(bytes))
        else {
            return Found::Broken;
        };
        let Some(version) = fields
            .remove("version")
            .and_then(|version| version.as_u64())
        else {
            return Found::Broken;
        };
        let is_newer = version > VERSION;
        let entries = match fields.remove("keys") {
            Some(Value::Array(entries)) => entries,
            Some(_) if !is_newer => return Found::Broken,
            Some(_) | None => Vec::new(),
        };
        // What is no list of hashes is not kept as one: no command is trusted by it.
        let trusted_commands = fields
            .remove(TRUSTED_COMMANDS)
            .and_then(|hashes| serde_json::from_value(hashes).ok())
            .unwrap_or_default();
        let mut index = Index {
            trusted_commands,
            unknown: fields,
            ..Index::default()
        };
        for entry in entries {
            match Entry::deserialize(&entry) {
                Ok(entry) => index.keys.push(entry),
                Err(_) => index.not_understood.push(entry),
            }
        }
        match is_newer {
            true => Found::Newer { version, index },
            false => Found::Index(index),
        }
    }

    /// The file's content, with everything that [`Index::parse`] did not understand.
    ///
    /// # Errors
    /// serde's, which is not expected.
    pub(crate) fn text(&self) -> serde_json::Result<Vec<u8>> {
        let entries = self.keys.iter().map(serde_json::to_value);
        let mut entries = entries.collect::<serde_json::Result<Vec<Value>>>()?;
        entries.extend(self.not_understood.iter().cloned());
        let mut fields = Map::new();
        fields.insert("version".to_owned(), VERSION.into());
        fields.insert("keys".to_owned(), entries.into());
        if !self.trusted_commands.is_empty() {
            let hashes = serde_json::to_value(&self.trusted_commands)?;
            fields.insert(TRUSTED_COMMANDS.to_owned(), hashes);
        }
        fields.extend(self.unknown.clone());
        let mut text = serde_json::to_vec_pretty(&fields)?;
        text.push(b'\n');
        Ok(text)
    }

    /// How many entries this version does not understand.
    pub(crate) fn n_not_understood(&self) -> usize {
        self.not_understood.len()
    }
}

/// One key.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) handle: Uuid,
    pub(crate) id: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) also_opens: Vec<String>,
    #[serde(default)]
    pub(crate) label: String,
    pub(crate) bits: u16,
    pub(crate) created: Timestamp,
    pub(crate) fingerprint: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) under_way: Option<UnderWay>,
    #[serde(default, skip_serializing_if = "KeptIn::is_keychain")]
    pub(crate) kept_in: KeptIn,
    /// Where a copy of it may be that is not used: it was being moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) left_in: Option<KeptIn>,
    #[serde(flatten)]
    pub(crate) usage: KeyUse,
    #[serde(flatten)]
    pub(crate) unknown: Map<String, Value>,
}

impl Entry {
    /// Where its bytes are, or may be: the place that they are read from first.
    pub(crate) fn places(&self) -> impl Iterator<Item = KeptIn> + use<> {
        std::iter::once(self.kept_in).chain(self.left_in)
    }

    /// Whether what was begun with it in a place is to be finished there.
    pub(crate) fn is_unsettled_in(&self, place: KeptIn) -> bool {
        (self.under_way.is_some() && self.kept_in == place) || self.left_in == Some(place)
    }
}

/// Where the bytes of a key of the index are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KeptIn {
    #[default]
    Keychain,
    /// The encrypted key file.
    Vault,
}

impl KeptIn {
    fn is_keychain(&self) -> bool {
        *self == KeptIn::Keychain
    }
}

impl From<KeptIn> for Lifetime {
    fn from(kept_in: KeptIn) -> Self {
        match kept_in {
            KeptIn::Keychain => Lifetime::Keychain,
            KeptIn::Vault => Lifetime::Vault,
        }
    }
}

/// What a process was doing with an entry when it last wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UnderWay {
    /// The keychain may not have the key yet; nobody was told that it does.
    Pending,
    /// The keychain may have the key still; somebody asked for its removal.
    Removing,
}
