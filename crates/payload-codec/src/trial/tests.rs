//! Each stage's value, also behind one that failed; and that no key is among them.

use std::sync::Arc;

use proptest::prelude::*;
use zeroize::Zeroizing;

use super::*;
use crate::catalogue::presets::{preset, presets};
use crate::key::Keyring;
use crate::spec::{Encoding, HeaderPart, LengthAs, NoncePlace};
use crate::spec_codec::build;

const KEY: &[u8; 32] = b"test-key-test-key-test-key-test!";

fn key() -> SecretKey {
    SecretKey::new(Zeroizing::new(KEY.to_vec())).expect("32 bytes")
}

fn spec(name: &str) -> CodecSpec {
    preset(name).expect("it is in the gallery").spec
}

fn sealed(spec: &CodecSpec) -> Payload {
    let id = KeyId::new("k1");
    let mut keys = Keyring::default();
    keys.insert(id.clone(), key());
    let mut spec = spec.clone();
    for name in spec.require.clone() {
        if !spec.added().contains(&name.as_str()) {
            spec.write.insert(name, "something".to_owned());
        }
    }
    let plain = Payload {
        metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
        data: b"\"canary-content\"".to_vec().into(),
        external_payloads: Vec::new(),
    };
    let codec = build(&spec, "x", Arc::new(keys), Some(id)).expect("a good spec");
    codec.encode(&plain).expect("encodes").expect("seals")
}

fn run(spec: &CodecSpec, payload: &Payload) -> Trial {
    let id = KeyId::new("k1");
    trial(spec, "x", Some((&id, &key())), payload, &Context::default())
}

#[track_caller]
fn check(trial: &Trial, expect: &[(StageName, StageOutcome)]) {
    let found: Vec<_> = trial
        .stages
        .iter()
        .filter(|stage| stage.outcome != StageOutcome::Ok)
        .map(|stage| (stage.name, stage.outcome))
        .collect();
    assert_eq!(found, expect, "{:?}", trial.stages);
    assert_eq!(trial.stages.len(), 9);
}

#[test]
fn every_format_opens_what_it_seals_and_shows_no_key() {
    for preset in presets() {
        if !preset.spec.encodes() || preset.spec.takes_no_secret() {
            continue;
        }
        let payload = sealed(&preset.spec);
        let trial = run(&preset.spec, &payload);
        assert!(
            trial.opened.is_some(),
            "{}: {}",
            preset.name,
            trial.verdict()
        );
        assert_eq!(trial.verdict(), "the format opens it", "{}", preset.name);
        let shown = format!("{:?}", trial.stages);
        let key_as_hex: String = KEY.iter().map(|byte| format!("{byte:02x}")).collect();
        for secret in ["test-key-test", &key_as_hex[..32], "canary-content"] {
            assert!(!shown.contains(secret), "{}: {shown}", preset.name);
        }
    }
}

#[test]
fn shows_interim_values() {
    use StageName::{Aad, Ciphertext, Framing, Key, KeyId, Nonce};
    let payload = sealed(&spec("sdk-samples"));
    let trial = run(&spec("sdk-samples"), &payload);
    check(&trial, &[(Aad, StageOutcome::Skipped)]);
    let value = |name| {
        trial
            .stage(name)
            .expect("every stage is there")
            .value
            .clone()
    };
    let len = payload.data.len();
    assert_eq!(value(KeyId), "\"k1\"");
    let fingerprint = key().fingerprint();
    assert_eq!(value(Key), format!("32 bytes, fingerprint {fingerprint}"));
    assert_eq!(value(Framing), format!("none: {len} bytes"));
    assert_eq!(value(Nonce), text::hex(&payload.data[..12]));
    let tag = text::hex(&payload.data[len - 16..]);
    assert_eq!(value(Ciphertext), format!("{} bytes, tag {tag}", len - 28));
    assert_eq!(
        value(StageName::Body),
        "a Payload: \"json/plain\", 16 bytes"
    );
}

#[test]
fn what_stands_in_front_is_shown() {
    let behind = CodecSpec {
        header: vec![
            HeaderPart::Hex("02".to_owned()),
            HeaderPart::KeyIdAfterLength(LengthAs::U16Be),
        ],
        key_id: None,
        ..spec("sdk-samples")
    };
    let payload = sealed(&behind);
    let trial = run(&behind, &payload);
    let value = |name| trial.stage(name).map(|stage| stage.value.clone());
    assert!(trial.opened.is_some());
    assert_eq!(value(StageName::KeyId), Some("\"k1\"".to_owned()));
    let len = payload.data.len() - 5;
    let framing = format!("none: {len} bytes behind 0200026b31");
    assert_eq!(value(StageName::Framing), Some(framing));
}

