//! Settings: remembered, validated before they are saved, never lost, never secret.

use std::path::Path;

use app::{App, AppPaths, Code, write_atomically};
use serde_json::{Value, json};
use support::app::TestApp;

fn file(app: &TestApp) -> Value {
    let text = std::fs::read(app.settings_file()).expect("saved");
    serde_json::from_slice(&text).expect("JSON")
}

/// An app that finds this settings file at its start.
fn with_file(text: &str) -> TestApp {
    let first = TestApp::new();
    write_atomically(&first.settings_file(), text.as_bytes()).expect("written");
    first.sibling()
}

#[test]
fn defaults_are_in_force_without_a_file_and_no_file_is_made() {
    let app = TestApp::new();
    let settings = app.ok("get_settings", Value::Null);
    assert_eq!(settings["port"], 8081);
    assert_eq!(settings["max_body_mib"], 64);
    assert_eq!(
        settings["origins"],
        json!([
            "https://cloud.temporal.io",
            "http://localhost:8233",
            "http://127.0.0.1:8233",
            "http://[::1]:8233",
            "http://localhost:8080",
            "http://127.0.0.1:8080"
        ])
    );
    assert_eq!(settings["default_origins"], settings["origins"]);
    assert_eq!(settings["undecodable"], "explain");
    assert_eq!(settings["compression"], "none");
    assert_eq!(settings["theme"], "system");
    assert_eq!(settings["close_to_tray"], true);
    assert_eq!(settings["start_server_on_launch"], true);
    assert_eq!(settings["notice"], Value::Null);
    assert_eq!(
        settings["file"].as_str().map(Path::new),
        Some(app.settings_file().as_path())
    );
    assert!(!app.settings_file().exists());
}

#[test]
fn a_change_is_saved_and_found_by_the_next_start() {
    let app = TestApp::new();
    let changed = app.ok(
        "update_settings",
        json!({
            "max_body_mib": 8, "undecodable": "fail", "compression": "zlib", "theme": "dark",
            "close_to_tray": false, "start_server_on_launch": false, "notify_undecodable": false
        }),
    );
    app.ok("set_port", json!({ "port": 9999 }));
    let next = app.sibling().ok("get_settings", Value::Null);
    assert_eq!(next["port"], 9999);
    for field in [
        "max_body_mib",
        "undecodable",
        "compression",
        "theme",
        "close_to_tray",
        "start_server_on_launch",
        "notify_undecodable",
    ] {
        assert_eq!(next[field], changed[field], "{field}");
    }
    assert_eq!(next["undecodable"], "fail");
    assert_eq!(next["max_body_mib"], 8);
}

#[test]
fn one_field_changes_alone() {
    let app = TestApp::new();
    let mut expect = app.ok("get_settings", Value::Null);
    expect["theme"] = json!("light");
    expect["changed"] = json!(["theme"]);
    assert_eq!(expect["undoable"], Value::Null);
    // The number of the first change that can be taken back.
    expect["undoable"] = json!(0);
    let unchanged = expect.clone();
    expect["change"] = json!(0);
    assert_eq!(
        app.ok("update_settings", json!({ "theme": "light" })),
        expect
    );
    assert_eq!(app.ok("update_settings", json!({})), unchanged);
}

#[test]
fn fields_of_a_newer_version_survive_a_change() {
    let app = with_file(
        r#"{"version":1,"future":{"a":[1,2]},"server":{"port":9001,"tls":"later"},
            "profile":{"chains":["x"]},"ui":{"font":3},"origins":["https://a.example"]}"#,
    );
    let settings = app.ok("get_settings", Value::Null);
    assert_eq!(settings["notice"], Value::Null);
    assert_eq!(settings["port"], 9001);
    assert_eq!(settings["origins"], json!(["https://a.example"]));
    app.ok("update_settings", json!({ "theme": "dark" }));
    let saved = file(&app);
    assert_eq!(saved["future"], json!({ "a": [1, 2] }));
    assert_eq!(saved["server"]["tls"], "later");
    assert_eq!(saved["server"]["port"], 9001);
    assert_eq!(saved["profile"]["chains"], json!(["x"]));
    assert_eq!(saved["ui"]["font"], 3);
    assert_eq!(saved["ui"]["theme"], "dark");
}

#[test]
fn a_value_out_of_range_is_refused_and_nothing_is_saved() {
    let app = TestApp::new();
    for (command, request, code) in [
        ("set_port", json!({ "port": 0 }), Code::InvalidSetting),
        ("set_port", json!({ "port": 1023 }), Code::InvalidSetting),
        (
            "update_settings",
            json!({ "max_body_mib": 0 }),
            Code::InvalidSetting,
        ),
        (
            "update_settings",
            json!({ "max_body_mib": 1025 }),
            Code::InvalidSetting,
        ),
        // Nothing of a change that is refused counts.
        (
            "update_settings",
            json!({ "theme": "dark", "max_body_mib": 4096 }),
            Code::InvalidSetting,
        ),
        (
            "add_origin",
            json!({ "origin": "ftp://a" }),
            Code::InvalidOrigin,
        ),
        (
            "add_origin",
            json!({ "origin": "https:///b" }),
            Code::InvalidOrigin,
        ),
        (
            "add_origin",
            json!({ "origin": "https://*.a" }),
            Code::InvalidOrigin,
        ),
        (
            "add_origin",
            json!({ "origin": "https://u:p@a" }),
            Code::InvalidOrigin,
        ),
    ] {
        let before = app.ok("get_settings", Value::Null);
        app.fails(command, request.clone(), code);
        assert_eq!(app.ok("get_settings", Value::Null), before, "{request}");
        assert!(!app.settings_file().exists(), "{request}");
    }
}

