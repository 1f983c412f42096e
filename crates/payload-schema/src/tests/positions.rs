//! Every position: where the API's types hold a Payload, the document reader finds it, in both spellings, and in bytes.

use temporal_payload::{Document, Payload, Role};

use super::field;
use crate::positions::{Holds, Position, positions};
use crate::{MessageId, message_json, temporal};

fn payload() -> Payload {
    Payload {
        metadata: [("encoding".to_owned(), b"binary/encrypted".to_vec())].into(),
        data: b"sealed".to_vec().into(),
        ..Payload::default()
    }
}

/// A message with a Payload in this place, and the JSON pointer to it.
fn made(position: &Position, is_snake: bool) -> (String, String) {
    let mut pointer = String::new();
    let mut json = payload().to_json();
    for step in position.path.iter().rev() {
        let name = if is_snake { &step.name } else { &step.json };
        json = match step.holds {
            Holds::One => format!(r#"{{"{name}":{json}}}"#),
            Holds::List => format!(r#"{{"{name}":[{json}]}}"#),
            Holds::Map => format!(r#"{{"{name}":{{"key":{json}}}}}"#),
        };
        let inside = match step.holds {
            Holds::One => "",
            Holds::List => "/0",
            Holds::Map => "/key",
        };
        pointer = format!("/{name}{inside}{pointer}");
    }
    (json, pointer)
}

fn serialized(position: &Position) -> Vec<u8> {
    let content = payload().to_proto();
    position
        .path
        .iter()
        .rev()
        .fold(content, |content, step| match step.holds {
            Holds::One | Holds::List => field(step.number, &content),
            Holds::Map => field(
                step.number,
                &[field(1, b"key"), field(2, &content)].concat(),
            ),
        })
}

/// Every type of the API, but Payloads themselves: a Payload is a document of its own.
fn roots() -> Vec<(MessageId, Vec<Position>)> {
    let types = temporal();
    let names = types
        .names()
        .filter(|name| name.starts_with("temporal.api."));
    let ids = names.filter_map(|name| types.find(name));
    ids.map(|id| (id, positions(types, id)))
        .filter(|(_, found)| !found.is_empty())
        .collect()
}

#[test]
fn the_document_reader_finds_a_payload_in_every_position_of_the_api() {
    let types = temporal();
    let (mut n, mut n_search) = (0, 0);
    for (id, found) in roots() {
        for position in &found {
            n += 1;
            n_search += usize::from(position.is_search_attribute);
            for is_snake in [false, true] {
                let (json, pointer) = made(position, is_snake);
                let document = Document::parse(json).expect(&pointer);
                let [slot] = document.slots() else {
                    panic!(
                        "{} {pointer}: {} Payloads",
                        types.name(id),
                        document.slots().len()
                    );
                };
                assert_eq!(slot.pointer, pointer, "{}", types.name(id));
                let role = if position.is_search_attribute {
                    Role::SearchAttribute
                } else {
                    Role::Payload
                };
                assert_eq!(slot.role, role, "{} {pointer}", types.name(id));
                let read = document.payload(slot);
                assert_eq!(read, Ok(payload()), "{} {pointer}", types.name(id));
            }
        }
    }
    assert!(n > 1000, "{n} positions");
    assert!(n_search > 20, "{n_search} Search Attributes");
}

#[test]
fn every_position_has_the_same_json_when_it_comes_as_bytes() {
    let types = temporal();
    for (id, found) in roots() {
        for position in &found {
            let (json, pointer) = made(position, false);
            let read = message_json(types, id, &serialized(position)).expect(&pointer);
            assert_eq!(read.text, json, "{}", types.name(id));
            assert_eq!(read.n_unknown, 0, "{pointer}");
        }
    }
}

#[test]
fn what_is_new_in_the_api_is_among_the_positions() {
    let types = temporal();
    for (name, path) in [
        ("history.v1.HistoryEvent", "eventGroupMarkers.label.label"),
        (
            "history.v1.HistoryEvent",
            "nexusOperationScheduledEventAttributes.input",
        ),
        (
            "workflowservice.v1.DescribeActivityExecutionResponse",
            "input.payloads",
        ),
        (
            "workflowservice.v1.DescribeActivityExecutionResponse",
            "info.heartbeatDetails.payloads",
        ),
        (
            "workflowservice.v1.DescribeNexusOperationExecutionResponse",
            "input",
        ),
        (
            "workflowservice.v1.StartBatchOperationRequest",
            "signalOperation.input.payloads",
        ),
        (
            "workflowservice.v1.UpdateWorkerDeploymentVersionMetadataRequest",
            "upsertEntries",
        ),
        ("failure.v1.Failure", "cause.encodedAttributes"),
    ] {
        let id = types.find(&format!("temporal.api.{name}")).expect(name);
        let paths: Vec<String> = positions(types, id)
            .iter()
            .map(|found| {
                found
                    .path
                    .iter()
                    .map(|step| step.json.as_str())
                    .collect::<Vec<_>>()
                    .join(".")
            })
            .collect();
        assert!(
            paths.iter().any(|found| found == path),
            "{name} {path}: {paths:#?}"
        );
    }
}

#[test]
fn failures_give_back_their_attributes_at_every_depth() {
    let types = temporal();
    let id = types
        .find("temporal.api.failure.v1.Failure")
        .expect("a type");
    let mut bytes = Vec::new();
    for _ in 0..60 {
        let encoded = field(20, &payload().to_proto());
        bytes = [field(1, b"Encoded failure"), field(4, &bytes), encoded].concat();
    }
    let read = message_json(types, id, &bytes).expect("a Failure");
    let document = Document::parse(read.text).expect("a document");
    assert_eq!(document.slots().len(), 60);
    assert!(
        document
            .slots()
            .iter()
            .all(temporal_payload::Slot::is_encoded_attributes)
    );
}
