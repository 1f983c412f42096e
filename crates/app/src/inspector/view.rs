//! A pasted document: where its Payloads are, and what each of them says.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::files::view::FileTicket;
use crate::payload::ContentText;
use crate::payload::view::{GivenContext, PayloadRow};

/// Opens a document from text.
#[derive(Clone, Deserialize, TS)]
#[ts(export)]
pub struct InspectRequest {
    /// What was pasted.
    pub source: String,
    /// Whether it is the `data` of Payloads alone, to be opened under the label of encrypted data.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub as_data: Option<bool>,
    /// Whose profile decodes; the default one where absent.
    #[ts(optional = nullable)]
    pub namespace: Option<String>,
    /// Whether only the first Payloads of a large document are decoded now; the rest is by `refresh_document`.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub ahead: Option<bool>,
    /// A number by which its progress is told, and by which it can be cancelled.
    #[ts(optional = nullable)]
    pub ticket: Option<u32>,
}

/// Opens a document from a file.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct InspectFileRequest {
    /// The file.
    pub file: FileTicket,
    /// Whose profile decodes; the default one where absent.
    #[ts(optional = nullable)]
    pub namespace: Option<String>,
    /// Whether only the first Payloads of a large document are decoded now; the rest is by `refresh_document`.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub ahead: Option<bool>,
    /// A number by which its progress is told, and by which it can be cancelled.
    #[ts(optional = nullable)]
    pub ticket: Option<u32>,
}

/// Opens a document from a file that was inspected before.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct InspectRecentFileRequest {
    /// Which one, as the list of recent files names it.
    pub id: String,
    /// Whose profile decodes; the default one where absent.
    #[ts(optional = nullable)]
    pub namespace: Option<String>,
    /// Whether only the first Payloads of a large document are decoded now; the rest is by `refresh_document`.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub ahead: Option<bool>,
    /// A number by which its progress is told, and by which it can be cancelled.
    #[ts(optional = nullable)]
    pub ticket: Option<u32>,
}

/// Looks for a text in the Payloads of a document.
#[derive(Clone, Deserialize, TS)]
#[ts(export)]
pub struct SearchPayloadsRequest {
    /// Which document.
    pub document: u32,
    /// What is looked for; upper and lower case are the same.
    pub text: String,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct PayloadMatches {
    /// How many Payloads have the text in them.
    pub n: u32,
    /// The first 5,000 of them, by their index in the document.
    pub matches: Vec<u32>,
    /// Whether there was more text than is kept for searching, so that there may be more.
    pub incomplete: bool,
}

/// An open document. Its rows come in pages and the text of one Payload on demand, so that a large history never crosses
/// IPC at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct InspectionView {
    /// Names the document in later calls.
    pub document: u32,
    /// What it was recognized as, for people: `Event History`, `Payloads`, `Payload`, …
    pub kind: String,
    /// Which message of Temporal's API it was read from, in a sentence, where it came as protobuf.
    pub from_message: Option<ContentText>,
    /// Whether it is an Event History, so that it is read by its events.
    pub is_history: bool,
    /// Whose Event History it is, where it says so.
    pub workflow: Option<WorkflowView>,
    /// What was around it, where something was: `from a HAR file`.
    pub around: Option<String>,
    /// What it is called among several that came together.
    pub name: Option<ContentText>,
    /// The others that came with it, which are open as well.
    pub others: Vec<OtherDocument>,
    /// Size of the source in bytes.
    pub bytes: u64,
    /// How many Payloads it holds.
    pub n_payloads: u32,
    /// How many of them were not decoded yet, since the document is large. Each is when it is asked for.
    pub n_pending: u32,
    /// How many of them were decoded.
    pub n_decoded: u32,
    /// How many of them could not be decoded.
    pub n_failed: u32,
    /// The first that a key, or another format, might decode: what a document opens at. Absent where there is none.
    pub first_failed: Option<u32>,
    /// The first rows; the rest comes by `inspection_rows`.
    pub rows: Vec<PayloadRow>,
}

/// A document that was opened together with another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct OtherDocument {
    /// Names it in later calls.
    pub document: u32,
    /// What it is called.
    pub name: ContentText,
}

/// The Workflow of an Event History, for people: each on one line, and bounded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct WorkflowView {
    /// Its type; empty where the history does not say it.
    pub workflow_type: ContentText,
    /// Its id; empty where the history does not say it.
    pub id: ContentText,
}

/// Asks for more rows of a document.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct InspectionRowsRequest {
    /// Which document.
    pub document: u32,
    /// Index of the first row.
    pub offset: u32,
    /// At most this many rows; 1,000 at most.
    pub limit: u32,
}

/// Asks for one Payload of a document.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct InspectPayloadRequest {
    /// Which document.
    pub document: u32,
    /// Which Payload.
    pub index: u32,
}

/// Names an open document.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct DocumentRequest {
    /// Which document.
    pub document: u32,
}

/// Decodes an open document again.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct RefreshDocumentRequest {
    /// Which document.
    pub document: u32,
    /// Whose profile decodes; the default one where absent.
    #[ts(optional = nullable)]
    pub namespace: Option<String>,
    /// Whose Payloads it holds, where the document does not say it; as before where absent.
    #[ts(optional = nullable)]
    pub given: Option<GivenContext>,
    /// A number by which its progress is told, and by which it can be cancelled.
    #[ts(optional = nullable)]
    pub ticket: Option<u32>,
}

/// A text to try the inspector with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct SampleView {
    /// The document's text.
    pub source: String,
}
