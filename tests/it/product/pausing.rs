//! The app pauses its Codec Server: clients are told, everything else goes on, and a start serves.

use app::AppEvent;
use app::view::ServerState;
use serde_json::{Value, json};
use support::app::{TestApp, eventually, free_port, post, send};
use support::wire::{Ask, ORIGIN, PLAIN, SEALED, payloads};

const REASON: &str = "503 Codec Server is paused in Temporal Codec Desktop";

fn page(port: u16) -> String {
    let ask = Ask::post("/decode", &payloads(&[SEALED])).header("Origin", ORIGIN);
    send(port, ask).status_line().to_owned()
}

fn state(app: &TestApp) -> Value {
    app.ok("server_status", Value::Null)["state"].clone()
}

#[test]
fn a_pause_counts_from_the_next_request_and_so_does_its_end() {
    let app = TestApp::new().with_sample_key();
    let port = app.serve();
    let mut events = app.app.events();
    let view = app.ok("pause_server", Value::Null);
    assert_eq!(view["state"], "paused");
    assert_eq!(view["endpoint"], format!("http://127.0.0.1:{port}"));
    assert!(view["started"].is_string(), "it goes on listening: {view}");
    app.wait_for(&mut events, |event| match event {
        AppEvent::ServerChanged { server } => (server.state == ServerState::Paused).then_some(()),
        _ => None,
    });
    assert_eq!(page(port), REASON);
    assert_eq!(
        post(port, "/encode", &payloads(&[PLAIN])).status_line(),
        REASON
    );
    let list = app.ok("list_requests", json!({ "limit": 1 }));
    let id = &list["requests"][0]["id"];
    let detail = app.ok("request_detail", json!({ "id": id }));
    assert_eq!(detail["reasons"][0]["code"], "PAUSED");
    assert_eq!(detail["reasons"][0]["payload"], Value::Null);
    assert_eq!(list["requests"][0]["result"], "Codec Server paused");

    // The window is not a client: it goes on decoding.
    let shown = app.ok("inspect", json!({ "source": SEALED }));
    assert_eq!(shown["n_decoded"], 1);

    assert_eq!(app.ok("resume_server", Value::Null)["state"], "serving");
    assert_eq!(page(port), "200 OK");
}

#[test]
fn a_pause_outlives_changes_of_settings_and_restarts_on_another_port() {
    let app = TestApp::new().with_sample_key();
    let port = app.serve();
    app.ok("pause_server", Value::Null);
    app.ok("update_settings", json!({ "undecodable": "fail" }));
    assert_eq!(page(port), REASON);
    app.ok("update_settings", json!({ "max_body_mib": 8 }));
    assert_eq!(page(port), REASON, "restarted for the new limit");
    let other = free_port();
    assert_eq!(
        app.ok("set_port", json!({ "port": other }))["state"],
        "paused"
    );
    assert_eq!(page(other), REASON);
    app.ok("resume_server", Value::Null);
    assert_eq!(page(other), "200 OK");
}

#[test]
fn a_start_serves_and_a_server_that_does_not_serve_is_not_paused() {
    let app = TestApp::new().with_sample_key();
    assert_eq!(app.ok("pause_server", Value::Null)["state"], "stopped");
    let port = app.serve();
    assert_eq!(page(port), "200 OK");

    app.ok("pause_server", Value::Null);
    assert_eq!(app.ok("start_server", Value::Null)["state"], "serving");
    assert_eq!(page(port), "200 OK");

    app.ok("pause_server", Value::Null);
    assert_eq!(app.ok("stop_server", Value::Null)["state"], "stopped");
    assert_eq!(app.ok("resume_server", Value::Null)["state"], "stopped");
    assert_eq!(app.ok("start_server", Value::Null)["state"], "serving");
}

#[test]
fn a_pause_ends_with_the_app() {
    let first = TestApp::new().with_sample_key();
    first.serve_on_set_port();
    first.ok("pause_server", Value::Null);
    first.ok("stop_server", Value::Null);
    let again = first.sibling();
    again.app.launch();
    eventually("it serves", || state(&again) == "serving");
    again.app.shut_down();
}
