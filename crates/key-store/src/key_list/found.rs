//! What a text of keys turned out to be, and one text as the key that it likeliest is.

use payload_codec::{CodecSpec, KeyId, SecretKey};

use super::recognize::{Address, Pem};
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
    /// A map of ids to keys, alone or under `keys`.
    Keyring,
    /// A JWK, or a set of some.
    Jwk,
    /// A Tink keyset in JSON, not encrypted.
    Tink,
    /// One or several Kubernetes Secrets.
    KubernetesSecret,
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
    /// Whether its entry spells it as `material`, as in this project's files.
    pub is_material: bool,
    /// Whether its entry has a field that is not read.
    pub has_unknown: bool,
    /// The key, or why it is none.
    pub key: Result<SecretKey, BadEntry>,
}

impl FoundKey {
    /// A key that only its id is known of.
    pub(super) fn of(id: &str, key: Result<(SecretKey, MaterialFormat), BadEntry>) -> Self {
        let (key, spelling) = match key {
            Ok((key, spelling)) => (Ok(key), Some(spelling)),
            Err(error) => (Err(error), None),
        };
        FoundKey {
            names: KeyNames::new(KeyId::new(id)),
            usage: KeyUse::default(),
            spec: None,
            spelling,
            is_material: false,
            has_unknown: false,
            key,
        }
    }

    /// An entry that is no key.
    pub(super) fn bad(id: &str, error: BadEntry) -> Self {
        FoundKey::of(id, Err(error))
    }
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
    /// A JWK of another type than `oct`.
    #[error("the JWK is not a symmetric key: its kty must be oct")]
    NotSymmetric,
    /// A key of Tink for another primitive, or a message that does not hold a whole one.
    #[error("not an AES-GCM key of Tink")]
    OtherTinkKey,
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
    /// A Tink keyset that a key service encrypted.
    #[error("the Tink keyset is encrypted by its key service")]
    Wrapped,
    /// There is no key in it.
    #[error("no key was found")]
    NoKeys,
    /// Variables, none of whose values is a key.
    #[error("no value of {} is an AES key", match variables {
        1 => "the variable".to_owned(),
        n => format!("the {n} variables"),
    })]
    NoKeyInVariables {
        /// How many variables there are.
        variables: usize,
    },
    /// A PEM file.
    #[error("{0}, and no key list")]
    Pem(Pem),
    /// An address of a key, and no key.
    #[error("{0}, and no key list")]
    Address(Address),
}

/// A text as the AES key that it likeliest is.
pub(super) fn guessed(text: &str) -> Option<(SecretKey, MaterialFormat)> {
    let (spelling, _) = *material::guess(text).first()?;
    Some((material::parse(text, spelling).ok()?, spelling))
}
