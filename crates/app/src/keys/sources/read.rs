//! What a source holds: text, a file, or the output of a command, as a list, a bundle, or one key.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use key_store::files;
use key_store::key_list::{self, BadEntry, BadList, FoundKey, ListKind};
use key_store::{BundleSecret, MAX_BUNDLE_BYTES, is_bundle, open_bundle};
use payload_codec::{CodecSpec, KeyId};
use zeroize::Zeroizing;

use super::bundle_messages::bundle_problem;
use super::offered::{Offered, OfferedFormat};
use super::view::KeySource;
use crate::config::formats::readable;
use crate::error::{AppError, Code};
use crate::files::tickets::Tickets;
use crate::files::view::FilePurpose;
use crate::hints::UTF_8;
use crate::keys::key_file::{Guarded, file_warning};
use crate::keys::other_text::hint_of;
use crate::keys::view::SecretText;

/// What a bundle is called.
pub(super) const BUNDLE: &str = "Key bundle";

/// What a source is.
pub(super) enum Source {
    /// Keys, what the source is called, and whether there are profiles beside them.
    Keys {
        kind: &'static str,
        offered: Vec<Offered>,
        has_profiles: bool,
        /// Whether their ids are names of variables.
        are_variables: bool,
        /// Who else can get at them.
        warning: Option<AppError>,
    },
    /// A bundle, without what opens it.
    LockedBundle,
}

/// Reads a source. `run` runs a command line for what it prints.
///
/// # Errors
/// As `preview_keys`.
pub(super) fn source(
    tickets: &Tickets,
    run: impl FnOnce(&str) -> Result<Zeroizing<Vec<u8>>, AppError>,
    source: &KeySource,
) -> Result<Source, AppError> {
    match source {
        KeySource::Text { text, passphrase } => {
            content(text.expose().as_bytes(), passphrase.as_ref(), "")
        }
        KeySource::File { file, passphrase } => {
            let file = tickets.redeem(file, FilePurpose::KeySource)?;
            let source = from_file(file.path(), passphrase.as_ref())?;
            // A bundle is asked for again with its passphrase.
            if !matches!(source, Source::LockedBundle) {
                file.spend();
            }
            Ok(source)
        }
        KeySource::Command { command } => {
            let printed = run(command)?;
            match content(&printed, None, "")? {
                Source::Keys {
                    offered,
                    has_profiles,
                    are_variables,
                    ..
                } => Ok(Source::Keys {
                    kind: "Command output",
                    offered,
                    has_profiles,
                    are_variables,
                    warning: None,
                }),
                Source::LockedBundle => Err(AppError::new(
                    Code::BadKeyMaterial,
                    "the command printed an encrypted bundle",
                )
                .hint("Save it to a file, then open the file under “List, .env, bundle”.")),
            }
        }
    }
}

fn from_file(path: &Path, passphrase: Option<&SecretText>) -> Result<Source, AppError> {
    let read = files::open(path).and_then(|file| {
        let exposed = file_warning(&path.display().to_string(), Guarded::Keys, &file);
        Ok((
            files::read_secret_from(file, MAX_BUNDLE_BYTES as u64)?,
            exposed,
        ))
    });
    let (bytes, exposed) = read.map_err(|error| {
        AppError::new(Code::File, format!("the file could not be read: {error}"))
            .hint("Choose a key list of at most 1 MiB or a bundle of at most 4 MiB.")
    })?;
    // A file with one key is often called as the key is.
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    let mut source = content(&bytes, passphrase, stem.unwrap_or_default())?;
    // A bundle's passphrase keeps others from its keys.
    if let Source::Keys { kind, warning, .. } = &mut source
        && *kind != BUNDLE
    {
        *warning = exposed;
    }
    Ok(source)
}

