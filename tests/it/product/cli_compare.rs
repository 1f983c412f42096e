//! `temporal-codec compare`: what differs, and an exit status as that of `diff`.

use serde_json::{Value, json};
use support::cli::{Home, Ran};
use support::vectors;
use support::wire::{PLAIN, SEALED, SEALED_ZLIB, UNKNOWN_KEY};

fn compared(home: &Home, left: &str, right: &str, more: &[&str]) -> Ran {
    let (left, right) = (home.file("left.json", left), home.file("right.json", right));
    let keys = home.sample_keys();
    let arguments = [&["compare", &left, &right, "--keys", &keys], more].concat();
    home.run(&arguments, b"")
}

fn real() -> Value {
    let path = vectors::tests_folder().join("histories/real-order-rich.decoded.json");
    let text = std::fs::read_to_string(path).expect("a history");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn executions_are_the_same_or_differ_from_an_event_on() {
    let home = Home::new();
    let history = real();
    let again = history.to_string().replace("2026-11-24T", "2026-12-01T");
    let same = compared(&home, &history.to_string(), &again, &[]);
    assert_eq!((same.status, &*same.stderr), (Some(0), ""));
    assert_eq!(
        same.stdout,
        "No differences, apart from times, ids and Workflow Tasks.\n"
    );
    let mut other: Value = serde_json::from_str(&again).expect("JSON");
    let events = other["events"].as_array_mut().expect("events");
    events[33]["activityTaskScheduledEventAttributes"]["startToCloseTimeout"] = json!("5s");
    events.drain(45..48);
    let differ = compared(&home, &history.to_string(), &other.to_string(), &[]);
    assert_eq!(differ.status, Some(1), "{}", differ.stderr);
    let expected = "Same up to event 33. Event 34 (ActivityTaskScheduled) says something else. \
        From event 46 on: left schedules Activity charge, right has no event there.\n\
        ≠ 34 ActivityTaskScheduled blob\n  ≠ .startToCloseTimeout: \"20s\" → \"5s\"\n\
        − 46 ActivityTaskScheduled charge\n";
    assert!(differ.stdout.starts_with(expected), "{}", differ.stdout);
}

#[test]
fn payloads_are_compared_by_what_they_say() {
    let home = Home::new();
    let same = compared(&home, SEALED, SEALED_ZLIB, &[]);
    assert_eq!(same.status, Some(0), "{}{}", same.stdout, same.stderr);
    assert!(
        same.stdout
            .starts_with("Both say the same. They are encoded differently.\n≠ Layers: "),
        "{}",
        same.stdout
    );
    let other = PLAIN.replace("\"data\":\"", "\"data\":\"MTIz");
    assert_eq!(compared(&home, SEALED, &other, &[]).status, Some(1));
    let unknown = compared(&home, SEALED, UNKNOWN_KEY, &[]);
    assert_eq!(unknown.status, Some(2));
    assert!(
        unknown
            .stdout
            .contains("not known whether they say the same"),
        "{}",
        unknown.stdout
    );
}

#[test]
fn what_cannot_be_compared_is_a_failure_and_no_difference() {
    let home = Home::new();
    let ran = compared(&home, PLAIN, &real().to_string(), &[]);
    assert_eq!((ran.status, &*ran.stdout), (Some(2), ""));
    assert!(ran.stderr.contains("cannot be compared"), "{}", ran.stderr);
    let missing = home.run(&["compare", "/no/such/file", "/nor/this"], b"");
    assert_eq!(missing.status, Some(2), "{}", missing.stderr);
}
