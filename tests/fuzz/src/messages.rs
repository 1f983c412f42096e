//! Serialized messages: binary documents, and values by a type or field by field.

use payload_schema::{field_tree, message_json, read_message, temporal, with_payloads};
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
