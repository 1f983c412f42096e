//! Slots: the places in a document where a Payload stands.

use std::fmt;
use std::ops::Range;

use crate::lists::Lists;

/// One Payload's place in a [`Document`](crate::Document). It belongs to the document that gave it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// JSON Pointer (RFC 6901) to the Payload. In JSON Lines the first segment is the index of the line's value.
    pub pointer: String,
    /// The bytes of the Payload's JSON in the document's text.
    pub span: Range<usize>,
    /// Whether codecs may touch it.
    pub role: Role,
    /// Index of the `HistoryEvent` that holds it (a row of [`history::rows`](crate::history::rows)), in an Event History.
    pub event: Option<usize>,
    pub(crate) spelling: Spelling,
    /// Which containers around it are lists.
    pub(crate) lists: Lists,
}

/// What a Payload is to codecs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// A Payload that a Payload Codec may have encoded.
    Payload,
    /// A Search Attribute: the server indexes it, so it is never encoded.
    SearchAttribute,
}

/// How the Payload's JSON is spelled: proto3 JSON, or the Web UI's "readable" export (plain metadata, inline data).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spelling {
    /// Metadata values are the text itself, not base64.
    pub(crate) plain_metadata: bool,
    /// `data` is the JSON value itself, not base64.
    pub(crate) inline_data: bool,
}

impl Spelling {
    /// Proto3 JSON.
    pub(crate) const CANONICAL: Spelling = Spelling {
        plain_metadata: false,
        inline_data: false,
    };
}

impl Slot {
    /// Whether this is a Failure's `encodedAttributes`: message and stack trace, which the Failure Converter put there.
    pub fn is_encoded_attributes(&self) -> bool {
        matches!(
            self.pointer.rsplit_once('/'),
            Some((_, "encodedAttributes" | "encoded_attributes"))
        )
    }
}

/// A slot's JSON is not a Payload. The message names a place and a reason, never the content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the Payload at byte {at} cannot be read: {reason}")]
pub struct UnreadablePayload {
    /// Where its JSON begins in the document's text, in bytes.
    pub at: usize,
    pub(crate) reason: String,
}

impl UnreadablePayload {
    pub(crate) fn new(at: usize, reason: &impl fmt::Display) -> Self {
        UnreadablePayload {
            at,
            reason: reason.to_string(),
        }
    }
}
