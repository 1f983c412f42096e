//! A value in every position where the API's types hold a Payload, as their descriptors tell: none is left in a redacted document,
//! and equal ones have equal marks within one secret alone.

use std::collections::BTreeSet;

use payload_codec::{CodecChain, KeyId, Keyring, Limits, sdk_samples};
use payload_schema::{Holds, MessageId, Position, positions, temporal};
use redaction::{At, Report, Rules, Secret, redact_document};
use support::vectors::sample_key;
use temporal_payload::{Document, Payload};

const CANARY: &str = "canary-5d41402a";

fn chain() -> CodecChain {
    let mut keys = Keyring::default();
    let id = KeyId::new("test-key-id");
    keys.insert(id.clone(), sample_key());
    let aes = sdk_samples(std::sync::Arc::new(keys), Some(id));
    CodecChain::new(vec![aes.clone()], vec![aes], Limits::default())
}

/// A message with these Payloads in the place, as JSON.
fn made(position: &Position, is_snake: bool, payloads: &[String]) -> String {
    let steps = position.path.iter().rev();
    let of = |payload: &String| {
        steps.clone().fold(payload.clone(), |json, step| {
            let name = if is_snake { &step.name } else { &step.json };
            match step.holds {
                Holds::One => format!(r#"{{"{name}":{json}}}"#),
                Holds::List => format!(r#"{{"{name}":[{json}]}}"#),
                Holds::Map => format!(r#"{{"{name}":{{"some name":{json}}}}}"#),
            }
        })
    };
    format!(
        "[{}]",
        payloads.iter().map(of).collect::<Vec<_>>().join(",")
    )
}

fn redacted(text: &str, secret: &Secret, rules: &Rules, chain: &CodecChain) -> (String, Report) {
    let document = Document::parse(text).expect("a document");
    let mut out = String::new();
    let mut decode = |_: At, payload: Payload| {
        let decoded = chain.decode(payload);
        match decoded.error {
            None => Ok(decoded.payload),
            Some(error) => Err(error.to_string()),
        }
    };
    let mut add = |part: &str| out.push_str(part);
    let report = redact_document(&document, rules, secret, &mut decode, &mut add);
    (out, report)
}

fn marks(text: &str) -> Vec<&str> {
    let parts = text.split("[REDACTED:").skip(1);
    parts
        .map(|rest| rest.split(']').next().expect("a part"))
        .collect()
}

#[test]
fn no_value_is_left_in_any_position_of_the_api() {
    let (types, chain) = (temporal(), chain());
    let everything = Rules::new(&["everything"]).expect("a rule");
    let [secret, other] = [1, 2].map(|byte| Secret::of(&[byte; Secret::BYTES]));
    let plain = |value: &str| Payload {
        metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
        data: format!("{{\"{CANARY}\":\"{CANARY} {value}\"}}")
            .into_bytes()
            .into(),
        external_payloads: Vec::new(),
    };
    // Two that are equal, one that is not, one that nobody decoded, and one that no key opens.
    let sealed = |payload: &Payload| chain.encode(payload.clone()).expect("a key").to_json();
    let mut lost = chain.encode(plain("c")).expect("a key");
    lost.metadata
        .insert("encryption-key-id".to_owned(), CANARY.as_bytes().to_vec());
    let payloads = [
        sealed(&plain("a")),
        sealed(&plain("a")),
        sealed(&plain("b")),
        plain("a").to_json(),
        lost.to_json(),
    ];
    let names = types
        .names()
        .filter(|name| name.starts_with("temporal.api."));
    let ids: Vec<MessageId> = names.filter_map(|name| types.find(name)).collect();
    let mut n = 0;
    for id in ids {
        for position in positions(types, id) {
            for is_snake in [false, true] {
                let text = made(&position, is_snake, &payloads);
                let (out, report) = redacted(&text, &secret, &everything, &chain);
                let place = || format!("{} {:?}", types.name(id), position.path);
                assert!(!out.contains(CANARY), "{}: {out}", place());
                // Nor in base64, at any of the three offsets at which it may begin.
                for part in ["Y2FuYXJ5", "NhbmFyeS", "jYW5hcnkt"] {
                    assert!(!out.contains(part), "{}: {out}", place());
                }
                assert_eq!(report.n_payloads, payloads.len(), "{}", place());
                assert_eq!(report.n_left_out, 1, "{}: {out}", place());
                let marks = marks(&out);
                let distinct: BTreeSet<&str> = marks.iter().copied().collect();
                assert!(
                    distinct.len() >= 2 && distinct.len() < marks.len(),
                    "{}: {out}",
                    place()
                );
                let (again, _) = redacted(&text, &secret, &everything, &chain);
                assert_eq!(again, out, "one secret, one mark");
                let (elsewhere, _) = redacted(&text, &other, &everything, &chain);
                assert_ne!(elsewhere, out, "{}", place());
                n += 1;
            }
        }
    }
    assert!(n > 2000, "{n} positions");
}
