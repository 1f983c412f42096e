//! The fuzz targets, run without a fuzzer: over real data, over real data with damage, and over random bytes.

#[allow(
    unreachable_pub,
    reason = "a library of its own, shared with the fuzzer"
)]
#[path = "../../fuzz/src/lib.rs"]
mod targets;

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng};
use serde_json::Value;
use support::vectors;
use support::wire::{NULL, PLAIN, REFERENCE, SEALED, SEALED_ZLIB, ZLIB, payloads};
use temporal_payload::Payload;

/// Every Payload of the vectors, and small documents around some.
fn seeds() -> Vec<Vec<u8>> {
    let mut texts: Vec<String> = [NULL, PLAIN, REFERENCE, SEALED, SEALED_ZLIB, ZLIB]
        .map(str::to_owned)
        .into();
    texts.push(payloads(&[SEALED, ZLIB, PLAIN]));
    let folder = vectors::tests_folder();
    for entry in std::fs::read_dir(folder.join("vectors")).expect("a folder") {
        let path = entry.expect("readable").path();
        if path.extension().is_some_and(|end| end == "json") {
            let text = std::fs::read_to_string(path).expect("readable");
            collect(&serde_json::from_str(&text).expect("JSON"), &mut texts);
        }
    }
    for name in ["real-loops-last-run", "real-samples-go-encryption"] {
        let path = folder.join(format!("histories/{name}.encoded.json"));
        texts.push(std::fs::read_to_string(path).expect("readable"));
    }
    let mut seeds: Vec<Vec<u8>> = Vec::new();
    for preset in payload_codec::presets() {
        let mut seed = serde_json::to_vec(&preset.spec).expect("JSON");
        seed.extend_from_slice(b"\0\x0a\x08\x0a\x03key\x12\x01v\x12\x04data");
        seeds.push(seed);
    }
    for text in texts {
        if let Ok(payload) = Payload::from_json(text.as_bytes()) {
            seeds.push(payload.to_proto());
            seeds.push(payload.data.to_vec());
        }
        seeds.push(text.into_bytes());
    }
    assert!(seeds.len() > 300, "{} seeds", seeds.len());
    seeds
}

