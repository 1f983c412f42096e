//! Reads `tests/vectors`: Payloads that codecs of other projects made, with the keys that open them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use payload_codec::{
    CodecChain, Compression, CompressionCodec, KeyId, Keyring, Limits, PayloadCodec, SecretKey,
    sdk_samples,
};
use serde_json::Value;
use temporal_payload::Payload;
use zeroize::Zeroizing;

/// The folder of this package.
pub fn tests_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// A file of vectors, parsed.
///
/// # Panics
/// Where the file is not there, or is not JSON.
pub fn load(file: &str) -> Value {
    let path = tests_folder().join("vectors").join(file);
    let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The `vectors` of a file; never none, so that no test passes for want of data.
///
/// # Panics
/// As [`load`], and where there are none.
pub fn vectors(file: &str) -> Vec<Value> {
    let vectors = load(file)["vectors"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    assert!(!vectors.is_empty(), "{file} holds no vectors");
    vectors
}

/// The Payload of a JSON value.
///
/// # Panics
/// Where it is not one.
pub fn payload(value: &Value) -> Payload {
    Payload::from_json(value.to_string().as_bytes()).expect("vectors hold Payload JSON")
}

/// A key from `{"id", "base64"}`; a missing id is the empty one. `None` for no key, or one that is no AES key.
pub fn key(value: &Value) -> Option<(KeyId, SecretKey)> {
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(value["base64"].as_str()?)
        .expect("vectors spell keys in base64");
    let id = KeyId::new(value["id"].as_str().unwrap_or_default());
    Some((id, SecretKey::new(Zeroizing::new(bytes)).ok()?))
}

/// Temporal's public sample key.
///
/// # Panics
/// Never: it has 32 bytes.
pub fn sample_key() -> SecretKey {
    SecretKey::new(Zeroizing::new(b"test-key-test-key-test-key-test!".to_vec())).expect("32 bytes")
}

/// A secret of any length, from `{"id",
/// "base64"}` or `{"id", "root_secret_utf8"}`.
///
/// # Panics
/// Where the key is empty, or no base64.
pub fn secret(value: &Value) -> Option<(KeyId, SecretKey)> {
    let bytes = match (value["base64"].as_str(), value["root_secret_utf8"].as_str()) {
        (Some(text), _) => base64::engine::general_purpose::STANDARD
            .decode(text)
            .expect("vectors spell keys in base64"),
        (None, Some(text)) => text.as_bytes().to_vec(),
        (None, None) => return None,
    };
    let id = KeyId::new(value["id"].as_str().unwrap_or_default());
    let key = SecretKey::of_any_length(Zeroizing::new(bytes)).expect("not empty");
    Some((id, key))
}

/// A chain that decodes every format with these keys, and encodes with the first one.
pub fn chain(keys: impl IntoIterator<Item = (KeyId, SecretKey)>) -> CodecChain {
    let mut keyring = Keyring::default();
    let mut first = None;
    for (id, key) in keys {
        first.get_or_insert_with(|| id.clone());
        keyring.insert(id, key);
    }
    let aes: Arc<dyn PayloadCodec> = sdk_samples(Arc::new(keyring), first.clone());
    let mut decoders = vec![aes.clone()];
    for format in Compression::READ {
        decoders.push(Arc::new(CompressionCodec(format)));
    }
    let encoders = first.map(|_| aes).into_iter().collect();
    CodecChain::new(decoders, encoders, Limits::default())
}
