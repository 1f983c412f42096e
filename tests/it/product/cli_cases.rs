//! Reports from the field (`tests/cases`): each decodes with the keys that its writer has, or is named with what it needs.

use std::fs;

use serde_json::Value;
use support::cli::{Home, Ran};
use support::vectors::tests_folder;
use temporal_payload::{Payload, base64};

/// The key of Temporal's samples.
const SAMPLE_KEY: &str =
    r#"[{"id": "test", "material": "test-key-test-key-test-key-test!", "format": "utf8"}]"#;

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
    // References are no failure: nothing here could open them. They are named with what they need.
    let ran = decode("claim-checks", "keys.json");
    assert_eq!(ran.status, Some(2));
    let said: Vec<&str> = ran.stderr.lines().collect();
    assert_eq!(
        said,
        [
            "/payloads/0: A claim check, which needs the store that it was checked into.",
            "/payloads/1: A reference of nuon's large-payload codec, which needs nuon's database.",
            "/payloads/2: A reference of nuon's blob codec, which needs its S3 bucket.",
            "/payloads/3: A claim check, which needs the file that it was checked into.",
            "/payloads/4: Encrypted with a data key that AWS KMS wraps, which needs the AWS KMS key alias/payloads.",
        ]
    );
    let same: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(same, expected("claim-checks"));
}

/// A key id, an encoding or a field's name that holds what a terminal obeys, or what nobody sees, is named without it.
#[test]
fn hostile_names_do_not_reach_the_terminal() {
    let folder = tests_folder().join("cases/hostile-key-id");
    let mut n_cases = 0;
    for entry in fs::read_dir(&folder).expect("cases") {
        let path = entry.expect("a case").path();
        if path.ends_with("keys.json") {
            continue;
        }
        n_cases += 1;
        let case = path.display();
        let keys = fs::read_to_string(folder.join("keys.json")).expect("keys");
        let home = Home::new();
        let keys = home.file("keys.json", keys);
        let input = fs::read(&path).expect("an input");
        let ran = home.run(&["decode", "--keys", &keys], &input);
        assert!(!ran.stderr.is_empty(), "{case}");
        assert!(ran.stderr.len() < 2000, "{case}: {}", ran.stderr);
        for line in ran.stderr.lines() {
            let is_shown = |letter: char| !letter.is_control() && letter != '\u{202e}';
            assert!(line.chars().all(is_shown), "{case}: {line:?}");
        }
        let same: Value = serde_json::from_str(&ran.stdout).expect("JSON");
        let sent: Value = serde_json::from_slice(&input).expect("JSON");
        assert_eq!(same, sent, "{case}");
    }
    assert_eq!(n_cases, 9);
}

/// What no codec claims is passed through, and said: silence would read as if it were decoded.
#[test]
fn what_nothing_here_reads_is_named_and_passed_through() {
    let home = Home::new();
    let keys = home.file("keys.json", SAMPLE_KEY);
    for (encoding, data, said) in [
        (
            "binary/ours",
            "AAEC/w==",
            "(document): Encoding binary/ours: no format in use reads it.\n",
        ),
        (
            "json/external-storage-reference",
            "eyJkcml2ZXJfbmFtZSI6ImF3cy5zM2RyaXZlciIsImRyaXZlcl9jbGFpbSI6eyJjbGFpbV9kYXRhIjp7fX19",
            "(document): A reference: the data is in external storage (driver aws.s3driver).\n",
        ),
        ("json/plain", "IjEi", ""),
        ("binary/plain", "AAEC/w==", ""),
    ] {
        let input = Payload {
            metadata: [("encoding".to_owned(), encoding.into())].into(),
            data: base64::decode(data).expect("base64").into(),
            external_payloads: Vec::new(),
        };
        let ran = home.run(&["decode", "--keys", &keys], input.to_json().as_bytes());
        let status = if said.contains("no format") { 2 } else { 0 };
        assert_eq!(
            (ran.status, &*ran.stderr),
            (Some(status), said),
            "{encoding}"
        );
        assert_eq!(ran.stdout.trim(), input.to_json(), "{encoding}");
    }
}
