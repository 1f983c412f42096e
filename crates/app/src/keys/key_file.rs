//! The file that `temporal-codec --keys` takes. Short, a list of keys; in full, an object with profiles as well:
//!
//! `{"keys": [{"id", "material", "format", "label", "also_opens", "preset" | "spec", "namespaces", "retired"}],
//! "default": {…}, "profiles": [{"name", "namespaces", …}], "unlisted": "default" | "refuse"}`
//!
//! `crates/cli/keys.schema.json` describes it for editors. Its keys stay in memory. Without a word about it, the first key
//! that can encodes.

use std::fs::File;

use jiff::Timestamp;
use key_store::files::{self, Exposure};
use key_store::{KeyNames, KeyRecord, KeyUse, Lifetime, NewKey, material};
use payload_codec::{CodecSpec, KeyId, SecretKey};
use serde::Deserialize;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::import::KeyImport;
use crate::config::choices::{EncodeCompression, Undecodable, Unlisted};
use crate::config::{FormatSettings, NamedProfile, ProfileSettings, Settings};
use crate::error::{AppError, Code};
use crate::hints::quoted;
use crate::keys::view::{KeyFormat, SecretText};
use crate::plan::formats::Formats;
use crate::plan::key_fit::check_encode_key;
use crate::settings::changes::SettingsChanges;

/// The largest file of keys that is read, in bytes; real ones have some kilobytes.
pub const MAX_KEY_LIST_BYTES: u64 = 1 << 20;

/// What a file of keys says, understood and not yet put together.
pub struct KeyFile {
    keys: Vec<Entry>,
    default: Option<Profile>,
    profiles: Vec<Profile>,
    unlisted: Unlisted,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    keys: Vec<Entry>,
    default: Option<Profile>,
    #[serde(default)]
    profiles: Vec<Profile>,
    #[serde(default)]
    unlisted: Unlisted,
    /// Where an editor finds the schema.
    #[serde(rename = "$schema")]
    _schema: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    material: SecretText,
    #[serde(default = "base64")]
    format: KeyFormat,
    #[serde(default)]
    label: String,
    #[serde(default)]
    also_opens: Vec<String>,
    preset: Option<String>,
    spec: Option<Box<CodecSpec>>,
    #[serde(default)]
    namespaces: Vec<String>,
    #[serde(default)]
    retired: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Profile {
    #[serde(default)]
    name: String,
    #[serde(default)]
    namespaces: Vec<String>,
    undecodable: Option<Undecodable>,
    #[serde(default)]
    compression: EncodeCompression,
    /// A key by its id, or its label.
    encode_key: Option<String>,
    decode_keys: Option<Vec<String>>,
    #[serde(default)]
    no_codec: bool,
}

fn base64() -> KeyFormat {
    KeyFormat::Base64
}

const HINT: &str = "Write keys as [{\"id\": \"my-key\", \"material\": \"…\", \"format\": \"base64\"}]; format is base64, hex or utf8.";

/// What to do with text in another encoding.
pub(crate) const UTF_8: &str = "Save the file as UTF-8, as in: Out-File -Encoding utf8.";

fn wrong(message: impl AsRef<str>) -> AppError {
    AppError::new(Code::BadKeyMaterial, message).hint(HINT)
}

/// Reads a file of keys.
///
/// # Errors
/// [`Code::BadKeyMaterial`] names the line and column, and never quotes the text.
pub fn read_key_file(text: &Zeroizing<Vec<u8>>) -> Result<KeyFile, AppError> {
    if text.len() as u64 > MAX_KEY_LIST_BYTES {
        return Err(wrong("the key list is larger than 1 MiB"));
    }
    if files::is_utf16(text) {
        return Err(wrong("the key list is UTF-16 text").hint(UTF_8));
    }
    let text = files::without_bom(text);
    let is_whole = text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    let parsed = if is_whole {
        serde_json::from_slice::<Whole>(text).map(|whole| KeyFile {
            keys: whole.keys,
            default: whole.default,
            profiles: whole.profiles,
            unlisted: whole.unlisted,
        })
    } else {
        serde_json::from_slice::<Vec<Entry>>(text).map(|keys| KeyFile {
            keys,
            default: None,
            profiles: Vec::new(),
            unlisted: Unlisted::Default,
        })
    };
    // serde_json's message may quote the text, so only the place is told.
    let file = parsed.map_err(|error| {
        wrong(format!(
            "the key list is wrong at line {}, column {}",
            error.line(),
            error.column()
        ))
    })?;
    if file.keys.is_empty() {
        return Err(wrong("the key list is empty"));
    }
    Ok(file)
}

/// What a file is to be guarded for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guarded {
    /// It holds keys of Payloads.
    Keys,
    /// It holds the private key of a certificate.
    PrivateKey,
    /// It holds the token of a program.
    Token,
    /// It says who gets in. It holds no secret, so that it may be read.
    AccessRules,
}

