//! "Which key opens this?" on what other people's codecs wrote: the key is there under another name, among others.

use payload_codec::{
    Candidate, CodecChain, CodecSpec, Compression, CompressionCodec, Context, Diagnosis, Finding,
    FoundFormat, KeyId, Limits, SearchLimits, SecretKey, StageOutcome, Verdict, diagnose, presets,
    trial,
};
use serde_json::Value;
use std::sync::Arc;
use support::vectors::{payload, vectors};
use temporal_payload::{Payload, base64};
use zeroize::Zeroizing;

fn gallery() -> Vec<(String, CodecSpec)> {
    let presets = presets().into_iter();
    presets
        .map(|preset| (preset.name.to_owned(), preset.spec))
        .collect()
}

fn candidate(id: &str, bytes: Vec<u8>) -> Candidate {
    Candidate {
        ids: vec![KeyId::new(id)],
        formats: vec!["sdk-samples".to_owned()],
        key: SecretKey::of_any_length(Zeroizing::new(bytes)).expect("not empty"),
    }
}

/// Nine keys that open nothing, and the vector's in the middle.
fn ten(bytes: Option<Vec<u8>>) -> Vec<Candidate> {
    let mut keys: Vec<_> = (0..9)
        .map(|number| candidate(&format!("other-{number}"), vec![number; 32]))
        .collect();
    if let Some(bytes) = bytes {
        keys.insert(4, candidate("mine", bytes));
    }
    keys
}

fn secret(vector: &Value) -> Option<Vec<u8>> {
    let key = &vector["key"];
    match (key["base64"].as_str(), key["root_secret_utf8"].as_str()) {
        (Some(text), _) => Some(base64::decode(text).expect("base64")),
        (None, Some(text)) => Some(text.as_bytes().to_vec()),
        (None, None) => None,
    }
}

/// What is inside, to the innermost: some codecs compress first.
fn innermost(finding: &Finding) -> Payload {
    let codecs = Compression::READ.map(|format| Arc::new(CompressionCodec(format)) as _);
    let chain = CodecChain::new(codecs.to_vec(), vec![], Limits::default());
    chain.decode(finding.opened.clone()).payload
}

#[track_caller]
fn check(file: &str, expect: usize) {
    assert_eq!(found_in(file), expect, "{file}");
}

/// How many vectors of a file were found, each with its key, and opened to what its codec was given.
fn found_in(file: &str) -> usize {
    let formats = gallery();
    let mut found = 0;
    for vector in vectors(file) {
        let name = &vector["name"];
        let sent = payload(&vector["encoded"]);
        if vector["decoded"].is_null() || sent == payload(&vector["decoded"]) {
            continue;
        }
        let secret = secret(&vector);
        let keys = ten(secret.clone());
        let diagnosis = diagnose(
            &sent,
            &Context::default(),
            &formats,
            &keys,
            &SearchLimits::default(),
        );
        let verdict = &diagnosis.verdict;
        let opens = matches!(verdict, Verdict::Opens | Verdict::OpensWithoutKey);
        assert!(opens, "{file} {name}: {verdict}");
        let finding = &diagnosis.findings[0];
        let by_key = *verdict == Verdict::Opens;
        assert_eq!(finding.key.is_some(), by_key, "{file} {name}");
        assert_eq!(innermost(finding), payload(&vector["decoded"]), "{name}");
        let FoundFormat::Listed(place) = finding.format else {
            panic!("{name}: found under a label of its own");
        };
        // Formats whose key comes with the Payload find it there; every other one found ours.
        let (format, spec) = &formats[place];
        let expected = (!spec.takes_no_secret()).then_some(4);
        assert_eq!(finding.key, expected, "{name} by {format}");

        // Stage by stage it opens as well, and no stage says what the key is.
        let id = KeyId::new("mine");
        let key = finding.key.map(|key| (&id, &keys[key].key));
        let trial = trial(spec, format, key, &sent, &Context::default());
        assert!(trial.opened.is_some(), "{name}: {}", trial.verdict());
        let failed = |stage: &&payload_codec::Stage| stage.outcome == StageOutcome::Failed;
        assert_eq!(trial.stages.iter().find(failed), None, "{name}");
        if let (Some(secret), Some(_)) = (&secret, finding.key) {
            let shown = format!("{:?}", trial.stages);
            let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
            for spelled in [hex, base64::encode(secret)] {
                assert!(!shown.contains(&spelled), "{name}: a key is shown");
            }
        }
        found += 1;
    }
    found
}

