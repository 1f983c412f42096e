//! Bytes that nobody writes: no reader panics, and none takes memory out of proportion.

use super::field;
use crate::{NoJson, field_tree, message_json, read_message, temporal};

fn json(name: &str, bytes: &[u8]) -> Result<String, NoJson> {
    let id = temporal().find(name).expect(name);
    message_json(temporal(), id, bytes).map(|json| json.text)
}

#[test]
fn values_are_written_as_protobuf_writes_them() {
    let check = |name: &str, bytes: &[u8], expect: &str| {
        assert_eq!(json(name, bytes).as_deref(), Ok(expect), "{name}");
    };
    check(
        "google.protobuf.DoubleValue",
        b"\x09\0\0\0\0\0\0\xf8\x3f",
        "1.5",
    );
    check(
        "google.protobuf.DoubleValue",
        b"\x09\x9c\x75\x00\x88\x3c\xe4\x37\x7e",
        "1e+300",
    );
    check("google.protobuf.FloatValue", b"\x0d\0\0\xc0\x7f", "\"NaN\"");
    check("google.protobuf.Int64Value", b"", "\"0\"");
    check(
        "google.protobuf.Int32Value",
        b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
        "-1",
    );
    check(
        "google.protobuf.BytesValue",
        b"\x0a\x02\xff\xfe",
        "\"//4=\"",
    );
    check(
        "google.protobuf.StringValue",
        "\x0a\x06a\"\n\u{1}é".as_bytes(),
        "\"a\\\"\\n\\u0001é\"",
    );
    check(
        "google.protobuf.Duration",
        b"\x08\x05\x10\x80\xca\xb5\xee\x01",
        "\"5.500s\"",
    );
    check(
        "google.protobuf.FieldMask",
        b"\x0a\x05a_b.c\x0a\x01d",
        "\"aB.c,d\"",
    );
    check("google.protobuf.Empty", b"", "{}");
    check("google.protobuf.Value", b"", "null");
    check("google.protobuf.Value", b"\x08\0", "null");
    check("google.protobuf.Value", b"\x20\0", "false");
    // {"b":[1],"a":"x"}, by the order of the keys.
    let one = field(6, &field(1, b"\x11\0\0\0\0\0\0\xf0\x3f"));
    let of_b = field(1, &[field(1, b"b"), field(2, &one)].concat());
    let of_a = field(1, &[field(1, b"a"), field(2, &field(3, b"x"))].concat());
    let fields = [of_b, of_a.clone(), of_a].concat();
    check("google.protobuf.Struct", &fields, r#"{"a":"x","b":[1]}"#);
    let any = [
        field(1, b"type.googleapis.com/google.protobuf.Duration"),
        field(2, b"\x08\x01"),
    ]
    .concat();
    check(
        "google.protobuf.Any",
        &any,
        r#"{"@type":"type.googleapis.com/google.protobuf.Duration","value":"1s"}"#,
    );
    let status = [
        b"\x08\x05".to_vec(),
        field(2, b"gone"),
        field(3, &field(1, b"x/my.Unknown")),
    ]
    .concat();
    check(
        "google.rpc.Status",
        &status,
        r#"{"code":5,"message":"gone","details":[{"@type":"x/my.Unknown","value":""}]}"#,
    );
    check(
        "temporal.api.history.v1.HistoryEvent",
        b"\x18\xe7\x07",
        r#"{"eventType":999}"#,
    );
    // Parts of a message are one; of members of a oneof the last one counts.
    check(
        "temporal.api.common.v1.WorkflowExecution",
        &[field(1, b"a"), field(2, b"r"), field(1, b"b")].concat(),
        r#"{"workflowId":"b","runId":"r"}"#,
    );
    let started = field(6, &field(1, &field(1, b"Order")));
    let completed = field(7, &[]);
    check(
        "temporal.api.history.v1.HistoryEvent",
        &[started.clone(), completed.clone()].concat(),
        r#"{"workflowExecutionCompletedEventAttributes":{}}"#,
    );
    check(
        "temporal.api.history.v1.HistoryEvent",
        &[completed, started].concat(),
        r#"{"workflowExecutionStartedEventAttributes":{"workflowType":{"name":"Order"}}}"#,
    );
}

#[test]
fn depth_and_size_are_bounded() {
    let mut deep = Vec::new();
    for _ in 0..300 {
        deep = field(4, &deep);
    }
    assert_eq!(
        json("temporal.api.failure.v1.Failure", &deep),
        Err(NoJson::TooDeep)
    );
    let many = [0x0a, 0].repeat(4 << 20);
    assert_eq!(
        json("temporal.api.history.v1.History", &many),
        Err(NoJson::TooLarge)
    );
    assert_eq!(read_message(&many), None);
    assert_eq!(
        json("temporal.api.history.v1.History", b"\x0a\x05a"),
        Err(NoJson::Malformed)
    );
    assert_eq!(
        json("google.protobuf.StringValue", b"\x0a\x01\xff"),
        Err(NoJson::Malformed)
    );
}

/// Bytes that a message of the API is changed into, one by one.
#[test]
fn no_reader_panics() {
    let history = include_bytes!("../../../../tests/cases/cloud-export/history.bin");
    for at in 0..history.len() {
        for change in [1, 0x80, 0xff] {
            let mut bytes = history.to_vec();
            bytes[at] ^= change;
            let _ = read_message(&bytes);
            let _ = field_tree(&bytes);
        }
        let _ = read_message(&history[at..]);
    }
}