impl Guarded {
    fn why(self) -> &'static str {
        match self {
            Guarded::Keys => "holds keys",
            Guarded::PrivateKey => "holds a private key",
            Guarded::Token => "holds a token",
            Guarded::AccessRules => "says who gets in",
        }
    }

    fn mode(self) -> &'static str {
        match self {
            Guarded::Keys | Guarded::PrivateKey | Guarded::Token => "600",
            Guarded::AccessRules => "go-w",
        }
    }
}

/// What is to be said of an open file that is not its user's alone; `None` where it is, and for a pipe. It is read all the same.
pub fn file_warning(name: &str, guarded: Guarded, file: &File) -> Option<AppError> {
    let exposure = files::exposure(file)?;
    let mode = guarded.mode();
    let hint = match exposure {
        Exposure::ReadableByOthers if guarded == Guarded::AccessRules => return None,
        Exposure::OwnedByAnother => {
            format!("Copy it to a file of your own, and run chmod {mode} on the copy.")
        }
        Exposure::WritableByOthers | Exposure::ReadableByOthers => {
            format!("Run: chmod {mode} {}", quoted(name))
        }
    };
    // In quotation marks a name keeps its spelling.
    let message = format!("\"{name}\" {}: {exposure}", guarded.why());
    Some(AppError::new(Code::File, &message).hint(hint))
}

impl KeyFile {
    /// Writes into settings what the file says of them: formats and Namespaces.
    ///
    /// # Errors
    /// What is wrong with an entry, which is named by its place.
    pub(crate) fn complete(&self, settings: &mut Settings) -> Result<(), AppError> {
        for (place, entry) in self.keys.iter().enumerate() {
            if let Some(spec) = &entry.spec {
                settings.formats.push(custom(place, spec)?);
            }
        }
        settings.unlisted = self.unlisted;
        Ok(())
    }

    /// Holds the keys in memory, with the profiles of the file.
    ///
    /// # Errors
    /// What is wrong with an entry, which is named by its place, or with the settings.
    pub(crate) fn hold(self, import: &KeyImport) -> Result<(), AppError> {
        let mut held = Vec::with_capacity(self.keys.len());
        for (place, entry) in self.keys.into_iter().enumerate() {
            let record = hold_entry(import, place, entry);
            held.push(record.map_err(|error| at("Key", place, error))?);
        }
        hold_profiles(import.settings(), self.default, self.profiles, &held)
    }
}

fn hold_entry(import: &KeyImport, place: usize, entry: Entry) -> Result<KeyRecord, AppError> {
    let format = match (entry.preset, &entry.spec) {
        (Some(_), Some(_)) => {
            return Err(wrong(
                "it has both a preset and a spec, and only one may be given",
            ));
        }
        (Some(preset), None) => Some(preset),
        (None, Some(_)) => Some(custom_name(place)),
        (None, None) => None,
    };
    let formats = format.into_iter().collect();
    let usage = KeyUse {
        retired: entry.retired,
        ..import.usage(formats, &entry.namespaces)?
    };
    let text = entry.material.expose();
    let parsed = match import.derives(&usage) {
        true => material::parse_any(text, entry.format.into()),
        false => material::parse(text, entry.format.into()),
    };
    let key: SecretKey = parsed.map_err(|error| wrong(error.to_string()))?;
    import.check_fit(&usage, key.bits())?;
    let new = NewKey {
        names: KeyNames {
            id: KeyId::new(&entry.id),
            also_opens: entry.also_opens.iter().map(|id| KeyId::new(id)).collect(),
            label: entry.label,
        },
        created: Timestamp::now(),
        lifetime: Lifetime::SessionOnly,
        usage,
    };
    import.take_in(&new, key)
}