/// What the whole gallery and ten keys make of it, of which none is its key.
fn with_ten_keys(sent: &Payload) -> Diagnosis {
    diagnose(
        sent,
        &Context::default(),
        &gallery(),
        &ten(None),
        &SearchLimits::default(),
    )
}

#[test]
fn finds_the_key_and_the_format_of_what_others_wrote() {
    for (file, expect) in [
        ("samples-go-aesgcm.json", 15),
        ("samples-go-aesgcm-zlib-chain.json", 7),
        ("samples-python-aesgcm.json", 31),
        ("samples-python-aesgcm-otherkey.json", 5),
        ("samples-typescript-aesgcm.json", 18),
        ("samples-java-aesgcm.json", 15),
        ("samples-ruby-aesgcm.json", 15),
        ("mrsimonemms-aes-key0.json", 5),
        ("canonical-aesgcm-no-key-id.json", 8),
        ("orders-go-aesgcm-sha256-keyid.json", 9),
        ("kuflow-java-legacy-aesgcm-nonce16.json", 7),
        ("kuflow-current-text.json", 2),
        ("posthog-fernet.json", 8),
        // Two are of nothing, which this codec leaves as it is.
        ("tracecat-aes256gcm.json", 6),
        ("temporal-proxy-envelope.json", 5),
    ] {
        check(file, expect);
    }
}

/// Every preset as other libraries make it, with keys of every length.
#[test]
fn finds_the_key_and_the_format_of_what_other_libraries_made() {
    assert!(found_in("oracle-sealed.json") > 100);
}

/// Without their keys, none is said to be in the clear, and none to be opened.
#[test]
fn without_the_key_each_is_told_from_what_is_in_the_clear() {
    for file in [
        "samples-go-aesgcm.json",
        "samples-python-aesgcm-otherkey.json",
        "canonical-aesgcm-no-key-id.json",
        "kuflow-java-legacy-aesgcm-nonce16.json",
        "kuflow-current-text.json",
        "posthog-fernet.json",
        "tracecat-aes256gcm.json",
    ] {
        for vector in vectors(file) {
            let sent = payload(&vector["encoded"]);
            if sent == payload(&vector["decoded"]) {
                continue;
            }
            let found = with_ten_keys(&sent);
            let missing = matches!(
                found.verdict,
                Verdict::UnknownKey { .. } | Verdict::WrongKeyOrDamaged { id: None }
            );
            assert!(missing, "{}: {}", vector["name"], found.verdict);
        }
    }
    for vector in vectors("claim-check-references.json") {
        let sent = payload(&vector["encoded"]);
        let found = with_ten_keys(&sent);
        let needs = matches!(found.verdict, Verdict::NeedsKeyService(_));
        assert!(needs, "{}: {}", vector["name"], found.verdict);
    }
    for file in ["sdk-go-zlib-default.json", "samples-python-gzip.json"] {
        for vector in vectors(file) {
            let sent = payload(&vector["encoded"]);
            let found = with_ten_keys(&sent);
            // Inside of some is what only looks sealed: by its label, that is what it is.
            let looks_sealed = payload(&vector["decoded"]).encoding() == Some("binary/encrypted");
            let clear = matches!(found.verdict, Verdict::NotEncrypted { .. });
            assert_eq!(
                clear, !looks_sealed,
                "{}: {}",
                vector["name"], found.verdict
            );
        }
    }
}
