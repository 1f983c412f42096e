//! Requests with secrets in them for formats and profiles, and what is encoded with them.

use serde_json::{Value, json};

use super::{Case, Scene, base64, hex, shows, silent};
use crate::commands::{SPEC, profile};
use crate::secrecy::{PLAINTEXT, RAW_KEY, named, plain, sealed, tampered, text_key};

pub(super) fn case(scene: &Scene, command: &str) -> Option<Case> {
    let handle = &scene.handle;
    match command {
        "list_formats" | "list_profiles" => silent(vec![Value::Null]),
        "save_format" => silent(vec![
            json!({ "name": "ours", "previous": null, "spec": SPEC }),
            json!({ "name": "other", "previous": null, "spec": text_key() }),
            json!({ "name": "other", "previous": null, "spec": bad_spec(text_key()) }),
            json!({ "name": "other", "previous": null, "spec": bad_spec(&base64(&RAW_KEY)) }),
        ]),
        "check_format" => silent(vec![
            json!({ "spec": SPEC }),
            json!({ "spec": text_key() }),
            json!({ "spec": bad_spec(text_key()) }),
            json!({ "spec": bad_spec(&hex(&RAW_KEY)) }),
            json!({ "spec": PLAINTEXT }),
        ]),
        "remove_format" => {
            let request = json!({ "name": "ours", "previous": null, "spec": SPEC });
            scene.app.ok("save_format", request);
            silent(vec![json!({ "name": "ours" })])
        }
        "try_format" => {
            let sample = app::dispatch(&scene.app.app, "list_formats", Value::Null);
            let sample = sample.expect("formats")["formats"][0]["spec"].clone();
            let tried = |payload: &str, key: &Value| json!({ "spec": sample, "key": key, "payload": payload });
            shows(vec![
                tried(&sealed().to_json(), &json!(handle)),
                tried(&tampered().to_json(), &json!(handle)),
                tried(&plain().to_json(), &json!(handle)),
                tried(&named("text").to_json(), &Value::Null),
                tried(PLAINTEXT, &json!(handle)),
                json!({ "spec": text_key(), "key": handle, "payload": PLAINTEXT }),
            ])
        }
        "save_profile" => silent(vec![
            json!({ "previous": null, "profile": profile("Orders") }),
            json!({ "previous": text_key(), "profile": profile("Other") }),
        ]),
        "remove_profile" => {
            let request = json!({ "previous": null, "profile": profile("Orders") });
            scene.app.ok("save_profile", request);
            silent(vec![json!({ "name": "Orders" })])
        }
        "set_unlisted" => silent(vec![json!({ "unlisted": "refuse" })]),
        "match_profile" => silent(vec![json!({ "namespace": "orders" })]),
        "encode_json" => {
            let value = format!("{{\"owes\":\"{PLAINTEXT}\"}}");
            let encode = |text: &str, encoding: &str| json!({ "text": text, "encoding": encoding, "namespace": null });
            silent(vec![
                encode(&value, "json/plain"),
                encode(PLAINTEXT, "json/plain"),
                encode(PLAINTEXT, ""),
                encode(text_key(), "json/plain"),
                encode(PLAINTEXT, "binary/zlib"),
            ])
        }
        _ => None,
    }
}

/// A spec with something in it that is none.
fn bad_spec(secret: &str) -> String {
    format!("{{\"encoding\":\"binary/ours\",\"cipher\":\"{secret}\"}}")
}
