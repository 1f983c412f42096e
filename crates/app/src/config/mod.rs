//! What the settings are, their defaults, and their file. No secret ever stands here. The commands that change them are in
//! `settings`.
//!
//! Every field has a default, and fields of a newer version are kept, so that going back to an older version loses nothing.

pub(crate) mod access;

pub(crate) mod choices;

pub(crate) mod connected_cli;

pub(crate) mod consent;

pub(crate) mod file;

pub(crate) mod formats;

pub(crate) mod canonical_hosts;

pub(crate) mod canonical_origins;

pub(crate) mod message_rule_text;

pub(crate) mod message_rules;

pub(crate) mod patterns;

pub(crate) mod profiles;

pub(crate) mod protobuf;

mod reading;

pub(crate) mod store;

pub(crate) mod validate;

pub(crate) mod wrapped_keys;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use access::AccessSettings;
use choices::{EncodeCompression, Theme, Undecodable, Unlisted};
use connected_cli::ConnectedCli;
use consent::ConsentSettings;
use protobuf::ProtobufSettings;
use wrapped_keys::WrappedKeySettings;

/// The port that most of Temporal's samples use for a Codec Server.
pub const DEFAULT_PORT: u16 = 8081;

/// The port for HTTPS where none is set.
pub const DEFAULT_HTTPS_PORT: u16 = 8443;

/// Origins of Web UIs that a fresh installation serves: Temporal Cloud, the development server (its UI port is 8233, under
/// each name of this machine), and the `temporalio/ui` container.
pub const DEFAULT_ORIGINS: [&str; 6] = [
    "https://cloud.temporal.io",
    "http://localhost:8233",
    "http://127.0.0.1:8233",
    "http://[::1]:8233",
    "http://localhost:8080",
    "http://127.0.0.1:8080",
];

/// Everything that is remembered between two starts, besides keys.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Version of this file's form.
    pub version: u32,
    /// The Codec Server.
    pub server: ServerSettings,
    /// Origins that are served.
    pub origins: Vec<String>,
    /// Hosts that programs may ask for beside the names of this machine.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub program_hosts: Vec<String>,
    /// How Payloads are decoded and encoded where no other profile says so.
    pub profile: ProfileSettings,
    /// How those of some Namespaces are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<NamedProfile>,
    /// What Namespaces get that no profile names.
    #[serde(skip_serializing_if = "is_default")]
    pub unlisted: Unlisted,
    /// Formats of the user's own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub formats: Vec<FormatSettings>,
    /// Who unwraps data keys that other keys wrap.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wrapped_keys: Vec<WrappedKeySettings>,
    /// The window.
    pub ui: UiSettings,
    /// When the app locks itself.
    pub lock: LockSettings,
    /// Who may have Payloads decoded.
    #[serde(skip_serializing_if = "is_default")]
    pub access: AccessSettings,
    /// Whether the user is asked first.
    #[serde(skip_serializing_if = "is_default")]
    pub consent: ConsentSettings,
    /// The user's protobuf types.
    #[serde(skip_serializing_if = "is_default")]
    pub protobuf: ProtobufSettings,
    /// Profiles of the Temporal CLI that were connected, and what was there before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub connected_cli: Vec<ConnectedCli>,
    /// Paths of files that were inspected, newest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recent_files: Vec<String>,
    /// The version whose changes were shown last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen_version: Option<String>,
    /// Fields of newer versions.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// The Codec Server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ServerSettings {
    /// Loopback port.
    pub port: u16,
    /// Largest request body in MiB.
    pub max_body_mib: u32,
    /// Work that one request or document may take, in MiB as [`payload_codec::Budget`] counts it.
    pub max_work_mib: u32,
    /// Whether requests that are asked again are answered from memory.
    pub cache: bool,
    /// Whether it starts with the app.
    pub start_on_launch: bool,
    /// Whether it serves HTTPS, too, with a certificate of this machine's own authority.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub https: bool,
    /// Loopback port for HTTPS.
    #[serde(skip_serializing_if = "is_https_port")]
    pub https_port: u16,
    /// Fields of newer versions.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// How Payloads are decoded and encoded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProfileSettings {
    /// What happens with Payloads that cannot be decoded.
    pub undecodable: Undecodable,
    /// Compression inside the encryption, when encoding.
    pub compression: EncodeCompression,
    /// Handle of the key that encodes.
    pub encode_key: Option<Uuid>,
    /// Handles of the keys that decode; absent for every key that is allowed in the Namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decode_keys: Option<Vec<Uuid>>,
    /// Whether `/encode` gives Payloads back as they are. Never a fallback, only a choice.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_codec: bool,
    /// Whether `/decode` answers pages with messages as JSON. Programs get them as they are.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub messages_as_json: bool,
    /// Fields of newer versions.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// A profile for some Namespaces.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NamedProfile {
    /// What people call it.
    pub name: String,
    /// Namespaces, or patterns with `*`.
    pub namespaces: Vec<String>,
    /// The rest, and fields of newer versions.
    #[serde(flatten)]
    pub profile: ProfileSettings,
}

