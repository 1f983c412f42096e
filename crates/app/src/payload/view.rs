//! What the window is shown of one Payload.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::context_name::ContextName;
use crate::error::AppError;

use super::ContentText;

/// One Payload of a document, in one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct PayloadRow {
    /// Its index in the document.
    pub index: u32,
    /// JSON Pointer to it; empty when the document is the Payload.
    pub pointer: String,
    /// Where it is, for people: `input[0]`, `memo.customer`, …
    pub place: String,
    /// The event it belongs to, in an Event History.
    pub event: Option<EventRef>,
    /// What became of it.
    pub outcome: PayloadOutcome,
    /// Its layers, outermost first: `encrypted · prod-2026`, `zlib`, `json/plain`.
    pub layers: Vec<String>,
    /// The start of what it says, one line, at most 120 characters.
    pub preview: ContentText,
    /// Size of its data as it stands in the document, in bytes.
    pub bytes: u64,
}

/// An event of a history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct EventRef {
    /// `eventId`
    pub id: String,
    /// `WorkflowExecutionStarted`, …
    pub kind: String,
    /// `eventTime` as it stands in the document.
    pub time: String,
}

/// What became of a Payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum PayloadOutcome {
    /// It was encoded, and every layer came off.
    Decoded,
    /// It was not encoded.
    Plain,
    /// It is encoded, and could not be decoded.
    Failed,
    /// It is encoded in a way that this product does not read.
    Unsupported,
}

/// One Payload in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct PayloadView {
    /// Its row.
    pub row: PayloadRow,
    /// Its place for jq: `.events[3].memo.fields.customer`.
    pub jq: String,
    /// Its place as JSONPath (RFC 9535): `$.events[3].memo.fields.customer`.
    pub json_path: String,
    /// The verdict in words: `Decrypted with key prod-2026`, `Key "prod-2024" is retired`.
    pub verdict: String,
    /// Why it could not be decoded, and what to do.
    pub error: Option<AppError>,
    /// The id of the key that is missing, where that is why. It may be empty.
    pub missing_key: Option<String>,
    /// The id of the key that wraps its data key, where it was not decoded and nobody is set up to unwrap that.
    pub wrapped_by: Option<String>,
    /// Whose Payload it is, where its format binds it to that.
    pub context: Vec<ContextValue>,
    /// What the data that is not decoded shows by its first bytes.
    pub mark: Option<MarkView>,
    /// What can be done about an encoding that nothing in use reads.
    pub unread: Option<UnreadView>,
    /// The layers that came off, outermost first.
    pub steps: Vec<StepView>,
    /// Metadata of the Payload as it stands in the document.
    pub encoded_metadata: Vec<MetadataEntry>,
    /// Metadata of the decoded Payload.
    pub metadata: Vec<MetadataEntry>,
    /// What the decoded Payload says.
    pub content: ContentView,
    /// What it is read as; absent where it cannot be a protobuf message.
    pub message: Option<MessageView>,
    /// Size of the decoded data in bytes.
    pub decoded_bytes: u64,
    /// The decoded Payload as proto3 JSON, for copying.
    pub payload_json: ContentText,
}

/// A part of whose Payload it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ContextValue {
    /// Which one.
    pub part: ContextName,
    /// For people: `Workflow id`.
    pub title: String,
    /// Its value, which may be empty; absent where nobody says it.
    pub value: Option<ContentText>,
    /// Who says it.
    pub source: Option<ContextSource>,
}

/// Who says whose a Payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ContextSource {
    /// The event that it stands in, and those that this one belongs to.
    History,
    /// The document's reader, who was asked.
    Given,
    /// The Namespace that is chosen for the document.
    Namespace,
}

/// Whose Payloads a document holds, where it does not say that itself. An empty text says that there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, TS)]
#[ts(export)]
pub struct GivenContext {
    /// The Namespace.
    #[ts(optional = nullable)]
    pub namespace: Option<String>,
    /// The id of the Workflow.
    #[ts(optional = nullable)]
    pub workflow_id: Option<String>,
    /// Its type.
    #[ts(optional = nullable)]
    pub workflow_type: Option<String>,
    /// The type of the Activity.
    #[ts(optional = nullable)]
    pub activity_type: Option<String>,
}

/// Something that may be a protobuf message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct MessageView {
    /// The full name of the type that it is read as, known or not; absent where nothing says one.
    pub message_type: Option<ContentText>,
    /// Whether the user chose it for the moment.
    pub chosen_now: bool,
    /// Whether it says that it is one, or is bytes that are no text.
    pub is_likely: bool,
}

/// What data starts as, whatever its label says: a sign, not a proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct MarkView {
    /// In a sentence: `The data starts as a Fernet token does.`
    pub words: String,
    /// Whether a key opens such data, so that trying the keys comes first; otherwise a format says what it is.
    pub takes_key: bool,
    /// Whether it is compressed in a way that is read here, so that trying that comes first.
    pub is_packed: bool,
}

/// An encoding that nothing in use reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct UnreadView {
    /// Formats that are for it, and that no key uses; the user's own first.
    pub formats: Vec<UnusedFormat>,
}

/// A format that no key uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct UnusedFormat {
    /// Its name.
    pub name: String,
    /// For people.
    pub title: String,
}

/// A layer that came off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct StepView {
    /// `AES-GCM`, `zlib`, …
    pub codec: String,
    /// Name of the format that it was written in, for encryption.
    pub format: Option<String>,
    /// Which key opened it.
    pub key_id: Option<String>,
    /// The label of that key.
    pub key_label: Option<String>,
    /// Size of the data before, in bytes.
    pub bytes_in: u64,
    /// Size of the data after, in bytes.
    pub bytes_out: u64,
}

/// A metadata entry; a value that is not text is shown in hex.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct MetadataEntry {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: ContentText,
    /// Whether `value` is the hex of bytes that are not text.
    pub hex: bool,
}

/// What a decoded Payload says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ContentView {
    /// How to show `text`.
    pub kind: ContentKind,
    /// The finished text: JSON re-indented with every number as it was sent, plain text, or a hex dump.
    pub text: ContentText,
    /// The text exactly as it stands in the data; absent where that is `text`, or is not text.
    pub raw: Option<ContentText>,
    /// `text` for reading alone, with the line breaks of its strings; absent where they have none. It is no JSON.
    pub lines: Option<ContentText>,
    /// Whether `text` was cut because it is too long to show.
    pub truncated: bool,
    /// For people: `JSON`, `null`, `Failure: Encoded failure`, `Stored externally in aws.s3driver`, …
    pub label: String,
}

/// How to show content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ContentKind {
    /// JSON text.
    Json,
    /// Plain text.
    Text,
    /// No value.
    Null,
    /// A hex dump.
    Hex,
    /// A reference into external storage, as JSON text.
    StorageReference,
}
