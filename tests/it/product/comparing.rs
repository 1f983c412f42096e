//! Executions and Payloads side by side: from which event on they differ, what differs, what counts, and what is not known.

use std::time::Instant;

use app::Code;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use support::app::TestApp;
use support::wire::payloads;

use crate::commands::SOME_KEY;

const REAL: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/histories/real-order-rich.decoded.json"
);

fn plain(data: &str) -> Value {
    json!({ "metadata": { "encoding": STANDARD.encode("json/plain") }, "data": STANDARD.encode(data) })
}

fn sealed(app: &TestApp, text: &str) -> Value {
    let request = json!({ "text": text, "encoding": "json/plain", "namespace": null });
    let sealed = app.ok("encode_json", request)["payload_json"].clone();
    serde_json::from_str(sealed.as_str().expect("a Payload")).expect("JSON")
}

fn opened(app: &TestApp, source: &Value) -> Value {
    app.ok("inspect", json!({ "source": source.to_string() }))["document"].clone()
}

fn real() -> Value {
    let text = std::fs::read_to_string(REAL).expect("a history");
    serde_json::from_str(&text).expect("JSON")
}

/// Another run of the same Workflow: other times, ids and Workers, and nothing else.
fn run_again(history: &Value) -> Value {
    let mut text = history.to_string();
    for (from, to) in [
        ("2026-11-24T", "2026-11-25T"),
        ("18267@vm", "99@other"),
        ("\"taskId\":\"10", "\"taskId\":\"77"),
        (
            "5aa85d6b9345c7574601930936f38a61",
            "0123456789abcdef0123456789abcdef",
        ),
    ] {
        text = text.replace(from, to);
    }
    // UUIDs: those of requests, runs, updates.
    let mut out = String::new();
    for (at, part) in text.split('-').enumerate() {
        if at > 0 {
            out.push('-');
        }
        let is_part = part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
        out.push_str(if is_part && part.starts_with(['8', '9', 'a', 'b']) {
            "8fff"
        } else {
            part
        });
    }
    serde_json::from_str(&out).expect("JSON")
}

#[expect(clippy::needless_pass_by_value, reason = "literals are given")]
fn event(id: u32, kind: &str, name: &str, attributes: Value) -> Value {
    json!({ "eventId": id.to_string(), "eventType": format!("EVENT_TYPE_{kind}"), name: attributes })
}

#[expect(clippy::needless_pass_by_value, reason = "literals are given")]
fn started(input: Value) -> Value {
    let attributes =
        json!({ "workflowType": { "name": "Order" }, "input": { "payloads": [input] } });
    event(
        1,
        "WORKFLOW_EXECUTION_STARTED",
        "workflowExecutionStartedEventAttributes",
        attributes,
    )
}

fn scheduled(id: u32, activity: &str) -> Value {
    let attributes = json!({ "activityId": id.to_string(), "activityType": { "name": activity } });
    event(
        id,
        "ACTIVITY_TASK_SCHEDULED",
        "activityTaskScheduledEventAttributes",
        attributes,
    )
}

fn timer(id: u32) -> Value {
    let attributes = json!({ "timerId": id.to_string(), "startToFireTimeout": "60s" });
    event(
        id,
        "TIMER_STARTED",
        "timerStartedEventAttributes",
        attributes,
    )
}

fn executions(app: &TestApp, left: &Value, right: &Value, everything: bool) -> Value {
    let request = json!({ "left": left, "right": right, "everything": everything });
    app.ok("compare_executions", request)
}

fn counts(compared: &Value) -> [u64; 5] {
    [
        "n_same",
        "n_changed",
        "n_unknown",
        "n_only_left",
        "n_only_right",
    ]
    .map(|name| compared[name].as_u64().expect("a count"))
}

#[test]
fn another_run_of_a_real_workflow_is_the_same_apart_from_times_and_ids() {
    let app = TestApp::new();
    let history = real();
    let (left, right) = (opened(&app, &history), opened(&app, &run_again(&history)));
    let same = executions(&app, &left, &right, false);
    // Apart from its 51 events of Workflow Tasks.
    assert_eq!(counts(&same), [46, 0, 0, 0, 0], "{}", same["rows"]);
    assert_eq!((&same["fork"], &same["rows"]), (&Value::Null, &json!([])));
    let everything = executions(&app, &left, &right, true);
    assert_eq!(counts(&everything), [0, 97, 0, 0, 0]);
    let itself = executions(&app, &left, &left, true);
    assert_eq!(counts(&itself), [97, 0, 0, 0, 0]);
}

