//! A document's text and where its Payloads stand in it. The text is kept as it came; Payloads are read when asked for.

use std::fmt;

use crate::payload::Payload;
use crate::slots::{Slot, UnreadablePayload};

use super::frame::Event;
use super::index;
use super::kind::{FromMessage, Kind, MessageText, Source};
use super::not_recognized::{NotRecognized, check_size};
use super::readable;
use super::wrapping::Wrapping;

/// A recognized document, its text, and where its Payloads stand.
#[derive(Clone)]
pub struct Document {
    text: String,
    kind: Kind,
    source: Source,
    wrappings: Vec<Wrapping>,
    slots: Vec<Slot>,
    events: Vec<Event>,
    from_message: Option<FromMessage>,
}

impl Document {
    /// Indexes the JSON of a serialized message.
    pub(super) fn from_message(read: MessageText, source: Source) -> Result<Self, NotRecognized> {
        let document = Self::from_json(read.text, Some(source))?;
        Ok(Document {
            from_message: Some(FromMessage {
                name: read.message,
                n_unknown: read.n_unknown,
            }),
            ..document
        })
    }

    /// Which message it was read from, where it came as a serialized message other than Payloads.
    pub fn message(&self) -> Option<&FromMessage> {
        self.from_message.as_ref()
    }

    /// Indexes JSON text; `source` where it is not simply the text that was given.
    pub(crate) fn from_json(text: String, source: Option<Source>) -> Result<Self, NotRecognized> {
        Self::index(text, source).map_err(|(error, _)| error)
    }

    /// As [`Document::from_json`]; gives the text back where it is no document.
    pub(super) fn index(
        text: String,
        source: Option<Source>,
    ) -> Result<Self, (NotRecognized, String)> {
        let index = check_size(text.len()).and_then(|()| {
            index::index(&text).map_err(|error| NotRecognized::from_index(&error, &text))
        });
        let index = match index {
            Ok(index) => index,
            Err(error) => return Err((error, text)),
        };
        let Some(kind) = index.kind else {
            return Err((NotRecognized::NoPayloads, text));
        };
        let several = if index.n_roots > 1 {
            Source::JsonLines
        } else {
            Source::Json
        };
        Ok(Document {
            text,
            kind,
            source: source.unwrap_or(several),
            wrappings: Vec::new(),
            slots: index.slots,
            events: index.events,
            from_message: None,
        })
    }

    /// Notes that it came inside of this, around what is noted already.
    pub(crate) fn wrap(&mut self, wrapping: Wrapping) {
        if self.wrappings.first() != Some(&wrapping) {
            self.wrappings.insert(0, wrapping);
        }
    }

    /// What it was taken out of, outermost first; nothing, where it was recognized as it stands.
    pub fn wrappings(&self) -> &[Wrapping] {
        &self.wrappings
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
        self.with_payload_texts(|slot, payload| {
            replace(slot, payload).map(|payload| payload.to_json())
        })
    }

    /// As [`Document::with_payloads`], with Payloads that `replace` wrote as JSON itself.
    pub fn with_payload_texts(
        &self,
        replace: impl FnMut(&Slot, Result<Payload, UnreadablePayload>) -> Option<String>,
    ) -> String {
        let mut out = String::with_capacity(self.text.len());
        self.write_payload_texts(&mut |text| out.push_str(text), replace);
        out
    }

    /// As [`Document::with_payload_texts`], handed out from front to back, so that nobody has to hold all of it.
    pub fn write_payload_texts(
        &self,
        out: &mut dyn FnMut(&str),
        mut replace: impl FnMut(&Slot, Result<Payload, UnreadablePayload>) -> Option<String>,
    ) {
        let mut copied = 0;
        for slot in &self.slots {
            if let Some(payload) = replace(slot, self.payload(slot)) {
                out(&self.text[copied..slot.span.start]);
                out(&payload);
                copied = slot.span.end;
            }
        }
        out(&self.text[copied..]);
    }

    pub(crate) fn events(&self) -> &[Event] {
        &self.events
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
