//! Decode as…: a message that does not say its type is read as one that the user chooses, for now or by a rule that is remembered.

use app::Code;
use payload_codec::{Context, ContextPart};
use serde_json::{Value, json};
use support::app::TestApp;
use support::cli::Home;
use temporal_payload::{Payload, base64};

use crate::context_bound::{NAMESPACE_ONLY, PROD, codec, with_format};
use crate::protobuf_types::{MONEY, ORDER, ORDER_BYTES, ORDER_JSON, payload, said};

const TYPE: &str = "acme.orders.v1.Order";
const BY_RULE: &str = "by the rule for Activity type ChargeCard, input";

/// An Activity of this type that is scheduled with these arguments.
fn scheduled(id: u32, activity: &str, input: &[Value]) -> Value {
    json!({
        "eventId": id.to_string(),
        "eventType": "EVENT_TYPE_ACTIVITY_TASK_SCHEDULED",
        "activityTaskScheduledEventAttributes": {
            "activityId": id.to_string(),
            "activityType": { "name": activity },
            "input": { "payloads": input },
        },
    })
}

/// Four Payloads: an order without its type as the input of two Activities, then as raw bytes and as another type.
fn history() -> String {
    let started = json!({
        "eventId": "1",
        "eventType": "EVENT_TYPE_WORKFLOW_EXECUTION_STARTED",
        "workflowExecutionStartedEventAttributes": { "workflowType": { "name": "Order" }, "workflowId": "o-1" },
    });
    let order = payload(None, ORDER_BYTES);
    let raw = json!({ "metadata": { "encoding": base64::encode(b"binary/plain") }, "data": base64::encode(ORDER_BYTES) });
    let money = payload(Some("acme.Money"), ORDER_BYTES);
    let events = [
        started,
        scheduled(5, "ChargeCard", std::slice::from_ref(&order)),
        scheduled(6, "Refund", &[order]),
        scheduled(7, "ChargeCard", &[raw]),
        scheduled(8, "ChargeCard", &[money]),
    ];
    json!({ "events": events }).to_string()
}

fn rule() -> Value {
    json!({ "of": "activity", "name": "ChargeCard", "position": "input", "message_type": TYPE, "overrides": false })
}

fn with_types() -> (TestApp, tempfile::TempDir) {
    let app = TestApp::new();
    let protos = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(protos.path().join("acme")).expect("a folder");
    for (name, text) in [("acme/order.proto", ORDER), ("acme/money.proto", MONEY)] {
        app::write_atomically(&protos.path().join(name), text.as_bytes()).expect("written");
    }
    let ticket = app.ticket("protobuf_folder", protos.path());
    app.ok("add_protobuf_folder", json!({ "folder": ticket }));
    (app, protos)
}

fn open(app: &TestApp) -> Value {
    app.ok("inspect", json!({ "source": history() }))["document"].clone()
}

/// The preview, the label and the text of one Payload.
fn shown(app: &TestApp, document: &Value, index: u32) -> (String, String, String) {
    let request = json!({ "document": document, "index": index });
    said(&app.ok("inspect_payload", request))
}

#[test]
fn the_types_that_fit_come_first_and_one_is_chosen_for_now() {
    let (app, protos) = with_types();
    let document = open(&app);
    assert_eq!(shown(&app, &document, 0).0, "protobuf, 14 bytes");
    let all = json!({ "document": document, "index": 0 });
    let view = app.ok("message_types", all);
    let first = &view["types"][0];
    assert_eq!(first["name"], TYPE);
    assert_eq!(
        (&first["fits"], &first["n_unknown"]),
        (&json!(true), &json!(0))
    );
    let from = first["from"].as_str().expect("a text");
    assert!(
        from.ends_with(&protos.path().display().to_string()),
        "{from}"
    );
    assert!(
        view["n_types"].as_u64().expect("a number") > 500,
        "Temporal's own, too"
    );
    let place = &view["place"];
    assert_eq!(place["words"], "Activity type ChargeCard, input");
    assert_eq!(
        (&place["of"], &place["has_known_type"]),
        (&json!("activity"), &json!(false))
    );

    let words = json!({ "document": document, "index": 0, "words": "ACME money" });
    let found = app.ok("message_types", words);
    assert_eq!(
        (&found["n_types"], &found["types"][0]["name"]),
        (&json!(1), &json!("acme.Money"))
    );
    // Its second field is a number, and here stands a message.
    assert_ne!(found["types"][0]["n_unknown"], 0);

    let now = json!({ "document": document, "index": 0, "message_type": TYPE });
    let full = app.ok("inspect_payload_as", now);
    let label = full["content"]["label"].as_str().expect("a label");
    assert!(
        label.starts_with(&format!("{TYPE}, as chosen for now; the type is from ")),
        "{label}"
    );
    assert_eq!(
        full["message"],
        json!({ "message_type": TYPE, "chosen_now": true, "is_likely": true })
    );
    let text: Value = full["content"]["text"]
        .as_str()
        .expect("a text")
        .parse()
        .expect("JSON");
    assert_eq!(text, ORDER_JSON.parse::<Value>().expect("JSON"));
    assert!(
        shown(&app, &document, 0)
            .1
            .starts_with("Protobuf without a messageType")
    );
}

