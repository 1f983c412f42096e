//! Data keys that an extension server of Temporal Proxy unwraps, end to end, against gRPC's own server for Python. What is no gRPC
//! server at all is played by sockets.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use support::app::TestApp;
use support::cli::{Home, Ran};
use support::extension::ExtensionServer;
use support::wire::PLAIN;
use temporal_payload::Payload;

use super::wrapped_keys::{check_decoded, list, sealed_by_proxy};

const WRAPPED_BY: &str = "extension://kms/payloads";

/// A Payload with the data key `[n; 32]`, which stands in it like this.
fn sealed(n: u8, wrapped: &[u8]) -> Payload {
    sealed_by_proxy(WRAPPED_BY, n, wrapped)
}

/// A file of keys whose data keys this server unwraps, within a second.
fn keys(home: &Home, server: &str) -> String {
    let file = json!({
        "keys": [],
        "wrapped_keys": [{"wrapped_by": ["extension://*"], "command": server, "seconds": 1}],
    });
    home.file("keys.json", file.to_string())
}

#[test]
fn two_hundred_payloads_of_three_data_keys_are_three_questions_to_the_server() {
    let home = Home::new();
    let extension = ExtensionServer::start(&home.path());
    let file = keys(&home, extension.address());
    let server = home.serve(&["--keys", &file, "--port", "0"]);
    let payloads: Vec<Payload> = (0..200)
        .map(|n| n % 3 + 1)
        .map(|n| sealed(n, &ExtensionServer::wrap(&[n; 32])))
        .collect();
    let body = list(&payloads);
    // Side by side, and once more when they are held.
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| check_decoded(&server, &body));
        }
    });
    check_decoded(&server, &body);
    let questions = extension.questions();
    assert_eq!(questions.len(), 3, "{questions:?}");
    for question in questions {
        // It is told how long it has, and nothing but the wrapped key.
        assert_eq!(question["metadata"], json!(["user-agent"]));
        let left = question["left"].as_f64().expect("a deadline");
        assert!(left <= 2.0, "{left}");
    }
    let ended = server.end("TERM");
    let said = format!("this server is asked: {}", extension.address());
    assert!(ended.stderr.contains(&said), "{}", ended.stderr);
}

/// A Payload that is not decoded beside one that needs no data key; who is asked is said.
#[track_caller]
fn check_refused(home: &Home, server: &str, wrapped: &[u8], reason: &str) -> Ran {
    let input = format!(
        "{{\"payloads\":[{},{PLAIN}]}}",
        sealed(1, wrapped).to_json()
    );
    let start = Instant::now();
    let ran = home.run(&["decode", "--keys", &keys(home, server)], input.as_bytes());
    assert_eq!(ran.status, Some(2), "{reason}: {}", ran.stderr);
    let at = server.trim_start_matches("grpc://");
    let said = format!(
        "/payloads/0: The data key that \"{WRAPPED_BY}\" wraps was not unwrapped: {}",
        reason.replace("SERVER", &format!("the extension server at {at}"))
    );
    assert!(ran.stderr.contains(&said), "{said}\n{}", ran.stderr);
    assert!(start.elapsed() < Duration::from_secs(8), "{reason}");
    ran
}

#[test]
fn each_answer_that_is_no_data_key_has_its_reason() {
    let home = Home::new();
    let extension = ExtensionServer::start(&home.path());
    let wrapped = ExtensionServer::wrapped;
    for (wrapped, reason) in [
        (
            wrapped("denied", b""),
            "SERVER denied access (PERMISSION_DENIED: not yours\u{fffd}\u{fffd}[31m).",
        ),
        (
            wrapped("unknown", b""),
            "SERVER asks for a credential, and none is sent (UNAUTHENTICATED: missing bearer token).",
        ),
        (
            wrapped("away", b""),
            "SERVER is not available (UNAVAILABLE: HSM is rebooting).",
        ),
        (
            wrapped("inside", b""),
            "SERVER did not unwrap it (INTERNAL).",
        ),
        (
            wrapped("slow", &[1; 32]),
            "SERVER did not answer within 1 seconds.",
        ),
        (
            wrapped("key", b"short"),
            "SERVER gave 5 bytes, and a data key has 16, 24 or 32.",
        ),
        // The server gives bytes, so that no spelling is guessed.
        (
            ExtensionServer::wrap(b"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="),
            "SERVER gave 44 bytes, and a data key has 16, 24 or 32.",
        ),
        (
            wrapped("garbage", b"\x0a\xff\x7f"),
            "SERVER answered what is not gRPC.",
        ),
        (wrapped("large", b""), "SERVER answered more than 16 KiB."),
    ] {
        let before = extension.questions().len();
        check_refused(&home, extension.address(), &wrapped, reason);
        assert_eq!(extension.questions().len(), before + 1, "{reason}");
    }
}

