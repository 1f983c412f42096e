//! Every JSON shape that Temporal's tools write and people paste.

use temporal_payload::{Document, Kind, NotRecognized, Role, Source, history};

use crate::fixtures::{self, payloads, slot_pointers, tree};

const ONE: &str = r#"{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"MQ=="}"#;
const EVENT: &str = r#"{"eventId":"1","eventType":"EVENT_TYPE_WORKFLOW_EXECUTION_STARTED","workflowExecutionStartedEventAttributes":{"input":{"payloads":[§]}}}"#;
const SNAKE: &str = r#"{"event_id":"1","event_type":"EVENT_TYPE_WORKFLOW_EXECUTION_STARTED","workflow_execution_started_event_attributes":{"input":{"payloads":[§]},"search_attributes":{"indexed_fields":{"a":§}},"memo":{"fields":{"a/b~":§}},"continued_failure":{"encoded_attributes":§}},"user_metadata":{"summary":§}}"#;

#[track_caller]
fn check(template: &str, kind: Kind, pointers: &[&str]) -> Document {
    let text = template.replace('§', ONE);
    let document = Document::parse(text.clone()).expect(template);
    assert_eq!(document.kind(), kind, "{template}");
    let mut expect: Vec<_> = pointers.to_vec();
    expect.sort_unstable();
    assert_eq!(slot_pointers(&document), expect, "{template}");
    assert!(
        payloads(&document)
            .iter()
            .all(|payload| &payload.data[..] == b"1"),
        "{template}"
    );
    // What a window shows and what a program reads must be the same bytes.
    assert_eq!(
        Document::from_bytes(text.as_bytes())
            .expect(template)
            .slots(),
        document.slots()
    );
    document
}

fn event() -> String {
    EVENT.replace('§', ONE)
}

#[test]
fn histories() {
    let input = "workflowExecutionStartedEventAttributes/input/payloads/0";
    let event = event();
    for (text, prefix) in [
        (format!("{{\"events\":[{event}]}}"), "/events/0"),
        (
            format!("{{\"history\":{{\"events\":[{event}]}},\"nextPageToken\":\"x\"}}"),
            "/history/events/0",
        ),
        (format!("[{event}]"), "/0"),
        (event.clone(), ""),
        (
            format!("{{\"items\":[{{\"history\":{{\"events\":[{event}]}}}}]}}"),
            "/items/0/history/events/0",
        ),
    ] {
        let document = Document::parse(text).expect("a history");
        assert_eq!(document.kind(), Kind::History);
        assert_eq!(slot_pointers(&document), [format!("{prefix}/{input}")]);
        let rows = history::rows(&document);
        assert_eq!(
            (rows.len(), &*rows[0].event_type),
            (1, "WorkflowExecutionStarted")
        );
    }
    // An event inside of an event is somebody's data.
    let nested = event.replace(
        "\"eventId\":",
        &format!("\"events\":[{event}],\"eventId\":"),
    );
    let document = Document::parse(nested).expect("a history");
    assert_eq!(history::rows(&document).len(), 1);
    assert!(document.slots().iter().all(|slot| slot.event == Some(0)));
    for empty in [r#"{"events":[]}"#, r#"{"history":{"events":[]}}"#] {
        assert_eq!(Document::parse(empty).expect(empty).kind(), Kind::History);
    }
}

#[test]
fn a_history_in_snake_case() {
    let document = Document::parse(SNAKE.replace('§', ONE)).expect("a history");
    let attributes = "/workflow_execution_started_event_attributes";
    let mut expect = [
        format!("{attributes}/input/payloads/0"),
        format!("{attributes}/search_attributes/indexed_fields/a"),
        format!("{attributes}/memo/fields/a~1b~0"),
        format!("{attributes}/continued_failure/encoded_attributes"),
        "/user_metadata/summary".to_owned(),
    ];
    expect.sort();
    assert_eq!(slot_pointers(&document), expect);
    for slot in document.slots() {
        let value = tree(document.text());
        assert!(value.pointer(&slot.pointer).is_some(), "{}", slot.pointer);
        assert_eq!(
            slot.role == Role::SearchAttribute,
            slot.pointer.contains("indexed_fields")
        );
        assert_eq!(
            slot.is_encoded_attributes(),
            slot.pointer.contains("encoded_attributes")
        );
    }
    assert_eq!(
        history::rows(&document)[0].event_type,
        "WorkflowExecutionStarted"
    );
}

