//! What a decoded Payload is, for people.

use std::fmt;

use crate::encoding::{METADATA_MESSAGE_TYPE, encodings};
use crate::json_text;
use crate::payload::{Payload, Payloads};
use crate::storage_reference::StorageReference;

/// A Payload's value by its `encoding`, and by its looks where the encoding says nothing.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// No value: `binary/null`, or no encoding and no data (how the Swift SDK writes `Void`).
    Null,
    /// JSON text exactly as it is stored; [`json_text::pretty`] lays it out without touching a value.
    Json(String),
    /// Other text.
    Text(String),
    /// The value lies in external storage.
    StorageReference(StorageReference),
    /// A message that holds Payloads again, as Go's `MutableSideEffect` marker does. Each may be encoded again.
    NestedPayloads(Payloads),
    /// A serialized protobuf message.
    Protobuf {
        /// Its full name, where the Payload says it.
        message_type: Option<String>,
        /// Its size in bytes.
        bytes: usize,
    },
    /// Bytes that are no text, or that are still encoded.
    Bytes {
        /// How many there are.
        len: usize,
    },
}

const PAYLOAD: &str = "temporal.api.common.v1.Payload";
const PAYLOADS: &str = "temporal.api.common.v1.Payloads";

impl Content {
    /// Tells what a decoded Payload is. Total: every Payload is something, and data that is not what the encoding says is
    /// text or bytes.
    pub fn of(payload: &Payload) -> Self {
        let encoding = payload.encoding().unwrap_or_default();
        let message_type = payload.metadata_text(METADATA_MESSAGE_TYPE);
        if let Some(reference) = StorageReference::of(payload) {
            return Content::StorageReference(reference);
        }
        if let Some(nested) = nested_payloads(payload, encoding, message_type) {
            return Content::NestedPayloads(nested);
        }
        match encoding {
            encodings::BINARY_NULL | "" if payload.data.is_empty() => Content::Null,
            encodings::BINARY_PROTOBUF => Content::Protobuf {
                message_type: message_type.map(str::to_owned),
                bytes: payload.data.len(),
            },
            // Still encoded: what looks like text in there is chance.
            encodings::BINARY_ENCRYPTED
            | encodings::BINARY_ZLIB
            | encodings::BINARY_GZIP
            | encodings::BINARY_SNAPPY
            | encodings::BINARY_ZSTD => bytes(payload),
            encodings::BINARY_PLAIN => match text(payload) {
                // "123" in bytes is text; only what is built like JSON is shown as JSON.
                Some(text)
                    if text.trim_start().starts_with(['{', '[']) && json_text::is_json(text) =>
                {
                    Content::Json(text.to_owned())
                }
                Some(text) => Content::Text(text.to_owned()),
                None => bytes(payload),
            },
            _ => match std::str::from_utf8(&payload.data) {
                Ok(json) if json_text::is_json(json) => Content::Json(json.to_owned()),
                Ok(_) | Err(_) => text(payload)
                    .map_or_else(|| bytes(payload), |text| Content::Text(text.to_owned())),
            },
        }
    }
}

fn nested_payloads(
    payload: &Payload,
    encoding: &str,
    message_type: Option<&str>,
) -> Option<Payloads> {
    let one = |payload| Payloads {
        payloads: vec![payload],
    };
    match (encoding, message_type?) {
        (encodings::JSON_PROTOBUF, PAYLOADS) => Payloads::from_json(&payload.data).ok(),
        (encodings::JSON_PROTOBUF, PAYLOAD) => Payload::from_json(&payload.data).ok().map(one),
        (encodings::BINARY_PROTOBUF, PAYLOADS) => Payloads::from_proto(payload.data.clone()).ok(),
        (encodings::BINARY_PROTOBUF, PAYLOAD) => {
            Payload::from_proto(payload.data.clone()).ok().map(one)
        }
        _ => None,
    }
}

fn bytes(payload: &Payload) -> Content {
    Content::Bytes {
        len: payload.data.len(),
    }
}

