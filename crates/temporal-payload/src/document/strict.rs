//! A document as it stands, with nothing around it: JSON, base64 of a message or of JSON, a serialized message.
//!
//! Every way to bytes ends here, so that what is read of protobuf is read wherever it stands.

use super::data_alone;
use super::decoded;
use super::indexed::Document;
use super::kind::{Reading, Source};
use super::not_recognized::{NotRecognized, check_size};
use super::wrapped;

/// A text; given back where it is no document.
pub(super) fn text(text: String, reading: Reading) -> Result<Document, (NotRecognized, String)> {
    if let Err(error) = check_size(text.len()) {
        return Err((error, text));
    }
    let start = text.trim_start_matches('\u{feff}').trim_start();
    match start.bytes().next() {
        None => Err((NotRecognized::Empty, text)),
        Some(b'{' | b'[') => data_alone::read(Document::index(text, None)?, reading),
        Some(_) => wrapped::parse_base64(&text, reading).map_err(|error| (error, text)),
    }
}

/// Text in UTF-8 or UTF-16, or a serialized message. Where it is no document, with its text, where it is one.
pub(super) fn bytes(
    bytes: &[u8],
    source: Source,
    reading: Reading,
) -> Result<Document, (NotRecognized, Option<String>)> {
    check_size(bytes.len()).map_err(|error| (error, None))?;
    if let Some(utf16) = wrapped::utf16(bytes) {
        return text(utf16, reading).map_err(|(error, text)| (error, Some(text)));
    }
    let as_text = match std::str::from_utf8(bytes) {
        Ok(utf8) => text(utf8.to_owned(), reading).map_err(|(error, text)| (error, Some(text))),
        Err(_) => Err((NotRecognized::Binary { bytes: bytes.len() }, None)),
    };
    // A serialized message can be valid UTF-8, but never valid JSON or base64.
    as_text.or_else(
        |as_text| match decoded::parse_protobuf(bytes, source, reading) {
            Some(document) => document.map_err(|error| (error, None)),
            None => Err(as_text),
        },
    )
}
