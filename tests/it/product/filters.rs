//! Filters by jq expressions: over a document and over a Payload, where they are wrong, and that none of them takes more than it may.

use std::time::{Duration, Instant};

use app::Code;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use filter::{Input, NotRun};
use serde_json::{Value, json};
use support::app::TestApp;
use support::wire::payloads;

use crate::commands::SOME_KEY;

/// What the many hostile expressions may take each; the app gives them more.
const SOON: Duration = Duration::from_millis(700);

fn plain(data: &str) -> String {
    json!({ "metadata": { "encoding": STANDARD.encode("json/plain") }, "data": STANDARD.encode(data) })
        .to_string()
}

fn opened(app: &TestApp, source: &str) -> Value {
    app.ok("inspect", json!({ "source": source }))["document"].clone()
}

fn history(app: &TestApp) -> Value {
    let input: Value =
        serde_json::from_str(&plain("{\"id\":9007199254740993,\"price\":1.10}")).expect("JSON");
    let event = |id: u32, kind: &str, attributes: Value| json!({ "eventId": id.to_string(), "eventType": format!("EVENT_TYPE_{kind}"), "attributes": attributes });
    let events = json!([
        event(
            1,
            "WORKFLOW_EXECUTION_STARTED",
            json!({ "input": { "payloads": [input] } })
        ),
        event(2, "ACTIVITY_TASK_FAILED", json!({})),
    ]);
    opened(app, &json!({ "events": events }).to_string())
}

/// What an expression over a document gives.
fn over(app: &TestApp, document: &Value, expression: &str) -> Value {
    app.ok(
        "filter",
        json!({ "document": document, "expression": expression }),
    )
}

#[test]
fn events_are_an_array_and_values_are_decoded() {
    let app = TestApp::new();
    let document = history(&app);
    let text = |expression: &str| over(&app, &document, expression)["text"].clone();
    let failed = r#".[] | select(.eventType == "EVENT_TYPE_ACTIVITY_TASK_FAILED") | .eventId"#;
    assert_eq!(text(failed), "\"2\"");
    assert_eq!(text("length"), "2");
    // Every digit as it was sent.
    let value = ".[0].attributes.input.payloads[0].data";
    assert_eq!(
        text(value),
        "{\n  \"id\": 9007199254740993,\n  \"price\": 1.10\n}"
    );
    let answer = over(&app, &document, ".[].eventId");
    assert_eq!(answer["text"], "\"1\"\n\"2\"");
    let counts = json!([
        answer["n"],
        answer["n_shown"],
        answer["may_be_more"],
        answer["is_cut"],
        answer["problem"]
    ]);
    assert_eq!(counts, json!([2, 2, false, false, null]));
    // The value of one Payload.
    let one = json!({ "document": document, "index": 0, "expression": ".id + 1" });
    assert_eq!(app.ok("filter", one)["text"], "9007199254740994");
    let none = json!({ "document": document, "index": 7, "expression": "." });
    app.fails("filter", none, Code::BadRequest);
}

#[test]
fn an_expression_that_is_wrong_says_where() {
    let app = TestApp::new();
    let document = history(&app);
    let problem = |expression: &str| over(&app, &document, expression)["problem"].clone();
    let unfinished = problem(".[]\n| select(");
    assert_eq!(unfinished["place"], json!({ "line": 2, "column": 10 }));
    assert_eq!(unfinished["message"], "Expected closing parenthesis.");
    let unknown = problem("map(é) | nothing");
    assert_eq!(unknown["place"], json!({ "line": 1, "column": 5 }));
    // What goes wrong on the way has no place, and leaves what was found before it.
    let partly = over(&app, &document, "1, .[0].eventId.a");
    assert_eq!((&partly["text"], &partly["n"]), (&json!("1"), &json!(1)));
    assert_eq!(partly["problem"]["place"], Value::Null);
    let long = format!("\"{}\"", "x".repeat(70 << 10));
    let request = json!({ "document": document, "expression": long });
    app.fails("filter", request, Code::BadRequest);
}

