//! A document as it is handed on: what is asked for, and what it would be.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::payload::ContentText;

/// What a document is exported as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ExportForm {
    /// With decoded Payloads in base64, as programs read them.
    #[default]
    Decoded,
    /// With the JSON of Payloads in its place, as in the Web UI's readable export.
    Readable,
    /// As that, without what rules mean.
    Redacted,
    /// With every Payload encoded under one key.
    Encoded,
}

/// Asks what an export would be.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct PreviewExportRequest {
    /// Which document.
    pub document: u32,
    /// As what.
    pub form: ExportForm,
    /// What is taken out of it, where it is redacted: `everything`, `$.path`, `key:NAME`, `value:email`.
    pub rules: Vec<String>,
    /// The id of the key, where it is encoded.
    #[ts(optional = nullable)]
    pub key: Option<String>,
    /// A number by which its progress is told, and by which it can be cancelled.
    #[ts(optional = nullable)]
    pub ticket: Option<u32>,
}

/// What an export would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ExportPreview {
    /// How it begins.
    pub start: ContentText,
    /// How many bytes it has.
    pub bytes: u64,
    /// Whether that is all of it.
    pub is_whole: bool,
    /// How many Payloads were decoded, or encoded.
    pub n_changed: u32,
    /// How many could not be, and are as they were.
    pub n_failed: u32,
    /// In how many places a mark stands for a value.
    pub n_values: u32,
    /// How many values were left out because nothing can be said of them.
    pub n_left_out: u32,
    /// The first of these.
    pub left_out: Vec<LeftOutView>,
    /// What is not redacted, for people; empty where nothing is.
    pub kept: Vec<String>,
}

/// A value that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct LeftOutView {
    /// JSON Pointer to it.
    pub pointer: ContentText,
    /// Why.
    pub why: ContentText,
}
