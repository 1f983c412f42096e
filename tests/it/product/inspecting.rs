//! The inspector, from a pasted text to what a person reads.

use app::Code;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use support::app::TestApp;
use support::server::{SAMPLE_KEY, chain, sample_keys};
use support::vectors;
use support::wire::{NULL, PLAIN, REFERENCE, SEALED, SEALED_ZLIB, UNKNOWN_KEY, ZLIB, payloads};
use temporal_payload::Payload;

/// A Payload as JSON.
fn payload(encoding: &str, data: &[u8]) -> String {
    json!({ "metadata": { "encoding": STANDARD.encode(encoding) }, "data": STANDARD.encode(data) })
        .to_string()
}

/// Opens a document and returns one Payload in full.
#[track_caller]
fn open(app: &TestApp, source: &str, index: u32) -> Value {
    let document = app.ok("inspect", json!({ "source": source }))["document"].clone();
    app.ok(
        "inspect_payload",
        json!({ "document": document, "index": index }),
    )
}

fn history(name: &str) -> String {
    let path = vectors::tests_folder().join("histories").join(name);
    std::fs::read_to_string(path).expect("a recorded history")
}

#[test]
fn the_sample_is_read_within_two_clicks() {
    let app = TestApp::new();
    let source = app.ok("sample_payload", Value::Null)["source"].clone();
    let keys = app.ok("add_sample_key", json!({ "lifetime": "session" }));
    assert_eq!(keys["has_sample_key"], true);

    let inspection = app.ok("inspect", json!({ "source": source }));
    assert_eq!(inspection["kind"], "Payload");
    assert_eq!(inspection["n_payloads"], 1);
    assert_eq!(inspection["n_decoded"], 1);
    assert_eq!(inspection["n_failed"], 0);
    let row = &inspection["rows"][0];
    assert_eq!(row["outcome"], "decoded");
    assert_eq!(
        row["layers"],
        json!(["encrypted · test", "zlib", "json/plain"])
    );
    assert_eq!(row["place"], "Payload");
    assert_eq!(row["pointer"], "");

    let full = app.ok(
        "inspect_payload",
        json!({ "document": inspection["document"], "index": 0 }),
    );
    assert_eq!(full["row"], *row);
    assert_eq!(
        full["verdict"],
        "Decrypted with key test-key-id, then unpacked from zlib."
    );
    assert_eq!(full["error"], Value::Null);
    assert_eq!(full["content"]["kind"], "json");
    let steps = full["steps"].as_array().expect("steps");
    assert_eq!(steps.len(), 2);
    assert_eq!(steps[0]["codec"], "AES-GCM");
    assert_eq!(steps[0]["key_id"], "test");
    assert_eq!(steps[0]["key_label"], "Temporal samples (public demo key)");
    assert_eq!(steps[1]["codec"], "zlib");
    // The text is real JSON, and what was copied is the decoded Payload.
    let text = full["content"]["text"].as_str().expect("text");
    let order: Value = serde_json::from_str(text).expect("JSON");
    assert!(order.is_object());
    let copied = full["payload_json"].as_str().expect("a Payload");
    let copied = Payload::from_json(copied.as_bytes()).expect("a Payload");
    assert_eq!(copied.encoding(), Some("json/plain"));
    assert_eq!(
        serde_json::from_slice::<Value>(&copied.data).expect("JSON"),
        order
    );
}

