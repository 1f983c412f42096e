//! What changes settings can be taken back, one change after the other.

use app::Code;
use serde_json::{Value, json};
use support::app::TestApp;
use support::wire::UNKNOWN_KEY;

use crate::commands::{SOME_KEY, profile};

/// Makes a change, takes it back, and looks whether everything is as before.
#[track_caller]
fn check(app: &TestApp, command: &str, request: Value) {
    let look = || {
        let mut settings = app.ok("get_settings", Value::Null);
        let mut keys = app.ok("list_keys", Value::Null);
        for view in [&mut settings, &mut keys] {
            view["revision"] = Value::Null;
        }
        settings["undoable"] = Value::Null;
        [settings, keys, app.ok("list_profiles", Value::Null)]
    };
    let before = look();
    app.ok(command, request);
    assert_ne!(look(), before, "{command}");
    app.ok("undo_settings", Value::Null);
    assert_eq!(look(), before, "{command}");
}

#[test]
fn issue_12_7_every_change_of_settings_that_says_so_can_be_undone() {
    let app = TestApp::new();
    for name in ["First", "Second"] {
        let mut profile = profile(name);
        profile["namespaces"] = json!([name]);
        app.ok(
            "save_profile",
            json!({ "previous": null, "profile": profile }),
        );
    }
    let origin = json!({ "origin": "https://temporal.example.com" });
    check(&app, "add_origin", origin.clone());
    check(
        &app,
        "remove_origin",
        json!({ "origin": "http://localhost:8080" }),
    );
    app.ok("add_origin", origin);
    check(&app, "reset_origins", Value::Null);
    check(&app, "set_port", json!({ "port": 9999 }));
    // The first of two comes back to its place.
    check(&app, "remove_profile", json!({ "name": "First" }));
    check(&app, "set_unlisted", json!({ "unlisted": "refuse" }));
    check(&app, "update_settings", json!({ "theme": "dark" }));
    check(
        &app,
        "save_profile",
        json!({ "previous": null, "profile": profile("Third") }),
    );
}

#[test]
fn issue_12_7_changes_are_undone_one_after_the_other() {
    let app = TestApp::new();
    app.fails("undo_settings", Value::Null, Code::PreviewGone);
    app.import("prod", SOME_KEY, "base64", "session");
    let key = app.ok("list_keys", Value::Null)["keys"][0]["handle"].clone();
    let look = || {
        let mut settings = app.ok("get_settings", Value::Null);
        for own in ["revision", "undoable"] {
            settings[own] = Value::Null;
        }
        [settings, app.ok("list_profiles", Value::Null)]
    };
    let mut states = vec![look()];
    for (command, request) in [
        ("add_origin", json!({ "origin": "https://one.example.com" })),
        ("set_port", json!({ "port": 9998 })),
        ("set_encode_key", json!({ "handle": null, "profile": null })),
        ("set_encode_key", json!({ "handle": key, "profile": null })),
        ("update_settings", json!({ "theme": "dark" })),
        ("set_unlisted", json!({ "unlisted": "refuse" })),
    ] {
        app.ok(command, request);
        if states.last() != Some(&look()) {
            states.push(look());
        }
    }
    assert!(states.len() > 5, "{}", states.len());
    states.pop();
    while let Some(before) = states.pop() {
        app.ok("undo_settings", Value::Null);
        assert_eq!(look(), before);
    }
    app.fails("undo_settings", Value::Null, Code::PreviewGone);
}

#[test]
fn issue_12_7_what_a_finding_changed_can_be_undone() {
    let app = TestApp::new();
    let text = String::from_utf8(support::server::SAMPLE_KEY.to_vec()).expect("ASCII");
    app.import("another-id", &text, "utf8", "session");
    let shown = app.ok("inspect", json!({ "source": UNKNOWN_KEY }));
    let about = json!({ "document": shown["document"], "index": 0 });
    let found = app.ok("diagnose_payload", about.clone());
    assert_ne!(found["findings"], json!([]), "{found}");
    let mut request = about;
    request["finding"] = json!(0);
    check(&app, "adopt_finding", request);
}

#[test]
fn issue_12_7_a_key_that_was_retired_since_stays_retired() {
    let app = TestApp::new();
    let text = String::from_utf8(support::server::SAMPLE_KEY.to_vec()).expect("ASCII");
    let handle = app.import("another-id", &text, "utf8", "session");
    app.ok("set_encode_key", json!({ "handle": null }));
    let shown = app.ok("inspect", json!({ "source": UNKNOWN_KEY }));
    let mut request = json!({ "document": shown["document"], "index": 0 });
    app.ok("diagnose_payload", request.clone());
    request["finding"] = json!(0);
    app.ok("adopt_finding", request);
    app.ok("retire_key", json!({ "handle": handle }));
    app.fails("undo_settings", Value::Null, Code::PreviewGone);
    let keys = app.ok("list_keys", Value::Null);
    assert_eq!(keys["keys"][0]["retired"], true);
}

#[test]
fn issue_12_7_what_was_changed_since_is_not_undone() {
    let app = TestApp::new();
    app.import("prod", SOME_KEY, "base64", "session");
    app.ok(
        "add_origin",
        json!({ "origin": "https://temporal.example.com" }),
    );
    // Formats are brought back in their own way.
    let spec = r#"{"encoding": "binary/ours", "key_id": "our-key-id", "cipher": "aes-gcm"}"#;
    app.ok(
        "save_format",
        json!({ "name": "ours", "previous": null, "spec": spec }),
    );
    app.fails("undo_settings", Value::Null, Code::PreviewGone);
}
