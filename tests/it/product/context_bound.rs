//! Formats that bind Payloads to a Namespace, a Workflow and an Activity: a history says most of it, its reader the rest, and a
//! Codec Server request no more than the Namespace.

use std::sync::Arc;

use app::Code;
use payload_codec::{
    CodecSpec, Context, ContextPart, KeyId, Keyring, PayloadCodec, SecretKey, build,
};
use serde_json::{Value, json};
use support::app::{TestApp, eventually, import, send};
use support::cli::{Home, Ran};
use support::server::SAMPLE_KEY;
use support::wire::{Ask, ORIGIN, payloads};
use temporal_payload::Payload;
use zeroize::Zeroizing;

/// Additional data with Namespace, Workflow and Activity; a key for each Workflow.
pub(crate) const SPEC: &str = r#"{
  "encoding": "binary/bound", "key_id": "kid", "cipher": "aes-gcm",
  "key": {"from": "hkdf_sha256", "salt": [{"text": "ours"}], "info": ["workflow_id"]},
  "aad": {"length_prefixed": ["namespace", "workflow_id", "activity_type"]}
}"#;

/// Additional data with the Namespace alone.
pub(crate) const NAMESPACE_ONLY: &str = r#"{
  "encoding": "binary/bound", "key_id": "kid", "cipher": "aes-gcm", "aad": {"joined": ["namespace", {"hex": "00"}]}
}"#;

pub(crate) const PROD: &str = "prod.a1b2c";

pub(crate) fn codec(spec: &str) -> Arc<dyn PayloadCodec> {
    let spec: CodecSpec = serde_json::from_str(spec).expect("a spec");
    let mut keys = Keyring::default();
    let key = SecretKey::new(Zeroizing::new(SAMPLE_KEY.to_vec())).expect("a key");
    keys.insert(KeyId::new("k1"), key);
    build(&spec, "bound", Arc::new(keys), Some(KeyId::new("k1"))).expect("sound")
}

/// Text, sealed for this Namespace, Workflow and Activity.
fn sealed_with(spec: &str, text: &str, [namespace, workflow, activity]: [&str; 3]) -> Payload {
    let context = Context::default()
        .with(ContextPart::Namespace, namespace)
        .with(ContextPart::WorkflowId, workflow)
        .with(ContextPart::ActivityType, activity);
    let encoded = codec(spec).encode_within(&plain(text), &context);
    encoded.expect("encoded").expect("sealed")
}

fn plain(text: &str) -> Payload {
    Payload {
        metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
        data: format!("{text:?}").into_bytes().into(),
        external_payloads: vec![],
    }
}

/// A Payload where it stands in an event: what it says, and for whom it is sealed.
type Place = (&'static str, [&'static str; 3]);

/// An Activity, a child Workflow and a signal to another Workflow, in a history that does not say its own Namespace; with its Workflow
/// id, or without. `payload` makes each Payload.
fn history(workflow_id: Option<&str>, payload: &dyn Fn(Place) -> Payload) -> String {
    let own = workflow_id.unwrap_or("order-1");
    let input = |text, of| {
        let payload: Value = serde_json::from_str(&payload((text, of)).to_json()).expect("JSON");
        json!({ "payloads": [payload] })
    };
    // What lives as long as the program is easier to name.
    let own: &'static str = own.to_owned().leak();
    let mut started = json!({
        "workflowType": { "name": "Order" },
        "input": input("started", [PROD, own.strip_suffix("-2026-11-30T08:00:00Z").unwrap_or(own), ""]),
    });
    if let Some(id) = workflow_id {
        started["workflowId"] = id.into();
    }
    json!({ "events": [
        { "eventId": "1", "eventType": "EVENT_TYPE_WORKFLOW_EXECUTION_STARTED",
          "workflowExecutionStartedEventAttributes": started },
        { "eventId": "5", "eventType": "EVENT_TYPE_ACTIVITY_TASK_SCHEDULED",
          "userMetadata": { "summary": input("summary", [PROD, own, ""])["payloads"][0] },
          "activityTaskScheduledEventAttributes": {
            "activityId": "5", "activityType": { "name": "ChargeCard" }, "input": input("charge", [PROD, own, "ChargeCard"]) } },
        { "eventId": "7", "eventType": "EVENT_TYPE_ACTIVITY_TASK_COMPLETED",
          "activityTaskCompletedEventAttributes": {
            "scheduledEventId": "5", "startedEventId": "6", "result": input("charged", [PROD, own, "ChargeCard"]) } },
        { "eventId": "11", "eventType": "EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED",
          "startChildWorkflowExecutionInitiatedEventAttributes": {
            "namespace": "shipping", "workflowId": "ship-7", "workflowType": { "name": "Ship" },
            "input": input("ship", ["shipping", "ship-7", ""]) } },
        { "eventId": "13", "eventType": "EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED",
          "childWorkflowExecutionCompletedEventAttributes": {
            "namespace": "shipping", "workflowExecution": { "workflowId": "ship-7" }, "workflowType": { "name": "Ship" },
            "initiatedEventId": "11", "result": input("shipped", ["shipping", "ship-7", ""]) } },
        { "eventId": "14", "eventType": "EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED",
          "signalExternalWorkflowExecutionInitiatedEventAttributes": {
            "namespace": "stock", "workflowExecution": { "workflowId": "stock-1" }, "signalName": "take",
            "input": input("take", ["stock", "stock-1", ""]) } },
        { "eventId": "15", "eventType": "EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED",
          "workflowExecutionSignaledEventAttributes": { "signalName": "go", "input": input("go", [PROD, own, ""]) } },
        { "eventId": "19", "eventType": "EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED",
          "workflowExecutionCompletedEventAttributes": { "result": input("done", [PROD, own, ""]) } },
    ] })
    .to_string()
}

