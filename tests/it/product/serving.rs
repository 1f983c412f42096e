//! The app serves: over a real socket, with the settings and keys of now, and tells what happened.

use app::AppEvent;
use app::view::ServerState;
use serde_json::{Value, json};
use support::app::{TestApp, eventually, post, send};
use support::server::SAMPLE_KEY;
use support::wire::{Ask, EVIL, ORIGIN, PLAIN, SEALED, UNKNOWN_KEY, payloads};

fn sample_key() -> String {
    String::from_utf8(SAMPLE_KEY.to_vec()).expect("ASCII")
}

#[test]
fn a_key_counts_from_the_next_request_and_so_does_its_removal() {
    let app = TestApp::new();
    let port = app.serve();
    let sealed = payloads(&[SEALED]);
    let plain = payloads(&[PLAIN]);
    assert_eq!(post(port, "/decode", &sealed).body, sealed);
    let refused = post(port, "/encode", &plain);
    assert_eq!(refused.status(), 422, "{}", refused.head);

    let handle = app.import("test-key-id", &sample_key(), "utf8", "keychain");
    assert_eq!(post(port, "/decode", &sealed).body, plain);
    let encoded = post(port, "/encode", &plain);
    assert_eq!(encoded.status(), 200);
    assert_ne!(encoded.body, plain);
    assert_eq!(post(port, "/decode", &encoded.body).body, plain);

    app.ok(
        "remove_key",
        json!({ "handle": handle, "even_if_used": true }),
    );
    assert_eq!(post(port, "/decode", &sealed).body, sealed);
    let refused = post(port, "/encode", &plain);
    assert_eq!(refused.status(), 422);
    assert!(!refused.body.contains("payloads"), "{}", refused.body);
}

#[test]
fn a_renamed_key_answers_to_its_new_id_alone() {
    let app = TestApp::new();
    let port = app.serve();
    let handle = app.import("test-key-id", &sample_key(), "utf8", "session");
    app.ok(
        "rename_key",
        json!({ "handle": handle, "id": "other", "label": "" }),
    );
    let sealed = payloads(&[SEALED]);
    assert_eq!(post(port, "/decode", &sealed).body, sealed);
    // "other", in base64
    let renamed = payloads(&[&SEALED.replace("dGVzdC1rZXktaWQ=", "b3RoZXI=")]);
    assert_eq!(post(port, "/decode", &renamed).body, payloads(&[PLAIN]));
}

#[test]
fn an_origin_counts_from_the_next_request() {
    let app = TestApp::new();
    let port = app.serve();
    let ask = || {
        let body = payloads(&[PLAIN]);
        send(port, Ask::post("/decode", &body).header("Origin", EVIL))
    };
    assert_eq!(ask().status_line(), "403 Origin not allowed");
    app.ok("add_origin", json!({ "origin": EVIL }));
    let answer = ask();
    assert_eq!(answer.status(), 200);
    assert!(answer.head.contains("http://evil.test"), "{}", answer.head);
    app.ok("remove_origin", json!({ "origin": EVIL }));
    assert_eq!(ask().status_line(), "403 Origin not allowed");
}

#[test]
fn a_host_for_programs_counts_from_the_next_request_and_can_be_taken_back() {
    let app = TestApp::new().with_sample_key();
    let port = app.serve();
    let ask = |origin: Option<&str>| {
        let ask = Ask::post("/decode", &payloads(&[SEALED])).without("Host");
        let ask = ask.header("Host", &format!("host.docker.internal:{port}"));
        let ask = origin
            .into_iter()
            .fold(ask, |ask, origin| ask.header("Origin", origin));
        send(port, ask)
    };
    let refused = "403 Host not allowed";
    assert_eq!(ask(None).status_line(), refused);
    let typed = json!({ "host": format!("http://Host.docker.internal:{port}") });
    let added = app.ok("add_program_host", typed);
    assert_eq!(added["program_hosts"], json!(["host.docker.internal"]));
    assert_eq!(ask(None).body, payloads(&[PLAIN]));
    assert_eq!(ask(Some(ORIGIN)).status_line(), refused);
    app.ok("undo_settings", json!({ "change": added["change"] }));
    assert_eq!(ask(None).status_line(), refused);

    app.ok(
        "add_program_host",
        json!({ "host": "host.docker.internal" }),
    );
    assert_eq!(ask(None).status(), 200);
    // The next start serves it, too.
    let next = app.sibling().ok("get_settings", Value::Null);
    assert_eq!(next["program_hosts"], json!(["host.docker.internal"]));
    app.ok(
        "remove_program_host",
        json!({ "host": "host.docker.internal" }),
    );
    assert_eq!(ask(None).status_line(), refused);
}

