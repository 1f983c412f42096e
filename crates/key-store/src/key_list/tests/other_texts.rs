//! What is pasted as one key and is none.

use super::super::*;
const KEY: &str = "dGVzdC1rZXktdGVzdC1rZXktdGVzdC1rZXktdGVzdCE=";

#[track_caller]
fn check(text: &str, expect: Option<OtherText>) {
    assert_eq!(other_than_one_key(text), expect, "{text}");
}

fn list(kind: ListKind, entries: usize, keys: usize) -> Option<OtherText> {
    Some(OtherText::List {
        kind,
        entries,
        keys,
    })
}

#[test]
fn a_file_of_variables_is_no_key() {
    let env = |entries, keys| list(ListKind::Env, entries, keys);
    check(&format!("CODEC_KEY={KEY}"), env(1, 1));
    check(&format!("export CODEC_KEY=\"{KEY}\"\r\n"), env(1, 1));
    check(
        &format!("# keys\r\n\r\nexport A='{KEY}'\r\nHOST=localhost:7233\r\nB={KEY} # old\r\n"),
        env(3, 2),
    );
    check("DB_HOST=localhost\nDB_PASSWORD=secret\n", env(2, 0));
    check("a = one\nb = two\nc: three", env(2, 0));
    check("CODEC_SECRET=a passphrase of mine", env(1, 0));
    check(&format!("\u{feff}A={KEY}\nB={KEY}"), env(2, 2));
}

#[test]
fn lists_and_files_of_tools_are_no_key() {
    let json = format!("[{{\"id\":\"a\",\"key\":\"{KEY}\",\"material\":null}}]");
    assert!(matches!(
        other_than_one_key(&json),
        Some(OtherText::List { .. })
    ));
    let material = format!("{{\"id\":\"a\",\"material\":\"{KEY}\",\"format\":\"base64\"}}");
    check(
        &format!("[{material},{material}]"),
        list(ListKind::Json, 2, 2),
    );
    check(
        &format!("- id: a\n  material: {KEY}\n  format: base64\n"),
        list(ListKind::Yaml, 1, 1),
    );
    check(
        &format!("{{\"a\":\"{KEY}\"}}"),
        list(ListKind::Keyring, 1, 1),
    );
    let k = KEY.trim_end_matches('=');
    check(
        &format!("{{\"kty\":\"oct\",\"kid\":\"a\",\"k\":\"{k}\"}}"),
        list(ListKind::Jwk, 1, 1),
    );
    check(
        "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}",
        list(ListKind::Jwk, 1, 0),
    );
    check("{\"a\": [1, 2]}", Some(OtherText::Json));
}

#[test]
fn pem_files_and_addresses_are_no_key() {
    let pem = |label: &str| format!("-----BEGIN {label}-----\nMIIB\n-----END {label}-----\n");
    for (label, expect) in [
        ("PRIVATE KEY", Pem::PrivateKey),
        ("RSA PRIVATE KEY", Pem::PrivateKey),
        ("PUBLIC KEY", Pem::PublicKey),
        ("CERTIFICATE", Pem::Certificate),
        ("DH PARAMETERS", Pem::Other),
    ] {
        check(&pem(label), Some(OtherText::Pem(expect)));
        // An input of one line takes the breaks out.
        let line = pem(label).replace('\n', " ");
        check(&line, Some(OtherText::Pem(expect)));
    }
    check(&pem("AGE ENCRYPTED FILE"), Some(OtherText::Bundle));
    for (text, expect) in [
        ("op://Temporal/codec/key", Address::Secret),
        (
            "arn:aws:secretsmanager:eu-west-1:1:secret:a",
            Address::Secret,
        ),
        ("awskms://alias/codec", Address::KeyService),
        ("arn:aws:kms:eu-west-1:1:key/a", Address::KeyService),
        (
            "arn:aws-us-gov:kms:us-gov-west-1:1:key/a",
            Address::KeyService,
        ),
        (
            "arn:aws-cn:secretsmanager:cn-north-1:1:secret:a",
            Address::Secret,
        ),
        (
            "projects/p/locations/l/keyRings/r/cryptoKeys/k",
            Address::KeyService,
        ),
        ("https://example.com/keys.json", Address::Other),
    ] {
        check(text, Some(OtherText::Address(expect)));
    }
}

#[test]
fn what_may_be_one_key_is_left_alone() {
    for text in [
        "",
        KEY,
        "test-key-test-key-test-key-test!",
        "a passphrase of mine",
        "note: this is a passphrase",
        "tea=coffee",
        "0x00, 0x11, 0x22",
        "{0xf0,0xf1,0xf2,0xf3,0xf4,0xf5,0xf6,0xf7,0xf8,0xf9,0xfa,0xfb,0xfc,0xfd,0xfe,0xff,}",
        "8PHy8/T19vf4\r\n  +fr7/P3+/w==\r\n",
        "f0f1 f2f3 f4f5 f6f7\nf8f9 fafb fcfd feff\n",
        "AAECAwQFBgcICQoLDA0ODw==",
        "QUJD=",
        "-----",
    ] {
        check(text, None);
    }
}
