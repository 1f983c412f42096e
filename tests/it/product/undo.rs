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
        let server = app.ok("server_status", Value::Null);
        [
            settings,
            keys,
            app.ok("list_profiles", Value::Null),
            app.ok("list_formats", Value::Null),
            json!([server["port"], server["https"]]),
        ]
    };
    let before = look();
    let change = app.ok(command, request)["change"].clone();
    assert_ne!(look(), before, "{command}");
    app.ok("undo_settings", json!({ "change": change }));
    assert_eq!(look(), before, "{command}");
}

const SPEC: &str = r#"{"encoding": "binary/ours", "key_id": "our-key-id", "cipher": "aes-gcm"}"#;

#[test]
fn every_change_of_settings_that_says_so_can_be_undone() {
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
    let host = json!({ "host": "host.docker.internal" });
    check(&app, "add_program_host", host.clone());
    app.ok("add_program_host", host.clone());
    check(&app, "remove_program_host", host);
    app.ok("add_origin", origin);
    check(&app, "reset_origins", Value::Null);
    check(&app, "set_port", json!({ "port": 9999 }));
    check(&app, "switch_https", json!({ "on": true, "port": 9443 }));
    let save = json!({ "name": "ours", "previous": null, "spec": SPEC });
    check(&app, "save_format", save.clone());
    app.ok("save_format", save);
    check(&app, "remove_format", json!({ "name": "ours" }));
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
fn changes_are_undone_one_after_the_other() {
    let app = TestApp::new();
    app.fails("undo_settings", app.last_change(), Code::PreviewGone);
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
        app.ok("undo_settings", app.last_change());
        assert_eq!(look(), before);
    }
    app.fails("undo_settings", app.last_change(), Code::PreviewGone);
}

#[test]
fn what_a_finding_changed_can_be_undone() {
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
fn a_key_that_was_retired_since_stays_retired() {
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
    app.fails("undo_settings", app.last_change(), Code::PreviewGone);
    let keys = app.ok("list_keys", Value::Null);
    assert_eq!(keys["keys"][0]["retired"], true);
}

#[test]
fn what_was_changed_since_is_not_undone() {
    let app = TestApp::new();
    app.ok(
        "add_origin",
        json!({ "origin": "https://temporal.example.com" }),
    );
    // The first key encodes from now on, which is no change that has an undo of its own.
    app.import("prod", SOME_KEY, "base64", "session");
    app.fails("undo_settings", app.last_change(), Code::PreviewGone);
}

/// A toast names one change. What changed nothing has no number, so that nothing else is undone by it.
#[test]
fn an_undo_is_of_the_change_that_it_names() {
    let app = TestApp::new();
    let number = |answer: &Value| json!({ "change": answer["change"] });
    let port = app.ok("set_port", json!({ "port": 9999 }));
    let nothing = app.ok("update_settings", json!({ "theme": "system" }));
    assert_eq!(nothing["change"], Value::Null);
    assert_eq!(nothing["undoable"], port["change"]);
    let theme = app.ok("update_settings", json!({ "theme": "dark" }));

    let error = app.fails("undo_settings", number(&port), Code::PreviewGone);
    assert!(error.message.contains("cannot be undone yet"), "{error:?}");
    assert_eq!(app.ok("get_settings", Value::Null)["theme"], "dark");
    app.ok("undo_settings", number(&theme));
    let error = app.fails("undo_settings", number(&theme), Code::PreviewGone);
    assert!(error.message.contains("undone already"), "{error:?}");
    app.ok("undo_settings", number(&port));

    // A number is not given to another change.
    let again = app.ok("update_settings", json!({ "theme": "dark" }));
    assert_ne!(again["change"], theme["change"]);
    app.fails("undo_settings", number(&port), Code::PreviewGone);
}

#[test]
fn formats_are_undone_with_the_keys_that_use_them() {
    let app = TestApp::new();
    let saved = |name: &str, previous: Option<&str>| {
        let request = json!({ "name": name, "previous": previous, "spec": SPEC });
        json!({ "change": app.ok("save_format", request)["change"] })
    };
    let made = saved("ours", None);
    let mut import = support::app::import("k", SOME_KEY, "base64", "session");
    import["formats"] = json!(["ours"]);
    let keys = app.ok("import_key", import);
    let formats = || app.ok("list_keys", Value::Null)["keys"][0]["formats"].clone();
    // The key encodes now, which was no change of the user's to settings: only what comes after can be undone.
    assert_ne!(keys["encode_key"], Value::Null);
    app.fails("undo_settings", made, Code::PreviewGone);

    let renamed = saved("team", Some("ours"));
    assert_eq!(formats(), json!(["team"]));
    app.ok("undo_settings", renamed);
    assert_eq!(formats(), json!(["ours"]));

    // A format that a key uses since does not go from under it.
    let other = saved("other", None);
    let handle = app.ok("list_keys", Value::Null)["keys"][0]["handle"].clone();
    let usage =
        |formats: &[&str]| json!({ "handle": handle, "formats": formats, "namespaces": [] });
    app.ok("set_key_usage", usage(&["ours", "other"]));
    let error = app.fails("undo_settings", other.clone(), Code::InvalidFormat);
    assert!(
        error.message.contains("other") && error.hint.contains("Keys"),
        "{error:?}"
    );
    app.ok("set_key_usage", usage(&["ours"]));
    app.ok("undo_settings", other);
}

/// While it serves, too: HTTPS goes and comes back as it was, with http served all along.
#[test]
fn https_is_undone_while_serving() {
    let app = TestApp::new();
    let port = app.serve();
    let before = app.ok("server_status", Value::Null)["https"].clone();
    let https = support::app::free_port();
    let on = app.ok("switch_https", json!({ "on": true, "port": https }));
    assert_ne!(on["https"]["endpoint"], Value::Null, "{on}");
    app.ok("undo_settings", json!({ "change": on["change"] }));
    let now = app.ok("server_status", Value::Null);
    assert_eq!((&now["https"], &now["state"]), (&before, &json!("serving")));
    assert!(std::net::TcpStream::connect(("127.0.0.1", https)).is_err());
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
}