#[test]
fn a_change_that_cannot_be_saved_does_not_count() {
    let app = TestApp::new();
    // A folder in the file's place: it cannot be replaced by a file, whoever runs the test.
    std::fs::create_dir_all(app.settings_file().join("in the way")).expect("made");
    let before = app.ok("get_settings", Value::Null);
    let error = app.fails("update_settings", json!({ "theme": "dark" }), Code::File);
    assert!(error.hint.ends_with('.'));
    assert_eq!(app.ok("get_settings", Value::Null), before);
}

#[cfg(unix)]
#[test]
fn files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let app = TestApp::new();
    app.import("prod", super::commands::SOME_KEY, "base64", "keychain");
    let config = app.settings_file();
    let config = config.parent().expect("a folder");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(config).expect("a folder") {
        let entry = entry.expect("readable");
        let mode = entry.metadata().expect("there").permissions().mode();
        let name = entry.file_name().to_string_lossy().into_owned();
        assert_eq!(mode & 0o077, 0, "{name}: {mode:o}");
        names.push(name);
    }
    for expect in ["settings.json", "keys.json"] {
        assert!(names.iter().any(|name| name == expect), "{names:?}");
    }
}

#[test]
fn origins_are_kept_as_browsers_spell_them() {
    let app = TestApp::new();
    for (typed, kept) in [
        (
            "HTTPS://Temporal.Example.COM",
            "https://temporal.example.com",
        ),
        (" https://a.example/ ", "https://a.example"),
        ("https://b.example:443", "https://b.example"),
        ("http://c.example:80", "http://c.example"),
        ("http://d.example:8080", "http://d.example:8080"),
        ("http://[0:0:0:0:0:0:0:1]:9000", "http://[::1]:9000"),
    ] {
        let settings = app.ok("add_origin", json!({ "origin": typed }));
        let origins = settings["origins"].as_array().expect("a list");
        assert_eq!(origins.last(), Some(&json!(kept)), "{typed}");
        let again = app.ok("add_origin", json!({ "origin": typed }));
        assert_eq!(again["origins"], settings["origins"], "{typed} twice");
    }
    let settings = app.ok("remove_origin", json!({ "origin": "https://b.example" }));
    let origins = settings["origins"].to_string();
    assert!(!origins.contains("b.example"), "{origins}");
    assert!(origins.contains("a.example"), "{origins}");

    app.ok(
        "remove_origin",
        json!({ "origin": "https://cloud.temporal.io" }),
    );
    let settings = app.ok("reset_origins", Value::Null);
    assert_eq!(settings["origins"], settings["default_origins"]);
}

#[test]
fn no_origin_at_all_is_a_choice_that_is_kept() {
    let app = TestApp::new();
    let origins = app.ok("get_settings", Value::Null)["origins"].clone();
    for origin in origins.as_array().expect("a list") {
        app.ok("remove_origin", json!({ "origin": origin }));
    }
    let next = app.sibling().ok("get_settings", Value::Null);
    assert_eq!(next["origins"], json!([]));
}

#[test]
fn two_apps_on_one_folder_lose_no_keys() {
    let one = TestApp::new();
    let two = one.sibling();
    one.import("from-one", super::commands::SOME_KEY, "base64", "keychain");
    two.import(
        "from-two",
        "000102030405060708090a0b0c0d0e0f",
        "hex",
        "keychain",
    );
    one.import(
        "again-one",
        "101112131415161718191a1b1c1d1e1f",
        "hex",
        "keychain",
    );
    let next = one.sibling();
    next.app.keys().load_keys();
    let keys = next.ok("list_keys", Value::Null);
    let ids: Vec<&str> = keys["keys"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|key| key["id"].as_str())
        .collect();
    assert_eq!(ids, ["from-one", "from-two", "again-one"]);
    for key in keys["keys"].as_array().expect("a list") {
        assert_eq!(key["unavailable"], Value::Null, "{key}");
    }
    // An id of the other one's is taken here as well.
    two.fails(
        "import_key",
        support::app::import("from-one", super::commands::SOME_KEY, "base64", "keychain"),
        Code::DuplicateKey,
    );
}

#[test]
fn an_app_in_memory_reads_and_writes_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a reactor");
    let app = App::in_memory(app::config::Settings::default(), runtime.handle().clone())
        .expect("in memory");
    let paths = AppPaths {
        config: folder.path().join("config"),
        logs: folder.path().join("logs"),
        home: None,
        temporal_toml: None,
    };
    app::dispatch(&app, "update_settings", json!({ "theme": "dark" })).expect("changed");
    let settings = app.settings().get_settings(()).expect("settings");
    assert_eq!(settings.file, "");
    assert!(!paths.settings_file().exists());
    let mut wrong = app::config::Settings::default();
    wrong.origins.push("*".to_owned());
    let error = App::in_memory(wrong, runtime.handle().clone()).err();
    assert_eq!(error.map(|error| error.code), Some(Code::InvalidOrigin));
}
