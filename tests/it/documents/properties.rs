//! Readers are total: whatever the bytes, there is an answer and no panic; and slots keep their promises.

use proptest::prelude::*;
use temporal_payload::{Content, Document, Payload, failure, history, json_text};

use crate::fixtures;

/// Everything that can be asked of a document, asked.
fn exercise(document: &Document) -> Result<(), TestCaseError> {
    let mut end = 0;
    for slot in document.slots() {
        prop_assert!(
            slot.span.start >= end && slot.span.end <= document.text().len(),
            "slots overlap"
        );
        end = slot.span.end;
        if let Ok(payload) = document.payload(slot) {
            let content = Content::of(&payload);
            prop_assert!(format!("{content:?}").len() < 300, "Debug shows sizes only");
            if let Content::Json(text) = content {
                let _ = json_text::pretty(&text);
            }
            let _ = failure::encoded_attributes(&payload);
        }
    }
    let n_slots = document.slots().len();
    for (index, row) in history::rows(document).iter().enumerate() {
        prop_assert!(row.slots.end <= n_slots);
        prop_assert!(
            document.slots()[row.slots.clone()]
                .iter()
                .all(|slot| slot.event == Some(index))
        );
    }
    prop_assert_eq!(document.with_payloads(|_, _| None), document.text());
    let rewritten = document.with_payloads(|_, payload| payload.ok());
    let again = Document::parse(rewritten);
    prop_assert_eq!(again.map(|again| again.slots().len()), Ok(n_slots));
    Ok(())
}

/// One change to a text, of the kinds that copying, editing and malice make.
#[derive(Clone, Debug)]
enum Change {
    Cut(usize, usize),
    Overwrite(usize, u8),
    Insert(usize, String),
    Repeat(usize, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let at = 0..400_000_usize;
    prop_oneof![
        (at.clone(), 0..4_000_usize).prop_map(|(at, len)| Change::Cut(at, len)),
        (at.clone(), any::<u8>()).prop_map(|(at, byte)| Change::Overwrite(at, byte)),
        (
            at.clone(),
            r#"[{}\[\],:"\\a-f0-9 ]{1,6}|null|\{\}|"data":|"metadata":|"payloads":\["#
        )
            .prop_map(|(at, text)| Change::Insert(at, text)),
        (at, 0..2_000_usize).prop_map(|(at, len)| Change::Repeat(at, len)),
    ]
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    let within = |at: usize| at % bytes.len().max(1);
    let range = |at: usize, len: usize| within(at)..within(at).saturating_add(len).min(bytes.len());
    match change {
        Change::Cut(at, len) => drop(bytes.drain(range(*at, *len))),
        Change::Overwrite(at, byte) => {
            let at = within(*at);
            if let Some(old) = bytes.get_mut(at) {
                *old = *byte;
            }
        }
        Change::Insert(at, text) => {
            let at = within(*at);
            drop(bytes.splice(at..at, text.bytes()));
        }
        Change::Repeat(at, len) => {
            let range = range(*at, *len);
            let copy = bytes[range.clone()].to_vec();
            drop(bytes.splice(range.start..range.start, copy));
        }
    }
}

/// JSON whose members are named as Temporal's, nested at random.
fn temporal_like() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("{}".to_owned()),
        Just("[]".to_owned()),
        Just("1e400".to_owned()),
        Just(r#""anNvbi9wbGFpbg==""#.to_owned()),
        Just(r#""json/plain""#.to_owned()),
        Just(r#""EVENT_TYPE_TIMER_FIRED""#.to_owned()),
        Just(r#"{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"MQ=="}"#.to_owned()),
        Just(r#"{"metadata":{"encoding":"json/plain"},"data":{"metadata":{"encoding":"json/plain"}}}"#.to_owned()),
    ];
    let name = prop::sample::select(vec![
        "metadata",
        "data",
        "encoding",
        "payloads",
        "events",
        "history",
        "eventId",
        "eventType",
        "timerFiredEventAttributes",
        "fields",
        "memo",
        "searchAttributes",
        "indexedFields",
        "encodedAttributes",
        "userMetadata",
        "summary",
        "externalPayloads",
        "x/~\\u00e9",
    ]);
    leaf.prop_recursive(6, 60, 5, move |inner| {
        prop_oneof![
            prop::collection::vec((name.clone(), inner.clone()), 0..5).prop_map(|members| {
                let members: Vec<_> = members
                    .iter()
                    .map(|(name, value)| format!("\"{name}\":{value}"))
                    .collect();
                format!("{{{}}}", members.join(","))
            }),
            prop::collection::vec(inner, 0..4).prop_map(|values| format!("[{}]", values.join(","))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(document) = Document::from_bytes(&bytes) {
            exercise(&document)?;
        }
    }

    #[test]
    fn any_text(text in "\\PC{0,200}") {
        if let Ok(document) = Document::parse(text) {
            exercise(&document)?;
        }
    }

    #[test]
    fn any_payload_in_any_wire_form(
        metadata in prop::collection::btree_map("[a-z-]{0,12}", prop::collection::vec(any::<u8>(), 0..20), 0..4),
        data in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let payload = Payload { metadata, data: data.into(), ..Payload::default() };
        let _ = Content::of(&payload);
        let document = Document::parse(format!("{{\"payloads\":[{}]}}", payload.to_json()));
        let document = document.map_err(|error| TestCaseError::fail(error.to_string()))?;
        exercise(&document)?;
        prop_assert_eq!(document.slots().len(), 1);
        if let Ok(document) = Document::from_bytes(&payload.to_proto()) {
            exercise(&document)?;
        }
    }

    #[test]
    fn json_made_of_temporals_words(text in temporal_like()) {
        let json: serde_json::Value = serde_json::from_str(&text.replace("1e400", "1")).expect("made as JSON");
        match Document::parse(text) {
            Ok(document) => {
                exercise(&document)?;
                // With a name twice in one object a pointer leads to the last only.
                let distinct: std::collections::BTreeSet<_> = document.slots().iter().map(|slot| &slot.pointer).collect();
                for pointer in distinct {
                    prop_assert!(json.pointer(pointer).is_some() || document.text().matches("\":").count() > 1, "{}", pointer);
                }
            }
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn mutated_histories(
        name in prop::sample::select(vec![
            "real-loops-last-run.encoded",
            "real-samples-go-encryption.decoded",
            "real-samples-go-encryption.encoded",
            "real-order-rich.web-ui-download-readable",
        ]),
        changes in prop::collection::vec(change(), 1..4),
    ) {
        let mut bytes = fixtures::history(name).into_bytes();
        for change in &changes {
            apply(&mut bytes, change);
        }
        if let Ok(document) = Document::from_bytes(&bytes) {
            exercise(&document)?;
        }
    }
}