#[test]
fn a_missing_key_is_named_and_adding_it_decodes_the_open_document() {
    let app = TestApp::new();
    let source = payloads(&[SEALED, PLAIN, UNKNOWN_KEY]);
    let inspection = app.ok("inspect", json!({ "source": source }));
    let document = inspection["document"].clone();
    assert_eq!(inspection["kind"], "Payloads");
    assert_eq!(inspection["n_decoded"], 0);
    assert_eq!(inspection["n_failed"], 2);
    let row = &inspection["rows"][0];
    assert_eq!(row["outcome"], "failed");
    assert_eq!(row["layers"], json!(["encrypted · test-key-id"]));
    assert_eq!(row["place"], "payloads[0]");
    assert_eq!(row["pointer"], "/payloads/0");
    let reason = "Key \"test-key-id\" was not found.";
    assert_eq!(row["preview"], reason);
    assert_eq!(inspection["rows"][1]["outcome"], "plain");
    assert_eq!(inspection["rows"][1]["preview"], "{\"hello\":\"world\"}");

    let full = app.ok(
        "inspect_payload",
        json!({ "document": document, "index": 0 }),
    );
    assert_eq!(full["verdict"], reason);
    assert_eq!(full["error"]["code"], "key_not_found");
    let hint = full["error"]["hint"].as_str().expect("a hint");
    assert!(hint.contains("Add the key"), "{hint}");

    let text = String::from_utf8(SAMPLE_KEY.to_vec()).expect("ASCII");
    app.import("test-key-id", &text, "utf8", "session");
    // What is shown does not change behind a person's back.
    let rows = app.ok(
        "inspection_rows",
        json!({ "document": document, "offset": 0, "limit": 1 }),
    );
    assert_eq!(rows[0]["outcome"], "failed");
    let again = app.ok("refresh_document", json!({ "document": document }));
    assert_eq!(again["document"], document);
    assert_eq!(again["rows"][0]["outcome"], "decoded");
    assert_eq!(again["rows"][0]["preview"], "{\"hello\":\"world\"}");
    assert_eq!(again["n_decoded"], 1);
    assert_eq!(again["n_failed"], 1);
    assert_eq!(again["rows"][2]["outcome"], "failed");
}

#[test]
fn a_wrong_key_and_damaged_data_are_told_apart_from_a_missing_key() {
    let app = TestApp::new();
    app.import(
        "test-key-id",
        super::commands::SOME_KEY,
        "base64",
        "session",
    );
    let full = open(&app, SEALED, 0);
    assert_eq!(full["row"]["outcome"], "failed");
    assert_eq!(
        full["verdict"],
        "Key \"test-key-id\" does not open it in this format: another key, another format, or damaged data."
    );
    let hint = full["error"]["hint"].as_str().expect("a hint");
    assert!(hint.contains("fingerprint"), "{hint}");
    // What the window offers is a field; the words may change.
    assert_eq!(
        full["error"]["way_out"],
        json!({ "type": "compare_fingerprints", "named": "test-key-id" })
    );

    let app = TestApp::new().with_sample_key();
    let short = SEALED.replace("AAECAwQFBgcICQoL+SuJ2idoYdJlc5Wio/f30eikViKThZLQZ/X6Qn/oSIFgvS8NKdYJULbIT0llcP3jmn5ESOHQsy8/Pbo=", "AAEC");
    let full = open(&app, &short, 0);
    assert!(
        full["verdict"]
            .as_str()
            .expect("text")
            .contains("3 bytes is too short")
    );
    let torn = payload("binary/zlib", b"not zlib");
    let full = open(&app, &torn, 0);
    assert_eq!(full["verdict"], "The zlib data is damaged.");
}

#[test]
fn numbers_stand_as_they_were_sent() {
    let app = TestApp::new();
    let json = r#"{"big":9007199254740993,"huge":1e400,"zero":-0.0,"tiny":0.10,"a":1,"a":2,"u":"\u00e9\/"}"#;
    let full = open(&app, &payload("json/plain", json.as_bytes()), 0);
    assert_eq!(full["content"]["kind"], "json");
    assert_eq!(
        full["content"]["raw"], json,
        "the text exactly as it stands"
    );
    let text = full["content"]["text"].as_str().expect("text");
    for kept in [
        "\"big\": 9007199254740993",
        "\"huge\": 1e400",
        "\"zero\": -0.0",
        "\"tiny\": 0.10",
        "\"a\": 1,",
        "\"a\": 2,",
        // What can be seen is shown, and stands in the raw text as it was sent.
        r#""u": "é\/""#,
    ] {
        assert!(text.contains(kept), "{kept} in {text}");
    }
    // A lone number that no double holds.
    let full = open(
        &app,
        &payload("json/plain", b"12345678901234567890.0123456789"),
        0,
    );
    assert_eq!(full["content"]["text"], "12345678901234567890.0123456789");
}