/// What looks like a Payload, at any depth.
fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            if fields.contains_key("metadata") && fields.contains_key("data") {
                found.push(value.to_string());
            }
            fields.values().for_each(|value| collect(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A change as copying, editing and malice make them.
fn damage(seed: &[u8], other: &[u8], rng: &mut TestRng) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    let at = |len: usize, rng: &mut TestRng| match len {
        0 => 0,
        len => usize::try_from(rng.next_u32()).unwrap_or_default() % len,
    };
    for _ in 0..=at(3, rng) {
        let place = at(bytes.len(), rng);
        match at(6, rng) {
            0 => bytes.truncate(place),
            1 if !bytes.is_empty() => bytes[place] ^= 1 << at(8, rng),
            2 if !bytes.is_empty() => bytes[place] = rng.next_u32().to_le_bytes()[0],
            3 => {
                let piece = other[at(other.len(), rng)..].iter().copied().take(64);
                bytes.splice(place..place, piece);
            }
            4 => {
                let end = bytes.len().min(place + at(16, rng));
                bytes.drain(place..end);
            }
            _ => {
                let again: Vec<u8> = bytes[place..].iter().copied().take(32).collect();
                bytes.splice(place..place, again);
            }
        }
    }
    bytes
}

/// Runs a target over the seeds, then over `rounds` damaged ones. The damage is the same in every run.
fn run(target: fn(&[u8]), rounds: usize) {
    let seeds = seeds();
    seeds.iter().for_each(|seed| target(seed));
    let mut rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    for round in 0..rounds {
        let seed = &seeds[round % seeds.len()];
        let other = &seeds[(round * 7 + 3) % seeds.len()];
        target(&damage(seed, other, &mut rng));
    }
    let mut runner = proptest::test_runner::TestRunner::new_with_rng(
        ProptestConfig {
            cases: 512,
            failure_persistence: None,
            ..ProptestConfig::default()
        },
        rng,
    );
    let random = proptest::collection::vec(any::<u8>(), 0..512);
    runner
        .run(&random, |bytes| {
            target(&bytes);
            Ok(())
        })
        .expect("holds for any bytes");
}

#[test]
fn payload_json_holds() {
    run(targets::payload_json, 6000);
}

#[test]
fn binary_document_holds() {
    run(targets::binary_document, 1500);
}

#[test]
fn message_holds() {
    run(targets::message, 1500);
}

#[test]
fn payload_proto_holds() {
    run(targets::payload_proto, 6000);
}

#[test]
fn document_holds() {
    run(targets::document, 6000);
}

#[test]
fn decode_holds() {
    run(targets::decode, 2000);
}

#[test]
fn sealed_holds() {
    run(targets::sealed, 1000);
}

#[test]
fn inflate_holds() {
    run(targets::inflate, 2000);
}

#[test]
fn layouts_of_any_bytes() {
    run(targets::laid_out, 300);
}

#[test]
fn layers_hold() {
    run(targets::layers, 300);
}

#[test]
fn made_specs_hold() {
    run(targets::made_spec, 1000);
}

#[test]
fn made_documents_hold() {
    run(targets::made_document, 1000);
}

#[test]
fn json_is_the_same_elsewhere() {
    run(targets::same_json, 3000);
    run(targets::same_fast_and_plain, 3000);
}

#[test]
fn requests_hold() {
    run(targets::request, 1000);
}

#[test]
fn files_of_keys_hold() {
    run(targets::key_file, 1000);
}

#[test]
fn settings_hold() {
    run(targets::settings, 1000);
}

#[test]
fn redaction_holds() {
    run(targets::redaction, 1000);
}

#[test]
fn links_hold() {
    run(targets::link, 1000);
}

#[test]
fn the_clis_file_holds() {
    run(targets::temporal_toml, 100);
}

#[test]
fn tokens_key_sets_and_access_files_hold() {
    run(targets::token, 300);
    run(targets::key_sets, 300);
    run(targets::access_file, 300);
}

#[test]
fn comparisons_hold() {
    run(targets::compared, 1000);
}

#[test]
fn wrapped_data_keys_hold() {
    run(targets::wrapped, 1000);
}

type Target = (&'static str, fn(&[u8]));

/// Every target; the test below compares them with the fuzzer's.
const ALL: [Target; 28] = [
    ("access_file", targets::access_file),
    ("binary_document", targets::binary_document),
    ("compared", targets::compared),
    ("copied", targets::copied),
    ("decode", targets::decode),
    ("descriptor_set", targets::descriptor_set),
    ("document", targets::document),
    ("inflate", targets::inflate),
    ("key_file", targets::key_file),
    ("key_sets", targets::key_sets),
    ("laid_out", targets::laid_out),
    ("layers", targets::layers),
    ("link", targets::link),
    ("made_document", targets::made_document),
    ("made_spec", targets::made_spec),
    ("message", targets::message),
    ("payload_json", targets::payload_json),
    ("payload_proto", targets::payload_proto),
    ("proto_files", targets::proto_files),
    ("redaction", targets::redaction),
    ("request", targets::request),
    ("same_fast_and_plain", targets::same_fast_and_plain),
    ("same_json", targets::same_json),
    ("sealed", targets::sealed),
    ("settings", targets::settings),
    ("temporal_toml", targets::temporal_toml),
    ("token", targets::token),
    ("wrapped", targets::wrapped),
];

/// What a fuzzer once found to lead somewhere new, each for its own target.
#[test]
fn what_fuzzers_found_holds() {
    let folder = vectors::tests_folder().join("fuzz/fuzz_targets");
    let mut programs: Vec<String> = std::fs::read_dir(folder)
        .expect("a folder")
        .filter_map(|entry| entry.ok()?.path().file_stem()?.to_str().map(str::to_owned))
        .collect();
    programs.sort();
    assert_eq!(programs, ALL.map(|(name, _)| name));
    for (name, target) in ALL {
        let seeds = own_seeds(name);
        assert!(seeds.len() > 5, "{name} has {} seeds", seeds.len());
        seeds.iter().for_each(|seed| target(seed));
    }
}

/// The same with damage: a schema or a key file is what no other target's seed becomes by chance.
#[test]
fn what_fuzzers_found_holds_when_it_is_damaged() {
    for (name, target) in ALL {
        let seeds = own_seeds(name);
        let mut rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        for round in 0..600 {
            let seed = &seeds[round % seeds.len()];
            let other = &seeds[(round * 7 + 3) % seeds.len()];
            target(&damage(seed, other, &mut rng));
        }
    }
}

/// In the same order in every run.
fn own_seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = vectors::tests_folder().join("fuzz/seeds").join(name);
    let files = std::fs::read_dir(folder).expect("its seeds");
    let mut seeds: Vec<Vec<u8>> = files
        .map(|seed| std::fs::read(seed.expect("readable").path()).expect("readable"))
        .collect();
    seeds.sort();
    seeds
}
