//! Documents that do not come as JSON: base64 text, serialized protobuf messages, UTF-16 files.

use bytes::Bytes;

use crate::base64;
use crate::encoding::METADATA_ENCODING;
use crate::json::write_payloads_json;
use crate::json_string::unescape;
use crate::json_text;
use crate::payload::{Payload, Payloads};
use crate::text_place::TextPlace;

use super::indexed::Document;
use super::kind::{ReadMessage, Source};
use super::not_recognized::{LooksLike, NotRecognized};

/// Shorter texts are words that happen to be base64; the smallest serialized Payload with an encoding is longer.
const MIN_BASE64: usize = 16;

/// Reads base64, with or without quotes and line breaks, of a serialized message or of JSON. `whole` is the text as it came.
pub(super) fn parse_base64(whole: &str, messages: ReadMessage) -> Result<Document, NotRecognized> {
    let text = whole.trim_start_matches('\u{feff}').trim_start();
    let start = whole.len() - text.len();
    let text = text.trim_end();
    let unquoted = if text.starts_with('"') {
        unescape(text)
    } else {
        text.into()
    };
    let compact: String = unquoted
        .chars()
        .filter(|character| !character.is_ascii_whitespace())
        .collect();
    if compact.len() < MIN_BASE64 {
        return Err(NotRecognized::Text);
    }
    let Some(bytes) = base64::decode(&compact) else {
        let fault = base64::fault(text).filter(|_| base64::is_meant(text));
        return Err(fault.map_or(NotRecognized::Text, |(at, fault)| {
            NotRecognized::InvalidBase64 {
                place: TextPlace::of(whole, start + at),
                fault,
            }
        }));
    };
    drop(compact);
    let n_bytes = bytes.len();
    let bytes = Bytes::from(bytes);
    if let Some(document) = parse_protobuf(&bytes, Source::Base64, messages) {
        return document;
    }
    let not_recognized = |looks_like| NotRecognized::Base64 {
        bytes: n_bytes,
        looks_like,
    };
    let Ok(inner) = std::str::from_utf8(&bytes) else {
        return Err(not_recognized(LooksLike::Bytes));
    };
    if inner.trim_start().starts_with(['{', '[']) {
        return Document::from_json(inner.to_owned(), Some(Source::Base64)).map_err(|_| {
            not_recognized(if json_text::is_json(inner) {
                LooksLike::Json
            } else {
                LooksLike::Text
            })
        });
    }
    Err(not_recognized(if json_text::is_json(inner) {
        LooksLike::Json
    } else if inner
        .chars()
        .any(|character| character.is_control() && !character.is_whitespace())
    {
        LooksLike::Bytes
    } else {
        LooksLike::Text
    }))
}

/// Reads a serialized Payload or Payloads message, or one that `messages` reads; `None` where the bytes are none of these.
///
/// Any bytes may happen to parse, so a message counts only if a Payload in it names its encoding, in a way that people could
/// have written.
pub(super) fn parse_protobuf(
    bytes: &[u8],
    source: Source,
    messages: ReadMessage,
) -> Option<Result<Document, NotRecognized>> {
    if let Some(payloads) = parse_payloads(bytes, source) {
        return Some(payloads);
    }
    let read = messages(bytes)?;
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

/// The text of UTF-16 bytes that begin with a byte order mark.
pub(super) fn utf16(bytes: &[u8]) -> Option<String> {
    let decode: fn([u8; 2]) -> u16 = match bytes.get(..2)? {
        [0xff, 0xfe] => u16::from_le_bytes,
        [0xfe, 0xff] => u16::from_be_bytes,
        _ => return None,
    };
    let (units, rest) = bytes[2..].as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    char::decode_utf16(units.iter().map(|unit| decode(*unit)))
        .collect::<Result<String, _>>()
        .ok()
}
