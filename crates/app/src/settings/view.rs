//! Settings as people see and change them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::config::choices::{EncodeCompression, Theme, Undecodable};
use crate::error::AppError;

/// All settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct SettingsView {
    /// Counts up with each look at the state: of two, the one with the larger number is the newer, however they arrive.
    pub revision: u64,
    /// The number of the change that `undo_settings` takes back; absent where there is none.
    pub undoable: Option<u32>,
    /// The number of the change that this answers, by which `undo_settings` takes it back; absent where nothing was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub change: Option<u32>,
    /// The port that is set.
    pub port: u16,
    /// Largest request body in MiB.
    pub max_body_mib: u32,
    /// Work that one request or document may take, in MiB.
    pub max_work_mib: u32,
    /// Whether requests that are asked again are answered from memory.
    pub cache: bool,
    /// Origins that are served, as browsers spell them.
    pub origins: Vec<String>,
    /// Those of the origins whose pages Chrome and Edge never let ask this machine: plain http under a name of their own.
    pub insecure_origins: Vec<String>,
    /// The origins of a fresh installation.
    pub default_origins: Vec<String>,
    /// Hosts that programs may ask for beside the names of this machine.
    pub program_hosts: Vec<String>,
    /// What happens with Payloads that cannot be decoded.
    pub undecodable: Undecodable,
    /// Compression inside the encryption, when encoding.
    pub compression: EncodeCompression,
    /// Light, dark, or as the system.
    pub theme: Theme,
    /// Whether closing the window keeps the app in the tray.
    pub close_to_tray: bool,
    /// Whether the Codec Server starts with the app.
    pub start_server_on_launch: bool,
    /// Whether the app starts, hidden, when the user logs in. `null` where this host cannot say.
    pub start_at_login: Option<bool>,
    /// Whether there is a tray that brings a hidden window back. `null` where this host has no window to hide.
    pub has_tray: Option<bool>,
    /// Whether the window has a menu bar. A Mac always has one, outside of the window.
    pub menu_bar: bool,
    /// Whether a notification tells when a Payload could not be decoded.
    pub notify_undecodable: bool,
    /// Minutes without use after which the app locks itself; 0 for never.
    pub lock_when_idle: u32,
    /// Whether the app locks itself with the screen, and when the machine goes to sleep.
    pub lock_with_screen: bool,
    /// The settings that are not as in a fresh installation.
    pub changed: Vec<SettingName>,
    /// Whether what is new in this version was not shown yet.
    pub has_news: bool,
    /// The settings file's path.
    pub file: String,
    /// What was wrong with the settings file at start, and where it was moved.
    pub notice: Option<AppError>,
    /// The product's version.
    pub version: String,
}

/// Changes some settings; absent ones stay.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[ts(export, optional_fields)]
#[serde(default)]
pub struct UpdateSettingsRequest {
    /// 1 to 1024.
    pub max_body_mib: Option<u32>,
    /// 16 to 65,536.
    pub max_work_mib: Option<u32>,
    /// Whether requests that are asked again are answered from memory.
    pub cache: Option<bool>,
    /// What happens with Payloads that cannot be decoded.
    pub undecodable: Option<Undecodable>,
    /// Compression inside the encryption.
    pub compression: Option<EncodeCompression>,
    /// Light, dark, or as the system.
    pub theme: Option<Theme>,
    /// Whether closing the window keeps the app in the tray.
    pub close_to_tray: Option<bool>,
    /// Whether the Codec Server starts with the app.
    pub start_server_on_launch: Option<bool>,
    /// Whether the app starts, hidden, when the user logs in.
    pub start_at_login: Option<bool>,
    /// Whether the window has a menu bar.
    pub menu_bar: Option<bool>,
    /// Whether a notification tells when a Payload could not be decoded.
    pub notify_undecodable: Option<bool>,
    /// Minutes without use after which the app locks itself: 0 for never, 1440 at most.
    pub lock_when_idle: Option<u32>,
    /// Whether the app locks itself with the screen, and when the machine goes to sleep.
    pub lock_with_screen: Option<bool>,
}

/// Names an origin.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct OriginRequest {
    /// `scheme://host[:port]`
    pub origin: String,
}

/// Names a host.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct ProgramHostRequest {
    /// A name or an address; of an endpoint, its host.
    pub host: String,
}

/// A setting that can be reset by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SettingName {
    /// The Codec Server's port.
    Port,
    /// The largest request body.
    MaxBodyMib,
    /// Work that one request or document may take.
    MaxWorkMib,
    /// Whether requests that are asked again are answered from memory.
    Cache,
    /// Whether the Codec Server starts with the app.
    StartServerOnLaunch,
    /// The origins that are served.
    Origins,
    /// Hosts that programs may ask for.
    ProgramHosts,
    /// What happens with Payloads that cannot be decoded, in the default profile.
    Undecodable,
    /// Compression when encoding, in the default profile.
    Compression,
    /// The window's colors.
    Theme,
    /// Whether closing the window keeps the app in the tray.
    CloseToTray,
    /// Whether the window has a menu bar.
    MenuBar,
    /// Whether a notification tells when a Payload could not be decoded.
    NotifyUndecodable,
    /// When the app locks itself for want of use.
    LockWhenIdle,
    /// Whether the app locks itself with the screen.
    LockWithScreen,
    /// Whether the app starts when the user logs in.
    StartAtLogin,
}

impl SettingName {
    /// All of them.
    pub const ALL: [SettingName; 16] = [
        SettingName::Port,
        SettingName::MaxBodyMib,
        SettingName::MaxWorkMib,
        SettingName::Cache,
        SettingName::StartServerOnLaunch,
        SettingName::Origins,
        SettingName::ProgramHosts,
        SettingName::Undecodable,
        SettingName::Compression,
        SettingName::Theme,
        SettingName::CloseToTray,
        SettingName::MenuBar,
        SettingName::NotifyUndecodable,
        SettingName::LockWhenIdle,
        SettingName::LockWithScreen,
        SettingName::StartAtLogin,
    ];
}

/// Takes a change back.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct UndoSettingsRequest {
    /// The number that the answer to it had. Only the last change can be taken back.
    pub change: u32,
}