#[test]
fn json_lines_name_the_line_in_their_pointers() {
    let event = event();
    let document = Document::parse(format!("{event}\n{event}\r\n\n{event}\n")).expect("a history");
    assert_eq!(
        (document.kind(), document.source()),
        (Kind::History, Source::JsonLines)
    );
    let expect: Vec<_> = (0..3)
        .map(|line| format!("/{line}/workflowExecutionStartedEventAttributes/input/payloads/0"))
        .collect();
    assert_eq!(slot_pointers(&document), expect);
    assert_eq!(history::rows(&document).len(), 3);
    let payloads = Document::parse(format!("{ONE}\n{ONE}")).expect("Payloads");
    assert_eq!(
        (payloads.kind(), slot_pointers(&payloads)),
        (Kind::PayloadList, vec!["/0".into(), "/1".into()])
    );
    let replaced = payloads.with_payloads(|_, payload| payload.ok());
    assert_eq!(replaced, format!("{ONE}\n{ONE}"));
}

#[test]
fn a_history_of_old_servers_and_with_numbers_for_texts() {
    let text = event()
        .replace(
            "EVENT_TYPE_WORKFLOW_EXECUTION_STARTED",
            "WorkflowExecutionStarted",
        )
        .replace("\"1\"", "1");
    let document = Document::parse(text).expect("a history");
    let rows = history::rows(&document);
    assert_eq!(
        (&*rows[0].event_id, &*rows[0].event_type),
        ("1", "WorkflowExecutionStarted")
    );
}

