//! Redaction of whole documents: what is taken out in every position, what stays, and what fails closed.

use proptest::prelude::*;
use temporal_payload::json_text::is_json;
use temporal_payload::{Document, METADATA_ENCODING, Payload};

use crate::{At, Report, Rules, Secret, redact_document};

const CANARY: &str = "CANARY";

fn payload(encoding: &str, data: impl Into<Vec<u8>>) -> Payload {
    Payload {
        metadata: [(METADATA_ENCODING.to_owned(), encoding.into())].into(),
        data: data.into().into(),
        external_payloads: Vec::new(),
    }
}

/// As a codec would: the Payload is in there, from back to front.
fn sealed(data: &str) -> String {
    let mut bytes = payload("json/plain", data).to_proto();
    bytes.reverse();
    payload("binary/encrypted", bytes).to_json()
}

#[allow(clippy::needless_pass_by_value, reason = "as decoders are")]
fn decode(_: At, payload: Payload) -> Result<Payload, String> {
    if payload.encoding() != Some("binary/encrypted") {
        return Ok(payload);
    }
    let mut bytes = payload.data.to_vec();
    bytes.reverse();
    Payload::from_proto(bytes).map_err(|_| "no key opens it".to_owned())
}

struct Redacted {
    text: String,
    report: Report,
}

fn redact(document: &Document, rules: &Rules, byte: u8) -> Redacted {
    let mut text = String::new();
    let mut out = |part: &str| text.push_str(part);
    let report = redact_document(document, rules, &secret(byte), &mut decode, &mut out);
    Redacted { text, report }
}

fn secret(byte: u8) -> Secret {
    Secret::of(&[byte; Secret::BYTES])
}

#[track_caller]
fn redacted(text: &str, rules: &[&str]) -> Redacted {
    let document = Document::parse(text).expect("a document");
    let rules = Rules::new(rules).expect("rules");
    let redacted = redact(&document, &rules, 1);
    let values = redacted.text.lines().filter(|line| !line.is_empty());
    assert!(
        is_json(&redacted.text) || values.clone().all(is_json),
        "{}",
        redacted.text
    );
    redacted
}

