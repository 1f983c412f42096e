//! Pages that ask again: what the app does to keys, rules and settings counts from the next request on, and people see what was
//! answered from memory.

use serde_json::{Value, json};
use support::app::{TestApp, eventually, post, send};
use support::cli::Home;

use support::wire::{Ask, ORIGIN, SEALED, payloads};

const SAMPLE_KEY: &str = "test-key-test-key-test-key-test!";

struct Asked {
    status: u16,
    is_decoded: bool,
    from_cache: bool,
}

/// Asks as a page, and looks for the request in the list.
fn page(app: &TestApp, port: u16) -> Asked {
    let newest = || {
        let list = app.ok("list_requests", json!({ "limit": 1 }));
        list["requests"][0].clone()
    };
    let before = newest()["id"].as_u64();
    let ask = Ask::post("/orders/decode", &payloads(&[SEALED])).header("Origin", ORIGIN);
    let reply = send(port, ask);
    let mut row = Value::Null;
    eventually("its record", || {
        row = newest();
        row["id"].as_u64() > before
    });
    Asked {
        status: reply.status(),
        is_decoded: reply.status() == 200 && !reply.body.contains("encryption-key-id"),
        from_cache: row["from_cache"] == true,
    }
}

#[track_caller]
fn check_warm(app: &TestApp, port: u16) {
    page(app, port);
    let again = page(app, port);
    assert!(again.is_decoded && again.from_cache);
}

#[track_caller]
fn check_anew(app: &TestApp, port: u16) {
    let asked = page(app, port);
    assert!(asked.is_decoded && !asked.from_cache);
}

#[track_caller]
fn check_shut(app: &TestApp, port: u16, what: &str) {
    let asked = page(app, port);
    assert!(!asked.is_decoded && !asked.from_cache, "{what}");
    assert_ne!(asked.status, 200, "{what}");
}

/// An app with the samples' key in the keychain, which encodes nothing; and its handle.
fn with_kept_key() -> (TestApp, Value) {
    let app = TestApp::new();
    let handle = app.import("test-key-id", SAMPLE_KEY, "utf8", "keychain");
    app.ok("set_encode_key", json!({ "handle": null }));
    (app, json!({ "handle": handle }))
}

#[test]
fn whatever_is_done_to_keys_counts_from_the_next_request_on() {
    let (app, key) = with_kept_key();
    let port = app.serve();
    check_warm(&app, port);

    app.ok("lock", json!({ "forget_session_keys": true }));
    check_shut(&app, port, "locked");
    app.ok("unlock", Value::Null);
    check_anew(&app, port);
    check_warm(&app, port);

    app.ok("pause_server", Value::Null);
    check_shut(&app, port, "paused");
    app.ok("resume_server", Value::Null);
    check_anew(&app, port);
    check_warm(&app, port);

    app.ok("retire_key", key.clone());
    check_shut(&app, port, "retired");
    app.ok("restore_key", key.clone());
    check_anew(&app, port);
    check_warm(&app, port);

    let usage = |namespaces: &[&str]| json!({ "handle": key["handle"], "formats": [], "namespaces": namespaces, "also_opens": [] });
    app.ok("set_key_usage", usage(&["payments"]));
    check_shut(&app, port, "limited to another Namespace");
    app.ok("set_key_usage", usage(&[]));
    check_warm(&app, port);

    // Another key is a change, too.
    app.import("other", &"a".repeat(32), "utf8", "session");
    check_anew(&app, port);
    check_warm(&app, port);

    app.ok("set_panic_lock", Value::Null);
    check_shut(&app, port, "panic lock");
    app.ok("lift_panic_lock", Value::Null);
    app.ok("unlock", Value::Null);
    check_warm(&app, port);

    let mut gone = key;
    gone["even_if_used"] = true.into();
    app.ok("remove_key", gone);
    check_shut(&app, port, "removed");
}

