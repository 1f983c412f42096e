//! Payloads as the Web UI's readable export writes them: metadata in plain text, the JSON of the data in its place. Every
//! reader of documents here takes that spelling as well.

use crate::content::Content;
use crate::encoding::encodings;
use crate::json_text::is_json;
use crate::payload::Payload;

impl Payload {
    /// As JSON that people can read, where the data is JSON or nothing; canonical proto3 JSON where it is not, so that no byte
    /// of it is lost. A byte order mark is left out: before JSON a reader may ignore it (RFC 8259 §8.1), within other JSON it is
    /// none.
    pub fn to_readable_json(&self) -> String {
        self.readable().unwrap_or_else(|| self.to_json())
    }

    fn readable(&self) -> Option<String> {
        let encoding = self.encoding()?;
        let data = if encoding == encodings::BINARY_NULL && Content::of(self) == Content::Null {
            "null"
        } else if encoding.starts_with("json/") {
            // A storage reference and nested Payloads are JSON all the same.
            std::str::from_utf8(&self.data)
                .ok()
                .filter(|json| is_json(json))
                .map(|json| json.strip_prefix('\u{feff}').unwrap_or(json))?
        } else {
            return None;
        };
        if !self.external_payloads.is_empty() {
            return None;
        }
        let mut out = String::from(r#"{"metadata":{"#);
        for (at, (name, value)) in self.metadata.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            let value = std::str::from_utf8(value).ok()?;
            out.push_str(&serde_json::to_string(name).ok()?);
            out.push(':');
            out.push_str(&serde_json::to_string(value).ok()?);
        }
        out.push_str(r#"},"data":"#);
        out.push_str(data);
        out.push('}');
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Document, METADATA_ENCODING};
    use bytes::Bytes;

    #[track_caller]
    fn check(encoding: &str, data: &'static [u8], expect: &str) {
        let payload = Payload {
            metadata: [(METADATA_ENCODING.to_owned(), encoding.into())].into(),
            data: Bytes::from_static(data),
            ..Payload::default()
        };
        let readable = payload.to_readable_json();
        assert_eq!(readable, expect);
        let document =
            Document::parse(format!(r#"{{"payloads":[{readable}]}}"#)).expect("a document");
        let back = document.payload(&document.slots()[0]).expect("a Payload");
        assert!(back == payload, "{expect} is read back as something else");
    }

    #[test]
    fn json_stands_in_its_place_and_is_read_back() {
        check(
            "json/plain",
            br#"{"n":9007199254740993}"#,
            r#"{"metadata":{"encoding":"json/plain"},"data":{"n":9007199254740993}}"#,
        );
        check(
            "json/plain",
            br#""text""#,
            r#"{"metadata":{"encoding":"json/plain"},"data":"text"}"#,
        );
        check(
            "json/protobuf",
            b"{}",
            r#"{"metadata":{"encoding":"json/protobuf"},"data":{}}"#,
        );
        check(
            "json/plain",
            b"null",
            r#"{"metadata":{"encoding":"json/plain"},"data":null}"#,
        );
        check(
            "binary/null",
            b"",
            r#"{"metadata":{"encoding":"binary/null"},"data":null}"#,
        );
    }

    #[test]
    fn a_byte_order_mark_before_json_is_left_out() {
        let payload = Payload {
            metadata: [(METADATA_ENCODING.to_owned(), "json/plain".into())].into(),
            data: Bytes::from_static(b"\xef\xbb\xbf{}"),
            ..Payload::default()
        };
        let expect = r#"{"metadata":{"encoding":"json/plain"},"data":{}}"#;
        assert_eq!(payload.to_readable_json(), expect);
    }

    #[test]
    fn what_is_no_json_keeps_its_bytes() {
        check(
            "binary/plain",
            b"\x00\xff",
            r#"{"metadata":{"encoding":"YmluYXJ5L3BsYWlu"},"data":"AP8="}"#,
        );
        check(
            "json/plain",
            b"{broken",
            r#"{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"e2Jyb2tlbg=="}"#,
        );
        check(
            "binary/encrypted",
            b"{}",
            r#"{"metadata":{"encoding":"YmluYXJ5L2VuY3J5cHRlZA=="},"data":"e30="}"#,
        );
    }
}
