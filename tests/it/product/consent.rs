//! Consent: the user is asked in the window before somebody new is served, answers hold as long as they say, and nobody is asked where
//! there is no window.

use std::thread;

use serde_json::{Value, json};
use support::app::{Answer, TestApp, answer as answered, eventually, exchange, post, send};
use support::wire::{Ask, ORIGIN, SEALED, payloads};

fn page(port: u16, namespace: &str) -> thread::JoinHandle<Answer> {
    let ask = Ask::post("/decode", &payloads(&[SEALED])).header("Origin", ORIGIN);
    let ask = ask
        .header("X-Namespace", namespace)
        .header("Connection", "close");
    let ask = ask.bytes();
    thread::spawn(move || answered(&exchange(port, &ask)))
}

pub(super) fn question(app: &TestApp) -> Value {
    let mut question = Value::Null;
    eventually("a question is asked", || {
        question = app.ok("list_consent", Value::Null)["questions"][0].clone();
        !question.is_null()
    });
    question
}

pub(super) fn answer(app: &TestApp, question: &Value, answer: &str) -> Value {
    app.ok(
        "answer_consent",
        json!({ "number": question["number"], "answer": answer }),
    )
}

#[test]
fn the_window_is_asked_and_its_answers_hold() {
    let app = TestApp::new().with_sample_key();
    let _window = app.app.events();
    let port = app.serve();
    app.ok(
        "switch_consent",
        json!({ "on": true, "unlisted_pages": false }),
    );

    let waits = page(port, "orders");
    let asked = question(&app);
    assert_eq!(asked["kind"], "page");
    assert_eq!(asked["name"], ORIGIN);
    assert_eq!(asked["namespace"], "orders");
    assert_eq!(asked["n_payloads"], 1);
    let view = answer(&app, &asked, "always");
    assert_eq!(view["questions"], json!([]));
    assert_eq!(waits.join().expect("answered").status_line(), "200 OK");
    assert_eq!(
        page(port, "orders").join().expect("answered").status(),
        200,
        "remembered"
    );

    // Another Namespace is another question, and a no is remembered as well.
    let waits = page(port, "billing");
    let asked = question(&app);
    assert_eq!(asked["namespace"], "billing");
    answer(&app, &asked, "deny");
    assert_eq!(waits.join().expect("answered").status(), 403);
    assert_eq!(
        page(port, "billing").join().expect("answered").status(),
        403
    );

    // Programs are asked about once, and not for each Namespace.
    let waits = thread::spawn(move || post(port, "/decode", &payloads(&[SEALED])));
    let asked = question(&app);
    assert_eq!(asked["kind"], "program");
    answer(&app, &asked, "hour");
    assert_eq!(waits.join().expect("answered").status(), 200);
    let other = Ask::post("/decode", &payloads(&[SEALED])).header("X-Namespace", "other");
    assert_eq!(send(port, other).status(), 200);

    let view = app.ok("list_consent", Value::Null);
    assert_eq!(view["answers"].as_array().map(Vec::len), Some(3));
    assert_eq!(view["answers"][2]["minutes_left"], 60);

    // Taken back, it is asked anew; and undone, it is not.
    let forget = json!({ "kind": "page", "name": ORIGIN, "namespace": "billing" });
    let view = app.ok("forget_consent", forget);
    assert_eq!(view["answers"].as_array().map(Vec::len), Some(2));
    app.ok("undo_settings", json!({ "change": view["change"] }));
    assert_eq!(
        page(port, "billing").join().expect("answered").status(),
        403
    );

    // A yes for a time ends with the lock.
    app.ok("lock", json!({ "forget_session_keys": true }));
    let view = app.ok("list_consent", Value::Null);
    assert_eq!(view["answers"].as_array().map(Vec::len), Some(2));

    let rows = app.ok("list_requests", json!({ "limit": 100 }));
    let rows = rows["requests"].as_array().expect("rows").clone();
    assert!(rows.iter().any(|row| row["result"] == "Denied by the user"));
}

#[test]
fn a_question_that_is_not_asked_any_more_takes_no_answer() {
    let app = TestApp::new().with_sample_key();
    let _window = app.app.events();
    let port = app.serve();
    app.ok(
        "switch_consent",
        json!({ "on": true, "unlisted_pages": false }),
    );
    let waits = page(port, "orders");
    let asked = question(&app);
    // Who waits does not hold the stop up.
    let start = std::time::Instant::now();
    app.ok("stop_server", Value::Null);
    assert!(start.elapsed().as_secs() < 4);
    assert_eq!(waits.join().expect("answered").status(), 403);
    let late = json!({ "number": asked["number"], "answer": "always" });
    app.fails("answer_consent", late, app::Code::InvalidSetting);
    assert_eq!(app.ok("list_consent", Value::Null)["answers"], json!([]));
}

#[test]
fn the_answer_is_no_without_a_window_and_nobody_is_asked_while_it_is_off() {
    let app = TestApp::new().with_sample_key();
    let port = app.serve();
    assert_eq!(page(port, "orders").join().expect("answered").status(), 200);
    app.ok(
        "switch_consent",
        json!({ "on": true, "unlisted_pages": true }),
    );
    let start = std::time::Instant::now();
    let refused = page(port, "orders").join().expect("answered");
    assert_eq!(
        refused.status_line(),
        "403 Allow this in the window of Temporal Codec Desktop first"
    );
    assert!(start.elapsed().as_secs() < 10, "it did not wait");
    assert_eq!(app.ok("list_consent", Value::Null)["questions"], json!([]));
    app.ok(
        "switch_consent",
        json!({ "on": false, "unlisted_pages": false }),
    );
    assert_eq!(page(port, "orders").join().expect("answered").status(), 200);
}

#[test]
fn one_namespace_does_not_hold_up_another_and_a_lock_or_a_pause_asks_nothing() {
    let app = TestApp::new().with_sample_key();
    let _window = app.app.events();
    let port = app.serve();
    app.ok(
        "switch_consent",
        json!({ "on": true, "unlisted_pages": false }),
    );
    let one = page(port, "one");
    question(&app);
    let two = page(port, "two");
    let questions = || app.ok("list_consent", Value::Null)["questions"].clone();
    eventually("both are asked about", || {
        questions().as_array().map(Vec::len) == Some(2)
    });
    // The first is put aside.
    assert_eq!(questions()[1]["namespace"], "two");
    answer(&app, &questions()[1], "once");
    assert_eq!(two.join().expect("answered").status_line(), "200 OK");

    // Whoever waits is told why, and nobody is asked meanwhile.
    let locked = "423 Codec Server is locked";
    app.ok("lock", json!({ "forget_session_keys": true }));
    assert_eq!(one.join().expect("answered").status_line(), locked);
    let next = page(port, "two").join().expect("answered");
    assert_eq!(next.status_line(), locked);
    app.ok("unlock", Value::Null);
    assert_eq!(questions(), json!([]));

    let three = page(port, "three");
    question(&app);
    app.ok("pause_server", Value::Null);
    let paused = "503 Codec Server is paused in Temporal Codec Desktop";
    assert_eq!(three.join().expect("answered").status_line(), paused);
    assert_eq!(questions(), json!([]));
}
