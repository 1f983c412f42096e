//! A protobuf value by its type, which its `messageType` names, or field by field where the type is not known.

use payload_schema::{FieldTree, Origin, Schemas, field_tree};
use temporal_payload::{METADATA_MESSAGE_TYPE, Payload, encodings, shown_name};

/// How a serialized message is shown.
pub(super) enum Protobuf {
    Json { text: String, label: String },
    Fields { tree: FieldTree, label: String },
    Unread { label: String },
}

/// What chose the type of a message where its Payload itself does.
pub(super) const BY_MESSAGE_TYPE: &str = "as its messageType says";

/// Shows a `binary/protobuf` value. The label says which type it is shown as, and what chose it.
pub(super) fn read(
    payload: &Payload,
    message_type: Option<&str>,
    schemas: &Schemas,
    chosen_by: &str,
) -> Protobuf {
    let Some(name) = message_type else {
        return by_number(payload, WITHOUT_TYPE);
    };
    let is_chosen = chosen_by != BY_MESSAGE_TYPE;
    let shown = shown_name(name);
    let Some(found) = schemas.find(name) else {
        let label = match is_chosen {
            false => unknown_type(&shown),
            true => format!("{}, {chosen_by}", unknown_type(&shown)),
        };
        return by_number(payload, &label);
    };
    match schemas.message_json(found, &payload.data) {
        Ok(json) => Protobuf::Json {
            text: json.text,
            label: format!(
                "{}{}",
                chosen(&shown, chosen_by, found.origin),
                left_out(json.n_unknown, &json.clashes)
            ),
        },
        Err(error) if is_chosen => by_number(
            payload,
            &format!("Protobuf {shown}, {chosen_by}, although {error}"),
        ),
        Err(error) => by_number(payload, &format!("Protobuf {shown}, although {error}")),
    }
}

/// Why a message stays bytes in a document whose messages are written as JSON where that loses nothing; `None` of what is no message.
pub(crate) fn stays_bytes(payload: &Payload, schemas: &Schemas) -> Option<String> {
    if payload.encoding() != Some(encodings::BINARY_PROTOBUF) {
        return None;
    }
    let Some(name) = payload.metadata_text(METADATA_MESSAGE_TYPE) else {
        return Some(format!("{WITHOUT_TYPE}: it stays as bytes."));
    };
    let shown = shown_name(name);
    let why = match schemas.find(name) {
        None => unknown_type(&shown),
        Some(found) => match schemas.message_json(found, &payload.data) {
            Ok(json) if !json.clashes.is_empty() => {
                format!("Protobuf {shown}: {}", clash(&json.clashes))
            }
            Ok(json) => format!(
                "Protobuf {shown} has {} here",
                match json.n_unknown {
                    1 => "1 field that its type does not have".to_owned(),
                    n => format!("{n} fields that its type does not have"),
                }
            ),
            Err(error) => format!("Protobuf {shown}, although {error}"),
        },
    };
    Some(format!("{why}: it stays as bytes."))
}

const WITHOUT_TYPE: &str = "Protobuf without a messageType";

fn unknown_type(shown: &str) -> String {
    format!("Protobuf {shown}, a type that is not known here")
}

/// What is said of JSON: the type of its message, where its `messageType` names one, or something else chose it.
pub(super) fn json_label(payload: &Payload, chosen_by: &str) -> String {
    let name = payload.metadata_text(METADATA_MESSAGE_TYPE);
    match name.filter(|_| payload.encoding() == Some(encodings::JSON_PROTOBUF)) {
        Some(name) if chosen_by == BY_MESSAGE_TYPE => {
            format!("JSON of the message {}", shown_name(name))
        }
        Some(name) => format!("JSON of the message {}, {chosen_by}", shown_name(name)),
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

fn chosen(name: &str, by: &str, origin: Origin<'_>) -> String {
    format!("{name}, {by}; the type is {}", from(origin))
}

/// `built in`, `in orders.proto of /home/ann/protos`.
pub(crate) fn from(origin: Origin<'_>) -> String {
    match origin {
        Origin::BuiltIn => "built in".to_owned(),
        // A file that was chosen itself is the end of its path.
        Origin::User { place, file } if place.replace('\\', "/").ends_with(file) => {
            format!("from {}", shown_name(place))
        }
        Origin::User { place, file } => {
            format!("from {} of {}", shown_name(file), shown_name(place))
        }
    }
}

fn left_out(n: usize, clashes: &[String]) -> String {
    let left_out = match n {
        0 => String::new(),
        1 => ", without 1 field that it does not have".to_owned(),
        n => format!(", without {n} fields that it does not have"),
    };
    match clashes {
        [] => left_out,
        _ => format!("{left_out}; {}", clash(clashes)),
    }
}

/// Why values in a message stay bytes whose types are known twice.
fn clash(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| shown_name(name)).collect();
    format!(
        "{} in it stays bytes, because your files declare it differently",
        names.join(", ")
    )
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
