//! Profiles: which codecs and keys a Namespace has, what others get, and that nothing is encoded that is not decoded again.

use app::Code;
use serde_json::{Value, json};
use support::app::{Answer, TestApp, import, send};
use support::wire::{Ask, PLAIN, SEALED, payloads};

use crate::commands::SOME_KEY;

const SAMPLE_KEY: &str = "test-key-test-key-test-key-test!";
const OTHER_KEY: &str = "000102030405060708090a0b0c0d0e0f";

fn profile(name: &str, namespaces: &[&str], encode_key: Option<&str>) -> Value {
    json!({
        "name": name, "namespaces": namespaces, "undecodable": "explain", "compression": "none",
        "encode_key": encode_key, "decode_keys": null, "no_codec": false
    })
}

fn save(app: &TestApp, profile: &Value) {
    app.ok(
        "save_profile",
        json!({ "previous": null, "profile": profile }),
    );
}

fn limited(app: &TestApp, id: &str, material: &str, spelling: &str, namespaces: &[&str]) -> String {
    let mut request = import(id, material, spelling, "session");
    request["namespaces"] = json!(namespaces);
    let keys = app.ok("import_key", request);
    let keys = keys["keys"].as_array().expect("a list");
    let key = keys
        .iter()
        .find(|key| key["id"] == id && key["namespaces"] == json!(namespaces));
    key.expect("imported")["handle"]
        .as_str()
        .expect("text")
        .to_owned()
}

fn ask(port: u16, path: &str, namespace: Option<&str>, body: &str) -> Answer {
    let ask = Ask::post(path, body);
    match namespace {
        Some(namespace) => send(port, ask.header("X-Namespace", namespace)),
        None => send(port, ask),
    }
}

/// The id of the key that `/encode` used.
fn encoded_with(answer: &Answer) -> String {
    use base64::Engine as _;
    assert_eq!(answer.status(), 200, "{}", answer.body);
    let answer: Value = serde_json::from_str(&answer.body).expect("JSON");
    let id = answer["payloads"][0]["metadata"]["encryption-key-id"].as_str();
    let id = base64::engine::general_purpose::STANDARD.decode(id.expect("encoded"));
    String::from_utf8(id.expect("base64")).expect("text")
}

#[test]
fn each_namespace_encodes_and_decodes_with_its_own_keys() {
    let app = TestApp::new();
    let everywhere = app.import("test-key-id", SAMPLE_KEY, "utf8", "session");
    let prod = limited(&app, "prod", SOME_KEY, "base64", &["prod-*"]);
    save(&app, &profile("Production", &["prod-*"], Some(&prod)));
    let port = app.serve();
    let encode = |namespace| ask(port, "/encode", namespace, &payloads(&[PLAIN]));
    assert_eq!(encoded_with(&encode(None)), "test-key-id");
    assert_eq!(encoded_with(&encode(Some("dev"))), "test-key-id");
    assert_eq!(encoded_with(&encode(Some("undefined"))), "test-key-id");
    assert_eq!(encoded_with(&encode(Some("prod-eu"))), "prod");
    assert_eq!(encoded_with(&encode(Some("prod-eu.a1b2c"))), "prod");
    // The path says more than the header.
    let by_path = send(
        port,
        Ask::post("/prod-eu/encode", &payloads(&[PLAIN])).header("X-Namespace", "dev"),
    );
    assert_eq!(encoded_with(&by_path), "prod");

    // The key is not used where it does not belong.
    let sealed = encode(Some("prod-eu")).body;
    let decode = |namespace| ask(port, "/decode", namespace, &sealed);
    assert_eq!(decode(Some("prod-eu")).body, payloads(&[PLAIN]));
    assert_eq!(decode(Some("dev")).body, sealed);
    assert_eq!(decode(None).body, sealed);

    // What the window says is what the server does.
    let asked = |namespace: &str| app.ok("match_profile", json!({ "namespace": namespace }));
    let found = asked("prod-eu");
    assert_eq!(found["profile"], "Production");
    assert_eq!(
        found["reason"],
        "It matches prod-* in the profile Production."
    );
    assert_eq!(found["keys"], json!(["prod", "test-key-id"]));
    let found = asked("dev");
    assert_eq!(
        (&found["profile"], &found["keys"]),
        (&json!("Default"), &json!(["test-key-id"]))
    );
    assert_eq!(asked("undefined")["profile"], "Default");
    let keys = app.ok("list_keys", Value::Null);
    assert_eq!(keys["keys"][0]["used_by"], json!(["Default"]));
    assert_eq!(keys["keys"][1]["used_by"], json!(["Production"]));
    assert_eq!(keys["encode_key"], everywhere);
    let requests = app.ok("list_requests", json!({ "limit": 100 }));
    let requests = requests["requests"].as_array().expect("a list").iter();
    let served = requests
        .map(|request| app.ok("request_detail", json!({ "id": request["id"] })))
        .filter(|request| request["profile"] == "Production")
        .count();
    assert!(served >= 4, "{served}");
}

