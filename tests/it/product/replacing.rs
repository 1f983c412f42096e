//! A key in the place of another one: under its id, with its uses; the one before is retired, and comes back by one undo.

use app::Code;
use serde_json::{Value, json};
use support::app::{TestApp, post};
use support::wire::{PLAIN, payloads};

use crate::commands::{SOME_KEY, profile};

const OTHER: &str = "00112233445566778899aabbccddeeff";

fn replace(handle: &str, material: &str) -> Value {
    json!({ "handle": handle, "material": material, "format": "hex" })
}

#[test]
fn a_key_is_replaced_under_its_id_and_the_one_before_is_retired() {
    let app = TestApp::new();
    let handle = app.import("prod", SOME_KEY, "base64", "keychain");
    app.ok("set_encode_key", json!({ "handle": null }));
    app.ok(
        "set_key_usage",
        json!({ "handle": handle, "formats": [], "namespaces": ["orders"] }),
    );
    let mut orders = profile("Orders");
    orders["namespaces"] = json!(["orders"]);
    orders["decode_keys"] = json!([handle]);
    orders["encode_key"] = json!(handle);
    app.ok(
        "save_profile",
        json!({ "previous": null, "profile": orders }),
    );
    let port = app.serve();
    let ask = |body: &str, operation: &str| post(port, &format!("/orders/{operation}"), body).body;
    let before = ask(&payloads(&[PLAIN]), "encode");

    let keys = app.ok("replace_key", replace(&handle, OTHER));
    let [old, new] = [&keys["keys"][0], &keys["keys"][1]];
    assert_eq!([&old["retired"], &new["retired"]], [true, false]);
    for field in ["id", "label", "formats", "namespaces", "lifetime"] {
        assert_eq!(old[field], new[field], "{field}");
    }
    assert_eq!(new["used_by"], json!(["Orders"]));
    let after = ask(&payloads(&[PLAIN]), "encode");
    assert_eq!(ask(&after, "decode"), payloads(&[PLAIN]));
    assert_eq!(ask(&before, "decode"), before, "of the key before");

    // Its id is taken by another one, so it is not restored beside it.
    app.fails(
        "restore_key",
        json!({ "handle": handle }),
        Code::DuplicateKey,
    );
    app.ok("undo_settings", app.last_change());
    assert_eq!(ask(&before, "decode"), payloads(&[PLAIN]));
    let keys = app.ok("list_keys", Value::Null);
    assert_eq!(keys["keys"][0]["retired"], false);
    assert_eq!(keys["keys"][0]["used_by"], json!(["Orders"]));
    assert_eq!(keys["keys"][1]["retired"], true, "nothing is lost");
}

#[test]
fn a_key_that_is_gone_is_not_put_back_and_the_one_in_its_place_stays_in_use() {
    let app = TestApp::new();
    let handle = app.import("prod", SOME_KEY, "base64", "keychain");
    let keys = app.ok("replace_key", replace(&handle, OTHER));
    let new = keys["keys"][1]["handle"].clone();
    assert_eq!(keys["encode_key"], new);
    app.ok(
        "remove_key",
        json!({ "handle": handle, "even_if_used": true }),
    );
    for _ in 0..2 {
        app.fails("undo_settings", app.last_change(), Code::PreviewGone);
        let keys = app.ok("list_keys", Value::Null);
        assert_eq!(keys["encode_key"], new);
        assert_eq!(keys["keys"][0]["handle"], new);
        assert_eq!(keys["keys"][0]["retired"], false);
    }
    let settings = app.ok("get_settings", Value::Null);
    assert_eq!(settings["undoable"], Value::Null);
}

#[test]
fn what_is_no_other_key_replaces_nothing() {
    let app = TestApp::new();
    let handle = app.import("prod", OTHER, "hex", "keychain");
    let before = app.ok("list_keys", Value::Null)["keys"].clone();
    for material in [OTHER, "0011", ""] {
        app.fails(
            "replace_key",
            replace(&handle, material),
            Code::BadKeyMaterial,
        );
    }
    app.vault.set_problem(Some(payload_codec::KeyError::Denied));
    let other = "ffeeddccbbaa99887766554433221100";
    app.fails(
        "replace_key",
        replace(&handle, other),
        Code::KeychainUnavailable,
    );
    app.vault.set_problem(None);
    assert_eq!(app.ok("list_keys", Value::Null)["keys"], before);
}

