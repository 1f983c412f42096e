//! Cases of the commands for keys and for where they come from.

use app::Code;
use serde_json::{Value, json};
use support::app::{TestApp, import};

use super::SOME_KEY;

/// A Payload as Temporal Proxy seals it, whose data key is wrapped by being written as it is.
const WRAPPED: &str = r#"{"metadata": {"encoding": "YmluYXJ5L2VuY3J5cHRlZA==", "encryption-key-id": "YXdza21zOi8vL2s=", "encryption-dek": "QVFFQkFRRUJBUUVCQVFFQkFRRUJBUUVCQVFFQkFRRUJBUUVCQVFFQkFRRT0="}, "data": "AAECAwQFBgcICQoLAAECAwQFBgcICQoLDA0ODw=="}"#;

pub(super) fn good_request(app: &TestApp, command: &str) -> Option<Value> {
    let with_key = || app.import("prod", SOME_KEY, "base64", "keychain");
    Some(match command {
        "list_keys" | "retry_keychain" | "unlock" | "cancel_keys_command" => Value::Null,
        "generate_key" => {
            json!({ "id": "new", "label": "New", "bits": 192, "lifetime": "keychain" })
        }
        "copy_generated_key" => {
            let made = app.ok(
                "generate_key",
                json!({ "id": "new", "label": "", "bits": 256, "lifetime": "session" }),
            );
            app.desktop.agree(true);
            json!({ "handle": made["handle"], "format": "hex" })
        }
        "forget_generated_key" => Value::Null,
        "worker_snippets" => json!({ "id": "new", "format": "base64" }),
        "import_key" => import("prod", SOME_KEY, "base64", "keychain"),
        "import_key_file" => {
            let path = app.folder().path().join("raw.key");
            app::write_atomically(&path, &[7; 32]).expect("written");
            let file = app.ticket("key_file", path);
            json!({ "id": "file", "label": "", "file": file, "lifetime": "session" })
        }
        "replace_key" => {
            let other = "00112233445566778899aabbccddeeff";
            json!({ "handle": with_key(), "material": other, "format": "hex" })
        }
        "guess_key_format" => json!({ "material": SOME_KEY }),
        "lock" => json!({ "forget_session_keys": true }),
        "add_sample_key" => json!({ "lifetime": "keychain" }),
        "rename_key" => json!({ "handle": with_key(), "id": "prod-2", "label": "Second" }),
        "remove_key" => json!({ "handle": with_key(), "even_if_used": true }),
        "set_encode_key" | "restore_key" => json!({ "handle": with_key() }),
        "retire_key" => {
            let handle = with_key();
            app.ok("set_encode_key", json!({ "handle": null }));
            json!({ "handle": handle })
        }
        "set_key_usage" => {
            json!({ "handle": with_key(), "formats": ["posthog-fernet"], "namespaces": [] })
        }
        "add_demo_key" => json!({ "format": "no-key-id", "lifetime": "session" }),
        "preview_keys" => json!({ "source": { "type": "text", "text": SOME_KEY } }),
        "import_keys" => {
            let seen = app.ok(
                "preview_keys",
                json!({ "source": { "type": "text", "text": SOME_KEY } }),
            );
            json!({ "token": seen["token"], "choose": [0], "lifetime": "session" })
        }
        "discard_keys_preview" => json!({ "token": "any" }),
        "command_words" | "forget_command" => json!({ "command": "op read op://a/b" }),
        "export_bundle" => {
            let file = app.ticket("export_bundle", app.folder().path().join("team.age"));
            json!({ "handles": [with_key()], "file": file, "passphrase": "a", "although_weak": true, "recipients": [] })
        }
        "list_wrapped_keys" | "cancel_unwrapping" => Value::Null,
        "save_wrapped_keys" => json!({ "wrapped_by": ["awskms://*"], "command": "cat" }),
        "remove_wrapped_keys" | "confirm_wrapped_keys" | "test_wrapped_keys" => {
            let saved = json!({ "wrapped_by": ["awskms://*"], "command": "cat" });
            app.ok("save_wrapped_keys", saved);
            app.desktop.agree(true);
            match command {
                "test_wrapped_keys" => json!({ "place": 0, "source": WRAPPED }),
                _ => json!({ "place": 0 }),
            }
        }
        "judge_passphrase" => json!({ "passphrase": "a" }),
        "create_vault" => json!({ "passphrase": "a", "although_weak": true }),
        "move_keys" => json!({ "handles": [], "to": "vault" }),
        "open_vault" => {
            app.ok(
                "create_vault",
                json!({ "passphrase": "a", "although_weak": true }),
            );
            json!({ "passphrase": "a" })
        }
        _ => return None,
    })
}