#[test]
fn a_change_by_another_process_counts_once_it_is_read() {
    let (app, key) = with_kept_key();
    let port = app.serve();
    check_warm(&app, port);
    let other = app.sibling();
    other.ok("retire_key", key);
    // Whatever has this process read the list of keys.
    app.ok("retry_keychain", Value::Null);
    check_shut(&app, port, "retired by the other");
}

#[test]
fn it_is_a_setting_and_people_see_what_came_from_memory() {
    let app = TestApp::new().with_sample_key();
    let port = app.serve();
    assert_eq!(app.ok("get_settings", Value::Null)["cache"], true);
    check_warm(&app, port);
    let list = app.ok("list_requests", json!({ "limit": 2 }));
    let (again, first) = (&list["requests"][0], &list["requests"][1]);
    for same in ["result", "keys", "n_payloads", "status", "tone"] {
        assert_eq!(again[same], first[same]);
    }
    assert!(
        again["searched"]
            .as_str()
            .is_some_and(|it| it.contains("cached"))
    );
    let details = [again, first].map(|it| app.ok("request_detail", json!({ "id": it["id"] })));
    for same in ["layers", "encodings", "bytes_in", "bytes_out", "n_changed"] {
        assert_eq!(details[0][same], details[1][same]);
    }
    let keys = app.ok("list_keys", Value::Null);
    assert_eq!(keys["keys"][0]["n_uses"], 2, "a key was used by either");

    app.ok("update_settings", json!({ "cache": false }));
    for _ in 0..3 {
        check_anew(&app, port);
    }
    let view = app.ok("get_settings", Value::Null);
    assert!(
        view["changed"]
            .as_array()
            .is_some_and(|it| it.contains(&json!("cache")))
    );
    app.ok("undo_settings", app.last_change());
    check_warm(&app, port);
}

#[test]
fn a_replay_is_worked_on() {
    let app = TestApp::new().with_sample_key();
    let port = app.serve();
    app.ok("set_capture", json!({ "on": true }));
    check_warm(&app, port);
    let id = app.ok("list_requests", json!({ "limit": 1 }))["requests"][0]["id"].clone();
    let replayed = app.ok("replay_request", json!({ "id": id }));
    assert_eq!(replayed["comparison"]["same"], true);
    let row = app.ok("request_detail", json!({ "id": replayed["id"] }))["request"].clone();
    assert_eq!(row["from_cache"], false);
}

#[test]
fn a_settings_file_with_something_else_in_its_place_keeps_nothing() {
    let app = TestApp::new();
    app.ok("update_settings", json!({ "cache": false }));
    let file = app.settings_file();
    let text = r#"{"version": 1, "server": {"cache": "sometimes", "port": 9001}}"#;
    std::fs::File::create(&file)
        .and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()))
        .expect("written");
    let again = app.sibling();
    let settings = again.ok("get_settings", Value::Null);
    assert_eq!(
        (&settings["cache"], &settings["port"]),
        (&json!(false), &json!(9001))
    );
}

#[test]
fn a_server_in_a_terminal_says_which_and_can_do_without() {
    let home = Home::new();
    let keys = home.sample_keys();
    for (more, expect) in [
        (&[][..], [false, false, true]),
        (&["--no-cache"][..], [false, false, false]),
    ] {
        let log = home.path().join(format!("{}.jsonl", more.len()));
        let path = log.to_str().expect("UTF-8").to_owned();
        let arguments = ["--port", "0", "--keys", &keys, "--access-log", &path];
        let serving = home.serve(&[&arguments[..], more].concat());
        for _ in expect {
            assert_eq!(
                post(serving.port(), "/decode", &payloads(&[SEALED])).status(),
                200
            );
        }
        let read = || std::fs::read_to_string(&log).unwrap_or_default();
        eventually("three lines", || read().lines().count() == 3);
        let lines: Vec<Value> = read()
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        let found: Vec<Value> = lines.iter().map(|it| it["from_cache"].clone()).collect();
        assert_eq!(found, expect.map(Value::from), "{more:?}");
    }
}
