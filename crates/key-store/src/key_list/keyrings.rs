//! Keys in the files of other tools: a map of id to key (Tracecat's keyring and others), JWK and JWKS (RFC 7517), Tink keysets in
//! JSON (tink `proto/tink.proto`, `proto/aes_gcm.proto`), and Kubernetes Secrets.

use payload_codec::SecretKey;
use zeroize::Zeroizing;

use super::entry;
use super::found::{BadEntry, BadList, Found, FoundKey, ListKind, guessed};
use super::tree::{self, Node, take};
use crate::material::{self, MaterialFormat};
use crate::spelling::base64_bytes;

type Fields = Vec<(Zeroizing<String>, Node)>;

/// Fields that name the key to encode with, in keyrings of several projects.
const CURRENT: [&str; 5] = [
    "active_key_id",
    "current_key_id",
    "primary_key_id",
    "activeKeyId",
    "currentKeyId",
];

/// A document with named fields, as one of these files; `None` where it is none, and `fields` are as they were.
pub(super) fn read(fields: &mut Fields) -> Option<Result<Found, BadList>> {
    match text(fields, "kind") {
        Some("Secret") => return Some(found(ListKind::KubernetesSecret, secret(fields))),
        Some("List") => {
            let items = take(fields, "items");
            let keys = list(items).into_iter().flat_map(|item| match item {
                Node::Map(mut fields) if text(&fields, "kind") == Some("Secret") => {
                    secret(&mut fields)
                }
                Node::Map(_) | Node::List(_) | Node::Text(_) | Node::Bare(_) | Node::Nothing => {
                    Vec::new()
                }
            });
            return Some(found(ListKind::KubernetesSecret, keys.collect()));
        }
        Some(_) | None => {}
    }
    if has(fields, "encryptedKeyset") {
        return Some(Err(BadList::Wrapped));
    }
    if has(fields, "kty") {
        let key = jwk(std::mem::take(fields));
        return Some(found(ListKind::Jwk, vec![key]));
    }
    if has(fields, "primaryKeyId") && has(fields, "key") {
        return Some(found(ListKind::Tink, tink(fields)));
    }
    match take(fields, "keys") {
        Some(Node::List(items)) if items.iter().any(is_jwk) => {
            let keys = items.into_iter().map(|item| match item {
                Node::Map(fields) => jwk(fields),
                Node::List(_) | Node::Text(_) | Node::Bare(_) | Node::Nothing => {
                    FoundKey::bad("", BadEntry::NotAnEntry)
                }
            });
            Some(found(ListKind::Jwk, keys.collect()))
        }
        Some(Node::Map(keys)) => Some(found(ListKind::Keyring, keyring(fields, keys))),
        Some(keys) => {
            fields.push((Zeroizing::new("keys".to_owned()), keys));
            None
        }
        None if is_map_of_keys(fields) => {
            let keys = std::mem::take(fields).into_iter();
            let keys = keys.map(|(id, key)| of_keyring(&id, key));
            Some(found(ListKind::Keyring, keys.collect()))
        }
        None => None,
    }
}

fn found(kind: ListKind, keys: Vec<FoundKey>) -> Result<Found, BadList> {
    match keys.is_empty() {
        true => Err(BadList::NoKeys),
        false => Ok(Found {
            kind,
            keys,
            has_profiles: false,
        }),
    }
}

fn has(fields: &Fields, name: &str) -> bool {
    fields.iter().any(|(field, _)| field.as_str() == name)
}

fn text<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    let (_, node) = fields.iter().find(|(field, _)| field.as_str() == name)?;
    text_of(node)
}

fn text_of(node: &Node) -> Option<&str> {
    match node {
        Node::Text(text) | Node::Bare(text) => Some(text),
        Node::Nothing | Node::List(_) | Node::Map(_) => None,
    }
}