#[test]
fn hostile_expressions_end_in_time_and_leave_the_app_as_it_was() {
    let app = TestApp::new();
    let document = history(&app);
    let nested = format!("{}1{}", "[".repeat(200_000), "]".repeat(200_000));
    let parens = "(".repeat(30_000);
    for expression in [
        "range(1e12) | empty",
        "[range(1e12)]",
        "repeat(.)",
        "def f: f; f",
        "def f: f, f; f",
        "def f: 1 + f; f",
        "def f: [f]; f",
        "\"x\" * 1e10",
        "\"x\" * 1e15",
        "[limit(1e12; repeat(1))]",
        "reduce range(1e12) as $i (0; . + 1)",
        "reduce range(1e7) as $i (null; [.])",
        "reduce range(64) as $i (\"x\"; . + .)",
        "reduce range(64) as $i ([1]; . + .)",
        "reduce range(64) as $i (1; [., .])",
        "reduce range(64) as $i (1; [., .]) | tojson | length",
        "reduce range(64) as $i (1; [., .]) | . == .",
        "[range(1e6)] | map(tostring) | combinations",
        "last(repeat(1))",
        "try (def f: try f catch f; f) catch 1",
        "until(false; .)",
        "\"\\(\"x\" * 1e9)\"",
        "[.[]?, \"a\" * 1e9] | tojson",
        "(\"a\" * 1000000) | test(\"(a*)*b\")",
        ".[1e12] = 1",
        "null | setpath([range(1e6)]; 1)",
        "pow(2; 1e9)",
        "\"9\" * 1000000 | tonumber",
        nested.as_str(),
        parens.as_str(),
    ] {
        let started = Instant::now();
        let answered = filter::run(expression, Input::Events, b"[]", SOON, &|| true);
        let took = started.elapsed();
        let start: String = expression.chars().take(60).collect();
        assert!(took < SOON + Duration::from_secs(3), "{start}: {took:?}");
        match answered {
            Ok(answer) => assert!(answer.text.len() < (2 << 20) + 1000, "{start}: {answer:?}"),
            Err(error) => assert_eq!(error, NotRun::TooLong, "{start}"),
        }
    }
    assert_eq!(over(&app, &document, "1 + 1")["text"], "2");
    let endless = over(&app, &document, "def f: f; f");
    let said = endless["problem"]["message"].as_str().expect("a sentence");
    assert!(said.contains("longer than 5 s"), "{said}");
    let huge = over(&app, &document, "def f: [f]; f");
    let said = huge["problem"]["message"].as_str().expect("a sentence");
    assert!(said.contains("too much memory"), "{said}");
    // What was found before the end is not lost.
    let partly = over(&app, &document, "1, 2, (def f: f; f)");
    assert_eq!(partly["text"], "1\n2");
    assert_eq!(partly["may_be_more"], true);
    let many = over(&app, &document, "repeat(1)");
    let counts = json!([
        many["n"],
        many["n_shown"],
        many["may_be_more"],
        many["problem"]
    ]);
    assert_eq!(counts, json!([100_000, 1000, true, null]));
}

#[test]
fn the_environment_is_not_read() {
    let app = TestApp::new();
    let document = history(&app);
    for expression in [
        "env",
        "$ENV",
        "$ENV.PATH",
        "env.PATH",
        "input",
        "now",
        "debug",
        "include \"a\"; .",
        "import \"/etc/hostname\" as $x; $x",
    ] {
        let answer = over(&app, &document, expression);
        assert_eq!(answer["text"], "", "{expression}");
        assert!(
            answer["problem"]["place"].is_object(),
            "{expression}: {answer}"
        );
    }
}

#[test]
fn one_that_nobody_waits_for_is_stopped() {
    let app = TestApp::new();
    let document = history(&app);
    over(&app, &document, ".");
    let started = Instant::now();
    std::thread::scope(|scope| {
        let endless = scope.spawn(|| {
            let request = json!({ "document": document, "expression": "def f: f; f", "ticket": 5 });
            app.call("filter", request)
        });
        while !endless.is_finished() && started.elapsed() < Duration::from_secs(4) {
            app.ok("cancel_inspection", json!({ "ticket": 5 }));
            std::thread::sleep(Duration::from_millis(20));
        }
        let ended = endless.join().expect("no panic");
        assert_eq!(ended.expect_err("canceled").code, Code::Cancelled);
    });
    assert!(started.elapsed() < Duration::from_secs(3));
}

#[test]
fn what_was_decoded_for_a_filter_is_gone_with_a_lock() {
    let app = TestApp::new();
    app.import("prod", SOME_KEY, "base64", "keychain");
    let request =
        json!({ "text": "{\"town\":\"Lisbon\"}", "encoding": "json/plain", "namespace": null });
    let sealed = app.ok("encode_json", request)["payload_json"].clone();
    let source = payloads(&[sealed.as_str().expect("a Payload"), &plain("1")]);
    let document = opened(&app, &source);
    let town = ".. | .town? // empty";
    assert_eq!(over(&app, &document, town)["text"], "\"Lisbon\"");
    app.ok("lock", json!({ "forget_session_keys": true }));
    assert_eq!(over(&app, &document, town)["text"], "");
    let one = json!({ "document": document, "index": 0, "expression": "." });
    app.call("filter", one).expect_err("it is locked");
    app.ok("unlock", Value::Null);
    app.ok("refresh_document", json!({ "document": document }));
    assert_eq!(over(&app, &document, town)["text"], "\"Lisbon\"");
}
