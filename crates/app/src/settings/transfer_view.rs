//! Resetting, exporting and importing settings, as people see it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::view::SettingName;
use crate::files::view::FileTicket;

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
