//! Types of several places: what an `Any` holds, what places declare differently, and which types bytes fit.

use std::sync::Arc;

use super::field;
use crate::{Fits, ProtoFile, Sample, Schemas, UserTypes, read_protos};

const ENVELOPE: &str = "syntax = \"proto3\";\npackage acme;\nimport \"google/protobuf/any.proto\";\nmessage Envelope { google.protobuf.Any body = 1; string id = 2; }\n";
const MONEY: &str = "syntax = \"proto3\";\npackage acme;\nmessage Money { string currency = 1; Sum sum = 2; }\nmessage Sum { int64 units = 1; }\n";
/// Alike at first sight: what differs stands in a type that it names.
const OTHER: &str = "syntax = \"proto3\";\npackage acme;\nmessage Money { string currency = 1; Sum sum = 2; }\nmessage Sum { int64 cents = 1; }\n";

fn place(text: &str) -> Arc<UserTypes> {
    let file = ProtoFile {
        name: "types.proto".to_owned(),
        text: text.as_bytes().to_vec(),
    };
    let types = read_protos(vec![file], &mut |_| None);
    assert!(types.problems().is_empty(), "{:?}", types.problems());
    Arc::new(types)
}

fn schemas(places: &[(&str, &str)]) -> Schemas {
    let places = places.iter();
    Schemas::new(places.map(|(name, text)| ((*name).to_owned(), place(text))))
}

fn money() -> Vec<u8> {
    [field(1, b"EUR"), field(2, b"\x08\x07")].concat()
}

/// An envelope around a value of that type.
fn envelope(type_name: &str, value: &[u8]) -> Vec<u8> {
    let url = format!("type.googleapis.com/{type_name}");
    let any = [field(1, url.as_bytes()), field(2, value)].concat();
    [field(1, &any), field(2, b"e")].concat()
}

/// The envelope as JSON, the fields that are not in it, and what is declared differently.
fn json(schemas: &Schemas, bytes: &[u8]) -> (String, usize, Vec<String>) {
    let found = schemas.find("acme.Envelope").expect("a type");
    let json = schemas.message_json(found, bytes).expect("a message");
    (json.text, json.n_unknown, json.clashes)
}

const READ: &str = r#"{"body":{"@type":"type.googleapis.com/acme.Money","currency":"EUR","sum":{"units":"7"}},"id":"e"}"#;
const BYTES: &str =
    r#"{"body":{"@type":"type.googleapis.com/acme.Money","value":"CgNFVVISAggH"},"id":"e"}"#;

#[test]
fn what_an_any_holds_may_be_of_another_place() {
    let bytes = envelope("acme.Money", &money());
    for places in [
        &[("one", ENVELOPE), ("two", MONEY)][..],
        &[("two", MONEY), ("one", ENVELOPE)],
        // Twice the same is no question.
        &[("one", ENVELOPE), ("two", MONEY), ("three", MONEY)],
    ] {
        let read = json(&schemas(places), &bytes);
        assert_eq!(read, (READ.to_owned(), 0, vec![]), "{places:?}");
    }
    assert_eq!(
        json(&schemas(&[("one", ENVELOPE)]), &bytes),
        (BYTES.to_owned(), 1, vec![])
    );
    // What is built in does not have to be imported; an Any in an Any of another place finds its way back.
    let text = json(
        &schemas(&[("one", ENVELOPE)]),
        &envelope("google.protobuf.StringValue", &field(1, b"x")),
    )
    .0;
    assert!(text.contains(r#""value":"x""#), "{text}");
    let inner = envelope("acme.Money", &money());
    let nested = json(
        &schemas(&[("one", ENVELOPE), ("two", MONEY)]),
        &envelope("acme.Envelope", &inner),
    );
    assert!(
        nested
            .0
            .contains(READ.trim_start_matches('{').trim_end_matches('}')),
        "{}",
        nested.0
    );
}

#[test]
fn what_places_declare_differently_is_told_and_not_chosen() {
    let clash = schemas(&[("one", ENVELOPE), ("two", MONEY), ("three", OTHER)]);
    let bytes = envelope("acme.Money", &money());
    let expect = (BYTES.to_owned(), 1, vec!["acme.Money".to_owned()]);
    assert_eq!(json(&clash, &bytes), expect);
    let told: Vec<_> = clash.clashes();
    let told: Vec<_> = told
        .iter()
        .map(|clash| (clash.name, clash.counts, clash.other))
        .collect();
    assert_eq!(told, [("acme.Sum", "two", 2)]);
    // The place of the message itself says what it means.
    let own = format!(
        "{ENVELOPE}{}",
        MONEY.split_once("acme;\n").expect("a package").1
    );
    let own = schemas(&[("three", OTHER), ("one", &own)]);
    assert_eq!(json(&own, &bytes), (READ.to_owned(), 0, vec![]));
}

#[test]
fn types_that_bytes_fit_come_first() {
    let schemas = schemas(&[("one", ENVELOPE), ("two", MONEY)]);
    let first = |sample: Sample<'_>, words: &str| {
        let found = schemas.candidates(sample, words);
        let first = found.first().expect("a type");
        (first.name.to_owned(), first.fits, found.len())
    };
    let money = money();
    let (name, fits, n) = first(Sample::Bytes(&money), "");
    assert_eq!((name.as_str(), fits), ("acme.Money", Fits::Whole));
    assert!(n > 500, "Temporal's types are among them: {n}");
    let more = [money, field(9, b"x")].concat();
    let (name, fits, n) = first(Sample::Bytes(&more), "MONEY acme");
    assert_eq!((name.as_str(), fits, n), ("acme.Money", Fits::Partly(1), 1));
    let (_, fits, _) = first(Sample::Bytes(b"\x0a\x05"), "acme.money");
    assert_eq!(fits, Fits::Not);
    let names = ["currency".to_owned(), "sum".to_owned()];
    assert_eq!(first(Sample::Names(&names), "").0, "acme.Money");
    let none = schemas.candidates(Sample::Bytes(b""), "no such type");
    assert!(none.is_empty(), "{none:?}");
}

/// However many types there are, and however long the bytes, a look takes a bounded number of steps.
#[test]
fn long_bytes_are_looked_at_in_part() {
    let schemas = schemas(&[("two", MONEY)]);
    let long = field(1, &vec![b'x'; 1 << 20]).repeat(64);
    let start = std::time::Instant::now();
    let found = schemas.candidates(Sample::Bytes(&long), "");
    assert!(
        found
            .iter()
            .any(|one| one.name == "acme.Money" && one.fits == Fits::Whole)
    );
    // Some hundred types, each of which would read 64 MiB of text.
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}