#[test]
fn of_two_keys_with_one_id_the_limited_one_is_meant_in_its_namespaces() {
    let app = TestApp::new();
    app.import("test-key-id", SOME_KEY, "base64", "session");
    limited(&app, "test-key-id", SAMPLE_KEY, "utf8", &["orders"]);
    let port = app.serve();
    let sealed = payloads(&[SEALED]);
    assert_eq!(
        ask(port, "/decode", Some("orders"), &sealed).body,
        payloads(&[PLAIN])
    );
    assert_eq!(ask(port, "/decode", Some("dev"), &sealed).body, sealed);
    // Encoding means the same key by that id, so that it decodes again.
    let encoded = ask(port, "/encode", Some("orders"), &payloads(&[PLAIN])).body;
    assert_eq!(
        ask(port, "/decode", Some("orders"), &encoded).body,
        payloads(&[PLAIN])
    );
    assert_eq!(ask(port, "/decode", Some("dev"), &encoded).body, encoded);
    // Two of the same id for the same Namespaces would not be told apart.
    let mut twice = import("test-key-id", OTHER_KEY, "hex", "session");
    twice["namespaces"] = json!(["orders"]);
    app.fails("import_key", twice, Code::DuplicateKey);
}

#[test]
fn namespaces_that_no_profile_names_can_be_refused() {
    let app = TestApp::new().with_sample_key();
    save(&app, &profile("Orders", &["orders"], None));
    app.ok("set_unlisted", json!({ "unlisted": "refuse" }));
    let port = app.serve();
    let sealed = payloads(&[SEALED]);
    assert_eq!(
        ask(port, "/decode", Some("orders"), &sealed).body,
        payloads(&[PLAIN])
    );
    for namespace in [Some("dev"), None, Some("undefined")] {
        let answer = ask(port, "/decode", namespace, &sealed);
        assert!(
            answer.status() >= 400 && answer.status() < 500,
            "{namespace:?}"
        );
    }
    let found = app.ok("match_profile", json!({ "namespace": "dev" }));
    assert_eq!(
        (&found["profile"], &found["keys"]),
        (&Value::Null, &json!([]))
    );
    let request = json!({ "source": SEALED, "namespace": "dev" });
    app.fails("inspect", request, Code::InvalidSetting);
    app.ok("set_unlisted", json!({ "unlisted": "default" }));
    assert_eq!(
        ask(port, "/decode", Some("dev"), &sealed).body,
        payloads(&[PLAIN])
    );
}

