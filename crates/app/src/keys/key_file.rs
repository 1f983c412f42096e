//! The file that `temporal-codec --keys` takes. Short, a list of keys; in full, an object with profiles as well:
//!
//! `{"keys": [{"id", "material", "format", "label", "also_opens", "preset" | "spec", "namespaces", "retired"}],
//! "default": {…}, "profiles": [{"name", "namespaces", …}], "unlisted": "default" | "refuse",
//! "wrapped_keys": [{"wrapped_by", "command", "seconds"}]}`
//!
//! `crates/cli/keys.schema.json` describes it for editors. Its keys stay in memory. Without a word about it, the first key
//! that can encodes.
//!
//! What else [`key_list`] reads is taken as well, in its own words and without profiles.

use std::fs::File;
use std::ops::Range;

use key_store::KeyNames;
use key_store::command::MAX_COMMAND_BYTES;
use key_store::files::{self, Exposure};
use key_store::key_list::{self, BadList, FoundKey, ListKind};
use payload_codec::{CodecSpec, KeyId, SecretKey};
use serde::Deserialize;
use temporal_payload::{JsonStep, TextPlace, json_items, json_place, shown};
use zeroize::Zeroizing;

use super::other_text::hint_of;
use crate::config::choices::{EncodeCompression, Undecodable, Unlisted};
use crate::config::wrapped_keys::WrappedKeySettings;
use crate::error::{AppError, Code};
use crate::hints::{UTF_8, quoted};
use crate::keys::view::{KeyFormat, SecretText};
use crate::plan::spec_text;

/// The largest file of keys that is read, in bytes; real ones have some kilobytes.
pub const MAX_KEY_LIST_BYTES: u64 = 1 << 20;

/// What a file of keys says, understood and not yet put together.
pub struct KeyFile {
    pub(super) keys: Vec<Entry>,
    pub(super) default: Option<Profile>,
    pub(super) profiles: Vec<Profile>,
    pub(super) unlisted: Unlisted,
    pub(super) wrapped_keys: Vec<WrappedKeys>,
}

impl KeyFile {
    /// What may be run, and who may be asked, to unwrap data keys: sentences to be said before that.
    pub fn who_unwraps(&self) -> impl Iterator<Item = String> {
        self.wrapped_keys.iter().map(|source| {
            let is_server = source
                .settings()
                .source()
                .is_ok_and(|source| source.is_server());
            let what = match is_server {
                true => "this server is asked",
                false => "this is run",
            };
            let command = shown(&source.command, MAX_COMMAND_BYTES);
            format!("Where a data key is to be unwrapped, {what}: {command}")
        })
    }
}

/// Who unwraps data keys.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrappedKeys {
    /// Ids of the wrapping keys, or patterns.
    pub(super) wrapped_by: Vec<String>,
    pub(super) command: String,
    pub(super) seconds: Option<u64>,
}

impl WrappedKeys {
    /// As settings say it.
    pub(super) fn settings(&self) -> WrappedKeySettings {
        WrappedKeySettings {
            wrapped_by: self.wrapped_by.clone(),
            command: self.command.clone(),
            seconds: self.seconds,
            unknown: serde_json::Map::new(),
        }
    }
}

/// A key of a file, and what it is for.
pub(super) struct Entry {
    pub(super) names: KeyNames,
    pub(super) formats: Vec<String>,
    pub(super) spec: Option<Box<CodecSpec>>,
    pub(super) namespaces: Vec<String>,
    pub(super) retired: bool,
    pub(super) material: Material,
}

pub(super) enum Material {
    /// As text; which lengths it may have depends on the formats.
    Spelled(SecretText, KeyFormat),
    Key(SecretKey),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    keys: Vec<Written>,
    default: Option<Profile>,
    #[serde(default)]
    profiles: Vec<Profile>,
    #[serde(default)]
    unlisted: Unlisted,
    #[serde(default)]
    wrapped_keys: Vec<WrappedKeys>,
    /// Where an editor finds the schema.
    #[serde(rename = "$schema")]
    _schema: Option<String>,
}

/// An entry as this project writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
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

/// How some Namespaces are treated.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Profile {
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) namespaces: Vec<String>,
    pub(super) undecodable: Option<Undecodable>,
    #[serde(default)]
    pub(super) compression: EncodeCompression,
    /// A key by its id, or its label.
    pub(super) encode_key: Option<String>,
    pub(super) decode_keys: Option<Vec<String>>,
    #[serde(default)]
    pub(super) no_codec: bool,
}

fn base64() -> KeyFormat {
    KeyFormat::Base64
}

impl From<Written> for Entry {
    fn from(written: Written) -> Self {
        let also_opens = written.also_opens.iter().map(|id| KeyId::new(id));
        Entry {
            names: KeyNames {
                id: KeyId::new(&written.id),
                also_opens: also_opens.collect(),
                label: written.label,
            },
            formats: written.preset.into_iter().collect(),
            spec: written.spec,
            namespaces: written.namespaces,
            retired: written.retired,
            material: Material::Spelled(written.material, written.format),
        }
    }
}

const HINT: &str = "Write keys as [{\"id\": \"my-key\", \"material\": \"…\", \"format\": \"base64\"}]; format is base64, hex or utf8.";

/// What is taken beside that.
const OTHERS: &str = "A list of keys in JSON or YAML, a .env file, a map of ids to keys, JWK, a Tink keyset, a Kubernetes Secret, or one key as text or raw bytes is taken.";

pub(super) fn wrong(message: impl AsRef<str>) -> AppError {
    AppError::new(Code::BadKeyMaterial, message).hint(HINT)
}

