//! The command table: every command answers a good request and refuses a bad one, by name, as a transport calls it.

use app::{Code, dispatch};
use serde_json::{Value, json};
use support::app::{TestApp, free_port, import};

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident($request:ty) -> $response:ty;)*) => {
        /// Every command, as the table has them.
        pub(crate) const COMMANDS: &[&str] = &[$(stringify!($name)),*];
    };
}
app::for_each_command!(names);

/// A key as base64, for tests that don't look at it.
pub(crate) const SOME_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// The public key of Temporal's samples.
const SAMPLE_KEY: &str = "test-key-test-key-test-key-test!";

/// A format of somebody's own.
pub(crate) const SPEC: &str = r#"{"encoding":"binary/ours","key_id":"our-key","cipher":"aes-gcm"}"#;

/// A profile for the Namespace `orders`.
pub(crate) fn profile(name: &str) -> Value {
    json!({
        "name": name, "namespaces": ["orders"], "undecodable": "explain", "compression": "none",
        "encode_key": null, "decode_keys": null, "no_codec": false
    })
}

/// What a fresh app must be given before a command can succeed, and the command's request then.
///
/// `None` for a command that has no case: adding a command means adding one.
fn good_request(app: &TestApp, command: &str) -> Option<Value> {
    let with_key = || app.import("prod", SOME_KEY, "base64", "keychain");
    let with_document = || app.ok("inspect", json!({ "source": source(app) }))["document"].clone();
    Some(match command {
        "server_status"
        | "start_server"
        | "stop_server"
        | "connect_cards"
        | "list_keys"
        | "retry_keychain"
        | "unlock"
        | "sample_payload"
        | "clear_requests"
        | "get_settings"
        | "reset_origins"
        | "list_formats"
        | "list_profiles"
        | "cancel_keys_command" => {
            // Not to start on a port that another program of this machine may use.
            app.ok("set_port", json!({ "port": free_port() }));
            Value::Null
        }
        "set_port" => json!({ "port": free_port() }),
        "cli_profiles" => Value::Null,
        "plan_cli" => json!({ "profile": "default" }),
        "connect_cli" => {
            let plan = app.ok("plan_cli", json!({ "profile": "default" }));
            json!({ "profile": "default", "seen": plan["seen"] })
        }
        "plan_cli_undo" | "undo_cli" => {
            let plan = app.ok("plan_cli", json!({ "profile": "default" }));
            let request = json!({ "profile": "default", "seen": plan["seen"] });
            app.ok("connect_cli", request);
            let undo = app.ok("plan_cli_undo", json!({ "profile": "default" }));
            match command {
                "plan_cli_undo" => json!({ "profile": "default" }),
                _ => json!({ "profile": "default", "seen": undo["seen"] }),
            }
        }
        "generate_key" => {
            json!({ "id": "new", "label": "New", "bits": 192, "lifetime": "keychain" })
        }
        "import_key" => import("prod", SOME_KEY, "base64", "keychain"),
        "import_key_file" => {
            let path = app.folder().path().join("raw.key");
            app::write_atomically(&path, &[7; 32]).expect("written");
            json!({ "id": "file", "label": "", "path": path, "lifetime": "session" })
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
        "save_format" => json!({ "name": "ours", "previous": null, "spec": SPEC }),
        "check_format" => json!({ "spec": SPEC }),
        "remove_format" => {
            let request = json!({ "name": "ours", "previous": null, "spec": SPEC });
            app.ok("save_format", request);
            json!({ "name": "ours" })
        }
        "try_format" => json!({ "spec": SPEC, "key": null, "payload": source(app) }),
        "save_profile" => json!({ "previous": null, "profile": profile("Orders") }),
        "remove_profile" => {
            let request = json!({ "previous": null, "profile": profile("Orders") });
            app.ok("save_profile", request);
            json!({ "name": "Orders" })
        }
        "set_unlisted" => json!({ "unlisted": "refuse" }),
        "match_profile" => json!({ "namespace": "orders" }),
        "diagnose_payload" => json!({ "document": with_document(), "index": 0 }),
        "adopt_finding" => {
            let document = with_document();
            let handle = app.import("other", SAMPLE_KEY, "utf8", "session");
            app.ok("set_encode_key", json!({ "handle": null }));
            app.ok("retire_key", json!({ "handle": handle }));
            let found = app.ok(
                "diagnose_payload",
                json!({ "document": document, "index": 0 }),
            );
            assert_eq!(found["kind"], "opens", "{found}");
            json!({ "document": document, "index": 0, "finding": 0 })
        }
        "preview_keys" => json!({ "source": { "type": "text", "text": SOME_KEY } }),
        "import_keys" => {
            let seen = app.ok(
                "preview_keys",
                json!({ "source": { "type": "text", "text": SOME_KEY } }),
            );
            json!({ "token": seen["token"], "choose": [0], "lifetime": "session" })
        }
        "discard_keys_preview" => json!({ "token": "any" }),
        "command_words" => json!({ "command": "op read op://a/b" }),
        "export_bundle" => {
            let path = app.folder().path().join("team.age");
            json!({ "handles": [with_key()], "path": path, "passphrase": "a", "recipients": [] })
        }
        "create_vault" => json!({ "passphrase": "a" }),
        "open_vault" => {
            app.ok("create_vault", json!({ "passphrase": "a" }));
            json!({ "passphrase": "a" })
        }
        "encode_json" => {
            with_key();
            json!({ "text": "{\"n\":1}", "encoding": "json/plain", "namespace": null })
        }
        "inspect" => json!({ "source": source(app) }),
        "inspect_file" => {
            let path = app.folder().path().join("document.json");
            app::write_atomically(&path, source(app).as_bytes()).expect("written");
            json!({ "path": path })
        }
        "inspection_rows" => json!({ "document": with_document(), "offset": 0, "limit": 10 }),
        "inspect_payload" => json!({ "document": with_document(), "index": 0 }),
        "refresh_document" | "close_document" => json!({ "document": with_document() }),
        "list_requests" => json!({ "limit": 10 }),
        "update_settings" => json!({ "theme": "dark" }),
        "add_origin" | "remove_origin" => json!({ "origin": "https://temporal.example.com" }),
        _ => return None,
    })
}

fn source(app: &TestApp) -> String {
    let sample = app.ok("sample_payload", Value::Null);
    sample["source"].as_str().expect("a text").to_owned()
}

#[test]
fn every_command_answers_a_good_request() {
    for command in COMMANDS {
        let app = TestApp::new();
        let request = good_request(&app, command)
            .unwrap_or_else(|| panic!("{command} has no case here: add one"));
        app.ok(command, request);
        // A command that is not the server's leaves nothing behind either way.
        app.ok("stop_server", Value::Null);
    }
}

#[test]
fn every_command_refuses_a_request_that_is_not_its_own() {
    for command in COMMANDS {
        let app = TestApp::new();
        let good = good_request(&app, command).expect("a case");
        let mut bad = vec![json!("text"), json!([[]]), json!(17)];
        if let Value::Object(fields) = &good {
            for field in fields.keys() {
                let mut other = good.clone();
                other[field] = json!({ "no": "such" });
                bad.push(other);
            }
            if *command != "update_settings" {
                bad.push(Value::Null);
                bad.push(json!({}));
            }
        }
        // `set_encode_key` without a handle chooses none.
        bad.retain(|bad| !(*command == "set_encode_key" && *bad == json!({})));
        let before = app.ok("get_settings", Value::Null);
        for request in bad {
            let error = app.fails(command, request, Code::BadRequest);
            assert_eq!(
                error.message,
                format!("the request is not one of {command}")
            );
        }
        assert_eq!(app.ok("get_settings", Value::Null), before, "{command}");
    }
}

#[test]
fn there_are_no_other_commands() {
    let app = TestApp::new();
    for command in ["", "drop_everything", "Inspect", "inspect ", "transform"] {
        let error = app.fails(command, Value::Null, Code::BadRequest);
        assert_eq!(error.message, "there is no such command");
    }
}

#[test]
fn errors_cross_to_the_window_as_code_message_and_hint() {
    let app = TestApp::new();
    let error = dispatch(&app.app, "inspect", json!({ "source": "hello" })).expect_err("no JSON");
    let crossed = serde_json::to_value(&error).expect("serializes");
    assert_eq!(crossed["code"], "not_recognized");
    assert_eq!(crossed["message"], json!(error.message));
    assert!(crossed["hint"].as_str().expect("a hint").contains("Paste"));
}

#[test]
fn each_error_has_the_code_that_the_table_documents() {
    let app = TestApp::new();
    let handle = app.import("prod", SOME_KEY, "base64", "session");
    let gone = "00000000-0000-4000-8000-000000000000";
    let cases = [
        ("set_port", json!({ "port": 1023 }), Code::InvalidSetting),
        ("set_port", json!({ "port": 65536 }), Code::BadRequest),
        (
            "generate_key",
            json!({ "id": "x", "label": "", "bits": 512, "lifetime": "session" }),
            Code::BadKeyMaterial,
        ),
        (
            "generate_key",
            json!({ "id": "prod", "label": "", "bits": 256, "lifetime": "session" }),
            Code::DuplicateKey,
        ),
        (
            "import_key",
            import("x", "AAEC", "base64", "session"),
            Code::BadKeyMaterial,
        ),
        (
            "import_key",
            import("x", "not base64!", "base64", "session"),
            Code::BadKeyMaterial,
        ),
        (
            "import_key",
            import("x", SOME_KEY, "hex", "session"),
            Code::BadKeyMaterial,
        ),
        (
            "import_key",
            import("prod", SOME_KEY, "base64", "session"),
            Code::DuplicateKey,
        ),
        (
            "import_key_file",
            json!({ "id": "x", "label": "", "path": "no/such/file", "lifetime": "session" }),
            Code::File,
        ),
        (
            "rename_key",
            json!({ "handle": gone, "id": "x", "label": "" }),
            Code::KeyNotFound,
        ),
        ("remove_key", json!({ "handle": gone }), Code::KeyNotFound),
        ("remove_key", json!({ "handle": "prod" }), Code::KeyNotFound),
        ("remove_key", json!({ "handle": handle }), Code::KeyInUse),
        (
            "set_encode_key",
            json!({ "handle": gone }),
            Code::KeyNotFound,
        ),
        ("inspect", json!({ "source": "" }), Code::NotRecognized),
        ("inspect", json!({ "source": "{}" }), Code::NotRecognized),
        (
            "inspect_file",
            json!({ "path": "no/such/file" }),
            Code::File,
        ),
        (
            "inspection_rows",
            json!({ "document": 9, "offset": 0, "limit": 1 }),
            Code::DocumentClosed,
        ),
        (
            "inspect_payload",
            json!({ "document": 9, "index": 0 }),
            Code::DocumentClosed,
        ),
        (
            "refresh_document",
            json!({ "document": 9 }),
            Code::DocumentClosed,
        ),
        (
            "update_settings",
            json!({ "max_body_mib": 0 }),
            Code::InvalidSetting,
        ),
        ("add_origin", json!({ "origin": "*" }), Code::InvalidOrigin),
        (
            "add_origin",
            json!({ "origin": "null" }),
            Code::InvalidOrigin,
        ),
        ("add_origin", json!({ "origin": "" }), Code::InvalidOrigin),
    ];
    for (command, request, code) in cases {
        let error = app.fails(command, request, code);
        assert!(!error.message.contains(SOME_KEY), "{command}");
    }
    let keys = app.ok("list_keys", Value::Null);
    assert_eq!(keys["keys"].as_array().map(Vec::len), Some(1));
    assert_eq!(keys["keys"][0]["handle"], handle);
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
    let guess = |text: &str| app.ok("guess_key_format", json!({ "material": text }));
    assert_eq!(
        guess("000102030405060708090a0b0c0d0e0f"),
        json!([
            { "format": "hex", "bits": 128 },
            { "format": "base64", "bits": 192 },
            { "format": "utf8", "bits": 256 }
        ])
    );
    assert_eq!(
        guess("test-key-test-key-test-key-test!"),
        json!([{ "format": "utf8", "bits": 256 }])
    );
    assert_eq!(guess("short"), json!([]));
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

#[test]
fn connect_cards_name_the_endpoint_of_now() {
    let app = TestApp::new();
    let port = app.serve();
    let cards = app.ok("connect_cards", Value::Null);
    let cards = cards.as_array().expect("cards");
    let endpoint = format!("http://127.0.0.1:{port}");
    let mut ids = Vec::new();
    for card in cards {
        ids.push(card["id"].as_str().expect("an id"));
        assert!(
            card["steps"].to_string().contains(&endpoint),
            "{}",
            card["id"]
        );
    }
    for id in ["web_ui", "cloud", "cli"] {
        assert!(ids.contains(&id), "{ids:?}");
    }
}
