//! Open documents: their bytes, their way to and from files, their number, and long ones that are cancelled.

use app::{AppEvent, Code};
use serde_json::{Value, json};
use support::app::TestApp;
use support::wire::{PLAIN, SEALED, SEALED_ZLIB, UNKNOWN_KEY, payloads};
use temporal_payload::Payload;

#[track_caller]
fn open(app: &TestApp, source: &str) -> Value {
    app.ok("inspect", json!({ "source": source }))["document"].clone()
}

fn data(payload: &str) -> Vec<u8> {
    let payload = Payload::from_json(payload.as_bytes()).expect("a Payload");
    payload.data.to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_bytes_of_a_payload_are_told_apart_with_and_without_its_key() {
    let sent = data(SEALED);
    let app = TestApp::new();
    let document = open(&app, &payloads(&[SEALED, PLAIN]));
    let request = json!({ "document": document, "index": 0, "format": null });
    let view = app.ok("payload_bytes", request.clone());
    assert_eq!(view["opened"], false);
    assert_eq!(view["format"], "sdk-samples");
    assert_eq!(view["notation"], "nonce(12) ‖ ciphertext ‖ tag(16)");
    assert_eq!(view["bytes"], sent.len());
    assert_eq!(view["chunks"], json!([{ "start": 0, "hex": hex(&sent) }]));
    let rest = sent.len() - 28;
    assert_eq!(
        view["parts"],
        json!([
            { "name": "nonce", "start": 0, "len": 12 },
            { "name": "ciphertext", "start": 12, "len": rest },
            { "name": "tag", "start": 12 + rest, "len": 16 },
        ])
    );
    let plain = app.ok(
        "payload_bytes",
        json!({ "document": document, "index": 1, "format": null }),
    );
    assert_eq!(plain["format"], Value::Null);
    assert_eq!(plain["parts"].as_array().map(Vec::len), Some(1));

    // Another format's reading, on request; the key that opens it says which one is right.
    let other = view["formats"].as_array().expect("formats").iter();
    let other = other.map(|format| format["name"].clone()).nth(1);
    let other = other.expect("another format with this label");
    let read_so = app.ok(
        "payload_bytes",
        json!({ "document": document, "index": 0, "format": other }),
    );
    assert_eq!(read_so["format"], other);
    app.fails(
        "payload_bytes",
        json!({ "document": document, "index": 0, "format": "no such" }),
        Code::InvalidFormat,
    );
    app.fails(
        "payload_bytes",
        json!({ "document": document, "index": 2, "format": null }),
        Code::BadRequest,
    );
    let inner = json!({ "document": document, "index": 0, "layer": 1 });
    app.fails("payload_bytes", inner.clone(), Code::BadRequest);
    let app = app.with_sample_key();
    let view = app.ok("payload_bytes", request);
    assert_eq!(view["opened"], true);

    // What is below the encryption, which is nobody's format.
    let view = app.ok("payload_bytes", inner);
    let decoded = hex(br#"{"hello":"world"}"#);
    assert_eq!(view["chunks"], json!([{ "start": 0, "hex": decoded }]));
    assert_eq!(view["format"], Value::Null);
    assert_eq!(view["opened"], false);
}

#[test]
fn a_value_and_a_document_are_written_decoded_and_nothing_is_written_over() {
    let app = TestApp::new().with_sample_key();
    let source = format!("{{ \"n\": 1.10,\n \"payloads\": [{SEALED}, {UNKNOWN_KEY}, {PLAIN}] }}");
    let document = open(&app, &source);
    let folder = app.folder();
    let at = |name: &str| folder.path().join(name).display().to_string();

    let value = |file: Value| json!({ "document": document, "index": 0, "file": file });
    let saved = app.ok("save_value", value(app.ticket("save_value", at("value"))));
    assert_eq!(saved["n_decoded"], 1);
    let written = std::fs::read(at("value")).expect("written");
    assert_eq!(written, b"{\"hello\":\"world\"}");
    assert_eq!(saved["bytes"], written.len());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(at("value")).expect("there").permissions();
        assert_eq!(mode.mode() & 0o777, 0o600);
    }

    // Somebody else wrote it after the dialog was closed: nobody was asked whether that is lost.
    let file = app.ticket_for_new("save_value", at("value"));
    let error = app.fails("save_value", value(file.clone()), Code::File);
    assert!(error.message.contains("already"), "{error:?}");
    // What could not be written may be tried again.
    std::fs::remove_file(at("value")).expect("removed");
    app.ok("save_value", value(file));
    app.ok("save_value", value(app.ticket("save_value", at("value"))));
    for (path, says) in [
        ("value", "not absolute"),
        (&*at("."), "folder already has this name"),
        (&*at("no/such/folder"), "folder does not exist"),
    ] {
        let request = json!({ "document": document, "file": app.ticket("save_document", path) });
        let error = app.fails("save_document", request, Code::File);
        assert!(error.message.contains(says), "{error:?}");
    }

    let request = json!({ "document": document, "file": app.ticket_for_new("save_document", at("decoded.json")) });
    let saved = app.ok("save_document", request);
    assert_eq!(
        (&saved["n_decoded"], &saved["n_failed"]),
        (&json!(1), &json!(1))
    );
    let text = std::fs::read_to_string(at("decoded.json")).expect("written");
    assert!(
        text.starts_with("{ \"n\": 1.10,\n \"payloads\": ["),
        "{text}"
    );
    assert!(text.contains(UNKNOWN_KEY), "what cannot be decoded stays");
    let again = open(&app, &text);
    let rows = app.ok(
        "inspection_rows",
        json!({ "document": again, "offset": 0, "limit": 3 }),
    );
    assert_eq!(rows[0]["outcome"], "plain");
    assert_eq!(rows[0]["preview"], "{\"hello\":\"world\"}");
}

#[test]
fn files_that_were_opened_are_remembered_by_their_paths_alone() {
    let app = TestApp::new();
    let folder = app.folder();
    let open_file = |name: &str| {
        let path = folder.path().join(name);
        app::write_atomically(&path, SEALED.as_bytes()).expect("written");
        app.ok(
            "inspect_file",
            json!({ "file": app.ticket("inspect", path) }),
        );
    };
    for n in 0..12 {
        open_file(&format!("{n}.json"));
    }
    open_file("5.json");
    let names = |files: &Value| -> Vec<String> {
        let files = files.as_array().expect("files").iter();
        files
            .map(|file| file["name"].as_str().expect("a name").to_owned())
            .collect()
    };
    let files = app.ok("recent_files", Value::Null);
    let newest: Vec<String> = [5, 11, 10, 9, 8, 7, 6, 4, 3, 2]
        .map(|n| format!("{n}.json"))
        .into();
    assert_eq!(names(&files), newest);
    std::fs::remove_file(folder.path().join("11.json")).expect("removed");
    let files = app.ok("recent_files", Value::Null);
    assert_eq!(files[0]["is_here"], true);
    assert_eq!(files[1]["is_here"], false);
    // What is not read is not remembered.
    app.fails(
        "inspect_file",
        json!({ "file": app.ticket("inspect", folder.path().join("gone")) }),
        Code::File,
    );
    let left = app.ok(
        "forget_recent_files",
        json!({ "id": files[1]["id"], "all": false }),
    );
    assert_eq!(names(&left).len(), 9);
    let settings = std::fs::read_to_string(app.settings_file()).expect("saved");
    assert!(settings.contains("5.json") && !settings.contains("11.json"));
    assert!(!settings.contains("binary/encrypted"));
    assert_eq!(app.sibling().ok("recent_files", Value::Null), left);
}

#[test]
fn of_too_many_documents_the_first_is_closed() {
    let app = TestApp::new();
    let first = open(&app, PLAIN);
    let request = json!({ "document": first, "index": 0 });
    for _ in 0..23 {
        open(&app, PLAIN);
    }
    app.ok("inspect_payload", request.clone());
    open(&app, PLAIN);
    app.fails("inspect_payload", request, Code::DocumentClosed);
}

#[test]
fn a_long_document_tells_how_far_it_is_and_can_be_cancelled() {
    let app = TestApp::new().with_sample_key();
    let source = payloads(&vec![SEALED_ZLIB; 20_000]);
    let mut events = app.app.events();
    let view = app.ok("inspect", json!({ "source": source, "ticket": 1 }));
    assert_eq!(view["n_decoded"], 20_000);
    let rows = app.ok(
        "inspection_rows",
        json!({ "document": view["document"], "offset": 19_900, "limit": 100 }),
    );
    for (at, row) in rows.as_array().expect("rows").iter().enumerate() {
        assert_eq!(row["index"], 19_900 + at, "in the document's order");
        assert_eq!(row["outcome"], "decoded");
    }
    let mut told = Vec::new();
    while let Ok(event) = events.try_recv() {
        if let AppEvent::InspectionProgress {
            ticket,
            done,
            total,
        } = event
        {
            assert_eq!((ticket, total), (1, 20_000));
            told.push(done);
        }
    }
    assert!(!told.is_empty() && told.is_sorted(), "{told:?}");

    let cancelled = std::thread::scope(|scope| {
        let asking = scope.spawn(|| app.call("inspect", json!({ "source": source, "ticket": 2 })));
        while !asking.is_finished() {
            app.ok("cancel_inspection", json!({ "ticket": 2 }));
        }
        asking.join().expect("no panic")
    });
    assert_eq!(cancelled.expect_err("cancelled").code, Code::Cancelled);
}

#[test]
fn a_key_that_is_here_and_not_used_says_why() {
    let app = TestApp::new().with_sample_key();
    let handle = app.ok("list_keys", Value::Null)["keys"][0]["handle"].clone();
    let verdict = |namespace: Option<&str>| {
        let request = json!({ "source": SEALED, "namespace": namespace });
        let document = app.ok("inspect", request)["document"].clone();
        let full = app.ok(
            "inspect_payload",
            json!({ "document": document, "index": 0 }),
        );
        assert_eq!(full["verdict"], full["row"]["preview"]);
        full["verdict"].as_str().expect("a verdict").to_owned()
    };
    app.ok("set_encode_key", json!({ "handle": null }));
    let usage = json!({ "handle": handle, "formats": [], "namespaces": ["orders-*"] });
    app.ok("set_key_usage", usage);
    assert_eq!(
        verdict(None),
        "Key \"test-key-id\" is used only in Namespace orders-*."
    );
    assert_eq!(
        verdict(Some("billing")),
        "Key \"test-key-id\" is not used in Namespace billing."
    );
    app.ok("retire_key", json!({ "handle": handle }));
    assert_eq!(verdict(None), "Key \"test-key-id\" is retired.");
}
