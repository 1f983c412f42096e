//! `temporal.api.common.v1.Payload` and `Payloads`, as protobuf (source: temporalio/api, common/v1/message.proto).
//!
//! Metadata is a `BTreeMap`, so that the same Payload always gives the same bytes. `data` is `Bytes`: reading a Payload
//! out of a decrypted buffer borrows from that buffer instead of copying it.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use bytes::Bytes;
use prost::Message;
use prost::encoding::{DecodeContext, decode_key, skip_field};

use crate::encoding::METADATA_ENCODING;
use crate::proto_usual::{parts, read_usual};

/// Entries of metadata that a Payload has at most. Real ones have two to ten; millions would take a hundred times their bytes.
pub const MAX_METADATA: usize = 1024;

/// External payloads that a Payload describes at most; real ones describe one.
pub const MAX_EXTERNAL_PAYLOADS: usize = 1 << 16;

/// Says that [`MAX_METADATA`] is passed.
pub(crate) const TOO_MUCH_METADATA: &str = "a Payload has more than 1024 metadata entries";

/// Says that [`MAX_EXTERNAL_PAYLOADS`] is passed.
pub(crate) const TOO_MANY_EXTERNAL_PAYLOADS: &str =
    "a Payload describes more than 65536 external payloads";

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

    /// Whether the `encoding` is this one. Compared as bytes: codecs ask it of every layer.
    pub fn has_encoding(&self, encoding: &str) -> bool {
        let found = self.metadata.get(METADATA_ENCODING);
        found.is_some_and(|found| found == encoding.as_bytes())
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
    /// [`MalformedPayload`] where the bytes are not a valid message, a metadata name is not UTF-8, or there are more than
    /// [`MAX_METADATA`] entries of metadata or [`MAX_EXTERNAL_PAYLOADS`].
    pub fn from_proto(bytes: impl Into<Bytes>) -> Result<Self, MalformedPayload> {
        let bytes = bytes.into();
        match Self::usual(&bytes) {
            Some(usual) => Ok(usual),
            None => Self::unusual(bytes),
        }
    }

    /// By the general reader.
    fn unusual(bytes: Bytes) -> Result<Self, MalformedPayload> {
        // An entry takes two bytes and becomes a hundred, so they are counted before they are made.
        if bytes.len() > 2 * MAX_METADATA {
            let (n_metadata, n_external) = n_entries(&bytes);
            let reason = match () {
                () if n_metadata > MAX_METADATA => TOO_MUCH_METADATA,
                () if n_external > MAX_EXTERNAL_PAYLOADS => TOO_MANY_EXTERNAL_PAYLOADS,
                () => return Self::decode(bytes).map_err(MalformedPayload::from),
            };
            return Err(MalformedPayload {
                reason: reason.to_owned(),
            });
        }
        Self::decode(bytes).map_err(MalformedPayload::from)
    }

    /// As [`Payload::from_proto`], for what a codec found inside another Payload. Readers of protobuf skip fields that they do
    /// not know, so other bytes (a JSON text) may read as an empty Payload, and would be lost: where nothing says that it is a
    /// Payload, all of it must be one.
    ///
    /// # Errors
    /// As [`Payload::from_proto`], and where bytes were skipped and there is no `encoding`.
    pub fn from_inner_proto(bytes: impl Into<Bytes>) -> Result<Self, MalformedPayload> {
        let bytes = bytes.into();
        if let Some(usual) = Self::usual(&bytes) {
            return Ok(usual);
        }
        let payload = Self::unusual(bytes.clone())?;
        if payload.metadata.contains_key(METADATA_ENCODING) || has_only_known_fields(&bytes) {
            Ok(payload)
        } else {
            Err(MalformedPayload {
                reason: "it has fields that no Payload has, and no encoding".to_owned(),
            })
        }
    }
}

impl Payload {
    /// Where the data are in a serialized Payload, and where its metadata end, which begin at 0: `(metadata, data)`. `None` where
    /// metadata do not come first and data last, as nearly always. Together with what [`Payload::from_inner_proto`] makes of the
    /// metadata alone that is what it makes of the whole.
    pub fn usual_parts(bytes: &[u8]) -> Option<(usize, Range<usize>)> {
        parts(bytes)
    }

