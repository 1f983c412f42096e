//! Documents made of Temporal's words: Payloads in every spelling at every depth, in histories, lists, maps and each other.

use std::fmt::Write as _;

use arbitrary::{Result, Unstructured};
use temporal_payload::{Document, Documents};

use super::document;
use super::json::same_places;

/// Deep enough that everything is inside of everything.
const DEPTH: usize = 12;

const NAMES: [&str; 28] = [
    "events",
    "history",
    "eventId",
    "eventTime",
    "eventType",
    "workflowExecutionStartedEventAttributes",
    "input",
    "payloads",
    "metadata",
    "data",
    "encoding",
    "externalPayloads",
    "header",
    "fields",
    "memo",
    "searchAttributes",
    "indexedFields",
    "failure",
    "message",
    "stackTrace",
    "cause",
    "encodedAttributes",
    "userMetadata",
    "summary",
    "search_attributes",
    "a/b~c",
    "0",
    "\\u0064ata",
];

const TEXTS: [&str; 9] = [
    "anNvbi9wbGFpbg==",
    "json/plain",
    "YmluYXJ5L2VuY3J5cHRlZA",
    "eyJhIjoxfQ==",
    "EVENT_TYPE_WORKFLOW_EXECUTION_STARTED",
    "2024-01-02T03:04:05Z",
    "not base64!",
    "\\ud83d\\ude00",
    "",
];

/// Whatever was copied: all documents in it are documents by themselves, and together they hold the same Payloads.
pub fn copied(data: &[u8]) {
    let Ok(documents) = Documents::from_bytes(data, |_| None) else {
        return;
    };
    let n_names = documents.names().len();
    let merged = Documents::from_bytes(data, |_| None).and_then(Documents::merged);
    let each = documents.each();
    assert!(!each.is_empty(), "what was recognized is there");
    assert!(n_names == 0 || n_names == each.len(), "each has its name");
    for one in &each {
        let again = Document::parse(one.document.text()).expect("a document by itself");
        assert!(
            again.wrappings().is_empty(),
            "nothing is around it any more"
        );
        assert_eq!(again.slots().len(), one.document.slots().len());
    }
    if let Ok(merged) = merged {
        document(merged.text().as_bytes());
    }
}

/// A document of such parts.
pub fn made_document(data: &[u8]) {
    let mut u = Unstructured::new(data);
    let mut text = String::new();
    for line in 0..u.int_in_range(1..=3).unwrap_or(1) {
        if line > 0 {
            text.push('\n');
        }
        // What its bytes did not reach stays open, and is cut off: that is a document, too.
        if value(&mut u, &mut text, DEPTH).is_err() {
            break;
        }
    }
    document(text.as_bytes());
    if let (Ok(document), Ok(value)) = (Document::parse(text.as_str()), serde_json::from_str(&text))
    {
        // What was taken out of something else stands elsewhere.
        if document.wrappings().is_empty() {
            same_places(&document, &value);
        }
    }
}

/// One JSON text of such parts.
pub(crate) fn made_text(u: &mut Unstructured<'_>) -> Result<String> {
    let mut text = String::new();
    value(u, &mut text, DEPTH)?;
    Ok(text)
}

fn value(u: &mut Unstructured<'_>, out: &mut String, depth: usize) -> Result<()> {
    match u.int_in_range(0..=if depth == 0 { 3 } else { 9 })? {
        0 => out.push_str(u.choose(&["null", "true", "1", "-1.5e3", "12345678901234567890"])?),
        1..=3 => push_text(out, u.choose(&TEXTS)?),
        4 | 5 => payload(u, out, depth - 1)?,
        6 => {
            out.push('[');
            for n in 0..u.int_in_range(0..=4)? {
                if n > 0 {
                    out.push(',');
                }
                value(u, out, depth - 1)?;
            }
            out.push(']');
        }
        _ => {
            out.push('{');
            for n in 0..u.int_in_range(0..=4)? {
                if n > 0 {
                    out.push(',');
                }
                push_text(out, u.choose(&NAMES)?);
                out.push(':');
                value(u, out, depth - 1)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

/// A Payload, or nearly one.
fn payload(u: &mut Unstructured<'_>, out: &mut String, depth: usize) -> Result<()> {
    out.push_str("{\"metadata\":");
    match u.ratio(1, 8)? {
        true => value(u, out, depth)?,
        false => {
            out.push_str("{\"encoding\":");
            push_text(out, u.choose(&TEXTS)?);
            out.push('}');
        }
    }
    out.push_str(",\"data\":");
    value(u, out, depth)?;
    out.push('}');
    Ok(())
}

fn push_text(out: &mut String, text: &str) {
    write!(out, "\"{text}\"").expect("writing into a String cannot fail");
}
