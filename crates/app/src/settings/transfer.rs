//! Settings that leave for another machine and come from one.
//!
//! No secret and nothing that means this machine alone is exported: no handle of a key, no path, no CLI connection. What is
//! imported is shown first, and only what was shown is put in force: who may ask this server is decided by it.

use std::path::Path;

use key_store::files;
use serde::{Deserialize, Serialize};
use serde_json::Map;

use crate::config::canonical_origins::canonical_origin;
use crate::config::{DEFAULT_HTTPS_PORT, FormatSettings, NamedProfile, ProfileSettings, Settings};
use crate::error::{AppError, Code};

/// Exported settings are a few kilobytes; what is larger is something else.
const LIMIT: u64 = 1 << 20;

/// Version of the form of exported settings.
const FORM: u32 = 1;

/// A file of exported settings.
#[derive(Serialize, Deserialize)]
struct Exported {
    /// Tells it from other JSON.
    temporal_codec_settings: u32,
    settings: Settings,
}

/// The settings as a file that another machine can read.
///
/// # Errors
/// [`Code::Internal`].
pub(super) fn exported(settings: Settings) -> Result<Vec<u8>, AppError> {
    let exported = Exported {
        temporal_codec_settings: FORM,
        settings: portable(settings),
    };
    let mut text = serde_json::to_vec_pretty(&exported).map_err(|error| {
        let message = format!("settings do not serialize: {error}");
        AppError::new(Code::Internal, message)
    })?;
    text.push(b'\n');
    Ok(text)
}

/// Settings as another machine can use them. Profiles that name keys decode with none there until they are chosen again.
fn portable(settings: Settings) -> Settings {
    let without_keys = |profile: ProfileSettings| ProfileSettings {
        encode_key: None,
        decode_keys: profile.decode_keys.map(|_| Vec::new()),
        unknown: Map::new(),
        ..profile
    };
    let profile = without_keys(settings.profile);
    let profiles = settings.profiles.into_iter().map(|named| NamedProfile {
        profile: without_keys(named.profile),
        ..named
    });
    let formats = settings.formats.into_iter().map(|format| FormatSettings {
        unknown: Map::new(),
        ..format
    });
    let mut portable = Settings {
        origins: settings.origins,
        profile,
        profiles: profiles.collect(),
        unlisted: settings.unlisted,
        formats: formats.collect(),
        server: settings.server,
        ui: settings.ui,
        lock: settings.lock,
        ..Settings::default()
    };
    // What this version does not know may be anything.
    portable.server.unknown.clear();
    // Whoever uses HTTPS has to trust the authority of that machine first.
    portable.server.https = false;
    portable.server.https_port = DEFAULT_HTTPS_PORT;
    portable.ui.unknown.clear();
    portable.ui.close_hint_shown = false;
    portable.lock.unknown.clear();
    portable
}

/// Reads a file of exported settings.
///
/// # Errors
/// [`Code::File`], [`Code::InvalidSetting`].
pub(super) fn read(path: &Path) -> Result<Settings, AppError> {
    let text = files::read_bounded(path, LIMIT).map_err(|error| {
        AppError::new(Code::File, format!("the file could not be read: {error}"))
            .hint("Choose a file written by “Export settings…”.")
    })?;
    // serde_json's message may quote the file, which may hold anything.
    let exported: Exported =
        serde_json::from_slice(files::without_bom(&text)).map_err(|error| {
            let message = if files::is_utf16(&text) {
                "the file is UTF-16 text, and must be UTF-8".to_owned()
            } else if error.is_data() {
                "the file contains no exported settings".to_owned()
            } else {
                format!(
                    "the file is not JSON at line {}, column {}",
                    error.line(),
                    error.column()
                )
            };
            AppError::new(Code::InvalidSetting, message)
                .hint("Choose a file written by “Export settings…”.")
        })?;
    if exported.temporal_codec_settings != FORM {
        return Err(AppError::new(
            Code::InvalidSetting,
            "the settings were exported by a newer version of this app",
        )
        .hint("Update Temporal Codec Desktop, then import them again."));
    }
    Ok(portable(exported.settings))
}

/// What is in force after an import: settings and origins as the file has them; profiles and formats are added or replaced
/// by their names, and none is removed. Which keys are used stays as it is here.
///
/// # Errors
/// [`Code::InvalidOrigin`].
pub(super) fn merged(now: &Settings, imported: Settings) -> Result<Settings, AppError> {
    let mut merged = now.clone();
    let here = std::mem::replace(&mut merged.server, imported.server);
    merged.server.https = here.https;
    merged.server.https_port = here.https_port;
    merged.server.unknown = here.unknown;
    let unknown = std::mem::take(&mut merged.lock.unknown);
    merged.lock = imported.lock;
    merged.lock.unknown = unknown;
    let ui = std::mem::take(&mut merged.ui.unknown);
    let hint_shown = merged.ui.close_hint_shown;
    merged.ui = imported.ui;
    merged.ui.unknown = ui;
    merged.ui.close_hint_shown = hint_shown;
    merged.unlisted = imported.unlisted;
    merged.origins.clear();
    for origin in &imported.origins {
        let origin = canonical_origin(origin)?;
        if !merged.origins.contains(&origin) {
            merged.origins.push(origin);
        }
    }
    merged.profile = with_keys_of(imported.profile, Some(&now.profile));
    for mut named in imported.profiles {
        let place = merged
            .profiles
            .iter()
            .position(|other| other.name == named.name);
        let here = place.map(|place| &merged.profiles[place].profile);
        named.profile = with_keys_of(named.profile, here);
        match place {
            Some(place) => merged.profiles[place] = named,
            None => merged.profiles.push(named),
        }
    }
    for format in imported.formats {
        match merged
            .formats
            .iter_mut()
            .find(|other| other.name == format.name)
        {
            Some(here) => here.spec = format.spec,
            None => merged.formats.push(format),
        }
    }
    Ok(merged)
}

fn with_keys_of(imported: ProfileSettings, here: Option<&ProfileSettings>) -> ProfileSettings {
    let Some(here) = here else { return imported };
    ProfileSettings {
        encode_key: here.encode_key,
        decode_keys: here.decode_keys.clone(),
        unknown: here.unknown.clone(),
        ..imported
    }
}