#[test]
fn each_kind_of_content_is_shown_as_what_it_is() {
    let app = TestApp::new();
    let full = open(&app, NULL, 0);
    assert_eq!(full["content"]["kind"], "null");
    assert_eq!(full["row"]["preview"], "null");

    let full = open(&app, &payload("binary/plain", b"plain words"), 0);
    assert_eq!(full["content"]["kind"], "text");
    assert_eq!(full["content"]["text"], "plain words");

    let full = open(
        &app,
        &payload("binary/plain", b"\x00\x01\xfe\xffABCDEFGHIJKLMN!"),
        0,
    );
    assert_eq!(full["content"]["kind"], "hex");
    assert_eq!(
        full["content"]["text"],
        "0000  00 01 fe ff 41 42 43 44  45 46 47 48 49 4a 4b 4c  ....ABCDEFGHIJKL\n\
         0010  4d 4e 21                                          MN!\n"
    );
    assert_eq!(full["content"]["label"], "19 bytes");

    let full = open(&app, REFERENCE, 0);
    assert_eq!(full["content"]["kind"], "storage_reference");
    assert_eq!(
        full["content"]["label"],
        "Stored externally by aws.s3driver"
    );
    assert_eq!(full["row"]["outcome"], "plain");

    let protobuf = json!({
        "metadata": {
            "encoding": STANDARD.encode("binary/protobuf"),
            "messageType": STANDARD.encode("acme.Order")
        },
        "data": STANDARD.encode([8, 1])
    });
    let full = open(&app, &protobuf.to_string(), 0);
    assert_eq!(full["content"]["kind"], "text");
    assert_eq!(full["content"]["text"], "1: varint 1\n");
    assert_eq!(
        full["content"]["label"],
        "Protobuf acme.Order, a type that is not known here: its fields by number"
    );
    assert_eq!(full["row"]["preview"], "acme.Order, 2 bytes");
}

#[test]
fn a_long_content_is_cut_and_says_so() {
    let app = TestApp::new();
    let long = format!("\"{}\"", "é".repeat(3 << 20));
    let full = open(&app, &payload("json/plain", long.as_bytes()), 0);
    assert_eq!(full["content"]["truncated"], true);
    let text = full["content"]["text"].as_str().expect("text");
    assert!(text.len() <= 4 << 20 && text.len() > (4 << 20) - 4);
    assert_eq!(full["decoded_bytes"], long.len());
    let preview = full["row"]["preview"].as_str().expect("text");
    assert_eq!(preview.chars().count(), 120);

    let full = open(&app, &payload("binary/plain", &[0xfe; 100_000]), 0);
    assert_eq!(full["content"]["truncated"], true);
    assert_eq!(
        full["content"]["text"]
            .as_str()
            .expect("text")
            .lines()
            .count(),
        4096
    );
}

#[test]
fn payloads_inside_a_payload_are_decoded_again() {
    let app = TestApp::new().with_sample_key();
    let nested = payloads(&[SEALED, PLAIN]);
    let outer = json!({
        "metadata": {
            "encoding": STANDARD.encode("json/protobuf"),
            "messageType": STANDARD.encode("temporal.api.common.v1.Payloads")
        },
        "data": STANDARD.encode(nested)
    });
    // As Go's MutableSideEffect: the whole is sealed as well.
    let outer = Payload::from_json(outer.to_string().as_bytes()).expect("a Payload");
    let sealed = chain(sample_keys(&["test-key-id"]), Some("test-key-id"))
        .encode(outer)
        .expect("sealed");
    let full = open(&app, &sealed.to_json(), 0);
    assert_eq!(full["content"]["label"], "2 nested Payloads, decoded");
    let text = full["content"]["text"].as_str().expect("text");
    let shown: Value = serde_json::from_str(text).expect("JSON");
    assert_eq!(shown, json!([{ "hello": "world" }, { "hello": "world" }]));
    assert_eq!(full["row"]["preview"], "2 Payloads");
}

