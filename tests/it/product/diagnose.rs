//! "Which key opens this?": the right key and format are found, taken over with one call, and what is missing is said.

use app::Code;
use serde_json::{Value, json};
use support::app::{TestApp, import};
use support::vectors;
use support::wire::{SEALED, UNKNOWN_KEY};
use temporal_payload::base64;

use crate::commands::SOME_KEY;

const SAMPLE_KEY: &str = "test-key-test-key-test-key-test!";

fn inspect(app: &TestApp, source: &str) -> Value {
    app.ok("inspect", json!({ "source": source }))["document"].clone()
}

fn ask(app: &TestApp, document: &Value) -> Value {
    app.ok(
        "diagnose_payload",
        json!({ "document": document, "index": 0 }),
    )
}

/// Diagnoses a Payload, adopts the first finding, and looks whether it opens then.
#[track_caller]
fn adopts(app: &TestApp, source: &str, change: &str) -> Value {
    let document = inspect(app, source);
    let found = ask(app, &document);
    assert_eq!(found["kind"], "opens", "{found}");
    let said = found["findings"][0]["change"].as_str().expect("text");
    assert_eq!(said, change);
    app.ok(
        "adopt_finding",
        json!({ "document": document, "index": 0, "finding": 0 }),
    );
    let view = app.ok("refresh_document", json!({ "document": document }));
    assert_eq!(view["rows"][0]["outcome"], "decoded", "{view}");
    let again = ask(app, &document);
    assert_eq!(again["verdict"], "The current keys and formats decode it.");
    found
}

/// Compression under a label of somebody's own needs no key; there is not even one to try.
#[test]
fn what_is_only_compressed_opens_without_a_key() {
    let app = TestApp::new();
    // "binary/gzip-data", and gzip of JSON.
    let sent = r#"{"metadata":{"encoding":"YmluYXJ5L2d6aXAtZGF0YQ=="},"data":"H4sIAD46DmsC/6tWSi4tLsnPTS1SslJyTElU8MkvS81JTE5V0lHKLEnNLVayijbUMdIxjq0FAClGbe8rAAAA"}"#;
    let document = inspect(&app, sent);
    let shown = app.ok(
        "inspect_payload",
        json!({ "document": document, "index": 0 }),
    );
    assert_eq!(shown["mark"]["is_packed"], true, "{shown}");
    let found = adopts(
        &app,
        sent,
        "Adds the format gzip-data (not encrypted · gzip · data only, encoding lost).",
    );
    assert_eq!(
        found["verdict"],
        "A format reads it, and no key of yours is needed."
    );
    let shown = app.ok(
        "inspect_payload",
        json!({ "document": document, "index": 0 }),
    );
    assert_eq!(shown["verdict"], "Unpacked from gzip (gzip-data).");
    assert_eq!(found["findings"][0]["key_id"], Value::Null);
}

/// The id means one key, so that the one that has it makes room; one undo brings both back.
#[test]
fn a_key_takes_the_id_of_one_that_does_not_open() {
    let app = TestApp::new();
    app.import("test-key-id", SOME_KEY, "base64", "keychain");
    app.import("mine", SAMPLE_KEY, "utf8", "keychain");
    let listed = app.ok("list_keys", Value::Null);
    let before = listed["keys"].clone();
    // It encodes, since it was first; what takes its place does so then.
    assert_eq!(listed["encode_key"], before[0]["handle"]);
    adopts(
        &app,
        SEALED,
        "Uses mine for the id \"test-key-id\", in place of test-key-id, which is retired, also in profiles.",
    );
    let look = || app.ok("list_keys", Value::Null)["keys"].clone();
    let keys = look();
    assert_eq!(keys[0]["retired"], true);
    assert_eq!(keys[1]["also_opens"], json!(["test-key-id"]));
    let encodes = || app.ok("list_keys", Value::Null)["encode_key"].clone();
    assert_eq!(encodes(), keys[1]["handle"]);
    app.ok("undo_settings", app.last_change());
    assert_eq!(encodes(), before[0]["handle"]);
    let now = look();
    for place in 0..2 {
        for field in ["retired", "also_opens", "id"] {
            assert_eq!(now[place][field], before[place][field], "{place} {field}");
        }
    }
}

