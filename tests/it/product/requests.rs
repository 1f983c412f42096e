//! Requests in full, the capturing of their bodies, and asking them again.

use std::time::{Duration, Instant};

use app::{AppEvent, Code};
use serde_json::{Value, json};
use support::app::{TestApp, eventually, post, send};
use support::canary::Canary;
use support::server::SAMPLE_KEY;
use support::wire::{Ask, EVIL, ORIGIN, PLAIN, SEALED, SEALED_ZLIB, UNKNOWN_KEY, payloads};

use crate::commands::SOME_KEY;

/// What is inside of [`SEALED`].
const INSIDE: &str = "eyJoZWxsbyI6IndvcmxkIn0=";

fn newest(app: &TestApp, n: usize) -> Value {
    let list = || app.ok("list_requests", json!({ "limit": n }))["requests"].clone();
    eventually("the requests", || {
        list().as_array().map(Vec::len) == Some(n)
    });
    list()
}

fn detail(app: &TestApp, id: u64) -> Value {
    app.ok("request_detail", json!({ "id": id }))
}

#[test]
fn a_key_that_does_not_open_what_names_it_is_one_to_compare() {
    let app = TestApp::new();
    app.import("test-key-id", SOME_KEY, "base64", "session");
    let port = app.serve();
    post(port, "/decode", &payloads(&[SEALED]));
    newest(&app, 1);
    let reason = detail(&app, 1)["reasons"][0].clone();
    assert_eq!(reason["code"], "UNAUTHENTIC");
    assert_eq!(reason["compare_fingerprints"], true);
    let hint = reason["hint"].as_str().expect("a hint");
    assert!(hint.contains("fingerprint"), "{hint}");
}

