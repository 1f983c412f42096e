//! Lists as they are found in the wild, and texts that are none.

use proptest::prelude::*;

use super::*;
use crate::KeyUse;

mod keyrings;
mod other_texts;

const SAMPLE: &str = "test-key-test-key-test-key-test!";
const SAMPLE_BASE64: &str = "dGVzdC1rZXktdGVzdC1rZXktdGVzdC1rZXktdGVzdCE=";
const SAMPLE_HEX: &str = "746573742d6b65792d746573742d6b65792d746573742d6b65792d7465737421";

/// The ids with what each one's key is: its bytes, or why it is none.
#[track_caller]
fn check(text: &str, kind: ListKind, expect: &[(&str, Result<&str, &str>)]) -> Vec<FoundKey> {
    let found = parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(found.kind, kind, "{text}");
    let keys: Vec<(&str, Result<&[u8], String>)> = found
        .keys
        .iter()
        .map(|key| {
            let bytes = key.key.as_ref().map(SecretKey::expose);
            (key.names.id.as_str(), bytes.map_err(BadEntry::to_string))
        })
        .collect();
    let expect: Vec<(&str, Result<&[u8], String>)> = expect
        .iter()
        .map(|(id, key)| (*id, key.map(str::as_bytes).map_err(str::to_owned)))
        .collect();
    assert_eq!(keys, expect, "{text}");
    found.keys
}

#[track_caller]
fn check_bad(bytes: &[u8], expect: BadList) {
    assert_eq!(parse(bytes).err(), Some(expect));
}

#[test]
fn lists_of_mrsimonemms_codec_server() {
    let keys = [
        ("key0", Ok(SAMPLE)),
        ("key1", Ok("passphrasewhichneedstobe32bytes!")),
    ];
    let json = format!(
        r#"[{{"id": "key0", "key": "{SAMPLE}"}}, {{"id": "key1", "key": "passphrasewhichneedstobe32bytes!"}}]"#
    );
    let found = check(&json, ListKind::Json, &keys);
    assert_eq!(found[0].spelling, Some(MaterialFormat::Utf8));
    let yaml = format!(
        "# The first one encodes.\n- id: key0\n  key: {SAMPLE}\n\n- key: \"passphrasewhichneedstobe32bytes!\" # old\n  id: 'key1'\n"
    );
    check(&yaml, ListKind::Yaml, &keys);
    check(&format!("---\n{yaml}...\n"), ListKind::Yaml, &keys);
    let block = format!("- id: key0\n  key: >-\n    {SAMPLE}\n");
    check(&block, ListKind::Yaml, &keys[..1]);
    let flow = format!("[{{id: key0, key: '{SAMPLE}'}}]");
    check(&flow, ListKind::Yaml, &keys[..1]);
    // 32 hex digits are a key as they stand.
    let hex = "00112233445566778899aabbccddeeff";
    let found = check(
        &format!(r#"[{{"id":"k","key":"{hex}"}}]"#),
        ListKind::Json,
        &[("k", Ok(hex))],
    );
    assert_eq!(found[0].spelling, Some(MaterialFormat::Utf8));
    let found = check(
        &format!(r#"[{{"id":"k","key":"{SAMPLE_BASE64}"}}]"#),
        ListKind::Json,
        &[("k", Ok(SAMPLE))],
    );
    assert_eq!(found[0].spelling, Some(MaterialFormat::Base64));
}

#[test]
fn lists_of_our_own_command_line() {
    let json = format!(
        r#"{{"keys": [
            {{"id": "a", "material": "{SAMPLE_BASE64}"}},
            {{"id": "", "material": "{SAMPLE_HEX}", "format": "hex", "also_opens": ["test", "b"], "label": "B",
              "preset": "tracecat", "namespaces": ["prod-*"], "retired": true, "later": [1, null, 2.5]}},
            {{"id": "short", "material": "a pass phrase", "format": "utf8", "formats": ["posthog"]}},
            {{"id": 7, "material": "{SAMPLE}", "format": "utf8", "namespaces": "prod"}}
        ], "unlisted": "refuse"}}"#
    );
    let profiles = |json: &str| parse(json.as_bytes()).map(|found| found.has_profiles);
    assert_eq!(profiles(&json), Ok(true), "unlisted is there");
    assert_eq!(profiles(&json.replace("unlisted", "later")), Ok(false));
    let found = check(
        &json,
        ListKind::Json,
        &[
            ("a", Ok(SAMPLE)),
            ("", Ok(SAMPLE)),
            ("short", Ok("a pass phrase")),
            ("7", Ok(SAMPLE)),
        ],
    );
    assert_eq!(found[0].usage, KeyUse::default());
    assert_eq!(found[1].names.label, "B");
    let also = found[1].names.also_opens.iter();
    assert_eq!(
        also.map(|id| id.as_str()).collect::<Vec<_>>(),
        ["test", "b"]
    );
    assert_eq!(found[1].usage.formats, ["tracecat"]);
    assert_eq!(found[1].usage.namespaces, ["prod-*"]);
    assert!(found[1].usage.retired);
    assert_eq!(found[3].usage.namespaces, ["prod"]);
}

