//! Cases of what only a desktop does: the file manager, start at login, links of other programs.

use app::{App, AppEvent, Code, MAX_LINK_BYTES, config::Settings, dispatch, parse_link};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::app::TestApp;

pub(super) fn good_request(_app: &TestApp, command: &str) -> Option<Value> {
    Some(match command {
        "show_settings_file" | "take_link" | "set_panic_lock" | "lift_panic_lock" => Value::Null,
        "hold_documents" => json!({ "only_here": 0 }),
        "answer_quit" => json!({ "quit": true }),
        "choose_file" => json!({ "purpose": "save_value", "name": "value.json" }),
        _ => return None,
    })
}

#[test]
fn the_settings_file_is_there_when_it_is_shown() {
    let app = TestApp::new();
    assert!(!app.settings_file().exists(), "nothing was changed yet");
    app.ok("show_settings_file", Value::Null);
    assert!(app.settings_file().exists());
    assert_eq!(app.desktop.told().revealed, [app.settings_file()]);

    app.desktop.set_problem(Some("no file manager answers"));
    let error = app.fails("show_settings_file", Value::Null, Code::Desktop);
    assert!(
        error.message.contains("no file manager answers"),
        "{error:?}"
    );
    let path = app.settings_file().display().to_string();
    assert!(error.hint.contains(&path));
}

/// The window asks where pasted documents would be lost, and nowhere else.
#[test]
fn quitting_is_asked_about_where_open_documents_are_in_no_file() {
    let app = TestApp::new();
    assert!(app.app.desktop().wants_to_quit(), "nothing is lost");
    app.ok("hold_documents", json!({ "only_here": 3 }));
    let mut events = app.app.events();
    assert!(!app.app.desktop().wants_to_quit());
    app.wait_for(&mut events, |event| {
        let asks = matches!(event, AppEvent::ActionChosen { action } if action == "app.quit");
        asks.then_some(())
    });
    app.ok("answer_quit", json!({ "quit": false }));
    assert!(!app.desktop.told().quit, "it was cancelled");
    assert!(!app.app.desktop().wants_to_quit(), "it is asked again");
    app.ok("answer_quit", json!({ "quit": true }));
    assert!(app.desktop.told().quit);
    app.ok("hold_documents", json!({ "only_here": 0 }));
    assert!(app.app.desktop().wants_to_quit(), "they were closed");
}

#[test]
fn without_a_desktop_its_commands_say_what_to_do() {
    let runtime = tokio::runtime::Runtime::new().expect("a reactor");
    let app = App::in_memory(Settings::default(), runtime.handle().clone()).expect("an app");
    let settings = dispatch(&app, "get_settings", Value::Null).expect("settings");
    assert_eq!(settings["start_at_login"], Value::Null);
    assert_eq!(settings["has_tray"], Value::Null);
    let request = json!({ "start_at_login": true, "theme": "dark" });
    let error = dispatch(&app, "update_settings", request).expect_err("no desktop");
    assert_eq!(error.code, Code::Desktop);
    assert!(error.hint.ends_with('.'));
    let after = dispatch(&app, "get_settings", Value::Null).expect("settings");
    assert_eq!(after["theme"], settings["theme"], "all or nothing");
    let error = dispatch(&app, "show_settings_file", Value::Null).expect_err("no file");
    assert_eq!(error.code, Code::Desktop);
}

#[test]
fn start_at_login_is_off_until_it_is_set_and_the_system_keeps_it() {
    let app = TestApp::new();
    assert_eq!(app.ok("get_settings", Value::Null)["start_at_login"], false);
    let changed = app.ok("update_settings", json!({ "start_at_login": true }));
    assert_eq!(changed["start_at_login"], true);
    assert!(app.desktop.told().starts_at_login);
    // Not in the file: the system is what knows, also when it was changed there.
    let file = std::fs::read_to_string(app.settings_file()).unwrap_or_default();
    assert!(!file.contains("login"), "{file}");

    app.desktop.set_problem(Some("the folder is read-only"));
    let request = json!({ "start_at_login": false, "theme": "dark" });
    let error = app.fails("update_settings", request, Code::Desktop);
    assert!(
        error.message.contains("the folder is read-only"),
        "{error:?}"
    );
    let settings = app.ok("get_settings", Value::Null);
    assert_eq!(settings["start_at_login"], Value::Null, "it cannot be said");
    assert_eq!(settings["theme"], "system");
}