#[test]
fn a_key_under_another_id_is_found_and_answers_to_it_from_now_on() {
    let app = TestApp::new();
    app.import("mine", SAMPLE_KEY, "utf8", "keychain");
    let found = adopts(
        &app,
        SEALED,
        "Uses mine for the id \"test-key-id\" as well.",
    );
    let finding = &found["findings"][0];
    assert_eq!(finding["key_id"], "mine");
    assert_eq!(finding["format"], "sdk-samples");
    assert_eq!(finding["preview"], "{\"hello\":\"world\"}");
    let key = &app.ok("list_keys", Value::Null)["keys"][0];
    assert_eq!(key["also_opens"], json!(["test-key-id"]));
    let document = inspect(&app, SEALED);
    let view = app.ok(
        "inspect_payload",
        json!({ "document": document, "index": 0 }),
    );
    assert_eq!(view["verdict"], "Decrypted with key mine.");
}

/// The same bytes are there twice where a key was replaced by itself.
#[test]
fn of_two_keys_with_the_same_bytes_the_one_in_use_is_named() {
    let app = TestApp::new();
    app.import("old", SAMPLE_KEY, "utf8", "keychain");
    app.import("new", SAMPLE_KEY, "utf8", "keychain");
    let old = app.ok("list_keys", Value::Null)["keys"][0]["handle"].clone();
    app.ok("set_encode_key", json!({ "handle": null }));
    app.ok("retire_key", json!({ "handle": old }));
    let found = adopts(&app, SEALED, "Uses new for the id \"test-key-id\" as well.");
    assert_eq!(found["findings"][0]["key_id"], "new");
}

#[test]
fn a_format_that_the_key_is_not_used_with_is_found() {
    let app = TestApp::new();
    let vector = &vectors::vectors("kuflow-current-text.json")[0];
    let (id, material) = (&vector["key"]["id"], &vector["key"]["base64"]);
    app.import(
        id.as_str().expect("text"),
        material.as_str().expect("text"),
        "base64",
        "session",
    );
    let document = inspect(&app, &vector["encoded"].to_string());
    let found = ask(&app, &document);
    assert_eq!(found["findings"][0]["format"], "kuflow", "{found}");
    app.ok(
        "adopt_finding",
        json!({ "document": document, "index": 0, "finding": 0 }),
    );
    let key = &app.ok("list_keys", Value::Null)["keys"][0];
    assert_eq!(
        key["formats"],
        json!(["sdk-samples", "kuflow"]),
        "it goes on encoding as it did"
    );
    let view = app.ok("refresh_document", json!({ "document": document }));
    assert_eq!(view["rows"][0]["outcome"], "decoded");
}

#[test]
fn a_known_layout_under_an_unknown_label_becomes_a_format_of_ones_own() {
    let app = TestApp::new();
    app.import("test-key-id", SAMPLE_KEY, "utf8", "session");
    // "binary/acme"
    let renamed = SEALED.replace("YmluYXJ5L2VuY3J5cHRlZA==", "YmluYXJ5L2FjbWU=");
    let document = inspect(&app, &renamed);
    let found = ask(&app, &document);
    assert_eq!(found["kind"], "opens", "{found}");
    let name = found["findings"][0]["format"]
        .as_str()
        .expect("a name")
        .to_owned();
    app.ok(
        "adopt_finding",
        json!({ "document": document, "index": 0, "finding": 0 }),
    );
    let view = app.ok("refresh_document", json!({ "document": document }));
    assert_eq!(view["rows"][0]["outcome"], "decoded", "{view}");
    let formats = app.ok("list_formats", Value::Null);
    let formats = formats["formats"].as_array().expect("a list");
    let made = formats.last().expect("formats");
    assert_eq!(
        (&made["name"], &made["custom"]),
        (&json!(name), &json!(true))
    );
}

