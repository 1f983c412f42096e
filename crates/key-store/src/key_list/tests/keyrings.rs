//! Keys in the files of other tools.

use base64::Engine as _;

use super::*;

#[test]
fn keyrings_name_the_key_that_encodes() {
    let of = |current: &str| {
        format!(
            r#"{{"{current}": "k2", "keys": {{"k1": "{SAMPLE_BASE64}", "k2": "{SAMPLE_HEX}", "short": "YWJj", "none": [1]}}}}"#
        )
    };
    let bad = [
        ("short", Err("3 bytes: an AES key has 16, 24 or 32")),
        ("none", Err("not an entry with an id and a key")),
    ];
    for current in ["active_key_id", "primary_key_id", "primaryKeyId"] {
        let is_known = current != "primaryKeyId";
        let mut keys = vec![("k1", Ok(SAMPLE)), ("k2", Ok(SAMPLE))];
        keys.rotate_right(usize::from(is_known));
        keys.extend(bad);
        check(&of(current), ListKind::Keyring, &keys);
    }
    let tracecat =
        r#"{"current_key_id": "v2", "keys": {"v1": "root secret one", "v2": "AAECAw=="}}"#;
    let keys = [("v2", Ok("AAECAw==")), ("v1", Ok("root secret one"))];
    let found = check(tracecat, ListKind::Keyring, &keys);
    assert_eq!(found[0].usage.formats, ["tracecat"]);
    let yaml = format!("prod-2026: {SAMPLE_BASE64}\nprod-2025: '{SAMPLE}'\n");
    let keys = [("prod-2026", Ok(SAMPLE)), ("prod-2025", Ok(SAMPLE))];
    check(&yaml, ListKind::Keyring, &keys);
    // Whose values are not all keys is a document of another kind.
    check_bad(
        format!(r#"{{"a": "{SAMPLE_BASE64}", "port": 80}}"#).as_bytes(),
        BadList::NoKeys,
    );
}

#[test]
fn json_web_keys() {
    let k = SAMPLE_BASE64.trim_end_matches('=');
    let key = format!(r#"{{"kty": "oct", "kid": "a", "alg": "A256GCM", "k": "{k}"}}"#);
    check(&key, ListKind::Jwk, &[("a", Ok(SAMPLE))]);
    let set = format!(
        r#"{{"keys": [{key}, {{"kty": "RSA", "kid": "b", "n": "AQAB"}}, {{"kty": "oct", "kid": "c"}}, 7]}}"#
    );
    check(
        &set,
        ListKind::Jwk,
        &[
            ("a", Ok(SAMPLE)),
            (
                "b",
                Err("the JWK is not a symmetric key: its kty must be oct"),
            ),
            ("c", Err("the entry has no key")),
            ("", Err("not an entry with an id and a key")),
        ],
    );
}

#[test]
fn tink_keysets() {
    let of = |prefix: &[u8]| {
        let message = [prefix, SAMPLE.as_bytes()].concat();
        base64::engine::general_purpose::STANDARD.encode(message)
    };
    let key = |id: u32, kind: &str, status: &str, value: &str| {
        format!(
            r#"{{"keyData": {{"typeUrl": "type.googleapis.com/google.crypto.tink.{kind}", "value": "{value}"}},
                "status": "{status}", "keyId": {id}, "outputPrefixType": "TINK"}}"#
        )
    };
    let keyset = format!(
        r#"{{"primaryKeyId": 2, "key": [{}, {}, {}, {}, {{"keyId": 5}}]}}"#,
        key(1, "AesGcmKey", "DISABLED", &of(&[8, 0, 0x1a, 32])),
        key(2, "AesGcmKey", "ENABLED", &of(&[0x1a, 32])),
        key(3, "AesGcmKey", "ENABLED", &of(&[0x1a, 33])),
        key(4, "AesSivKey", "ENABLED", &of(&[0x1a, 32])),
    );
    let other = Err("not an AES-GCM key of Tink");
    let found = check(
        &keyset,
        ListKind::Tink,
        &[
            ("2", Ok(SAMPLE)),
            ("1", Ok(SAMPLE)),
            ("3", other),
            ("4", other),
            ("5", Err("the entry has no key")),
        ],
    );
    assert_eq!(found[0].usage.formats, ["tink"]);
    assert_eq!(
        (found[0].usage.retired, found[1].usage.retired),
        (false, true)
    );
    check_bad(
        br#"{"encryptedKeyset": "AAAA", "keysetInfo": {}}"#,
        BadList::Wrapped,
    );
}

#[test]
fn kubernetes_secrets() {
    let of = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
    let secret = format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: codec\ntype: Opaque\ndata:\n  text: {}\n  lines: {}\n  raw: {}\n  \
         password: {}\n  broken: '!'\n  keys.json: {}\nstringData:\n  plain: {SAMPLE_HEX}\n  port: 8080\n",
        of(SAMPLE.as_bytes()),
        of(format!("{SAMPLE_BASE64}\n").as_bytes()),
        of(&[1; 32]),
        of(b"hunter2"),
        of(format!(r#"[{{"id": "listed", "key": "{SAMPLE}"}}]"#).as_bytes()),
    );
    let raw = "\u{1}".repeat(32);
    let keys = [
        ("text", Ok(SAMPLE)),
        ("lines", Ok(SAMPLE)),
        ("raw", Ok(&*raw)),
        ("listed", Ok(SAMPLE)),
        ("plain", Ok(SAMPLE)),
    ];
    check(&secret, ListKind::KubernetesSecret, &keys);
    let items = format!(
        r#"{{"kind": "List", "items": [{{"kind": "ConfigMap", "data": {{"a": "{SAMPLE}"}}}},
            {{"kind": "Secret", "data": {{"b": "{}"}}}}]}}"#,
        of(SAMPLE.as_bytes())
    );
    check(&items, ListKind::KubernetesSecret, &[("b", Ok(SAMPLE))]);
    check_bad(
        b"apiVersion: v1\nkind: Secret\ndata:\n  password: aHVudGVyMg==\n",
        BadList::NoKeys,
    );
}
