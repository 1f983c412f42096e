//! Which program connected, as Linux tells: in Requests, in the access log and in the question for consent. The clients are real
//! processes.

use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::app::{TestApp, post};
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

/// What is told, once it is told of one of these clients. A look ends after a tenth of a second, and on a busy machine it may find
/// nothing by then: whoever connects anew is looked for anew.
#[track_caller]
fn told<T>(start: impl Fn() -> Shell, look: impl Fn(&Shell) -> Option<T>) -> (Shell, T) {
    for _ in 0..20 {
        let shell = start();
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(3) {
            if let Some(told) = look(&shell) {
                return (shell, told);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
    panic!("none of twenty connections was found");
}

/// The newest request, once its program is told.
#[track_caller]
fn row_of(app: &TestApp, start: impl Fn() -> Shell) -> (Shell, Value) {
    told(start, |shell| {
        let row = newest(app);
        (row["process"]["pid"] == shell.pid()).then_some(row)
    })
}

fn newest(app: &TestApp) -> Value {
    app.ok("list_requests", json!({ "limit": 1 }))["requests"][0].clone()
}

#[test]
fn a_request_tells_which_program_holds_its_connection() {
    let app = TestApp::new().with_sample_key();
    let port = app.serve();
    let (shell, row) = row_of(&app, || Shell::asks(port, &decode()));
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
    let (_claims, row) = row_of(&app, || Shell::asks(port, &decode().header("Origin", EVIL)));
    assert_eq!(row["origin"], EVIL);

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
        let (_shell, row) = row_of(&app, || Shell::runs(program, port, &decode()));
        assert_eq!(row["process"]["name"], name, "{file:?}");
    }
}

#[test]
fn the_access_log_and_the_question_for_consent_tell_it() {
    let home = Home::new();
    let keys = home.sample_keys();
    let log = home.path().join("log.jsonl");
    let path = log.to_str().expect("UTF-8");
    let serving = home.serve(&["--port", "0", "--keys", &keys, "--access-log", path]);
    let (_shell, line) = told(
        || Shell::asks(serving.port(), &decode()),
        |shell| {
            let text = std::fs::read_to_string(&log).ok()?;
            let line: Value = serde_json::from_str(text.lines().last()?).ok()?;
            (line["pid"] == shell.pid()).then_some(line)
        },
    );
    assert_eq!(line["process"], "bash");
    drop(serving);

    let app = TestApp::new().with_sample_key();
    let _window = app.app.events();
    let port = app.serve();
    app.ok(
        "switch_consent",
        json!({ "on": true, "unlisted_pages": false }),
    );
    // Each asks for a Namespace of its own, so that each is a question.
    let n = AtomicU32::new(0);
    told(
        || {
            let namespace = format!("n{}", n.fetch_add(1, Ordering::Relaxed));
            let ask = decode().header("Origin", ORIGIN);
            Shell::asks(port, &ask.header("X-Namespace", &namespace))
        },
        |shell| {
            let view = app.ok("list_consent", Value::Null);
            let process = format!("bash (process {})", shell.pid());
            let questions = view["questions"].as_array()?;
            questions
                .iter()
                .any(|question| question["process"] == process)
                .then_some(())
        },
    );
}
