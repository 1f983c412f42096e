//! A protobuf value by its type, which its `messageType` names, or field by field where the type is not known.

use payload_schema::{FieldTree, field_tree, message_json, temporal};
use temporal_payload::{METADATA_MESSAGE_TYPE, Payload, encodings, shown_name};

/// How a serialized message is shown.
pub(super) enum Protobuf {
    Json { text: String, label: String },
    Fields { tree: FieldTree, label: String },
    Unread { label: String },
}

/// Shows a `binary/protobuf` value. The label says which type it is shown as, and what chose it.
pub(super) fn read(payload: &Payload, message_type: Option<&str>) -> Protobuf {
    let Some(name) = message_type else {
        return by_number(payload, "Protobuf without a messageType");
    };
    let shown = shown_name(name);
    let Some(id) = temporal().find(name) else {
        return by_number(
            payload,
            &format!("Protobuf {shown}, a type that is not known here"),
        );
    };
    match message_json(temporal(), id, &payload.data) {
        Ok(json) => Protobuf::Json {
            text: json.text,
            label: format!(
                "{}{}",
                chosen_by_message_type(&shown),
                left_out(json.n_unknown)
            ),
        },
        Err(error) => by_number(payload, &format!("Protobuf {shown}, although {error}")),
    }
}

/// What is said of JSON: the type of its message, where its `messageType` names one.
pub(super) fn json_label(payload: &Payload) -> String {
    let name = payload.metadata_text(METADATA_MESSAGE_TYPE);
    match name.filter(|_| payload.encoding() == Some(encodings::JSON_PROTOBUF)) {
        Some(name) => format!("JSON of the message {}", shown_name(name)),
        None => "JSON".to_owned(),
    }
}

/// Bytes under no encoding that says what they are, where they have the form of a message that people would write.
pub(super) fn guessed(payload: &Payload) -> Option<(FieldTree, String)> {
    match payload.encoding() {
        None | Some("" | encodings::BINARY_PLAIN) => {}
        Some(_) => return None,
    }
    let tree = field_tree(&payload.data)?;
    // Chance makes short messages and odd numbers of fields; a text, or a message in it, is no chance.
    let is_likely = payload.data.len() >= 8
        && tree.text.lines().all(has_usual_number)
        && tree
            .text
            .lines()
            .any(|line| line.contains(": text \"") && line.len() > 12);
    let label = format!(
        "{} bytes, which have the form of protobuf",
        payload.data.len()
    );
    is_likely.then_some((tree, label))
}

fn has_usual_number(line: &str) -> bool {
    let number = line.trim_start().split(':').next().unwrap_or_default();
    number == "}" || number.parse::<u32>().is_ok_and(|number| number < 1000)
}

fn chosen_by_message_type(name: &str) -> String {
    format!("{name}, as its messageType says; the type is built in")
}

fn left_out(n: usize) -> String {
    match n {
        0 => String::new(),
        1 => ", without 1 field that it does not have".to_owned(),
        n => format!(", without {n} fields that it does not have"),
    }
}

fn by_number(payload: &Payload, label: &str) -> Protobuf {
    match field_tree(&payload.data) {
        Some(tree) => Protobuf::Fields {
            tree,
            label: format!("{label}: its fields by number"),
        },
        None if payload.data.is_empty() => Protobuf::Unread {
            label: format!("{label}: it is empty"),
        },
        None => Protobuf::Unread {
            label: format!("{label}: the bytes are no message"),
        },
    }
}