#[test]
fn an_entry_brings_its_own_format() {
    // Numbers stay numbers, and texts that look like some stay texts.
    let json = format!(
        r#"[{{"id": "k", "key": "{SAMPLE}", "spec": {{"encoding": "binary/ours", "key_id": "our-key", "cipher": "aes-gcm",
            "nonce": {{"prefix": 16}}, "write": {{"version": "1"}}}}}}]"#
    );
    let yaml = format!(
        "- id: k\n  key: {SAMPLE}\n  spec:\n    encoding: binary/ours\n    key_id: our-key\n    cipher: aes-gcm\n    nonce: {{prefix: 16}}\n    write: {{version: '1'}}\n"
    );
    let of_json = check(&json, ListKind::Json, &[("k", Ok(SAMPLE))]);
    let of_yaml = check(&yaml, ListKind::Yaml, &[("k", Ok(SAMPLE))]);
    let spec = of_json[0].spec.as_ref().expect("a spec");
    assert_eq!(Some(spec), of_yaml[0].spec.as_ref());
    let text = serde_json::to_value(spec).expect("a spec is JSON");
    assert_eq!(text["nonce"], serde_json::json!({ "prefix": 16 }));
    assert_eq!(text["write"]["version"], "1");

    let wrong = format!(
        r#"[{{"id": "cipher", "key": "{SAMPLE}", "spec": {{"encoding": "x", "cipher": "{SAMPLE}"}}}},
            {{"id": "text", "key": "{SAMPLE}", "spec": "posthog-fernet"}},
            {{"id": "both", "key": "{SAMPLE}", "preset": "tracecat", "spec": {{"encoding": "x", "cipher": "aes-gcm"}}}}]"#
    );
    check(
        &wrong,
        ListKind::Json,
        &[
            ("cipher", Err("the entry's spec does not describe a format")),
            ("text", Err("the entry's spec does not describe a format")),
            ("both", Err("the entry has both a preset and a spec")),
        ],
    );
}

#[test]
fn what_is_wrong_with_an_entry_stands_in_its_place() {
    let json = format!(
        r#"[{{"id":"good","key":"{SAMPLE}"}}, 7, {{"key":"{SAMPLE}"}}, {{"id":"none"}}, {{"id":"short","key":"secret"}},
            {{"id":"format","material":"x","format":"rot13"}}, {{"id":["x"],"key":"{SAMPLE}"}},
            {{"id":"length","material":"YWJj"}}, {{"id":"spelling","material":"!"}}]"#
    );
    check(
        &json,
        ListKind::Json,
        &[
            ("good", Ok(SAMPLE)),
            ("", Err("not an entry with an id and a key")),
            ("", Err("the entry has no id")),
            ("none", Err("the entry has no key")),
            ("short", Err("6 bytes: an AES key has 16, 24 or 32")),
            ("format", Err("the field \"format\" has the wrong type")),
            ("", Err("the field \"id\" has the wrong type")),
            ("length", Err("3 bytes: an AES key has 16, 24 or 32")),
            ("spelling", Err("not base64 (1 characters)")),
        ],
    );
}

#[test]
fn env_files() {
    let text = format!(
        "\u{feff}# Settings\nPORT=8080\n\nexport CODEC_KEY={SAMPLE_BASE64}\n  QUOTED = \"{SAMPLE}\" # the same\n\
         SINGLE='{SAMPLE_HEX}'\r\nnot a line of it\nPREFIXED=base64:{SAMPLE_BASE64}\nAS_HEX=hex:{SAMPLE_HEX}\n\
         URLSAFE=base64-urlsafe:{}\nCOMMENTED={SAMPLE} # not this\n#OLD={SAMPLE}\nEMPTY=\nMULTI=\"two\nlines\"\n\
         ESCAPED=\"test-key-\\\"est-key-test-key-test!\"\nlast.key={SAMPLE}",
        SAMPLE_BASE64.trim_end_matches('=')
    );
    let found = check(
        &text,
        ListKind::Env,
        &[
            ("CODEC_KEY", Ok(SAMPLE)),
            ("QUOTED", Ok(SAMPLE)),
            ("SINGLE", Ok(SAMPLE)),
            ("PREFIXED", Ok(SAMPLE)),
            ("AS_HEX", Ok(SAMPLE)),
            ("URLSAFE", Ok(SAMPLE)),
            ("COMMENTED", Ok(SAMPLE)),
            ("ESCAPED", Ok("test-key-\"est-key-test-key-test!")),
            ("last.key", Ok(SAMPLE)),
        ],
    );
    assert_eq!(found[2].spelling, Some(MaterialFormat::Hex));
    check(
        &format!("KEY={SAMPLE}"),
        ListKind::Env,
        &[("KEY", Ok(SAMPLE))],
    );
}

