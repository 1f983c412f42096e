//! Documents that people paste, drop or pipe: which of Temporal's JSON or protobuf forms it is, where its Payloads stand, and
//! the same document with some of them replaced.
//!
//! The text is kept as it came and indexed in one pass; Payloads are read one by one, when asked for. A document of 50 MB
//! costs its own bytes plus a few per Payload.

mod data_alone;
mod decoded;
mod found;
mod frame;
mod index;
mod indexed;
mod kind;
mod names;
mod not_recognized;
mod notation;
mod paths;
mod readable;
mod spelling;
mod strict;
mod unwrapped;
mod wrapped;
mod wrapping;
mod wrappings;

use wrappings::Search;

pub(crate) use found::Found;
pub(crate) use frame::Event;
pub use indexed::Document;
pub(crate) use kind::Reading;
pub use kind::{FromMessage, Kind, MessageText, ReadMessage, Source};
pub use not_recognized::{CAN_BE_PASTED, LooksLike, MAX_DOCUMENT_BYTES, NotRecognized};
pub use wrapping::Wrapping;

impl Document {
    /// Recognizes pasted text: JSON in every shape that Temporal's CLI, Web UI and SDKs write, or base64 of one; and either in what
    /// people copy it with. Several documents in one text are one, as JSON Lines; [`Documents`](crate::Documents) keeps them apart.
    ///
    /// # Errors
    /// [`NotRecognized`] says what the text looked like instead.
    pub fn parse(text: impl Into<String>) -> Result<Self, NotRecognized> {
        Self::parse_with(text, |_| None)
    }

    /// As [`Document::parse`], with a reader for messages that are no Payloads.
    ///
    /// # Errors
    /// As there.
    pub fn parse_with(
        text: impl Into<String>,
        messages: ReadMessage,
    ) -> Result<Self, NotRecognized> {
        found::merged(Self::all_in_text(text.into(), messages.into())?)
    }

    /// Recognizes a file: text as in [`Document::parse`] (UTF-8, or UTF-16 with a byte order mark, as PowerShell writes
    /// it), a serialized Payload or Payloads message, or gzip of any.
    ///
    /// # Errors
    /// [`NotRecognized`] says what the bytes looked like instead.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotRecognized> {
        Self::from_bytes_with(bytes, |_| None)
    }

    /// As [`Document::from_bytes`], with a reader for messages that are no Payloads.
    ///
    /// # Errors
    /// As there.
    pub fn from_bytes_with(bytes: &[u8], messages: ReadMessage) -> Result<Self, NotRecognized> {
        found::merged(Self::all_in_bytes(bytes, messages.into())?)
    }

    /// All documents in a text, each by itself.
    pub(crate) fn all_in_text(text: String, reading: Reading) -> Result<Vec<Found>, NotRecognized> {
        match strict::text(text, reading) {
            Ok(document) => Ok(Found::one(document)),
            Err((error, text)) => Search::new(text.len(), reading).in_text(&text, error, 0),
        }
    }

    /// All documents in a file, each by itself.
    pub(crate) fn all_in_bytes(
        bytes: &[u8],
        reading: Reading,
    ) -> Result<Vec<Found>, NotRecognized> {
        match strict::bytes(bytes, Source::Protobuf, reading) {
            Ok(document) => Ok(Found::one(document)),
            Err((error, Some(text))) => Search::new(text.len(), reading).in_text(&text, error, 0),
            Err((error, None)) => Search::new(bytes.len(), reading).in_bytes(bytes, error, 0),
        }
    }

    /// As [`Document::all_in_bytes`], of bytes that nobody else needs.
    pub(crate) fn all_in_vec(
        bytes: Vec<u8>,
        reading: Reading,
    ) -> Result<Vec<Found>, NotRecognized> {
        let is_json = matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['));
        match String::from_utf8(bytes) {
            // Never a serialized message: it is not copied.
            Ok(text) if is_json => Self::all_in_text(text, reading),
            Ok(text) => Self::all_in_bytes(text.as_bytes(), reading),
            Err(not_text) => Self::all_in_bytes(not_text.as_bytes(), reading),
        }
    }

    /// All of them in one.
    pub(crate) fn merged(found: Vec<Found>) -> Result<Self, NotRecognized> {
        found::merged(found)
    }
}