/// What becomes of one decoded value.
#[track_caller]
fn value(data: &str, rules: &[&str]) -> String {
    let text = format!(r#"{{"payloads":[{}]}}"#, sealed(data));
    let redacted = redacted(&text, rules).text;
    let start = r#"{"payloads":[{"metadata":{"encoding":"json/plain"},"data":"#;
    let value = redacted
        .strip_prefix(start)
        .and_then(|rest| rest.strip_suffix("}]}"));
    value.unwrap_or_else(|| panic!("{redacted}")).to_owned()
}

fn without_marks(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("[REDACTED:") {
        out.push_str(before);
        let (mark, after) = after.split_once(']').expect("the mark ends");
        assert!(mark.len() == 8 && mark.bytes().all(|byte| byte.is_ascii_hexdigit()));
        out.push('#');
        rest = after;
    }
    out + rest
}

/// A history with a canary wherever Temporal has room for a value.
fn every_position() -> String {
    let mut n = 0;
    let mut canary = || {
        n += 1;
        format!("{CANARY}{n}")
    };
    let mut one = || sealed(&format!(r#"{{"a":"{}"}}"#, canary()));
    let (p, q) = (one(), one());
    let failure = format!(
        r#"{{"message":"{CANARY}m","source":"GoSDK","stackTrace":"{CANARY}s","encodedAttributes":{},"applicationFailureInfo":{{"type":"Boom","nonRetryable":true,"details":{{"payloads":[{}]}},"nextRetryDelay":"3s"}},"cause":{{"message":"{CANARY}c","stack_trace":"{CANARY}d","timeoutFailureInfo":{{"timeoutType":"TIMEOUT_TYPE_HEARTBEAT","lastHeartbeatDetails":{{"payloads":[{p}]}}}},"cause":{{"canceledFailureInfo":{{"details":{{"payloads":[{q}]}}}},"message":"{CANARY}e"}}}}}}"#,
        one(),
        one(),
    );
    let payloads = format!(r#"{{"payloads":[{},{}]}}"#, one(), one());
    let fields = format!(r#"{{"fields":{{"name":{},"id":{}}}}}"#, one(), one());
    let mut events = Vec::new();
    let mut event = |kind: &str, attributes: String| {
        let id = events.len() + 1;
        events.push(format!(
            r#"{{"eventId":"{id}","eventTime":"2026-01-02T03:04:05Z","eventType":"EVENT_TYPE_X","{kind}EventAttributes":{attributes},"userMetadata":{{"summary":{p},"details":{q}}}}}"#
        ));
    };
    event(
        "workflowExecutionStarted",
        format!(
            r#"{{"workflowType":{{"name":"W"}},"input":{payloads},"continuedFailure":{failure},"lastCompletionResult":{payloads},"memo":{fields},"searchAttributes":{{"indexedFields":{{"Keyword":{}}}}},"header":{fields},"identity":"7@host","cronSchedule":"* * * * *"}}"#,
            payload("json/plain", format!("\"{CANARY}sa\"")).to_json()
        ),
    );
    event(
        "workflowExecutionCompleted",
        format!(r#"{{"result":{payloads}}}"#),
    );
    event(
        "workflowExecutionFailed",
        format!(r#"{{"failure":{failure},"retryState":"RETRY_STATE_TIMEOUT"}}"#),
    );
    event(
        "activityTaskScheduled",
        format!(
            r#"{{"input":{payloads},"header":{fields},"activityId":"1","heartbeatTimeout":"3s"}}"#
        ),
    );
    event(
        "activityTaskStarted",
        format!(r#"{{"lastFailure":{failure},"attempt":3}}"#),
    );
    event("activityTaskFailed", format!(r#"{{"failure":{failure}}}"#));
    event(
        "activityTaskCanceled",
        format!(r#"{{"details":{payloads}}}"#),
    );
    event(
        "workflowTaskFailed",
        format!(
            r#"{{"failure":{failure},"cause":"WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR"}}"#
        ),
    );
    event(
        "markerRecorded",
        format!(
            r#"{{"markerName":"M","details":{{"data":{payloads},"side":{payloads}}},"failure":{failure},"header":{fields}}}"#
        ),
    );
    event(
        "workflowExecutionSignaled",
        format!(r#"{{"signalName":"S","input":{payloads},"header":{fields}}}"#),
    );
    event(
        "workflowExecutionTerminated",
        format!(r#"{{"reason":"{CANARY}r","details":{payloads}}}"#),
    );
    event(
        "workflowExecutionCancelRequested",
        format!(r#"{{"cause":"{CANARY} cause","reason":"{CANARY}r"}}"#),
    );
    event(
        "workflowExecutionUpdateAccepted",
        format!(
            r#"{{"acceptedRequest":{{"meta":{{"updateId":"u"}},"input":{{"header":{fields},"name":"U","args":{payloads}}}}}}}"#
        ),
    );
    event(
        "workflowExecutionUpdateCompleted",
        format!(r#"{{"outcome":{{"success":{payloads},"failure":{failure}}}}}"#),
    );
    event(
        "nexusOperationScheduled",
        format!(
            r#"{{"endpoint":"E","service":"S","operation":"O","input":{},"nexusHeader":{{"authorization":"{CANARY}h"}}}}"#,
            one()
        ),
    );
    event(
        "nexusOperationCompleted",
        format!(r#"{{"result":{}}}"#, one()),
    );
    event(
        "somethingNew",
        format!(
            r#"{{"eventGroupMarkers":[{{"label":{{"label":{}}}}}],"remark":"{CANARY}n","remarks":["{CANARY}o"]}}"#,
            one()
        ),
    );
    // What is no Payload in the place of one: the CLI's shorthand.
    event(
        "workflowExecutionSignaled",
        format!(
            r#"{{"signalName":"S","input":[{{"x":"{CANARY}p","{CANARY}k":4711471147114711}}]}}"#
        ),
    );
    // What no key opens.
    let unread = payload("binary/encrypted", format!("{CANARY}u")).to_json();
    event(
        "workflowExecutionSignaled",
        format!(r#"{{"input":{{"payloads":[{unread}]}}}}"#),
    );
    format!(r#"{{"events":[{}]}}"#, events.join(",\n"))
}

#[test]
fn no_value_survives_in_any_position() {
    let text = every_position();
    let reversed: String = CANARY.chars().rev().collect();
    let base64 = |bytes: &[u8]| temporal_payload::base64::encode(bytes);
    assert!(text.contains(CANARY));
    let redacted = redacted(&text, &["everything"]);
    for trace in [CANARY, &reversed, "47114711"] {
        assert!(
            !redacted.text.contains(trace),
            "{trace} in {}",
            redacted.text
        );
    }
    // What is left are texts and no base64 in which a canary could hide.
    let hidden = base64(CANARY.as_bytes());
    assert!(!redacted.text.contains(hidden.trim_end_matches('=')));
    assert_eq!(redacted.report.n_left_out, 1);
    assert_eq!(redacted.report.left_out[0].why, "no key opens it");
    for kept in [
        "7@host",
        "\"W\"",
        "RETRY_STATE_TIMEOUT",
        "GoSDK",
        "Boom",
        "TIMEOUT_TYPE_HEARTBEAT",
        "* * * * *",
        "WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR",
        "2026-01-02T03:04:05Z",
        "authorization",
        "\"E\"",
    ] {
        assert!(
            redacted.text.contains(kept),
            "{kept} is a name, an id or a time"
        );
    }
    let again = Document::parse(redacted.text).expect("it can be opened again");
    assert!(again.slots().len() > 60, "{}", again.slots().len());
}

#[test]
fn equal_values_have_equal_marks_under_one_secret_alone() {
    let text = format!(
        r#"{{"payloads":[{},{},{}]}}"#,
        sealed(r#"{"a":1, "b":"x"}"#),
        sealed(r#"{ "a" : 1,"b":"\u0078"}"#),
        sealed(r#"{"a":2,"b":"x"}"#),
    );
    let document = Document::parse(text).expect("a document");
    let marks = |byte| {
        let redacted = redact(&document, &Rules::everything(), byte);
        let marks: Vec<String> = redacted
            .text
            .match_indices("[REDACTED:")
            .map(|(at, _)| redacted.text[at..at + 19].to_owned())
            .collect();
        <[String; 3]>::try_from(marks).expect("three marks")
    };
    let [one, same, other] = marks(1);
    assert_eq!(one, same);
    assert_ne!(one, other);
    assert_ne!(marks(2)[0], one);
    assert_ne!(
        Secret::fresh().expect("random").mark(b"x"),
        Secret::fresh().expect("random").mark(b"x")
    );
}

#[test]
fn what_no_rule_means_stays_as_sent() {
    let data = r#"{ "n":9007199254740993, "m" : 1.10,"e":1e400, "a":1,"a":2, "\u0073ecret":{"x":[1]}, "t":"\u00e9\/" ,"l":[ ]}"#;
    let put = value(data, &["key:SECRET"]);
    let (start, end) = data.split_once(r#"{"x":[1]}"#).expect("in there");
    assert_eq!(without_marks(&put), format!("{start}\"#\"{end}"));
    assert_eq!(value(data, &["key:nothing"]), data);
}

#[test]
fn rules_mean_paths_keys_and_values() {
    let check = |data: &str, rule: &str, expect: &str| {
        assert_eq!(without_marks(&value(data, &[rule])), expect, "{rule}");
    };
    check(
        r#"{"a":{"b":1,"c":2}}"#,
        "$.a.b",
        r##"{"a":{"b":"#","c":2}}"##,
    );
    check(
        r#"[{"b":1},{"b":{"x":1}}]"#,
        "$[*].b",
        r##"[{"b":"#"},{"b":"#"}]"##,
    );
    check(
        r#"{"a":[{"pin":1}],"pin":2}"#,
        "$..pin",
        r##"{"a":[{"pin":"#"}],"pin":"#"}"##,
    );
    check(r#"{"a":[1,{"b":2}]}"#, "$", r##""#""##);
    check(r#"{"a":1,"b":[2]}"#, "$..*", r##"{"a":"#","b":"#"}"##);
    check(
        r#"{"userPassword":null,"x":1}"#,
        "key:*password",
        r##"{"userPassword":"#","x":1}"##,
    );
    check(
        r#"{"t":"to ada@example.com, b@c.de"}"#,
        "value:email",
        r##"{"t":"to #, #"}"##,
    );
    check(
        r#"{"card":4111111111111111}"#,
        "value:card",
        r##"{"card":"#"}"##,
    );
    check(r#"{"ada@example.com":1}"#, "value:email", r##"{"#":1}"##);
    check(r#"["Ada","Bob"]"#, "value:ada", r##"["#","Bob"]"##);
    // JSON in a text is JSON.
    check(
        r#"{"body":"{\"pin\":\"1\",\"x\":2}"}"#,
        "$.body.pin",
        r##"{"body":"{\"pin\":\"#\",\"x\":2}"}"##,
    );
    check(
        r#"{"body":"[{\"pin\":1}]"}"#,
        "key:pin",
        r##"{"body":"[{\"pin\":\"#\"}]"}"##,
    );
}

#[test]
fn rules_mean_what_stands_around_payloads_too() {
    let text = format!(
        r#"{{"events":[{{"eventId":"1","workflowExecutionStartedEventAttributes":{{"memo":{{"fields":{{"email":{},"n":{}}}}},"continuedFailure":{{"message":"to ada@example.com"}},"identity":"7@host"}}}}]}}"#,
        sealed("\"x\""),
        sealed("1"),
    );
    let redacted = redacted(&text, &["key:email", "key:identity", "value:email"]);
    let left = without_marks(&redacted.text);
    assert!(
        left.contains(r##""email":{"metadata":{"encoding":"json/plain"},"data":"#"}"##),
        "{left}"
    );
    assert!(
        left.contains(r#""data":1}"#)
            && left.contains(r##""message":"to #""##)
            && left.contains(r##""identity":"#""##),
        "{left}"
    );
}

#[test]
fn fails_closed() {
    let left_out = |payload: String, rule: &str| {
        let redacted = redacted(&format!(r#"{{"payloads":[{payload}]}}"#), &[rule]);
        assert!(redacted.text.contains("[LEFT OUT]"), "{}", redacted.text);
        assert_eq!(redacted.report.n_left_out, 1);
    };
    left_out(payload("binary/encrypted", "no").to_json(), "key:x");
    left_out(
        payload("binary/protobuf", "\u{8}\u{1}").to_json(),
        "value:email",
    );
    left_out(payload("binary/plain", "text").to_json(), "$.a");
    left_out(
        r#"{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"?"}"#.replace('?', "!"),
        "key:x",
    );
    // A Payload in somebody's JSON is decoded, too.
    let inner = format!(
        r#"{{"request":{{"input":{{"payloads":[{}]}}}},"n":1}}"#,
        sealed(r#"{"pin":7,"m":2}"#)
    );
    let put = value(&inner, &["key:pin"]);
    let payload = r##"{"metadata":{"encoding":"json/plain"},"data":{"pin":"#","m":2}}"##;
    assert_eq!(
        without_marks(&put),
        format!(r#"{{"request":{{"input":{{"payloads":[{payload}]}}}},"n":1}}"#)
    );
    // However deep it is wrapped.
    let mut deep = r#"{"pin":"CANARY"}"#.to_owned();
    for _ in 0..7 {
        deep = format!(r#"{{"a":{}}}"#, serde_json::Value::from(deep));
    }
    assert!(!value(&deep, &["key:pin"]).contains(CANARY));
}

#[test]
fn refuses_rules_that_there_are_not() {
    for wrong in ["", "all", "key:", "$[?(@.a)]", "path:a", "email"] {
        assert!(Rules::new(&[wrong]).is_err(), "{wrong}");
    }
    assert!(Rules::new::<&str>(&[]).is_err());
    assert!(Rules::new(&["key:a"; 65]).is_err());
}

proptest! {
    #[test]
    fn is_total_and_leaves_json(data in r#"([\[\]{}",:0-9 ]|\\["\\u]|"pin":|"a@b.cd"|null){0,24}"#) {
        for rule in ["everything", "key:pin", "$..pin", "value:email"] {
            let text = format!(r#"{{"payloads":[{}]}}"#, sealed(&data));
            let document = Document::parse(text).expect("a document");
            let rules = Rules::new(&[rule]).expect("rules");
            let redacted = redact(&document, &rules, 1);
            prop_assert!(is_json(&redacted.text), "{}", redacted.text);
        }
    }
}
