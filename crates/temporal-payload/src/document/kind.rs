//! What a document is, and how it came.

use std::fmt;

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