#[test]
fn the_first_key_encodes_and_a_later_one_does_not_take_over() {
    let app = TestApp::new();
    let first = app.import("first", SOME_KEY, "base64", "session");
    assert_eq!(app.ok("list_keys", Value::Null)["encode_key"], first);
    let second = app.import(
        "second",
        "000102030405060708090a0b0c0d0e0f",
        "hex",
        "session",
    );
    assert_eq!(app.ok("list_keys", Value::Null)["encode_key"], first);

    let keys = app.ok("set_encode_key", json!({ "handle": second }));
    assert_eq!(keys["encode_key"], second);
    // A name of its own does not change which key encodes.
    app.ok(
        "rename_key",
        json!({ "handle": second, "id": "renamed", "label": "Mine" }),
    );
    assert_eq!(app.ok("list_keys", Value::Null)["encode_key"], second);

    let request = json!({ "handle": second, "even_if_used": true });
    let keys = app.ok("remove_key", request);
    assert_eq!(keys["encode_key"], Value::Null, "no other key steps in");
    assert_eq!(keys["keys"].as_array().map(Vec::len), Some(1));
    let keys = app.ok("set_encode_key", json!({ "handle": first }));
    assert_eq!(keys["encode_key"], first);
    let keys = app.ok("set_encode_key", json!({ "handle": null }));
    assert_eq!(keys["encode_key"], Value::Null);
}

#[test]
fn a_key_is_shown_by_all_but_its_bytes() {
    let app = TestApp::new();
    app.ok(
        "generate_key",
        json!({ "id": "gen", "label": "Made here", "bits": 256, "lifetime": "keychain" }),
    );
    let keys = app.ok("list_keys", Value::Null);
    let key = &keys["keys"][0];
    assert_eq!(key["id"], "gen");
    assert_eq!(key["label"], "Made here");
    assert_eq!(key["bits"], 256);
    assert_eq!(key["lifetime"], "keychain");
    assert_eq!(key["fingerprint"].as_str().map(str::len), Some(16));
    let handle = key["handle"].as_str().expect("a handle");
    assert_eq!(app.vault.accounts(), [format!("key/{handle}")]);
    let mut fields: Vec<&str> = key
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "also_opens",
            "bits",
            "created",
            "fingerprint",
            "formats",
            "handle",
            "id",
            "label",
            "last_used",
            "lifetime",
            "n_uses",
            "namespaces",
            "retired",
            "unavailable",
            "used_by"
        ]
    );
    app.ok(
        "remove_key",
        json!({ "handle": handle, "even_if_used": true }),
    );
    assert_eq!(app.vault.accounts(), [""; 0]);
}

#[test]
fn a_text_may_be_a_key_in_several_spellings() {
    let app = TestApp::new();
    let guess = |text: &str| {
        let read = app.ok("guess_key_format", json!({ "material": text }));
        assert_eq!(read["other"], Value::Null);
        read["readings"].clone()
    };
    assert_eq!(
        guess("000102030405060708090a0b0c0d0e0f"),
        json!([
            { "format": "hex", "bytes": 16, "bits": 128, "problem": null },
            { "format": "base64", "bytes": 24, "bits": 192, "problem": null },
            { "format": "utf8", "bytes": 32, "bits": 256, "problem": null }
        ])
    );
    assert_eq!(
        guess("test-key-test-key-test-key-test!")[0],
        json!({ "format": "utf8", "bytes": 32, "bits": 256, "problem": null })
    );
    assert_eq!(
        guess("short")[0],
        json!({ "format": "utf8", "bytes": 5, "bits": null, "problem": "5 bytes: an AES key has 16, 24 or 32." })
    );
}

