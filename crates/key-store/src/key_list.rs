//! Keys as people have them in files: a JSON or YAML list, a `.env` file, one key alone, or a file of another tool: a map of
//! ids to keys, JWK and JWKS, a Tink keyset, a Kubernetes Secret.
//!
//! Lists are `[{"id": "…", "key": "…"}]`, as mrsimonemms/temporal-codec-server reads them (the key is the text's UTF-8), or
//! `[{"id": "…", "material": "…", "format": "base64"|"hex"|"utf8"}]`, as this project's command line reads them; also under
//! `keys` of an object. Of a `.env` file every value counts that is a key in some spelling, under the variable's name.
//!
//! Pure: nothing is read but what is given, and nothing is kept. Every text is bounded, and no error quotes it. Text values are
//! zeroized; what the JSON and YAML readers copy while they undo escapes is not.

mod entry;

mod env;

mod found;

mod keyrings;

mod recognize;

mod tree;

use payload_codec::SecretKey;

use crate::material::{self, MaterialFormat};
use found::guessed;
use recognize::Armor;
use tree::Node;

pub use found::{BadEntry, BadList, Found, FoundKey, ListKind, MAX_LIST_BYTES, MAX_LIST_KEYS};
pub use recognize::{Address, Pem};

/// A text that is more than one key, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherText {
    /// A list, a file of variables, or a file of another tool.
    List {
        /// Which.
        kind: ListKind,
        /// How many entries it has; of variables all count.
        entries: usize,
        /// How many of them are keys.
        keys: usize,
    },
    /// An encrypted bundle, as text.
    Bundle,
    /// A PEM file.
    Pem(Pem),
    /// An address of a key, and no key.
    Address(Address),
    /// JSON in which no key was found.
    Json,
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

/// What a text is where it is no single key; `None` where it may be one.
#[must_use]
pub fn other_than_one_key(text: &str) -> Option<OtherText> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() || text.len() > MAX_LIST_BYTES {
        return None;
    }
    match recognize::pem(text) {
        Some(Armor::Pem(pem)) => return Some(OtherText::Pem(pem)),
        Some(Armor::Bundle) => return Some(OtherText::Bundle),
        None => {}
    }
    let is_json = text.starts_with(['{', '[']);
    let is_line = text.lines().nth(1).is_none();
    if is_line && let Some(address) = recognize::address(text) {
        return Some(OtherText::Address(address));
    }
    // A file may happen to have as many bytes as a key; only spellings go over lines.
    let is_key = material::guess(text)
        .iter()
        .any(|(spelling, _)| is_line || *spelling != MaterialFormat::Utf8);
    if is_key && !is_json {
        // Hex and base64 may go over several lines.
        return None;
    }
    let found = parse(text.as_bytes()).ok();
    if let Some(found) = found
        && found.kind != ListKind::OneKey
    {
        let kind = found.kind;
        let keys = found.keys.iter().filter(|key| key.key.is_ok()).count();
        let entries = if kind == ListKind::Env {
            env::count(text)
        } else {
            found.keys.len()
        };
        if keys == 0 && is_json && matches!(kind, ListKind::Json | ListKind::Yaml) {
            return (!is_key).then_some(OtherText::Json);
        }
        // A passphrase may have a colon in it.
        if keys > 0 || (is_json && !is_key) || (kind == ListKind::Yaml && entries > 1) {
            return Some(OtherText::List {
                kind,
                entries,
                keys,
            });
        }
    }
    let variables = env::count(text);
    if variables > 1 || (variables == 1 && is_shouted(text)) {
        return Some(OtherText::List {
            kind: ListKind::Env,
            entries: variables,
            keys: 0,
        });
    }
    (is_json && !is_key && tree::from_json(text).is_ok()).then_some(OtherText::Json)
}

/// `CODEC_SECRET=…`: a variable, and no passphrase with a sign in it.
fn is_shouted(text: &str) -> bool {
    let line = text.strip_prefix("export ").unwrap_or(text);
    let Some((name, value)) = line.split_once('=') else {
        return false;
    };
    let name = name.trim();
    let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    name.len() > 2 && name.chars().all(is_name) && !value.trim_matches(['=', ' ']).is_empty()
}

/// A text that does not begin as JSON does.
fn plain(text: &str) -> Result<Found, BadList> {
    if let Some(Armor::Pem(pem)) = recognize::pem(text) {
        return Err(BadList::Pem(pem));
    }
    if let Some(keys) = env::parse(text) {
        // One line of base64 may end in "=", and one word may have it inside: then it is no variable with a key.
        let is_one_line = text.trim().lines().count() == 1;
        if keys.is_empty() && !is_one_line {
            let variables = env::count(text);
            return Err(BadList::NoKeyInVariables { variables });
        }
        if !keys.is_empty() {
            return Ok(Found {
                kind: ListKind::Env,
                keys,
                has_profiles: false,
            });
        }
    }
    if text.trim().lines().count() == 1 {
        let line = text.trim_end_matches(['\r', '\n']);
        // However long it is: nobody's key reads as one.
        if let Some(address) = recognize::address(line.trim()) {
            return Err(BadList::Address(address));
        }
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
        Node::Map(mut fields) => {
            if let Some(found) = keyrings::read(&mut fields) {
                return found;
            }
            match tree::take(&mut fields, "keys") {
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
            }
        }
        Node::Text(_) | Node::Bare(_) | Node::Nothing => return Err(BadList::NoKeys),
    };
    Ok(Found {
        kind,
        keys: entry::read_all(keys)?,
        has_profiles,
    })
}

fn one_key(key: SecretKey, spelling: Option<MaterialFormat>) -> Found {
    let mut found = FoundKey::bad("", BadEntry::NoKey);
    found.key = Ok(key);
    found.spelling = spelling;
    Found {
        kind: ListKind::OneKey,
        has_profiles: false,
        keys: vec![found],
    }
}

#[cfg(test)]
mod tests;
