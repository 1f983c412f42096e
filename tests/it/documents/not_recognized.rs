//! What is no document: the reason says what it looked like, and never quotes it.

use temporal_payload::{
    CAN_BE_PASTED, Document, Expected, LooksLike, MAX_DOCUMENT_BYTES, NotRecognized, TextPlace,
    base64,
};

#[track_caller]
fn check(text: &str, expect: &NotRecognized) {
    let error = Document::parse(text).expect_err(text);
    assert_eq!(&error, expect, "{text}");
    let shown = error.to_string();
    assert!(
        !shown.contains("canary") && !shown.ends_with('.') && !shown.is_empty(),
        "{shown}"
    );
}

#[test]
fn says_what_it_looked_like() {
    check("", &NotRecognized::Empty);
    check("\u{feff} \r\n\t", &NotRecognized::Empty);
    check(
        "{\"payloads\":[\n  canary]}",
        &NotRecognized::InvalidJson {
            place: TextPlace { line: 2, column: 3 },
            expected: Expected::Value,
        },
    );
    check(
        "{\"é\":canary}",
        &NotRecognized::InvalidJson {
            place: TextPlace { line: 1, column: 6 },
            expected: Expected::Value,
        },
    );
    check(
        "{\"payloads\":[{\"data\":\"canary",
        &NotRecognized::CutOff {
            place: TextPlace {
                line: 1,
                column: 29,
            },
        },
    );
    check(r#"{"canary":[1,{"b":"c"}]}"#, &NotRecognized::NoPayloads);
    check("{}", &NotRecognized::NoPayloads);
    check("[]", &NotRecognized::NoPayloads);
    check(
        r#"{"kind":"Pod","metadata":{"name":"canary","labels":"x"},"data":{"a":"b"}}"#,
        &NotRecognized::NoPayloads,
    );
    check(
        r#"[{"metadata":{"encoding":"utf-8","name":"canary"},"data":"x","more":1}]"#,
        &NotRecognized::NoPayloads,
    );
    check("canary in a cage", &NotRecognized::Text);
    check("canary", &NotRecognized::Text);
    check("null", &NotRecognized::Text);
    check("\"canary", &NotRecognized::Text);
    check(&"[".repeat(100_000), &NotRecognized::TooDeep);
}

/// What is nearly base64 is told from other text, with the place; the column is the editor's.
#[test]
fn says_where_base64_is_wrong() {
    let sealed = base64::encode(b"canary 1 Canary 2 CANARY 3 canary 4 Canary 5");
    let place_in = |text: &str| {
        let error = Document::parse(text).expect_err("no document");
        error
            .place()
            .map(|TextPlace { line, column }| (line, column))
    };
    let (head, tail) = sealed.split_at(21);
    assert_eq!(place_in(&format!("{head}%{tail}")), Some((1, 22)));
    assert_eq!(place_in(&format!("  {head}%{tail}")), Some((1, 24)));
    assert_eq!(place_in(&format!("\"{head}…{tail}\"")), Some((1, 23)));
    assert_eq!(
        place_in(&format!("{head}\n{tail}*\n")),
        Some((2, tail.len() + 1))
    );
    assert_eq!(place_in(&format!("{head}=={tail}")), Some((1, 24)));
    assert_eq!(place_in(&sealed[..33]), Some((1, 34)), "cut off");
    // Prose, an address and a short word claim nothing.
    for text in [
        "The Quick Brown Fox 1 jumps over the lazy dog, and sleeps.",
        "https://cloud.temporal.io/namespaces/Prod-1/workflows?a=b&c=d.e",
        "Order-42.7",
    ] {
        assert_eq!(place_in(text), None, "{text}");
    }
}

#[test]
fn says_what_base64_stands_for() {
    let looks_like = |bytes: &[u8], looks_like| {
        check(
            &base64::encode(bytes),
            &NotRecognized::Base64 {
                bytes: bytes.len(),
                looks_like,
            },
        );
    };
    looks_like(br#"{"canary":"is json"}"#, LooksLike::Json);
    looks_like(br#""canary is a json text""#, LooksLike::Json);
    looks_like(b"canary is just some text", LooksLike::Text);
    looks_like(b"{canary is no json", LooksLike::Text);
    looks_like(&[0x80; 40], LooksLike::Bytes);
    looks_like(b"\x01canary\x02canary\x03", LooksLike::Bytes);
}

#[test]
fn says_it_of_files_too() {
    assert_eq!(
        Document::from_bytes(&[0xff; 9]).expect_err("bytes"),
        NotRecognized::Binary { bytes: 9 }
    );
    assert_eq!(
        Document::from_bytes(b"").expect_err("empty"),
        NotRecognized::Empty
    );
    // A serialized message without any encoding could be anything.
    assert!(Document::from_bytes(&[0x12, 0x03, 1, 2, 3]).is_err());
    let too_large = vec![b' '; MAX_DOCUMENT_BYTES + 1];
    let expect = NotRecognized::TooLarge {
        bytes: too_large.len(),
    };
    assert_eq!(
        Document::from_bytes(&too_large).expect_err("too large"),
        expect
    );
}

#[test]
fn says_what_can_be_pasted() {
    for word in ["Event History", "Payload", "Failure", "base64"] {
        assert!(CAN_BE_PASTED.contains(word));
    }
}

/// Long names over long lists, and long lists of nothing, must not cost far more memory than they have bytes.
#[test]
fn refuses_more_payloads_than_it_can_list() {
    let long_name = format!(
        "{{\"{}\":{{\"payloads\":[{}{{}}]}}}}",
        "n".repeat(1 << 20),
        "{},".repeat(1000)
    );
    assert_eq!(
        Document::parse(long_name).expect_err("a bomb"),
        NotRecognized::PathsTooLong
    );
    let many = format!("{{\"payloads\":[{}{{}}]}}", "{},".repeat(2 << 20));
    let error = Document::parse(many).expect_err("a bomb");
    assert_eq!(error, NotRecognized::TooManyPayloads);
    assert_eq!(
        error.to_string(),
        "the document holds more than 2097152 Payloads"
    );
}

/// What looks like a Payload inside of a Payload's data is data: it counts for nothing, however much of it there is.
#[test]
fn payloads_in_the_data_of_a_payload_are_not_counted() {
    let (n, depth) = (800, 400);
    let open = r#"{"metadata":{"encoding":"json/plain"},"data":"#;
    let deep = format!("{}1{}", open.repeat(depth), "}".repeat(depth));
    let wide = format!("{open}[{}0]}}", format!("{open}1}},").repeat(1000));
    let values = format!("{}{wide}", format!("{deep},").repeat(n - 1));
    let text = format!("{{\"{}\":[{values}]}}", "name".repeat(1000));
    let document = Document::parse(text).expect("a document");
    let slots = document.slots();
    assert_eq!(slots.len(), n);
    for (at, slot) in slots.iter().enumerate() {
        assert_eq!(slot.pointer, format!("/{}/{at}", "name".repeat(1000)));
    }
    document.payload(&slots[0]).expect("its data is inline");
}

/// A comma that is missing is a fault, and not a notation without commas: what stood there is not known.
#[test]
fn json_that_lost_a_comma_is_told_its_place() {
    for (text, place) in [
        (
            "{\"payloads\": [\n  {\"metadata\": {}} {\"data\": \"\"}\n]}",
            (2, 20),
        ),
        (
            "{\"payloads\": [\n  {\"metadata\": {} \"data\": \"\"}\n]}",
            (2, 19),
        ),
    ] {
        let error = Document::parse(text).expect_err(text);
        let found = error.place().map(|place| (place.line, place.column));
        assert_eq!(found, Some(place), "{error}");
    }
}