#[test]
fn payloads_and_their_relatives() {
    check("§", Kind::Payload, &[""]);
    check(
        r#"{"payloads":[§,§]}"#,
        Kind::Payloads,
        &["/payloads/0", "/payloads/1"],
    );
    check(r#"{"payloads":[]}"#, Kind::Payloads, &[]);
    check("[§,§]", Kind::PayloadList, &["/0", "/1"]);
    check(
        r#"{"customer":§,"a/b~c":§}"#,
        Kind::PayloadMap,
        &["/customer", "/a~1b~0c"],
    );
    check(r#"{"fields":{"k":§}}"#, Kind::PayloadMap, &["/fields/k"]);
    let attributes = check(
        r#"{"indexedFields":{"k":§}}"#,
        Kind::PayloadMap,
        &["/indexedFields/k"],
    );
    assert_eq!(attributes.slots()[0].role, Role::SearchAttribute);
    // As tctl and old exports have it.
    let attributes = check(
        r#"{"searchAttributes":{"k":§}}"#,
        Kind::Json,
        &["/searchAttributes/k"],
    );
    assert_eq!(attributes.slots()[0].role, Role::SearchAttribute);
    // A memo whose fields are named like a Payload's.
    check(
        r#"{"memo":{"fields":{"metadata":§,"data":§}}}"#,
        Kind::Json,
        &["/memo/fields/metadata", "/memo/fields/data"],
    );
    // A marker's details may be named like that, too.
    check(
        r#"{"details":{"data":{"payloads":[§]},"metadata":{"payloads":[§]}}}"#,
        Kind::Json,
        &["/details/data/payloads/0", "/details/metadata/payloads/0"],
    );
}

#[test]
fn failures_and_answers_of_other_commands() {
    check(
        r#"{"message":"Encoded failure","stackTrace":"","encodedAttributes":§,"cause":{"message":"Encoded failure","encodedAttributes":§,"applicationFailureInfo":{"type":"X","details":{"payloads":[§]}}}}"#,
        Kind::Failure,
        &[
            "/encodedAttributes",
            "/cause/encodedAttributes",
            "/cause/applicationFailureInfo/details/payloads/0",
        ],
    );
    check(
        r#"{"message":"boom","source":"GoSDK","stackTrace":"at x"}"#,
        Kind::Failure,
        &[],
    );
    check(
        r#"{"activityId":"5","state":"PENDING","heartbeatDetails":{"payloads":[§]},"lastFailure":{"message":"x","encodedAttributes":§}}"#,
        Kind::Json,
        &[
            "/heartbeatDetails/payloads/0",
            "/lastFailure/encodedAttributes",
        ],
    );
    check(
        r#"{"workflowExecutionInfo":{"memo":{"fields":{"k":§}},"searchAttributes":{"indexedFields":{"k":§}}}}"#,
        Kind::Json,
        &[
            "/workflowExecutionInfo/memo/fields/k",
            "/workflowExecutionInfo/searchAttributes/indexedFields/k",
        ],
    );
}

#[test]
fn unusual_payloads_are_payloads_where_one_must_stand() {
    for (text, n) in [
        (
            r#"{"payloads":[{},{"data":"AAEC"},{"metadata":null,"data":null},{"metadata":{}}]}"#,
            4,
        ),
        (
            r#"{"payloads":[{"metadata":{"encoding":"/////w=="},"data":"AAEC"}]}"#,
            1,
        ),
        (r#"{"memo":{"fields":{"void":{}}}}"#, 1),
        (r#"{"data":"AAEC"}"#, 1),
        // A field that a newer server added.
        (
            r#"{"payloads":[{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"MQ==","later":1}]}"#,
            1,
        ),
        (
            r#"{"payloads":[{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"external_payloads":[{"size_bytes":1}]}]}"#,
            1,
        ),
        (
            r#"{"payloads":[{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"MQ==","data":"Mg=="}]}"#,
            1,
        ),
    ] {
        let document = Document::parse(text).expect(text);
        assert_eq!(payloads(&document).len(), n, "{text}");
    }
    // The Web UI's JSON tab shows decoded values in `payloads`; they are no Payloads.
    for text in [
        r#"{"payloads":[{"a":1},"x",3,{"data":"not base64!"},{"metadata":{"a":1}},{"data":{"x":1}}]}"#,
        r#"{"events":[{"eventId":"1","eventType":"EVENT_TYPE_TIMER_FIRED","input":{"payloads":[{"a":1}]}}]}"#,
    ] {
        let slots = Document::parse(text).map_or(0, |document| document.slots().len());
        assert_eq!(slots, 0, "{text}");
    }
}

/// An empty Payload is `{}`: only its place tells that it is one.
#[test]
fn an_empty_payload_is_found_wherever_the_protos_have_one() {
    for (text, pointer) in [
        (r#"{"x":{"payloads":[{}]}}"#, "/x/payloads/0"),
        (r#"{"x":{"encodedAttributes":{}}}"#, "/x/encodedAttributes"),
        (r#"{"memo":{"fields":{"k":{}}}}"#, "/memo/fields/k"),
        (
            r#"{"upserted_memo":{"fields":{"k":{}}}}"#,
            "/upserted_memo/fields/k",
        ),
        (r#"{"header":{"fields":{"k":{}}}}"#, "/header/fields/k"),
        (r#"{"x":{"indexedFields":{"k":{}}}}"#, "/x/indexedFields/k"),
        (
            r#"{"userMetadata":{"summary":{}}}"#,
            "/userMetadata/summary",
        ),
        (
            r#"{"userMetadata":{"details":{}}}"#,
            "/userMetadata/details",
        ),
        (
            r#"{"nexusHandler":{"sourceContext":{}}}"#,
            "/nexusHandler/sourceContext",
        ),
        (
            r#"{"nexusOperationScheduledEventAttributes":{"input":{}}}"#,
            "/nexusOperationScheduledEventAttributes/input",
        ),
        (
            r#"{"nexusOperationCompletedEventAttributes":{"result":{}}}"#,
            "/nexusOperationCompletedEventAttributes/result",
        ),
    ] {
        let document = Document::parse(text).expect(text);
        assert_eq!(slot_pointers(&document), [pointer], "{text}");
    }
    for text in [
        r#"{"x":{"fields":{"k":{}}}}"#,
        r#"{"x":{"summary":{},"input":{},"result":{},"sourceContext":{}}}"#,
        r#"{"x":[{"metadata":{"encoding":"utf-8"},"data":"x"}]}"#,
        r#"{"x":{"metadata":{"charset":"utf8"},"data":"AAEC"}}"#,
        // Of a name that is there twice the last counts, also where it is nothing.
        r#"{"x":{"metadata":{"encoding":"json/plain","encoding":null},"data":"MQ=="}}"#,
    ] {
        assert_eq!(
            Document::parse(text).expect_err(text),
            NotRecognized::NoPayloads
        );
    }
}

#[test]
fn a_payload_that_cannot_be_read_is_a_slot_with_a_reason() {
    let document = Document::parse(
        r#"{"payloads":[{"metadata":{"encoding":"anNvbi9wbGFpbg==","k":"!!canary!!"},"data":"MQ=="}]}"#,
    );
    let document = document.expect("Payloads");
    let error = document
        .payload(&document.slots()[0])
        .expect_err("not base64")
        .to_string();
    assert!(
        error.starts_with("the Payload at byte 13 cannot be read: ") && !error.contains("canary"),
        "{error}"
    );
    // A slot of another document must not panic.
    let other = Document::parse(fixtures::history("real-order-rich.encoded")).expect("a history");
    for slot in other.slots() {
        assert!(document.payload(slot).is_err());
    }
}

#[test]
fn a_byte_order_mark_and_white_space_stay_where_they_are() {
    let text = format!("\u{feff}\r\n {{ \"payloads\" : [ {ONE} ] }}\r\n");
    let document = Document::parse(text.clone()).expect("Payloads");
    assert_eq!(document.kind(), Kind::Payloads);
    assert_eq!(document.with_payloads(|_, payload| payload.ok()), text);
}
