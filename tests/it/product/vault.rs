//! A keychain that is locked or missing: it is told, with a way out, and nothing is silently kept anywhere else.

use app::{App, Code};
use payload_codec::KeyError;
use serde_json::{Value, json};
use support::app::{TestApp, import, post, send};
use support::server::SAMPLE_KEY;
use support::wire::{Ask, ORIGIN, PLAIN, SEALED, payloads};

/// An app that starts while the keychain has this problem, with a key that was kept in it before.
fn starting_with(problem: KeyError) -> TestApp {
    let first = TestApp::new();
    let text = String::from_utf8(SAMPLE_KEY.to_vec()).expect("ASCII");
    first.import("test-key-id", &text, "utf8", "keychain");
    first.vault.set_problem(Some(problem));
    let app = first.sibling();
    app.app.keys().load_keys();
    app
}

#[test]
fn a_key_that_cannot_be_read_is_listed_with_the_reason_and_the_way_out() {
    for (problem, message, hint) in [
        (KeyError::Locked, "is locked.", "press “Retry” in Keys"),
        (KeyError::Missing, "is running.", "for this session only"),
        (
            KeyError::TimedOut,
            "did not answer in time.",
            "press “Retry” in Keys",
        ),
        (KeyError::Denied, "denied access.", "press “Retry” in Keys"),
        (KeyError::Failed, "failed.", "Press “Retry” in Keys"),
    ] {
        let app = starting_with(problem);
        let keys = app.ok("list_keys", Value::Null);
        assert_eq!(keys["keys"].as_array().map(Vec::len), Some(1), "{problem}");
        for place in [
            &keys["keychain"]["problem"],
            &keys["keys"][0]["unavailable"],
        ] {
            assert_eq!(place["code"], "keychain_unavailable", "{problem}");
            let said = place["message"].as_str().expect("text");
            assert!(said.contains(message), "{problem}: {said}");
            let said = place["hint"].as_str().expect("text");
            assert!(said.contains(hint), "{problem}: {said}");
        }
    }
}

#[test]
fn a_page_is_answered_423_with_a_phrase_until_the_keychain_works_again() {
    let app = starting_with(KeyError::Locked);
    let port = app.serve();
    let sealed = payloads(&[SEALED]);
    let page = || send(port, Ask::post("/decode", &sealed).header("Origin", ORIGIN));
    assert_eq!(page().status_line(), "423 Keychain locked");
    assert!(page().body.contains("test-key-id"), "{}", page().body);
    // A program gets its Payload back, and /encode never answers with plaintext.
    assert_eq!(post(port, "/decode", &sealed).body, sealed);
    let encode = post(port, "/encode", &payloads(&[PLAIN]));
    assert_eq!(encode.status_line(), "423 Keychain locked");

    let still = app.ok("retry_keychain", Value::Null);
    assert_eq!(still["keychain"]["problem"]["code"], "keychain_unavailable");
    assert_eq!(page().status(), 423);

    app.vault.set_problem(None);
    let keys = app.ok("retry_keychain", Value::Null);
    assert_eq!(keys["keychain"]["problem"], Value::Null);
    assert_eq!(keys["keys"][0]["unavailable"], Value::Null);
    let answer = page();
    assert_eq!((answer.status(), answer.body), (200, payloads(&[PLAIN])));
    assert_eq!(post(port, "/encode", &payloads(&[PLAIN])).status(), 200);
}

#[test]
fn a_payload_of_an_unread_key_says_so_in_the_inspector() {
    let app = starting_with(KeyError::Missing);
    let inspection = app.ok("inspect", json!({ "source": SEALED }));
    assert_eq!(inspection["rows"][0]["outcome"], "failed");
    let full = app.ok(
        "inspect_payload",
        json!({ "document": inspection["document"], "index": 0 }),
    );
    assert_eq!(full["error"]["code"], "keychain_unavailable");
    assert_eq!(
        full["verdict"],
        "Key \"test-key-id\" is not available: no keychain is running."
    );
}

