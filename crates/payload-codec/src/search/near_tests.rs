//! What is said where a key is right and does not open it, and that the trial of the format says the same.

use temporal_payload::METADATA_ENCODING;

use super::tests::{candidate, plain, sealed, search, secret, spec};
use super::*;
use crate::cipher_name::CipherName;
use crate::primitives::cipher::Cipher;
use crate::spec::Aad;
use crate::trial::StageName;

const TEXT: &[u8] = b"{\"customer\":\"somebody with a name\"}";

fn open_stage(diagnosis: &Diagnosis) -> String {
    let nearest = diagnosis.nearest.as_ref().expect("something came near");
    let stage = nearest.trial.stage(StageName::Open);
    stage.expect("every stage").value.clone()
}

/// Sealed with key 1 as `k`, and changed after the start that proves the key.
fn changed_at_the_end(spec: &CodecSpec, label: Option<&str>) -> Payload {
    let mut payload = sealed(spec, "k", &secret(1), &plain(TEXT));
    let mut data = payload.data.to_vec();
    let at = data.len() - 20;
    data[at] = if data[at] == b'A' { b'B' } else { b'A' };
    payload.data = data.into();
    if let Some(label) = label {
        let label = label.as_bytes().to_vec();
        payload.metadata.insert(METADATA_ENCODING.to_owned(), label);
    }
    payload
}

#[test]
fn the_right_key_is_said_to_be_right_whatever_the_format() {
    let keys = [
        candidate("other", 2, &["sdk-samples"]),
        candidate("k", 1, &["sdk-samples"]),
    ];
    // Whole Payloads, data alone, and a token; under the format's label and under one that nobody knows.
    for name in [
        "sdk-samples",
        "abacus",
        "kuflow-2024",
        "langgraph-fernet",
        "xchacha20-poly1305",
    ] {
        for label in [None, Some("binary/acme")] {
            let found = search(&changed_at_the_end(&spec(name), label), &keys);
            let id = Some(KeyId::new("k"));
            assert_eq!(
                found.verdict,
                Verdict::RightKey { id },
                "{name}, {label:?}: {}",
                found.verdict
            );
            assert_eq!(found.nearest.as_ref().expect("near").key, Some(1), "{name}");
            assert!(
                open_stage(&found).contains("key and nonce are right"),
                "{name}: {}",
                open_stage(&found)
            );
        }
    }
}

/// Readers of JSON skip what they do not know: `{"customer":…}` would be a Payload of nothing.
#[test]
fn data_alone_is_not_lost_as_an_empty_payload_in_json() {
    let mut data = vec![7; 12];
    data.extend(TEXT);
    let cipher = Cipher::new(CipherName::AesGcm, 12, secret(1).expose()).expect("a cipher");
    cipher.seal(&[7; 12], &[], 0, &mut data, 12).expect("seals");
    let payload = Payload {
        metadata: [(METADATA_ENCODING.to_owned(), b"binary/encrypted".to_vec())].into(),
        data: data.into(),
        ..Payload::default()
    };
    let found = search(&payload, &[candidate("k", 1, &["json-inside"])]);
    for finding in &found.findings {
        assert!(!finding.opened.data.is_empty(), "{finding:?}");
    }
    let inside = Payload {
        metadata: [(METADATA_ENCODING.to_owned(), b"json/plain".to_vec())].into(),
        data: TEXT.to_vec().into(),
        ..Payload::default()
    };
    let whole = sealed(&spec("json-inside"), "k", &secret(1), &inside);
    let found = search(&whole, &[candidate("k", 1, &["json-inside"])]);
    assert_eq!(found.findings[0].opened, inside);
}

#[test]
fn additional_data_that_no_format_here_knows_is_told_from_a_wrong_key() {
    let ours = CodecSpec {
        aad: Aad::Joined(vec![Part::KeyId, Part::Text("of our own".to_owned())]),
        ..spec("sdk-samples")
    };
    let payload = sealed(&ours, "k", &secret(1), &plain(TEXT));
    let right = search(&payload, &[candidate("k", 1, &["sdk-samples"])]);
    assert_eq!(
        right.verdict.to_string(),
        "key \"k\" and the nonce are right, but the additional data or the data is not: the tag does not match"
    );
    // Another key of that id proves nothing, and nothing is claimed of it.
    let wrong = search(&payload, &[candidate("k", 2, &["sdk-samples"])]);
    let id = Some(KeyId::new("k"));
    assert_eq!(wrong.verdict, Verdict::WrongKeyOrDamaged { id });
    assert_eq!(
        open_stage(&wrong),
        "the tag does not match: wrong key, nonce or AAD, or damaged data"
    );
    // Of a key that the Payload does not name, too.
    let unnamed = search(&payload, &[candidate("mine", 1, &["sdk-samples"])]);
    let id = Some(KeyId::new("mine"));
    assert_eq!(unnamed.verdict, Verdict::RightKey { id });
}

#[test]
fn nothing_is_claimed_of_short_data_or_noise() {
    let keys = [candidate("k", 1, &["sdk-samples"])];
    let alone = CodecSpec {
        encoding: Encoding::One("binary/acme".to_owned()),
        body: Body::Data {
            original_encoding: Some("was".to_owned()),
            remove: Vec::new(),
            leave_empty: false,
        },
        ..spec("sdk-samples")
    };
    let mut payload = sealed(&alone, "k", &secret(1), &plain(b"\"lost\""));
    let mut data = payload.data.to_vec();
    data[13] ^= 1;
    payload.data = data.into();
    let found = search(&payload, &keys);
    assert!(
        matches!(found.verdict, Verdict::OtherScheme { .. }),
        "{}",
        found.verdict
    );
    assert!(found.nearest.is_none());
}
