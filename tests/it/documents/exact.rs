//! What is sent is shown and exported as sent: numbers of any size, decimals, names that occur twice, their order, and JSON that is
//! none.

use proptest::prelude::*;
use temporal_payload::{Content, Document, Payload, json_text};

/// JSON as nobody would write it, and everybody must keep it.
fn odd_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,25})?([eE][+-]?[0-9]{1,3})?",
        Just("9007199254740993".to_owned()),
        Just("1.10".to_owned()),
        Just("-0".to_owned()),
        Just("1e400".to_owned()),
        Just("\"\\u00e9\\/\\ud800\"".to_owned()),
        Just("null".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(("[abz]", inner.clone()), 0..4).prop_map(|members| {
                let members = members
                    .iter()
                    .map(|(name, value)| format!("\"{name}\":{value}"));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }),
            prop::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(","))),
        ]
    })
}

fn plain(data: &str) -> Payload {
    Payload {
        metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
        data: data.to_owned().into(),
        external_payloads: Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn values_and_documents_stay_as_sent(json in odd_json(), tail in "[,x}]{0,2}") {
        // A valid value, and one that is damaged.
        for data in [json.clone(), format!("{json}{tail}")] {
            let payload = plain(&data);
            let around = format!("{{\"a\":{json},\"a\":{json},\"payloads\":[{}]}}", payload.to_json());
            let document = Document::parse(around.as_str()).expect("a document");
            prop_assert_eq!(document.text(), &around);
            prop_assert!(document.wrappings().is_empty());
            let slot = document.slots().last().expect("a Payload");
            prop_assert_eq!(&document.payload(slot).expect("a Payload").data, data.as_bytes());
            let decoded = document.with_payloads(|_, payload| payload.ok());
            prop_assert_eq!(&decoded, &around);
            // The readable form holds the value's own text wherever that is JSON.
            let readable = payload.to_readable_json();
            if json_text::is_json(&data) {
                prop_assert!(readable.contains(&data), "{readable}");
                if let Content::Json(shown) = Content::of(&payload) {
                    prop_assert_eq!(&shown, &data);
                }
            }
            let again = Document::parse(readable.as_str()).expect("a Payload");
            let read = again.payload(&again.slots()[0]).expect("a Payload");
            if json_text::is_json(&data) {
                prop_assert_eq!(&read, &payload);
            }
        }
    }

    /// Inside of what people copy, values stay as they were, too.
    #[test]
    fn values_stay_as_sent_inside_of_wrappings(json in odd_json()) {
        let payload = plain(&json);
        for text in [
            format!("```\n{}\n```", payload.to_json()),
            format!("\"input\": {{\"payloads\": [{}]}},", payload.to_json()),
            format!("got {} twice", payload.to_json()),
            serde_json::to_string(&payload.to_json()).expect("a text"),
        ] {
            let document = Document::parse(text.as_str()).expect("a document");
            prop_assert_eq!(document.payload(&document.slots()[0]).expect("a Payload"), payload.clone());
        }
    }
}
