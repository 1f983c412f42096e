//! The Connection Doctor on real sockets: what is in a client's way is found, each with its way out, and the self-test goes the whole
//! way of a request.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use app::Code;
use serde_json::{Value, json};
use support::app::{TestApp, eventually, free_port, send};
use support::wire::{Ask, ORIGIN, SEALED, UNKNOWN_KEY, payloads};

/// The line with this id; the requests that it is made of are recorded some moments after they are answered.
#[track_caller]
fn line(app: &TestApp, id: &str) -> Value {
    let mut found = Value::Null;
    eventually(id, || {
        let view = app.ok("check_connections", Value::Null);
        let lines = view["findings"].as_array().cloned().unwrap_or_default();
        let line = lines.into_iter().find(|line| line["id"] == id);
        found = line.unwrap_or_default();
        !found.is_null()
    });
    found
}

#[track_caller]
fn state(app: &TestApp, id: &str) -> String {
    line(app, id)["state"].as_str().expect("a state").to_owned()
}

fn ask(port: u16, origin: &str, payload: &str) {
    let ask = Ask::post("/decode", &payloads(&[payload])).header("Origin", origin);
    send(port, ask);
}

#[test]
fn a_port_that_is_taken_is_told_with_its_owner() {
    let other = TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = other.local_addr().expect("an address").port();
    let app = TestApp::new();
    app.ok("set_port", json!({ "port": taken }));
    app.fails("start_server", Value::Null, Code::PortInUse);
    let server = line(&app, "server");
    assert_eq!(server["state"], "bad");
    let actions = server["actions"].to_string();
    assert!(actions.contains("use_port"), "{server}");
    let port = line(&app, "port");
    assert_eq!(port["state"], "bad");
    let owner = format!("(process {}).", std::process::id());
    assert!(
        port["why"].as_str().expect("a text").ends_with(&owner),
        "{port}"
    );
    app.fails("self_test", json!({ "token": "" }), Code::NotServing);
}

#[test]
fn whoever_takes_the_connection_and_says_nothing_costs_no_long_wait() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = silent.local_addr().expect("an address").port();
    let app = TestApp::new();
    app.ok("set_port", json!({ "port": taken }));
    app.fails("start_server", Value::Null, Code::PortInUse);
    let start = Instant::now();
    let port = line(&app, "port");
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(port["state"], "bad");
}

#[test]
fn a_damaged_settings_file_has_a_line() {
    let app = TestApp::new();
    assert!(
        !app.ok("check_connections", Value::Null)
            .to_string()
            .contains("settings_file")
    );
    app::write_atomically(&app.settings_file(), b"{ \"origins\": [").expect("written");
    let next = app.sibling();
    let path = app.settings_file().display().to_string();
    let file = line(&next, "settings_file");
    assert_eq!(
        (&file["state"], &file["title"]),
        (&json!("bad"), &json!("Settings file"))
    );
    assert!(
        file["fix"].as_str().expect("a text").contains(&path),
        "{file}"
    );
    let shows = json!([{ "type": "show", "place": "settings" }]);
    assert_eq!(file["actions"], shows);
    let report = next.ok("doctor_report", Value::Null)["text"].to_string();
    assert!(report.contains("[x] Settings file: "), "{report}");
}

#[test]
fn both_addresses_answer_and_looking_is_no_request() {
    let app = TestApp::new().with_sample_key();
    app.serve();
    for id in ["server", "loopback_v4", "loopback_v6", "paused", "keys"] {
        let line = line(&app, id);
        // A machine without ::1 is no fault.
        let is_fine = line["state"] == "good" || id == "loopback_v6" && line["state"] == "unknown";
        assert!(is_fine, "{line}");
    }
    let list = app.ok("list_requests", json!({ "limit": 10 }));
    assert_eq!(list["requests"], json!([]));
}

#[test]
fn a_pause_a_stranger_and_a_missing_key_are_found_and_end() {
    let app = TestApp::new().with_sample_key();
    let port = app.serve();
    ask(port, "https://temporal.corp", SEALED);
    ask(port, ORIGIN, SEALED);
    ask(port, ORIGIN, UNKNOWN_KEY);
    let stranger = line(&app, "origin https://temporal.corp");
    assert_eq!(stranger["state"], "bad");
    assert_eq!(
        stranger["actions"],
        json!([{ "type": "allow_origin", "origin": "https://temporal.corp" }])
    );
    app.ok("add_origin", json!({ "origin": "https://temporal.corp" }));
    assert_eq!(state(&app, "origin https://temporal.corp"), "unknown");

    let key = line(&app, "key prod-2024");
    assert_eq!(
        key["actions"][0],
        json!({ "type": "add_key", "id": "prod-2024" })
    );
    assert_ne!(state(&app, &format!("origin {ORIGIN}")), "good");

    app.ok("pause_server", Value::Null);
    assert_eq!(line(&app, "paused")["actions"][0]["type"], "resume");
    app.ok("resume_server", Value::Null);
    assert_eq!(state(&app, "paused"), "good");
    app.ok("lock", json!({ "forget_session_keys": true }));
    assert_eq!(line(&app, "keys")["actions"][0]["type"], "unlock");
}

