//! Settings and their defaults. No secret ever stands here.
//!
//! Every field has a default, and fields of a newer version are kept, so that going back to an older version loses nothing.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::view::{EncodeCompression, Theme, Undecodable};

/// The port that most of Temporal's samples use for a Codec Server.
pub const DEFAULT_PORT: u16 = 8081;

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
    /// How Payloads are decoded and encoded.
    pub profile: ProfileSettings,
    /// The window.
    pub ui: UiSettings,
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
    /// Whether it starts with the app.
    pub start_on_launch: bool,
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
            profile: ProfileSettings::default(),
            ui: UiSettings::default(),
            unknown: Map::new(),
        }
    }
}

impl Default for ServerSettings {
    fn default() -> Self {
        ServerSettings {
            port: DEFAULT_PORT,
            max_body_mib: 64,
            start_on_launch: true,
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
            unknown: Map::new(),
        }
    }
}

/// [`DEFAULT_ORIGINS`], owned.
pub fn default_origins() -> Vec<String> {
    DEFAULT_ORIGINS.map(String::from).into()
}

/// Largest request body that can be set, in MiB: what a request may take is held in memory.
pub const MAX_BODY_MIB: std::ops::RangeInclusive<u32> = 1..=1024;

/// Ports that can be set: those below are the system's.
pub const PORTS: std::ops::RangeInclusive<u16> = 1024..=u16::MAX;
