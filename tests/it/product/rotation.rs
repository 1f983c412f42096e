//! Rotation: a new key encodes, the old one goes on decoding, is retired, restored, and not removed by mistake.

use app::Code;
use serde_json::{Value, json};
use support::app::{TestApp, eventually, post};
use support::wire::{PLAIN, payloads};

use crate::commands::SOME_KEY;

const OLD_KEY: &str = "old-key!old-key!old-key!old-key!";

#[test]
fn the_old_key_decodes_until_it_is_retired_and_again_when_it_is_restored() {
    let app = TestApp::new();
    let old = app.import("old", OLD_KEY, "utf8", "keychain");
    let port = app.serve();
    let plain = payloads(&[PLAIN]);
    let by_old = post(port, "/encode", &plain).body;
    // It still encodes, so it cannot be taken out of use.
    let error = app.fails("retire_key", json!({ "handle": old }), Code::KeyInUse);
    assert_eq!(error.message, "The profile Default encodes with old.");

    let new = app.import("new", SOME_KEY, "base64", "keychain");
    app.ok("set_encode_key", json!({ "handle": new }));
    let by_new = post(port, "/encode", &plain).body;
    for sealed in [&by_old, &by_new] {
        assert_eq!(post(port, "/decode", sealed).body, plain);
    }
    let keys = app.ok("retire_key", json!({ "handle": old }));
    assert_eq!(keys["keys"][0]["retired"], true);
    assert_eq!(post(port, "/decode", &by_old).body, by_old);
    assert_eq!(post(port, "/decode", &by_new).body, plain);
    // A retired key cannot be made the one that encodes, by any way.
    app.fails(
        "set_encode_key",
        json!({ "handle": old }),
        Code::InvalidSetting,
    );

    // Its bytes are still there: after a restart as well.
    let next = app.sibling();
    next.app.keys().load_keys();
    let keys = next.ok("restore_key", json!({ "handle": old }));
    assert_eq!(keys["keys"][0]["retired"], false);
    let port = next.serve();
    assert_eq!(post(port, "/decode", &by_old).body, plain);
}

#[test]
fn a_key_that_is_in_use_is_not_removed_without_a_word() {
    let app = TestApp::new();
    let old = app.import("old", OLD_KEY, "utf8", "session");
    let new = app.import("new", SOME_KEY, "base64", "session");
    let error = app.fails("remove_key", json!({ "handle": old }), Code::KeyInUse);
    assert!(
        error
            .message
            .contains("the profile Default encodes with it"),
        "{}",
        error.message
    );
    assert!(error.hint.contains("Choose another key to encode with"));
    let port = app.serve();
    let sealed = post(port, "/encode", &payloads(&[PLAIN])).body;
    post(port, "/decode", &sealed);
    app.ok("set_encode_key", json!({ "handle": new }));
    // Nothing encodes with it any more, and it was used.
    let uses = || app.ok("list_keys", Value::Null)["keys"][0]["n_uses"].clone();
    eventually("uses are counted", || uses() == 2);
    let keys = app.ok("list_keys", Value::Null);
    assert!(keys["keys"][0]["last_used"].is_string());
    assert_eq!(keys["keys"][1]["n_uses"], 0);
    assert_eq!(keys["keys"][1]["last_used"], Value::Null);
    let error = app.fails("remove_key", json!({ "handle": old }), Code::KeyInUse);
    assert!(
        error.message.contains("2 requests have used it"),
        "{}",
        error.message
    );
    assert_eq!(
        app.ok("list_keys", Value::Null)["keys"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    let keys = app.ok("remove_key", json!({ "handle": old, "even_if_used": true }));
    assert_eq!(keys["keys"].as_array().map(Vec::len), Some(1));
    // A key that nobody used goes at once.
    app.ok("set_encode_key", json!({ "handle": null }));
    app.ok("remove_key", json!({ "handle": new }));
}

#[test]
fn an_id_that_was_taken_meanwhile_keeps_a_retired_key_retired() {
    let app = TestApp::new();
    let old = app.import("prod", OLD_KEY, "utf8", "session");
    app.ok("set_encode_key", json!({ "handle": null }));
    app.ok("retire_key", json!({ "handle": old }));
    // Whether the id can be given again is the key store's rule; either way, at most one of them opens.
    let taken = app.call(
        "import_key",
        support::app::import("prod", SOME_KEY, "base64", "session"),
    );
    match taken {
        Ok(_) => {
            app.fails("restore_key", json!({ "handle": old }), Code::DuplicateKey);
        }
        Err(error) => assert_eq!(error.code, Code::DuplicateKey),
    }
}
