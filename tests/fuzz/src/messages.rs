//! Serialized messages: binary documents, and values by a type or field by field.

use std::sync::Arc;

use payload_schema::{
    ProtoFile, Sample, Schemas, UserTypes, field_tree, message_json, read_descriptors,
    read_message, read_protos, temporal, with_payloads,
};
use temporal_payload::{Document, json_text};

/// A binary document from any bytes: JSON that is a document, in proportion to the bytes.
pub fn binary_document(data: &[u8]) {
    let Some(read) = read_message(data) else {
        return;
    };
    assert!(
        read.text.len() <= data.len() * 24 + (1 << 21),
        "in proportion"
    );
    let document = Document::parse(read.text).expect("what is written is a document");
    for slot in document.slots() {
        document.payload(slot).expect("what was a Payload is one");
    }
}

/// Types that hold every kind of field between them, the first byte chooses one.
const TYPES: [&str; 8] = [
    "temporal.api.history.v1.History",
    "temporal.api.failure.v1.Failure",
    "temporal.api.workflowservice.v1.SignalWithStartWorkflowExecutionRequest",
    "temporal.api.workflowservice.v1.DescribeScheduleResponse",
    "temporal.api.common.v1.Payloads",
    "google.rpc.Status",
    "google.protobuf.Struct",
    "google.protobuf.FieldMask",
];

/// A message of a known type, and the same bytes without one.
pub fn message(data: &[u8]) {
    let Some((choice, bytes)) = data.split_first() else {
        return;
    };
    let name = TYPES[usize::from(*choice) % TYPES.len()];
    let id = temporal().find(name).expect("a built-in type");
    if let Ok(json) = message_json(temporal(), id, bytes) {
        assert!(json_text::is_json(&json.text), "{name}");
        // A Payload that is replaced by itself changes nothing that is shown.
        let same = with_payloads(temporal(), id, bytes, &mut |payload| Some(payload.to_vec()));
        if let Some(same) = same.expect("it was read before") {
            assert!(message_json(temporal(), id, &same) == Ok(json), "{name}");
        }
    }
    if let Some(tree) = field_tree(bytes) {
        assert!(!tree.text.is_empty());
    }
}

/// What separates a schema from the bytes that are read by it.
const SEPARATOR: &[u8] = b"\0---\0";

/// A descriptor set, and bytes by each of its types.
pub fn descriptor_set(data: &[u8]) {
    let (schema, bytes) = split(data);
    read_by(read_descriptors(schema), bytes);
}

/// Two `.proto` files, the second of which may be imported as `other.proto`, and bytes by each of their types.
pub fn proto_files(data: &[u8]) {
    let (schema, bytes) = split(data);
    let mut texts = schema.splitn(2, |byte| *byte == 0);
    let file = |name: &str, text: &[u8]| ProtoFile {
        name: name.to_owned(),
        text: text.to_vec(),
    };
    let files: Vec<ProtoFile> = ["a/main.proto", "a/other.proto"]
        .into_iter()
        .zip(texts.by_ref())
        .map(|(name, text)| file(name, text))
        .collect();
    read_by(read_protos(files, &mut |_| None), bytes);
}

fn split(data: &[u8]) -> (&[u8], &[u8]) {
    let at = data
        .windows(SEPARATOR.len())
        .position(|part| part == SEPARATOR);
    let at = at.unwrap_or(data.len());
    let after = (at + SEPARATOR.len()).min(data.len());
    (&data[..at], &data[after..])
}

fn read_by(types: UserTypes, bytes: &[u8]) {
    let types = Arc::new(types);
    let places = ["one", "two"].map(|place| (place.to_owned(), types.clone()));
    let schemas = Schemas::new(places);
    assert!(schemas.clashes().is_empty(), "both are the same");
    for problem in types.problems() {
        assert!(!problem.what.is_empty());
    }
    for name in types.names().take(20) {
        let id = types.find(name).expect("it is named");
        if let Ok(json) = message_json(types.types(), id, bytes) {
            assert!(json_text::is_json(&json.text), "{name}");
        }
        if let Some(found) = schemas.find(name)
            && let Ok(json) = schemas.message_json(found, bytes)
        {
            assert!(json_text::is_json(&json.text), "{name}");
            assert!(json.clashes.is_empty(), "both are the same");
        }
    }
    for name in types.names().take(3) {
        schemas.candidates(Sample::Bytes(bytes), name);
    }
}