#[test]
fn a_request_in_full_says_what_its_row_has_no_room_for() {
    let app = TestApp::new().with_sample_key();
    let port = app.serve();
    let body = payloads(&[SEALED, SEALED, SEALED_ZLIB, PLAIN, UNKNOWN_KEY]);
    let ask = Ask::post("/orders/decode", &body)
        .header("Origin", ORIGIN)
        .header("Authorization", "Bearer s3cret-s3cret")
        .header("Cookie", "sid=s3cret-s3cret");
    send(port, ask);
    newest(&app, 1);
    let detail = detail(&app, 1);
    let shape = |layers: Value, count: u32, stopped: bool| json!({ "layers": layers, "count": count, "stopped": stopped });
    assert_eq!(
        detail["layers"],
        json!([
            shape(json!(["encrypted · test-key-id", "json/plain"]), 2, false),
            shape(
                json!(["encrypted · test-key-id", "zlib", "json/plain"]),
                1,
                false
            ),
            shape(json!(["encrypted · prod-2024"]), 1, true),
        ])
    );
    assert_eq!(detail["reasons"][0]["code"], "KEY_NOT_FOUND");
    assert_eq!(detail["reasons"][0]["compare_fingerprints"], false);
    assert_eq!(detail["method"], "POST");
    assert_eq!(detail["bytes_in"], body.len());
    let header = |name: &str| {
        let headers = detail["headers"].as_array().expect("a list");
        headers
            .iter()
            .find(|header| header["name"] == name)
            .cloned()
    };
    let masked = header("authorization").expect("sent");
    assert_eq!(
        (&masked["value"], &masked["masked"]),
        (&json!("Bearer ••••"), &json!(true))
    );
    assert_eq!(header("cookie").expect("sent")["value"], "••••");
    assert_eq!(header("origin").expect("sent")["value"], ORIGIN);
    let names: Vec<&Value> = detail["timing"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert_eq!(names, ["Body read", "Decoded", "Answered"]);
    let sum: u64 = detail["timing"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["took_us"].as_u64())
        .sum();
    let whole = detail["request"]["duration_us"].as_u64().expect("a number");
    assert!(whole >= sum && whole - sum <= 3, "{sum} of {whole}");
    let curl = detail["curl"].as_str().expect("a command");
    assert!(
        curl.starts_with(&format!("curl -X POST 'http://127.0.0.1:{port}/decode'")),
        "{curl}"
    );
    assert!(
        curl.contains("-H 'x-namespace: orders'") && curl.contains("'authorization: Bearer ••••'"),
        "{curl}"
    );
    assert!(curl.ends_with("--data-binary @payloads.json"), "{curl}");
    assert!(!detail.to_string().contains("s3cret") && !detail.to_string().contains(INSIDE));
    assert_eq!(detail["capture"], Value::Null);
    let no_replay = &detail["no_replay"];
    assert_eq!(
        no_replay["message"],
        "No body of this request is kept: bodies are not captured now."
    );
    assert!(
        no_replay["hint"]
            .as_str()
            .expect("text")
            .contains("“Capture bodies”")
    );
    app.fails("captured_body", json!({ "id": 1 }), Code::NotCaptured);
    app.fails("replay_request", json!({ "id": 1 }), Code::NotCaptured);
    app.fails("request_detail", json!({ "id": 2 }), Code::RequestGone);
}

#[test]
fn rows_come_in_pages_and_a_cleared_list_comes_back() {
    let app = TestApp::new();
    let port = app.serve();
    for _ in 0..7 {
        post(port, "/decode", "{}");
    }
    newest(&app, 7);
    let ids = |request: Value| -> Vec<u64> {
        let view = app.ok("list_requests", request);
        let rows = view["requests"].as_array().cloned().unwrap_or_default();
        rows.iter().filter_map(|row| row["id"].as_u64()).collect()
    };
    assert_eq!(ids(json!({ "limit": 3 })), [7, 6, 5]);
    assert_eq!(ids(json!({ "limit": 3, "before": 5 })), [4, 3, 2]);
    assert_eq!(ids(json!({ "limit": 3, "before": 2 })), [1]);
    assert_eq!(ids(json!({ "limit": 3, "before": 1 })), [0; 0]);
    app.ok("clear_requests", Value::Null);
    assert_eq!(ids(json!({ "limit": 10 })), [0; 0]);
    app.fails("request_detail", json!({ "id": 3 }), Code::RequestGone);
    post(port, "/decode", "{}");
    eventually("an eighth", || ids(json!({ "limit": 10 })) == [8]);
    let restored = app.ok("restore_requests", Value::Null);
    assert_eq!(restored["requests"].as_array().map(Vec::len), Some(8));
    // What was cleared twice is gone.
    app.ok("clear_requests", Value::Null);
    post(port, "/decode", "{}");
    eventually("a ninth", || ids(json!({ "limit": 10 })) == [9]);
    app.ok("clear_requests", Value::Null);
    let restored = app.ok("restore_requests", Value::Null);
    assert_eq!(restored["requests"].as_array().map(Vec::len), Some(1));
}

#[test]
fn bodies_are_captured_only_while_that_is_on_and_gone_with_it() {
    let app = TestApp::new().with_sample_key();
    let port = app.serve();
    let mut events = app.app.events();
    let sealed = payloads(&[SEALED]);
    let canary = Canary::new("the value", b"{\"hello\":\"world\"}");
    let ask = || {
        let id = app.ok("list_requests", json!({ "limit": 1 }))["requests"][0]["id"]
            .as_u64()
            .unwrap_or(0)
            + 1;
        assert_eq!(post(port, "/decode", &sealed).status(), 200);
        eventually("recorded", || {
            app.call("request_detail", json!({ "id": id })).is_ok()
        });
        id
    };
    let holds = |id: u64| {
        canary
            .found_in(detail(&app, id).to_string().as_bytes())
            .is_some()
    };
    let before = ask();
    assert!(!holds(before), "it is off");
    let view = app.ok("set_capture", json!({ "on": true }));
    assert_eq!(view, json!({ "on": true, "most": 200, "most_mib": 32 }));
    let during = ask();
    assert!(!holds(before) && holds(during));
    assert_eq!(
        app.ok("captured_body", json!({ "id": during }))["source"],
        sealed
    );
    let curl = detail(&app, during)["curl"]
        .as_str()
        .expect("a command")
        .to_owned();
    assert!(curl.contains(&format!("--data-raw '{sealed}'")), "{curl}");
    // Rows and events never hold it.
    let rows = app.ok("list_requests", json!({ "limit": 10 }));
    assert!(canary.found_in(rows.to_string().as_bytes()).is_none());

    app.ok("set_capture", json!({ "on": false }));
    assert!(!holds(during), "switched off");
    app.ok("set_capture", json!({ "on": true }));
    assert!(!holds(during), "it does not come back");
    let cleared = ask();
    assert!(holds(cleared));
    app.ok("clear_requests", Value::Null);
    app.ok("restore_requests", Value::Null);
    assert!(!holds(cleared), "cleared");
    let locked = ask();
    assert!(holds(locked), "it is still on");
    app.ok("lock", json!({ "forget_session_keys": true }));
    assert!(!holds(locked), "locked");
    let view = app.ok("list_requests", json!({ "limit": 0 }));
    assert_eq!(view["capture"]["on"], false, "a lock ends it");
    let mut states = Vec::new();
    while let Ok(event) = events.try_recv() {
        let told = serde_json::to_string(&event).expect("serializes");
        assert!(canary.found_in(told.as_bytes()).is_none());
        if let AppEvent::CaptureChanged { capture } = event {
            states.push(capture.on);
        }
    }
    assert_eq!(states, [true, false, true, false]);
}

#[test]
fn captured_bodies_are_few() {
    let app = TestApp::new();
    let port = app.serve();
    app.ok("set_capture", json!({ "on": true }));
    for _ in 0..201 {
        post(port, "/decode", "{\"payloads\":[]}");
    }
    newest(&app, 201);
    assert_eq!(detail(&app, 1)["capture"], Value::Null, "made room");
    assert_ne!(detail(&app, 2)["capture"], Value::Null);
    // Large ones: nine of 4 MiB are more than 32 MiB, and one of more than 4 MiB is not kept at all.
    let large = format!("{{\"payloads\":[]}}{}", " ".repeat((4 << 20) - 15));
    for _ in 0..9 {
        post(port, "/decode", &large);
    }
    newest(&app, 210);
    assert_eq!(detail(&app, 201)["capture"], Value::Null);
    assert_eq!(detail(&app, 202)["capture"], Value::Null, "made room");
    assert_ne!(detail(&app, 210)["capture"], Value::Null);
    post(port, "/decode", &format!("{large} "));
    newest(&app, 211);
    let too_large = detail(&app, 211);
    assert_eq!(too_large["capture"]["sent"]["too_large"], true);
    app.fails("replay_request", json!({ "id": 211 }), Code::NotCaptured);
}

#[test]
fn a_replay_says_whether_the_answer_is_another_one_now() {
    let app = TestApp::new();
    let port = app.serve();
    app.ok("set_capture", json!({ "on": true }));
    let unknown = payloads(&[SEALED]);
    let page = Ask::post("/decode", &unknown).header("Origin", ORIGIN);
    assert_eq!(send(port, page).status(), 422);
    newest(&app, 1);
    let replayed = app.ok("replay_request", json!({ "id": 1 }));
    assert_eq!(replayed["id"], 2);
    assert_eq!(replayed["comparison"]["same"], true, "{replayed}");
    assert_eq!(detail(&app, 2)["request"]["replay_of"], 1);
    assert_eq!(detail(&app, 2)["comparison"], replayed["comparison"]);

    let key = String::from_utf8(SAMPLE_KEY.to_vec()).expect("ASCII");
    app.import("test-key-id", &key, "utf8", "session");
    let replayed = app.ok("replay_request", json!({ "id": 1 }));
    assert_eq!(
        replayed["comparison"],
        json!({ "same": false, "words": "The answer differs: status 200 instead of 422." })
    );
    // A replay passes every check anew, and can be replayed itself.
    let again = app.ok("replay_request", json!({ "id": 3 }));
    assert_eq!(
        (&again["id"], &again["comparison"]["same"]),
        (&json!(4), &json!(true))
    );

    post(port, "/encode", &payloads(&[PLAIN]));
    newest(&app, 5);
    let encoded = app.ok("replay_request", json!({ "id": 5 }));
    assert_eq!(encoded["comparison"]["same"], Value::Null, "{encoded}");

    // Refused unread: there is no body to send again.
    send(port, Ask::post("/decode", &unknown).header("Origin", EVIL));
    newest(&app, 7);
    app.fails("replay_request", json!({ "id": 7 }), Code::NotCaptured);
    app.ok("stop_server", Value::Null);
    app.fails("replay_request", json!({ "id": 1 }), Code::NotServing);
}

#[test]
fn a_list_of_ten_thousand_answers_at_once() {
    let app = TestApp::new();
    let port = app.serve();
    let ask = Ask::post("/decode", "{}");
    let mut asks = ask.bytes().repeat(249);
    asks.extend(ask.header("Connection", "close").bytes());
    for _ in 0..41 {
        support::app::exchange(port, &asks);
    }
    let first = || app.ok("list_requests", json!({ "limit": 1 }))["requests"][0]["id"].clone();
    eventually("all of them", || first().as_u64() >= Some(10_250));
    let start = Instant::now();
    let mut before = Value::Null;
    let mut n_rows = 0;
    loop {
        let view = app.ok("list_requests", json!({ "limit": 1000, "before": before }));
        let rows = view["requests"].as_array().cloned().unwrap_or_default();
        let Some(last) = rows.last() else { break };
        before = last["id"].clone();
        n_rows += rows.len();
    }
    assert_eq!(n_rows, 10_000, "the oldest made room");
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
    app.fails("request_detail", json!({ "id": 1 }), Code::RequestGone);
}
