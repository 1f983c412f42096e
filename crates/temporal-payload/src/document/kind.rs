//! What a document is, as its root values tell, and how it came.

use std::fmt;

use super::frame::{Ended, Facts};

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
    /// Base64 of a serialized message or of JSON; [`Document::text`](crate::Document::text) is its JSON.
    Base64,
    /// A serialized protobuf message; [`Document::text`](crate::Document::text) is its JSON.
    Protobuf,
}

/// A serialized message of Temporal's API as JSON, for a document.
#[derive(Clone, PartialEq, Eq)]
pub struct MessageText {
    /// Its proto3 JSON.
    pub text: String,
    /// The full name of the message.
    pub message: String,
    /// Fields that are not in the JSON, because the reader's API does not have them.
    pub n_unknown: usize,
}

/// Reads bytes that are a serialized message other than a Payload or Payloads; `None` where they are none. This crate knows no
/// schema: whoever knows one hands it in.
pub type ReadMessage = fn(&[u8]) -> Option<MessageText>;

/// How a text or a file is read.
#[derive(Clone, Copy)]
pub(crate) struct Reading {
    /// Reads messages that are no Payloads.
    pub(crate) messages: ReadMessage,
    /// Whether the `data` of Payloads alone is a document: under the label of encrypted data.
    pub(crate) as_data: bool,
}

impl From<ReadMessage> for Reading {
    fn from(messages: ReadMessage) -> Self {
        let as_data = false;
        Reading { messages, as_data }
    }
}

/// What a document was read from, where it came as a serialized message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FromMessage {
    /// The full name of the message.
    pub name: String,
    /// Fields that are left out, because the reader's API does not have them.
    pub n_unknown: usize,
}

/// Sizes only: a document's content must not reach a log by accident.
impl fmt::Debug for MessageText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageText")
            .field("bytes", &self.text.len())
            .field("message", &self.message)
            .field("n_unknown", &self.n_unknown)
            .finish()
    }
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

/// What the document's root values are.
#[derive(Default)]
pub(super) struct RootFacts {
    n: usize,
    n_payloads: usize,
    empty_history: bool,
    first: Facts,
    list: bool,
}

impl RootFacts {
    pub(super) fn add(&mut self, value: &Ended) {
        self.n += 1;
        match value {
            Ended::Payload => self.n_payloads += 1,
            Ended::List(facts) | Ended::Object(facts) | Ended::Texts { facts, .. } => {
                self.empty_history |= facts.history;
                if self.n == 1 {
                    self.first = *facts;
                    self.list = matches!(value, Ended::List(_));
                }
            }
            Ended::Event | Ended::Null | Ended::Text | Ended::Scalar => {}
        }
    }

    /// The kind of a document with these roots; `None` where nothing in it is Temporal's.
    pub(super) fn kind(&self, has_events: bool, has_slots: bool) -> Option<Kind> {
        let first = &self.first;
        if has_events || self.empty_history {
            return Some(Kind::History);
        }
        let one = self.n == 1;
        if one && self.n_payloads == 1 {
            Some(Kind::Payload)
        } else if (self.n > 0 && self.n == self.n_payloads)
            || (one && self.list && first.all_payloads)
        {
            Some(Kind::PayloadList)
        } else if one && !self.list && first.payloads {
            Some(Kind::Payloads)
        } else if one && first.failure {
            Some(Kind::Failure)
        } else if one && !self.list && (first.all_payloads || first.wrapped_map) {
            Some(Kind::PayloadMap)
        } else if has_slots {
            Some(Kind::Json)
        } else {
            None
        }
    }
}
