//! What a decoded Payload says, as finished text: JSON re-indented with every number as it was sent, text, or a hex dump.

use std::fmt::Write as _;

use payload_codec::CodecChain;
use payload_schema::{FieldTree, Schemas};
use temporal_payload::failure::encoded_attributes;
use temporal_payload::{Content, Document, Payload, Slot, json_lines, json_text, shown_name};

use super::inside;
use super::protobuf::{self, Protobuf};
use super::view::{ContentKind, ContentView};

/// Text that is shown at most, in bytes. Twice the largest Payload that Temporal takes.
const MAX_TEXT: usize = 4 << 20;
/// Bytes that a hex dump shows at most.
const MAX_HEX: usize = 64 << 10;
/// Characters of a preview.
const PREVIEW: usize = 120;

/// The content of a decoded Payload. `chain` decodes Payloads inside it: Go's side effect markers hold some; `schemas` have the types
/// of messages.
pub(crate) fn content(payload: &Payload, chain: &CodecChain, schemas: &Schemas) -> ContentView {
    let budget = chain.budget(payload.data.len());
    match Content::of(payload) {
        Content::Null => plain(ContentKind::Null, "null".to_owned(), "No value"),
        Content::Json(text) => match inside::shown(payload, chain, &budget, schemas) {
            Some(shown) => ContentView {
                raw: Some(bounded(text).0.into()),
                ..json(
                    &shown.text,
                    &with_decoded(&protobuf::json_label(payload), shown.n),
                )
            },
            None => json(&text, &protobuf::json_label(payload)),
        },
        Content::Text(text) => {
            let (text, truncated) = bounded(text);
            ContentView {
                truncated,
                ..plain(ContentKind::Text, text, "Text")
            }
        }
        Content::StorageReference(reference) => ContentView {
            kind: ContentKind::StorageReference,
            ..json(
                &String::from_utf8_lossy(&payload.data),
                &format!("Stored externally by {}", reference.driver),
            )
        },
        Content::NestedPayloads(nested) => {
            let texts: Vec<String> = nested
                .payloads
                .into_iter()
                .map(|payload| nested_json(&chain.decode_within(payload, &budget).payload, schemas))
                .collect();
            let label = format!("{} nested Payloads, decoded", texts.len());
            json(&format!("[{}]", texts.join(",")), &label)
        }
        Content::Protobuf { message_type, .. } => {
            let shown = inside::shown(payload, chain, &budget, schemas);
            match protobuf::read(payload, message_type.as_deref(), schemas) {
                Protobuf::Json { text, label } => match shown {
                    Some(shown) => json(&shown.text, &with_decoded(&label, shown.n)),
                    None => json(&text, &label),
                },
                Protobuf::Fields { tree, label } => fields(tree, &label),
                Protobuf::Unread { label } => ContentView {
                    label,
                    ..hex_dump(&payload.data)
                },
            }
        }
        Content::Bytes { .. } => match protobuf::guessed(payload) {
            Some((tree, label)) => fields(tree, &label),
            None => hex_dump(&payload.data),
        },
    }
}

fn with_decoded(label: &str, n: usize) -> String {
    let payloads = if n == 1 { "Payload" } else { "Payloads" };
    format!("{label}, {n} {payloads} in it decoded")
}

fn fields(tree: FieldTree, label: &str) -> ContentView {
    ContentView {
        truncated: tree.is_cut,
        ..plain(ContentKind::Text, tree.text, label)
    }
}

/// The JSON of a slot that is no Payload after all, as it stands.
pub(crate) fn source(document: &Document, slot: &Slot) -> ContentView {
    json(
        document.text().get(slot.span.clone()).unwrap_or_default(),
        "As it stands",
    )
}