fn list(node: Option<Node>) -> Vec<Node> {
    match node {
        Some(Node::List(items)) => items,
        Some(Node::Map(_) | Node::Text(_) | Node::Bare(_) | Node::Nothing) | None => Vec::new(),
    }
}

/// The one that encodes comes first, as in every list.
fn first(keys: &mut [FoundKey], current: Option<&str>) {
    let is_current = |key: &FoundKey| Some(key.names.id.as_str()) == current;
    if let Some(place) = keys.iter().position(is_current) {
        keys[..=place].rotate_right(1);
    }
}

/// `{"active_key_id": id, "keys": {id: key}}`. Tracecat's, which says `current_key_id`, holds secrets of any length, whose text
/// is what its keys are derived from (source: tracecat `tracecat/temporal/codec.py`).
fn keyring(fields: &Fields, keys: Fields) -> Vec<FoundKey> {
    let is_tracecat = has(fields, "current_key_id");
    let keys = keys.into_iter().map(|(id, key)| match is_tracecat {
        true => of_tracecat(&id, key),
        false => of_keyring(&id, key),
    });
    let mut keys: Vec<FoundKey> = keys.collect();
    first(
        &mut keys,
        CURRENT.iter().find_map(|name| text(fields, name)),
    );
    keys
}

fn of_tracecat(id: &str, node: Node) -> FoundKey {
    let key = match node {
        Node::Text(text) | Node::Bare(text) => material::parse_any(&text, MaterialFormat::Utf8)
            .map(|key| (key, MaterialFormat::Utf8))
            .map_err(BadEntry::from),
        Node::Nothing | Node::List(_) | Node::Map(_) => Err(BadEntry::NotAnEntry),
    };
    let mut found = FoundKey::of(id, key);
    found.usage.formats = vec!["tracecat".to_owned()];
    found
}

fn of_keyring(id: &str, node: Node) -> FoundKey {
    let key = match node {
        Node::Text(text) | Node::Bare(text) => guessed(&text).map_or_else(|| secret_of(&text), Ok),
        Node::Nothing | Node::List(_) | Node::Map(_) => Err(BadEntry::NotAnEntry),
    };
    FoundKey::of(id, key)
}

/// Text that is no AES key in any spelling: what is wrong with it as base64, which such maps hold.
fn secret_of(text: &str) -> Result<(SecretKey, MaterialFormat), BadEntry> {
    let key = material::parse(text, MaterialFormat::Base64)?;
    Ok((key, MaterialFormat::Base64))
}

/// Whether every value is a key, and no name is that of an entry's field.
fn is_map_of_keys(fields: &Fields) -> bool {
    const OF_ENTRIES: [&str; 3] = ["id", "key", "material"];
    !fields.is_empty()
        && fields.iter().all(|(name, node)| {
            !OF_ENTRIES.contains(&name.as_str())
                && text_of(node).is_some_and(|text| guessed(text).is_some())
        })
}

fn is_jwk(node: &Node) -> bool {
    match node {
        Node::Map(fields) => has(fields, "kty"),
        Node::List(_) | Node::Text(_) | Node::Bare(_) | Node::Nothing => false,
    }
}

/// `{"kty": "oct", "kid": id, "k": base64url}` (RFC 7518, section 6.4).
fn jwk(mut fields: Fields) -> FoundKey {
    let id = text(&fields, "kid").unwrap_or_default().to_owned();
    if text(&fields, "kty") != Some("oct") {
        return FoundKey::bad(&id, BadEntry::NotSymmetric);
    }
    let key = match take(&mut fields, "k") {
        Some(Node::Text(key) | Node::Bare(key)) => secret_of(&key),
        Some(Node::Nothing | Node::List(_) | Node::Map(_)) | None => Err(BadEntry::NoKey),
    };
    FoundKey::of(&id, key)
}

