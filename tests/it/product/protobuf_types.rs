//! The user's protobuf types in the app: places that are added and removed, read again when a file changed, and what the Inspector
//! shows by them.

use std::path::Path;
use std::time::Duration;

use app::Code;
use serde_json::{Value, json};
use support::app::TestApp;
use temporal_payload::base64;

/// A descriptor set with the message `A`.
pub(crate) const DESCRIPTORS: &[u8] = b"\n\x0e\n\x07a.proto\"\x03\n\x01A";

pub(crate) const MONEY: &str = "syntax = \"proto3\";\npackage acme;\nmessage Money { string currency = 1; int64 units = 2; }\n";

pub(crate) const ORDER: &str = "syntax = \"proto3\";\npackage acme.orders.v1;\nimport \"acme/money.proto\";\nmessage Order { string id = 1; acme.Money total = 2; }\n";

pub(crate) const ORDER_BYTES: &[u8] = b"\x0a\x03A-1\x12\x07\x0a\x03EUR\x10\x07";

pub(crate) const ORDER_JSON: &str = r#"{"id":"A-1","total":{"currency":"EUR","units":"7"}}"#;

/// A `binary/protobuf` Payload.
pub(crate) fn payload(message_type: Option<&str>, data: &[u8]) -> Value {
    let text = |text: &str| json!(base64::encode(text.as_bytes()));
    let mut metadata = json!({ "encoding": text("binary/protobuf") });
    if let Some(name) = message_type {
        metadata["messageType"] = text(name);
    }
    json!({ "metadata": metadata, "data": base64::encode(data) })
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    app::write_atomically(&path, text.as_bytes()).expect("written");
}

/// What the Inspector shows of a Payload: its row's preview, its content's label and text.
fn shown(app: &TestApp, payload: &Value) -> (String, String, String) {
    let opened = app.ok("inspect", json!({ "source": payload.to_string() }));
    let document = &opened["document"];
    let full = app.ok(
        "inspect_payload",
        json!({ "document": document, "index": 0 }),
    );
    said(&full)
}

/// The preview, the label and the text of a Payload in full.
pub(crate) fn said(full: &Value) -> (String, String, String) {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let content = &full["content"];
    (
        text(&full["row"]["preview"]),
        text(&content["label"]),
        text(&content["text"]),
    )
}

#[test]
fn a_folder_is_added_shown_by_and_removed() {
    let app = TestApp::new();
    let protos = tempfile::tempdir().expect("a folder");
    write(protos.path(), "acme/order.proto", ORDER);
    write(protos.path(), "acme/money.proto", MONEY);
    let order = payload(Some("acme.orders.v1.Order"), ORDER_BYTES);
    let (preview, label, text) = shown(&app, &order);
    assert_eq!(preview, "acme.orders.v1.Order, 14 bytes");
    assert!(label.contains("a type that is not known here"), "{label}");
    assert!(text.contains("1: text \"A-1\""), "{text}");

    let ticket = app.ticket("protobuf_folder", protos.path());
    let view = app.ok("add_protobuf_folder", json!({ "folder": ticket }));
    let place = &view["places"][0];
    assert_eq!(place["path"], json!(protos.path()));
    assert_eq!(
        (&place["n_types"], &place["n_files"]),
        (&json!(2), &json!(2))
    );
    assert_eq!(
        place["examples"],
        json!(["acme.Money", "acme.orders.v1.Order"])
    );
    assert_eq!(place["problems"], json!([]));
    let (preview, label, text) = shown(&app, &order);
    assert_eq!(preview, ORDER_JSON);
    let expect = format!(
        "acme.orders.v1.Order, as its messageType says; the type is from acme/order.proto of {}",
        protos.path().display()
    );
    assert_eq!(label, expect);
    assert_eq!(
        text.parse::<Value>().expect("JSON"),
        ORDER_JSON.parse::<Value>().expect("JSON")
    );

    // It is kept, as a path alone.
    let again = app.sibling();
    assert_eq!(
        again.ok("list_protobuf_types", Value::Null)["places"],
        view["places"]
    );
    let kept = std::fs::read_to_string(app.settings_file()).expect("saved");
    assert!(!kept.contains("Order"), "{kept}");

    let path = json!({ "path": protos.path() });
    let removed = app.ok("remove_protobuf_place", path);
    assert_eq!(removed["places"], json!([]));
    assert!(shown(&app, &order).1.contains("not known here"));
    app.ok("undo_settings", json!({ "change": removed["change"] }));
    assert_eq!(shown(&app, &order).0, ORDER_JSON);
}