#[test]
fn an_envelope_of_temporal_proxy_opens_where_its_key_lies_beside_it() {
    let app = TestApp::new();
    for vector in vectors::vectors("temporal-proxy-envelope.json") {
        let full = open(&app, &vector["encoded"].to_string(), 0);
        assert_eq!(full["error"], Value::Null, "{}", vector["name"]);
        assert_eq!(full["steps"][0]["format"], "temporal-proxy-local");
        let shown = full["payload_json"].as_str().expect("a Payload");
        assert_eq!(
            Payload::from_json(shown.as_bytes()).expect("a Payload"),
            vectors::payload(&vector["decoded"]),
            "{}",
            vector["name"]
        );
    }
}

#[test]
fn an_envelope_whose_key_a_service_holds_is_named_and_left_alone() {
    let app = TestApp::new().with_sample_key();
    let vector = &vectors::vectors("temporal-proxy-envelope.json")[0];
    let mut sent = vectors::payload(&vector["encoded"]);
    let id = "awskms://arn:aws:kms:eu-central-1:111122223333:key/orders";
    sent.metadata
        .insert("encryption-key-id".to_owned(), id.as_bytes().to_vec());
    let full = open(&app, &sent.to_json(), 0);
    let verdict = full["verdict"].as_str().expect("text");
    assert!(verdict.contains(id), "{verdict}");
    assert_ne!(full["row"]["outcome"], "decoded");
    assert_eq!(full["steps"], json!([]));
    let shown = full["payload_json"].as_str().expect("a Payload");
    assert_eq!(
        Payload::from_json(shown.as_bytes()).expect("a Payload"),
        sent
    );
}

#[test]
fn an_encoding_that_nothing_here_reads_is_named() {
    let app = TestApp::new();
    let full = open(&app, &payload("binary/acme-cipher", &[0xff, 1, 2]), 0);
    assert_eq!(full["row"]["outcome"], "unsupported");
    assert_eq!(
        full["verdict"],
        "Encoding binary/acme-cipher: no format in use reads it."
    );
    assert_eq!(full["unread"], json!({ "formats": [] }));
    // What is plain, or a reference, is not meant.
    let full = open(&app, &payload("json/plain", b"1"), 0);
    assert_eq!(full["unread"], Value::Null);
}

#[test]
fn every_recorded_history_is_a_list_of_what_its_events_say() {
    for (name, min_decoded) in [
        ("real-order-rich", 47),
        ("real-samples-go-encryption", 3),
        ("real-loops-last-run", 1),
        ("synthetic-all-payload-fields", 50),
    ] {
        let app = TestApp::new().with_sample_key();
        let encoded = app.ok(
            "inspect",
            json!({ "source": history(&format!("{name}.encoded.json")) }),
        );
        assert_eq!(encoded["kind"], "Event History", "{name}");
        assert_eq!(encoded["n_failed"], 0, "{name}");
        let n_decoded = encoded["n_decoded"].as_u64().expect("a number");
        assert!(n_decoded >= min_decoded, "{name}: {n_decoded}");
        let decoded = app.ok(
            "inspect",
            json!({ "source": history(&format!("{name}.decoded.json")) }),
        );
        assert_eq!(decoded["n_decoded"], 0, "{name}");
        assert_eq!(decoded["n_payloads"], encoded["n_payloads"], "{name}");

        // Decoded here or by the worker's own codec: the same places say the same.
        let all = |inspection: &Value| all_rows(&app, inspection);
        for (ours, theirs) in all(&encoded).iter().zip(&all(&decoded)) {
            for field in ["pointer", "place", "event", "preview"] {
                assert_eq!(ours[field], theirs[field], "{name} {}", ours["pointer"]);
            }
            let kind = ours["event"]["kind"].as_str().expect("an event");
            assert!(!kind.is_empty() && !kind.contains("EVENT_TYPE"), "{kind}");
        }
    }
}

