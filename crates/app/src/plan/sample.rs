//! What Temporal's samples are encrypted with, so that a newcomer sees a decoded Payload before having a key.

use payload_codec::KeyId;

/// The public demo key of every SDK's `encryption` sample.
pub(crate) const KEY: &str = "test-key-test-key-test-key-test!";

/// What the key is called in the list.
pub(crate) const LABEL: &str = "Temporal samples (public demo key)";

/// The id that most samples write.
pub(crate) fn key_id() -> KeyId {
    KeyId::new("test-key-id")
}

/// Ids that other samples write for the same key: Go's workers, Go's codec server and markers, and Java, where the id *is*
/// the key.
pub(crate) fn also_opens() -> Vec<KeyId> {
    ["test", "", KEY].map(KeyId::new).into()
}

/// An order that samples-go's worker codec sealed with that key: AES-GCM around zlib around `json/plain`.
pub(crate) const PAYLOAD: &str = r#"{
  "metadata": {
    "encoding": "YmluYXJ5L2VuY3J5cHRlZA==",
    "encryption-key-id": "dGVzdA=="
  },
  "data": "jtAkVCxukIBKQlMPy2K6Cd2RZKgOUQ18njWIv/vDI4c1iwk6oqO3YtwOelXQEZYgpvfLnmsIvIwcPCcdqo8lrIknHT6QY6ZCY9nSu0B34xGFI4mbvumLPMHXhFnwnI2oSHsaCfRd/OlGhLNi6kXt6TJoMl2TB9lPQLqThHc3TKnNtu0N3NEYdcnQ9ROwoUWFVBYjRVzYo2zrxN5xg35LlNQxwoRnErEwHLvr9Jy1MMs93lIxvPe9OMjgH3n0"
}"#;
