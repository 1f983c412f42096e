//! Documents that do not come as JSON: base64 text, UTF-16 files.

use crate::base64;
use crate::json_string::unescape;
use crate::text_place::TextPlace;

use super::data_alone;
use super::decoded::{MIN_BASE64, decoded};
use super::indexed::Document;
use super::kind::Reading;
use super::not_recognized::{LooksLike, NotRecognized};

/// Reads base64, with or without quotes and line breaks, of a serialized message or of JSON. `whole` is the text as it came.
pub(super) fn parse_base64(whole: &str, reading: Reading) -> Result<Document, NotRecognized> {
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
        if let Some(found) = data_alone::lines(text, reading) {
            return found;
        }
        let fault = base64::fault(text).filter(|_| base64::is_meant(text));
        return Err(fault.map_or(NotRecognized::Text, |(at, fault)| {
            NotRecognized::InvalidBase64 {
                place: TextPlace::of(whole, start + at),
                fault,
            }
        }));
    };
    drop(compact);
    decoded(&bytes, reading)?.or_else(|looks_like| {
        if reading.as_data && looks_like != LooksLike::Json {
            return data_alone::labelled(&[bytes.as_slice()]);
        }
        Err(NotRecognized::Base64 {
            bytes: bytes.len(),
            looks_like,
        })
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
