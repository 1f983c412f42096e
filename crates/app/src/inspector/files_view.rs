//! A document's way to and from files, and the bytes of its Payloads.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::export_view::ExportForm;
use crate::files::view::FileTicket;
use crate::payload::ContentText;

/// Asks for the bytes of one Payload, as it stands in the document or below some of its layers.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct PayloadBytesRequest {
    /// Which document.
    pub document: u32,
    /// Which Payload.
    pub index: u32,
    /// How many layers are taken off first; none where absent.
    #[ts(optional = nullable)]
    pub layer: Option<u32>,
    /// As which format's they are read; as those of the one that opened it, or else the likeliest, where absent.
    #[ts(optional = nullable)]
    pub format: Option<String>,
}

/// The bytes of one layer of a Payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct PayloadBytesView {
    /// Size of the data in bytes.
    pub data_bytes: u64,
    /// How many bytes there are to show: as many, or those that the data is the text of.
    pub bytes: u64,
    /// The format that says what they are; none where it is no format's.
    pub format: Option<String>,
    /// Formats that may have written it, the likeliest first.
    pub formats: Vec<BytesFormat>,
    /// Whether that format opened it, so that the parts are certain.
    pub opened: bool,
    /// The format in short: `nonce(12) ‖ ciphertext ‖ tag(16)`.
    pub notation: Option<String>,
    /// How the data writes the bytes, where it is text: `base64 text`.
    pub text_form: Option<String>,
    /// The parts, from the first byte to the last one, without gaps.
    pub parts: Vec<BytesPart>,
    /// Why it is not laid out as the format says.
    pub problem: Option<String>,
    /// All bytes, or the first 4 KiB and the last 64 bytes.
    pub chunks: Vec<BytesChunk>,
}

/// A format that may have written a Payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct BytesFormat {
    /// Its name.
    pub name: String,
    /// For people.
    pub title: String,
}

/// Bytes that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct BytesPart {
    /// `nonce`, `ciphertext`, `tag`, `version`, `time`, `key number` or `data`.
    pub name: String,
    /// The first of them.
    pub start: u64,
    /// How many there are.
    pub len: u64,
}

/// Bytes in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct BytesChunk {
    /// Which one is the first.
    pub start: u64,
    /// Two digits for each.
    pub hex: ContentText,
}

/// Writes the value of one Payload to a file, exactly as it stands in the decoded data.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct SaveValueRequest {
    /// Which document.
    pub document: u32,
    /// Which Payload.
    pub index: u32,
    /// Where to.
    pub file: FileTicket,
}

/// Writes a document to a file, in a form to hand on.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct SaveDocumentRequest {
    /// Which document.
    pub document: u32,
    /// As what; decoded where absent.
    #[ts(optional = nullable)]
    pub form: Option<ExportForm>,
    /// What is taken out of it, where it is redacted.
    #[ts(optional = nullable)]
    pub rules: Option<Vec<String>>,
    /// The id of the key, where it is encoded.
    #[ts(optional = nullable)]
    pub key: Option<String>,
    /// A number by which its progress is told, and by which it can be cancelled.
    #[ts(optional = nullable)]
    pub ticket: Option<u32>,
    /// Where to.
    pub file: FileTicket,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct SavedView {
    /// Where to.
    pub path: String,
    /// How many bytes.
    pub bytes: u64,
    /// How many Payloads were decoded in it.
    pub n_decoded: u32,
    /// How many could not be decoded, and are as they were.
    pub n_failed: u32,
    /// In how many places a mark stands for a value.
    pub n_values: u32,
    /// How many values were left out because nothing can be said of them.
    pub n_left_out: u32,
}

/// A file that was inspected before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct RecentFile {
    /// Names it in later calls.
    pub id: String,
    /// Its path, to be shown.
    pub path: String,
    /// The end of the path.
    pub name: String,
    /// The folder that it is in.
    pub folder: String,
    /// Whether it still is there.
    pub is_here: bool,
}

/// Forgets a file that was inspected, or all of them.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct ForgetRecentFilesRequest {
    /// Which one.
    #[ts(optional = nullable)]
    pub id: Option<String>,
    /// Whether all are forgotten.
    pub all: bool,
}

/// Names an inspection that is under way.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct InspectionTicket {
    /// The number that the request had.
    pub ticket: u32,
}