#[test]
fn a_profile_encodes_with_nothing_that_it_would_not_decode_again() {
    let app = TestApp::new();
    let first = app.import("first", SOME_KEY, "base64", "session");
    let prod = limited(&app, "prod", OTHER_KEY, "hex", &["prod-*"]);
    let refused = |profile: &Value, words: &str| {
        let request = json!({ "previous": null, "profile": profile });
        let error = app.fails("save_profile", request, Code::InvalidSetting);
        assert!(error.message.contains(words), "{}", error.message);
    };
    // Limited to other Namespaces than those of the profile.
    for namespaces in [&["dev"][..], &["prod-*", "dev"], &["*"], &["prod*"]] {
        refused(
            &profile("P", namespaces, Some(&prod)),
            "is limited to prod-*",
        );
    }
    app.fails(
        "set_encode_key",
        json!({ "handle": prod }),
        Code::InvalidSetting,
    );
    // Not among those that decode.
    let mut others = profile("P", &["dev"], Some(&first));
    others["decode_keys"] = json!([prod]);
    refused(&others, "not one of the profile’s keys to decode with");
    // Of a format that only decodes.
    let mut decodes_only = import(
        "proxy",
        "000102030405060708090a0b0c0d0e0f10",
        "hex",
        "session",
    );
    decodes_only["formats"] = json!(["temporal-proxy-local"]);
    let keys = app.ok("import_key", decodes_only);
    let proxy = keys["keys"][2]["handle"].as_str().expect("a handle");
    refused(&profile("P", &["dev"], Some(proxy)), "can only decode");

    // And nothing later may make it so.
    save(&app, &profile("Prod", &["prod-eu", "prod-x*"], Some(&prod)));
    let usage =
        |namespaces: &[&str]| json!({ "handle": prod, "formats": [], "namespaces": namespaces });
    app.fails("set_key_usage", usage(&["prod-eu"]), Code::KeyInUse);
    app.ok("set_key_usage", usage(&["prod-eu", "prod-x*"]));
    app.ok("set_key_usage", usage(&[]));
    app.fails("retire_key", json!({ "handle": prod }), Code::KeyInUse);
    let request = json!({ "handle": prod, "formats": ["temporal-proxy-local"], "namespaces": [] });
    app.fails("set_key_usage", request, Code::KeyInUse);
    let saved = app.ok("list_profiles", Value::Null);
    assert_eq!(saved["profiles"][0]["encode_key"], prod);
    assert_eq!(saved["profiles"].as_array().map(Vec::len), Some(1));
}

#[test]
fn without_a_key_encoding_is_refused_and_never_echoed_unless_that_is_chosen() {
    let app = TestApp::new();
    app.import("first", SOME_KEY, "base64", "session");
    save(&app, &profile("None", &["none"], None));
    let mut open = profile("Open", &["open"], None);
    open["no_codec"] = json!(true);
    save(&app, &open);
    let port = app.serve();
    let plain = payloads(&[PLAIN]);
    let refused = ask(port, "/encode", Some("none"), &plain);
    assert_eq!(refused.status(), 422);
    assert!(!refused.body.contains("payloads"), "{}", refused.body);
    let echoed = ask(port, "/encode", Some("open"), &plain);
    assert_eq!((echoed.status(), echoed.body), (200, plain));

    let value =
        |namespace: &str| json!({ "text": "1", "encoding": "json/plain", "namespace": namespace });
    app.fails("encode_json", value("none"), Code::NotEncoded);
    app.fails("encode_json", value("open"), Code::NotEncoded);
    let text = r#"{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"MQ=="}"#;
    let echoed = app
        .app
        .inspector()
        .transform_for(text.as_bytes(), app::Direction::Encode, Some("open"))
        .expect("a document");
    assert_eq!((echoed.text.as_str(), echoed.n_changed), (text, 0));
    let first = app.ok("list_keys", Value::Null)["keys"][0]["handle"].clone();
    let request = json!({ "handle": first, "profile": "Open" });
    app.fails("set_encode_key", request, Code::InvalidSetting);
}

