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
