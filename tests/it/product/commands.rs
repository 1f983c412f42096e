//! The command table: every command answers a good request and refuses a bad one, by name, as a transport calls it.

pub(crate) mod access;
mod desktop;
mod documents;
mod formats;
mod keys;
mod requests;
mod samples;
mod server;
mod settings;

use app::{Code, dispatch};
use serde_json::{Value, json};
use support::app::{TestApp, import};

use documents::all;
use samples::{SAMPLE_KEY, source};
pub(crate) use samples::{SOME_KEY, SPEC, profile};

macro_rules! names {
    ($($room:ident { $($(#[$doc:meta])* $name:ident($request:ty) -> $response:ty;)* })*) => {
        /// Every command, as the table has them.
        pub(crate) const COMMANDS: &[&str] = &[$($(stringify!($name)),*),*];
    };
}
app::for_each_command!(names);

/// What a fresh app must be given before a command can succeed, and the command's request then.
///
/// `None` for a command that has no case: adding a command means adding one to its area's file.
pub(crate) fn good_request(app: &TestApp, command: &str) -> Option<Value> {
    const AREAS: [fn(&TestApp, &str) -> Option<Value>; 8] = [
        server::good_request,
        access::good_request,
        keys::good_request,
        formats::good_request,
        documents::good_request,
        requests::good_request,
        settings::good_request,
        desktop::good_request,
    ];
    AREAS.iter().find_map(|area| area(app, command))
}

#[test]
fn every_command_answers_a_good_request() {
    for command in COMMANDS {
        let app = TestApp::new();
        let request = good_request(&app, command)
            .unwrap_or_else(|| panic!("{command} has no case here: add one"));
        app.ok(command, request);
        // A command that is not the server's leaves nothing behind either way.
        app.ok("stop_server", Value::Null);
    }
}

#[test]
fn every_command_refuses_a_request_that_is_not_its_own() {
    for command in COMMANDS {
        let app = TestApp::new();
        let good = good_request(&app, command).expect("a case");
        let mut bad = vec![json!("text"), json!([[{}]]), json!(17)];
        if let Value::Object(fields) = &good {
            for field in fields.keys() {
                let mut other = good.clone();
                other[field] = json!({ "no": "such" });
                bad.push(other);
            }
            if *command != "update_settings" {
                bad.push(Value::Null);
                bad.push(json!({}));
            }
        }
        // `set_encode_key` without a handle chooses none.
        bad.retain(|bad| !(*command == "set_encode_key" && *bad == json!({})));
        let before = app.ok("get_settings", Value::Null);
        for request in bad {
            let error = app.fails(command, request, Code::BadRequest);
            assert_eq!(
                error.message,
                format!("The request does not fit the command {command}.")
            );
        }
        assert_eq!(app.ok("get_settings", Value::Null), before, "{command}");
    }
}

#[test]
fn there_are_no_other_commands() {
    let app = TestApp::new();
    for command in ["", "drop_everything", "Inspect", "inspect ", "transform"] {
        let error = app.fails(command, Value::Null, Code::BadRequest);
        assert_eq!(error.message, "There is no command with this name.");
    }
}

#[test]
fn errors_cross_to_the_window_as_code_message_and_hint() {
    let app = TestApp::new();
    let error = dispatch(&app.app, "inspect", json!({ "source": "hello" })).expect_err("no JSON");
    let crossed = serde_json::to_value(&error).expect("serializes");
    assert_eq!(crossed["code"], "not_recognized");
    assert_eq!(crossed["message"], json!(error.message));
    assert!(crossed["hint"].as_str().expect("a hint").contains("Paste"));
}

#[test]
fn each_error_has_the_code_that_the_table_documents() {
    let app = TestApp::new();
    let handle = app.import("prod", SOME_KEY, "base64", "session");
    let gone = "00000000-0000-4000-8000-000000000000";
    let cases = [
        ("set_port", json!({ "port": 1023 }), Code::InvalidSetting),
        ("set_port", json!({ "port": 65536 }), Code::BadRequest),
        (
            "generate_key",
            json!({ "id": "x", "label": "", "bits": 512, "lifetime": "session" }),
            Code::BadKeyMaterial,
        ),
        (
            "generate_key",
            json!({ "id": "prod", "label": "", "bits": 256, "lifetime": "session" }),
            Code::DuplicateKey,
        ),
        (
            "import_key",
            import("x", "AAEC", "base64", "session"),
            Code::BadKeyMaterial,
        ),
        (
            "import_key",
            import("x", "not base64!", "base64", "session"),
            Code::BadKeyMaterial,
        ),
        (
            "import_key",
            import("x", SOME_KEY, "hex", "session"),
            Code::BadKeyMaterial,
        ),
        (
            "import_key",
            import("prod", SOME_KEY, "base64", "session"),
            Code::DuplicateKey,
        ),
        (
            "import_key_file",
            json!({ "id": "x", "label": "", "file": app.ticket("key_file", "no/such/file"), "lifetime": "session" }),
            Code::File,
        ),
        (
            "rename_key",
            json!({ "handle": gone, "id": "x", "label": "" }),
            Code::KeyNotFound,
        ),
        ("remove_key", json!({ "handle": gone }), Code::KeyNotFound),
        ("remove_key", json!({ "handle": "prod" }), Code::KeyNotFound),
        ("remove_key", json!({ "handle": handle }), Code::KeyInUse),
        (
            "set_encode_key",
            json!({ "handle": gone }),
            Code::KeyNotFound,
        ),
        ("inspect", json!({ "source": "" }), Code::NotRecognized),
        ("inspect", json!({ "source": "{}" }), Code::NotRecognized),
        (
            "inspect_file",
            json!({ "file": app.ticket("inspect", "no/such/file") }),
            Code::File,
        ),
        (
            "inspection_rows",
            json!({ "document": 9, "offset": 0, "limit": 1 }),
            Code::DocumentClosed,
        ),
        (
            "history_overview",
            json!({ "document": 9 }),
            Code::DocumentClosed,
        ),
        (
            "history_rows",
            json!({ "document": 9, "filter": all(), "offset": 0, "limit": 1 }),
            Code::DocumentClosed,
        ),
        (
            "history_event",
            json!({ "document": 9, "event": 0 }),
            Code::DocumentClosed,
        ),
        (
            "search_history",
            json!({ "document": 9, "filter": all(), "text": "a" }),
            Code::DocumentClosed,
        ),
        (
            "search_payloads",
            json!({ "document": 9, "text": "a" }),
            Code::DocumentClosed,
        ),
        (
            "filter",
            json!({ "document": 9, "expression": "." }),
            Code::DocumentClosed,
        ),
        (
            "inspect_payload",
            json!({ "document": 9, "index": 0 }),
            Code::DocumentClosed,
        ),
        (
            "refresh_document",
            json!({ "document": 9 }),
            Code::DocumentClosed,
        ),
        (
            "update_settings",
            json!({ "max_body_mib": 0 }),
            Code::InvalidSetting,
        ),
        ("add_origin", json!({ "origin": "*" }), Code::InvalidOrigin),
        (
            "add_origin",
            json!({ "origin": "null" }),
            Code::InvalidOrigin,
        ),
        ("add_origin", json!({ "origin": "" }), Code::InvalidOrigin),
        (
            "add_program_host",
            json!({ "host": "*.docker.internal" }),
            Code::InvalidSetting,
        ),
        (
            "add_program_host",
            json!({ "host": "localhost" }),
            Code::InvalidSetting,
        ),
        (
            "add_program_host",
            json!({ "host": "" }),
            Code::InvalidSetting,
        ),
    ];
    for (command, request, code) in cases {
        let error = app.fails(command, request, code);
        assert!(!error.message.contains(SOME_KEY), "{command}");
    }
    let keys = app.ok("list_keys", Value::Null);
    assert_eq!(keys["keys"].as_array().map(Vec::len), Some(1));
    assert_eq!(keys["keys"][0]["handle"], handle);
}
