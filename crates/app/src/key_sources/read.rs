//! What a source holds: text, a file, or the output of a command, as a list, a bundle, or one key.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use key_store::key_list::{self, FoundKey, ListKind};
use key_store::{BundleSecret, KeyNames, KeyUse, MAX_BUNDLE_BYTES, is_bundle, open_bundle};
use payload_codec::{KeyId, SecretKey};

use super::{bundle_problem, output};
use crate::error::{AppError, Code};
use crate::files;
use crate::hints::sentence;
use crate::view::{KeySource, SecretText};

/// What a bundle is called.
pub(super) const BUNDLE: &str = "Key bundle";

/// A key that could be added.
pub(crate) struct Offered {
    pub(super) names: KeyNames,
    pub(super) usage: KeyUse,
    /// The key, or why it is none.
    pub(super) key: Result<SecretKey, AppError>,
}

/// What a source is.
pub(super) enum Source {
    /// Keys, and what the source is called.
    Keys(&'static str, Vec<Offered>),
    /// A bundle, without what opens it.
    LockedBundle,
}

/// Reads a source; a command is stopped when `cancel` is set.
///
/// # Errors
/// As `preview_keys`.
pub(super) fn source(source: &KeySource, cancel: &AtomicBool) -> Result<Source, AppError> {
    match source {
        KeySource::Text { text, passphrase } => {
            content(text.expose().as_bytes(), passphrase.as_ref(), "")
        }
        KeySource::File { path, passphrase } => {
            let path = Path::new(path);
            let bytes = files::read_secret(path, MAX_BUNDLE_BYTES as u64).map_err(|error| {
                AppError::new(Code::File, format!("The file could not be read: {error}."))
                    .hint("A list of keys has at most 1 MiB, a bundle 4 MiB.")
            })?;
            // A file with one key is often called as the key is.
            let stem = path.file_stem().and_then(|stem| stem.to_str());
            content(&bytes, passphrase.as_ref(), stem.unwrap_or_default())
        }
        KeySource::Command { command, consent } => {
            let printed = output(command, *consent, cancel)?;
            match content(&printed, None, "")? {
                Source::Keys(_, keys) => Ok(Source::Keys("Command output", keys)),
                Source::LockedBundle => Err(AppError::new(
                    Code::BadKeyMaterial,
                    "The command printed an encrypted bundle.",
                )
                .hint("Save it to a file, and open that.")),
            }
        }
    }
}

fn content(
    bytes: &[u8],
    passphrase: Option<&SecretText>,
    id_of_one: &str,
) -> Result<Source, AppError> {
    if is_bundle(bytes) {
        let Some(secret) = passphrase.filter(|secret| !secret.expose().is_empty()) else {
            return Ok(Source::LockedBundle);
        };
        let keys = open_bundle(bytes, BundleSecret::new(secret.expose()))
            .map_err(|error| bundle_problem(&error))?;
        let offered = keys.into_iter().map(|key| Offered {
            names: key.names,
            usage: key.usage,
            key: Ok(key.key),
        });
        return Ok(Source::Keys(BUNDLE, offered.collect()));
    }
    let found = key_list::parse(bytes).map_err(|error| {
        AppError::new(Code::BadKeyMaterial, sentence(&error.to_string())).hint(
            "A list names each key: [{\"id\": \"my-key\", \"key\": \"…\"}] in JSON or YAML, or MY_KEY=… in a .env file.",
        )
    })?;
    let (kind, id) = match found.kind {
        ListKind::Json => ("JSON key list", ""),
        ListKind::Yaml => ("YAML key list", ""),
        ListKind::Env => (".env file", ""),
        ListKind::OneKey => ("One key", id_of_one),
    };
    let offered = found.keys.into_iter().map(|found| offered(found, id));
    Ok(Source::Keys(kind, offered.collect()))
}

fn offered(found: FoundKey, id: &str) -> Offered {
    let mut names = found.names;
    if !id.is_empty() {
        names.id = KeyId::new(id);
    }
    Offered {
        names,
        usage: found.usage,
        key: found.key.map_err(|error| {
            AppError::new(Code::BadKeyMaterial, sentence(&error.to_string()))
                .hint("An AES key has 16, 24 or 32 bytes.")
        }),
    }
}
