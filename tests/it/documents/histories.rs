//! Recorded histories: the same places in the encoded and the decoded file, and decoding one gives the other.

use std::collections::BTreeSet;

use temporal_payload::{
    Content, Document, Kind, Payload, Role, Source, failure, history, write_payloads_json,
};

use crate::fixtures::{self, RECORDED, chain, decoded, payloads, pointers, slot_pointers, tree};

fn parse(name: &str) -> Document {
    Document::parse(fixtures::history(name)).expect(name)
}

#[test]
fn every_payload_is_found_and_none_is_invented() {
    for name in RECORDED {
        for form in ["encoded", "decoded"] {
            let name = format!("{name}.{form}");
            let document = parse(&name);
            assert_eq!(
                (document.kind(), document.source()),
                (Kind::History, Source::Json),
                "{name}"
            );
            assert_eq!(
                slot_pointers(&document),
                pointers(document.text()),
                "{name}"
            );
            for slot in document.slots() {
                let found = tree(document.text())
                    .pointer(&slot.pointer)
                    .cloned()
                    .expect("the pointer leads somewhere");
                assert_eq!(
                    tree(&document.text()[slot.span.clone()]),
                    found,
                    "{name} {}",
                    slot.pointer
                );
            }
        }
    }
}

/// The tree walk above is our own idea of a Payload; these numbers were counted by other means, so both cannot be empty.
#[test]
fn all_positions_of_the_protos_are_in_the_synthetic_history() {
    let document = parse("synthetic-all-payload-fields.encoded");
    assert_eq!(document.slots().len(), 426);
    // A position is a path without list indices, names of map entries, and how deep in a chain of causes it lies.
    let positions: BTreeSet<String> = document
        .slots()
        .iter()
        .map(|slot| {
            let mut position: Vec<&str> = Vec::new();
            for segment in slot.pointer.split('/') {
                let in_map = matches!(position.last(), Some(&("fields" | "indexedFields")));
                if segment.bytes().all(|byte| byte.is_ascii_digit()) || in_map {
                    position.push("*");
                } else if segment != "cause" {
                    position.push(segment);
                }
            }
            position.join("/")
        })
        .collect();
    assert_eq!(positions.len(), 81, "{positions:#?}");
    let n_search_attributes = document
        .slots()
        .iter()
        .filter(|slot| slot.role == Role::SearchAttribute)
        .count();
    assert_eq!(n_search_attributes, 4);
}

/// Whoever made the synthetic history numbered its Payloads and wrote the number (or the place as well) into three of every
/// five. That no number is missing shows that no Payload was, whatever our own idea of one is.
#[test]
fn no_numbered_payload_of_the_synthetic_history_is_missing() {
    let document = parse("synthetic-all-payload-fields.decoded");
    let mut numbers = Vec::new();
    let mut n_placed = 0;
    for (slot, payload) in document.slots().iter().zip(payloads(&document)) {
        let Ok(value) = serde_json::from_slice::<serde_json::Value>(&payload.data) else {
            continue;
        };
        let in_text = || {
            value
                .as_str()?
                .strip_prefix("value ")?
                .split(' ')
                .next()?
                .parse()
                .ok()
        };
        numbers.extend(
            value
                .as_u64()
                .or_else(in_text)
                .or_else(|| value["n"].as_u64()),
        );
        // {"at":"workflowExecutionCompletedEventAttributes.result.payloads[1]","n":25}
        if let Some(place) = value["at"]
            .as_str()
            .filter(|place| place.contains("EventAttributes."))
        {
            let place = place.replace(['.', '['], "/").replace(']', "");
            let in_event = slot.pointer.splitn(4, '/').nth(3).expect("/events/N/…");
            assert_eq!(in_event.trim_end_matches(" é"), place);
            n_placed += 1;
        }
    }
    numbers.sort_unstable();
    let expect: Vec<u64> = (1..=392)
        .filter(|number| matches!(number % 5, 0..=2))
        .collect();
    assert_eq!(numbers, expect);
    assert_eq!(n_placed, 53);
}

#[test]
fn a_search_attribute_is_what_stands_in_indexed_fields() {
    for name in RECORDED {
        for slot in parse(&format!("{name}.encoded")).slots() {
            let expect = slot.pointer.contains("/searchAttributes/indexedFields/");
            assert_eq!(
                slot.role == Role::SearchAttribute,
                expect,
                "{}",
                slot.pointer
            );
        }
    }
}

#[test]
fn decoding_an_encoded_history_gives_the_recorded_decoded_one() {
    for name in RECORDED {
        let document = parse(&format!("{name}.encoded"));
        let recorded = fixtures::history(&format!("{name}.decoded"));
        assert_eq!(tree(&decoded(&document)), tree(&recorded), "{name}");
    }
}