fn all_rows(app: &TestApp, inspection: &Value) -> Vec<Value> {
    let total = inspection["n_payloads"].as_u64().expect("a number");
    let mut rows = Vec::new();
    while (rows.len() as u64) < total {
        let page = app.ok(
            "inspection_rows",
            json!({ "document": inspection["document"], "offset": rows.len(), "limit": 7 }),
        );
        let page = page.as_array().expect("rows");
        assert!(!page.is_empty() && page.len() <= 7);
        rows.extend(page.iter().cloned());
    }
    rows
}

#[test]
fn rows_come_in_pages() {
    let app = TestApp::new();
    let many = vec![PLAIN; 2500];
    let inspection = app.ok("inspect", json!({ "source": payloads(&many) }));
    assert_eq!(inspection["n_payloads"], 2500);
    assert_eq!(inspection["rows"].as_array().map(Vec::len), Some(200));
    let page = |offset: u32, limit: u32| {
        let rows = app.ok(
            "inspection_rows",
            json!({ "document": inspection["document"], "offset": offset, "limit": limit }),
        );
        let rows = rows.as_array().expect("rows").clone();
        (rows.len(), rows.first().map(|row| row["index"].clone()))
    };
    assert_eq!(page(200, 50), (50, Some(json!(200))));
    assert_eq!(page(0, 5000), (1000, Some(json!(0))), "1,000 at most");
    assert_eq!(page(2490, 50), (10, Some(json!(2490))));
    assert_eq!(page(2500, 50), (0, None));
    assert_eq!(page(u32::MAX, u32::MAX), (0, None));
    app.fails(
        "inspect_payload",
        json!({ "document": inspection["document"], "index": 2500 }),
        Code::BadRequest,
    );
}

#[test]
fn a_closed_document_is_gone_and_the_oldest_of_many_is_closed() {
    let app = TestApp::new();
    let open = || app.ok("inspect", json!({ "source": ZLIB }))["document"].clone();
    let first = open();
    app.ok("close_document", json!({ "document": first }));
    app.ok("close_document", json!({ "document": first }));
    app.fails(
        "inspect_payload",
        json!({ "document": first, "index": 0 }),
        Code::DocumentClosed,
    );
    let kept: Vec<Value> = (0..25).map(|_| open()).collect();
    app.fails(
        "refresh_document",
        json!({ "document": kept[0] }),
        Code::DocumentClosed,
    );
    for document in &kept[1..] {
        let full = app.ok(
            "inspect_payload",
            json!({ "document": document, "index": 0 }),
        );
        assert_eq!(full["verdict"], "Unpacked from zlib.");
    }
}

#[test]
fn a_file_is_read_as_a_pasted_text_is() {
    let app = TestApp::new().with_sample_key();
    let path = app.folder().path().join("document");
    let binary = Payload::from_json(SEALED_ZLIB.as_bytes()).expect("a Payload");
    let utf16: Vec<u8> = std::iter::once(0xfeff_u16)
        .chain(SEALED_ZLIB.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    for content in [SEALED_ZLIB.as_bytes().to_vec(), binary.to_proto(), utf16] {
        app::write_atomically(&path, &content).expect("written");
        let inspection = app.ok(
            "inspect_file",
            json!({ "file": app.ticket("inspect", &path) }),
        );
        assert_eq!(
            inspection["rows"][0]["layers"],
            json!(["encrypted · test-key-id", "zlib", "json/plain"])
        );
    }
    app::write_atomically(&path, b"\x00\x01\x02").expect("written");
    app.fails(
        "inspect_file",
        json!({ "file": app.ticket("inspect", &path) }),
        Code::NotRecognized,
    );
}

#[test]
fn the_label_of_a_key_stands_beside_its_id() {
    let app = TestApp::new();
    let text = String::from_utf8(SAMPLE_KEY.to_vec()).expect("ASCII");
    let handle = app.import("test-key-id", &text, "utf8", "session");
    let full = open(&app, SEALED, 0);
    assert_eq!(full["steps"][0]["key_label"], Value::Null);
    app.ok(
        "rename_key",
        json!({ "handle": handle, "id": "test-key-id", "label": "Staging" }),
    );
    let full = open(&app, SEALED, 0);
    assert_eq!(full["steps"][0]["key_label"], "Staging");
    assert_eq!(full["steps"][0]["bytes_in"], 71);
}
