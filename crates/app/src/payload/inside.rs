//! Payloads inside a value: a Nexus request that is a message of Temporal's API, a marker of Go's `MutableSideEffect`, JSON that
//! holds Payloads. They are decoded again, some levels deep, within the work that the whole may take.

use std::borrow::Cow;

use bytes::Bytes;
use payload_codec::{Budget, CodecChain};
use payload_schema::{MessageId, Schemas, temporal, with_payloads};
use temporal_payload::{Document, METADATA_MESSAGE_TYPE, Payload, encodings};

use crate::error::AppError;
use crate::schemas::message_types;

use super::messages::problem;

/// Values that hold Payloads in each other.
const MAX_DEPTH: usize = 4;

/// A value after the Payloads in it were decoded.
pub(crate) struct Inside {
    /// The value; its form is as it was.
    pub(crate) payload: Payload,
    /// Why some of them stay as they are.
    pub(crate) failures: Vec<AppError>,
    /// What is to be said of Payloads that stay although they could be decoded.
    pub(crate) note: Option<String>,
}

/// Decodes the Payloads inside a message of Temporal's API, as SDKs do. Those in a value of the user's own stay: a Workflow sees
/// that value so.
pub(crate) fn inside(payload: Payload, chain: &CodecChain, budget: &Budget<'_>) -> Inside {
    let mut failures = Vec::new();
    let payload = opened(payload, chain, budget, &mut failures, 0);
    let note = match payload.encoding() {
        Some(encodings::JSON_PLAIN) => {
            shown(&payload, chain, budget, &Schemas::default()).map(|shown| {
                let payloads = match shown.n {
                    1 => "a Payload that is".to_owned(),
                    n => format!("{n} Payloads that are"),
                };
                format!("The value holds {payloads} encoded: it stays as the Workflow sees it.")
            })
        }
        _ => None,
    };
    Inside {
        payload,
        failures,
        note,
    }
}

/// The type of a message of Temporal's API, where a Payload says that it is one.
pub(super) fn temporal_message(payload: &Payload) -> Option<MessageId> {
    let name = payload.metadata_text(METADATA_MESSAGE_TYPE)?;
    temporal().find(name)
}

fn opened(
    payload: Payload,
    chain: &CodecChain,
    budget: &Budget<'_>,
    failures: &mut Vec<AppError>,
    depth: usize,
) -> Payload {
    let Some(id) = temporal_message(&payload).filter(|_| depth < MAX_DEPTH) else {
        return payload;
    };
    let mut open = |sent: Payload| -> Option<Payload> {
        let decoded = chain.decode_within(sent.clone(), budget);
        if let Some(error) = decoded.error.as_ref().filter(|_| !decoded.is_answer()) {
            failures.push(problem(error, &sent));
            return None;
        }
        let inner = opened(decoded.payload, chain, budget, failures, depth + 1);
        (inner != sent).then_some(inner)
    };
    let data = match payload.encoding() {
        Some(encodings::BINARY_PROTOBUF) => {
            let mut replace = |bytes: &[u8]| {
                let sent = Payload::from_proto(Bytes::copy_from_slice(bytes)).ok()?;
                open(sent).map(|payload| payload.to_proto())
            };
            with_payloads(temporal(), id, &payload.data, &mut replace).unwrap_or(None)
        }
        Some(encodings::JSON_PROTOBUF) => std::str::from_utf8(&payload.data)
            .ok()
            .and_then(|text| Document::parse(text).ok())
            .map(|document| {
                document
                    .with_payloads(|_, sent| open(sent.ok()?))
                    .into_bytes()
            }),
        _ => None,
    };
    match data {
        Some(data) => Payload {
            data: data.into(),
            ..payload
        },
        None => payload,
    }
}

/// A message with its value as JSON, where its type is known and has all of its fields; any other Payload as it is.
pub(crate) fn as_readable(payload: Payload, schemas: &Schemas) -> Payload {
    message_types::as_json(&payload, schemas).unwrap_or(payload)
}

/// JSON for reading, with the Payloads in it decoded.
pub(super) struct Shown {
    pub(super) text: String,
    /// How many were decoded.
    pub(super) n: usize,
}

/// The value as JSON with what its Payloads say in their places; `None` where it is no JSON, or none of them was encoded.
pub(super) fn shown(
    payload: &Payload,
    chain: &CodecChain,
    budget: &Budget<'_>,
    schemas: &Schemas,
) -> Option<Shown> {
    shown_at(payload, chain, budget, schemas, 0)
}

fn shown_at(
    payload: &Payload,
    chain: &CodecChain,
    budget: &Budget<'_>,
    schemas: &Schemas,
    depth: usize,
) -> Option<Shown> {
    if depth == MAX_DEPTH {
        return None;
    }
    let json = json(payload, schemas)?;
    // A cheap look first: most values have none.
    if !json.contains("\"metadata\"") {
        return None;
    }
    let document = Document::parse(json).ok()?;
    let mut n = 0;
    let text = document.with_payload_texts(|_, sent| {
        let decoded = chain.decode_within(sent.ok()?, budget);
        n += usize::from(!decoded.steps.is_empty());
        let within = shown_at(&decoded.payload, chain, budget, schemas, depth + 1);
        n += within.as_ref().map_or(0, |within| within.n);
        Some(match (within, json_of_message(&decoded.payload, schemas)) {
            (Some(within), _) => as_json(&decoded.payload, within.text).to_readable_json(),
            (None, Some(text)) => as_json(&decoded.payload, text).to_readable_json(),
            (None, None) => decoded.payload.to_readable_json(),
        })
    });
    (n > 0).then_some(Shown { text, n })
}

/// The same Payload with its value as JSON.
fn as_json(payload: &Payload, text: String) -> Payload {
    match payload.encoding() {
        Some(encodings::BINARY_PROTOBUF) => message_types::with_json(payload, text),
        _ => Payload {
            data: text.into(),
            ..payload.clone()
        },
    }
}

fn json<'a>(payload: &'a Payload, schemas: &Schemas) -> Option<Cow<'a, str>> {
    match payload.encoding() {
        Some(encodings::BINARY_PROTOBUF) => json_of_message(payload, schemas).map(Cow::Owned),
        _ => std::str::from_utf8(&payload.data).ok().map(Cow::Borrowed),
    }
}

pub(super) fn json_of_message(payload: &Payload, schemas: &Schemas) -> Option<String> {
    if payload.encoding() != Some(encodings::BINARY_PROTOBUF) {
        return None;
    }
    let found = schemas.find(payload.metadata_text(METADATA_MESSAGE_TYPE)?)?;
    let json = schemas.message_json(found, &payload.data);
    Some(json.ok()?.text)
}
