//! One Payload: decoded by whoever asks, redacted by its data's kind, or left out.

use bytes::Bytes;
use temporal_payload::json_text::is_json;
use temporal_payload::{
    Content, METADATA_ENCODING, METADATA_MESSAGE_TYPE, Payload, UnreadablePayload, encodings,
};

use crate::pass::{At, MAX_NESTED, Pass, Unread};

/// What stands in the place of a Payload that could not be looked into.
const LEFT_OUT: &str = r#""[LEFT OUT]""#;

impl Pass<'_> {
    /// What stands in the place of a Payload; `is_meant` where a rule means all of it.
    pub(crate) fn payload(
        &mut self,
        sent: Result<Payload, UnreadablePayload>,
        is_meant: bool,
        nested: u8,
    ) -> Payload {
        let sent = match sent {
            Ok(sent) => sent,
            Err(_) => return self.left_out("it is no Payload that can be read"),
        };
        let at = At {
            slot: self.slot,
            is_nested: nested > 0,
        };
        let decoded = match (self.decode)(at, sent) {
            Ok(decoded) => decoded,
            Err(why) => return self.left_out(&why),
        };
        if is_meant || self.rules.everything {
            return self.without_value(&decoded);
        }
        match self.data(&decoded, nested) {
            Ok(data) => Payload {
                metadata: self.metadata(decoded.metadata),
                data: data.map_or(decoded.data, Bytes::from),
                external_payloads: decoded.external_payloads,
            },
            Err(why) => self.left_out(why),
        }
    }

    /// A Payload in somebody's JSON, whose text there is `text`.
    pub(crate) fn embedded_payload(
        &mut self,
        sent: Result<Payload, UnreadablePayload>,
        text: &str,
        nested: u8,
    ) -> String {
        if nested == MAX_NESTED {
            return self
                .left_out("it lies too deep in other Payloads")
                .to_readable_json();
        }
        let before = sent.as_ref().ok().cloned();
        let redacted = self.payload(sent, false, nested + 1);
        if before.as_ref() == Some(&redacted) {
            return text.to_owned();
        }
        redacted.to_readable_json()
    }

    /// The data with marks in it, `None` where it stays, or why it cannot be looked into.
    fn data(&mut self, decoded: &Payload, nested: u8) -> Result<Option<String>, &'static str> {
        let start = self.start();
        let mut json = |json: &str| {
            let put = self.json(json, &start, nested);
            put.map(Some)
                .map_err(|Unread| "its JSON is too large or too deep")
        };
        match Content::of(decoded) {
            Content::Null => Ok(None),
            Content::Json(text) => json(&text),
            Content::NestedPayloads(_) | Content::StorageReference(_) | Content::Text(_) => {
                match std::str::from_utf8(&decoded.data) {
                    Ok(text) if is_json(text) => json(text),
                    Ok(text) if self.rules.are_of_values_alone() => Ok(self.text(text)),
                    Ok(_) => Err("it is no JSON, so no rule about names and paths can be asked"),
                    Err(_) => Err("it is a message in bytes, which no rule can be asked about"),
                }
            }
            Content::Protobuf { .. } | Content::Bytes { .. } if decoded.data.is_empty() => Ok(None),
            Content::Protobuf { .. } => {
                Err("it is a message in bytes, which no rule can be asked about")
            }
            Content::Bytes { .. } => Err("it is bytes, which no rule can be asked about"),
        }
    }

    fn metadata(&mut self, sent: Metadata) -> Metadata {
        let mut metadata = Metadata::new();
        for (name, value) in sent {
            let is_format = [METADATA_ENCODING, METADATA_MESSAGE_TYPE].contains(&name.as_str());
            let put = match std::str::from_utf8(&value) {
                _ if is_format => None,
                _ if self.rules.means_key(&name) => Some(self.marked(&value)),
                Ok(text) => self.text(text),
                Err(_) => Some(self.marked(&value)),
            };
            let name = self.text(&name).unwrap_or(name);
            metadata.insert(name, put.map_or(value, String::into_bytes));
        }
        metadata
    }

    /// Nothing but marks, under the names that the metadata has.
    fn without_value(&mut self, decoded: &Payload) -> Payload {
        let is_null = decoded.data.is_empty() && Content::of(decoded) == Content::Null;
        let mut metadata = Metadata::new();
        for (name, value) in &decoded.metadata {
            if name != METADATA_ENCODING {
                let name = self.text(name).unwrap_or_else(|| name.clone());
                metadata.insert(name, self.marked(value).into_bytes());
            }
        }
        let (encoding, data) = if is_null {
            (encodings::BINARY_NULL, Bytes::new())
        } else {
            let mark = match std::str::from_utf8(&decoded.data) {
                Ok(text) if is_json(text) => self.marked_json(text),
                _ => format!("\"{}\"", self.marked(&decoded.data)),
            };
            (encodings::JSON_PLAIN, mark.into())
        };
        metadata.insert(METADATA_ENCODING.to_owned(), encoding.into());
        Payload {
            metadata,
            data,
            external_payloads: Vec::new(),
        }
    }

    pub(crate) fn left_out(&mut self, why: &str) -> Payload {
        self.report.leave_out(&self.pointer, why);
        Payload {
            metadata: [(METADATA_ENCODING.to_owned(), encodings::JSON_PLAIN.into())].into(),
            data: Bytes::from_static(LEFT_OUT.as_bytes()),
            external_payloads: Vec::new(),
        }
    }
}

type Metadata = std::collections::BTreeMap<String, Vec<u8>>;