/// The tag says so, as with a key that a command prints.
#[test]
fn another_data_key_of_a_server_opens_nothing() {
    let home = Home::new();
    let extension = ExtensionServer::start(&home.path());
    let input = sealed(1, &ExtensionServer::wrap(&[2; 32])).to_json();
    let file = keys(&home, extension.address());
    let ran = home.run(&["decode", "--keys", &file], input.as_bytes());
    assert_eq!(ran.status, Some(2));
    assert!(ran.stderr.contains("does not open it"), "{}", ran.stderr);
}

/// Answers each connection with these bytes, once something came.
fn socket(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("bound");
    // Ends with the test's process.
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            thread::spawn(move || {
                let _ = stream.read(&mut [0; 1024]);
                let _ = stream.write_all(answer);
                // Whoever wants more waits for it.
                while matches!(stream.read(&mut [0; 1024]), Ok(1..)) {}
            });
        }
    });
    format!("grpc://{address}")
}

#[test]
fn what_is_no_grpc_server_is_named_for_what_it_is() {
    let home = Home::new();
    let wrapped = ExtensionServer::wrap(&[1; 32]);
    for answer in [
        &b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"[..],
        &[0xff; 64],
        b"SSH-2.0-OpenSSH_9.6\r\n",
    ] {
        let reason = "SERVER answered what is not gRPC.";
        check_refused(&home, &socket(answer), &wrapped, reason);
    }
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    let nobody = format!("grpc://{}", free.local_addr().expect("bound"));
    drop(free);
    let reason = "SERVER cannot be reached (connection refused).";
    let ran = check_refused(&home, &nobody, &wrapped, reason);
    assert!(ran.stderr.contains("Start the server"), "{}", ran.stderr);
}

/// A server that is there and says nothing is given up on in time.
#[test]
fn a_silent_server_is_given_up_on() {
    let home = Home::new();
    let wrapped = ExtensionServer::wrap(&[1; 32]);
    let reason = "SERVER did not answer within 1 seconds.";
    check_refused(&home, &socket(b""), &wrapped, reason);
}

#[test]
fn a_server_of_another_machine_is_refused_with_its_place() {
    let home = Home::new();
    for (address, reason) in [
        ("grpc://10.0.0.1:9443", "has to be on this computer"),
        ("grpc://kms.example.com:9443", "has to be on this computer"),
        ("https://127.0.0.1:9443", "begins with grpc://"),
        ("grpc://127.0.0.1", "is a host and a port"),
    ] {
        let ran = home.run(&["decode", "--keys", &keys(&home, address)], b"{}");
        assert_eq!(ran.status, Some(1), "{address}");
        let said = ran.stderr.contains("\"wrapped_keys\" 1: ") && ran.stderr.contains(reason);
        assert!(said, "{}", ran.stderr);
    }
}

/// As a command: shown in full, by the system, before the first question; and never again.
#[test]
fn a_server_is_asked_after_the_desktop_showed_its_address() {
    let app = TestApp::new();
    let extension = ExtensionServer::start(app.folder().path());
    let saved = json!({"wrapped_by": ["extension://*"], "command": extension.address()});
    let view = app.ok("save_wrapped_keys", saved);
    assert_eq!(view["sources"][0]["confirmed"], false);
    let source = sealed(7, &ExtensionServer::wrap(&[7; 32])).to_json();
    let inspect = || {
        let inspected = app.ok("inspect", json!({"source": source}));
        let document = inspected["document"].clone();
        app.ok("inspect_payload", json!({"document": document, "index": 0}))
            .to_string()
    };
    assert!(inspect().contains("has not been confirmed"));
    assert!(extension.questions().is_empty());

    let test = json!({"place": 0, "source": source});
    app.fails("test_wrapped_keys", test.clone(), app::Code::Command);
    let (title, text) = app.desktop.told().asked.swap_remove(0);
    assert_eq!(title, "Ask this server?");
    assert!(text.contains(extension.address()), "{text}");
    assert!(extension.questions().is_empty());

    app.desktop.agree(true);
    let tested = app.ok("test_wrapped_keys", test.clone());
    assert_eq!(tested, json!({"bits": 256, "opens": true}));
    app.desktop.agree(false);
    app.ok("test_wrapped_keys", test);
    assert!(inspect().contains("hello"));
    assert_eq!(extension.questions().len(), 1);
    assert_eq!(
        app.ok("lock", json!({"forget_session_keys": true}))["locked"],
        true
    );
    assert_eq!(app.ok("list_wrapped_keys", json!(null))["n_held"], 0);
}