#[test]
fn the_hint_of_the_first_closing_is_said_once_ever() {
    let app = TestApp::new();
    assert!(app.app.desktop().takes_close_hint());
    assert!(!app.app.desktop().takes_close_hint());
    assert!(!app.sibling().app.desktop().takes_close_hint());
}

const LINK: &str = "temporal-codec://inspect?payload=%7B%22data%22%3A%22e30%3D%22%7D";

#[test]
fn a_link_waits_until_the_window_takes_it() {
    let app = TestApp::new();
    let mut events = app.app.events();
    assert_eq!(app.ok("take_link", Value::Null), Value::Null);
    app.app.desktop().open_link(LINK);
    app.wait_for(&mut events, |event| {
        matches!(event, AppEvent::LinkOpened).then_some(())
    });
    let link = app.ok("take_link", Value::Null);
    let source = r#"{"data":"e30="}"#;
    let expect = json!({
        "type": "offered", "source": source, "bytes": source.len(), "beginning": source, "is_cut": false, "replaced": false
    });
    assert_eq!(link, expect);
    assert_eq!(
        app.ok("take_link", Value::Null),
        Value::Null,
        "it was taken"
    );
    app.ok("inspect", json!({ "source": link["source"] }));
}

#[test]
fn the_newest_link_wins_and_that_is_said() {
    let app = TestApp::new();
    for number in 0..1000 {
        app.app.desktop().open_link(&format!(
            "temporal-codec://inspect?payload=%7B%22n%22%3A{number}%7D"
        ));
    }
    let link = app.ok("take_link", Value::Null);
    assert_eq!(link["source"], r#"{"n":999}"#);
    assert_eq!(link["replaced"], true);
    assert_eq!(app.ok("take_link", Value::Null), Value::Null);
}

#[test]
fn a_link_that_asks_for_anything_else_is_refused_and_not_quoted() {
    let app = TestApp::new();
    let settings = app.ok("get_settings", Value::Null);
    let keys = app.ok("list_keys", Value::Null);
    for link in [
        "temporal-codec://import_key?payload=%7B%7D",
        "temporal-codec://inspect?payload=%7B%7D&port=9999",
        "temporal-codec://inspect?path=/etc/passwd",
        "temporal-codec://inspect?payload=https://evil.test/",
        "https://evil.test/",
    ] {
        app.app.desktop().open_link(link);
        let refused = app.ok("take_link", Value::Null);
        assert_eq!(refused["type"], "refused", "{link}");
        assert_eq!(refused["error"]["code"], "bad_link");
        let said = refused.to_string();
        assert!(!said.contains("evil") && !said.contains("passwd"), "{said}");
    }
    assert_eq!(app.ok("get_settings", Value::Null), settings);
    assert_eq!(app.ok("list_keys", Value::Null), keys);
    assert_eq!(
        app.ok("list_requests", json!({ "limit": 10 }))["requests"],
        json!([])
    );
}

proptest! {
    /// Whatever is opened, nothing fails, and what is offered is no larger than the link.
    #[test]
    fn no_link_does_harm(rest in ".{0,300}", escaped in "(%[0-9a-f]{2}|[A-Za-z0-9_=&{\\-]){0,200}") {
        for link in [
            rest.clone(),
            format!("temporal-codec://{rest}"),
            format!("temporal-codec://inspect?{rest}"),
            format!("temporal-codec://inspect?payload={rest}"),
            format!("temporal-codec://inspect?payload={escaped}"),
        ] {
            if let Ok(text) = parse_link(&link) {
                prop_assert!(!text.is_empty() || link.contains('='));
                prop_assert!(text.len() <= link.len() + 4);
            }
        }
    }

    /// Every Payload that fits survives the way through a link.
    #[test]
    fn what_is_sent_arrives(text in "[{\\[]\\PC{0,200}") {
        use base64::Engine as _;
        let escaped: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let wrapped = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&text);
        let json = parse_link(&format!("temporal-codec://inspect?payload={escaped}"));
        prop_assert_eq!(json, Ok(text.trim().to_owned()));
        let base64 = parse_link(&format!("temporal-codec://inspect?payload={wrapped}"));
        prop_assert_eq!(base64, Ok(text));
    }
}

#[test]
fn a_link_past_the_limit_is_not_looked_at() {
    let app = TestApp::new();
    app.app
        .desktop()
        .open_link(&format!("{LINK}{}", "0".repeat(MAX_LINK_BYTES)));
    let refused = app.ok("take_link", Value::Null);
    assert_eq!(refused["type"], "refused");
}