/// A format of the user's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormatSettings {
    /// What keys call it.
    pub name: String,
    /// The spec as it was saved, also where a newer version wrote what this one does not know.
    pub spec: Value,
    /// Fields of newer versions.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// The window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct UiSettings {
    /// Colors.
    pub theme: Theme,
    /// Whether closing the window keeps the app in the tray.
    pub close_to_tray: bool,
    /// Whether a notification tells when a Payload could not be decoded.
    pub notify_undecodable: bool,
    /// Whether the window has a menu bar, where that is a choice.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub menu_bar: bool,
    /// Whether the first closing of the window was explained.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub close_hint_shown: bool,
    /// Fields of newer versions.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// When the app locks itself. It never does so unasked: whoever decodes overnight must not find it locked after an update.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LockSettings {
    /// Minutes without use; 0 for never.
    pub when_idle_minutes: u32,
    /// With the screen, and when the machine goes to sleep.
    pub with_screen: bool,
    /// Fields of newer versions.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            version: 1,
            server: ServerSettings::default(),
            origins: default_origins(),
            program_hosts: Vec::new(),
            profile: ProfileSettings::default(),
            profiles: Vec::new(),
            unlisted: Unlisted::default(),
            formats: Vec::new(),
            wrapped_keys: Vec::new(),
            ui: UiSettings::default(),
            lock: LockSettings::default(),
            access: AccessSettings::default(),
            consent: ConsentSettings::default(),
            protobuf: ProtobufSettings::default(),
            connected_cli: Vec::new(),
            recent_files: Vec::new(),
            seen_version: None,
            unknown: Map::new(),
        }
    }
}

impl Default for ServerSettings {
    fn default() -> Self {
        ServerSettings {
            port: DEFAULT_PORT,
            max_body_mib: 64,
            max_work_mib: 128,
            cache: true,
            start_on_launch: true,
            https: false,
            https_port: DEFAULT_HTTPS_PORT,
            unknown: Map::new(),
        }
    }
}

impl Default for UiSettings {
    fn default() -> Self {
        UiSettings {
            theme: Theme::default(),
            close_to_tray: true,
            notify_undecodable: true,
            menu_bar: false,
            close_hint_shown: false,
            unknown: Map::new(),
        }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_https_port(port: &u16) -> bool {
    *port == DEFAULT_HTTPS_PORT
}

/// [`DEFAULT_ORIGINS`], owned.
pub fn default_origins() -> Vec<String> {
    DEFAULT_ORIGINS.map(String::from).into()
}

/// Largest request body that can be set, in MiB: what a request may take is held in memory.
pub const MAX_BODY_MIB: std::ops::RangeInclusive<u32> = 1..=1024;

/// Work that can be set for one request or document, in MiB: 128 take a third of a second.
pub const MAX_WORK_MIB: std::ops::RangeInclusive<u32> = 16..=65_536;

/// Ports that can be set: those below are the system's.
pub const PORTS: std::ops::RangeInclusive<u16> = 1024..=u16::MAX;

/// The longest time without use that can be set, in minutes: a day.
pub const MAX_IDLE_MINUTES: u32 = 24 * 60;
