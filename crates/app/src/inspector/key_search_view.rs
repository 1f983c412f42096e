//! "Which key opens this?": what a Payload is that does not open, and which keys and formats at hand open it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::payload::ContentText;

/// What is known about a Payload that does not open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct DiagnosisView {
    /// What it is, in a sentence.
    pub verdict: String,
    /// The same, for the UI to switch on.
    pub kind: DiagnosisKind,
    /// What that means and what can be done.
    pub explanation: String,
    /// The id of the key that it names and that is not there, where that is what is missing. It may be empty.
    pub missing_key: Option<String>,
    /// What opens it, the likeliest first.
    pub findings: Vec<FindingView>,
    /// The trial that came nearest, where nothing opens it and one can be named.
    pub nearest: Option<NearestView>,
    /// How many combinations of key and format were tried.
    pub n_trials: u32,
    /// Whether the search ended at its bound, so that there may be more.
    pub stopped: bool,
}

/// What a Payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum DiagnosisKind {
    /// Something at hand opens it.
    Opens,
    /// It names a key that is not there.
    UnknownKey,
    /// The key that it names does not open it.
    WrongKeyOrDamaged,
    /// A key is right, and the rest of the format is not, or the data is damaged.
    RightKey,
    /// It is too short for what it says to be.
    Truncated,
    /// It is not encrypted at all.
    NotEncrypted,
    /// It is encrypted in a way that no format here describes.
    OtherScheme,
    /// Its key lies with a key service.
    NeedsKms,
    /// Keys cannot be tried, because the app or the keychain is locked.
    Locked,
}

/// A key and a format that open the Payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct FindingView {
    /// The key's name for people; absent where no key is needed, or it has none.
    pub key_label: Option<String>,
    /// The key's id. It may be empty.
    pub key_id: Option<String>,
    /// The key's fingerprint.
    pub fingerprint: Option<String>,
    /// The format's name.
    pub format: String,
    /// The format, for people.
    pub format_title: String,
    /// What adopting it changes, in words.
    pub change: String,
    /// The start of what the Payload says.
    pub preview: ContentText,
}

/// One key with one format on the Payload: what Formats shows stage by stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct NearestView {
    /// Which key, as [`crate::view::KeyView`] names it; absent where the format takes none.
    pub key: Option<String>,
    /// The format's name.
    pub format: String,
    /// Key, format and what became of it, in a sentence: the words of the trial in Formats.
    pub words: String,
}

/// Uses a finding from now on.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct AdoptFindingRequest {
    /// Which document.
    pub document: u32,
    /// Which Payload.
    pub index: u32,
    /// Which finding of its diagnosis, from 0.
    pub finding: u32,
}
