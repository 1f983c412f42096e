//! Redaction of any bytes: JSON stays JSON, and what a rule means is gone.

use redaction::{Rules, Secret, redact_document};
use serde_json::Value;
use temporal_payload::json_text::is_json;
use temporal_payload::{Document, METADATA_ENCODING, Payload};

/// Any bytes as the value of a Payload, and as a document.
pub fn redaction(data: &[u8]) {
    let payload = Payload {
        metadata: [(METADATA_ENCODING.to_owned(), "json/plain".into())].into(),
        data: data.to_vec().into(),
        external_payloads: Vec::new(),
    };
    let document = format!(r#"{{"payloads":[{}]}}"#, payload.to_json());
    let document = Document::parse(document).expect("a list of Payloads");
    let all = redacted(&document, &["everything"]);
    let mark = all.split_once("[REDACTED:").map(|(_, rest)| &rest[..8]);
    if let Some(mark) = mark {
        // Nothing but the mark depends on the value.
        let expect = format!(
            r#"{{"payloads":[{{"metadata":{{"encoding":"json/plain"}},"data":"[REDACTED:{mark}]"}}]}}"#
        );
        assert!(all == expect, "more than a mark is left of a value");
    }
    let by_key = redacted(&document, &["key:pin", "$..pin", "value:email"]);
    // Numbers that nobody can hold, and depths, are text to the one and an error to the other.
    if let Ok(value) = serde_json::from_str::<Value>(&by_key) {
        no_pin(&value);
    }
    if let Ok(document) = Document::from_bytes(data) {
        redacted(&document, &["everything"]);
        redacted(
            &document,
            &[
                "key:*e*",
                "$.a..b[0]",
                "value:card",
                "value:jwt",
                "value:*x*",
            ],
        );
    }
}

fn redacted(document: &Document, rules: &[&str]) -> String {
    let rules = Rules::new(rules).expect("rules");
    let secret = Secret::of(&[7; Secret::BYTES]);
    let mut text = String::new();
    let mut out = |part: &str| text.push_str(part);
    redact_document(
        document,
        &rules,
        &secret,
        &mut |_, payload| Ok(payload),
        &mut out,
    );
    // Several values in a row are none.
    assert!(
        is_json(&text) || !is_json(document.text()),
        "what was JSON is JSON no more"
    );
    text
}

fn no_pin(value: &Value) {
    match value {
        // A Payload in there may be spelled in base64.
        Value::Object(members) if members.contains_key("metadata") => {}
        Value::Object(members) => {
            for (name, value) in members {
                let is_mark = value
                    .as_str()
                    .is_some_and(|text| text.starts_with("[REDACTED:"));
                assert!(
                    !name.eq_ignore_ascii_case("pin") || is_mark,
                    "a value is left under its name"
                );
                no_pin(value);
            }
        }
        Value::Array(items) => items.iter().for_each(no_pin),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