/// `{"primaryKeyId": number, "key": [{"keyData": {"typeUrl", "value"}, "status", "keyId"}]}`; a key's id is its number.
fn tink(fields: &mut Fields) -> Vec<FoundKey> {
    let items = list(take(fields, "key"));
    let mut keys: Vec<FoundKey> = items
        .into_iter()
        .map(|item| match item {
            Node::Map(fields) => tink_key(fields),
            Node::List(_) | Node::Text(_) | Node::Bare(_) | Node::Nothing => {
                FoundKey::bad("", BadEntry::NotAnEntry)
            }
        })
        .collect();
    first(&mut keys, text(fields, "primaryKeyId"));
    keys
}

fn tink_key(mut fields: Fields) -> FoundKey {
    let id = text(&fields, "keyId").unwrap_or_default().to_owned();
    let is_disabled = text(&fields, "status") == Some("DISABLED");
    let Some(Node::Map(mut data)) = take(&mut fields, "keyData") else {
        return FoundKey::bad(&id, BadEntry::NoKey);
    };
    let is_aes_gcm = text(&data, "typeUrl").is_some_and(|url| url.ends_with(".AesGcmKey"));
    if !is_aes_gcm {
        return FoundKey::bad(&id, BadEntry::OtherTinkKey);
    }
    let key = match take(&mut data, "value") {
        Some(Node::Text(value) | Node::Bare(value)) => aes_gcm_key(&value),
        Some(Node::Nothing | Node::List(_) | Node::Map(_)) | None => Err(BadEntry::NoKey),
    };
    let mut found = FoundKey::of(&id, key);
    found.usage.formats = vec!["tink".to_owned()];
    found.usage.retired = is_disabled;
    found
}

/// The key of an `AesGcmKey`: a version under number 1, the key's bytes under number 3.
fn aes_gcm_key(value: &str) -> Result<(SecretKey, MaterialFormat), BadEntry> {
    let message = base64_bytes(value).map_err(|not| BadEntry::Material(not.into()))?;
    let mut rest = &message[..];
    let version = [0x08, 0];
    rest = rest.strip_prefix(&version).unwrap_or(rest);
    match rest {
        [0x1a, len, key @ ..] if usize::from(*len) == key.len() => {
            Ok((material::raw(key)?, MaterialFormat::Base64))
        }
        _ => Err(BadEntry::OtherTinkKey),
    }
}

/// `data: {name: base64}` and `stringData: {name: text}`. Of their values those count that are keys, as in a `.env` file, and
/// whole lists of keys.
fn secret(fields: &mut Fields) -> Vec<FoundKey> {
    let mut keys = Vec::new();
    for (field, is_base64) in [("data", true), ("stringData", false)] {
        let Some(Node::Map(values)) = take(fields, field) else {
            continue;
        };
        for (name, value) in values {
            let Some(text) = text_of(&value) else {
                continue;
            };
            if is_base64 {
                if let Ok(bytes) = base64_bytes(text) {
                    keys.extend(value_of_secret(&name, &bytes));
                }
            } else {
                keys.extend(value_of_secret(&name, text.as_bytes()));
            }
        }
    }
    keys
}

fn value_of_secret(name: &str, bytes: &[u8]) -> Vec<FoundKey> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    // A list alone: what may hold Secrets is not looked into again, so that the work stays that of one text.
    if text.trim_start().starts_with('[') {
        return match tree::from_json(text) {
            Ok(Node::List(items)) => entry::read_all(items).unwrap_or_default(),
            Ok(Node::Map(_) | Node::Text(_) | Node::Bare(_) | Node::Nothing) | Err(_) => Vec::new(),
        };
    }
    if let Some(key) = guessed(text.trim_end_matches(['\r', '\n'])) {
        return vec![FoundKey::of(name, Ok(key))];
    }
    let raw = material::raw(bytes).ok();
    let of_raw = |key| FoundKey {
        key: Ok(key),
        ..FoundKey::bad(name, BadEntry::NoKey)
    };
    raw.map(of_raw).into_iter().collect()
}
