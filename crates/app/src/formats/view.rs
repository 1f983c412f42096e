//! Formats: how encryption codecs write Payloads, and trials of one on a pasted Payload.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::AppError;
use crate::payload::ContentText;
use crate::payload::view::{ContentView, ContextValue, GivenContext};

/// Every format that a key can be used with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct FormatsView {
    /// The number of the change that this answers, by which `undo_settings` takes it back; absent where nothing was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub change: Option<u32>,
    /// The gallery first, the user's own after it.
    pub formats: Vec<FormatView>,
}

/// One format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct FormatView {
    /// Names it in keys and key lists: lower-case, with hyphens.
    pub name: String,
    /// For people.
    pub title: String,
    /// Which projects write it.
    pub written_by: String,
    /// One line: `AES-GCM · nonce 12 · whole Payload · key id in encryption-key-id`.
    pub summary: String,
    /// Whether it is the user's own.
    pub custom: bool,
    /// Whether it takes a secret; one that takes none decodes always.
    pub needs_key: bool,
    /// Whether it can encode.
    pub encodes: bool,
    /// The spec as indented JSON.
    pub spec: String,
    /// Labels, or ids, of the keys that use it.
    pub keys: Vec<String>,
    /// The key that its project publishes, where it does.
    pub demo_key: Option<DemoKeyView>,
}

/// A key that its project publishes: no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct DemoKeyView {
    /// The id that Payloads name it by; it may be empty.
    pub id: String,
    /// A name for people.
    pub label: String,
    /// Whether it is among the keys.
    pub added: bool,
}

/// Saves a format of the user's own.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct SaveFormatRequest {
    /// What it is to be called.
    pub name: String,
    /// What it was called; absent for a new one. Keys that use it follow.
    pub previous: Option<String>,
    /// The spec as JSON text.
    pub spec: String,
}

/// Names a format.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct FormatRequest {
    /// Its name.
    pub name: String,
}

/// Asks whether a text is a spec.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct CheckFormatRequest {
    /// The spec as JSON text.
    pub spec: String,
}

/// Whether a text is a spec, and where it is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct FormatCheck {
    /// What is wrong, with the place where it is at one; absent for a spec.
    pub error: Option<AppError>,
    /// What is wrong as well, further behind.
    pub more: Vec<AppError>,
}

/// Tries a spec on a Payload.
#[derive(Clone, Deserialize, TS)]
#[ts(export)]
pub struct TryFormatRequest {
    /// The spec as JSON text.
    pub spec: String,
    /// Handle of the key to try; none for formats that take no secret.
    pub key: Option<String>,
    /// A document with at least one Payload; the first one is tried.
    pub payload: String,
    /// Whose Payload it is, where the document does not say it.
    #[ts(optional = nullable)]
    pub given: Option<GivenContext>,
}

/// How a trial went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct TrialView {
    /// What was done, in order.
    pub stages: Vec<TrialStage>,
    /// The result in a sentence.
    pub verdict: String,
    /// Whether the Payload opened.
    pub opened: bool,
    /// Whose Payload it is, as far as the spec takes that into it.
    pub context: Vec<ContextValue>,
    /// What it says then.
    pub content: Option<ContentView>,
}

/// One stage of a trial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct TrialStage {
    /// `Match`, `Key id`, `Key`, `Framing`, `Nonce`, `AAD`, `Ciphertext`, `Open`, `Body`.
    pub name: String,
    /// How it went.
    pub outcome: TrialOutcome,
    /// What came of it, for people: hex, sizes, text; never key bytes.
    pub value: ContentText,
}

/// How a stage of a trial went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum TrialOutcome {
    /// As the spec says.
    Ok,
    /// Not as the spec says.
    Failed,
    /// Not come to.
    Skipped,
}
