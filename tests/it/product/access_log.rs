//! The access log: who asked for what, and never content, in the file of `serve --access-log` and in exports of the window.

use std::time::Duration;

use access::NewProgramToken;
use serde_json::{Value, json};
use support::app::{TestApp, eventually, send};
use support::cli::Home;
use support::wire::{Ask, EVIL, PLAIN, SEALED, payloads};

/// Inside of [`PLAIN`] and [`SEALED`].
const CONTENT: [&str; 3] = ["My Secret", "TXkgU2VjcmV0", "IlxK"];

#[test]
fn each_request_is_a_line_that_says_who_what_how_many_and_which_keys() {
    let made = NewProgramToken::make("ci").expect("random");
    let home = Home::new();
    let rules = json!({
        "programs": [made.entry],
        "rules": [{"name": "CI", "when": {"program": "ci", "namespace": "prod"}, "then": "decode"}],
    });
    let access = home.file("access.json", rules.to_string());
    let keys = home.sample_keys();
    let log = home.path().join("log.jsonl");
    let path = log.to_str().expect("UTF-8");
    let arguments = [
        "--port",
        "0",
        "--keys",
        &keys,
        "--access",
        &access,
        "--access-log",
        path,
    ];
    let serving = home.serve(&arguments);
    let bearer = format!("Bearer {}", made.token.as_str());
    let decode = Ask::post("/decode", &payloads(&[SEALED, PLAIN]));
    let allowed = decode.clone().header("Authorization", &bearer);
    send(
        serving.port(),
        allowed.clone().header("X-Namespace", "prod"),
    );
    send(serving.port(), allowed.header("X-Namespace", "other"));
    send(serving.port(), decode.header("Origin", EVIL));
    send(serving.port(), Ask::new("GET", "/health"));

    let read = || std::fs::read_to_string(&log).unwrap_or_default();
    eventually("three lines", || read().lines().count() == 3);
    let ended = serving.end("TERM");
    assert_eq!(ended.status, Some(0), "{}", ended.stderr);
    let text = read();
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert!(
        lines[0]["time"]
            .as_str()
            .is_some_and(|time| time.ends_with('Z'))
    );
    for (line, name, expect) in [
        (0, "operation", json!("decode")),
        (0, "namespace", json!("prod")),
        (0, "program", json!("ci")),
        (0, "rule", json!("CI")),
        (0, "payloads", json!(2)),
        (0, "decoded", json!(1)),
        (0, "keys", json!(["test-key-id"])),
        (0, "status", json!(200)),
        (0, "result", json!("OK")),
        (1, "namespace", json!("other")),
        (1, "program", json!("ci")),
        (1, "status", json!(403)),
        (2, "origin", json!(EVIL)),
        (2, "program", Value::Null),
        (2, "result", json!("ORIGIN_NOT_ALLOWED")),
    ] {
        assert_eq!(lines[line][name], expect, "{name} of {}", lines[line]);
    }
    for secret in CONTENT.iter().copied().chain([made.token.as_str()]) {
        assert!(!text.contains(secret), "{secret}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&log).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let nowhere = home.path().join("no/such/log.jsonl");
    let nowhere = nowhere.to_str().expect("UTF-8");
    let ran = home.run(
        &[
            "serve",
            "--port",
            "0",
            "--keys",
            &keys,
            "--access-log",
            nowhere,
        ],
        b"",
    );
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
    assert!(ran.stderr.contains("could not be opened"), "{}", ran.stderr);
}

#[test]
fn the_window_exports_what_the_list_holds() {
    let app = TestApp::new().with_sample_key();
    let port = app.serve();
    send(
        port,
        Ask::post("/decode", &payloads(&[SEALED])).header("X-Namespace", "orders"),
    );
    send(
        port,
        Ask::post("/decode", &payloads(&[SEALED])).header("Origin", EVIL),
    );
    let n_requests = || {
        let list = app.ok("list_requests", json!({ "limit": 10 }));
        list["requests"].as_array().map(Vec::len)
    };
    eventually("two requests", || n_requests() == Some(2));
    std::thread::sleep(Duration::from_millis(10));
    let export = |name: &str, format: &str| {
        let path = app.folder().path().join(name);
        let file = app.ticket_for_new("export_access_log", &path);
        app.ok(
            "export_access_log",
            json!({ "file": file, "format": format }),
        );
        std::fs::read_to_string(&path).expect("written")
    };
    let entries: Value = serde_json::from_str(&export("a.json", "json")).expect("JSON");
    assert_eq!(entries.as_array().map(Vec::len), Some(2), "{entries}");
    assert_eq!(entries[0]["namespace"], "orders");
    assert_eq!(entries[1]["result"], "ORIGIN_NOT_ALLOWED");
    let csv = export("a.csv", "csv");
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert!(csv.contains("\"decode\",\"orders\""), "{csv}");
    for secret in CONTENT {
        assert!(!csv.contains(secret) && !entries.to_string().contains(secret));
    }
    app.ok("clear_requests", Value::Null);
    assert_eq!(
        export("b.json", "json"),
        "[\n]\n",
        "what was cleared is gone"
    );
}
