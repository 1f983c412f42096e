//! Settings of one machine on another: nothing secret leaves, nothing counts unseen, and all of it can be taken back.

use app::Code;
use serde_json::{Value, json};
use support::app::TestApp;

use crate::commands::{SOME_KEY, SPEC, profile};

/// Settings that differ from the defaults in everything that can be exported.
fn lived_in() -> TestApp {
    let app = TestApp::new();
    let handle = app.import("prod", SOME_KEY, "base64", "keychain");
    app.ok(
        "update_settings",
        json!({
            "theme": "dark", "max_body_mib": 8, "undecodable": "fail", "compression": "zstd",
            "close_to_tray": false, "lock_when_idle": 15, "lock_with_screen": true
        }),
    );
    app.ok(
        "add_program_host",
        json!({ "host": "host.docker.internal" }),
    );
    app.ok(
        "add_origin",
        json!({ "origin": "https://temporal.example.com" }),
    );
    app.ok(
        "remove_origin",
        json!({ "origin": "http://localhost:8080" }),
    );
    app.ok(
        "save_format",
        json!({ "name": "ours", "previous": null, "spec": SPEC }),
    );
    let mut orders = profile("Orders");
    orders["decode_keys"] = json!([handle]);
    orders["encode_key"] = json!(handle);
    app.ok(
        "save_profile",
        json!({ "previous": null, "profile": orders }),
    );
    app.ok("set_unlisted", json!({ "unlisted": "refuse" }));
    app
}

fn export(app: &TestApp) -> std::path::PathBuf {
    let path = app.folder().path().join("exported.json");
    app.ok(
        "export_settings",
        json!({ "file": app.ticket_for_new("export_settings", &path) }),
    );
    path
}

fn names(preview: &Value) -> Vec<String> {
    let differences = preview["differences"].as_array().expect("a list");
    differences
        .iter()
        .map(|one| one["name"].as_str().expect("a name").to_owned())
        .collect()
}

#[test]
fn settings_of_one_app_become_those_of_another() {
    let one = lived_in();
    let path = export(&one);
    let other = TestApp::new();
    let before = other.ok("get_settings", Value::Null);
    let preview = other.ok(
        "preview_settings",
        json!({ "file": other.ticket("import_settings", &path) }),
    );
    assert_eq!(
        other.ok("get_settings", Value::Null),
        before,
        "a preview changes nothing"
    );
    let shown = names(&preview);
    for name in [
        "Theme",
        "Largest request",
        "Profile Orders",
        "Format ours",
        "Lock when idle",
    ] {
        assert!(shown.iter().any(|one| one == name), "{name}: {shown:?}");
    }
    let opens: Vec<&Value> = preview["differences"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|one| one["opens"] == true)
        .collect();
    assert_eq!(opens.len(), 2, "{opens:?}");
    assert_eq!(opens[1]["to"], "host.docker.internal");
    assert_eq!(opens[0]["to"], "https://temporal.example.com");

    let after = other.ok("import_settings", json!({ "seen": preview["seen"] }));
    let source = one.ok("get_settings", Value::Null);
    for field in [
        "theme",
        "max_body_mib",
        "undecodable",
        "compression",
        "close_to_tray",
        "lock_when_idle",
        "lock_with_screen",
        "origins",
        "program_hosts",
        "port",
    ] {
        assert_eq!(after[field], source[field], "{field}");
    }
    let profiles = other.ok("list_profiles", Value::Null);
    assert_eq!(profiles["unlisted"], "refuse");
    assert_eq!(profiles["profiles"][0]["name"], "Orders");
    // Keys of another machine mean nothing here; a profile that named some must not decode with all.
    assert_eq!(profiles["profiles"][0]["decode_keys"], json!([]));
    assert_eq!(profiles["profiles"][0]["encode_key"], Value::Null);
    // What the next start finds is the same.
    let next = other.sibling().ok("get_settings", Value::Null);
    assert_eq!(next["origins"], after["origins"]);
    // The same file has nothing more to change.
    let again = other.ok(
        "preview_settings",
        json!({ "file": other.ticket("import_settings", &path) }),
    );
    assert_eq!(again["differences"], json!([]));
}