#[test]
fn a_host_of_containers_is_offered_to_programs_alone() {
    let app = TestApp::new().with_sample_key();
    let port = app.serve();
    let ask = |host: &str| {
        let ask = Ask::post("/decode", &payloads(&[SEALED])).without("Host");
        ask.header("Host", host)
    };
    let allow = json!({ "type": "allow_host", "host": "host.docker.internal" });
    let newest = || {
        let list = app.ok("list_requests", json!({ "limit": 1 }));
        app.ok("request_detail", json!({ "id": list["requests"][0]["id"] }))
    };
    // A page, and hosts that cannot be allowed.
    send(
        port,
        ask("host.docker.internal:8081").header("Origin", ORIGIN),
    );
    send(port, ask("0.0.0.0:8081"));
    send(port, ask("a b"));
    let host = line(&app, "host");
    assert!(
        !host["actions"].to_string().contains("allow_host"),
        "{host}"
    );
    eventually("recorded", || newest()["request"]["id"] == 3);
    assert_eq!(newest()["allow_host"], Value::Null);

    send(port, ask("host.docker.internal:8081"));
    eventually("recorded", || newest()["request"]["id"] == 4);
    assert_eq!(newest()["allow_host"], "host.docker.internal");
    let host = line(&app, "host");
    assert_eq!(
        (&host["state"], &host["actions"][0]),
        (&json!("warning"), &allow)
    );
    app.ok(
        "add_program_host",
        json!({ "host": "host.docker.internal" }),
    );
    assert_eq!(state(&app, "host"), "unknown");
    let answer = send(port, ask("host.docker.internal:8081"));
    assert_eq!(answer.status(), 200);
}

/// Name and state of each step.
fn steps(app: &TestApp, token: &str) -> Vec<(String, String)> {
    let view = app.ok("self_test", json!({ "token": token }));
    let steps = view["steps"].as_array().expect("steps").clone();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    steps
        .iter()
        .map(|step| (text(&step["name"]), text(&step["state"])))
        .collect()
}

#[test]
fn the_self_test_goes_the_whole_way() {
    let app = TestApp::new().with_sample_key();
    app.serve();
    app.ok("switch_https", json!({ "on": true, "port": free_port() }));
    let origin = app.ok("get_settings", Value::Null)["origins"][0]
        .as_str()
        .expect("an origin")
        .to_owned();
    let good = |name: String| (name, "good".to_owned());
    let expect = [
        "Connect over http".to_owned(),
        format!("Preflight of {origin}"),
        format!("Decode for {origin}"),
        "Decode for a program".to_owned(),
        "Connect over HTTPS".to_owned(),
        "Decode over HTTPS".to_owned(),
    ]
    .map(good);
    assert_eq!(steps(&app, ""), expect);

    // It is told apart from clients, and counts as none of them.
    let mut requests = Value::Null;
    eventually("they are recorded", || {
        requests = app.ok("list_requests", json!({ "limit": 10 }))["requests"].clone();
        requests.as_array().is_some_and(|list| list.len() == 4)
    });
    for request in requests.as_array().expect("requests") {
        assert_eq!(request["client"], "This app", "{request}");
    }
    assert_eq!(state(&app, "silent"), "unknown");

    app.ok("pause_server", Value::Null);
    let paused = steps(&app, "");
    assert!(
        paused.contains(&(format!("Decode for {origin}"), "bad".to_owned())),
        "{paused:?}"
    );
    let report = app.ok("doctor_report", Value::Null)["text"].clone();
    let report = report.as_str().expect("a text");
    assert!(report.contains("[x] Not paused: "), "{report}");
    assert!(report.contains("Z\n[ok] Connect over http"), "{report}");
}

#[test]
fn the_self_test_without_a_key_and_with_rules_says_what_it_did_not_do() {
    let app = TestApp::new();
    app.serve();
    app.ok("require_program_tokens", json!({ "on": true }));
    app.ok("switch_access", json!({ "on": true }));
    let told = steps(&app, "");
    let has = |name: &str, state: &str| told.contains(&(name.to_owned(), state.to_owned()));
    assert!(has("Encode a Payload", "unknown"), "{told:?}");
    // Refused, as the rules say.
    assert!(has("Decode for a program", "good"), "{told:?}");
    assert!(
        has("Decode for a program with its token", "unknown"),
        "{told:?}"
    );
    let wrong = steps(&app, "tcodec_nobody");
    assert!(
        wrong.contains(&(
            "Decode for a program with its token".to_owned(),
            "bad".to_owned()
        )),
        "{wrong:?}"
    );
}

#[test]
fn the_report_says_when_the_self_test_ran() {
    let app = TestApp::new();
    app.serve();
    let report = || app.ok("doctor_report", Value::Null)["text"].to_string();
    assert!(
        report().contains("Self-test: not run since"),
        "{}",
        report()
    );
    let day = jiff::Timestamp::now().strftime("%Y-%m-%dT").to_string();
    steps(&app, "");
    assert!(
        report().contains(&format!("Self-test, last run {day}")),
        "{}",
        report()
    );
}

#[test]
fn nothing_of_a_client_acts_in_the_report() {
    let app = TestApp::new();
    let port = app.serve();
    ask(port, "https://evil.test/\u{202e}\u{9b}31m", SEALED);
    let ask = Ask::post("/decode", &payloads(&[SEALED]))
        .without("Host")
        .header("Host", "evil\u{202e}.test:1");
    send(port, ask);
    line(&app, "host");
    let report = app.ok("doctor_report", Value::Null)["text"].clone();
    let report = report.as_str().expect("a text");
    assert!(report.contains("https://evil.test/"), "{report}");
    let acts = |character: char| character.is_control() && character != '\n';
    assert!(
        !report.contains(acts) && !report.contains('\u{202e}'),
        "{report:?}"
    );
}
