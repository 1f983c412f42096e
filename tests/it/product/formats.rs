//! Formats: what other people's codecs wrote opens with a key and a format from the gallery, or with one's own spec.

use app::Code;
use serde_json::{Value, json};
use support::app::{TestApp, import, post};
use support::vectors;
use support::wire::payloads;
use temporal_payload::base64;

use crate::commands::SPEC;
use crate::context_bound;

/// Adds a key that is used with a format, and shows the first Payload of a document.
#[track_caller]
fn opened(app: &TestApp, source: &str) -> Value {
    let document = app.ok("inspect", json!({ "source": source }))["document"].clone();
    app.ok(
        "inspect_payload",
        json!({ "document": document, "index": 0 }),
    )
}

fn import_as(app: &TestApp, id: &str, material: &str, spelling: &str, formats: &[&str]) {
    let mut request = import(id, material, spelling, "session");
    request["formats"] = json!(formats);
    app.ok("import_key", request);
}

/// The vectors of a file open, each with its own key, in this format and with this verdict.
#[track_caller]
fn check(file: &str, format: &str, material: fn(&Value) -> (String, &'static str), verdict: &str) {
    for vector in vectors::vectors(file) {
        let app = TestApp::new();
        let key = &vector["key"];
        let (text, spelling) = material(key);
        import_as(
            &app,
            key["id"].as_str().unwrap_or("mine"),
            &text,
            spelling,
            &[format],
        );
        let name = &vector["name"];
        if vector["encoded"] == vector["decoded"] {
            // Its codec leaves such values alone, and so does everybody.
            continue;
        }
        let full = opened(&app, &vector["encoded"].to_string());
        assert_eq!(full["error"], Value::Null, "{name}");
        let said = full["verdict"].as_str().expect("text");
        assert!(said.contains(verdict), "{name}: {said}");
        assert_eq!(full["steps"][0]["format"], format, "{name}");
        let shown = full["payload_json"].as_str().expect("a Payload");
        let shown: Value = serde_json::from_str(shown).expect("JSON");
        assert_eq!(
            vectors::payload(&shown),
            vectors::payload(&vector["decoded"]),
            "{name}"
        );
        // The Codec Server does the same.
        let port = app.serve();
        let answer = post(
            port,
            "/decode",
            &payloads(&[&vector["encoded"].to_string()]),
        );
        assert_eq!(answer.status(), 200, "{name}");
        let answer: Value = serde_json::from_str(&answer.body).expect("JSON");
        assert_eq!(
            vectors::payload(&answer["payloads"][0]),
            vectors::payload(&vector["decoded"]),
            "{name}"
        );
    }
}

fn base64(key: &Value) -> (String, &'static str) {
    (key["base64"].as_str().expect("base64").to_owned(), "base64")
}

fn root(key: &Value) -> (String, &'static str) {
    let text = key["root_secret_utf8"].as_str().expect("text");
    (text.to_owned(), "utf8")
}

#[test]
fn what_other_codecs_wrote_opens_with_a_key_and_its_format() {
    check("tracecat-aes256gcm.json", "tracecat", root, "(Tracecat)");
    check("kuflow-current-text.json", "kuflow", base64, "(KuFlow");
    check(
        "canonical-aesgcm-no-key-id.json",
        "no-key-id",
        base64,
        "Decrypted with key mine (",
    );
    check(
        "mrsimonemms-aes-key0.json",
        "sdk-samples",
        base64,
        "Decrypted with key key0.",
    );
}

#[test]
fn formats_that_need_no_key_are_always_on() {
    for file in [
        "samples-java-aesgcm.json",
        "orders-go-aesgcm-sha256-keyid.json",
        "tracecat-zstd.json",
        "generic-lz4-frame.json",
        "docs-python-snappy-framed.json",
    ] {
        let app = TestApp::new();
        for vector in vectors::vectors(file) {
            if vector["encoded"] == json!({}) {
                // Nothing at all is no document.
                continue;
            }
            let full = opened(&app, &vector["encoded"].to_string());
            // What looks encrypted inside is the worker's own value.
            let is_left_alone = vector["encoded"] == vector["decoded"];
            assert_eq!(
                full["steps"] == json!([]),
                is_left_alone,
                "{}",
                vector["name"]
            );
            let shown = full["payload_json"].as_str().expect("a Payload");
            let shown: Value = serde_json::from_str(shown).expect("JSON");
            assert_eq!(
                vectors::payload(&shown),
                vectors::payload(&vector["decoded"]),
                "{}",
                vector["name"]
            );
        }
    }
}

#[test]
fn a_locked_app_opens_not_even_what_needs_no_key() {
    let app = TestApp::new();
    let vector = &vectors::vectors("orders-go-aesgcm-sha256-keyid.json")[0];
    app.ok("lock", json!({ "forget_session_keys": false }));
    let full = opened(&app, &vector["encoded"].to_string());
    assert_eq!(full["error"]["code"], "locked");
    app.ok("unlock", Value::Null);
    let full = opened(&app, &vector["encoded"].to_string());
    assert_eq!(full["error"], Value::Null);
}

#[test]
fn a_key_with_several_formats_opens_each_and_encodes_with_the_first() {
    let app = TestApp::new();
    let vector = &vectors::vectors("tracecat-aes256gcm.json")[0];
    let (text, _) = root(&vector["key"]);
    import_as(
        &app,
        vector["key"]["id"].as_str().expect("an id"),
        &text,
        "utf8",
        &["posthog-fernet", "tracecat"],
    );
    let full = opened(&app, &vector["encoded"].to_string());
    assert_eq!(full["steps"][0]["format"], "tracecat");
    let made = app.ok(
        "encode_json",
        json!({ "text": "{\"n\":1}", "encoding": "json/plain" }),
    );
    let full = opened(&app, made["payload_json"].as_str().expect("a Payload"));
    assert_eq!(full["steps"][0]["format"], "posthog-fernet");
    assert_eq!(full["content"]["text"], "{\n  \"n\": 1\n}");
}

#[test]
fn a_format_of_ones_own_is_checked_saved_used_and_kept() {
    let app = TestApp::new();
    app.ok(
        "save_format",
        json!({ "name": "ours", "previous": null, "spec": SPEC }),
    );
    import_as(&app, "k1", crate::commands::SOME_KEY, "base64", &["ours"]);
    let made = app.ok(
        "encode_json",
        json!({ "text": "[1]", "encoding": "json/plain" }),
    );
    let made = made["payload_json"].as_str().expect("a Payload").to_owned();
    // "binary/ours", in base64
    assert!(made.contains("YmluYXJ5L291cnM="), "{made}");
    assert!(made.contains("our-key"), "{made}");
    assert_eq!(
        opened(&app, &made)["verdict"],
        "Decrypted with key k1 (ours)."
    );

    // A new name goes along to the keys.
    let formats = app.ok(
        "save_format",
        json!({ "name": "ours-2", "previous": "ours", "spec": SPEC }),
    );
    let formats = formats["formats"].as_array().expect("a list");
    let ours = formats.last().expect("ours");
    assert_eq!(
        (&ours["name"], &ours["custom"], &ours["keys"]),
        (&json!("ours-2"), &json!(true), &json!(["k1"]))
    );
    assert_eq!(
        opened(&app, &made)["verdict"],
        "Decrypted with key k1 (ours-2)."
    );

    // It stays as long as a key uses it.
    let error = app.fails(
        "remove_format",
        json!({ "name": "ours-2" }),
        Code::InvalidFormat,
    );
    assert!(error.message.contains("used by k1"), "{}", error.message);
    app.fails(
        "remove_format",
        json!({ "name": "tracecat" }),
        Code::InvalidFormat,
    );

    // Settings carry it, also through a version that knows more.
    let mut saved: Value =
        serde_json::from_slice(&std::fs::read(app.settings_file()).expect("saved")).expect("JSON");
    assert_eq!(saved["formats"][0]["name"], "ours-2");
    saved["formats"][0]["later"] = json!({ "a": 1 });
    let newer = json!({ "name": "newer", "spec": { "encoding": "x", "cipher": "later" }, "b": 2 });
    saved["formats"].as_array_mut().expect("a list").push(newer);
    app::write_atomically(&app.settings_file(), saved.to_string().as_bytes()).expect("written");
    let next = app.sibling();
    let listed = next.ok("list_formats", Value::Null);
    let listed = listed["formats"].as_array().expect("a list");
    assert_eq!(listed.last().expect("the newer one")["name"], "newer");
    next.ok("update_settings", json!({ "theme": "dark" }));
    let after: Value =
        serde_json::from_slice(&std::fs::read(app.settings_file()).expect("saved")).expect("JSON");
    assert_eq!(after["formats"], saved["formats"], "nothing is lost");
    next.ok("remove_format", json!({ "name": "newer" }));
}

#[test]
fn names_and_specs_that_are_none_are_refused_with_the_place() {
    let app = TestApp::new();
    for name in ["", "Ours", "our format", "sdk-samples", &"x".repeat(65)] {
        let request = json!({ "name": name, "previous": null, "spec": SPEC });
        app.fails("save_format", request, Code::InvalidFormat);
    }
    let request = json!({ "name": "ours", "previous": "nobody", "spec": SPEC });
    app.fails("save_format", request, Code::InvalidFormat);
    let spec = "{\n  \"encoding\": \"x\",\n  \"ciper\": \"aes-gcm\"\n}";
    let check = app.ok("check_format", json!({ "spec": spec }));
    assert_eq!(check["error"]["place"], json!({ "line": 3, "column": 3 }));
    assert_eq!(check["error"]["code"], "invalid_format");
    let said = check["error"]["message"].as_str().expect("text");
    assert!(
        said.contains("\"ciper\" is not a field of a spec"),
        "{said}"
    );
    app.fails(
        "save_format",
        json!({ "name": "ours", "previous": null, "spec": spec }),
        Code::InvalidFormat,
    );
    let saved = app.ok("list_formats", Value::Null);
    let customs = saved["formats"].as_array().expect("a list").iter();
    assert_eq!(customs.filter(|format| format["custom"] == true).count(), 0);
}

#[test]
fn a_key_that_a_format_cannot_use_is_refused() {
    let app = TestApp::new();
    let mut short = import("x", "too short for AES", "utf8", "session");
    app.fails("import_key", short.clone(), Code::BadKeyMaterial);
    for (format, fits) in [
        ("sdk-samples", false),
        ("chacha20-poly1305", false),
        ("tracecat", true),
        ("no-such-format", false),
    ] {
        short["formats"] = json!([format]);
        short["id"] = json!(format);
        assert_eq!(
            app.call("import_key", short.clone()).is_ok(),
            fits,
            "{format}"
        );
    }
    // Nor may a key be given such a format later.
    let handle = app.import("aes", "000102030405060708090a0b0c0d0e0f", "hex", "session");
    let usage =
        |formats: &[&str]| json!({ "handle": handle, "formats": formats, "namespaces": [] });
    app.fails(
        "set_key_usage",
        usage(&["chacha20-poly1305"]),
        Code::BadKeyMaterial,
    );
    app.fails(
        "set_key_usage",
        usage(&["no-such-format"]),
        Code::InvalidFormat,
    );
    app.ok("set_key_usage", usage(&["tracecat", "sdk-samples"]));
}

#[test]
fn every_format_of_the_gallery_is_described_and_its_spec_is_one() {
    let app = TestApp::new();
    let formats = app.ok("list_formats", Value::Null);
    let formats = formats["formats"].as_array().expect("a list");
    assert!(formats.len() > 14, "{}", formats.len());
    assert_eq!(formats[0]["name"], "sdk-samples");
    for format in formats {
        for field in ["name", "title", "written_by", "summary", "spec"] {
            assert_ne!(format[field], "", "{}: {field}", format["name"]);
        }
        let check = app.ok("check_format", json!({ "spec": format["spec"] }));
        assert_eq!(check["error"], Value::Null, "{}", format["name"]);
    }
}

#[test]
fn the_key_that_a_project_publishes_is_added_once_and_for_its_format() {
    let app = TestApp::new();
    for format in ["sdk-samples", "no-key-id"] {
        let request = json!({ "format": format, "lifetime": "session" });
        let keys = app.ok("add_demo_key", request.clone());
        assert_eq!(app.ok("add_demo_key", request), keys, "once");
        let formats = app.ok("list_formats", Value::Null);
        let mut formats = formats["formats"].as_array().expect("a list").iter();
        let listed = formats.find(|listed| listed["name"] == format);
        assert_eq!(listed.expect("listed")["demo_key"]["added"], true);
    }
    let keys = app.ok("list_keys", Value::Null);
    assert_eq!(keys["keys"].as_array().map(Vec::len), Some(2));
    assert_eq!(keys["keys"][1]["formats"], json!(["no-key-id"]));
    let request = json!({ "format": "tracecat", "lifetime": "session" });
    app.fails("add_demo_key", request, Code::InvalidFormat);
}

#[test]
fn a_trial_shows_every_stage_and_no_key() {
    let app = TestApp::new();
    let vector = &vectors::vectors("tracecat-aes256gcm.json")[0];
    let (text, _) = root(&vector["key"]);
    import_as(&app, "v1", &text, "utf8", &["tracecat"]);
    let handle = app.ok("list_keys", Value::Null)["keys"][0]["handle"].clone();
    let formats = app.ok("list_formats", Value::Null);
    let spec = |name: &str| {
        let mut formats = formats["formats"].as_array().expect("a list").iter();
        let format = formats.find(|format| format["name"] == name);
        format.expect("in the gallery")["spec"].clone()
    };
    let tried = |spec: Value, key: Value| {
        let payload = vector["encoded"].to_string();
        app.ok(
            "try_format",
            json!({ "spec": spec, "key": key, "payload": payload }),
        )
    };
    let good = tried(spec("tracecat"), handle.clone());
    assert_eq!(good["opened"], true, "{good}");
    let names: Vec<&str> = good["stages"]
        .as_array()
        .expect("stages")
        .iter()
        .map(|stage| stage["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(
        names,
        [
            "Match",
            "Key id",
            "Key",
            "Framing",
            "Nonce",
            "AAD",
            "Ciphertext",
            "Open",
            "Body"
        ]
    );
    assert!(
        good["content"]["text"]
            .as_str()
            .is_some_and(|text| !text.is_empty())
    );
    assert!(!good.to_string().contains(&text));

    let bad = tried(spec("kuflow"), handle);
    assert_eq!(bad["opened"], false);
    assert_eq!(bad["stages"][0]["outcome"], "failed");
    let without = tried(spec("tracecat"), Value::Null);
    assert_eq!(without["opened"], false);
    assert_eq!(without["content"], Value::Null);
}

/// Somebody who described a format finds it where it is missing: no key uses it yet.
#[test]
fn a_format_that_no_key_uses_is_named_where_its_encoding_is_not_read() {
    let app = TestApp::new();
    let spec =
        r#"{"encoding": "binary/acme-cipher", "cipher": "aes-gcm", "nonce": {"prefix": 12}}"#;
    let request = json!({ "name": "acme", "previous": null, "spec": spec });
    app.ok("save_format", request);
    let encoding = base64::encode(b"binary/acme-cipher");
    let data = base64::encode(&[0xff; 60]);
    let sealed = format!(r#"{{"metadata":{{"encoding":"{encoding}"}},"data":"{data}"}}"#);
    let full = opened(&app, &sealed);
    assert_eq!(
        full["unread"]["formats"],
        json!([{ "name": "acme", "title": "acme" }])
    );
    // Once a key uses it, it is tried, and says for itself why it does not open.
    import_as(&app, "k1", crate::commands::SOME_KEY, "base64", &["acme"]);
    let full = opened(&app, &sealed);
    assert_eq!(full["unread"], Value::Null);
    assert_ne!(full["error"], Value::Null);
}

#[test]
fn what_is_encoded_by_hand_is_bound_to_what_is_said_of_it() {
    let app = context_bound::with_format(context_bound::SPEC);
    let request = |namespace: Value, given: Value| json!({ "text": "\"by hand\"", "encoding": "json/plain", "namespace": namespace, "given": given });
    let asked = |namespace: Value| -> Vec<String> {
        let refused = app.fails(
            "encode_json",
            request(namespace, json!({})),
            Code::NotEncoded,
        );
        let Some(app::WayOut::SayWhose { parts }) = refused.way_out else {
            panic!("{refused:?}");
        };
        parts.into_iter().map(|part| part.title).collect()
    };
    assert_eq!(
        asked(Value::Null),
        ["Namespace", "Workflow id", "Activity type"]
    );
    // One that is chosen is known.
    assert_eq!(
        asked(json!(context_bound::PROD)),
        ["Workflow id", "Activity type"]
    );

    let given = json!({ "workflow_id": "order-1", "activity_type": "ChargeCard" });
    let encoded = app.ok("encode_json", request(json!(context_bound::PROD), given));
    let payload = encoded["payload_json"].as_str().expect("a Payload");
    let document = app.ok("inspect", json!({ "source": payload }))["document"].clone();
    let given = |id: &str| json!({ "document": document, "given": { "namespace": context_bound::PROD, "workflow_id": id, "activity_type": "ChargeCard" } });
    assert_eq!(app.ok("refresh_document", given("order-1"))["n_failed"], 0);
    assert_eq!(app.ok("refresh_document", given("order-2"))["n_failed"], 1);
}
