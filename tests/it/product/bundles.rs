//! Bundles carry keys, and the formats that they need, from one app to another; they open with their passphrase alone.

use app::Code;
use serde_json::{Value, json};
use support::app::{TestApp, post};
use support::wire::{PLAIN, payloads};

use crate::sources::{PASSPHRASE, SAMPLE_KEY, keep, preview};

#[test]
fn a_bundle_goes_from_one_app_to_another_with_its_passphrase_alone() {
    let app = TestApp::new();
    app.import("test-key-id", SAMPLE_KEY, "utf8", "session");
    let mut limited =
        support::app::import("orders", "some secret of any length", "utf8", "session");
    limited["formats"] = json!(["tracecat"]);
    limited["namespaces"] = json!(["orders-*"]);
    app.ok("import_key", limited);
    let keys = app.ok("list_keys", Value::Null);
    let handles = json!([keys["keys"][0]["handle"], keys["keys"][1]["handle"]]);
    let path = app.folder().path().join("team.age");
    let export = |passphrase: Value, recipients: Value| {
        let file = app.ticket("export_bundle", &path);
        json!({ "handles": handles, "file": file, "passphrase": passphrase, "recipients": recipients })
    };
    app.ok("export_bundle", export(json!(PASSPHRASE), json!([])));
    let bundle = std::fs::read_to_string(&path).expect("written");
    assert!(bundle.starts_with("-----BEGIN AGE ENCRYPTED FILE-----"));

    let other = TestApp::new();
    // One ticket, for one bundle, until it is open.
    let file = other.ticket("key_source", &path);
    let open = |passphrase: Value| json!({ "source": { "type": "file", "file": file, "passphrase": passphrase } });
    let closed = preview(&other, open(Value::Null));
    assert_eq!(
        (&closed["needs_passphrase"], &closed["entries"]),
        (&json!(true), &json!([]))
    );
    other.fails("preview_keys", open(json!("wrong")), Code::Passphrase);
    let seen = preview(&other, open(json!(PASSPHRASE)));
    assert_eq!(seen["kind"], "Key bundle");
    let keys = keep(&other, &seen, &[0, 1]);
    for field in ["id", "fingerprint", "formats", "namespaces", "label"] {
        for place in 0..2 {
            let sent = &app.ok("list_keys", Value::Null)["keys"][place][field];
            assert_eq!(&keys["keys"][place][field], sent, "{field}");
        }
    }
    // Pasted as text as well; and what is there already is told.
    let seen = preview(
        &other,
        json!({ "source": { "type": "text", "text": bundle, "passphrase": PASSPHRASE } }),
    );
    assert_eq!(seen["entries"][0]["problem"]["code"], "duplicate_key");

    app.fails(
        "export_bundle",
        export(Value::Null, json!([])),
        Code::Passphrase,
    );
    app.fails(
        "export_bundle",
        export(json!(""), json!([])),
        Code::Passphrase,
    );
    let guessed = export(json!("password123456"), json!([]));
    let error = app.fails("export_bundle", guessed, Code::Passphrase);
    assert!(
        error.message.contains("what people often choose"),
        "{error:?}"
    );
    app.fails(
        "export_bundle",
        export(Value::Null, json!(["age1nonsense"])),
        Code::Passphrase,
    );
    app.fails(
        "export_bundle",
        export(json!("x"), json!(["age1x"])),
        Code::Passphrase,
    );
    let mut none = export(json!(PASSPHRASE), json!([]));
    none["handles"] = json!([]);
    app.fails("export_bundle", none, Code::BadKeyMaterial);
    let mut nowhere = export(json!(PASSPHRASE), json!([]));
    nowhere["file"] = app.ticket("export_bundle", "/proc/no/such/folder/x.age");
    app.fails("export_bundle", nowhere, Code::File);
}

#[test]
fn a_bundle_brings_the_formats_of_its_keys() {
    let spec = |encoding: &str| {
        json!({ "encoding": encoding, "key_id": "our-key", "cipher": "aes-gcm" }).to_string()
    };
    let with_format = |app: &TestApp, name: &str, encoding: &str| {
        app.ok(
            "save_format",
            json!({ "name": name, "spec": spec(encoding) }),
        );
    };
    let custom = |app: &TestApp| -> Vec<String> {
        let formats = app.ok("list_formats", Value::Null)["formats"].clone();
        let formats = formats.as_array().expect("a list").clone();
        let own = formats.iter().filter(|one| one["custom"] == true);
        own.map(|one| one["name"].as_str().expect("a name").to_owned())
            .collect()
    };
    let app = TestApp::new();
    for (name, encoding) in [
        ("ours", "binary/ours"),
        ("older", "binary/older"),
        ("unused", "binary/unused"),
    ] {
        with_format(&app, name, encoding);
    }
    let mut key = support::app::import("k", SAMPLE_KEY, "utf8", "session");
    key["formats"] = json!(["ours", "older", "sdk-samples"]);
    app.ok("import_key", key);
    let handle = app.ok("list_keys", Value::Null)["keys"][0]["handle"].clone();
    let path = app.folder().path().join("team.age");
    app.ok(
        "export_bundle",
        json!({ "handles": [handle], "file": app.ticket("export_bundle", &path), "passphrase": PASSPHRASE, "recipients": [] }),
    );
    let sealed = post(app.serve(), "/encode", &payloads(&[PLAIN])).body;
    assert!(sealed.contains("YmluYXJ5L291cnM="), "{sealed}");
    let open = |app: &TestApp| {
        let file = app.ticket("key_source", &path);
        json!({ "source": { "type": "file", "file": file, "passphrase": PASSPHRASE } })
    };

    // Where nobody has heard of them, they come with the key, and it opens what it opened.
    let other = TestApp::new();
    let seen = preview(&other, open(&other));
    let entry = &seen["entries"][0];
    assert_eq!(entry["problem"], Value::Null);
    assert_eq!(entry["formats"], json!(["ours", "older", "sdk-samples"]));
    assert_eq!(entry["new_formats"].as_array().map(Vec::len), Some(2));
    assert!(custom(&other).is_empty(), "nothing is added by looking");
    keep(&other, &seen, &[0]);
    assert_eq!(custom(&other), ["ours", "older"]);
    assert_eq!(
        post(other.serve(), "/decode", &sealed).body,
        payloads(&[PLAIN])
    );

    // Where one has its name already, or is the same under another name, the key follows.
    let third = TestApp::new();
    with_format(&third, "ours", "binary/older");
    with_format(&third, "older", "binary/else");
    let seen = preview(&third, open(&third));
    let entry = &seen["entries"][0];
    assert_eq!(entry["problem"], Value::Null);
    assert_eq!(entry["formats"], json!(["ours-2", "ours", "sdk-samples"]));
    assert_eq!(entry["new_formats"].as_array().map(Vec::len), Some(1));
    keep(&third, &seen, &[0]);
    assert_eq!(custom(&third), ["ours", "older", "ours-2"]);
    assert_eq!(
        post(third.serve(), "/decode", &sealed).body,
        payloads(&[PLAIN])
    );
}