#[test]
fn the_policy_counts_from_the_next_request() {
    let app = TestApp::new().with_sample_key();
    let port = app.serve();
    let mixed = payloads(&[SEALED, UNKNOWN_KEY]);
    let unknown = payloads(&[UNKNOWN_KEY]);
    let page = |body: &str| send(port, Ask::post("/decode", body).header("Origin", ORIGIN));
    for (policy, program, page_of_unknown) in [
        ("explain", 200, "422 Key not found: prod-2024"),
        ("fail", 422, "422 Key not found: prod-2024"),
        ("pass", 200, "200 OK"),
    ] {
        app.ok("update_settings", json!({ "undecodable": policy }));
        assert_eq!(post(port, "/decode", &mixed).status(), program, "{policy}");
        assert_eq!(page(&unknown).status_line(), page_of_unknown, "{policy}");
    }
}

#[test]
fn compression_is_put_inside_the_encryption() {
    let app = TestApp::new().with_sample_key();
    let port = app.serve();
    let long = json!({ "metadata": { "encoding": "anNvbi9wbGFpbg==" }, "data": "IkFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBIg==" });
    let plain = format!("{{\"payloads\":[{long}]}}");
    for (compression, layers) in [
        ("none", json!(["encrypted · test-key-id", "json/plain"])),
        (
            "zlib",
            json!(["encrypted · test-key-id", "zlib", "json/plain"]),
        ),
        (
            "gzip",
            json!(["encrypted · test-key-id", "gzip", "json/plain"]),
        ),
        (
            "snappy",
            json!(["encrypted · test-key-id", "snappy", "json/plain"]),
        ),
        (
            "zstd",
            json!(["encrypted · test-key-id", "zstd", "json/plain"]),
        ),
    ] {
        app.ok("update_settings", json!({ "compression": compression }));
        let encoded = post(port, "/encode", &plain);
        assert_eq!(encoded.status(), 200, "{compression}: {}", encoded.body);
        let shown = app.ok("inspect", json!({ "source": encoded.body }));
        assert_eq!(shown["rows"][0]["layers"], layers, "{compression}");
    }
}