#[test]
fn no_key_is_kept_anywhere_when_the_keychain_does_not_keep_it() {
    let app = TestApp::new();
    for problem in [KeyError::Missing, KeyError::Locked, KeyError::Denied] {
        app.vault.set_problem(Some(problem));
        for (command, request) in [
            ("add_sample_key", json!({ "lifetime": "keychain" })),
            (
                "import_key",
                import("x", super::commands::SOME_KEY, "base64", "keychain"),
            ),
            (
                "generate_key",
                json!({ "id": "y", "label": "", "bits": 256, "lifetime": "keychain" }),
            ),
        ] {
            let error = app.fails(command, request, Code::KeychainUnavailable);
            assert!(error.hint.ends_with('.'), "{command}");
            let keys = app.ok("list_keys", Value::Null);
            assert_eq!(keys["keys"], json!([]), "{command} {problem}");
            assert_eq!(keys["has_sample_key"], false);
            assert_eq!(keys["encode_key"], Value::Null);
        }
    }
    // It was not kept in memory either: what is sealed stays sealed.
    let port = app.serve();
    let sealed = payloads(&[SEALED]);
    assert_eq!(post(port, "/decode", &sealed).body, sealed);

    // Keeping it for this session is a choice of its own.
    let keys = app.ok("add_sample_key", json!({ "lifetime": "session" }));
    assert_eq!(keys["keys"][0]["lifetime"], "session");
    assert_eq!(keys["keys"][0]["unavailable"], Value::Null);
    assert_eq!(post(port, "/decode", &sealed).body, payloads(&[PLAIN]));
    assert_eq!(app.vault.accounts(), [""; 0]);
    let next = app.sibling().ok("list_keys", Value::Null);
    assert_eq!(next["keys"], json!([]), "it is gone with the app");
}

#[test]
fn a_keychain_that_did_not_answer_may_have_kept_the_key_so_it_is_listed_and_not_used() {
    let app = TestApp::new();
    app.vault.set_problem(Some(KeyError::TimedOut));
    let request = json!({ "lifetime": "keychain" });
    app.fails("add_sample_key", request, Code::KeychainUnavailable);
    let keys = app.ok("list_keys", Value::Null);
    assert_eq!(
        keys["keys"][0]["unavailable"]["code"],
        "keychain_unavailable"
    );
    assert_eq!(keys["encode_key"], Value::Null);
    let port = app.serve();
    let sealed = payloads(&[SEALED]);
    assert_eq!(post(port, "/decode", &sealed).body, sealed);

    // It turns out that it was not kept: it is gone from the list, and can be added.
    app.vault.set_problem(None);
    let keys = app.ok("retry_keychain", Value::Null);
    assert_eq!(keys["keys"], json!([]));
    app.ok("add_sample_key", json!({ "lifetime": "keychain" }));
    assert_eq!(post(port, "/decode", &sealed).body, payloads(&[PLAIN]));
}

#[test]
fn a_key_stays_listed_when_the_keychain_does_not_remove_it() {
    let app = TestApp::new();
    let handle = app.import("prod", super::commands::SOME_KEY, "base64", "keychain");
    app.vault.set_problem(Some(KeyError::Locked));
    app.fails(
        "remove_key",
        json!({ "handle": handle, "even_if_used": true }),
        Code::KeychainUnavailable,
    );
    let keys = app.ok("list_keys", Value::Null);
    assert_eq!(keys["keys"][0]["handle"], handle);
    assert_eq!(keys["encode_key"], handle, "it still encodes");
    app.vault.set_problem(None);
    app.ok(
        "remove_key",
        json!({ "handle": handle, "even_if_used": true }),
    );
    assert_eq!(app.vault.accounts(), [""; 0]);
}

#[test]
fn the_sample_key_is_added_once_and_leaves_ids_that_are_taken() {
    let app = TestApp::new();
    app.import("test", super::commands::SOME_KEY, "base64", "session");
    let keys = app.ok("add_sample_key", json!({ "lifetime": "session" }));
    let sample = &keys["keys"][1];
    assert_eq!(sample["id"], "test-key-id");
    assert_eq!(sample["also_opens"], json!(["", "(same as the key)"]));
    let again = app.ok("add_sample_key", json!({ "lifetime": "keychain" }));
    assert_eq!(again, keys);

    let app = TestApp::new();
    app.import(
        "test-key-id",
        super::commands::SOME_KEY,
        "base64",
        "session",
    );
    app.fails(
        "add_sample_key",
        json!({ "lifetime": "session" }),
        Code::DuplicateKey,
    );
}