#[test]
fn an_import_with_a_port_that_is_taken_changes_nothing() {
    let one = lived_in();
    let other_program = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = other_program.local_addr().expect("bound").port();
    one.ok("set_port", json!({ "port": taken }));
    let path = export(&one);
    let app = TestApp::new();
    let port = app.serve_on_set_port();
    let before = app.ok("get_settings", Value::Null);
    let preview = app.ok(
        "preview_settings",
        json!({ "file": app.ticket("import_settings", &path) }),
    );
    app.fails(
        "import_settings",
        json!({ "seen": preview["seen"] }),
        Code::PortInUse,
    );
    let after = app.ok("get_settings", Value::Null);
    for field in ["port", "origins", "theme", "max_body_mib"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    let status = app.ok("server_status", Value::Null);
    assert_eq!(status["state"], "serving");
    assert_eq!(status["endpoint"], format!("http://127.0.0.1:{port}"));
}

#[test]
fn an_import_keeps_the_keys_that_are_chosen_here() {
    let one = lived_in();
    let path = export(&one);
    let before = one.ok("list_profiles", Value::Null);
    one.ok("set_unlisted", json!({ "unlisted": "default" }));
    let preview = one.ok(
        "preview_settings",
        json!({ "file": one.ticket("import_settings", &path) }),
    );
    assert_eq!(names(&preview), ["Namespaces without a profile"]);
    one.ok("import_settings", json!({ "seen": preview["seen"] }));
    assert_eq!(one.ok("list_profiles", Value::Null), before);
}

#[test]
fn an_export_says_nothing_of_this_machine() {
    let app = lived_in();
    let file = app.folder().path().join("document.json");
    let sample = app.ok("sample_payload", Value::Null);
    let source = sample["source"].as_str().expect("a text");
    app::write_atomically(&file, source.as_bytes()).expect("written");
    app.ok(
        "inspect_file",
        json!({ "file": app.ticket("inspect", file) }),
    );
    let plan = app.ok("plan_cli", json!({ "profile": "default" }));
    app.ok(
        "connect_cli",
        json!({ "profile": "default", "seen": plan["seen"] }),
    );
    let handle = app.ok("list_keys", Value::Null)["keys"][0]["handle"].clone();
    let text = std::fs::read_to_string(export(&app)).expect("exported");
    let folder = app.folder().path().display().to_string();
    let handle = handle.as_str().expect("a handle");
    for never in [
        folder.as_str(),
        handle,
        SOME_KEY,
        "connected_cli",
        "recent_files",
        "seen_version",
    ] {
        assert!(!text.contains(never), "{never}");
    }
    let exported: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(exported["temporal_codec_settings"], 1);
    assert_eq!(exported["settings"]["ui"]["theme"], "dark");
    // A file that is there is not lost unasked.
    let path = app.folder().path().join("exported.json");
    app.fails(
        "export_settings",
        json!({ "file": app.ticket_for_new("export_settings", &path) }),
        Code::File,
    );
}

#[test]
fn only_what_was_shown_is_imported_and_only_once() {
    let one = in_the_dark();
    let path = export(&one);
    let app = TestApp::new();
    app.fails("import_settings", json!({ "seen": "" }), Code::PreviewGone);
    let preview = app.ok(
        "preview_settings",
        json!({ "file": app.ticket("import_settings", &path) }),
    );
    // The file may change after it was looked at: what was shown counts.
    std::fs::remove_file(&path).expect("removed");
    let wrong = json!({ "seen": "00000000-0000-4000-8000-000000000000" });
    app.fails("import_settings", wrong, Code::PreviewGone);
    let request = json!({ "seen": preview["seen"] });
    let after = app.ok("import_settings", request.clone());
    assert_eq!(after["theme"], "dark");
    app.fails("import_settings", request, Code::PreviewGone);
}

#[test]
fn settings_that_changed_meanwhile_are_not_overwritten() {
    let one = in_the_dark();
    let path = export(&one);
    let app = TestApp::new();
    let preview = app.ok(
        "preview_settings",
        json!({ "file": app.ticket("import_settings", &path) }),
    );
    app.ok("update_settings", json!({ "compression": "zlib" }));
    let request = json!({ "seen": preview["seen"] });
    app.fails("import_settings", request, Code::PreviewGone);
    let settings = app.ok("get_settings", Value::Null);
    assert_eq!(settings["compression"], "zlib");
    assert_eq!(settings["theme"], "system");
}

/// An app with one setting of its own.
fn in_the_dark() -> TestApp {
    let app = TestApp::new();
    app.ok("update_settings", json!({ "theme": "dark" }));
    app
}

#[test]
fn hostile_files_are_refused_and_change_nothing() {
    let app = TestApp::new();
    let before = app.ok("get_settings", Value::Null);
    let path = app.folder().path().join("hostile.json");
    let wrapped = |settings: &str| {
        format!("{{\"temporal_codec_settings\":1,\"settings\":{settings}}}").into_bytes()
    };
    let many: Vec<String> = (0..300)
        .map(|n| format!("{{\"name\":\"p{n}\",\"namespaces\":[\"n{n}\"]}}"))
        .collect();
    for (file, code) in [
        (Vec::new(), Code::InvalidSetting),
        (b"\xff\xfe".to_vec(), Code::InvalidSetting),
        (b"[]".to_vec(), Code::InvalidSetting),
        (b"{}".to_vec(), Code::InvalidSetting),
        // A settings file itself holds handles and paths: it is not what is exported.
        (b"{\"version\":1}".to_vec(), Code::InvalidSetting),
        (
            b"{\"temporal_codec_settings\":2,\"settings\":{}}".to_vec(),
            Code::InvalidSetting,
        ),
        (wrapped("{\"server\":{\"port\":80}}"), Code::InvalidSetting),
        (
            wrapped("{\"server\":{\"max_body_mib\":99999}}"),
            Code::InvalidSetting,
        ),
        (
            wrapped("{\"lock\":{\"when_idle_minutes\":99999}}"),
            Code::InvalidSetting,
        ),
        (wrapped("{\"origins\":[\"*\"]}"), Code::InvalidOrigin),
        (wrapped("{\"origins\":[\"null\"]}"), Code::InvalidOrigin),
        (
            wrapped("{\"origins\":[\"https://*.example.com\"]}"),
            Code::InvalidOrigin,
        ),
        (
            wrapped("{\"formats\":[{\"name\":\"../x\",\"spec\":{}}]}"),
            Code::InvalidFormat,
        ),
        (
            wrapped(&format!("{{\"profiles\":[{}]}}", many.join(","))),
            Code::InvalidSetting,
        ),
        ("[".repeat(200_000).into_bytes(), Code::InvalidSetting),
        (vec![b' '; (1 << 20) + 1], Code::File),
    ] {
        app::write_atomically(&path, &file).expect("written");
        let error = app.fails(
            "preview_settings",
            json!({ "file": app.ticket("import_settings", &path) }),
            code,
        );
        assert!(error.hint.ends_with('.'), "{error:?}");
    }
    app.fails(
        "preview_settings",
        json!({ "file": app.ticket("import_settings", app.folder().path()) }),
        Code::File,
    );
    assert_eq!(app.ok("get_settings", Value::Null), before);
    assert!(!app.settings_file().exists());
}

#[test]
fn a_smuggled_handle_or_path_is_not_taken_in() {
    let app = TestApp::new();
    let handle = app.import("prod", SOME_KEY, "base64", "keychain");
    app.ok("set_encode_key", json!({ "handle": null }));
    let path = app.folder().path().join("hostile.json");
    let hostile = json!({ "temporal_codec_settings": 1, "settings": {
        "profile": { "encode_key": handle, "decode_keys": [handle] },
        "recent_files": ["/etc/passwd"],
        "seen_version": "99.0.0",
        "connected_cli": [],
        "ui": { "close_hint_shown": true, "theme": "light" },
        "command": "rm -rf /"
    }});
    app::write_atomically(&path, hostile.to_string().as_bytes()).expect("written");
    let preview = app.ok(
        "preview_settings",
        json!({ "file": app.ticket("import_settings", &path) }),
    );
    assert_eq!(names(&preview), ["Theme"]);
    app.ok("import_settings", json!({ "seen": preview["seen"] }));
    assert_eq!(app.ok("list_keys", Value::Null)["encode_key"], Value::Null);
    assert_eq!(app.ok("recent_files", Value::Null), json!([]));
    let saved = std::fs::read_to_string(app.settings_file()).expect("saved");
    assert!(!saved.contains("passwd") && !saved.contains("rm -rf") && !saved.contains("99.0.0"));
}

#[test]
fn one_setting_is_reset_alone_and_all_of_them_leave_keys_and_profiles() {
    let app = lived_in();
    let profiles = app.ok("list_profiles", Value::Null)["profiles"].clone();
    let keys = app.ok("list_keys", Value::Null);
    let view = app.ok("reset_settings", json!({ "names": ["theme"] }));
    assert_eq!(view["theme"], "system");
    assert_eq!(view["compression"], "zstd");
    let changed = view["changed"].clone();
    assert!(!changed.as_array().expect("names").contains(&json!("theme")));
    let before = app.ok("get_settings", Value::Null);
    let view = app.ok("reset_settings", json!({ "names": changed }));
    assert_eq!(view["changed"], json!([]));
    assert_eq!(view["origins"], view["default_origins"]);
    assert_eq!(app.ok("list_profiles", Value::Null)["profiles"], profiles);
    assert_eq!(app.ok("list_keys", Value::Null), keys);
    // And back.
    assert_eq!(app.ok("undo_settings", app.last_change()), before);
}

#[test]
fn what_was_changed_after_a_reset_is_undone_first() {
    let app = lived_in();
    app.ok(
        "reset_settings",
        json!({ "names": ["theme", "compression"] }),
    );
    app.ok("update_settings", json!({ "theme": "light" }));
    let view = app.ok("undo_settings", app.last_change());
    assert_eq!([&view["theme"], &view["compression"]], ["system", "none"]);
    let view = app.ok("undo_settings", app.last_change());
    assert_eq!(view["compression"], "zstd");
}

#[test]
fn a_fresh_app_says_that_nothing_differs_from_its_defaults() {
    let view = TestApp::new().ok("get_settings", Value::Null);
    assert_eq!(view["changed"], json!([]));
    assert_eq!(view["has_news"], false);
}

#[test]
fn what_is_new_is_told_after_the_version_changed_and_once() {
    let app = TestApp::new();
    // A first start: nothing is new, and the next start knows that.
    app.ok("update_settings", json!({ "theme": "dark" }));
    assert_eq!(
        app.sibling().ok("get_settings", Value::Null)["has_news"],
        false
    );

    let text = std::fs::read_to_string(app.settings_file()).expect("saved");
    let mut older: Value = serde_json::from_str(&text).expect("JSON");
    for seen in [json!("0.0.1"), Value::Null] {
        older["seen_version"] = seen;
        app::write_atomically(&app.settings_file(), older.to_string().as_bytes()).expect("written");
        let app = app.sibling();
        assert_eq!(app.ok("get_settings", Value::Null)["has_news"], true);
        // Another change does not hide it.
        app.ok("update_settings", json!({ "theme": "light" }));
        app.ok("update_settings", json!({ "theme": "dark" }));
        assert_eq!(app.ok("get_settings", Value::Null)["has_news"], true);
        assert_eq!(app.ok("seen_whats_new", Value::Null)["has_news"], false);
        assert_eq!(
            app.sibling().ok("get_settings", Value::Null)["has_news"],
            false
        );
    }
    let news = app.ok("whats_new", Value::Null);
    assert_eq!(
        news["version"],
        app.ok("get_settings", Value::Null)["version"]
    );
    assert!(!news["releases"].as_array().expect("releases").is_empty());
}
