//! `--keys` takes the files in which people keep keys (`tests/cases/key-files`), and says of others what would be taken.

use std::fs;
use std::sync::Arc;

use payload_codec::{CodecSpec, KeyId, Keyring, SecretKey, build, preset};
use support::cli::{Home, Ran};
use support::vectors::tests_folder;
use support::wire::PLAIN;
use temporal_payload::Payload;
use zeroize::Zeroizing;

const SAMPLE: &[u8] = b"test-key-test-key-test-key-test!";

/// A plain Payload, sealed by whoever has this key.
fn sealed(spec: &CodecSpec, id: &str, key: &[u8]) -> Payload {
    let mut keys = Keyring::default();
    let key = SecretKey::of_any_length(Zeroizing::new(key.to_vec())).expect("a secret");
    keys.insert(KeyId::new(id), key);
    let codec = build(spec, "theirs", Arc::new(keys), Some(KeyId::new(id))).expect("sound");
    let plain = Payload::from_json(PLAIN.as_bytes()).expect("a Payload");
    codec.encode(&plain).expect("encoded").expect("wrapped")
}

fn decode(keys: &str, payload: &Payload) -> Ran {
    let home = Home::new();
    home.run(&["decode", "--keys", keys], payload.to_json().as_bytes())
}

#[track_caller]
fn check(file: &str, payload: &Payload) {
    let path = tests_folder().join("cases/key-files").join(file);
    let ran = decode(path.to_str().expect("a path"), payload);
    assert_eq!(ran.status, Some(0), "{file}: {}", ran.stderr);
    assert_eq!(ran.stdout.trim_end(), PLAIN, "{file}");
}

#[test]
fn every_file_of_keys_opens_what_its_keys_sealed() {
    let spec = preset("sdk-samples").expect("a preset").spec;
    let raw = fs::read(tests_folder().join("cases/key-files/raw.key")).expect("a file");
    for (file, id, key) in [
        (
            "mrsimonemms.json",
            "key0",
            &b"passphrasewhichneedstobe32bytes!"[..],
        ),
        (
            "mrsimonemms.yaml",
            "key1",
            b"anoldpassphraseinourhistory!!!!!",
        ),
        ("k8s-secret.yaml", "prod-2026", SAMPLE),
        ("key.jwk", "jwk-1", b"secret-secret-secret-secret-1234"),
        ("keyring-map.json", "k1", &[0; 32]),
        ("keyring-map.json", "k2", &[b'k'; 32]),
        ("raw.key", "raw", &raw),
        (
            "keys.env",
            "TEMPORAL_ENCRYPTION_KEY",
            &[
                0x03, 0xc3, 0xc1, 0xd4, 0x24, 0xfb, 0xa0, 0xaf, 0x03, 0xfb, 0x40, 0x2c, 0xd9, 0xa6,
                0x31, 0x5a, 0xf5, 0xa7, 0x17, 0x2c, 0xa8, 0x5d, 0x51, 0xb7, 0x57, 0xe0, 0xb6, 0x11,
                0x7c, 0xd2, 0x3b, 0x60,
            ],
        ),
    ] {
        check(file, &sealed(&spec, id, key));
    }
}

#[test]
fn keyrings_of_tracecat_and_tink_bring_their_formats() {
    let mut spec = preset("tracecat").expect("a preset").spec;
    let workspace = ("tracecat_workspace_id".to_owned(), "w".to_owned());
    spec.write = [workspace].into();
    let secret = b"c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMzQ=";
    check("keyring-tracecat.json", &sealed(&spec, "k1", secret));

    // Tink: 1 ‖ the key's number(4) ‖ nonce(12) ‖ ciphertext ‖ tag(16).
    let spec = preset("sdk-samples").expect("a preset").spec;
    let mut key = vec![0; 32];
    key[0] = 0x40;
    let mut of_tink = sealed(&spec, "305419896", &key);
    let data = [&[1][..], &305_419_896_u32.to_be_bytes(), &of_tink.data].concat();
    of_tink.data = data.into();
    let encoding = b"binary/encrypted/tink".to_vec();
    of_tink.metadata = [("encoding".to_owned(), encoding)].into();
    check("tink-keyset.json", &of_tink);
}

#[test]
fn a_list_without_keys_is_for_teams_that_only_compress() {
    let home = Home::new();
    for empty in ["[]", r#"{"keys": []}"#] {
        let keys = home.file("keys.json", empty);
        let ran = home.run(&["decode", "--keys", &keys], PLAIN.as_bytes());
        assert_eq!((ran.status, &*ran.stderr), (Some(0), ""), "{empty}");
        let ran = home.run(&["encode", "--keys", &keys], PLAIN.as_bytes());
        assert_eq!(
            ran.status,
            Some(2),
            "{empty}: there is nothing to encode with"
        );
    }
}

#[test]
fn what_is_refused_says_why_and_what_would_be_taken() {
    let home = Home::new();
    let key = String::from_utf8_lossy(SAMPLE);
    for (text, why, way_out) in [
        (
            "hello world".to_owned(),
            "no key was found",
            "a Kubernetes Secret",
        ),
        (
            r#"{"a": 1}"#.to_owned(),
            "no key was found",
            "a Kubernetes Secret",
        ),
        (
            r#"{"encryptedKeyset": "AAAA"}"#.to_owned(),
            "encrypted by its key service",
            "tinkey convert-keyset",
        ),
        (
            r#"{"kty": "RSA", "kid": "a", "n": "AQAB"}"#.to_owned(),
            "Key 1 of the list: the JWK is not a symmetric key",
            "Write keys as",
        ),
        // A slip of the pen must not widen what a key is used for.
        (
            format!("- id: a\n  key: {key}\n  namespace: [prod]\n"),
            "Key 1 of the list: it has a field that is not known",
            "Write keys as",
        ),
        (
            format!("- id: a\n  material: {key}\n  format: utf8\n  namespace: [prod]\n"),
            "Key 1 of the list: it has a field that is not known",
            "Write keys as",
        ),
    ] {
        let keys = home.file("keys", &text);
        let ran = home.run(&["decode", "--keys", &keys], PLAIN.as_bytes());
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), ""), "{text}");
        // The reason begins with a capital letter where nothing stands before it.
        let said = ran.stderr.to_lowercase();
        assert!(said.contains(&why.to_lowercase()), "{}", ran.stderr);
        assert!(ran.stderr.contains(way_out), "{}", ran.stderr);
        assert!(!ran.stderr.contains(&*key), "{}", ran.stderr);
    }
}