#[test]
fn one_key_alone() {
    for text in [SAMPLE_BASE64, SAMPLE_HEX, SAMPLE] {
        check(text, ListKind::OneKey, &[("", Ok(SAMPLE))]);
        check(
            &format!("{text}\r\n"),
            ListKind::OneKey,
            &[("", Ok(SAMPLE))],
        );
    }
    let prefixed = format!("base64:{SAMPLE_BASE64}");
    check(&prefixed, ListKind::OneKey, &[("", Ok(SAMPLE))]);
    // Base64 that ends as an assignment of nothing would.
    let text = "AAAAAAAAAAAAAAAAAAAAAA==";
    check(
        text,
        ListKind::OneKey,
        &[("", Ok("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"))],
    );
    let raw = [0xff; 32];
    let found = parse(&raw).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        (found.kind, found.keys[0].spelling),
        (ListKind::OneKey, None)
    );
    assert_eq!(found.keys[0].key.as_ref().unwrap().expose(), raw);
}

#[test]
fn what_has_no_key_is_named_and_not_quoted() {
    check_bad(b"", BadList::NoKeys);
    check_bad(b" \n", BadList::NoKeys);
    check_bad(b"hello world", BadList::NoKeys);
    check_bad(b"[]", BadList::NoKeys);
    check_bad(b"{}", BadList::NoKeys);
    check_bad(b"{\"keys\": 7}", BadList::NoKeys);
    check_bad(b"[1, 2]", BadList::NoKeys);
    check_bad(b"- a\n- b\n", BadList::NoKeys);
    check_bad(
        b"PORT=8080\nHOST=localhost\n",
        BadList::NoKeyInVariables { variables: 2 },
    );
    check_bad(&[0xff; 31], BadList::NotText { len: 31 });
    check_bad(
        b"[{\"id\":\n \"secret\" oops]",
        BadList::Damaged {
            line: 2,
            column: 11,
        },
    );
    check_bad(
        b"a: b\n  c: d: e\n",
        BadList::Damaged { line: 2, column: 4 },
    );
    check_bad(&vec![b' '; MAX_LIST_BYTES + 1], BadList::TooLarge);
    let many = r#"{"id":"","key":""},"#.repeat(MAX_LIST_KEYS + 1);
    let many = format!("[{}]", many.trim_end_matches(','));
    check_bad(many.as_bytes(), BadList::TooLarge);
}

/// Pieces that such texts are made of.
fn soup() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "[",
        "]",
        "{",
        "}",
        ":",
        ": ",
        ",",
        "-",
        "- ",
        "\n",
        "\r\n",
        "  ",
        "\t",
        "#",
        "=",
        "\"",
        "'",
        "`",
        "\\",
        "id",
        "key",
        "material",
        "keys",
        "kind: Secret\n",
        "data",
        "kty",
        "primaryKeyId",
        "keyData",
        "format",
        "export ",
        "K=",
        "|",
        ">",
        "&a",
        "*a",
        "!!str ",
        "---",
        "...",
        "%",
        "?",
        SAMPLE,
        SAMPLE_BASE64,
        "base64:",
        "null",
        "7",
        "é",
        "🔑",
        "\u{feff}",
        "\0",
    ]);
    prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in soup(), cut in 0_usize..400) {
        let bytes = text.as_bytes();
        for bytes in [bytes, &bytes[..cut.min(bytes.len())]] {
            if let Ok(found) = parse(bytes) {
                prop_assert!(!found.keys.is_empty());
            }
        }
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        drop(parse(&bytes));
    }

    #[test]
    fn keys_of_any_text_come_out_as_they_went_in(key in "\\PC{32}", id in "\\PC{0,9}") {
        let mut length = key.len();
        while !(length <= 32 && key.is_char_boundary(length)) {
            length -= 1;
        }
        let key = format!("{}{}", &key[..length], "x".repeat(32 - length));
        // JSON is YAML, too; its escapes of surrogates are not, and this writer makes none.
        let json = serde_json::json!([{ "id": id, "key": key }]).to_string();
        let found = parse(json.as_bytes()).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(found.kind, ListKind::Json);
        prop_assert_eq!(found.keys[0].names.id.as_str(), id);
        let read = found.keys[0].key.as_ref().map(SecretKey::expose);
        prop_assert_eq!(read.ok(), Some(key.as_bytes()));
    }
}

#[test]
fn hostile_texts_end_soon() {
    let start = std::time::Instant::now();
    let half = MAX_LIST_BYTES / 2;
    for text in [
        "[".repeat(MAX_LIST_BYTES),
        "- ".repeat(half),
        "{a: ".repeat(MAX_LIST_BYTES / 4),
        "? ".repeat(half),
        "&a *a ".repeat(MAX_LIST_BYTES / 6),
        "a=\"".repeat(MAX_LIST_BYTES / 3),
        "A='\n".repeat(MAX_LIST_BYTES / 4),
        "x: \"".repeat(MAX_LIST_BYTES / 4),
        "a: &a [x, *a, *a]\n".repeat(MAX_LIST_BYTES / 18),
        "\n".repeat(MAX_LIST_BYTES),
        "- |\n x\n".repeat(MAX_LIST_BYTES / 8),
    ] {
        let at = start.elapsed();
        drop(parse(text.as_bytes()));
        let took = start.elapsed() - at;
        assert!(took.as_secs() < 10, "{took:?} for {:?}…", &text[..8]);
    }
}
