//! A file of keys put to use: its keys in memory, its formats and profiles in settings.

use jiff::Timestamp;
use key_store::{KeyRecord, KeyUse, Lifetime, NewKey, material};
use payload_codec::CodecSpec;
use uuid::Uuid;

use super::import::KeyImport;
use super::key_file::{Entry, KeyFile, Material, Profile, at, prefixed, wrong};
use crate::config::{FormatSettings, NamedProfile, ProfileSettings, Settings};
use crate::error::{AppError, Code};
use crate::plan::formats::Formats;
use crate::plan::key_fit::check_encode_key;
use crate::settings::changes::SettingsChanges;

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
        for (place, source) in self.wrapped_keys.iter().enumerate() {
            let source = source.settings();
            source
                .source()
                .map_err(|error| prefixed(&format!("\"wrapped_keys\" {}", place + 1), error))?;
            settings.wrapped_keys.push(source);
        }
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
        // Whoever names a file of keys asks for what stands there. It is said before it runs.
        for source in &self.wrapped_keys {
            import.agree_to(&source.command)?;
        }
        hold_profiles(import.settings(), self.default, self.profiles, &held)
    }
}

fn hold_entry(import: &KeyImport, place: usize, entry: Entry) -> Result<KeyRecord, AppError> {
    let formats = match (entry.formats, &entry.spec) {
        (formats, Some(_)) if !formats.is_empty() => {
            return Err(wrong(
                "it has both a preset and a spec, and only one may be given",
            ));
        }
        (_, Some(_)) => vec![custom_name(place)],
        (formats, None) => formats,
    };
    let usage = KeyUse {
        retired: entry.retired,
        ..import.usage(formats, &entry.namespaces)?
    };
    let key = match entry.material {
        Material::Key(key) => key,
        Material::Spelled(text, format) => {
            let text = text.expose();
            let parsed = match import.derives(&usage) {
                true => material::parse_any(text, format.into()),
                false => material::parse(text, format.into()),
            };
            parsed.map_err(|error| wrong(error.to_string()))?
        }
    };
    import.check_fit(&usage, key.bits())?;
    let new = NewKey {
        names: entry.names,
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
        messages_as_json: false,
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