/// What is pasted as one key and is none is said what it is, with the way on; the text itself is never told again.
#[test]
fn what_is_not_one_key_is_told_and_led_on() {
    let app = TestApp::new();
    let env = format!(
        "# codec\r\nexport OLD_KEY=\"{SOME_KEY}\"\r\nHOST=localhost:7233\r\nNEW_KEY='{SOME_KEY}' # canary\r\n"
    );
    let json_list = format!("[{{\"id\":\"a\",\"material\":\"{SOME_KEY}\",\"format\":\"base64\"}}]");
    let yaml_list = format!(
        "- id: a\n  material: {SOME_KEY}\n  format: base64\n- id: b\n  material: {SOME_KEY}\n  format: base64\n"
    );
    let jwk = format!(
        "{{\"kty\":\"oct\",\"kid\":\"a\",\"k\":\"{}\"}}",
        SOME_KEY.trim_end_matches('=')
    );
    let variable = format!("CODEC_KEY={SOME_KEY}");
    for (text, title, way) in [
        (env.as_str(), "a .env file with 3 variables", json!("list")),
        (variable.as_str(), "a variable with its name", json!("list")),
        (
            "DB_HOST=a\nDB_PASSWORD=canary",
            "a .env file with 2 variables",
            Value::Null,
        ),
        (json_list.as_str(), "a JSON list with 1 key", json!("list")),
        (yaml_list.as_str(), "a YAML list with 2 keys", json!("list")),
        (jwk.as_str(), "JSON Web Keys: 1 key", json!("list")),
        (
            "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----",
            "a private key (PEM)",
            Value::Null,
        ),
        (
            "op://Temporal/canary/key",
            "the address of a secret",
            json!("command"),
        ),
        (
            "awskms://alias/canary",
            "the name of a key in a key service",
            json!("wrapped_keys"),
        ),
        ("https://canary.example/keys", "a URL", Value::Null),
    ] {
        let read = app.ok("guess_key_format", json!({ "material": text }));
        let other = &read["other"];
        assert_eq!(
            other["title"],
            format!("This is {title}, and not one key."),
            "{text}"
        );
        assert_eq!(other["way"], way, "{text}");
        assert!(
            !other["hint"].as_str().expect("a hint").is_empty(),
            "{text}"
        );
        assert!(!other.to_string().contains("canary"), "{other}");
        if way == json!("list") {
            let source = json!({ "source": { "type": "text", "text": text, "passphrase": null } });
            let preview = app.ok("preview_keys", source);
            assert!(!preview["entries"].as_array().expect("entries").is_empty());
        }
    }
    // A passphrase is one, whatever signs it has.
    for text in [
        "a passphrase: of mine",
        "tea=coffee",
        "correct horse battery staple",
    ] {
        let read = app.ok("guess_key_format", json!({ "material": text }));
        assert_eq!(read["other"], Value::Null, "{text}");
    }
}

/// The list says it in its own place, and so does the command line.
#[test]
fn a_list_without_keys_is_told_for_what_it_is() {
    let app = TestApp::new();
    for (text, says) in [
        (
            "DB_HOST=a\nDB_PASSWORD=canary",
            "No value of the 2 variables is an AES key.",
        ),
        (
            "-----BEGIN CERTIFICATE-----\ncanary\n-----END CERTIFICATE-----",
            "A certificate (PEM), and no key list.",
        ),
        (
            "op://Temporal/canary/key",
            "The address of a secret, and no key list.",
        ),
    ] {
        let source = json!({ "source": { "type": "text", "text": text, "passphrase": null } });
        let error = app.fails("preview_keys", source, Code::BadKeyMaterial);
        assert_eq!(error.message, says);
        assert!(!error.hint.contains("canary"));
    }
}

#[test]
fn the_same_key_has_the_same_fingerprint_however_it_is_spelled() {
    let app = TestApp::new();
    app.import("a", SOME_KEY, "base64", "session");
    app.import("b", SOME_KEY.trim_end_matches('='), "base64", "session");
    app.import(
        "c",
        "000102030405060708090A0B0C0D0E0F101112131415161718191a1b1c1d1e1f",
        "hex",
        "session",
    );
    app.import("d", "test-key-test-key-test-key-test!", "utf8", "session");
    let keys = app.ok("list_keys", Value::Null);
    let print = |at: usize| keys["keys"][at]["fingerprint"].clone();
    assert_eq!(print(0), print(1));
    assert_eq!(print(0), print(2));
    assert_ne!(print(0), print(3));
    assert_eq!(keys["has_sample_key"], true);
}
