//! What a decoded Payload says, as finished text: JSON re-indented with every number as it was sent, text, or a hex dump.

use std::fmt::Write as _;

use payload_codec::CodecChain;
use payload_schema::{FieldTree, Schemas};
use temporal_payload::failure::encoded_attributes;
use temporal_payload::{
    Content, Document, Payload, Slot, is_visible, json_lines, json_text, shown_name,
};

use super::inside;
use super::protobuf::{self, Protobuf};
use super::view::{ContentKind, ContentView};
use crate::schemas::message_types::ChosenMessage;

/// Text that is shown at most, in bytes. Twice the largest Payload that Temporal takes.
const MAX_TEXT: usize = 4 << 20;
/// Bytes that a hex dump shows at most.
const MAX_HEX: usize = 64 << 10;
/// Characters of a preview.
const PREVIEW: usize = 120;

/// The content of a decoded Payload. `chain` decodes Payloads inside it: Go's side effect markers hold some; `schemas` have the types
/// of messages.
pub(crate) fn content(payload: &Payload, chain: &CodecChain, schemas: &Schemas) -> ContentView {
    content_by(payload, chain, schemas, protobuf::BY_MESSAGE_TYPE)
}

/// As [`content`], of a message whose type something else chose.
pub(super) fn content_of_chosen(
    chosen: &ChosenMessage,
    chain: &CodecChain,
    schemas: &Schemas,
) -> ContentView {
    content_by(&chosen.payload, chain, schemas, &chosen.by)
}

fn content_by(
    payload: &Payload,
    chain: &CodecChain,
    schemas: &Schemas,
    chosen_by: &str,
) -> ContentView {
    let budget = chain.budget(payload.data.len());
    match Content::of(payload) {
        Content::Null => plain(ContentKind::Null, "null".to_owned(), "No value"),
        Content::Json(text) => match inside::shown(payload, chain, &budget, schemas) {
            Some(shown) => ContentView {
                raw: Some(bounded(text).0.into()),
                ..json(
                    &shown.text,
                    &with_decoded(&protobuf::json_label(payload, chosen_by), shown.n),
                )
            },
            None => json(&text, &protobuf::json_label(payload, chosen_by)),
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
            match protobuf::read(payload, message_type.as_deref(), schemas, chosen_by) {
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
        Content::Json(text) => one_line_of_json(&text),
        Content::Text(text) => one_line(&text),
        Content::StorageReference(reference) => {
            format!("stored externally by {}", reference.driver)
        }
        Content::NestedPayloads(nested) => format!("{} Payloads", nested.payloads.len()),
        Content::Protobuf {
            message_type,
            bytes,
        } => match (
            protobuf::read(
                payload,
                message_type.as_deref(),
                schemas,
                protobuf::BY_MESSAGE_TYPE,
            ),
            message_type,
        ) {
            (Protobuf::Json { text, .. }, _) => one_line_of_json(&text),
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
    let pretty = with_characters(&pretty);
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
    cut(&joined(text, PREVIEW), PREVIEW)
}

/// One line of JSON, whose characters are read as characters where an SDK wrote them as escapes: Python writes all of them so.
fn one_line_of_json(text: &str) -> String {
    let start = joined(text, PREVIEW);
    if !start.contains('\\') {
        return cut(&start, PREVIEW);
    }
    // An escape has up to twelve characters.
    let escaped = joined(text, PREVIEW * 12);
    cut(&with_characters(&escaped), PREVIEW)
}

/// The words of a text with one space between them, until there are more than `most` characters.
fn joined(text: &str, most: usize) -> String {
    let mut line = String::with_capacity(text.len().min(most + 1));
    let (mut characters, mut is_between) = (0, false);
    for character in text.chars() {
        if character.is_whitespace() {
            is_between = characters > 0;
            continue;
        }
        if characters > most {
            break;
        }
        if is_between {
            line.push(' ');
            characters += 1;
            is_between = false;
        }
        line.push(character);
        characters += 1;
    }
    line
}

/// A line of so many characters at most.
fn cut(line: &str, most: usize) -> String {
    if line.chars().count() <= most {
        return line.to_owned();
    }
    let mut cut: String = line.chars().take(most - 1).collect();
    cut.push('…');
    cut
}

/// JSON with `\u00e9` as the character, if that can be seen and means nothing in JSON; anything else stays as it is.
pub(crate) fn with_characters(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (taken, character) = escape(rest);
        match character.filter(|it| !it.is_ascii() && is_visible(*it)) {
            Some(character) => out.push(character),
            None => out.push_str(&rest[..taken]),
        }
        rest = &rest[taken..];
    }
    out + rest
}

/// How many bytes an escape at the start has, and the character that it is, if it is one by number.
fn escape(text: &str) -> (usize, Option<char>) {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let unit = u16::from_str_radix(digits, 16).ok()?;
        is_hex.then_some(unit)
    };
    let Some(first) = unit(0) else {
        // The backslash, and what it escapes.
        let taken = text.chars().take(2).map(char::len_utf8).sum();
        return (taken, None);
    };
    if let Some(character) = char::from_u32(first.into()) {
        return (6, Some(character));
    }
    let pair = unit(6).map(|second| char::decode_utf16([first, second]).next());
    match pair {
        Some(Some(Ok(character))) => (12, Some(character)),
        _ => (6, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_that_is_laid_out_has_characters_and_raw_is_as_it_was_sent() {
        let sent = r#"{"name":"h\u00e9llo \u4e16\u754c","quote":"\u0022"}"#;
        let view = json(sent, "");
        assert_eq!(
            &*view.text,
            "{\n  \"name\": \"héllo 世界\",\n  \"quote\": \"\\u0022\"\n}"
        );
        assert_eq!(view.raw.as_deref(), Some(sent));
    }

    #[test]
    fn a_preview_of_json_has_characters_and_stays_on_its_line() {
        let check = |json: &str, expect: &str| assert_eq!(one_line_of_json(json), expect);
        check(
            r#"{"emoji":"\ud83d\udd14", "a": "caf\u00e9"}"#,
            r#"{"emoji":"🔔", "a": "café"}"#,
        );
        // What means something in JSON, is not seen, or is no character stays.
        for json in [
            r#""\u0022\u005c\u000a\u202e\ud83d\u0041""#,
            r#""\\u00e9""#,
            r#""\"#,
            r#""\u00"#,
            r#""\u+0e9""#,
        ] {
            check(json, json);
        }
        check("[\n  1,\n  2\n]", "[ 1, 2 ]");
        let long = format!("\"{}\"", r"\u00e9".repeat(500));
        check(&long, &format!("\"{}…", "é".repeat(PREVIEW - 2)));
        check(
            &" x".repeat(500),
            &format!(
                "{}…",
                "x ".repeat(PREVIEW).get(..PREVIEW - 1).expect("long")
            ),
        );
    }
}
