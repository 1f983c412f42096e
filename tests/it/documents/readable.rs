//! The Web UI's "readable" export: plain metadata and inline data, mixed with Payloads that it could not decode.

use temporal_payload::{Document, Kind, Payload};

use crate::fixtures::{self, payloads, pointers, slot_pointers, tree};

#[test]
fn gives_the_same_payloads_as_the_decoded_export() {
    let readable = Document::parse(fixtures::history(
        "real-order-rich.web-ui-download-readable",
    ))
    .expect("a history");
    let decoded = Document::parse(fixtures::history("real-order-rich.decoded")).expect("a history");
    assert_eq!(readable.kind(), Kind::History);
    assert_eq!(slot_pointers(&readable), pointers(readable.text()));
    assert_eq!(slot_pointers(&readable), slot_pointers(&decoded));
    let mut n_json = 0;
    for slot in readable.slots() {
        let twin = decoded
            .slots()
            .iter()
            .find(|twin| twin.pointer == slot.pointer)
            .expect("the same places");
        let (found, expect) = (
            readable.payload(slot).expect("readable"),
            decoded.payload(twin).expect("readable"),
        );
        assert_eq!(found.metadata, expect.metadata, "{}", slot.pointer);
        assert_eq!(slot.role, twin.role, "{}", slot.pointer);
        if expect.encoding() == Some("json/plain") {
            let [found, expect] = [found, expect]
                .map(|payload| tree(std::str::from_utf8(&payload.data).expect("JSON")));
            assert_eq!(found, expect, "{}", slot.pointer);
            n_json += 1;
        } else {
            assert_eq!(found, expect, "{}", slot.pointer);
        }
    }
    assert_eq!(n_json, 48);
}

#[track_caller]
fn check(json: &str, expect: &[(&str, &str)], data: &[u8]) {
    let document = Document::parse(json).expect(json);
    let [payload]: [Payload; 1] = payloads(&document).try_into().expect("one Payload");
    let metadata: Vec<_> = payload
        .metadata
        .keys()
        .map(|name| (name.as_str(), payload.metadata_text(name).expect("text")))
        .collect();
    assert_eq!(
        (metadata.as_slice(), &payload.data[..]),
        (expect, data),
        "{json}"
    );
}

#[test]
fn data_is_the_json_text_as_it_stands() {
    let plain = [("encoding", "json/plain")];
    check(
        r#"{"metadata":{"encoding":"json/plain"},"data":9007199254740993}"#,
        &plain,
        b"9007199254740993",
    );
    check(
        r#"{"metadata":{"encoding":"json/plain"},"data":{ "a":1e400, "a":-0 } }"#,
        &plain,
        br#"{ "a":1e400, "a":-0 }"#,
    );
    check(
        r#"{"data":"t\u00e9xt","metadata":{"encoding":"json/plain"}}"#,
        &plain,
        br#""t\u00e9xt""#,
    );
    check(
        r#"{"metadata":{"encoding":"json/plain"},"data":null}"#,
        &plain,
        b"null",
    );
    check(
        r#"{"metadata":{"encoding":"json/plain"},"data":"MQ=="}"#,
        &plain,
        br#""MQ==""#,
    );
    check(
        r#"{"metadata":{"encoding":"binary/null"},"data":null}"#,
        &[("encoding", "binary/null")],
        b"",
    );
    check(
        r#"{"metadata":{"encoding":"binary/null"}}"#,
        &[("encoding", "binary/null")],
        b"",
    );
    check(
        r#"{"metadata":{"encoding":"json/protobuf","messageType":"a.B"},"data":[1]}"#,
        &[("encoding", "json/protobuf"), ("messageType", "a.B")],
        b"[1]",
    );
    // Written by hand, as Temporal's documentation shows it: plain metadata over base64 data.
    check(
        r#"{"metadata":{"encoding":"binary/encrypted","encryption-key-id":"test"},"data":"AAEC"}"#,
        &[
            ("encoding", "binary/encrypted"),
            ("encryption-key-id", "test"),
        ],
        b"\x00\x01\x02",
    );
}

#[test]
fn proto3_json_that_could_be_taken_for_readable_is_not() {
    check(
        r#"{"metadata":{"encoding":"anNvbi9wbGFpbg"},"data":"MQ"}"#,
        &[("encoding", "json/plain")],
        b"1",
    );
    check(
        r#"{"metadata":{"encoding":"Y29kZWNfYnVja2V0"},"data":"MQ=="}"#,
        &[("encoding", "codec_bucket")],
        b"1",
    );
    check(
        r#"{"metadata":{"encoding":"YmluYXJ5L2VuY3J5cHRlZD92ZW5kb3I9S3VGbG93"},"data":"MQ=="}"#,
        &[("encoding", "binary/encrypted?vendor=KuFlow")],
        b"1",
    );
}

#[test]
fn payload_shapes_in_somebodys_data_are_data() {
    let json = r#"{"payloads":[{"metadata":{"encoding":"json/plain"},"data":{"events":[{"eventId":"1","eventType":"EVENT_TYPE_TIMER_FIRED",
        "input":{"payloads":[{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"MQ=="}]}}]}}]}"#;
    let document = Document::parse(json).expect("Payloads");
    assert_eq!(document.kind(), Kind::Payloads);
    assert_eq!(slot_pointers(&document), ["/payloads/0"]);
    assert_eq!(document.slots()[0].event, None);
    assert!(temporal_payload::history::rows(&document).is_empty());
}