    /// From the bytes that nearly every Payload has.
    fn usual(bytes: &Bytes) -> Option<Self> {
        let mut payload = Payload::default();
        match read_usual(bytes, MAX_METADATA, &mut payload.metadata) {
            Some(data) => Some(Payload { data, ..payload }),
            None => {
                wipe_metadata(&mut payload.metadata);
                None
            }
        }
    }
}

/// Overwrites the values of metadata that are not needed any more.
pub(crate) fn wipe_metadata(metadata: &mut BTreeMap<String, Vec<u8>>) {
    for value in metadata.values_mut() {
        value.fill(0);
        // Somebody may read the zeros, so they must be written.
        std::hint::black_box(value);
    }
}

/// How many entries of metadata and of external payloads there are, as far as the bytes are protobuf.
fn n_entries(mut bytes: &[u8]) -> (usize, usize) {
    let (mut n_metadata, mut n_external) = (0, 0);
    while let Ok((tag, wire_type)) = decode_key(&mut bytes) {
        match tag {
            1 => n_metadata += 1,
            3 => n_external += 1,
            _ => {}
        }
        if skip_field(wire_type, tag, &mut bytes, DecodeContext::default()).is_err() {
            break;
        }
    }
    (n_metadata, n_external)
}

/// Whether nothing is there that readers of a Payload skip.
fn has_only_known_fields(mut bytes: &[u8]) -> bool {
    while !bytes.is_empty() {
        let field = decode_key(&mut bytes)
            .ok()
            .filter(|(tag, _)| (1..=3).contains(tag));
        let skipped = field.is_some_and(|(tag, wire_type)| {
            skip_field(wire_type, tag, &mut bytes, DecodeContext::default()).is_ok()
        });
        if !skipped {
            return false;
        }
    }
    true
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
    fn more_metadata_than_anyone_writes_is_refused_before_it_is_made() {
        let sent = |n: usize| {
            let entries = (0..n).flat_map(|n| {
                let name = n.to_string();
                let len = u8::try_from(name.len()).expect("a few digits");
                let mut entry = vec![0x0a, len + 2, 0x0a, len];
                entry.extend(name.into_bytes());
                entry
            });
            Payload::from_proto(entries.collect::<Vec<u8>>())
        };
        assert_eq!(
            sent(MAX_METADATA).map(|read| read.metadata.len()),
            Ok(MAX_METADATA)
        );
        let error = sent(MAX_METADATA + 1).expect_err("one more");
        assert!(error.to_string().contains("1024"), "{error}");
        let external = [0x1a, 0].repeat(MAX_EXTERNAL_PAYLOADS + 1);
        assert!(Payload::from_proto(external).is_err());
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
    fn other_bytes_inside_do_not_pass_for_an_empty_payload() {
        // Field 4, four bytes.
        let unknown = [0x25, 1, 2, 3, 4];
        assert_eq!(
            Payload::from_proto(unknown.to_vec()),
            Ok(Payload::default())
        );
        assert!(Payload::from_inner_proto(unknown.to_vec()).is_err());
        assert_eq!(
            Payload::from_inner_proto(Vec::new()),
            Ok(Payload::default())
        );
        // A length in more bytes than it takes is odd, and nothing is skipped.
        let overlong = Payload::from_inner_proto(vec![0x12, 0x81, 0x80, 0, b'a']);
        assert_eq!(
            overlong.map(|payload| payload.data),
            Ok(Bytes::from_static(b"a"))
        );
        // A newer field beside an encoding is a newer Payload.
        let mut newer = Payload {
            metadata: [(METADATA_ENCODING.to_owned(), b"json/plain".to_vec())].into(),
            ..Payload::default()
        }
        .encode_to_vec();
        newer.extend(unknown);
        assert!(Payload::from_inner_proto(newer).is_ok());
    }

    #[test]
    fn debug_shows_sizes_and_no_content() {
        let shown = format!("{:?}", payload("canary/encoding", b"canary data"));
        assert!(!shown.contains("canary"), "{shown}");
    }
}