#[test]
fn a_rule_reads_what_stands_at_its_place_and_nothing_else() {
    let (app, _protos) = with_types();
    let document = open(&app);
    let saved = app.ok("save_message_rule", rule());
    assert_eq!(
        saved["rules"][0]["words"],
        "Activity type ChargeCard, input"
    );
    assert_eq!(saved["rules"][0]["is_known"], true);
    app.ok("refresh_document", json!({ "document": document }));
    for index in [0, 2] {
        let (preview, label, _) = shown(&app, &document, index);
        assert_eq!(preview, ORDER_JSON, "{index}");
        assert!(
            label.starts_with(&format!("{TYPE}, {BY_RULE}; the type is from ")),
            "{label}"
        );
    }
    assert!(
        shown(&app, &document, 1)
            .1
            .starts_with("Protobuf without a messageType")
    );
    // What says a type that is known is believed, until a rule says otherwise.
    assert!(
        shown(&app, &document, 3)
            .1
            .starts_with("acme.Money, as its messageType says")
    );
    let mut overrides = rule();
    overrides["overrides"] = json!(true);
    let saved = app.ok("save_message_rule", overrides);
    assert_eq!(
        saved["rules"].as_array().map(Vec::len),
        Some(1),
        "one rule for one place"
    );
    let label = shown(&app, &document, 3).1;
    assert!(
        label.starts_with(&format!("{TYPE}, {BY_RULE}, in place of acme.Money; ")),
        "{label}"
    );
    app.ok("undo_settings", json!({ "change": saved["change"] }));
    assert!(
        shown(&app, &document, 3)
            .1
            .starts_with("acme.Money, as its messageType says")
    );

    // It is kept, and gone once it is removed; that can be undone as well.
    let again = app.sibling();
    let kept = again.ok("list_protobuf_types", Value::Null);
    assert_eq!(kept["rules"][0]["rule"]["message_type"], TYPE);
    let removed = app.ok("remove_message_rule", rule());
    assert_eq!(removed["rules"], json!([]));
    assert!(
        shown(&app, &document, 0)
            .1
            .starts_with("Protobuf without a messageType")
    );
    app.ok("undo_settings", json!({ "change": removed["change"] }));
    assert!(shown(&app, &document, 0).1.contains(BY_RULE));
}

#[test]
fn the_most_exact_rule_counts_and_one_of_a_namespace_only_there() {
    let (app, _protos) = with_types();
    let document = open(&app);
    let save = |change: Value| {
        let mut rule = rule();
        for (name, value) in change.as_object().expect("fields") {
            rule[name] = value.clone();
        }
        app.ok("save_message_rule", rule);
    };
    save(json!({ "of": "any", "name": "", "message_type": "acme.Money" }));
    save(json!({ "namespace": "prod-*" }));
    let label = |namespace: &Value| {
        let request = json!({ "document": document, "namespace": namespace });
        app.ok("refresh_document", request);
        shown(&app, &document, 0).1
    };
    let everywhere = label(&Value::Null);
    assert!(
        everywhere.contains("acme.Money, by the rule for input"),
        "{everywhere}"
    );
    let there = label(&json!("prod-eu"));
    assert!(
        there.contains(&format!("{BY_RULE}, in Namespace prod-*")),
        "{there}"
    );
    assert!(label(&json!("dev")).contains("by the rule for input"));
}

#[test]
fn rules_are_exported_and_imported_with_the_settings() {
    let (app, _protos) = with_types();
    app.ok("save_message_rule", rule());
    let path = app.folder().path().join("exported.json");
    app.ok(
        "export_settings",
        json!({ "file": app.ticket("export_settings", &path) }),
    );
    let other = TestApp::new();
    let preview = json!({ "file": other.ticket("import_settings", &path) });
    let preview = other.ok("preview_settings", preview);
    let differences = preview["differences"].to_string();
    assert!(
        differences.contains("Message type of Activity type ChargeCard, input"),
        "{differences}"
    );
    other.ok("import_settings", json!({ "seen": preview["seen"] }));
    let there = other.ok("list_protobuf_types", Value::Null);
    assert_eq!(there["rules"][0]["rule"]["message_type"], TYPE);
    assert_eq!(
        there["rules"][0]["is_known"], false,
        "the files stay where they are"
    );
    assert_eq!(there["places"], json!([]));
}