#[test]
fn a_held_key_is_for_the_session_and_the_first_one_encodes() {
    let app = TestApp::new();
    let hold = |app: &App, id: &str, byte: u8| {
        let key = payload_codec::SecretKey::new(zeroize::Zeroizing::new(vec![byte; 32]));
        app.key_import().hold_key(id, key.expect("32 bytes"))
    };
    hold(&app.app, "", 1).expect("held");
    hold(&app.app, "second", 2).expect("held");
    let error = hold(&app.app, "second", 3).expect_err("twice");
    assert_eq!(error.code, Code::DuplicateKey);
    let keys = app.ok("list_keys", Value::Null);
    assert_eq!(keys["encode_key"], keys["keys"][0]["handle"]);
    assert_eq!(keys["keys"][0]["id"], "");
    assert_eq!(keys["keys"][1]["lifetime"], "session");
    assert_eq!(app.vault.accounts(), [""; 0]);
}

#[test]
fn a_locked_app_decodes_and_encodes_nothing_until_it_is_unlocked() {
    let app = TestApp::new();
    let text = String::from_utf8(SAMPLE_KEY.to_vec()).expect("ASCII");
    app.import("test-key-id", &text, "utf8", "keychain");
    let port = app.serve();
    let sealed = payloads(&[SEALED]);
    let page = || send(port, Ask::post("/decode", &sealed).header("Origin", ORIGIN));
    assert_eq!(page().status(), 200);

    let keys = app.ok("lock", json!({ "forget_session_keys": false }));
    assert_eq!(keys["locked"], true);
    assert_eq!(keys["keys"][0]["unavailable"]["code"], "locked");
    assert_eq!(page().status_line(), "423 Codec Server is locked");
    // A program gets back what it sent; what it wants encoded is refused, never echoed.
    assert_eq!(post(port, "/decode", &sealed).body, sealed);
    let encode = post(port, "/encode", &payloads(&[PLAIN]));
    assert_eq!(encode.status_line(), "423 Codec Server is locked");

    // Neither a retry nor a new key undoes it.
    app.ok("retry_keychain", Value::Null);
    assert_eq!(page().status(), 423);
    app.fails(
        "import_key",
        import("other", &text, "utf8", "keychain"),
        Code::Locked,
    );

    let keys = app.ok("unlock", Value::Null);
    assert_eq!(keys["locked"], false);
    assert_eq!(keys["keys"][0]["unavailable"], Value::Null);
    assert_eq!(page().status(), 200);
    assert_eq!(post(port, "/encode", &payloads(&[PLAIN])).status(), 200);
}

#[test]
fn locking_asks_before_it_loses_keys_of_this_session() {
    let app = TestApp::new();
    let text = String::from_utf8(SAMPLE_KEY.to_vec()).expect("ASCII");
    app.import("test-key-id", &text, "utf8", "session");
    let request = json!({ "forget_session_keys": false });
    let refused = app.fails("lock", request, Code::SessionKeys);
    assert!(
        refused.message.starts_with("1 key is"),
        "{}",
        refused.message
    );
    assert_eq!(app.ok("list_keys", Value::Null)["locked"], false);

    let keys = app.ok("lock", json!({ "forget_session_keys": true }));
    assert_eq!(keys["keys"], json!([]));
    let keys = app.ok("unlock", Value::Null);
    assert_eq!(keys["keys"], json!([]), "they are gone for good");
}

#[test]
fn health_says_that_keys_wait_for_their_passphrase_and_nobody_is_asked_for_consent() {
    let first = TestApp::new();
    first.ok(
        "create_vault",
        json!({ "passphrase": "correct horse battery" }),
    );
    let text = String::from_utf8(SAMPLE_KEY.to_vec()).expect("ASCII");
    first.import("test-key-id", &text, "utf8", "vault");
    let app = first.sibling();
    app.app.keys().load_keys();
    let _window = app.app.events();
    let port = app.serve();
    let health = || {
        let answer = send(port, Ask::new("GET", "/health"));
        (answer.status(), answer.body)
    };
    let closed = r#"{"status":"key_file_locked"}"#.to_owned();
    assert_eq!(health(), (503, closed.clone()));
    app.ok(
        "switch_consent",
        json!({ "on": true, "unlisted_pages": false }),
    );
    let page = Ask::post("/decode", &payloads(&[SEALED])).header("Origin", ORIGIN);
    let answer = send(port, page);
    assert_eq!(answer.status_line(), "423 Encrypted key file is locked");

    // With a key that is elsewhere it opens something; and it is not ready all the same.
    let other = app.import("other", "0".repeat(32).as_str(), "utf8", "session");
    assert_eq!(health(), (503, closed));
    app.ok(
        "open_vault",
        json!({ "passphrase": "correct horse battery" }),
    );
    assert_eq!(health(), (200, r#"{"status":"ready"}"#.to_owned()));
    drop(other);
}