/// A rotation under one id: what was sealed before it opens again, and the way there says what it costs.
#[test]
fn a_key_that_was_replaced_comes_back_in_place_of_the_one_that_has_its_id() {
    let app = TestApp::new();
    let handle = app.import("test-key-id", SAMPLE_KEY, "utf8", "keychain");
    app.ok(
        "replace_key",
        json!({ "handle": handle, "material": SOME_KEY, "format": "base64" }),
    );
    let look = || app.ok("list_keys", Value::Null);
    let before = look();
    let print = before["keys"][1]["fingerprint"].as_str().expect("a text");
    let change = format!(
        "Restores test-key-id in place of test-key-id (fingerprint {print}), which is retired: an id has one key in a Namespace."
    );
    adopts(&app, SEALED, &change);
    let after = look();
    let retired = |keys: &Value| {
        [
            keys["keys"][0]["retired"].clone(),
            keys["keys"][1]["retired"].clone(),
        ]
    };
    assert_eq!(retired(&after), [false, true]);
    assert_eq!(after["encode_key"], json!(handle), "also in profiles");
    app.ok("undo_settings", app.last_change());
    let undone = look();
    assert_eq!(retired(&undone), [true, false]);
    assert_eq!(undone["encode_key"], before["encode_key"]);
}

#[test]
fn a_key_that_is_kept_from_it_by_a_setting_is_found_as_well() {
    let app = TestApp::new();
    let handle = app.import("test-key-id", SAMPLE_KEY, "utf8", "session");
    app.ok("set_encode_key", json!({ "handle": null }));
    app.ok("retire_key", json!({ "handle": handle }));
    adopts(&app, SEALED, "Restores test-key-id.");

    // Limited to another Namespace.
    let usage = json!({ "handle": handle, "formats": [], "namespaces": ["prod"] });
    app.ok("set_key_usage", usage);
    let request = json!({ "source": SEALED, "namespace": "dev" });
    let document = app.ok("inspect", request)["document"].clone();
    let found = ask(&app, &document);
    assert_eq!(
        found["findings"][0]["change"],
        "Uses test-key-id in the Namespace dev as well."
    );
    let request = json!({ "document": document, "index": 0, "finding": 0 });
    let keys = app.ok("adopt_finding", request);
    assert_eq!(keys["keys"][0]["namespaces"], json!(["prod", "dev"]));

    // Not chosen to decode.
    let profile = json!({
        "name": "Default", "namespaces": [], "undecodable": "explain", "compression": "none",
        "encode_key": null, "decode_keys": [], "no_codec": false
    });
    app.ok(
        "save_profile",
        json!({ "previous": "Default", "profile": profile }),
    );
    let usage = json!({ "handle": handle, "formats": [], "namespaces": [] });
    app.ok("set_key_usage", usage);
    adopts(
        &app,
        SEALED,
        "Lets the profile Default decode with test-key-id.",
    );
}