#[test]
fn starting_twice_and_stopping_twice_change_nothing() {
    let app = TestApp::new();
    let port = app.serve();
    let again = app.ok("start_server", Value::Null);
    assert_eq!(again["endpoint"], format!("http://127.0.0.1:{port}"));
    assert_eq!(again["listening"][0], format!("http://127.0.0.1:{port}"));
    let stopped = app.ok("stop_server", Value::Null);
    assert_eq!(stopped["state"], "stopped");
    assert_eq!(stopped["started"], Value::Null);
    assert_eq!(app.ok("stop_server", Value::Null)["state"], "stopped");
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
fn ids_and_sums_go_on_over_a_restart_and_a_clearing() {
    let app = TestApp::new().with_sample_key();
    let port = app.serve();
    post(port, "/decode", &payloads(&[SEALED, UNKNOWN_KEY]));
    post(port, "/nothing", "{}");
    app.ok("stop_server", Value::Null);
    let port = app.serve();
    post(port, "/decode", &payloads(&[SEALED]));

    let list = || app.ok("list_requests", json!({ "limit": 10 }))["requests"].clone();
    eventually("three requests", || {
        list().as_array().map(Vec::len) == Some(3)
    });
    let requests = list();
    let field = |name: &str| -> Vec<Value> {
        let requests = requests.as_array().expect("a list");
        requests
            .iter()
            .map(|request| request[name].clone())
            .collect()
    };
    assert_eq!(field("id"), [3, 2, 1], "newest first");
    assert_eq!(field("operation"), ["decode", "unknown", "decode"]);
    assert_eq!(
        field("result"),
        ["Decoded", "Path not found", "Key not found: 1 of 2"]
    );
    assert_eq!(field("tone"), ["ok", "error", "warning"]);
    assert_eq!(field("status"), [200, 404, 200]);
    let detail = app.ok("request_detail", json!({ "id": 1 }));
    let reason = &detail["reasons"][0];
    assert_eq!(reason["payload"], 1);
    assert_eq!(reason["code"], "KEY_NOT_FOUND");
    assert_eq!(reason["message"], "key \"prod-2024\" was not found");
    assert!(
        reason["hint"]
            .as_str()
            .expect("a hint")
            .contains("Add the key")
    );
    assert_eq!(requests[2]["keys"], json!(["test-key-id"]));

    let sums = json!({ "requests": 3, "errors": 1, "payloads": 2, "undecodable": 1 });
    assert_eq!(app.ok("server_status", Value::Null)["counts"], sums);
    assert_eq!(app.ok("clear_requests", Value::Null)["requests"], json!([]));
    assert_eq!(list(), json!([]));
    assert_eq!(app.ok("server_status", Value::Null)["counts"], sums);
    post(port, "/decode", "{}");
    eventually("a fourth request", || list()[0]["id"] == 4);
    assert_eq!(
        app.ok("list_requests", json!({ "limit": 0 }))["requests"],
        json!([])
    );
}

#[test]
fn every_change_is_an_event() {
    let app = TestApp::new();
    let mut events = app.app.events();
    let port = app.serve();
    app.wait_for(&mut events, |event| match event {
        AppEvent::ServerChanged { server } => {
            assert_eq!(server.state, ServerState::Serving);
            Some(())
        }
        _ => None,
    });
    app.import("test-key-id", &sample_key(), "utf8", "session");
    let keys = app.wait_for(&mut events, |event| match event {
        AppEvent::KeysChanged { keys } => Some(keys),
        _ => None,
    });
    assert_eq!(keys.keys[0].id, "test-key-id");
    assert!(keys.encode_key.is_some());
    app.ok("update_settings", json!({ "undecodable": "pass" }));
    app.wait_for(&mut events, |event| match event {
        AppEvent::SettingsChanged { settings }
            if settings.undecodable == app::view::Undecodable::Pass =>
        {
            Some(())
        }
        _ => None,
    });
    app.ok("stop_server", Value::Null);
    app.wait_for(&mut events, |event| match event {
        AppEvent::ServerChanged { server } => {
            assert_eq!(server.state, ServerState::Stopped);
            Some(())
        }
        _ => None,
    });
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
fn requests_are_told_as_they_come_oldest_first_with_the_sums() {
    let app = TestApp::new().with_sample_key();
    let port = app.serve();
    let mut events = app.app.events();
    for _ in 0..5 {
        post(port, "/decode", &payloads(&[SEALED]));
    }
    let mut told = Vec::new();
    let counts = app.wait_for(&mut events, |event| match event {
        AppEvent::RequestsRecorded { requests, counts } => {
            told.extend(requests.iter().map(|request| request.id));
            (told.len() == 5).then_some(counts)
        }
        _ => None,
    });
    assert_eq!(told, [1, 2, 3, 4, 5]);
    assert_eq!((counts.requests, counts.payloads), (5, 5));
    assert_eq!(
        app.ok("server_status", Value::Null)["counts"]["requests"],
        5
    );
}

#[test]
fn a_page_that_got_nothing_readable_is_worth_a_notification() {
    let app = TestApp::new();
    let port = app.serve();
    let unknown = payloads(&[UNKNOWN_KEY]);
    let mut events = app.app.events();
    let mut next = || {
        app.wait_for(&mut events, |event| match event {
            AppEvent::RequestsRecorded { requests, .. } => Some(requests),
            _ => None,
        })
    };
    post(port, "/decode", &unknown);
    assert_eq!(
        app.app.requests().undecodable_notice(&next()),
        None,
        "a program has its own text"
    );
    send(
        port,
        Ask::post("/decode", &unknown).header("Origin", ORIGIN),
    );
    let page = next();
    assert_eq!(
        app.app.requests().undecodable_notice(&page).as_deref(),
        Some("Key \"prod-2024\" was not found.")
    );
    app.ok("update_settings", json!({ "notify_undecodable": false }));
    assert_eq!(app.app.requests().undecodable_notice(&page), None);
}

#[test]
fn launching_reads_the_keys_and_serves_as_the_settings_say() {
    let first = TestApp::new();
    first.import("test-key-id", &sample_key(), "utf8", "keychain");
    let port = first.serve_on_set_port();
    first.ok("stop_server", Value::Null);

    let app = first.sibling();
    app.app.launch();
    eventually("it serves", || {
        app.ok("server_status", Value::Null)["state"] == "serving"
    });
    assert_eq!(
        post(port, "/decode", &payloads(&[SEALED])).body,
        payloads(&[PLAIN])
    );
    app.app.shut_down();
    assert_eq!(app.ok("server_status", Value::Null)["state"], "stopped");

    first.ok(
        "update_settings",
        json!({ "start_server_on_launch": false }),
    );
    let app = first.sibling();
    let mut events = app.app.events();
    app.app.launch();
    app.wait_for(&mut events, |event| {
        matches!(event, AppEvent::KeysChanged { .. }).then_some(())
    });
    assert_eq!(app.ok("server_status", Value::Null)["state"], "stopped");
}

#[test]
fn a_key_that_is_here_and_not_used_is_not_called_missing() {
    let app = TestApp::new();
    let port = app.serve();
    let handle = app.import("test-key-id", &sample_key(), "utf8", "keychain");
    app.ok("set_encode_key", json!({ "handle": null }));
    let sealed = payloads(&[SEALED]);
    let ask = |namespace: Option<&str>| {
        let ask = Ask::post("/decode", &sealed).header("Origin", ORIGIN);
        send(
            port,
            match namespace {
                Some(namespace) => ask.header("X-Namespace", namespace),
                None => ask,
            },
        )
    };
    // What the page, the list of requests and the inspector say.
    let check =
        |namespace: Option<&str>, status_line: &str, code: &str, reason: &str, now: &str| {
            let answer = ask(namespace);
            let expect = format!("HTTP/1.1 422 {status_line}: test-key-id");
            assert_eq!(answer.head.lines().next(), Some(expect.as_str()));
            assert_eq!(answer.body, format!("{reason} (payload 1 of 1)\n"));
            let newest = || app.ok("list_requests", json!({ "limit": 1 }))["requests"][0].clone();
            eventually("the request", || newest()["status"] == 422);
            let detail = app.ok("request_detail", json!({ "id": newest()["id"] }));
            let said = &detail["reasons"][0];
            assert_eq!(
                (&said["code"], &said["message"]),
                (&json!(code), &json!(reason))
            );
            assert_eq!(said["hint"], now);
            assert_eq!(said["missing_key"], Value::Null, "nothing to add");
            assert_eq!(
                detail["layers"][0]["layers"],
                json!(["encrypted · test-key-id"])
            );

            let request = json!({ "source": SEALED, "namespace": namespace });
            let document = app.ok("inspect", request)["document"].clone();
            let request = json!({ "document": document, "index": 0 });
            let payload = app.ok("inspect_payload", request);
            let error = &payload["error"];
            assert_eq!(error["message"], format!("K{}.", &reason[1..]));
            assert_eq!(
                (&error["hint"], &error["code"]),
                (&json!(now), &json!("key_withheld"))
            );
            assert_eq!(
                payload["missing_key"], "test-key-id",
                "so that it can be restored there"
            );
            app.ok("clear_requests", Value::Null);
        };
    let opens = |namespace: Option<&str>| {
        assert_eq!(ask(namespace).body, payloads(&[PLAIN]), "{namespace:?}");
        app.ok("clear_requests", Value::Null);
    };

    opens(None);
    app.ok("retire_key", json!({ "handle": handle }));
    check(
        Some("orders"),
        "Key is retired",
        "KEY_RETIRED",
        "key \"test-key-id\" is retired",
        "Restore the key in Keys; no restart is needed.",
    );
    app.ok("restore_key", json!({ "handle": handle }));
    opens(Some("orders"));

    let limit = |formats: Value, namespaces: Value| {
        let usage = json!({ "handle": handle, "formats": formats, "namespaces": namespaces });
        app.ok("set_key_usage", usage);
    };
    limit(json!([]), json!(["orders", "billing-*"]));
    let elsewhere =
        "Use one of the key’s Namespaces, or change them in Keys; no restart is needed.";
    check(
        Some("shipping"),
        "Key is not used in this Namespace",
        "KEY_NOT_FOR_NAMESPACE",
        "key \"test-key-id\" is not used in Namespace shipping",
        elsewhere,
    );
    check(
        None,
        "Key is not used in this Namespace",
        "KEY_NOT_FOR_NAMESPACE",
        "key \"test-key-id\" is used only in Namespace orders, billing-*",
        elsewhere,
    );
    opens(Some("orders"));
    opens(Some("billing-eu"));

    limit(json!(["kuflow"]), json!([]));
    check(
        None,
        "Key is not used with this format or profile",
        "KEY_NOT_USED",
        "key \"test-key-id\" is not used with this format or profile",
        "Change the key’s formats in Keys, or the profile’s keys in Namespaces.",
    );
    limit(json!([]), json!([]));
    opens(None);
    app.ok("lock", json!({ "forget_session_keys": true }));
    let locked = ask(None);
    assert_eq!(locked.status(), 423, "{}", locked.head);
    assert!(!locked.body.contains("retired") && !locked.body.contains("not used"));
}
