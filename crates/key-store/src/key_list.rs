//! Keys as people have them in files: a JSON or YAML list, a `.env` file, or one key alone.
//!
//! Lists are `[{"id": "…", "key": "…"}]`, as mrsimonemms/temporal-codec-server reads them (the key is the text's UTF-8), or
//! `[{"id": "…", "material": "…", "format": "base64"|"hex"|"utf8"}]`, as this project's command line reads them; also under
//! `keys` of an object. Of a `.env` file every value counts that is a key in some spelling, under the variable's name.
//!
//! Pure: nothing is read but what is given, and nothing is kept. Every text is bounded, and no error quotes it. Text values are
//! zeroized; what the JSON and YAML readers copy while they undo escapes is not.

mod entry;

mod env;

mod tree;

use payload_codec::{CodecSpec, SecretKey};

use crate::material::{self, BadMaterial, MaterialFormat};
use crate::record::{KeyNames, KeyUse};
use tree::Node;

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

/// Finds the keys of a text.
///
/// # Errors
/// [`BadList`] where there is none. An entry that is no key is no error of the list.
pub fn parse(bytes: &[u8]) -> Result<Found, BadList> {
    if bytes.len() > MAX_LIST_BYTES {
        return Err(BadList::TooLarge);
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return match material::raw(bytes) {
            Ok(key) => Ok(one_key(key, None)),
            Err(_) => Err(BadList::NotText { len: bytes.len() }),
        };
    };
    // Windows' editors put it there.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(BadList::NoKeys);
    }
    let found = match text.trim_start().starts_with(['[', '{']) {
        true => list(ListKind::Json, tree::from_json(text)).or_else(|bad| {
            // YAML has such lists as well, with less strict words in them.
            list(ListKind::Yaml, tree::from_yaml(text)).map_err(|_| bad)
        }),
        false => plain(text),
    }?;
    match found.keys.len() {
        0 => Err(BadList::NoKeys),
        n if n > MAX_LIST_KEYS => Err(BadList::TooLarge),
        _ => Ok(found),
    }
}

/// A text that does not begin as JSON does.
fn plain(text: &str) -> Result<Found, BadList> {
    if let Some(keys) = env::parse(text) {
        // One line of base64 may end in "=", and one word may have it inside: then it is no variable with a key.
        if !keys.is_empty() || text.trim().lines().count() > 1 {
            return Ok(Found {
                kind: ListKind::Env,
                keys,
                has_profiles: false,
            });
        }
    }
    if text.trim().lines().count() == 1 {
        let line = text.trim_end_matches(['\r', '\n']);
        if let Some((key, spelling)) = guessed(line) {
            return Ok(one_key(key, Some(spelling)));
        }
    }
    list(ListKind::Yaml, tree::from_yaml(text))
}

fn list(kind: ListKind, node: Result<Node, BadList>) -> Result<Found, BadList> {
    let mut has_profiles = false;
    let keys = match node? {
        Node::List(items) => items,
        Node::Map(mut fields) => match tree::take(&mut fields, "keys") {
            Some(Node::List(items)) => {
                let of_profiles = ["profiles", "default", "unlisted"];
                has_profiles = fields
                    .iter()
                    .any(|(name, _)| of_profiles.contains(&name.as_str()));
                items
            }
            Some(Node::Text(_) | Node::Bare(_) | Node::Map(_) | Node::Nothing) => {
                return Err(BadList::NoKeys);
            }
            // An entry alone.
            None => vec![Node::Map(fields)],
        },
        Node::Text(_) | Node::Bare(_) | Node::Nothing => return Err(BadList::NoKeys),
    };
    if keys.len() > MAX_LIST_KEYS {
        return Err(BadList::TooLarge);
    }
    let keys: Vec<FoundKey> = keys.into_iter().map(entry::read).collect();
    // A document of any other kind has lists, too, and none of their entries looks like a key's.
    let is_entry =
        |found: &FoundKey| !matches!(found.key, Err(BadEntry::NotAnEntry | BadEntry::NoKey));
    match keys.iter().any(is_entry) {
        true => Ok(Found {
            kind,
            keys,
            has_profiles,
        }),
        false => Err(BadList::NoKeys),
    }
}

fn one_key(key: SecretKey, spelling: Option<MaterialFormat>) -> Found {
    Found {
        kind: ListKind::OneKey,
        has_profiles: false,
        keys: vec![FoundKey {
            names: KeyNames::new(payload_codec::KeyId::new("")),
            usage: KeyUse::default(),
            spec: None,
            spelling,
            key: Ok(key),
        }],
    }
}

/// A text as the AES key that it likeliest is. It may say its spelling itself: `base64:…`, `base64-urlsafe:…` or `hex:…`, as
/// PostHog's and HUB-Live's settings do.
fn guessed(text: &str) -> Option<(SecretKey, MaterialFormat)> {
    for (prefix, spelling) in [
        ("base64:", MaterialFormat::Base64),
        ("base64-urlsafe:", MaterialFormat::Base64),
        ("hex:", MaterialFormat::Hex),
    ] {
        if let Some(rest) = text.trim().strip_prefix(prefix) {
            return material::parse(rest, spelling)
                .ok()
                .map(|key| (key, spelling));
        }
    }
    let (spelling, _) = *material::guess(text).first()?;
    Some((material::parse(text, spelling).ok()?, spelling))
}

#[cfg(test)]
mod tests;
