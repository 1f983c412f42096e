//! `temporal.api.common.v1.Payload` and `Payloads`, as protobuf (source: temporalio/api, common/v1/message.proto).
//!
//! Metadata is a `BTreeMap`, so that the same Payload always gives the same bytes. `data` is `Bytes`: reading a Payload
//! out of a decrypted buffer borrows from that buffer instead of copying it.

use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;
use prost::Message;

use crate::encoding::METADATA_ENCODING;

/// One value that an SDK handed to Temporal: its bytes, and metadata that says how to read them.
///
/// `Debug` prints sizes only: a Payload's content must not reach a log by accident.
#[derive(Clone, PartialEq, Eq, Message)]
#[prost(skip_debug)]
pub struct Payload {
    /// How to read `data`; `encoding` names the format. Values are bytes and need not be UTF-8.
    #[prost(btree_map = "string, bytes", tag = "1")]
    pub metadata: BTreeMap<String, Vec<u8>>,
    /// The value itself, in the form that `encoding` names. Empty for `binary/null`.
    #[prost(bytes = "bytes", tag = "2")]
    pub data: Bytes,
    /// Sizes of what was moved to external storage; informational.
    #[prost(message, repeated, tag = "3")]
    pub external_payloads: Vec<ExternalPayloadDetails>,
}

/// What is known about a Payload that lies in external storage.
#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub struct ExternalPayloadDetails {
    /// Size of the stored, serialized Payload in bytes.
    #[prost(int64, tag = "1")]
    pub size_bytes: i64,
}

/// An ordered list of Payloads: the arguments of one call, or the body of a Codec Server request.
#[derive(Clone, PartialEq, Eq, Message)]
#[prost(skip_debug)]
pub struct Payloads {
    /// The Payloads, in the order in which they were sent.
    #[prost(message, repeated, tag = "1")]
    pub payloads: Vec<Payload>,
}

/// The bytes are not a serialized Payload.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a serialized Payload: {reason}")]
pub struct MalformedPayload {
    reason: String,
}

impl Payload {
    /// The `encoding` metadata value, where it is there and is UTF-8.
    pub fn encoding(&self) -> Option<&str> {
        self.metadata_text(METADATA_ENCODING)
    }

    /// A metadata value as text, where it is there and is UTF-8.
    pub fn metadata_text(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.metadata.get(name)?).ok()
    }

    /// The serialized protobuf message; what codecs of the sample family encrypt and compress.
    pub fn to_proto(&self) -> Vec<u8> {
        self.encode_to_vec()
    }

    /// Reads a serialized protobuf message. Unknown fields are skipped; of repeated ones the last wins.
    ///
    /// # Errors
    /// [`MalformedPayload`] where the bytes are not a valid message, or a metadata name is not UTF-8.
    pub fn from_proto(bytes: impl Into<Bytes>) -> Result<Self, MalformedPayload> {
        Self::decode(bytes.into()).map_err(MalformedPayload::from)
    }
}

impl Payloads {
    /// Reads a serialized protobuf message.
    ///
    /// # Errors
    /// [`MalformedPayload`] where the bytes are not a valid message, or a metadata name is not UTF-8.
    pub fn from_proto(bytes: impl Into<Bytes>) -> Result<Self, MalformedPayload> {
        Self::decode(bytes.into()).map_err(MalformedPayload::from)
    }
}

impl From<prost::DecodeError> for MalformedPayload {
    fn from(error: prost::DecodeError) -> Self {
        // prost names the field and the wire type, never the bytes.
        MalformedPayload {
            reason: error.to_string(),
        }
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payload")
            .field("n_metadata", &self.metadata.len())
            .field("data_bytes", &self.data.len())
            .field("external_payloads", &self.external_payloads.len())
            .finish()
    }
}

impl fmt::Debug for Payloads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payloads")
            .field("n_payloads", &self.payloads.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(encoding: &str, data: &'static [u8]) -> Payload {
        Payload {
            metadata: BTreeMap::from([(METADATA_ENCODING.to_owned(), encoding.into())]),
            data: Bytes::from_static(data),
            external_payloads: Vec::new(),
        }
    }

    #[test]
    fn survives_protobuf_with_external_payloads() {
        let mut sent = payload("json/plain", b"{}");
        sent.external_payloads
            .push(ExternalPayloadDetails { size_bytes: 12 });
        assert_eq!(Payload::from_proto(sent.to_proto()), Ok(sent));
    }

    #[test]
    fn reads_data_without_copying_it() {
        let buffer = Bytes::from(payload("binary/plain", &[7; 512]).to_proto());
        let read = Payload::from_proto(buffer.clone()).expect("own output");
        assert!(
            buffer.as_ptr_range().contains(&read.data.as_ptr()),
            "data must borrow from the buffer it was read from"
        );
    }

    #[test]
    fn refuses_a_metadata_name_that_is_not_utf8() {
        let bytes: &[u8] = &[0x0a, 0x06, 0x0a, 0x02, 0xff, 0xfe, 0x12, 0x00];
        assert!(Payload::from_proto(bytes).is_err());
    }

    #[test]
    fn debug_shows_sizes_and_no_content() {
        let shown = format!("{:?}", payload("canary/encoding", b"canary data"));
        assert!(!shown.contains("canary"), "{shown}");
    }
}
