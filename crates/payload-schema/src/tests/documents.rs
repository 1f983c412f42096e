//! Binary documents read as their JSON does, whatever is around them.

use temporal_payload::{Document, Kind, base64};

use super::{field, varint};
use crate::read_message;

const HISTORY: &[u8] = include_bytes!("../../../../tests/cases/cloud-export/history.bin");
const HISTORY_JSON: &str = include_str!("../../../../tests/cases/cloud-export/history.json");
const EVENT: &[u8] = include_bytes!("../../../../tests/cases/cloud-export/event.bin");
const EXPORT: &[u8] = include_bytes!("../../../../tests/cases/cloud-export/export.proto.bin");
const EXPORT_JSON: &str = include_str!("../../../../tests/cases/cloud-export/export.json");

fn read(bytes: &[u8]) -> Document {
    Document::from_bytes_with(bytes, read_message).expect("a document")
}

fn value(json: &str) -> serde_json::Value {
    serde_json::from_str(json).expect("JSON")
}

#[test]
fn a_history_and_an_export_are_what_the_command_line_shows() {
    assert_eq!(read(HISTORY).text(), HISTORY_JSON.trim_end());
    assert_eq!(read(EXPORT).text(), EXPORT_JSON.trim_end());
    let event = read(EVENT);
    assert_eq!(event.kind(), Kind::History);
    assert_eq!(value(event.text()), value(HISTORY_JSON)["events"][0]);
    let name = |bytes| read(bytes).message().map(|message| message.name.clone());
    assert_eq!(
        name(HISTORY).as_deref(),
        Some("temporal.api.history.v1.History")
    );
    assert_eq!(
        name(EVENT).as_deref(),
        Some("temporal.api.history.v1.HistoryEvent")
    );
    assert_eq!(
        name(EXPORT).as_deref(),
        Some("temporal.api.export.v1.WorkflowExecutions")
    );
}

#[test]
fn base64_of_one_is_read_like_it() {
    for bytes in [HISTORY, EVENT, EXPORT] {
        let document =
            Document::parse_with(base64::encode(bytes), read_message).expect("a document");
        assert_eq!(document.text(), read(bytes).text());
        assert_eq!(document.message(), read(bytes).message());
    }
}

#[test]
fn streams_of_messages_are_read() {
    let framed = |messages: &[&[u8]]| {
        let framed = messages
            .iter()
            .map(|message| [varint(message.len() as u64), message.to_vec()].concat());
        framed.collect::<Vec<_>>().concat()
    };
    let document = read(&framed(&[HISTORY, HISTORY]));
    assert_eq!(
        document.text(),
        format!("{0}\n{0}", HISTORY_JSON.trim_end())
    );
    assert_eq!(document.slots().len(), 4);
    let events = read(&framed(&[EVENT, EVENT, EVENT]));
    assert_eq!(
        value(events.text())["events"].as_array().map(Vec::len),
        Some(3)
    );
    let grpc = [
        &[0][..],
        &u32::try_from(HISTORY.len()).expect("short").to_be_bytes(),
        HISTORY,
    ]
    .concat();
    assert_eq!(read(&grpc).text(), HISTORY_JSON.trim_end());
}

#[test]
fn answers_are_told_from_histories_and_unknown_fields_are_counted() {
    let answer = [field(1, HISTORY), field(3, b"next")].concat();
    let document = read(&answer);
    let message = document.message().expect("a message");
    assert_eq!(
        message.name,
        "temporal.api.workflowservice.v1.GetWorkflowExecutionHistoryResponse"
    );
    assert_eq!(value(document.text())["history"], value(HISTORY_JSON));
    assert_eq!(message.n_unknown, 0);
    let newer = [HISTORY, &field(900, b"new"), &field(901, b"newer")].concat();
    let document = read(&newer);
    assert_eq!(document.text(), HISTORY_JSON.trim_end());
    assert_eq!(document.message().map(|message| message.n_unknown), Some(2));
}

#[test]
fn other_bytes_are_no_documents() {
    for bytes in [
        &b""[..],
        b"\x0a\x00",
        b"\x08\x01",
        b"\x0a\x03abc",
        &[0xff; 64],
        b"\x89PNG\r\n\x1a\n0000",
    ] {
        assert_eq!(read_message(bytes), None, "{bytes:?}");
    }
    // A message of somebody else, with texts and numbers.
    let other = [
        field(1, b"order-1"),
        varint(2 << 3),
        varint(7),
        field(3, b"customer"),
    ]
    .concat();
    assert_eq!(read_message(&other), None);
    // Cut in the middle.
    assert_eq!(read_message(&HISTORY[..200]), None);
}