#[test]
fn stages_go_on_behind_one_that_failed() {
    use StageOutcome::{Failed, Skipped};
    let sample = spec("sdk-samples");
    let payload = sealed(&sample);
    // The wrong label alone: it opens all the same.
    let other = CodecSpec {
        encoding: Encoding::One("binary/acme".to_owned()),
        ..sample.clone()
    };
    let trial = run(&other, &payload);
    check(
        &trial,
        &[(StageName::Match, Failed), (StageName::Aad, Skipped)],
    );
    assert!(trial.opened.is_some());
    assert_eq!(
        trial.verdict(),
        "it opens, but the format would not claim it: encoding is \"binary/encrypted\""
    );
    // A nonce of another length: the tag tells.
    let other = CodecSpec {
        nonce: NoncePlace::Prefix(16),
        ..sample.clone()
    };
    let expect = [
        (StageName::Aad, Skipped),
        (StageName::Open, Failed),
        (StageName::Body, Skipped),
    ];
    check(&run(&other, &payload), &expect);
    // No key.
    let trial = super::trial(&sample, "x", None, &payload, &Context::default());
    check(
        &trial,
        &[
            (StageName::Key, Skipped),
            (StageName::Aad, Skipped),
            (StageName::Open, Skipped),
            (StageName::Body, Skipped),
        ],
    );
    assert_eq!(trial.verdict(), "choose a key to open it");
    // Text that is not the framing's: what is in metadata is still shown.
    let trial = run(&spec("kuflow"), &payload);
    let outcome = |name| trial.stage(name).expect("every stage").outcome;
    assert_eq!(outcome(StageName::Framing), Failed);
    assert_eq!(outcome(StageName::Key), StageOutcome::Ok);
    assert_eq!(outcome(StageName::Ciphertext), Skipped);
    // A key of a length that the cipher does not take.
    let short = SecretKey::of_any_length(Zeroizing::new(vec![1; 5])).expect("a length");
    let trial = super::trial(
        &sample,
        "x",
        Some((&KeyId::new("k1"), &short)),
        &payload,
        &Context::default(),
    );
    assert_eq!(
        trial.stage(StageName::Key).expect("a stage").outcome,
        Failed
    );
    assert!(
        trial.verdict().starts_with("Key: 5 bytes, fingerprint"),
        "{}",
        trial.verdict()
    );
    // Nothing at all.
    let trial = run(&sample, &Payload::default());
    assert!(trial.opened.is_none());
    assert_eq!(
        trial.stage(StageName::Nonce).expect("a stage").outcome,
        Failed
    );
}

#[test]
fn tells_a_wrong_aad_from_a_wrong_key() {
    let abacus = spec("abacus");
    let payload = sealed(&abacus);
    let without_aad = CodecSpec {
        aad: crate::spec::Aad::None,
        ..abacus.clone()
    };
    let why = |trial: &Trial| trial.stage(StageName::Open).expect("a stage").value.clone();
    assert!(why(&run(&without_aad, &payload)).contains("key and nonce are right"));
    let wrong = SecretKey::new(Zeroizing::new(vec![5; 32])).expect("32 bytes");
    let trial = super::trial(
        &abacus,
        "x",
        Some((&KeyId::new("k1"), &wrong)),
        &payload,
        &Context::default(),
    );
    assert!(why(&trial).contains("wrong key"));
}

proptest! {
    #[test]
    fn any_payload_can_be_tried(
        metadata in prop::collection::btree_map(
            prop::sample::select(vec!["encoding", "encryption-key-id", "encryption-dek", "tracecat_nonce", "original_encoding"])
                .prop_map(str::to_owned),
            prop::collection::vec(any::<u8>(), 0..40),
            0..5,
        ),
        data in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let payload = Payload { metadata, data: data.into(), external_payloads: Vec::new() };
        for preset in presets() {
            let trial = run(&preset.spec, &payload);
            prop_assert_eq!(trial.stages.len(), 9);
            prop_assert!(!trial.verdict().is_empty());
        }
    }
}
