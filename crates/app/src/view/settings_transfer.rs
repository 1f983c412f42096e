//! Resetting, exporting and importing settings, as people see it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::view::FileTicket;

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
    /// Whether the Codec Server starts with the app.
    StartServerOnLaunch,
    /// The origins that are served.
    Origins,
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
    pub const ALL: [SettingName; 14] = [
        SettingName::Port,
        SettingName::MaxBodyMib,
        SettingName::MaxWorkMib,
        SettingName::StartServerOnLaunch,
        SettingName::Origins,
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

/// Names settings to be reset.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct ResetSettingsRequest {
    /// Which ones.
    pub names: Vec<SettingName>,
}

/// Says where exported settings go.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct ExportSettingsRequest {
    /// The file to write.
    pub file: FileTicket,
}

/// Names a file of exported settings.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct PreviewSettingsRequest {
    /// Which one.
    pub file: FileTicket,
}

/// Says that the settings that were shown are wanted.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct ImportSettingsRequest {
    /// What the preview said.
    pub seen: String,
}

/// What a file of exported settings would change.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export)]
pub struct SettingsPreview {
    /// Names what was shown, for the import.
    pub seen: String,
    /// Every difference; none where all is so already.
    pub differences: Vec<SettingDifference>,
}

/// One setting that would be another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct SettingDifference {
    /// What people call it.
    pub name: String,
    /// What it is now; `null` for what is added.
    pub from: Option<String>,
    /// What it would be; `null` for what is removed.
    pub to: Option<String>,
    /// Whether it lets in more, or protects less, than what is in force now.
    pub opens: bool,
}

/// What changed from version to version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct WhatsNewView {
    /// The product's version.
    pub version: String,
    /// Newest first.
    pub releases: Vec<ReleaseView>,
}

/// One version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ReleaseView {
    /// `0.2.0`, or `Unreleased`.
    pub version: String,
    /// The day, where it has one: `2026-11-24`.
    pub date: Option<String>,
    /// Its parts.
    pub sections: Vec<ReleaseSection>,
}

/// Changes of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ReleaseSection {
    /// `Added`, `Fixed`…
    pub title: String,
    /// Plain text.
    pub entries: Vec<String>,
}
