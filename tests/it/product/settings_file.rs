//! The settings file under other hands: broken, newer, misspelled, linked. Whoever reads it moves nothing, and nothing in it is
//! lost by a change.

use std::path::Path;

use app::{Code, write_atomically};
use serde_json::{Value, json};
use support::app::TestApp;

/// An app that finds this settings file at its start.
fn with_file(text: &str) -> TestApp {
    let first = TestApp::new();
    write_atomically(&first.settings_file(), text.as_bytes()).expect("written");
    first.sibling()
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).expect("readable")
}

fn file(app: &TestApp) -> Value {
    serde_json::from_str(&text(&app.settings_file())).expect("JSON")
}

fn notice(app: &TestApp) -> String {
    let notice = app.ok("get_settings", Value::Null)["notice"].clone();
    match notice.is_null() {
        true => String::new(),
        false => format!("{} {}", notice["message"], notice["hint"]),
    }
}

/// Everything in the app's folder, by name.
pub(crate) fn folder(path: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(path).expect("a folder");
    let mut files: Vec<_> = entries
        .map(|entry| {
            let entry = entry.expect("readable");
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, std::fs::read(entry.path()).unwrap_or_default())
        })
        .collect();
    files.sort();
    files
}

const BROKEN: [&str; 5] = [
    "{ \"version\": 1, ",
    "[]",
    "",
    "\u{0}\u{0}\u{0}\u{0}",
    "{\"version\":\"one\"}",
];

#[test]
fn a_broken_file_stays_until_a_setting_is_changed_and_is_kept_then() {
    for broken in BROKEN {
        let app = with_file(broken);
        let settings = app.ok("get_settings", Value::Null);
        assert_eq!(settings["port"], 8081, "{broken}");
        assert_eq!(settings["notice"]["code"], "invalid_setting", "{broken}");
        assert_eq!(text(&app.settings_file()), broken, "reading moves nothing");

        app.ok("update_settings", json!({ "theme": "dark" }));
        let aside = app.settings_file().with_file_name("settings.broken.json");
        assert_eq!(text(&aside), broken);
        assert!(notice(&app).contains(&aside.display().to_string()));
        assert_eq!(file(&app)["ui"]["theme"], "dark");
        // The next start has nothing to tell any more.
        assert_eq!(notice(&app.sibling()), "");
    }
}

#[test]
fn a_second_broken_file_does_not_overwrite_the_first() {
    let app = TestApp::new();
    for (n, name) in [
        "settings.broken.json",
        "settings.broken-2.json",
        "settings.broken-3.json",
    ]
    .into_iter()
    .enumerate()
    {
        let broken = format!("broken {n}");
        write_atomically(&app.settings_file(), broken.as_bytes()).expect("written");
        // Also where it was broken after the start.
        app.ok("update_settings", json!({ "max_body_mib": n + 1 }));
        assert_eq!(text(&app.settings_file().with_file_name(name)), broken);
    }
    let kept = text(&app.settings_file().with_file_name("settings.broken.json"));
    assert_eq!(kept, "broken 0");
}

#[test]
fn the_server_does_not_start_by_itself_with_defaults_that_nobody_chose() {
    let app = with_file("{");
    app.app.launch();
    assert!(notice(&app).contains("does not start by itself"));
    // It would start in the background.
    std::thread::sleep(std::time::Duration::from_millis(300));
    let status = app.ok("server_status", Value::Null);
    assert_eq!(status["state"], "stopped", "{status}");
}

