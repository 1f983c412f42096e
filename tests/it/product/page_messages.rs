//! A profile under which the Web UI gets protobuf messages as JSON, and programs do not: on a real socket, by the user's own types.

use serde_json::{Value, json};
use support::app::{TestApp, send};
use support::wire::{Ask, ORIGIN, payloads};
use temporal_payload::base64;

use crate::protobuf_types::{MONEY, ORDER, ORDER_BYTES, ORDER_JSON, payload};

fn decode(port: u16, namespace: &str, origin: Option<&str>, body: &str) -> Value {
    let ask = Ask::post("/decode", body).header("X-Namespace", namespace);
    let answer = match origin {
        Some(origin) => send(port, ask.header("Origin", origin)),
        None => send(port, ask),
    };
    assert_eq!(answer.status(), 200, "{}", answer.body);
    serde_json::from_str(&answer.body).expect("JSON")
}

#[test]
fn the_web_ui_gets_messages_as_json_in_the_namespaces_that_say_so() {
    let app = TestApp::new();
    let protos = tempfile::tempdir().expect("a folder");
    for (name, text) in [("order.proto", ORDER), ("money.proto", MONEY)] {
        let folder = protos.path().join("acme");
        std::fs::create_dir_all(&folder).expect("a folder");
        app::write_atomically(&folder.join(name), text.as_bytes()).expect("written");
    }
    let ticket = app.ticket("protobuf_folder", protos.path());
    app.ok("add_protobuf_folder", json!({ "folder": ticket }));
    let saved = app.ok(
        "save_profile",
        json!({ "previous": null, "profile": {
            "name": "Shops", "namespaces": ["shop-*"], "undecodable": "explain", "compression": "none",
            "encode_key": null, "decode_keys": null, "no_codec": false, "messages_as_json": true,
        } }),
    );
    assert_eq!(saved["profiles"][0]["messages_as_json"], true);
    assert_eq!(saved["default"]["messages_as_json"], false);

    let order = payload(Some("acme.orders.v1.Order"), ORDER_BYTES);
    let unknown = payload(Some("acme.Gone"), b"\x08\x01");
    // One with a field that its type does not have loses nothing.
    let more = payload(
        Some("acme.orders.v1.Order"),
        &[ORDER_BYTES, b"\x18\x01"].concat(),
    );
    let body = payloads(&[&order.to_string(), &unknown.to_string(), &more.to_string()]);
    let port = app.serve();

    let page = decode(port, "shop-eu", Some(ORIGIN), &body);
    let shown = &page["payloads"][0];
    let json = base64::decode(shown["data"].as_str().expect("a text")).expect("base64");
    assert_eq!(String::from_utf8(json).expect("UTF-8"), ORDER_JSON);
    let encoding = base64::encode(b"json/protobuf");
    assert_eq!(shown["metadata"]["encoding"], json!(encoding));
    assert_eq!(
        shown["metadata"]["messageType"],
        order["metadata"]["messageType"]
    );
    assert_eq!(page["payloads"][1], unknown);
    assert_eq!(page["payloads"][2], more);

    let sent: Value = body.parse().expect("JSON");
    assert_eq!(decode(port, "shop-eu", None, &body), sent, "a program");
    assert_eq!(
        decode(port, "other", Some(ORIGIN), &body),
        sent,
        "another Namespace"
    );

    let requests = app.ok("list_requests", json!({ "before": null, "limit": 10 }));
    let n_as_json = |nth: usize| {
        let id = &requests["requests"][nth]["id"];
        app.ok("request_detail", json!({ "id": id }))["n_as_json"].clone()
    };
    assert_eq!(
        [n_as_json(2), n_as_json(1), n_as_json(0)],
        [json!(1), json!(0), json!(0)]
    );
    assert_eq!(requests["requests"][2]["result"], "Messages as JSON");
}
