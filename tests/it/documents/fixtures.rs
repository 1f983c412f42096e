//! Recorded histories, the keys they were made with, and an independent idea of where Payloads are.

use std::sync::Arc;

use payload_codec::{
    CodecChain, Compression, CompressionCodec, KeyId, Keyring, Limits, SecretKey, sdk_samples,
};
use serde_json::Value;
use temporal_payload::{Document, Payload, Role};
use zeroize::Zeroizing;

/// The histories that were recorded encoded and decoded.
pub(crate) const RECORDED: [&str; 4] = [
    "real-loops-last-run",
    "real-order-rich",
    "real-samples-go-encryption",
    "synthetic-all-payload-fields",
];

/// The text of a file in `histories`.
pub(crate) fn history(name: &str) -> String {
    let path = format!("{}/histories/{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).expect("a recorded history")
}

/// What the workers that made the histories used: the samples' key under both ids, and zlib.
pub(crate) fn chain() -> CodecChain {
    let key = SecretKey::new(Zeroizing::new(b"test-key-test-key-test-key-test!".to_vec()))
        .expect("32 bytes");
    let mut keys = Keyring::default();
    for id in ["test-key-id", "test", ""] {
        keys.insert(KeyId::new(id), key.clone());
    }
    let aes_gcm = sdk_samples(Arc::new(keys), Some(KeyId::new("test-key-id")));
    let zlib = Arc::new(CompressionCodec(Compression::Zlib));
    CodecChain::new(
        vec![aes_gcm.clone(), zlib],
        vec![aes_gcm],
        Limits::default(),
    )
}

/// The document with every Payload that a codec may touch decoded.
pub(crate) fn decoded(document: &Document) -> String {
    let chain = chain();
    document.with_payloads(|slot, payload| {
        assert_ne!(
            (slot.role, payload.is_err()),
            (Role::Payload, true),
            "{}",
            slot.pointer
        );
        let decoded = chain.decode(payload.ok()?);
        assert!(
            decoded.error.is_none(),
            "{}: {:?}",
            slot.pointer,
            decoded.error
        );
        (slot.role == Role::Payload && !decoded.steps.is_empty()).then_some(decoded.payload)
    })
}

/// JSON as a tree.
pub(crate) fn tree(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// Pointers to every object with `metadata` of texts, by walking the whole tree: in a recorded history in proto3 JSON these
/// are the Payloads, since nothing else there has such metadata.
pub(crate) fn pointers(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    walk(&tree(text), String::new(), &mut found);
    found.sort();
    found
}

fn walk(value: &Value, pointer: String, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            let metadata = members.get("metadata").and_then(Value::as_object);
            if metadata.is_some_and(|metadata| metadata.values().all(Value::is_string)) {
                found.push(pointer);
                return;
            }
            for (name, value) in members {
                let segment = name.replace('~', "~0").replace('/', "~1");
                walk(value, format!("{pointer}/{segment}"), found);
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                walk(value, format!("{pointer}/{index}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Pointers of a document's slots, sorted.
pub(crate) fn slot_pointers(document: &Document) -> Vec<String> {
    let mut pointers: Vec<_> = document
        .slots()
        .iter()
        .map(|slot| slot.pointer.clone())
        .collect();
    pointers.sort();
    pointers
}

/// All Payloads of a document, in its order.
#[track_caller]
pub(crate) fn payloads(document: &Document) -> Vec<Payload> {
    document
        .slots()
        .iter()
        .map(|slot| document.payload(slot).expect("a readable Payload"))
        .collect()
}
