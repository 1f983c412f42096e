//! What bytes hold that stood in base64 or in a file: a serialized Payload or Payloads message, one that somebody else knows, or JSON.

use bytes::Bytes;

use crate::encoding::METADATA_ENCODING;
use crate::json_text;
use crate::json_write::write_payloads_json;
use crate::payload::{Payload, Payloads};

use super::indexed::Document;
use super::kind::{Reading, Source};
use super::not_recognized::{LooksLike, NotRecognized};

/// Shorter texts are words that happen to be base64; the smallest serialized Payload with an encoding is longer.
pub(super) const MIN_BASE64: usize = 16;

/// What the bytes hold that base64 stands for: a serialized message, or JSON. `Ok(Err(…))` says what they look like instead.
pub(super) fn decoded(
    bytes: &[u8],
    reading: Reading,
) -> Result<Result<Document, LooksLike>, NotRecognized> {
    if let Some(document) = parse_protobuf(bytes, Source::Base64, reading) {
        return document.map(Ok);
    }
    let Ok(inner) = std::str::from_utf8(bytes) else {
        return Ok(Err(LooksLike::Bytes));
    };
    let is_json = || match json_text::is_json(inner) {
        true => LooksLike::Json,
        false => LooksLike::Text,
    };
    if inner.trim_start().starts_with(['{', '[']) {
        let document = Document::from_json(inner.to_owned(), Some(Source::Base64));
        return Ok(document.map_err(|_| is_json()));
    }
    let has_controls = inner
        .chars()
        .any(|character| character.is_control() && !character.is_whitespace());
    let kind = is_json();
    Ok(Err(if has_controls && kind == LooksLike::Text {
        LooksLike::Bytes
    } else {
        kind
    }))
}

/// Reads a serialized Payload or Payloads message, or one that `reading` knows; `None` where the bytes are none of these.
///
/// Any bytes may happen to parse, so a message counts only if a Payload in it names its encoding, in a way that people could
/// have written.
pub(super) fn parse_protobuf(
    bytes: &[u8],
    source: Source,
    reading: Reading,
) -> Option<Result<Document, NotRecognized>> {
    if let Some(payloads) = parse_payloads(bytes, source) {
        return Some(payloads);
    }
    let read = (reading.messages)(bytes)?;
    Some(Document::from_message(read, source))
}

fn parse_payloads(bytes: &[u8], source: Source) -> Option<Result<Document, NotRecognized>> {
    let bytes = Bytes::copy_from_slice(bytes);
    if let Ok(payload) = Payload::from_proto(bytes.clone())
        && names_its_encoding(&payload)
    {
        return Some(Document::from_json(payload.to_json(), Some(source)));
    }
    let payloads = Payloads::from_proto(bytes).ok()?.payloads;
    if payloads.is_empty() || !payloads.iter().all(names_its_encoding) {
        return None;
    }
    let mut json = Vec::new();
    write_payloads_json(&payloads, &mut json);
    let json = String::from_utf8(json).expect("a JSON writer for Payloads writes UTF-8");
    Some(Document::from_json(json, Some(source)))
}

fn names_its_encoding(payload: &Payload) -> bool {
    payload
        .metadata_text(METADATA_ENCODING)
        .is_some_and(|encoding| {
            !encoding.is_empty() && encoding.bytes().all(|byte| byte.is_ascii_graphic())
        })
}
