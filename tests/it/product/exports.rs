//! Documents that are handed on: encoded under another key, readable, redacted; in the window and on the command line.

use app::Code;
use serde_json::{Value, json};
use support::app::TestApp;
use support::cli::{Home, Ran};
use support::vectors;
use support::wire::{PLAIN, SEALED, SEALED_ZLIB, UNKNOWN_KEY, payloads};

const OTHER: &str = "colleague-key-colleague-key-1234";

fn history(name: &str) -> String {
    let path = vectors::tests_folder().join("histories").join(name);
    std::fs::read_to_string(path).expect("a recorded history")
}

fn run(arguments: &[&str], stdin: &str) -> Ran {
    let home = Home::new();
    let keys = home.sample_keys();
    let sample: Value =
        serde_json::from_str(&std::fs::read_to_string(&keys).expect("keys")).expect("JSON");
    let mut both = sample.as_array().expect("a list").clone();
    both.push(json!({ "id": "colleague", "material": OTHER, "format": "utf8" }));
    let both = home.file("both.json", Value::from(both).to_string());
    home.run(&[arguments, &["--keys", &both]].concat(), stdin.as_bytes())
}

#[test]
fn the_command_line_redacts_and_says_what_it_does_not() {
    let encoded = history("real-order-rich.encoded.json");
    let ran = run(&["decode", "--as", "redacted"], &encoded);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.contains("[REDACTED:"), "{}", ran.stdout);
    assert!(
        ran.stderr.contains("Not redacted: names of Workflows"),
        "{}",
        ran.stderr
    );
    let value: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert!(
        value["events"]
            .as_array()
            .is_some_and(|events| events.len() > 5)
    );
    // Each secret is of one export.
    let again = run(&["decode", "--as", "redacted"], &encoded);
    assert_ne!(again.stdout, ran.stdout);

    let partly = run(
        &["decode", "--as", "redacted", "--rule", "key:hello"],
        &payloads(&[SEALED_ZLIB, UNKNOWN_KEY]),
    );
    assert_eq!(partly.status, Some(2), "{}", partly.stderr);
    assert!(
        partly.stdout.contains(r#""data":{"hello":"[REDACTED:"#),
        "{}",
        partly.stdout
    );
    assert!(partly.stdout.contains("[LEFT OUT]"), "{}", partly.stdout);
    assert!(
        partly.stderr.contains("/payloads/1: left out: "),
        "{}",
        partly.stderr
    );

    let wrong = run(&["decode", "--as", "redacted", "--rule", "all"], SEALED);
    assert_eq!(
        (wrong.status, &*wrong.stdout),
        (Some(1), ""),
        "{}",
        wrong.stderr
    );
    let without = run(&["decode", "--rule", "everything"], SEALED);
    assert_eq!(
        (without.status, &*without.stdout),
        (Some(1), ""),
        "{}",
        without.stderr
    );
}

#[test]
fn the_command_line_spells_json_in_its_place_and_encodes_under_another_key() {
    let ran = run(&["decode", "--as", "readable"], SEALED);
    assert_eq!(
        ran.stdout,
        "{\"metadata\":{\"encoding\":\"json/plain\"},\"data\":{\"hello\":\"world\"}}\n"
    );

    for document in [
        payloads(&[SEALED, PLAIN]),
        history("real-order-rich.encoded.json"),
    ] {
        let again = run(&["encode", "--key", "colleague"], &document);
        assert_eq!(again.status, Some(0), "{}", again.stderr);
        let home = Home::new();
        let theirs = home.file(
            "theirs.json",
            json!([{ "id": "colleague", "material": OTHER, "format": "utf8" }]).to_string(),
        );
        let read = home.run(&["decode", "--keys", &theirs], again.stdout.as_bytes());
        assert_eq!(read.status, Some(0), "{}", read.stderr);
        let json = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
        let decoded = run(&["decode"], &document);
        assert!(json(&read.stdout) == json(&decoded.stdout));
    }
    let missing = run(&["encode", "--key", "nobody"], SEALED);
    assert_eq!(missing.status, Some(1), "{}", missing.stderr);
    assert!(
        missing.stderr.contains("no key with this id"),
        "{}",
        missing.stderr
    );
}

#[test]
fn the_window_shows_an_export_before_it_is_written() {
    let app = TestApp::new().with_sample_key();
    let folder = app.folder();
    app.import("colleague", OTHER, "utf8", "session");
    let source = payloads(&[SEALED, UNKNOWN_KEY]);
    let document = app.ok("inspect", json!({ "source": source }))["document"].clone();
    let preview = |form: &str, rules: Value, key: Value| {
        app.ok(
            "preview_export",
            json!({ "document": document, "form": form, "rules": rules, "key": key }),
        )
    };
    let readable = preview("readable", json!([]), Value::Null);
    assert_eq!(readable["is_whole"], true);
    assert_eq!(readable["kept"], json!([]));
    let redacted = preview("redacted", json!(["$.hello"]), Value::Null);
    assert_eq!(redacted["n_left_out"], 1);
    assert_eq!(redacted["left_out"][0]["pointer"], "/payloads/1");
    let text = redacted["start"].as_str().expect("a text");
    assert!(
        text.contains("[REDACTED:") && !text.contains("world"),
        "{text}"
    );
    assert!(
        redacted["kept"]
            .as_array()
            .is_some_and(|kept| !kept.is_empty())
    );
    let encoded = preview("encoded", json!([]), json!("colleague"));
    assert_eq!(encoded["n_failed"], 1);

    let path = folder.path().join("redacted.json");
    let request = json!({ "document": document, "form": "redacted", "rules": ["everything"], "file": app.ticket_for_new("save_document", &path) });
    let saved = app.ok("save_document", request);
    assert_eq!(
        (&saved["n_values"], &saved["n_left_out"]),
        (&json!(1), &json!(1))
    );
    let written = std::fs::read_to_string(&path).expect("written");
    assert!(
        written.contains("[LEFT OUT]") && !written.contains("world"),
        "{written}"
    );

    for (form, rules, key, code) in [
        ("redacted", json!([]), Value::Null, Code::InvalidSetting),
        (
            "redacted",
            json!(["all"]),
            Value::Null,
            Code::InvalidSetting,
        ),
        ("encoded", json!([]), Value::Null, Code::NotEncoded),
        ("encoded", json!([]), json!("gone"), Code::KeyNotFound),
    ] {
        let request = json!({ "document": document, "form": form, "rules": rules, "key": key });
        app.fails("preview_export", request, code);
    }
}
