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

mod tree;

use payload_codec::SecretKey;

use crate::material::{self, MaterialFormat};
use found::guessed;
use tree::Node;

pub use found::{BadEntry, BadList, Found, FoundKey, ListKind, MAX_LIST_BYTES, MAX_LIST_KEYS};

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
