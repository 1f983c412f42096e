//! Which program connected, as Linux tells: in Requests, in the access log and in the question for consent. The clients are real
//! processes.

use std::io::Write as _;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use support::app::{TestApp, eventually, post};
use support::cli::Home;
use support::wire::{Ask, EVIL, ORIGIN, PLAIN, SEALED, payloads};

/// A shell that asks over a connection of its own, and keeps it until it is dropped.
struct Shell(Child);

impl Shell {
    fn asks(port: u16, ask: &Ask<'_>) -> Self {
        Self::runs("bash", port, ask)
    }

    fn runs(program: &str, port: u16, ask: &Ask<'_>) -> Self {
        // The child that sends has the connection, too, for as long as it lives.
        let script =
            format!("exec 3<>/dev/tcp/127.0.0.1/{port}; cat >&3; while read -r -u 3; do :; done");
        let mut shell = Command::new(program)
            .args(["-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("a shell");
        let mut input = shell.stdin.take().expect("piped");
        input.write_all(&ask.bytes()).expect("it reads");
        drop(input);
        Shell(shell)
    }

    fn pid(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn decode() -> Ask<'static> {
    Ask::post("/decode", &payloads(&[SEALED]))
}

fn newest(app: &TestApp) -> Value {
    app.ok("list_requests", json!({ "limit": 1 }))["requests"][0].clone()
}

#[test]
fn a_request_tells_which_program_holds_its_connection() {
    let app = TestApp::new().with_sample_key();
    let port = app.serve();
    let shell = Shell::asks(port, &decode());
    eventually("a row with its program", || {
        !newest(&app)["process"].is_null()
    });
    let row = newest(&app);
    assert_eq!(
        row["process"],
        json!({ "name": "bash", "pid": shell.pid() })
    );
    let searched = row["searched"].as_str().expect("a text");
    assert!(
        searched.contains(&format!("bash (process {})", shell.pid())),
        "{row}"
    );
    let detail = app.ok("request_detail", json!({ "id": row["id"] }));
    assert_eq!(detail["request"]["process"], row["process"]);

    // A page is a program, too: what says that it is one and is none shows.
    let claims = Shell::asks(port, &decode().header("Origin", EVIL));
    eventually("refused", || newest(&app)["origin"] == EVIL);
    eventually("found", || newest(&app)["process"]["pid"] == claims.pid());

    // One that ends at once is found or is not; nobody else is named in its place.
    assert_eq!(post(port, "/decode", &payloads(&[PLAIN])).status(), 200);
    let process = &newest(&app)["process"];
    assert!(
        process.is_null() || process["pid"] == std::process::id(),
        "{process}"
    );
}

#[test]
fn a_name_is_foreign_text_and_one_that_the_system_cuts_is_told_whole() {
    let app = TestApp::new().with_sample_key();
    let port = app.serve();
    let folder = tempfile::tempdir().expect("a folder");
    for (file, name) in [
        ("a\u{202e}\n\u{1b}[31mx", "a\u{fffd}\u{fffd}\u{fffd}[31mx"),
        ("a-program-with-a-long-name", "a-program-with-a-long-name"),
    ] {
        let program = folder.path().join(file);
        std::fs::copy("/bin/bash", &program).expect("copied");
        let program = program.to_str().expect("UTF-8");
        let shell = Shell::runs(program, port, &decode());
        eventually("found", || newest(&app)["process"]["pid"] == shell.pid());
        assert_eq!(newest(&app)["process"]["name"], name, "{file:?}");
    }
}

#[test]
fn the_access_log_and_the_question_for_consent_tell_it() {
    let home = Home::new();
    let keys = home.sample_keys();
    let log = home.path().join("log.jsonl");
    let path = log.to_str().expect("UTF-8");
    let serving = home.serve(&["--port", "0", "--keys", &keys, "--access-log", path]);
    let shell = Shell::asks(serving.port(), &decode());
    let read = || std::fs::read_to_string(&log).unwrap_or_default();
    eventually("a line", || read().lines().count() == 1);
    let line: Value = serde_json::from_str(read().trim_end()).expect("JSON");
    assert_eq!(
        (&line["process"], &line["pid"]),
        (&json!("bash"), &json!(shell.pid()))
    );
    drop(serving);

    let app = TestApp::new().with_sample_key();
    let _window = app.app.events();
    let port = app.serve();
    app.ok(
        "switch_consent",
        json!({ "on": true, "unlisted_pages": false }),
    );
    let shell = Shell::asks(port, &decode().header("Origin", ORIGIN));
    let mut question = Value::Null;
    eventually("a question is asked", || {
        question = app.ok("list_consent", Value::Null)["questions"][0].clone();
        !question.is_null()
    });
    assert_eq!(
        question["process"],
        format!("bash (process {})", shell.pid())
    );
}
