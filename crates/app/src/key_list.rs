//! The list of keys that `temporal-codec --keys` takes: `[{"id": "…", "material": "…", "format": "base64"|"hex"|"utf8"}]`.
//!
//! The id may be empty, as Go's samples write it. The first key encodes. Keys of this list stay in memory.

use key_store::material;
use payload_codec::SecretKey;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::error::{AppError, Code};
use crate::hints::sentence;
use crate::view::{KeyFormat, SecretText};

/// The largest list of keys that is read, in bytes; real ones have some kilobytes.
pub const MAX_KEY_LIST_BYTES: u64 = 1 << 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    material: SecretText,
    #[serde(default = "base64")]
    format: KeyFormat,
}

fn base64() -> KeyFormat {
    KeyFormat::Base64
}

/// Reads a list of keys with their ids, in its order.
///
/// # Errors
/// [`Code::BadKeyMaterial`] names the entry that is wrong, and never quotes the text.
pub fn read_key_list(text: &Zeroizing<Vec<u8>>) -> Result<Vec<(String, SecretKey)>, AppError> {
    let wrong = |message: String| {
        AppError::new(Code::BadKeyMaterial, message).hint(
            "The list has the form [{\"id\": \"my-key\", \"material\": \"…\", \"format\": \"base64\"}]; format is base64, hex or utf8.",
        )
    };
    if text.len() as u64 > MAX_KEY_LIST_BYTES {
        return Err(wrong("The list of keys is larger than 1 MiB.".to_owned()));
    }
    // serde_json's message may quote the text, so only the place is told.
    let entries: Vec<Entry> = serde_json::from_slice(text).map_err(|error| {
        wrong(format!(
            "The list of keys is not what it should be at line {}, column {}.",
            error.line(),
            error.column()
        ))
    })?;
    if entries.is_empty() {
        return Err(wrong("The list of keys is empty.".to_owned()));
    }
    entries
        .into_iter()
        .enumerate()
        .map(|(index, entry)| {
            let key =
                material::parse(entry.material.expose(), entry.format.into()).map_err(|error| {
                    wrong(format!(
                        "Key {} of the list: {}",
                        index + 1,
                        sentence(&error.to_string())
                    ))
                })?;
            Ok((entry.id, key))
        })
        .collect()
}
