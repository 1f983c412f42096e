//! Documents that people paste, drop or pipe: which of Temporal's JSON or protobuf forms it is, where its Payloads stand, and
//! the same document with some of them replaced.
//!
//! The text is kept as it came and indexed in one pass; Payloads are read one by one, when asked for. A document of 50 MB
//! costs its own bytes plus a few per Payload.

mod frame;
mod index;
mod names;
mod not_recognized;
mod paths;
mod readable;
mod spelling;
mod wrapped;

use std::fmt;

use crate::payload::Payload;
use crate::slots::{Slot, UnreadablePayload};

pub(crate) use frame::Event;
pub use not_recognized::{CAN_BE_PASTED, LooksLike, NotRecognized};

/// Bytes that a document may have.
pub const MAX_DOCUMENT_BYTES: usize = 256 << 20;

/// What kind of document it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Events of a Workflow Execution, whole or in part, down to one `HistoryEvent`.
    History,
    /// `{"payloads":[…]}`, the body of a Codec Server request or answer.
    Payloads,
    /// One Payload.
    Payload,
    /// A list of Payloads without a name around it.
    PayloadList,
    /// Names with a Payload each: a Memo, a Header, Search Attributes.
    PayloadMap,
    /// A Failure.
    Failure,
    /// Other JSON that holds Payloads: the answer to a describe, a pending Activity, a schedule.
    Json,
}

/// In what form it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// JSON text.
    Json,
    /// Several JSON values in a row.
    JsonLines,
    /// Base64 of a serialized message or of JSON; [`Document::text`] is its JSON.
    Base64,
    /// A serialized protobuf message; [`Document::text`] is its JSON.
    Protobuf,
}

/// A recognized document, its text, and where its Payloads stand.
#[derive(Clone)]
pub struct Document {
    text: String,
    kind: Kind,
    source: Source,
    slots: Vec<Slot>,
    events: Vec<Event>,
}

impl Document {
    /// Recognizes pasted text: JSON in every shape that Temporal's CLI, Web UI and SDKs write, or base64 of one.
    ///
    /// # Errors
    /// [`NotRecognized`] says what the text looked like instead.
    pub fn parse(text: impl Into<String>) -> Result<Self, NotRecognized> {
        let text = text.into();
        check_size(text.len())?;
        let start = text.trim_start_matches('\u{feff}').trim_start();
        match start.bytes().next() {
            None => Err(NotRecognized::Empty),
            Some(b'{' | b'[') => Self::from_json(text, None),
            Some(_) => wrapped::parse_base64(start.trim_end()),
        }
    }

    /// Recognizes a file: text as in [`Document::parse`] (UTF-8, or UTF-16 with a byte order mark, as PowerShell writes
    /// it), or a serialized Payload or Payloads message.
    ///
    /// # Errors
    /// [`NotRecognized`] says what the bytes looked like instead.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotRecognized> {
        check_size(bytes.len())?;
        if let Some(text) = wrapped::utf16(bytes) {
            return Self::parse(text);
        }
        let as_text = std::str::from_utf8(bytes)
            .map_err(|_| NotRecognized::Binary { bytes: bytes.len() })
            .and_then(Self::parse);
        // A serialized message can be valid UTF-8, but never valid JSON or base64.
        as_text.or_else(|as_text| {
            wrapped::parse_protobuf(bytes, Source::Protobuf).unwrap_or(Err(as_text))
        })
    }

    /// Indexes JSON text; `source` where it is not simply the text that was given.
    fn from_json(text: String, source: Option<Source>) -> Result<Self, NotRecognized> {
        check_size(text.len())?;
        let index =
            index::index(&text).map_err(|error| NotRecognized::from_index(&error, &text))?;
        let kind = index.kind.ok_or(NotRecognized::NoPayloads)?;
        let several = if index.n_roots > 1 {
            Source::JsonLines
        } else {
            Source::Json
        };
        Ok(Document {
            text,
            kind,
            source: source.unwrap_or(several),
            slots: index.slots,
            events: index.events,
        })
    }

    /// Which kind it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// In what form it came.
    pub fn source(&self) -> Source {
        self.source
    }

    /// The document as JSON text: exactly what was given, unless it came as base64 or protobuf.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its Payloads' places, in the order of the text. They never overlap.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Reads the Payload in a slot of this document.
    ///
    /// # Errors
    /// [`UnreadablePayload`] where the JSON there is not a Payload after all, such as data that is not base64.
    pub fn payload(&self, slot: &Slot) -> Result<Payload, UnreadablePayload> {
        let at = slot.span.start;
        let json = self
            .text
            .get(slot.span.clone())
            .ok_or_else(|| UnreadablePayload::new(at, &"there is no such slot"))?;
        readable::read(json, slot.spelling).map_err(|reason| UnreadablePayload::new(at, &reason))
    }

    /// The document's text with the Payloads that `replace` returns in place of the old ones, as canonical proto3 JSON.
    /// Where it returns `None`, and outside of Payloads, every byte stays as it is.
    pub fn with_payloads(
        &self,
        mut replace: impl FnMut(&Slot, Result<Payload, UnreadablePayload>) -> Option<Payload>,
    ) -> String {
        let mut out = String::with_capacity(self.text.len());
        let mut copied = 0;
        for slot in &self.slots {
            if let Some(payload) = replace(slot, self.payload(slot)) {
                out.push_str(&self.text[copied..slot.span.start]);
                out.push_str(&payload.to_json());
                copied = slot.span.end;
            }
        }
        out.push_str(&self.text[copied..]);
        out
    }

    pub(crate) fn events(&self) -> &[Event] {
        &self.events
    }
}

fn check_size(bytes: usize) -> Result<(), NotRecognized> {
    if bytes > MAX_DOCUMENT_BYTES {
        return Err(NotRecognized::TooLarge { bytes });
    }
    Ok(())
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::History => "Event History",
            Kind::Payloads => "Payloads",
            Kind::Payload => "Payload",
            Kind::PayloadList => "list of Payloads",
            Kind::PayloadMap => "map of Payloads",
            Kind::Failure => "Failure",
            Kind::Json => "JSON with Payloads",
        })
    }
}

/// Sizes only: a document's content must not reach a log by accident.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("kind", &self.kind)
            .field("source", &self.source)
            .field("bytes", &self.text.len())
            .field("n_slots", &self.slots.len())
            .field("n_events", &self.events.len())
            .finish()
    }
}