fn hold_profiles(
    changes: &SettingsChanges,
    default: Option<Profile>,
    listed: Vec<Profile>,
    keys: &[KeyRecord],
) -> Result<(), AppError> {
    let before = changes.get();
    let formats = Formats::of(&before);
    let is_chosen = default
        .as_ref()
        .is_some_and(|profile| profile.encode_key.is_some());
    let mut chosen = match default {
        None => before.profile.clone(),
        Some(profile) => {
            if !profile.name.is_empty() || !profile.namespaces.is_empty() {
                return Err(wrong("\"default\" cannot have a name or Namespaces"));
            }
            settings_of(&profile, &before.profile, keys)
                .map_err(|error| prefixed("\"default\"", error))?
        }
    };
    if !is_chosen && !chosen.no_codec {
        let mut able = keys.iter();
        chosen.encode_key = able
            .find(|key| check_encode_key(None, &chosen, key, &formats).is_ok())
            .map(|key| key.handle);
    }
    check(None, &chosen, keys, &formats).map_err(|error| prefixed("\"default\"", error))?;
    let mut named = Vec::with_capacity(listed.len());
    for (place, profile) in listed.into_iter().enumerate() {
        let made = settings_of(&profile, &before.profile, keys).and_then(|settings| {
            let named = NamedProfile {
                name: match profile.name.as_str() {
                    "" => format!("Profile {}", place + 1),
                    name => name.to_owned(),
                },
                namespaces: profile.namespaces,
                profile: settings,
            };
            check(Some(&named), &named.profile, keys, &formats)?;
            Ok(named)
        });
        named.push(made.map_err(|error| at("Profile", place, error))?);
    }
    changes
        .change(|settings| {
            settings.profile = chosen;
            settings.profiles = named;
        })
        .map(drop)
}

fn check(
    named: Option<&NamedProfile>,
    profile: &ProfileSettings,
    keys: &[KeyRecord],
    formats: &Formats,
) -> Result<(), AppError> {
    let key = keys
        .iter()
        .find(|key| Some(key.handle) == profile.encode_key);
    match key {
        Some(key) => check_encode_key(named, profile, key, formats),
        None => Ok(()),
    }
}

fn settings_of(
    profile: &Profile,
    default: &ProfileSettings,
    keys: &[KeyRecord],
) -> Result<ProfileSettings, AppError> {
    let find = |name: &String| find(name, keys);
    let decode_keys = profile
        .decode_keys
        .as_ref()
        .map(|names| names.iter().map(find).collect::<Result<_, AppError>>());
    Ok(ProfileSettings {
        undecodable: profile.undecodable.unwrap_or(default.undecodable),
        compression: profile.compression,
        encode_key: profile.encode_key.as_ref().map(find).transpose()?,
        decode_keys: decode_keys.transpose()?,
        no_codec: profile.no_codec,
        unknown: serde_json::Map::new(),
    })
}

/// A key by its label or its id, which must mean one.
fn find(name: &str, keys: &[KeyRecord]) -> Result<Uuid, AppError> {
    let by_label = keys
        .iter()
        .filter(|key| !key.label.is_empty() && key.label == name);
    let by_id = keys.iter().filter(|key| key.id.as_str() == name);
    let mut found: Vec<Uuid> = by_label.map(|key| key.handle).collect();
    if found.is_empty() {
        found = by_id.map(|key| key.handle).collect();
    }
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(wrong("it names a key that is not in the list")),
        _ => Err(wrong(
            "it names a key by an id that two keys have; give both labels and use the label",
        )),
    }
}

fn custom_name(place: usize) -> String {
    format!("key-{}", place + 1)
}

fn custom(place: usize, spec: &CodecSpec) -> Result<FormatSettings, AppError> {
    // What it says may hold names from the file.
    spec.check().map_err(|_| {
        at(
            "Key",
            place,
            wrong("its spec contradicts itself")
                .hint("Paste the spec into Formats in Temporal Codec Desktop, which says where."),
        )
    })?;
    let value = serde_json::to_value(spec).map_err(|error| {
        AppError::new(
            Code::Internal,
            format!("a spec does not serialize: {error}"),
        )
    })?;
    Ok(FormatSettings {
        name: custom_name(place),
        spec: value,
        unknown: serde_json::Map::new(),
    })
}

fn at(what: &str, place: usize, error: AppError) -> AppError {
    prefixed(&format!("{what} {} of the list", place + 1), error)
}

fn prefixed(place: &str, mut error: AppError) -> AppError {
    error.message = format!("{place}: {}", error.message);
    error
}