#[test]
fn what_is_missing_is_said() {
    let app = TestApp::new();
    app.import("other", SOME_KEY, "base64", "session");
    let kind = |source: &str| {
        let found = ask(&app, &inspect(&app, source));
        assert_eq!(found["findings"], json!([]), "{found}");
        for words in ["verdict", "explanation"] {
            assert!(
                found[words]
                    .as_str()
                    .is_some_and(|text| text.ends_with('.')),
                "{found}"
            );
        }
        found["kind"].as_str().expect("a word").to_owned()
    };
    assert_eq!(kind(UNKNOWN_KEY), "unknown_key");
    let missing = ask(&app, &inspect(&app, UNKNOWN_KEY))["missing_key"].clone();
    assert_eq!(missing, "prod-2024");
    // "other", in base64: the id is right and the bytes are others.
    let wrong = UNKNOWN_KEY.replace("cHJvZC0yMDI0", "b3RoZXI=");
    assert_eq!(kind(&wrong), "wrong_key_or_damaged");
    let cut = r#"{"metadata":{"encoding":"YmluYXJ5L2VuY3J5cHRlZA==","encryption-key-id":"b3RoZXI="},"data":"AAEC"}"#;
    assert_eq!(kind(cut), "truncated");
    let plain = r#"{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"MQ=="}"#;
    assert_eq!(kind(plain), "not_encrypted");
    let other = r#"{"metadata":{"encoding":"YmluYXJ5L2FjbWU="},"data":"/wECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v"}"#;
    assert_eq!(kind(other), "other_scheme");
    let kms = r#"{"metadata":{"encoding":"YmluYXJ5L2VuY3J5cHRlZA==","data_key_encrypted":"AAECAwQ="},"data":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v"}"#;
    assert_eq!(kind(kms), "needs_kms");
    // It is not a key of that id that is missing: nobody has that one.
    let proxied = format!(
        r#"{{"metadata":{{"encoding":"{}","encryption-key-id":"{}","encryption-dek":"{}"}},"data":"{}"}}"#,
        base64::encode(b"binary/encrypted"),
        base64::encode(b"awskms:///alias/orders"),
        base64::encode(base64::encode(&[7; 64]).as_bytes()),
        base64::encode(&[9; 64]),
    );
    let document = inspect(&app, &proxied);
    let view = app.ok(
        "inspect_payload",
        json!({ "document": document, "index": 0 }),
    );
    assert_eq!(view["wrapped_by"], "awskms:///alias/orders");
    assert_eq!(view["missing_key"], Value::Null);
    assert_eq!(view["error"]["code"], "data_key_unavailable");
    assert_eq!(
        view["verdict"],
        "The data key that \"awskms:///alias/orders\" wraps is not unwrapped, because no command or server is set up for that."
    );
    let hint = view["error"]["hint"].as_str().expect("a hint");
    assert!(hint.contains("Unwrap data keys"), "{hint}");
    let found = ask(&app, &document);
    assert_eq!(found["kind"], "needs_kms");
    assert_eq!(found["explanation"], hint);
    app.ok("lock", json!({ "forget_session_keys": true }));
    assert_eq!(kind(UNKNOWN_KEY), "locked");
}

#[test]
fn a_finding_that_is_not_known_any_more_is_refused() {
    let app = TestApp::new();
    app.import("mine", SAMPLE_KEY, "utf8", "session");
    let document = inspect(&app, SEALED);
    let request = |finding: u32| json!({ "document": document, "index": 0, "finding": finding });
    app.fails("adopt_finding", request(0), Code::DocumentClosed);
    ask(&app, &document);
    app.fails("adopt_finding", request(7), Code::DocumentClosed);
    // The key may be gone meanwhile.
    let handle = app.ok("list_keys", Value::Null)["keys"][0]["handle"].clone();
    app.ok(
        "remove_key",
        json!({ "handle": handle, "even_if_used": true }),
    );
    app.fails("adopt_finding", request(0), Code::KeyNotFound);
    let request = json!({ "document": 99, "index": 0 });
    app.fails("diagnose_payload", request, Code::DocumentClosed);
    let request = json!({ "document": document, "index": 9 });
    app.fails("diagnose_payload", request, Code::BadRequest);
}

#[test]
fn a_right_key_among_fifty_is_found() {
    let app = TestApp::new();
    for number in 0..49_u8 {
        let material = format!("{number:02x}").repeat(32);
        app.ok(
            "import_key",
            import(&format!("k{number}"), &material, "hex", "session"),
        );
    }
    app.import("the one", SAMPLE_KEY, "utf8", "session");
    let found = ask(&app, &inspect(&app, SEALED));
    assert_eq!(found["findings"][0]["key_id"], "the one");
    assert_eq!(found["stopped"], false);
}