/// Reads a file of keys. `name` is what one key alone is called.
///
/// # Errors
/// [`Code::BadKeyMaterial`] names the line and column, or the entry, and never quotes the text.
pub fn read_key_file(text: &Zeroizing<Vec<u8>>, name: &str) -> Result<KeyFile, AppError> {
    if text.len() as u64 > MAX_KEY_LIST_BYTES {
        return Err(wrong("the key list is larger than 1 MiB"));
    }
    own(files::without_bom(text)).or_else(|error| others(text, name, error))
}

/// The file as this project writes it.
fn own(text: &[u8]) -> Result<KeyFile, serde_json::Error> {
    let is_whole = text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    let whole = if is_whole {
        serde_json::from_slice::<Whole>(text)?
    } else {
        Whole {
            keys: serde_json::from_slice(text)?,
            default: None,
            profiles: Vec::new(),
            unlisted: Unlisted::Default,
            wrapped_keys: Vec::new(),
            _schema: None,
        }
    };
    Ok(KeyFile {
        keys: whole.keys.into_iter().map(Entry::from).collect(),
        default: whole.default,
        profiles: whole.profiles,
        unlisted: whole.unlisted,
        wrapped_keys: whole.wrapped_keys,
    })
}

/// The file as others write theirs; `own` is why it is not this project's.
#[expect(
    clippy::needless_pass_by_value,
    reason = "an error is handed on or dropped"
)]
fn others(text: &[u8], name: &str, own: serde_json::Error) -> Result<KeyFile, AppError> {
    // serde_json's message may quote the text, so only the place is told.
    let own = || {
        wrong_spec(text).unwrap_or_else(|| {
            wrong(format!(
                "the key list is wrong at line {}, column {}",
                own.line(),
                own.column()
            ))
        })
    };
    let found = match key_list::parse(text) {
        Ok(found) => found,
        Err(BadList::Damaged { .. } | BadList::TooLarge) => return Err(own()),
        Err(BadList::NotText { .. } | BadList::NoKeys) if files::is_utf16(text) => {
            return Err(wrong("the key list is UTF-16 text").hint(UTF_8));
        }
        Err(
            error @ (BadList::NotText { .. }
            | BadList::NoKeys
            | BadList::NoKeyInVariables { .. }
            | BadList::Wrapped
            | BadList::Pem(_)
            | BadList::Address(_)),
        ) => return Err(wrong(error.to_string()).hint(hint_of(&error, OTHERS))),
    };
    // A list of this project's kind keeps its own rules: a name with a slip of the pen would widen what a key is used for.
    let is_own = found.kind == ListKind::Json && found.keys.iter().any(|key| key.is_material);
    if found.has_profiles || is_own {
        return Err(own());
    }
    let is_one = found.kind == ListKind::OneKey;
    let keys = found.keys.into_iter().enumerate();
    let keys = keys.map(|(place, mut key)| {
        if is_one {
            key.names.id = KeyId::new(name);
        }
        entry(key).map_err(|error| at("Key", place, error))
    });
    Ok(KeyFile {
        keys: keys.collect::<Result<_, _>>()?,
        default: None,
        profiles: Vec::new(),
        unlisted: Unlisted::Default,
        wrapped_keys: Vec::new(),
    })
}

/// Faults of specs that are told of one list.
const MOST_FAULTS: usize = 20;

/// The entries whose specs are none, and what may stand there: all of it at once. A spec is no secret, and nothing else is looked
/// at.
fn wrong_spec(text: &[u8]) -> Option<AppError> {
    let text = std::str::from_utf8(text).ok()?;
    let name = |name: &str| JsonStep::Name(name.to_owned());
    let list = if text.trim_start().starts_with('{') {
        vec![name("keys")]
    } else {
        Vec::new()
    };
    let entries = json_items(text, &list).into_iter().enumerate();
    let of_entry = |(n, entry): (usize, Range<usize>)| {
        let spec = json_place(text.get(entry.clone())?, &[name("spec")])?.value;
        let (start, end) = (entry.start + spec.start, entry.start + spec.end);
        // An entry may say that it has none.
        let spec = text.get(start..end).filter(|spec| *spec != "null")?;
        let problems = spec_text::problems(spec).into_iter();
        let problems = problems.map(move |(problem, at)| {
            let TextPlace { line, column } = TextPlace::of(text, start + at);
            format!(
                "key {} of the list: its spec is wrong at line {line}, column {column}: {problem}",
                n + 1
            )
        });
        Some(problems.collect::<Vec<_>>())
    };
    let mut faults = entries.filter_map(of_entry).flatten();
    let mut told: Vec<String> = faults.by_ref().take(MOST_FAULTS).collect();
    if faults.next().is_some() {
        told.push("and more".to_owned());
    }
    (!told.is_empty()).then(|| wrong(told.join("; ")).hint(Code::InvalidFormat.what_now()))
}

fn entry(found: FoundKey) -> Result<Entry, AppError> {
    let key = found.key.map_err(|error| wrong(error.to_string()))?;
    if found.has_unknown {
        return Err(wrong("it has a field that is not known"));
    }
    Ok(Entry {
        names: found.names,
        formats: found.usage.formats,
        spec: found.spec,
        namespaces: found.usage.namespaces,
        retired: found.usage.retired,
        material: Material::Key(key),
    })
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

/// An error in an entry, with its place.
pub(super) fn at(what: &str, place: usize, error: AppError) -> AppError {
    prefixed(&format!("{what} {} of the list", place + 1), error)
}

/// An error with what it is about in front.
pub(super) fn prefixed(place: &str, mut error: AppError) -> AppError {
    error.message = format!("{place}: {}", error.message);
    error
}
