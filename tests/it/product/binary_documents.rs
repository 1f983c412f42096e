//! Serialized messages on the command line and in the window: they decode as their JSON does, and so do the Payloads inside values.

use serde_json::{Value, json};
use support::app::TestApp;
use support::cli::{Home, Ran};
use support::vectors::tests_folder;
use temporal_payload::base64;

fn case(name: &str) -> Vec<u8> {
    std::fs::read(tests_folder().join("cases").join(name)).expect("a case")
}

fn decode(input: &[u8]) -> Ran {
    let home = Home::new();
    let keys = home.file("keys.json", case("cloud-export/keys.json"));
    home.run(&["decode", "--keys", &keys], input)
}

#[track_caller]
fn decoded(input: &[u8]) -> String {
    decoded_saying(input, "")
}

fn decoded_saying(input: &[u8], said: &str) -> String {
    let ran = decode(input);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), said));
    ran.stdout
}

#[test]
fn binary_histories_decode_as_their_json_does() {
    let history = decoded(&case("cloud-export/history.json"));
    assert!(!history.contains("YmluYXJ5L2VuY3J5cHRlZA=="), "decoded");
    let bytes = case("cloud-export/history.bin");
    assert_eq!(decoded(&bytes), history);
    assert_eq!(decoded(base64::encode(&bytes).as_bytes()), history);
    let two = "2 documents, printed one after the other; --document N chooses one:\n  1: Order\n  2: Order\n";
    let export = decoded_saying(&case("cloud-export/export.json"), two);
    let binary = case("cloud-export/export.proto.bin");
    assert_eq!(decoded_saying(&binary, two), export);
    let value = |json: &str| serde_json::from_str::<Value>(json).expect("JSON");
    let event = decoded(&case("cloud-export/event.bin"));
    assert_eq!(value(&event), value(&history)["events"][0]);
}

#[test]
fn unknown_fields_are_counted() {
    let mut bytes = case("cloud-export/history.bin");
    bytes.extend(b"\xa2\x38\x03new");
    let ran = decode(&bytes);
    assert_eq!(ran.status, Some(0));
    assert_eq!(
        ran.stderr,
        "(document): 1 field is left out: Temporal’s API as in the Python SDK 1.35.0 does not know that much.\n"
    );
}

#[test]
fn payloads_inside_a_nexus_request_are_decoded_and_wrapped_again() {
    let value: Value =
        serde_json::from_str(&decoded(&case("payloads-inside/system-nexus.json"))).expect("JSON");
    let input = &value["events"][0]["nexusOperationScheduledEventAttributes"]["input"];
    let request = base64::decode(input["data"].as_str().expect("text")).expect("base64");
    assert_eq!(
        input["metadata"]["encoding"], "YmluYXJ5L3Byb3RvYnVm",
        "it stays protobuf"
    );
    let types = payload_schema::temporal();
    let id = types
        .find("temporal.api.workflowservice.v1.SignalWithStartWorkflowExecutionRequest")
        .expect("a type");
    let json = payload_schema::message_json(types, id, &request)
        .expect("a request")
        .text;
    let json: Value = serde_json::from_str(&json).expect("JSON");
    for place in ["input", "signalInput"] {
        let payload = &json[place]["payloads"][0];
        assert_eq!(
            payload["metadata"]["encoding"], "anNvbi9wbGFpbg==",
            "{place}: {json}"
        );
    }
}

#[test]
fn a_value_that_holds_payloads_stays_and_says_so() {
    let ran = decode(&case("payloads-inside/value-holds-payloads.json"));
    assert_eq!(ran.status, Some(0));
    assert!(ran.stderr.contains("The value holds"), "{}", ran.stderr);
}

#[test]
fn the_window_says_which_message_a_document_and_a_value_are() {
    let app = TestApp::new();
    let source = base64::encode(&case("cloud-export/history.bin"));
    let inspection = app.ok("inspect", json!({ "source": source }));
    assert_eq!(inspection["kind"], "Event History");
    assert_eq!(inspection["n_payloads"], 2);
    assert_eq!(
        inspection["from_message"],
        "Read as protobuf: temporal.api.history.v1.History."
    );
    let value = json!({
        "metadata": {
            "encoding": base64::encode(b"binary/protobuf"),
            "messageType": base64::encode(b"temporal.api.common.v1.WorkflowExecution")
        },
        "data": base64::encode(b"\x0a\x01w")
    });
    let inspection = app.ok("inspect", json!({ "source": value.to_string() }));
    assert_eq!(inspection["from_message"], Value::Null);
    let document = inspection["document"].clone();
    let full = app.ok(
        "inspect_payload",
        json!({ "document": document, "index": 0 }),
    );
    assert_eq!(full["content"]["kind"], "json");
    assert_eq!(full["content"]["text"], "{\n  \"workflowId\": \"w\"\n}");
    assert_eq!(
        full["content"]["label"],
        "temporal.api.common.v1.WorkflowExecution, as its messageType says; the type is built in"
    );
}
