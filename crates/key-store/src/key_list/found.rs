//! What a text of keys turned out to be, and one text as the key that it likeliest is.

use payload_codec::{CodecSpec, SecretKey};

use crate::material::{self, BadMaterial, MaterialFormat};
use crate::record::{KeyNames, KeyUse};

/// The largest text that is read, in bytes.
pub const MAX_LIST_BYTES: usize = 1 << 20;

/// The most keys that are read from one text.
pub const MAX_LIST_KEYS: usize = 10_000;

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListKind {
    /// A JSON list of keys.
    Json,
    /// A YAML list of keys.
    Yaml,
    /// A `.env` file.
    Env,
    /// One key and nothing else; it has no id.
    OneKey,
}

/// What was found in a text: at least one entry.
pub struct Found {
    /// What the text is.
    pub kind: ListKind,
    /// Its entries, in its order; those that are no key, too.
    pub keys: Vec<FoundKey>,
    /// Whether there are profiles beside the keys, as in this project's files: they are not read here.
    pub has_profiles: bool,
}

/// An entry of a list, not yet added anywhere.
pub struct FoundKey {
    /// What it is called; the id is empty where the text names none.
    pub names: KeyNames,
    /// What it is for, as far as the text says.
    pub usage: KeyUse,
    /// A format of its own, which its entry spells out.
    pub spec: Option<Box<CodecSpec>>,
    /// How the text spells it; `None` for raw bytes.
    pub spelling: Option<MaterialFormat>,
    /// The key, or why it is none.
    pub key: Result<SecretKey, BadEntry>,
}

/// An entry of a list is not a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadEntry {
    /// It is not a set of named fields.
    #[error("not an entry with an id and a key")]
    NotAnEntry,
    /// It has no id.
    #[error("the entry has no id")]
    NoId,
    /// It has neither `key` nor `material`.
    #[error("the entry has no key")]
    NoKey,
    /// A field has the wrong type.
    #[error("the field \"{name}\" has the wrong type")]
    BadField {
        /// The field's name.
        name: &'static str,
    },
    /// Its `spec` describes no format.
    #[error("the entry's spec does not describe a format")]
    BadSpec,
    /// It has both `preset` and `spec`.
    #[error("the entry has both a preset and a spec")]
    PresetAndSpec,
    /// Its text is not a key.
    #[error(transparent)]
    Material(#[from] BadMaterial),
}

/// A text has no keys. It is never quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadList {
    /// It has more bytes or keys than are read.
    #[error("a list of keys has at most {MAX_LIST_BYTES} bytes and {MAX_LIST_KEYS} keys")]
    TooLarge,
    /// It is neither a key nor text.
    #[error("neither a key nor text: {len} bytes")]
    NotText {
        /// How many bytes there are.
        len: usize,
    },
    /// It looks like a list, and cannot be read as one.
    #[error("not a list of keys at line {line}, column {column}")]
    Damaged {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// There is no key in it.
    #[error("no key was found")]
    NoKeys,
}

/// A text as the AES key that it likeliest is.
pub(super) fn guessed(text: &str) -> Option<(SecretKey, MaterialFormat)> {
    let (spelling, _) = *material::guess(text).first()?;
    Some((material::parse(text, spelling).ok()?, spelling))
}
