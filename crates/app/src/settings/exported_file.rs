//! The file of exported settings. No secret and nothing that means one machine alone is in it: no handle of a key, no path, no CLI
//! connection.

use serde::{Deserialize, Serialize};
use serde_json::Map;

use crate::config::protobuf::ProtobufSettings;
use crate::config::wrapped_keys::WrappedKeySettings;
use crate::config::{DEFAULT_HTTPS_PORT, FormatSettings, NamedProfile, ProfileSettings, Settings};

/// Version of the form of exported settings.
pub(super) const FORM: u32 = 1;

/// A file of exported settings.
#[derive(Serialize, Deserialize)]
pub(super) struct Exported {
    /// Tells it from other JSON.
    pub(super) temporal_codec_settings: u32,
    pub(super) settings: Settings,
}

/// Settings as another machine can use them. Profiles that name keys decode with none there until they are chosen again.
pub(super) fn portable(settings: Settings) -> Settings {
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
    let wrapped_keys = settings.wrapped_keys.into_iter();
    let wrapped_keys = wrapped_keys.map(|source| WrappedKeySettings {
        unknown: Map::new(),
        ..source
    });
    let mut portable = Settings {
        origins: settings.origins,
        program_hosts: settings.program_hosts,
        profile,
        profiles: profiles.collect(),
        unlisted: settings.unlisted,
        formats: formats.collect(),
        wrapped_keys: wrapped_keys.collect(),
        server: settings.server,
        ui: settings.ui,
        lock: settings.lock,
        protobuf: ProtobufSettings {
            rules: settings.protobuf.rules,
            ..ProtobufSettings::default()
        },
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
    for rule in &mut portable.protobuf.rules {
        rule.unknown.clear();
    }
    portable
}
