//! Searching the Payloads of a document: behind what their rows show, and never after a lock.

use app::{Code, WayOut};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use support::app::TestApp;
use support::wire::payloads;

use crate::commands::SOME_KEY;

fn plain(data: &str) -> String {
    json!({ "metadata": { "encoding": STANDARD.encode("json/plain") }, "data": STANDARD.encode(data) })
        .to_string()
}

fn found(app: &TestApp, document: &Value, text: &str) -> Value {
    let request = json!({ "document": document, "text": text });
    app.ok("search_payloads", request)["matches"].clone()
}

#[test]
fn what_a_payload_says_is_found_behind_the_start_that_its_row_shows() {
    let app = TestApp::new();
    let far = format!("{{\"name\":\"{}\",\"city\":\"Lisbon\"}}", "x".repeat(500));
    let source = payloads(&[&plain("\"one\""), &plain(&far), &plain("\"LISBON\"")]);
    let document = app.ok("inspect", json!({ "source": source }))["document"].clone();
    assert_eq!(found(&app, &document, "lisbon"), json!([1, 2]));
    // As it was sent, and as it is laid out.
    assert_eq!(found(&app, &document, "\"city\":\"Lisbon\""), json!([1]));
    assert_eq!(found(&app, &document, "\"city\": \"lisbon\""), json!([1]));
    // Places and encodings, too.
    assert_eq!(found(&app, &document, "payloads[2]"), json!([2]));
    assert_eq!(found(&app, &document, "json/plain"), json!([0, 1, 2]));
    assert_eq!(found(&app, &document, "Porto"), json!([]));
    assert_eq!(found(&app, &document, "  "), json!([]));
}

#[test]
fn what_was_kept_for_a_search_is_gone_with_a_lock() {
    let app = TestApp::new();
    app.import("prod", SOME_KEY, "base64", "keychain");
    let text = json!({ "far": "x".repeat(500), "town": "Lisbon" }).to_string();
    let request = json!({ "text": text, "encoding": "json/plain", "namespace": null });
    let sealed = app.ok("encode_json", request)["payload_json"].clone();
    let source = payloads(&[sealed.as_str().expect("a Payload")]);
    let document = app.ok("inspect", json!({ "source": source }))["document"].clone();
    assert_eq!(found(&app, &document, "lisbon"), json!([0]));
    app.ok("lock", json!({ "forget_session_keys": true }));
    // The window has not asked for it anew; the document is the one that was decoded.
    assert_eq!(found(&app, &document, "lisbon"), json!([]));
    app.ok("unlock", Value::Null);
    app.ok("refresh_document", json!({ "document": document }));
    assert_eq!(found(&app, &document, "lisbon"), json!([0]));
}

#[test]
fn base64_that_is_no_message_can_be_gone_on_with_unless_it_is_json() {
    let app = TestApp::new();
    let ways = |bytes: &[u8]| {
        let source = STANDARD.encode(bytes);
        let error = app.fails("inspect", json!({ "source": source }), Code::NotRecognized);
        error.way_out
    };
    let noise: Vec<u8> = (0..60u8).map(|n| n.wrapping_mul(151) ^ 0xa5).collect();
    assert_eq!(ways(&noise), Some(WayOut::InspectAsData));
    assert_eq!(
        ways(b"gAAAAABh-a-token-that-is-text-and-no-json-at-all"),
        Some(WayOut::InspectAsData)
    );
    assert_eq!(ways(b"{\"order\":42,\"customer\":\"somebody\"}"), None);
}

/// `"data": "…"` without its metadata is what the same base64 is by itself: told in the same words, with the same way on.
#[test]
fn a_fragment_of_data_alone_is_what_its_base64_is() {
    let app = TestApp::new();
    app.import("prod", SOME_KEY, "base64", "keychain");
    let request =
        json!({ "text": "{\"customer\":420}", "encoding": "json/plain", "namespace": null });
    let sealed = app.ok("encode_json", request)["payload_json"].clone();
    let sealed: Value = serde_json::from_str(sealed.as_str().expect("a Payload")).expect("JSON");
    let data = sealed["data"].as_str().expect("base64").to_owned();
    let refused =
        |source: &str| app.fails("inspect", json!({ "source": source }), Code::NotRecognized);
    let alone = refused(&data);
    assert!(
        alone
            .message
            .contains("cannot be read without its metadata"),
        "{}",
        alone.message
    );
    assert_eq!(alone.way_out, Some(WayOut::InspectAsData));
    for source in [
        format!("\"data\": \"{data}\""),
        format!("  \"data\": \"{data}\",\n"),
        format!("data: \"{data}\""),
        format!("data: '{data}'"),
        format!("data: {data}"),
        format!("'data': '{data}'"),
        format!("Data: \"{data}\","),
        format!("data={data}"),
        format!("data: >-\n  {data}\n"),
        format!("{{\"data\": \"{data}\"}}"),
        format!("{{\"metadata\": {{}}, \"data\": \"{data}\"}}"),
        format!("\"metadata\": null,\n\"data\": \"{data}\""),
        format!("    \"data\": \"{data}\"\n  }}\n]"),
    ] {
        let error = refused(&source);
        assert_eq!(error.message, alone.message, "{source}");
        assert_eq!(error.way_out, alone.way_out, "{source}");
        let view = app.ok("inspect", json!({ "source": source, "as_data": true }));
        assert_eq!(view["n_payloads"], 1, "{source}");
        assert_eq!(view["n_decoded"], 1, "{source}");
    }
    let several = [
        format!("\"data\": \"{data}\",\n\"data\": \"{data}\","),
        format!("\"data\": \"{data}\"\n\"data\": \"{data}\"\n"),
        format!("- data: {data}\n- data: {data}\n"),
        format!("{data}\n{data}\n"),
    ];
    for source in several {
        let error = refused(&source);
        assert!(
            error.message.contains("in 2 parts"),
            "{source}: {}",
            error.message
        );
        assert_eq!(error.way_out, alone.way_out, "{source}");
        let view = app.ok("inspect", json!({ "source": source, "as_data": true }));
        assert_eq!(view["n_payloads"], 2, "{source}");
    }
    // What says its encoding is decoded, and several are several.
    let metadata = sealed["metadata"].to_string();
    let lines = format!("\"metadata\": {metadata},\n\"data\": \"{data}\",\n");
    for n in [1, 2] {
        let view = app.ok("inspect", json!({ "source": lines.repeat(n) }));
        assert_eq!(
            (&view["n_payloads"], &view["n_decoded"]),
            (&json!(n), &json!(n))
        );
    }
}

/// A Payload without metadata among others is not "not encoded": nothing says what it is.
#[test]
fn a_payload_without_metadata_is_told_for_what_it_is() {
    let app = TestApp::new();
    let noise: Vec<u8> = (0..60u8).map(|n| n.wrapping_mul(151) ^ 0xa5).collect();
    let bare = json!({ "data": STANDARD.encode(noise) }).to_string();
    let source = payloads(&[&plain("\"one\""), &bare]);
    let view = app.ok("inspect", json!({ "source": source }));
    let request = json!({ "document": view["document"], "index": 1 });
    let payload = app.ok("inspect_payload", request);
    assert_eq!(payload["row"]["outcome"], "unsupported");
    let verdict = payload["verdict"].as_str().expect("a verdict");
    assert!(
        verdict.contains("cannot be read without its metadata"),
        "{verdict}"
    );
    assert!(payload["unread"].is_object(), "{payload}");
}