/// How many there are depends on when Workers ask; that one failed is a difference.
#[test]
fn workflow_tasks_count_where_they_fail_or_everything_does() {
    let app = TestApp::new();
    let history = real();
    let task = |what: &str| {
        let name = format!("workflowTask{what}EventAttributes");
        let kind = format!("WORKFLOW_TASK_{}", what.to_uppercase());
        event(
            11,
            &kind,
            &name,
            json!({ "cause": "NON_DETERMINISTIC_ERROR" }),
        )
    };
    let with = |whats: &[&str]| {
        let mut other = run_again(&history);
        let events = other["events"].as_array_mut().expect("events");
        events.splice(10..10, whats.iter().map(|what| task(what)));
        opened(&app, &other)
    };
    let left = opened(&app, &history);
    let more = with(&["Scheduled", "Started", "Completed"]);
    let same = executions(&app, &left, &more, false);
    assert_eq!(counts(&same), [46, 0, 0, 0, 0], "{}", same["rows"]);
    assert_eq!(counts(&executions(&app, &left, &more, true))[4], 3);
    let failed = with(&["Scheduled", "Started", "Failed"]);
    let found = executions(&app, &left, &failed, false);
    assert_eq!(counts(&found), [46, 0, 0, 0, 1], "{}", found["rows"]);
    assert_eq!(found["fork"]["right"]["does"], "fails a Workflow Task");
}

