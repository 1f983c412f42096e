//! Reports from the field (`tests/cases`): each decodes with the keys that its writer has, or is named with what it needs.

use std::fs;

use serde_json::Value;
use support::cli::{Home, Ran};
use support::vectors::tests_folder;

/// Decodes a case's input with one of its lists of keys.
fn decode(case: &str, keys: &str) -> Ran {
    let folder = tests_folder().join("cases").join(case);
    let input = fs::read(folder.join("input.json")).expect("an input");
    let keys = fs::read_to_string(folder.join(keys)).expect("keys");
    let home = Home::new();
    let keys = home.file("keys.json", keys);
    home.run(&["decode", "--keys", &keys], &input)
}

fn expected(case: &str) -> Value {
    let path = tests_folder()
        .join("cases")
        .join(case)
        .join("expected.json");
    serde_json::from_slice(&fs::read(path).expect("an answer")).expect("JSON")
}

/// Case by case, and which lists of keys open it.
const OPEN: [(&str, &[&str]); 11] = [
    ("gcm-tag-before-ciphertext", &["keys", "keys-no-key-id"]),
    ("gcm-sha256-passphrase-data-only", &["keys"]),
    ("gzip-data-original-encoding-hyphen", &["keys"]),
    ("gzip-data-encoding-lost", &["keys"]),
    (
        "key-id-not-utf8-in-encryption-key-id",
        &["keys-any-key", "keys-hub-live", "keys-no-id"],
    ),
    ("raw-nonce-in-metadata", &["keys-spec", "keys-preset"]),
    ("ronykit-metadata-values-encrypted", &["keys-preset"]),
    ("tink-namespace-aad", &["keys", "keys-spec"]),
    ("saga420-x25519-pbkdf2", &["keys-preset"]),
    ("samples-java-nexus-endpoint", &["keys", "keys-spec"]),
    ("json-envelope-inside-gcm", &["keys"]),
];

#[test]
fn every_case_decodes_with_its_writers_keys() {
    for (case, lists) in OPEN {
        for keys in lists {
            let ran = decode(case, &format!("{keys}.json"));
            assert_eq!(ran.status, Some(0), "{case}, {keys}: {}", ran.stderr);
            assert_eq!(ran.stderr, "", "{case}, {keys}");
            let decoded: Value = serde_json::from_str(&ran.stdout).expect("JSON");
            assert_eq!(decoded, expected(case), "{case}, {keys}");
        }
    }
}

/// What no key of the list opens says so, and claims no more than is known.
#[test]
fn what_does_not_open_says_what_is_known() {
    for (case, keys, places) in [
        (
            "key-id-not-utf8-in-encryption-key-id",
            "keys.json",
            &["(document): Key \"hex:fffe0102\" was not found."][..],
        ),
        (
            "saga420-x25519-pbkdf2",
            "keys.json",
            &[
                "/payloads/0: The key with the empty id does not open it in this format: another key, another format, or damaged data.",
                "/payloads/1: The key with the empty id does not open it in this format: another key, another format, or damaged data.",
            ],
        ),
    ] {
        let ran = decode(case, keys);
        assert_eq!(ran.status, Some(2), "{case}");
        for place in places {
            assert!(ran.stderr.contains(place), "{case}: {}", ran.stderr);
        }
        assert!(!ran.stderr.contains("may differ"), "{case}: {}", ran.stderr);
    }
    // References are no failure: nothing here could open them.
    let ran = decode("claim-checks", "keys.json");
    assert_eq!((ran.status, &*ran.stderr), (Some(0), ""));
    let same: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(same, expected("claim-checks"));
}
