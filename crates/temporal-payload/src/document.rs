//! Documents that people paste, drop or pipe: which of Temporal's JSON or protobuf forms it is, where its Payloads stand, and
//! the same document with some of them replaced.
//!
//! The text is kept as it came and indexed in one pass; Payloads are read one by one, when asked for. A document of 50 MB
//! costs its own bytes plus a few per Payload.

mod frame;
mod index;
mod indexed;
mod kind;
mod names;
mod not_recognized;
mod paths;
mod readable;
mod spelling;
mod wrapped;

use not_recognized::check_size;

pub(crate) use frame::Event;
pub use indexed::Document;
pub use kind::{FromMessage, Kind, MessageText, ReadMessage, Source};
pub use not_recognized::{CAN_BE_PASTED, LooksLike, MAX_DOCUMENT_BYTES, NotRecognized};

impl Document {
    /// Recognizes pasted text: JSON in every shape that Temporal's CLI, Web UI and SDKs write, or base64 of one.
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
        let text = text.into();
        check_size(text.len())?;
        let start = text.trim_start_matches('\u{feff}').trim_start();
        match start.bytes().next() {
            None => Err(NotRecognized::Empty),
            Some(b'{' | b'[') => Self::from_json(text, None),
            Some(_) => wrapped::parse_base64(&text, messages),
        }
    }

    /// Recognizes a file: text as in [`Document::parse`] (UTF-8, or UTF-16 with a byte order mark, as PowerShell writes
    /// it), or a serialized Payload or Payloads message, or one that `messages` reads.
    ///
    /// # Errors
    /// [`NotRecognized`] says what the bytes looked like instead.
    pub fn from_vec_with(bytes: Vec<u8>, messages: ReadMessage) -> Result<Self, NotRecognized> {
        let is_json = matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['));
        match String::from_utf8(bytes) {
            // Never a serialized message: it is not copied.
            Ok(text) if is_json => Self::parse_with(text, messages),
            Ok(text) => Self::from_bytes_with(text.as_bytes(), messages),
            Err(not_text) => Self::from_bytes_with(not_text.as_bytes(), messages),
        }
    }

    /// As [`Document::from_vec_with`], of bytes that somebody else keeps, and without a reader for other messages.
    ///
    /// # Errors
    /// As there.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotRecognized> {
        Self::from_bytes_with(bytes, |_| None)
    }

    /// As [`Document::from_bytes`], with a reader for messages that are no Payloads.
    ///
    /// # Errors
    /// As there.
    pub fn from_bytes_with(bytes: &[u8], messages: ReadMessage) -> Result<Self, NotRecognized> {
        check_size(bytes.len())?;
        if let Some(text) = wrapped::utf16(bytes) {
            return Self::parse_with(text, messages);
        }
        let as_text = std::str::from_utf8(bytes)
            .map_err(|_| NotRecognized::Binary { bytes: bytes.len() })
            .and_then(|text| Self::parse_with(text, messages));
        // A serialized message can be valid UTF-8, but never valid JSON or base64.
        as_text.or_else(|as_text| {
            wrapped::parse_protobuf(bytes, Source::Protobuf, messages).unwrap_or(Err(as_text))
        })
    }
}