const N: usize = 9;

/// The same history, with sealed Payloads, and with those that a Workflow sees.
fn both(workflow_id: Option<&str>) -> (String, Value) {
    let sealed = history(workflow_id, &|(text, of)| sealed_with(SPEC, text, of));
    let decoded = history(workflow_id, &|(text, _)| plain(text));
    (sealed, serde_json::from_str(&decoded).expect("JSON"))
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn keys(home: &Home) -> String {
    let spec: Value = serde_json::from_str(SPEC).expect("JSON");
    let key = json!({
        "id": "k1", "material": "test-key-test-key-test-key-test!", "format": "utf8", "spec": spec
    });
    home.file("keys.json", json!({ "keys": [key] }).to_string())
}

#[track_caller]
fn decode(home: &Home, more: &[&str], document: &str) -> Ran {
    let keys = keys(home);
    let mut arguments = vec!["decode", "--keys", &keys];
    arguments.extend(more);
    home.run(&arguments, document.as_bytes())
}

#[test]
fn every_position_of_a_history_opens_with_the_namespace_alone() {
    let home = Home::new();
    // A schedule's input was sealed before the server put the time behind the id.
    for id in ["order-1", "nightly-2026-11-30T08:00:00Z"] {
        let (sealed, decoded) = both(Some(id));
        let ran = decode(&home, &["--namespace", PROD], &sealed);
        assert_eq!(ran.status, Some(0), "{id}: {}", ran.stderr);
        assert_eq!(json(&ran.stdout), decoded, "{id}");
        assert_eq!(ran.stderr, "", "{id}");
    }
}

#[test]
fn what_the_history_does_not_say_is_named_and_can_be_said() {
    let home = Home::new();
    let (sealed, decoded) = both(Some("order-1"));
    // What goes to other Workflows says whose it is; the rest needs the Namespace.
    let ran = decode(&home, &[], &sealed);
    assert_eq!(ran.status, Some(2));
    let needs = "The format needs the Namespace, which the Payload does not carry.";
    assert_eq!(ran.stderr.matches(needs).count(), N - 3, "{}", ran.stderr);
    assert_eq!(
        ran.stderr.matches("--namespace").count(),
        1,
        "{}",
        ran.stderr
    );
    let half = json(&ran.stdout);
    let of = |document: &Value, event: usize, attributes: &str| {
        document["events"][event][attributes]["input"].clone()
    };
    let child = "startChildWorkflowExecutionInitiatedEventAttributes";
    assert_eq!(of(&half, 3, child), of(&decoded, 3, child));

    // As some versions of the CLI show it.
    let (sealed, decoded) = both(None);
    let ran = decode(&home, &["--namespace", PROD], &sealed);
    assert_eq!(ran.status, Some(2));
    let needs = "The format needs the Workflow id, which the Payload does not carry.";
    assert_eq!(ran.stderr.matches(needs).count(), N - 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("--workflow-id"), "{}", ran.stderr);
    let said = ["--namespace", PROD, "--workflow-id", "order-1"];
    let ran = decode(&home, &said, &sealed);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert_eq!(json(&ran.stdout), decoded);

    // Another one opens nothing, and the reason says what it depends on.
    let said = ["--namespace", PROD, "--workflow-id", "order-2"];
    let ran = decode(&home, &said, &sealed);
    assert_eq!(ran.status, Some(2));
    let reason = "with this Namespace, Workflow id and Activity type";
    assert!(ran.stderr.contains(reason), "{}", ran.stderr);
}

#[test]
fn the_history_is_right_where_somebody_says_otherwise() {
    let home = Home::new();
    let (sealed, decoded) = both(Some("order-1"));
    let said = [
        "--namespace",
        PROD,
        "--workflow-id",
        "order-2",
        "--workflow-type",
        "Order",
    ];
    let ran = decode(&home, &said, &sealed);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert_eq!(json(&ran.stdout), decoded);
    assert_eq!(
        ran.stderr.trim_end(),
        "The history says the Workflow id itself: \"order-1\" is used, not \"order-2\"."
    );
}

#[test]
fn exports_know_whose_payloads_they_take_out() {
    let home = Home::new();
    let (sealed, _) = both(Some("order-1"));
    for form in ["readable", "redacted"] {
        let ran = decode(
            &home,
            &["--namespace", PROD, "--as", form, "--rule", "key:nothing"]
                [..if form == "redacted" { 6 } else { 4 }],
            &sealed,
        );
        assert_eq!(ran.status, Some(0), "{form}: {}", ran.stderr);
        for text in ["started", "charged", "shipped", "take", "done"] {
            assert!(
                ran.stdout.contains(&format!("\"data\":\"{text}\""))
                    || ran.stdout.contains(&format!("\"data\": \"{text}\"")),
                "{form}: {text}"
            );
        }
    }
    // Encoded and decoded again, each for whom it is.
    let keys = keys(&home);
    let (_, decoded) = both(Some("order-1"));
    let arguments = ["encode", "--keys", &keys, "--namespace", PROD];
    let encoded = home.run(&arguments, decoded.to_string().as_bytes());
    assert_eq!(encoded.status, Some(0), "{}", encoded.stderr);
    // "json/plain", in base64
    assert!(!encoded.stdout.contains("anNvbi9wbGFpbg=="));
    let again = decode(&home, &["--namespace", PROD], &encoded.stdout);
    assert_eq!(json(&again.stdout), decoded);
}

/// A key with the format.
pub(crate) fn with_format(spec: &str) -> TestApp {
    let app = TestApp::new();
    let request = json!({ "name": "bound", "previous": null, "spec": spec });
    app.ok("save_format", request);
    let text = "test-key-test-key-test-key-test!";
    let mut request = import("k1", text, "utf8", "session");
    request["formats"] = json!(["bound"]);
    app.ok("import_key", request);
    app
}

fn payload(app: &TestApp, document: &Value, index: usize) -> Value {
    let request = json!({ "document": document, "index": index });
    app.ok("inspect_payload", request)
}

/// Parts of a context as they are shown: value and source.
fn shown(payload: &Value) -> Vec<(String, Value, Value)> {
    let context = payload["context"].as_array().expect("a list").iter();
    let part = |it: &Value| {
        let name = it["part"].as_str().expect("a name").to_owned();
        (name, it["value"].clone(), it["source"].clone())
    };
    context.map(part).collect()
}

#[test]
fn the_window_asks_once_for_a_document_and_says_what_it_used() {
    let app = with_format(SPEC);
    let (sealed, _) = both(Some("order-1"));
    let opened = app.ok("inspect", json!({ "source": sealed }));
    let document = opened["document"].clone();
    assert_eq!(
        (&opened["n_decoded"], &opened["n_failed"]),
        (&json!(3), &json!(N - 3))
    );
    let failed = payload(&app, &document, 1);
    assert_eq!(failed["error"]["code"], "context_missing");
    assert_eq!(
        shown(&failed),
        [
            ("namespace".to_owned(), Value::Null, Value::Null),
            ("workflow_id".to_owned(), json!("order-1"), json!("history")),
            (
                "activity_type".to_owned(),
                json!("ChargeCard"),
                json!("history")
            ),
        ]
    );
    let child = payload(&app, &document, 4);
    assert_eq!(
        shown(&child)[0],
        ("namespace".to_owned(), json!("shipping"), json!("history"))
    );

    let given = json!({ "document": document, "given": { "namespace": PROD } });
    let again = app.ok("refresh_document", given);
    assert_eq!(
        (&again["n_decoded"], &again["n_failed"]),
        (&json!(N), &json!(0))
    );
    let charge = payload(&app, &document, 1);
    assert_eq!(charge["error"], Value::Null);
    assert_eq!(charge["content"]["text"], "\"charge\"");
    assert_eq!(
        shown(&charge)[0],
        ("namespace".to_owned(), json!(PROD), json!("given"))
    );
    // The summary of an Activity is the Workflow's.
    assert_eq!(shown(&payload(&app, &document, 2))[2].1, json!(""));
    // It is remembered, also where keys change.
    let kept = app.ok("refresh_document", json!({ "document": document }));
    assert_eq!(kept["n_failed"], 0);
    // Everything that reads the history knows it.
    let event = app.ok("history_event", json!({ "document": document, "event": 2 }));
    assert!(
        event["attributes"]["text"]
            .as_str()
            .expect("text")
            .contains("\"charged\"")
    );
    let filter = json!({ "show": "all", "kinds": [], "workflow_tasks": true });
    let found = app.ok(
        "search_history",
        json!({ "document": document, "text": "shipped", "filter": filter }),
    );
    assert_eq!(found["n"], 1);
    let any = json!({ "document": document, "expression": "any(.. | strings; . == \"charge\")" });
    assert_eq!(app.ok("filter", any)["text"], "true");
    let bytes = app.ok(
        "payload_bytes",
        json!({ "document": document, "index": 1, "layer": 1 }),
    );
    assert!(
        bytes["chunks"].to_string().contains("22636861726765"),
        "{bytes}"
    );

    // A Namespace that is chosen for the document is meant.
    let chosen = json!({ "document": document, "namespace": PROD, "given": {} });
    assert_eq!(app.ok("refresh_document", chosen)["n_failed"], 0);
    let charge = payload(&app, &document, 1);
    assert_eq!(shown(&charge)[0].2, json!("namespace"));
}

#[test]
fn a_pasted_payload_asks_for_all_of_it() {
    let app = with_format(SPEC);
    let one = sealed_with(SPEC, "alone", [PROD, "order-1", "ChargeCard"]).to_json();
    let document = app.ok("inspect", json!({ "source": one }))["document"].clone();
    let failed = payload(&app, &document, 0);
    let message = "The format needs the Namespace, Workflow id and Activity type, which the Payload does not carry.";
    assert_eq!(failed["error"]["message"], message);
    assert!(
        shown(&failed)
            .iter()
            .all(|(_, value, source)| value.is_null() && source.is_null())
    );
    let given = |id: &str| json!({ "document": document, "given": { "namespace": PROD, "workflow_id": id, "activity_type": "ChargeCard" } });
    assert_eq!(app.ok("refresh_document", given("order-2"))["n_failed"], 1);
    let wrong = payload(&app, &document, 0);
    let message = wrong["error"]["message"].as_str().expect("text");
    assert!(
        message.contains("with this Namespace, Workflow id and Activity type: another context"),
        "{message}"
    );
    assert_eq!(shown(&wrong)[1].1, json!("order-2"));
    assert_eq!(app.ok("refresh_document", given("order-1"))["n_failed"], 0);
    assert_eq!(payload(&app, &document, 0)["content"]["text"], "\"alone\"");
    // What it is asked for is no part of what is encoded: nobody said whose that is.
    let request = json!({ "text": "1", "encoding": "json/plain" });
    let error = app.fails("encode_json", request, Code::NotEncoded);
    assert!(error.message.contains("Workflow id"), "{error:?}");
}

/// A search of keys knows it as well, for a key that is not used with the format yet.
#[test]
fn which_key_opens_this_knows_whose_it_is() {
    let app = TestApp::new();
    let format = json!({ "name": "bound", "previous": null, "spec": SPEC });
    app.ok("save_format", format);
    app.import("k1", "test-key-test-key-test-key-test!", "utf8", "session");
    let one = sealed_with(SPEC, "alone", [PROD, "order-1", ""]).to_json();
    let document = app.ok("inspect", json!({ "source": one }))["document"].clone();
    let search = || {
        app.ok(
            "diagnose_payload",
            json!({ "document": document, "index": 0 }),
        )
    };
    assert_eq!(search()["findings"], json!([]));
    let given = json!({ "namespace": PROD, "workflow_id": "order-1", "activity_type": "" });
    app.ok(
        "refresh_document",
        json!({ "document": document, "given": given }),
    );
    assert_eq!(search()["findings"][0]["format"], "bound");
}

/// The trial of a spec takes it from a history, or from whoever writes the spec.
#[test]
fn a_spec_on_trial_says_what_it_needs() {
    let app = TestApp::new();
    let key = app.import("k1", "test-key-test-key-test-key-test!", "utf8", "session");
    let one = sealed_with(SPEC, "alone", [PROD, "order-1", ""]).to_json();
    let tried = |payload: &str, given: Value| {
        app.ok(
            "try_format",
            json!({ "spec": SPEC, "key": key, "payload": payload, "given": given }),
        )
    };
    let trial = tried(&one, Value::Null);
    assert_eq!(trial["opened"], false);
    let verdict = "Key: it is made of the Workflow id, which the Payload does not carry.";
    assert_eq!(trial["verdict"], verdict);
    let given = json!({ "namespace": PROD, "workflow_id": "order-1", "activity_type": "" });
    let trial = tried(&one, given);
    assert_eq!(trial["opened"], true, "{trial}");
    assert_eq!(shown(&trial)[1].2, json!("given"));
    let (sealed, _) = both(Some("order-1"));
    let trial = tried(&sealed, json!({ "namespace": PROD }));
    assert_eq!(trial["opened"], true, "{trial}");
    assert_eq!(shown(&trial)[1].2, json!("history"));
}

/// A request has the Namespace, so that what is bound to that alone opens; what needs more says so, in the answer and in Requests.
#[test]
fn a_codec_server_request_has_the_namespace_and_says_what_it_lacks() {
    let app = with_format(NAMESPACE_ONLY);
    let port = app.serve();
    let body = |spec| payloads(&[&sealed_with(spec, "value", [PROD, "order-1", ""]).to_json()]);
    let ask = |body: &str, namespace: Option<&str>| {
        let ask = Ask::post("/decode", body).header("Origin", ORIGIN);
        send(
            port,
            match namespace {
                Some(namespace) => ask.header("X-Namespace", namespace),
                None => ask,
            },
        )
    };
    let bound = body(NAMESPACE_ONLY);
    let answer = ask(&bound, Some(PROD));
    assert_eq!(answer.status(), 200, "{}", answer.body);
    assert!(answer.body.contains("InZhbHVlIg=="), "{}", answer.body);
    let answer = ask(&bound, Some("other"));
    assert!(
        answer.status_line().contains("Wrong key or context"),
        "{}",
        answer.status_line()
    );
    let answer = ask(&bound, None);
    assert!(
        answer
            .body
            .contains("the format needs the Namespace, which the request does not name"),
        "{}",
        answer.body
    );
    // What is encoded for a Namespace opens there.
    let plain = payloads(&[&plain("value").to_json()]);
    let encode = Ask::post("/encode", &plain).header("X-Namespace", PROD);
    let encoded = send(port, encode).body;
    assert!(ask(&encoded, Some(PROD)).body.contains("InZhbHVlIg=="));
    let encode = send(port, Ask::post("/encode", &plain));
    assert_eq!(encode.status(), 422, "{}", encode.body);

    let app = with_format(SPEC);
    let port = app.serve();
    let bound = body(SPEC);
    let ask = Ask::post("/decode", &bound)
        .header("Origin", ORIGIN)
        .header("X-Namespace", PROD);
    let answer = send(port, ask);
    let reason = "the format needs the Workflow id and Activity type, which a Codec Server request does not carry: open the Event History in Temporal Codec Desktop";
    assert_eq!(answer.status(), 422);
    assert!(
        answer
            .status_line()
            .contains("Format needs the Workflow id and Activity type"),
        "{}",
        answer.status_line()
    );
    assert!(answer.body.contains(reason), "{}", answer.body);
    let list = || app.ok("list_requests", json!({ "limit": 5 }))["requests"].clone();
    eventually("the request", || list().as_array().map(Vec::len) == Some(1));
    let detail = app.ok("request_detail", json!({ "id": list()[0]["id"] }));
    assert_eq!(detail["reasons"][0]["code"], "CONTEXT_MISSING");
    let said = detail["reasons"].to_string();
    assert!(
        said.contains("which a Codec Server request does not carry"),
        "{said}"
    );
}