#[test]
fn one_that_deviates_says_from_which_event_on_and_how() {
    let app = TestApp::new();
    let history = real();
    let mut other = run_again(&history);
    let events = other["events"].as_array_mut().expect("events");
    // In place of the Activity that charges, with its two events after it, a timer; and another input before that.
    events.drain(45..48);
    events.insert(45, timer(46));
    events[33]["activityTaskScheduledEventAttributes"]["input"] =
        json!({ "payloads": [plain("\"another\"")] });
    let (left, right) = (opened(&app, &history), opened(&app, &other));
    let compared = executions(&app, &left, &right, false);
    assert_eq!(compared["same_until"], "33");
    assert_eq!(
        compared["fork"]["left"]["does"],
        "schedules Activity charge"
    );
    assert_eq!(compared["fork"]["right"]["does"], "starts a Timer");
    assert_eq!(compared["fork"]["left"]["id"], "46");
    assert_eq!(counts(&compared), [42, 1, 0, 3, 1], "{}", compared["rows"]);
    assert_eq!(compared["n_rows"], 4);
    let kinds: Vec<&Value> = compared["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| &row["kind"])
        .collect();
    assert_eq!(kinds, ["changed", "other", "only_left", "only_left"]);
    // What differs in the one, at its path.
    let request = json!({ "left": left, "left_event": 33, "right": right, "right_event": 33, "everything": false });
    let found = app.ok("compare_events", request);
    let paths: Vec<&str> = found["differences"]
        .as_array()
        .expect("places")
        .iter()
        .filter_map(|it| it["path"].as_str())
        .collect();
    assert!(
        paths.iter().any(|path| path.starts_with(".input")),
        "{found}"
    );
    assert!(
        paths.iter().all(|path| !path.contains("EventId")),
        "{found}"
    );
    // With the sides exchanged it is the same, exchanged.
    let back = executions(&app, &right, &left, false);
    assert_eq!(counts(&back), [42, 1, 0, 1, 3]);
    let [mut there, back_rows] =
        [&compared, &back].map(|it| it["rows"].as_array().expect("rows").clone());
    for row in &mut there {
        let (left, right) = (row["left"].take(), row["right"].take());
        (row["left"], row["right"]) = (right, left);
        if row["kind"] == "only_left" {
            row["kind"] = json!("only_right");
        }
    }
    assert_eq!(there, back_rows);
    let none = json!({ "left": left, "left_event": 99_999, "right": right, "right_event": 0, "everything": false });
    app.fails("compare_events", none, Code::BadRequest);
}

#[test]
fn a_history_that_is_told_backwards_is_read_forwards() {
    let app = TestApp::new();
    let history = real();
    let mut backwards = history.clone();
    backwards["events"]
        .as_array_mut()
        .expect("events")
        .reverse();
    let (left, right) = (opened(&app, &history), opened(&app, &backwards));
    assert_eq!(
        counts(&executions(&app, &left, &right, true)),
        [97, 0, 0, 0, 0]
    );
}

#[test]
fn what_is_not_decoded_is_not_known() {
    let app = TestApp::new();
    app.import("prod", SOME_KEY, "base64", "keychain");
    let history = |input: Value, more: Value| json!({ "events": [started(input), more] });
    let [one, same, other] =
        ["{\"a\":1.10}", "{\"a\":1.10}", "{\"a\":1.1}"].map(|text| sealed(&app, text));
    let left = opened(&app, &history(one.clone(), timer(2)));
    let right = opened(&app, &history(same, timer(2)));
    let third = opened(&app, &history(other, timer(2)));
    // Sealed twice, it is other bytes that say the same.
    assert_eq!(
        counts(&executions(&app, &left, &right, true)),
        [2, 0, 0, 0, 0]
    );
    let changed = executions(&app, &left, &third, true);
    assert_eq!(counts(&changed), [1, 1, 0, 0, 0]);
    let request = json!({ "left": left, "left_event": 0, "right": third, "right_event": 0, "everything": true });
    let found = app.ok("compare_events", request);
    let side = |text: &str| json!({ "text": text, "not_decoded": false });
    let expected = json!([{ "path": ".input.payloads[0].data.a", "kind": "changed", "left": side("1.10"), "right": side("1.1") }]);
    assert_eq!(found["differences"], expected);

    app.ok("lock", json!({ "forget_session_keys": true }));
    for document in [&right, &third] {
        let unknown = executions(&app, &left, document, true);
        assert_eq!(counts(&unknown), [1, 0, 1, 0, 0], "{unknown}");
        assert_eq!(unknown["rows"][0]["kind"], "unknown");
    }
    // The same bytes say the same, whatever that is.
    let copy = opened(&app, &history(one, timer(2)));
    assert_eq!(
        counts(&executions(&app, &left, &copy, true)),
        [2, 0, 0, 0, 0]
    );
    // What differs beside what is not known does differ.
    let late = json!({ "timerId": "2", "startToFireTimeout": "90s" });
    let late = event(2, "TIMER_STARTED", "timerStartedEventAttributes", late);
    let late = opened(&app, &history(sealed_before(), late));
    assert_eq!(
        counts(&executions(&app, &left, &late, true)),
        [0, 1, 1, 0, 0]
    );
    let payloads = json!({ "left": left, "left_index": 0, "right": third, "right_index": 0 });
    let found = app.ok("compare_payloads", payloads.clone());
    assert_eq!(json!([found["n"], found["n_unknown"]]), json!([1, 1]));
    assert_eq!(found["differences"][0]["kind"], "unknown");
    assert!(
        found["left_problem"].is_string() && found["right_problem"].is_string(),
        "{found}"
    );
    app.ok("unlock", Value::Null);
    assert_eq!(
        app.ok("compare_payloads", payloads)["differences"][0]["path"],
        ".a"
    );
}

/// A Payload that some other key sealed.
fn sealed_before() -> Value {
    json!({ "metadata": { "encoding": STANDARD.encode("binary/encrypted"), "encryption-key-id": STANDARD.encode("gone") },
        "data": STANDARD.encode([7; 60]) })
}

#[test]
fn payloads_are_compared_by_what_they_say_and_then_by_how_they_are_encoded() {
    let app = TestApp::new();
    app.import("prod", SOME_KEY, "base64", "keychain");
    let value = "{\"id\":9007199254740993,\"items\":[\"a\",\"b\",\"c\"],\"note\":\"from here\"}";
    let changed = "{\"note\":\"from there\",\"items\":[\"a\",\"new\",\"b\",\"c\"],\"id\":9007199254740992,\"more\":null}";
    let source = payloads(&[
        &plain(value).to_string(),
        &sealed(&app, value).to_string(),
        &plain(changed).to_string(),
        &sealed(&app, value).to_string(),
        &sealed_before().to_string(),
    ]);
    let document = app.ok("inspect", json!({ "source": source }))["document"].clone();
    let between = |left: u32, right: u32| {
        let request = json!({ "left": document, "left_index": left, "right": document, "right_index": right });
        app.ok("compare_payloads", request)
    };
    let encoded = between(0, 1);
    assert_eq!(encoded["n"], 0);
    let what: Vec<&str> = encoded["about"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|it| it["what"].as_str())
        .collect();
    assert!(
        what.contains(&"Layers") && what.contains(&"Metadata encoding"),
        "{encoded}"
    );
    assert_eq!(
        between(1, 3),
        json!({ "n": 0, "n_unknown": 0, "differences": [], "about": [], "left_problem": null, "right_problem": null, "said": "No differences: both say the same." })
    );
    let found = between(1, 2);
    let told: Vec<Value> = found["differences"]
        .as_array()
        .expect("places")
        .iter()
        .map(|it| {
            json!([
                it["path"],
                it["kind"],
                it["left"]["text"],
                it["right"]["text"]
            ])
        })
        .collect();
    let expected = [
        json!([".more", "only_right", null, "null"]),
        json!([".id", "changed", "9007199254740993", "9007199254740992"]),
        json!([".items[1]", "only_right", null, "\"new\""]),
        json!([".note", "changed", "\"from here\"", "\"from there\""]),
    ];
    assert_eq!(told.len(), expected.len());
    assert!(expected.iter().all(|one| told.contains(one)), "{told:?}");
    let unknown = between(0, 4);
    assert_eq!(
        json!([unknown["n"], unknown["n_unknown"], unknown["left_problem"]]),
        json!([1, 1, null])
    );
    assert_eq!(between(4, 4)["n"], 0);
    let none = json!({ "left": document, "left_index": 0, "right": document, "right_index": 9 });
    app.fails("compare_payloads", none, Code::BadRequest);
}

#[test]
fn what_has_no_events_is_no_execution() {
    let app = TestApp::new();
    let (document, history) = (opened(&app, &plain("1")), opened(&app, &real()));
    for (left, right) in [(&document, &history), (&history, &document)] {
        let request = json!({ "left": left, "right": right, "everything": false });
        app.fails("compare_executions", request, Code::BadRequest);
    }
    let closed = json!({ "left": history, "right": 999_999, "everything": false });
    app.fails("compare_executions", closed, Code::DocumentClosed);
}

#[test]
fn the_longest_histories_are_compared_in_time_and_can_be_stopped() {
    const N: u32 = 51_200;
    let app = TestApp::new();
    // No event of the one is where it is in the other, and all along they differ.
    let history = |step: u32| {
        let one = |id: u32| match (id / step) % 3 {
            0 => timer(id),
            1 => scheduled(id, "charge"),
            _ => scheduled(id, &format!("activity-{}", id.wrapping_mul(step) % 97)),
        };
        let events: Vec<Value> = (2..=N).map(one).collect();
        let mut all = vec![started(plain("1"))];
        all.extend(events);
        opened(&app, &json!({ "events": all }))
    };
    let (left, right) = (history(1), history(2));
    let begun = Instant::now();
    let compared = executions(&app, &left, &right, false);
    let took = begun.elapsed();
    assert!(took.as_secs() < 180, "{took:?}");
    println!("{N} events against {N}: {took:?}");
    let [same, changed, unknown, only_left, only_right] = counts(&compared);
    assert_eq!(same + changed + unknown + only_left, u64::from(N));
    assert_eq!(same + changed + unknown + only_right, u64::from(N));
    assert_eq!(compared["rows"].as_array().map(Vec::len), Some(5000));
    assert!(compared["n_rows"].as_u64() > Some(5000));

    let ended = std::thread::scope(|scope| {
        let request = json!({ "left": left, "right": right, "everything": true, "ticket": 5 });
        let comparing = scope.spawn(|| app.call("compare_executions", request));
        while !comparing.is_finished() {
            app.ok("cancel_inspection", json!({ "ticket": 5 }));
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        comparing.join().expect("no panic")
    });
    assert_eq!(ended.expect_err("canceled").code, Code::Cancelled);
}
