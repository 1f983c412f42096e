//! Several documents in one text, what a text keeps of its events, and what is said where nothing is recognized.

use temporal_payload::{Document, Documents, Kind, NotRecognized, Wrapping, base64};

use crate::copied::{body, sealed};
use crate::fixtures::payloads;

fn execution(id: &str) -> String {
    format!(
        r#"{{"events":[{{"eventId":"1","eventType":"EVENT_TYPE_WORKFLOW_EXECUTION_STARTED","workflowExecutionStartedEventAttributes":{{"workflowType":{{"name":"Order"}},"workflowId":"{id}","input":{}}}}}]}}"#,
        body()
    )
}

#[test]
fn several_documents_are_kept_apart_and_together() {
    let names = |text: &str| -> Vec<String> {
        let each = Documents::parse(text, |_| None).expect(text).each();
        each.into_iter().map(|one| one.name).collect()
    };
    let (one, two) = (execution("a"), execution("b"));
    let both = ["Order · a", "Order · b"];
    for text in [
        format!("{one}\n{two}\n"),
        format!("[{one},{two}]"),
        format!("{{\"items\":[{{\"history\":{one}}},{{\"history\":{two}}}]}}"),
        format!("```\n{one}\n```\nand\n```\n{two}\n```\n"),
    ] {
        assert_eq!(names(&text), both, "{text}");
        assert_eq!(
            Document::parse(text.as_str()).expect("all").slots().len(),
            2,
            "{text}"
        );
    }
    assert_eq!(names(&one), ["Order · a"]);
    let har = serde_json::json!({"log": {"entries": [
        {"request": {"method": "POST", "url": "https://me:secret@codec.test/decode?token=secret", "postData": {"text": body()}},
         "response": {"content": {"text": base64::encode(body().as_bytes()), "encoding": "base64"}}},
        {"request": {"method": "GET", "url": "https://codec.test/"}, "response": {"content": {"text": "<html>"}}},
    ]}});
    let har = har.to_string();
    assert_eq!(
        names(&har),
        [
            "POST https://codec.test/decode (request)",
            "POST https://codec.test/decode (response)"
        ]
    );
    let document = Document::parse(har).expect("a HAR file");
    assert_eq!(document.wrappings(), [Wrapping::Har]);
    assert_eq!(document.text().lines().count(), 2);
    assert_eq!(payloads(&document), [sealed(), sealed()]);
}

#[test]
fn a_history_in_protobuf_text_keeps_its_events() {
    let text = "events {\n  event_id: 1\n  event_time {\n    seconds: 1790841600\n  }\n  event_type: EVENT_TYPE_WORKFLOW_EXECUTION_STARTED\n  workflow_execution_started_event_attributes {\n    workflow_type {\n      name: \"Order\"\n    }\n    input {\n      payloads {\n        metadata {\n          key: \"encoding\"\n          value: \"json/plain\"\n        }\n        data: \"\\\"x\\\"\"\n      }\n    }\n    workflow_run_timeout {\n      seconds: 60\n    }\n  }\n}\n";
    let document = Document::parse(text).expect("a history");
    assert_eq!(document.kind(), Kind::History);
    let rows = temporal_payload::history::rows(&document);
    assert_eq!(rows[0].event_time, "2026-10-01T08:00:00Z");
    assert_eq!(rows[0].event_type, "WorkflowExecutionStarted");
    assert_eq!(payloads(&document)[0].data, "\"x\"");
    assert!(document.text().contains("\"workflow_run_timeout\":\"60s\""));
}

#[test]
fn what_is_not_recognized_says_where_the_trouble_is() {
    let place = |text: &str| {
        let error = Document::parse(text).expect_err(text);
        (
            error.to_string(),
            error.place().map(|place| (place.line, place.column)),
        )
    };
    let (said, at) = place("See:\n\n```json\n{\"payloads\": [\n  canary!]}\n```\n");
    assert!(said.starts_with("this is a Markdown code block, and in it nothing was recognized: this looks like JSON, but it has an error at line 5, column 3"), "{said}");
    assert_eq!(at, Some((5, 3)));
    let (said, _) = place("{ payloads: [ { metadata: [Object], data: 'AA==' } ] }");
    assert!(
        said.contains("left part of it out at line 1, column 27"),
        "{said}"
    );
    let cut = format!("{}, \"more\": [", &execution("a")[..300]);
    let error = Document::parse(cut).expect_err("cut off");
    assert!(
        matches!(
            error,
            NotRecognized::CutOff { .. } | NotRecognized::InvalidJson { .. }
        ),
        "a part is not taken for the whole: {error}"
    );
}
