//! Keys, a format, a profile and a document that requests of commands have in them.

use serde_json::{Value, json};
use support::app::TestApp;

/// A key as base64, for tests that don't look at it.
pub(crate) const SOME_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// The public key of Temporal's samples.
pub(super) const SAMPLE_KEY: &str = "test-key-test-key-test-key-test!";

/// A format of somebody's own.
pub(crate) const SPEC: &str = r#"{"encoding":"binary/ours","key_id":"our-key","cipher":"aes-gcm"}"#;

/// A profile for the Namespace `orders`.
pub(crate) fn profile(name: &str) -> Value {
    json!({
        "name": name, "namespaces": ["orders"], "undecodable": "explain", "compression": "none",
        "encode_key": null, "decode_keys": null, "no_codec": false
    })
}

/// What the window offers as a first Payload.
pub(super) fn source(app: &TestApp) -> String {
    let sample = app.ok("sample_payload", Value::Null);
    sample["source"].as_str().expect("a text").to_owned()
}