fn content(
    bytes: &[u8],
    passphrase: Option<&SecretText>,
    id_of_one: &str,
) -> Result<Source, AppError> {
    // Armor is text.
    let unmarked = files::without_bom(bytes);
    let bytes = if is_bundle(unmarked) { unmarked } else { bytes };
    if is_bundle(bytes) {
        let Some(secret) = passphrase.filter(|secret| !secret.expose().is_empty()) else {
            return Ok(Source::LockedBundle);
        };
        let bundle = open_bundle(bytes, BundleSecret::new(secret.expose()))
            .map_err(|error| bundle_problem(&error))?;
        // What this version cannot read is missing where the key names it, and the entry says so.
        let readable_formats: BTreeMap<&String, Arc<CodecSpec>> = bundle
            .formats
            .iter()
            .filter_map(|(name, spec)| Some((name, Arc::new(readable(spec)?))))
            .collect();
        let offered = bundle.keys.into_iter().map(|key| {
            let formats = key.usage.formats.iter().filter_map(|name| {
                Some(OfferedFormat {
                    name: Some(name.clone()),
                    spec: readable_formats.get(name)?.clone(),
                })
            });
            Offered {
                formats: formats.collect(),
                names: key.names,
                usage: key.usage,
                key: Ok(key.key),
            }
        });
        return Ok(Source::Keys {
            kind: BUNDLE,
            offered: offered.collect(),
            has_profiles: false,
            are_variables: false,
            warning: None,
        });
    }
    let found = key_list::parse(bytes).map_err(|error| {
        if matches!(error, BadList::NotText { .. }) && files::is_utf16(bytes) {
            return AppError::new(Code::BadKeyMaterial, "the file is UTF-16 text").hint(UTF_8);
        }
        AppError::new(Code::BadKeyMaterial, error.to_string()).hint(hint_of(
            &error,
            "Write [{\"id\": \"my-key\", \"key\": \"…\"}] as JSON or YAML, or MY_KEY=… as .env.",
        ))
    })?;
    let (kind, id) = match found.kind {
        ListKind::Json => ("JSON key list", ""),
        ListKind::Yaml => ("YAML key list", ""),
        ListKind::Env => (".env file", ""),
        ListKind::Keyring => ("Keyring", ""),
        ListKind::Jwk => ("JSON Web Keys", ""),
        ListKind::Tink => ("Tink keyset", ""),
        ListKind::KubernetesSecret => ("Kubernetes Secret", ""),
        ListKind::OneKey => ("One key", id_of_one),
    };
    let offered = found.keys.into_iter().map(|found| offered(found, id));
    Ok(Source::Keys {
        kind,
        offered: offered.collect(),
        has_profiles: found.has_profiles,
        are_variables: matches!(found.kind, ListKind::Env),
        warning: None,
    })
}

fn offered(found: FoundKey, id: &str) -> Offered {
    let mut names = found.names;
    if !id.is_empty() {
        names.id = KeyId::new(id);
    }
    Offered {
        names,
        usage: found.usage,
        formats: found
            .spec
            .into_iter()
            .map(|spec| OfferedFormat {
                name: None,
                spec: Arc::from(spec),
            })
            .collect(),
        key: found.key.map_err(|error| {
            AppError::new(Code::BadKeyMaterial, error.to_string()).hint(match error {
                BadEntry::NotAnEntry | BadEntry::NoId | BadEntry::NoKey => {
                    "Write it as {\"id\": \"my-key\", \"key\": \"…\"}."
                }
                BadEntry::NotSymmetric => "Use a key with \"kty\": \"oct\".",
                BadEntry::OtherTinkKey => "Only AES-GCM keys of a keyset are read.",
                BadEntry::BadField { .. } => "Correct that field of the entry.",
                BadEntry::BadSpec => {
                    "Correct the spec, or give the name of a format in Formats as \"preset\"."
                }
                BadEntry::PresetAndSpec => "Keep one of the two.",
                BadEntry::Material(_) => "Use a key of 16, 24 or 32 bytes.",
            })
        }),
    }
}