#[test]
fn a_value_that_is_not_understood_costs_no_other_setting_its_place() {
    let written = json!({
        "version": 1,
        "server": { "port": 9001, "max_body_mib": "unlimited", "start_on_launch": "maybe" },
        "origins": ["https://mine.example", "*", 7],
        "program_hosts": ["host.docker.internal", "*", 7],
        "profile": { "undecodable": "guess", "compression": "zlib", "decode_keys": "some", "later": [1] },
        "profiles": [
            { "name": "Orders", "namespaces": ["orders-*"], "compression": "lz4", "decode_keys": {}, "no_codec": true, "own": 1 },
            { "name": "Orders", "namespaces": ["twice"] },
            { "name": "Odd", "namespaces": "all" },
            "none"
        ],
        "formats": [{ "name": "ours", "spec": { "later": true } }, { "name": "No Name!", "spec": 1 }, 3],
        "ui": { "theme": "solarized", "close_to_tray": false },
        "lock": { "when_idle_minutes": "5m", "with_screen": "with the lid" },
        "recent_files": ["a.json", 5],
        "connected_cli": [{ "file": 1 }],
        "future": { "a": [1, 2] }
    });
    let app = with_file(&written.to_string());
    let settings = app.ok("get_settings", Value::Null);
    for (name, expected) in [
        ("port", json!(9001)),
        ("max_body_mib", json!(64)),
        ("compression", json!("zlib")),
        ("undecodable", json!("explain")),
        ("theme", json!("system")),
        ("close_to_tray", json!(false)),
        // What lets in less, where somebody said something about it.
        ("origins", json!(["https://mine.example"])),
        ("program_hosts", json!(["host.docker.internal"])),
        ("start_server_on_launch", json!(false)),
        ("lock_with_screen", json!(true)),
        ("lock_when_idle", json!(15)),
    ] {
        assert_eq!(settings[name], expected, "{name}");
    }
    let profiles = app.ok("list_profiles", Value::Null);
    assert_eq!(profiles["default"]["decode_keys"], json!([]));
    assert_eq!(profiles["unlisted"], "refuse", "profiles are missing");
    let orders = profiles["profiles"].as_array().expect("a list");
    assert_eq!(orders.len(), 1);
    assert_eq!(orders[0]["name"], "Orders");
    assert_eq!(orders[0]["decode_keys"], json!([]));
    assert_eq!(orders[0]["no_codec"], true);
    let told = notice(&app);
    assert!(
        told.contains("lock.with_screen") && told.contains(" more"),
        "{told}"
    );
    for value in ["solarized", "guess", "unlimited", "No Name", "5m"] {
        assert!(!told.contains(value), "{told}");
    }

    // One setting that is understood, and one that is not, are set anew. All the rest is as it was.
    app.ok(
        "update_settings",
        json!({ "theme": "dark", "close_to_tray": true }),
    );
    let mut expected = written;
    expected["ui"]["theme"] = json!("dark");
    expected["ui"]["close_to_tray"] = json!(true);
    let saved = file(&app);
    let as_set = |list: &Value| {
        let mut list: Vec<String> = list
            .as_array()
            .expect("a list")
            .iter()
            .map(Value::to_string)
            .collect();
        list.sort();
        list
    };
    for (name, value) in expected.as_object().expect("an object") {
        match value {
            Value::Object(fields) => {
                for (field, value) in fields {
                    assert_eq!(saved[name][field], *value, "{name}.{field}");
                }
            }
            Value::Array(_) if name == "profiles" => {
                assert_eq!(saved["profiles"].as_array().map(Vec::len), Some(4));
                for (field, value) in value[0].as_object().expect("an object") {
                    assert_eq!(saved["profiles"][0][field], *value, "{field}");
                }
            }
            Value::Array(_) => assert_eq!(as_set(&saved[name]), as_set(value), "{name}"),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                assert_eq!(saved[name], *value, "{name}");
            }
        }
    }
    assert_eq!(saved.get("unlisted"), None, "nobody set it");
    assert!(!notice(&app).contains("ui.theme"));
    // The next start finds the same.
    let next = app.sibling().ok("get_settings", Value::Null);
    assert_eq!(next["origins"], settings["origins"]);
    assert!(next["notice"].is_object());
    let names = folder(app.settings_file().parent().expect("a folder"));
    assert!(
        names.iter().all(|(name, _)| !name.contains("broken")),
        "{names:?}"
    );
}

#[test]
fn one_value_set_again_is_enough_for_the_notice_to_go() {
    for (text, change) in [
        (
            r#"{"ui":{"theme":"solarized"}}"#,
            json!({ "theme": "dark" }),
        ),
        (
            r#"{"server":{"max_body_mib":0}}"#,
            json!({ "max_body_mib": 8 }),
        ),
        (
            r#"{"profile":{"undecodable":3}}"#,
            json!({ "undecodable": "fail" }),
        ),
        (
            r#"{"lock":{"with_screen":"x"}}"#,
            json!({ "lock_with_screen": false }),
        ),
    ] {
        let app = with_file(text);
        assert!(notice(&app).contains("not understood"), "{text}");
        app.ok("update_settings", change);
        assert_eq!(notice(&app), "", "{text}");
        assert_eq!(notice(&app.sibling()), "", "{text}");
    }
}

#[test]
fn parts_of_another_kind_let_nothing_more_in() {
    let app = with_file(
        r#"{"origins":"*","profile":[],"profiles":{},"server":7,"lock":null,"unlisted":"ask"}"#,
    );
    let settings = app.ok("get_settings", Value::Null);
    assert_eq!(settings["origins"], json!([]));
    assert_eq!(settings["start_server_on_launch"], false);
    assert_eq!(settings["lock_with_screen"], true);
    let profiles = app.ok("list_profiles", Value::Null);
    assert_eq!(profiles["default"]["decode_keys"], json!([]));
    assert_eq!(profiles["unlisted"], "refuse");
    app.ok("update_settings", json!({ "theme": "dark" }));
    let saved = file(&app);
    assert_eq!(saved["profile"], json!([]));
    assert_eq!(saved["unlisted"], "ask");
    assert_eq!(saved["origins"], "*");
}

/// A settings file of a later version.
pub(crate) const NEWER: &str = r#"{"version":2,"origins":["https://mine.example"],"ui":{"theme":"sepia"},"server":{"port":9002}}"#;