/// The data as text, unless it is empty or has characters that text does not have.
fn text(payload: &Payload) -> Option<&str> {
    let text = std::str::from_utf8(&payload.data).ok()?;
    let readable =
        |character: char| !character.is_control() || matches!(character, '\n' | '\r' | '\t');
    (!text.is_empty() && text.chars().all(readable)).then_some(text)
}

/// Sizes only: a Payload's content must not reach a log by accident.
impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Content::Null => f.write_str("Null"),
            Content::Json(text) => write!(f, "Json({} bytes)", text.len()),
            Content::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Content::StorageReference(reference) => reference.fmt(f),
            Content::NestedPayloads(nested) => {
                write!(f, "NestedPayloads({})", nested.payloads.len())
            }
            Content::Protobuf { bytes, .. } => write!(f, "Protobuf({bytes} bytes)"),
            Content::Bytes { len } => write!(f, "Bytes({len})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::METADATA_ENCODING;
    use bytes::Bytes;

    fn payload(encoding: Option<&str>, message_type: Option<&str>, data: &'static [u8]) -> Payload {
        let mut payload = Payload {
            data: Bytes::from_static(data),
            ..Payload::default()
        };
        for (name, value) in [
            (METADATA_ENCODING, encoding),
            (METADATA_MESSAGE_TYPE, message_type),
        ] {
            if let Some(value) = value {
                payload.metadata.insert(name.to_owned(), value.into());
            }
        }
        payload
    }

    #[track_caller]
    fn check(encoding: &str, data: &'static [u8], expect: &Content) {
        assert_eq!(
            &Content::of(&payload(Some(encoding), None, data)),
            expect,
            "{encoding}"
        );
    }

    #[test]
    fn shows_values_as_their_encoding_says() {
        let json = |text: &str| Content::Json(text.to_owned());
        let text = |text: &str| Content::Text(text.to_owned());
        check(
            "json/plain",
            b"{\"n\":9007199254740993}",
            &json("{\"n\":9007199254740993}"),
        );
        check("json/plain", b"null", &json("null"));
        check("json/plain", b"NaN", &text("NaN"));
        check("json/plain", b"\xff", &Content::Bytes { len: 1 });
        check("json/plain", b"", &Content::Bytes { len: 0 });
        check("binary/null", b"", &Content::Null);
        check("binary/plain", b"123", &text("123"));
        check("binary/plain", b" [1]", &json(" [1]"));
        check("binary/plain", b"\x00\x01", &Content::Bytes { len: 2 });
        check("text/my-greeting-encoding", b"hello", &text("hello"));
        check("binary/encrypted", b"gAAAA", &Content::Bytes { len: 5 });
        assert_eq!(Content::of(&Payload::default()), Content::Null);
        assert_eq!(Content::of(&payload(None, None, b"\"x\"")), json("\"x\""));
    }

    #[test]
    fn shows_messages() {
        let nested =
            br#"{"payloads":[{"metadata":{"encoding":"YmluYXJ5L2VuY3J5cHRlZA=="},"data":"AAEC"}]}"#;
        let nested = Content::of(&payload(Some("json/protobuf"), Some(PAYLOADS), nested));
        assert!(
            matches!(&nested, Content::NestedPayloads(nested) if nested.payloads[0].encoding() == Some("binary/encrypted")),
            "{nested:?}"
        );
        assert_eq!(
            Content::of(&payload(Some("json/protobuf"), Some(PAYLOADS), b"[1]")),
            Content::Json("[1]".to_owned())
        );
        assert_eq!(
            Content::of(&payload(
                Some("binary/protobuf"),
                Some("my.Message"),
                b"\x08\x01"
            )),
            Content::Protobuf {
                message_type: Some("my.Message".to_owned()),
                bytes: 2
            }
        );
        let reference = payload(
            Some("json/protobuf"),
            Some("temporal.api.sdk.v1.ExternalStorageReference"),
            br#"{"driverName":"gcp.gcsdriver"}"#,
        );
        assert!(matches!(
            Content::of(&reference),
            Content::StorageReference(_)
        ));
    }

    #[test]
    fn debug_shows_sizes_and_no_content() {
        let shown = format!(
            "{:?}",
            Content::of(&payload(Some("json/plain"), None, b"\"canary\""))
        );
        assert_eq!(shown, "Json(8 bytes)");
    }
}