#[test]
fn chosen_keys_decode_and_no_others() {
    let app = TestApp::new();
    let sample = app.import("test-key-id", SAMPLE_KEY, "utf8", "session");
    let other = app.import("other", SOME_KEY, "base64", "session");
    let mut only_other = profile("Orders", &["orders"], Some(&other));
    only_other["decode_keys"] = json!([other]);
    save(&app, &only_other);
    let port = app.serve();
    let sealed = payloads(&[SEALED]);
    assert_eq!(ask(port, "/decode", Some("orders"), &sealed).body, sealed);
    assert_eq!(ask(port, "/decode", None, &sealed).body, payloads(&[PLAIN]));
    let document = app.ok(
        "inspect",
        json!({ "source": SEALED, "namespace": "orders" }),
    );
    assert_eq!(document["rows"][0]["outcome"], "failed");
    let request = json!({ "document": document["document"], "namespace": null });
    assert_eq!(
        app.ok("refresh_document", request)["rows"][0]["outcome"],
        "decoded"
    );

    only_other["decode_keys"] = json!([other, sample]);
    app.ok(
        "save_profile",
        json!({ "previous": "Orders", "profile": only_other }),
    );
    assert_eq!(
        ask(port, "/decode", Some("orders"), &sealed).body,
        payloads(&[PLAIN])
    );
    // A key that is gone is no longer named.
    app.ok(
        "remove_key",
        json!({ "handle": sample, "even_if_used": true }),
    );
    let profiles = app.ok("list_profiles", Value::Null);
    assert_eq!(profiles["profiles"][0]["decode_keys"], json!([other]));
}

#[test]
fn the_default_profile_is_changed_and_never_renamed_or_removed() {
    let app = TestApp::new();
    let key = app.import("first", SOME_KEY, "base64", "session");
    let mut default = profile("Default", &[], Some(&key));
    default["compression"] = json!("zlib");
    let save = |profile: &Value| json!({ "previous": "Default", "profile": profile });
    let view = app.ok("save_profile", save(&default));
    assert_eq!(view["default"]["compression"], "zlib");
    assert_eq!(app.ok("get_settings", Value::Null)["compression"], "zlib");
    default["namespaces"] = json!(["orders"]);
    app.fails("save_profile", save(&default), Code::InvalidSetting);
    app.fails(
        "remove_profile",
        json!({ "name": "Default" }),
        Code::InvalidSetting,
    );
    for (name, namespaces) in [
        ("", &["a"][..]),
        ("Default", &["a"]),
        ("P", &[]),
        ("P", &["undefined"]),
        ("P", &["  "]),
    ] {
        let request = json!({ "previous": null, "profile": profile(name, namespaces, None) });
        app.fails("save_profile", request, Code::InvalidSetting);
    }
    let request = json!({ "previous": "Nobody", "profile": profile("P", &["a"], None) });
    app.fails("save_profile", request, Code::InvalidSetting);
    assert_eq!(app.ok("list_profiles", Value::Null)["profiles"], json!([]));
}

#[test]
fn profiles_survive_a_restart_with_fields_of_a_newer_version() {
    let app = TestApp::new();
    save(&app, &profile("Orders", &["orders", "orders-*"], None));
    let mut saved: Value =
        serde_json::from_slice(&std::fs::read(app.settings_file()).expect("saved")).expect("JSON");
    saved["profiles"][0]["later"] = json!([1]);
    app::write_atomically(&app.settings_file(), saved.to_string().as_bytes()).expect("written");
    let next = app.sibling();
    let mut changed = profile("Orders 2", &["orders"], None);
    changed["undecodable"] = json!("fail");
    next.ok(
        "save_profile",
        json!({ "previous": "Orders", "profile": changed }),
    );
    let after: Value =
        serde_json::from_slice(&std::fs::read(app.settings_file()).expect("saved")).expect("JSON");
    assert_eq!(after["profiles"][0]["later"], json!([1]));
    assert_eq!(after["profiles"][0]["name"], "Orders 2");
    assert_eq!(after["profiles"][0]["undecodable"], "fail");
}
