//! Damaged, hostile and odd input, as bodies of `POST /decode`, with what implementations may do with it.

use std::time::Instant;

use serde_json::{Value, json};
use support::vectors::{chain, key, payload, vectors};
use temporal_payload::{Payload, Payloads};

/// What becomes of a whole body under the strictest policy: all decoded, or the first reason why not.
fn decode_body(vector: &Value) -> Result<Vec<Payload>, String> {
    let body = match vector["request_body"].as_str() {
        Some(body) => body.to_owned(),
        None => json!({ "payloads": [vector["encoded"]] }).to_string(),
    };
    let keyring = vector["keyring"].as_array().into_iter().flatten();
    let chain = chain(keyring.filter_map(key));
    let request = Payloads::from_json(body.as_bytes()).map_err(|error| error.to_string())?;
    request
        .payloads
        .into_iter()
        .map(|payload| {
            let decoded = chain.decode(payload);
            match &decoded.error {
                Some(error) if !decoded.is_answer() => Err(error.to_string()),
                _ => Ok(decoded.payload),
            }
        })
        .collect()
}

/// `decoded` is one Payload, or the list of them.
fn expected(vector: &Value) -> Vec<Payload> {
    match vector["decoded"].as_array() {
        Some(all) => all.iter().map(payload).collect(),
        None => vec![payload(&vector["decoded"])],
    }
}

#[test]
fn every_vector_ends_as_it_says() {
    let mut seen = 0;
    for vector in vectors("negative.json") {
        let name = vector["name"].as_str().expect("a name");
        let result = decode_body(&vector);
        match vector["expect"].as_str().expect("an expectation") {
            "ok" => assert_eq!(result, Ok(expected(&vector)), "{name}"),
            "error" => assert!(result.is_err(), "{name} was accepted"),
            "passthrough" => {
                let sent = vector["request_body"].as_str().expect("a body");
                let sent = Payloads::from_json(sent.as_bytes()).expect(name);
                assert_eq!(result, Ok(sent.payloads), "{name}");
            }
            "policy" => policy(name, &vector, &result),
            other => panic!("{name}: unknown expectation {other}"),
        }
        seen += 1;
    }
    assert_eq!(seen, 77, "another number of vectors than this test knows");
}

/// Where implementations differ: what this product does, and why.
fn policy(name: &str, vector: &Value, result: &Result<Vec<Payload>, String>) {
    match name {
        // A key answers to the ids that it was given, and to no other: people must see which key is missing. Keys may be
        // given several ids, so that Go's empty ones can be served.
        "negative/unknown-key-id-single-fallback" => {
            assert_eq!(
                result,
                &Err("key \"rotated-2019\" was not found".to_owned()),
                "{name}"
            );
        }
        // The empty id says nothing of the key, so each one is tried, and the tag decides.
        "negative/key-id-empty-string" => assert_eq!(result, &Ok(expected(vector)), "{name}"),
        // Two layers come from a retry; forty from nobody.
        "negative/nested-encryption-40-layers" => {
            assert_eq!(
                result,
                &Err("it has more than 16 layers".to_owned()),
                "{name}"
            );
        }
        // Go and Python stop at the end of the stream and ignore what follows.
        "negative/zlib-trailing-garbage" => assert_eq!(result, &Ok(expected(vector)), "{name}"),
        // Later clients may send fields that nobody knows today; of a field sent twice, the last one counts, as in protobuf.
        "negative/unknown-top-level-field" | "negative/duplicate-key" => {
            assert_eq!(result, &Ok(vec![]), "{name}")
        }
        // What Go once accepted may stand in somebody's history.
        "negative/base64-with-newlines" | "negative/base64-nonzero-trailing-bits" => {
            assert_eq!(result, &Ok(expected(vector)), "{name}");
        }
        // JSON has no byte order mark (RFC 8259 §8.1), and no client sends one.
        "negative/json-utf8-bom" => assert!(result.is_err(), "{name}"),
        other => panic!("{other}: no decision is written down"),
    }
}

/// No error may repeat what it was given: errors are logged, shown and sent.
#[test]
fn no_error_repeats_content() {
    for vector in vectors("negative.json") {
        if let Err(error) = decode_body(&vector) {
            for content in ["secret", "{", "OLTm", "hello"] {
                assert!(!error.contains(content), "{}: {error}", vector["name"]);
            }
        }
    }
}

/// The encrypted bomb is stopped at the limit: its 200 MiB are never made.
#[test]
fn a_bomb_is_stopped_at_the_limit() {
    let started = Instant::now();
    let mut bombs = 0;
    for vector in vectors("negative.json") {
        if vector["name"]
            .as_str()
            .is_some_and(|name| name.contains("bomb"))
        {
            assert_eq!(
                decode_body(&vector),
                Err("it decompresses past the limit of 67108864 bytes".to_owned()),
                "{}",
                vector["name"]
            );
            bombs += 1;
        }
    }
    assert_eq!(bombs, 4);
    eprintln!("{bombs} bombs stopped in {:?}", started.elapsed());
}