/// The start of what a Payload says, on one line.
pub(crate) fn preview(payload: &Payload, is_failure: bool, schemas: &Schemas) -> String {
    if is_failure && let Some(attributes) = encoded_attributes(payload) {
        return one_line(attributes.message.as_deref().unwrap_or_default());
    }
    match Content::of(payload) {
        Content::Null => "null".to_owned(),
        Content::Json(text) | Content::Text(text) => one_line(&text),
        Content::StorageReference(reference) => {
            format!("stored externally by {}", reference.driver)
        }
        Content::NestedPayloads(nested) => format!("{} Payloads", nested.payloads.len()),
        Content::Protobuf {
            message_type,
            bytes,
        } => match (
            protobuf::read(payload, message_type.as_deref(), schemas),
            message_type,
        ) {
            (Protobuf::Json { text, .. }, _) => one_line(&text),
            (_, Some(name)) => format!("{}, {bytes} bytes", shown_name(&name)),
            (_, None) => format!("protobuf, {bytes} bytes"),
        },
        Content::Bytes { len } => format!("{len} bytes"),
    }
}

/// Bytes as hex digits in pairs, cut after a few.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().min(64) * 3);
    for byte in bytes.iter().take(64) {
        write!(text, "{byte:02x} ").expect("writing into a String cannot fail");
    }
    if bytes.len() > 64 {
        text.push('…');
    }
    text.trim_end().to_owned()
}

fn plain(kind: ContentKind, text: String, label: &str) -> ContentView {
    ContentView {
        kind,
        text: text.into(),
        raw: None,
        lines: None,
        truncated: false,
        label: label.to_owned(),
    }
}

pub(crate) fn json(text: &str, label: &str) -> ContentView {
    // What is too deep or too long to be laid out is shown as it is.
    let pretty = json_text::pretty(text).unwrap_or_else(|_| text.to_owned());
    let raw = (pretty != text).then(|| bounded(text.to_owned()).0.into());
    let lines = json_lines::with_line_breaks(&pretty).map(|lines| bounded(lines).0.into());
    let (text, truncated) = bounded(pretty);
    ContentView {
        raw,
        lines,
        truncated,
        ..plain(ContentKind::Json, text, label)
    }
}

/// A nested Payload as a JSON value: its own JSON where it has some, the Payload where not.
fn nested_json(payload: &Payload, schemas: &Schemas) -> String {
    match Content::of(payload) {
        Content::Null => "null".to_owned(),
        Content::Json(text) => text,
        Content::Text(_)
        | Content::StorageReference(_)
        | Content::NestedPayloads(_)
        | Content::Bytes { .. } => payload.to_json(),
        Content::Protobuf { .. } => {
            inside::json_of_message(payload, schemas).unwrap_or_else(|| payload.to_json())
        }
    }
}

/// Offset, sixteen bytes, and their ASCII, a line for each sixteen.
fn hex_dump(bytes: &[u8]) -> ContentView {
    let shown = &bytes[..bytes.len().min(MAX_HEX)];
    let mut text = String::with_capacity(shown.len() * 5);
    // As narrow as it can be: a line is to fit beside the list.
    let digits = if shown.len() > 1 << 16 { 8 } else { 4 };
    for (line, chunk) in shown.chunks(16).enumerate() {
        write!(text, "{:0digits$x}  ", line * 16).expect("writing into a String cannot fail");
        for column in 0..16 {
            match chunk.get(column) {
                Some(byte) => {
                    write!(text, "{byte:02x} ").expect("writing into a String cannot fail")
                }
                None => text.push_str("   "),
            }
            if column == 7 {
                text.push(' ');
            }
        }
        text.push(' ');
        text.extend(chunk.iter().map(|byte| match byte {
            0x20..=0x7e => char::from(*byte),
            _ => '.',
        }));
        text.push('\n');
    }
    ContentView {
        truncated: shown.len() < bytes.len(),
        ..plain(ContentKind::Hex, text, &format!("{} bytes", bytes.len()))
    }
}

/// The text, cut at a character where it is too long to show.
fn bounded(mut text: String) -> (String, bool) {
    if text.len() <= MAX_TEXT {
        return (text, false);
    }
    let mut end = MAX_TEXT;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    (text, true)
}

fn one_line(text: &str) -> String {
    let mut line = String::new();
    let mut characters = 0;
    for word in text.split_whitespace() {
        if characters > 0 {
            line.push(' ');
        }
        line.extend(word.chars().take(PREVIEW));
        characters = line.chars().count();
        if characters >= PREVIEW {
            let mut cut: String = line.chars().take(PREVIEW - 1).collect();
            cut.push('…');
            return cut;
        }
    }
    line
}
