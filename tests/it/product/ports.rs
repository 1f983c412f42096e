//! The port of the Codec Server: a taken one is told with its owner, and the server never leaves a port that it serves on for one
//! that it cannot have.

use app::view::ServerState;
use app::{AppEvent, Code, WayOut};
use serde_json::{Value, json};
use support::app::{TestApp, free_port, post};
use support::wire::{PLAIN, payloads};

#[test]
fn a_body_limit_counts_from_the_next_request_and_restarts_nothing() {
    let app = TestApp::new();
    let port = app.serve_on_set_port();
    let large = payloads(&[PLAIN]) + &" ".repeat(1 << 20);
    assert_eq!(post(port, "/decode", &large).status(), 200);
    let before = app.ok("server_status", Value::Null);
    app.ok("update_settings", json!({ "max_body_mib": 1 }));
    assert_eq!(
        post(port, "/decode", &large).status_line(),
        "413 Request larger than 1 MiB"
    );
    let status = app.ok("server_status", Value::Null);
    assert_eq!(status["started"], before["started"]);
    assert_eq!(status["endpoint"], format!("http://127.0.0.1:{port}"));
}

#[test]
fn a_body_limit_does_not_move_a_server_off_its_port() {
    let app = TestApp::new();
    // Started on a port of the system's choice, as `serve --port 0` does; another one is set.
    app.ok("set_port", json!({ "port": free_port() }));
    let port = app.serve();
    app.ok("update_settings", json!({ "max_body_mib": 2 }));
    let status = app.ok("server_status", Value::Null);
    assert_eq!(status["endpoint"], format!("http://127.0.0.1:{port}"));
}

#[test]
fn a_taken_port_is_told_with_one_that_is_free_and_setting_another_recovers() {
    let other = TestApp::new();
    let taken = other.serve();
    let app = TestApp::new();
    let mut events = app.app.events();
    app.ok("set_port", json!({ "port": taken }));
    let error = app.fails("start_server", Value::Null, Code::PortInUse);
    // The other app of this test is in this very process.
    let owner = format!("(process {}).", std::process::id());
    assert!(
        error
            .message
            .starts_with(&format!("Port {taken} is in use by "))
            && error.message.ends_with(&owner),
        "{}",
        error.message
    );

    let status = app.ok("server_status", Value::Null);
    assert_eq!(status["state"], "failed");
    assert_eq!(status["port"], taken, "never drifts");
    assert_eq!(status["error"]["code"], "port_in_use");
    assert_eq!(status["listening"], json!([]));
    assert_eq!(status["error"]["way_out"]["type"], "use_port");
    let free = status["error"]["way_out"]["port"].as_u64();
    let free = free.expect("a free port");
    assert_ne!(free, u64::from(taken));
    assert!(error.hint.contains(&free.to_string()));
    let told = app.wait_for(&mut events, |event| match event {
        AppEvent::ServerChanged { server } if server.state == ServerState::Failed => Some(server),
        _ => None,
    });
    let told = told.error.and_then(|error| error.way_out);
    let port = u16::try_from(free).expect("a port");
    assert_eq!(told, Some(WayOut::UsePort { port }));

    // Another test may have taken the free one by now.
    let status = match app.call("set_port", json!({ "port": free })) {
        Ok(status) => status,
        Err(error) => {
            assert_eq!(error.code, Code::PortInUse);
            app.ok("set_port", json!({ "port": free_port() }))
        }
    };
    assert_eq!(status["state"], "serving");
    assert_eq!(status["error"], Value::Null);
    let port = u16::try_from(status["port"].as_u64().expect("a number")).expect("a port");
    assert_eq!(post(port, "/decode", &payloads(&[PLAIN])).status(), 200);
}

#[test]
fn a_port_that_is_taken_changes_nothing_and_its_owner_is_named() {
    let other = TestApp::new();
    let taken = other.serve();
    let app = TestApp::new();
    let port = app.serve_on_set_port();
    let before = app.ok("server_status", Value::Null);
    let error = app.fails("set_port", json!({ "port": taken }), Code::PortInUse);
    let owner = format!("(process {}).", std::process::id());
    assert!(error.message.ends_with(&owner), "{}", error.message);
    let kept = format!("Nothing was changed: the Codec Server serves on port {port}.");
    assert!(error.hint.starts_with(&kept), "{}", error.hint);
    // The way on is a field, and no number that somebody has to look for in the words.
    let Some(WayOut::UsePort { port: free }) = error.way_out else {
        panic!("{error:?}")
    };
    assert!(error.hint.contains(&format!("use port {free}")));

    let after = app.ok("server_status", Value::Null);
    for field in ["state", "port", "endpoint", "started", "error"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    assert_eq!(post(port, "/decode", &payloads(&[PLAIN])).status(), 200);
    assert_eq!(app.ok("get_settings", Value::Null)["port"], port);
}