/// A changed, a new and a removed file count at the next use, or at once when it is asked for.
#[test]
fn changed_files_are_read_again() {
    let app = TestApp::new();
    let protos = tempfile::tempdir().expect("a folder");
    write(protos.path(), "acme/money.proto", MONEY);
    let ticket = app.ticket("protobuf_folder", protos.path());
    app.ok("add_protobuf_folder", json!({ "folder": ticket }));
    write(protos.path(), "acme/order.proto", ORDER);
    let read = |command: &str| app.ok(command, Value::Null)["places"][0]["n_types"].clone();
    assert_eq!(read("read_protobuf_types_again"), 2);
    write(
        protos.path(),
        "acme/new.proto",
        "syntax = \"proto3\";\nmessage New {}\n",
    );
    std::thread::sleep(Duration::from_millis(1100));
    assert_eq!(read("list_protobuf_types"), 3);
    std::fs::remove_dir_all(protos.path()).expect("removed");
    let gone = app.ok("read_protobuf_types_again", Value::Null);
    assert_eq!(gone["places"][0]["problems"], json!(["it is not there"]));
}

#[test]
fn what_holds_no_type_is_not_added() {
    let app = TestApp::new();
    let folder = app.folder();
    let broken = folder.path().join("broken.proto");
    app::write_atomically(&broken, b"message {").expect("written");
    let ticket = app.ticket("protobuf_file", &broken);
    let request = json!({ "file": ticket });
    let error = app.fails("add_protobuf_file", request.clone(), Code::File);
    assert!(
        error.message.contains("broken.proto, line 1: "),
        "{error:?}"
    );
    assert_eq!(
        app.ok("list_protobuf_types", Value::Null)["places"],
        json!([])
    );
    // The ticket is good again, so that the file can be corrected.
    app::write_atomically(&broken, b"message M {}").expect("written");
    assert_eq!(
        app.ok("add_protobuf_file", request)["places"][0]["n_types"],
        1
    );
}

/// A folder of a program's own files, with links around in circles and a pipe, is read and does not wait.
#[cfg(unix)]
#[test]
fn odd_folders_do_not_hang() {
    let app = TestApp::new();
    let protos = tempfile::tempdir().expect("a folder");
    write(protos.path(), "a/money.proto", MONEY);
    std::os::unix::fs::symlink(protos.path(), protos.path().join("a/round")).expect("a link");
    let pipe = protos.path().join("pipe.proto");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("runs").success());
    let ticket = app.ticket("protobuf_folder", protos.path());
    let view = app.ok("add_protobuf_folder", json!({ "folder": ticket }));
    assert_eq!(view["places"][0]["n_types"], 1);
}

/// A descriptor set or an image that is gzipped is read as if it were not, and bounded as that is.
#[test]
fn gzip_is_read_up_to_the_size_of_what_is_not() {
    let app = TestApp::new();
    let folder = app.folder();
    let add = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        app::write_atomically(&path, bytes).expect("written");
        app.call(
            "add_protobuf_file",
            json!({ "file": app.ticket("protobuf_file", &path) }),
        )
    };
    let view = add("types.binpb.gz", &gzip(DESCRIPTORS)).expect("added");
    assert_eq!(view["places"][0]["examples"], json!(["A"]));
    let bomb = gzip(&vec![0; (32 << 20) + 1]);
    let damaged = &gzip(DESCRIPTORS)[..20];
    for bytes in [bomb.as_slice(), damaged] {
        let error = add("wrong.gz", bytes).expect_err("refused");
        assert!(
            error.message.contains("damaged or holds more than 32 MiB"),
            "{error:?}"
        );
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(bytes).expect("written");
    gzip.finish().expect("written")
}