#[test]
fn encoding_a_decoded_history_touches_everything_but_search_attributes_and_comes_back() {
    for name in RECORDED {
        let document = parse(&format!("{name}.decoded"));
        let encoded = document.with_payloads(|slot, payload| {
            (slot.role == Role::Payload).then(|| {
                chain()
                    .encode(payload.expect("readable"))
                    .expect("has a key")
            })
        });
        let encoded = Document::parse(encoded).expect(name);
        for (slot, payload) in encoded.slots().iter().zip(payloads(&encoded)) {
            let expect = slot.role == Role::Payload;
            assert_eq!(
                payload.encoding() == Some("binary/encrypted"),
                expect,
                "{name} {}",
                slot.pointer
            );
        }
        assert_eq!(tree(&decoded(&encoded)), tree(document.text()), "{name}");
    }
}

#[test]
fn bytes_outside_of_replaced_payloads_stay_as_they_are() {
    let document = parse("real-order-rich.encoded");
    assert_eq!(document.with_payloads(|_, _| None), document.text());

    let mut n = 0;
    let one_replaced = document.with_payloads(|_, payload| {
        n += 1;
        (n == 7).then(|| payload.expect("readable"))
    });
    let span = document.slots()[6].span.clone();
    assert!(one_replaced.starts_with(&document.text()[..span.start]));
    assert!(one_replaced.ends_with(&document.text()[span.end..]));
    assert_ne!(one_replaced, document.text());
    assert_eq!(tree(&one_replaced), tree(document.text()));
}

#[test]
fn rows_say_what_happened_and_own_all_slots() {
    for name in RECORDED {
        let document = parse(&format!("{name}.encoded"));
        let events = tree(document.text());
        let events = events["events"].as_array().expect("events");
        let rows = history::rows(&document);
        assert_eq!(rows.len(), events.len(), "{name}");
        let mut next = 0;
        for (index, (row, event)) in rows.iter().zip(events).enumerate() {
            assert_eq!(row.event_id, event["eventId"].as_str().expect("an id"));
            assert_eq!(
                row.event_time,
                event["eventTime"].as_str().unwrap_or_default()
            );
            // The attributes' name is the type in another spelling.
            let attributes = event
                .as_object()
                .expect("an object")
                .keys()
                .find_map(|name| name.strip_suffix("EventAttributes"));
            if let Some(attributes) = attributes {
                assert!(
                    row.event_type.eq_ignore_ascii_case(attributes),
                    "{} {attributes}",
                    row.event_type
                );
            }
            assert!(
                row.event_type
                    .starts_with(|first: char| first.is_ascii_uppercase())
                    && !row.event_type.contains('_')
            );
            assert_eq!(row.slots.start, next, "{name} {index}");
            for slot in &document.slots()[row.slots.clone()] {
                assert_eq!(slot.event, Some(index));
                assert!(slot.pointer.starts_with(&format!("/events/{index}/")));
            }
            next = row.slots.end;
        }
        assert_eq!(next, document.slots().len(), "{name}");
    }
}

#[test]
fn encoded_failures_tell_their_message_and_stack_trace() {
    let document = parse("real-order-rich.decoded");
    let mut n = 0;
    for slot in document
        .slots()
        .iter()
        .filter(|slot| slot.is_encoded_attributes())
    {
        let payload = document.payload(slot).expect("readable");
        let attributes =
            failure::encoded_attributes(&payload).expect("the Failure Converter's own form");
        assert!(
            attributes
                .message
                .is_some_and(|message| !message.is_empty()),
            "{}",
            slot.pointer
        );
        n += 1;
    }
    assert_eq!(n, 5);
}

/// A Go `MutableSideEffect` marker decodes to a message of Payloads that are encoded again.
#[test]
fn payloads_inside_of_a_decoded_payload_are_found() {
    let encoded = payloads(&parse("real-samples-go-encryption.encoded"));
    let sealed: Vec<_> = encoded
        .into_iter()
        .filter(|payload| payload.encoding() == Some("binary/encrypted"))
        .collect();
    assert_eq!(sealed.len(), 5);
    let mut message = Vec::new();
    write_payloads_json(&sealed, &mut message);
    let metadata = [
        ("encoding", "json/protobuf"),
        ("messageType", "temporal.api.common.v1.Payloads"),
    ];
    let marker = Payload {
        metadata: metadata
            .map(|(name, value)| (name.to_owned(), value.into()))
            .into(),
        data: message.into(),
        ..Payload::default()
    };
    let marker = chain().encode(marker).expect("has a key");
    assert_eq!(
        Content::of(&marker),
        Content::Bytes {
            len: marker.data.len()
        }
    );

    let Content::NestedPayloads(nested) = Content::of(&chain().decode(marker).payload) else {
        panic!("expected Payloads");
    };
    assert_eq!(nested.payloads, sealed);
    for payload in nested.payloads {
        let inner = chain().decode(payload);
        assert!(inner.error.is_none() && !inner.steps.is_empty());
        assert!(
            matches!(Content::of(&inner.payload), Content::Json(_)),
            "{inner:?}"
        );
    }
}