#[test]
fn a_newer_file_is_used_and_every_change_says_why_it_cannot_be_saved() {
    let app = with_file(NEWER);
    let settings = app.ok("get_settings", Value::Null);
    assert_eq!(settings["origins"], json!(["https://mine.example"]));
    assert_eq!(settings["port"], 9002);
    assert_eq!(settings["has_news"], false);
    let told = notice(&app);
    assert!(
        told.contains("version 2") && told.contains("ui.theme"),
        "{told}"
    );
    assert!(!told.contains("sepia"), "{told}");
    for (command, request) in [
        ("update_settings", json!({ "theme": "dark" })),
        ("set_port", json!({ "port": 9003 })),
        ("add_origin", json!({ "origin": "https://b.example" })),
        ("reset_origins", Value::Null),
        ("set_unlisted", json!({ "unlisted": "refuse" })),
        (
            "save_format",
            json!({ "name": "ours", "spec": crate::commands::SPEC }),
        ),
        ("reset_settings", json!({ "names": ["port"] })),
    ] {
        let error = app.fails(command, request, Code::File);
        assert!(error.message.contains("version 2"), "{command}: {error:?}");
        assert!(error.hint.contains("Update"), "{command}: {error:?}");
        assert_eq!(
            app.ok("get_settings", Value::Null)["port"],
            9002,
            "{command}"
        );
    }
    // A key is added all the same, and documents are opened.
    app.import("prod", crate::commands::SOME_KEY, "base64", "keychain");
    let path = app.folder().path().join("payload.json");
    write_atomically(
        &path,
        support::wire::payloads(&[support::wire::PLAIN]).as_bytes(),
    )
    .expect("written");
    let file = app.ticket("inspect", &path);
    app.ok("inspect_file", json!({ "file": file }));
    assert_eq!(text(&app.settings_file()), NEWER);
    // What nobody said is not as in a fresh installation.
    let app = with_file(r#"{"version":3,"access":{"origins":[]}}"#);
    assert_eq!(app.ok("get_settings", Value::Null)["origins"], json!([]));
}

#[test]
fn a_file_that_became_newer_meanwhile_is_not_overwritten() {
    let app = TestApp::new();
    app.ok("update_settings", json!({ "theme": "dark" }));
    write_atomically(&app.settings_file(), NEWER.as_bytes()).expect("written");
    let error = app.fails("update_settings", json!({ "theme": "light" }), Code::File);
    assert!(error.message.contains("version 2"), "{error:?}");
    assert_eq!(text(&app.settings_file()), NEWER);
}

#[test]
fn a_newer_list_of_keys_is_used_and_left_alone() {
    let app = TestApp::new();
    app.import("prod", crate::commands::SOME_KEY, "base64", "keychain");
    let keys = app.settings_file().with_file_name("keys.json");
    let newer = text(&keys).replace("\"version\": 1", "\"version\": 2");
    write_atomically(&keys, newer.as_bytes()).expect("written");
    let next = app.sibling();
    next.app.keys().load_keys();
    let list = next.ok("list_keys", Value::Null);
    assert_eq!(list["keys"][0]["id"], "prod");
    assert_eq!(list["keys"][0]["unavailable"], Value::Null);
    assert!(notice(&next).contains("version 2"));
    let key = support::app::import(
        "more",
        "000102030405060708090a0b0c0d0e0f",
        "hex",
        "keychain",
    );
    let error = next.fails("import_key", key, Code::File);
    assert!(error.hint.contains("Update"), "{error:?}");
    assert_eq!(text(&keys), newer);
}

#[cfg(unix)]
#[test]
fn links_to_settings_and_keys_stay() {
    let app = TestApp::new();
    let config = app.settings_file().parent().expect("a folder").to_owned();
    std::fs::create_dir_all(config.join("dotfiles")).expect("made");
    for name in ["settings.json", "keys.json"] {
        std::os::unix::fs::symlink(format!("dotfiles/{name}"), config.join(name)).expect("a link");
    }
    app.import("prod", crate::commands::SOME_KEY, "base64", "keychain");
    app.ok("update_settings", json!({ "theme": "dark" }));
    for name in ["settings.json", "keys.json"] {
        assert!(config.join(name).is_symlink(), "{name}");
        assert!(!config.join("dotfiles").join(name).is_symlink(), "{name}");
    }
    let next = app.sibling().ok("get_settings", Value::Null);
    assert_eq!(next["theme"], "dark");
}

#[test]
fn a_mark_of_a_windows_editor_is_no_error() {
    let app = with_file("\u{feff}{\"server\":{\"port\":9005}}");
    assert_eq!(app.ok("get_settings", Value::Null)["port"], 9005);
    assert_eq!(notice(&app), "");
    let first = TestApp::new();
    let utf16: Vec<u8> = "\u{feff}{}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    write_atomically(&first.settings_file(), &utf16).expect("written");
    assert!(notice(&first.sibling()).contains("UTF-16"));
}