#[test]
fn rules_that_mean_nothing_are_refused() {
    let app = TestApp::new();
    for (name, value) in [
        ("position", json!("")),
        ("message_type", json!("")),
        ("name", json!("")),
        ("of", json!("any")),
        ("namespace", json!("a b*c*\u{0}")),
        ("name", json!("x".repeat(2000))),
    ] {
        let mut rule = rule();
        rule[name] = value;
        app.fails("save_message_rule", rule, Code::InvalidSetting);
    }
    let rules = app.ok("list_protobuf_types", Value::Null);
    assert_eq!(rules["rules"], json!([]));
}

#[test]
fn the_command_line_takes_rules_and_says_which_it_used() {
    let home = Home::new();
    let folder = home.path().join("protos/acme");
    std::fs::create_dir_all(&folder).expect("a folder");
    for (name, text) in [("order.proto", ORDER), ("money.proto", MONEY)] {
        app::write_atomically(&folder.join(name), text.as_bytes()).expect("written");
    }
    let protos = home.path().join("protos").display().to_string();
    let keys = home.sample_keys();
    let decode = |arguments: &[&str]| {
        let all = [&["decode", "--keys", &keys, "--proto", &protos], arguments].concat();
        home.run(&all, history().as_bytes())
    };
    let rule = format!("ChargeCard.input={TYPE}");
    let ran = decode(&["--as", "readable", "--message-type", &rule]);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let data = |ran: &support::cli::Ran, event: usize| {
        let document: Value = serde_json::from_str(&ran.stdout).expect("JSON");
        let attributes = &document["events"][event]["activityTaskScheduledEventAttributes"];
        attributes["input"]["payloads"][0].clone()
    };
    let order: Value = ORDER_JSON.parse().expect("JSON");
    for event in [1, 3, 4] {
        assert_eq!(data(&ran, event)["data"], order, "{event}");
        assert_eq!(data(&ran, event)["metadata"]["messageType"], TYPE);
    }
    assert_eq!(data(&ran, 2)["data"], json!(base64::encode(ORDER_BYTES)));
    let said = format!("2 Payloads read as {TYPE}, {BY_RULE}.");
    assert!(ran.stderr.contains(&said), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("in place of acme.Money"),
        "{}",
        ran.stderr
    );

    // What is redacted is looked for in there, too.
    let ran = decode(&[
        "--as",
        "redacted",
        "--rule",
        "key:currency",
        "--message-type",
        &rule,
    ]);
    let currency = data(&ran, 1)["data"]["total"]["currency"].to_string();
    assert!(
        currency.contains("[REDACTED:"),
        "{currency}: {}",
        ran.stderr
    );

    for (arguments, why) in [
        (
            [
                "--as",
                "readable",
                "--message-type",
                "ChargeCard.input=acme.Gone",
            ],
            "there is no protobuf type",
        ),
        (
            ["--as", "readable", "--message-type", "ChargeCard"],
            "a message type is chosen as",
        ),
        (
            ["--as", "decoded", "--message-type", &rule],
            "Add --as readable",
        ),
    ] {
        let ran = decode(&arguments);
        assert_eq!(ran.status, Some(1), "{arguments:?}");
        assert!(
            ran.stderr.to_lowercase().contains(&why.to_lowercase()),
            "{}",
            ran.stderr
        );
        assert_eq!(ran.stdout, "");
    }
}

/// Which types fit is asked of what a Payload says, not of what it is sealed as: also where only its reader said whose it is.
#[test]
fn the_types_of_a_payload_that_is_bound_to_a_context() {
    let app = with_format(NAMESPACE_ONLY);
    let protos = tempfile::tempdir().expect("a folder");
    let money = protos.path().join("money.proto");
    app::write_atomically(&money, MONEY.as_bytes()).expect("written");
    let ticket = app.ticket("protobuf_folder", protos.path());
    app.ok("add_protobuf_folder", json!({ "folder": ticket }));
    let plain = payload(None, b"\x0a\x03EUR\x10\x07").to_string();
    let plain = Payload::from_json(plain.as_bytes()).expect("a Payload");
    let context = Context::default().with(ContextPart::Namespace, PROD);
    let sealed = codec(NAMESPACE_ONLY).encode_within(&plain, &context);
    let sealed = sealed.expect("encoded").expect("sealed").to_json();
    let document = app.ok("inspect", json!({ "source": sealed }))["document"].clone();
    let given = json!({ "document": document, "given": { "namespace": PROD } });
    assert_eq!(app.ok("refresh_document", given)["n_failed"], 0);
    let asked = json!({ "document": document, "index": 0, "words": "acme money" });
    let found = app.ok("message_types", asked);
    let first = &found["types"][0];
    assert_eq!(
        (&first["name"], &first["fits"]),
        (&json!("acme.Money"), &json!(true))
    );
    assert_eq!(first["n_unknown"], 0);
}