#[test]
fn keys_of_a_list_take_the_place_of_those_that_have_their_ids_and_come_back_by_one_undo() {
    let app = TestApp::new();
    let [first, second] = ["ffeeddccbbaa99887766554433221100", SOME_KEY];
    let handle = app.import("prod", OTHER, "hex", "keychain");
    let other = app.import("old", first, "hex", "keychain");
    app.import("same", second, "base64", "session");
    let retired = app.import(
        "retired",
        "0f0e0d0c0b0a09080706050403020100",
        "hex",
        "session",
    );
    app.ok(
        "retire_key",
        json!({ "handle": retired, "even_if_used": true }),
    );
    app.ok("set_encode_key", json!({ "handle": handle }));
    let list = json!([
        { "id": "prod", "key": "MDEyMzQ1Njc4OTAxMjM0NQ==" },
        { "id": "old", "key": "MTEyMzQ1Njc4OTAxMjM0NQ==" },
        { "id": "same", "key": second },
        { "id": "retired", "key": "MjEyMzQ1Njc4OTAxMjM0NQ==" },
        { "id": "new", "key": "MzEyMzQ1Njc4OTAxMjM0NQ==" },
    ]);
    let source = json!({ "type": "text", "text": list.to_string(), "passphrase": null });
    let seen = app.ok("preview_keys", json!({ "source": source }));
    let of = |field: &str| -> Vec<Value> {
        let entries = seen["entries"].as_array().expect("a list");
        entries.iter().map(|entry| entry[field].clone()).collect()
    };
    assert_eq!(
        of("replaces"),
        [
            json!(handle),
            json!(other),
            json!(null),
            json!(null),
            json!(null)
        ]
    );
    let problems = of("problem");
    assert_eq!(
        problems[2]["message"],
        "This is same, which is here already."
    );
    assert!(
        problems[0]["hint"]
            .as_str()
            .expect("a hint")
            .contains("in the place")
    );
    // A key that is retired takes no id.
    assert_eq!([&problems[3], &problems[4]], [&Value::Null, &Value::Null]);

    let request = |choose: Value, replace: Value| json!({ "token": seen["token"], "choose": choose, "replace": replace, "lifetime": "session" });
    app.fails(
        "import_keys",
        request(json!([0]), json!([])),
        Code::DuplicateKey,
    );
    app.fails(
        "import_keys",
        request(json!([2]), json!([2])),
        Code::DuplicateKey,
    );
    let keys = app.ok("import_keys", request(json!([0, 1, 3, 4]), json!([0, 1])));
    let state = |keys: &Value| -> Vec<(String, bool)> {
        let keys = keys["keys"].as_array().expect("a list").iter();
        keys.map(|key| {
            (
                key["id"].as_str().expect("an id").to_owned(),
                key["retired"] == true,
            )
        })
        .collect()
    };
    let named = |list: &[(&str, bool)]| -> Vec<(String, bool)> {
        list.iter()
            .map(|(id, retired)| ((*id).to_owned(), *retired))
            .collect()
    };
    assert_eq!(
        state(&keys),
        named(&[
            ("prod", true),
            ("old", true),
            ("same", false),
            ("retired", true),
            ("prod", false),
            ("old", false),
            ("retired", false),
            ("new", false)
        ])
    );
    assert_eq!(keys["encode_key"], keys["keys"][4]["handle"]);
    app.ok("undo_settings", app.last_change());
    let keys = app.ok("list_keys", Value::Null);
    assert_eq!(
        state(&keys),
        named(&[
            ("prod", false),
            ("old", false),
            ("same", false),
            ("retired", true),
            ("prod", true),
            ("old", true),
            ("retired", false),
            ("new", false)
        ])
    );
    assert_eq!(keys["encode_key"], handle);
}

#[test]
fn one_id_may_have_a_key_for_each_namespace() {
    let app = TestApp::new();
    let mut first = support::app::import("prod", SOME_KEY, "base64", "session");
    first["namespaces"] = json!(["orders"]);
    app.ok("import_key", first);
    let mut second = support::app::import("prod", OTHER, "hex", "session");
    second["namespaces"] = json!(["orders"]);
    let refused = app.fails("import_key", second.clone(), Code::DuplicateKey);
    assert!(refused.hint.contains("Namespaces"), "{}", refused.hint);
    second["namespaces"] = json!(["billing"]);
    app.ok("import_key", second);
}

/// Everybody knows the samples' key: nobody encodes with it once there is another.
#[test]
fn the_first_key_of_ones_own_encodes_instead_of_that_of_the_samples() {
    let app = TestApp::new();
    let sample = app.ok("add_sample_key", json!({ "lifetime": "session" }));
    assert_eq!(sample["encode_key"], sample["keys"][0]["handle"]);
    let own = app.import("own", SOME_KEY, "base64", "session");
    let encode_key = || app.ok("list_keys", Value::Null)["encode_key"].clone();
    assert_eq!(encode_key(), json!(own));
    app.import("second", OTHER, "hex", "session");
    assert_eq!(encode_key(), json!(own), "the first one");
    // Of a list, too, and not against a choice.
    let app = TestApp::new();
    app.ok("add_sample_key", json!({ "lifetime": "session" }));
    let list = json!([{ "id": "listed", "material": SOME_KEY, "format": "base64" }]).to_string();
    let offered = app.ok(
        "preview_keys",
        json!({ "source": { "type": "text", "text": list, "passphrase": null } }),
    );
    let keys = app.ok(
        "import_keys",
        json!({ "token": offered["token"], "choose": [0], "ids": [], "replace": [], "lifetime": "session" }),
    );
    assert_eq!(keys["encode_key"], keys["keys"][1]["handle"]);
}
