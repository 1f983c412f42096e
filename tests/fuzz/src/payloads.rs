//! Payloads of any bytes, the chain that decodes them, and what must hold of every Payload that is shown.

use std::sync::Arc;

use payload_codec::{
    CodecChain, Compression, CompressionCodec, KeyId, Keyring, Limits, MAX_LAYERS, SecretKey,
    recognize_envelope, sdk_samples,
};
use temporal_payload::{Content, Payload, StorageReference, failure, json_text};
use zeroize::Zeroizing;

/// Bytes that a layer may inflate to here. Far below the product's, so that a bomb is cheap to find.
pub(crate) const LIMIT: usize = 64 << 10;

/// Everything that people are shown of a Payload.
pub(crate) fn look_at(payload: &Payload) {
    let content = Content::of(payload);
    if let Content::Json(text) = &content {
        assert!(json_text::is_json(text));
    }
    let shown = format!("{content:?}{payload:?}");
    assert!(shown.len() < 4096, "Debug shows sizes, not content");
    let _ = StorageReference::of(payload);
    let _ = recognize_envelope(payload);
    let _ = failure::encoded_attributes(payload);
}

pub(crate) fn payload(encoding: &str, data: &[u8]) -> Payload {
    Payload {
        metadata: [("encoding".to_owned(), encoding.as_bytes().to_vec())].into(),
        data: data.to_vec().into(),
        external_payloads: Vec::new(),
    }
}

/// The samples' key under the ids that the samples write.
pub(crate) fn sample_keys() -> Arc<Keyring> {
    let bytes = Zeroizing::new(b"test-key-test-key-test-key-test!".to_vec());
    let key = SecretKey::new(bytes).expect("32 bytes");
    let mut keys = Keyring::default();
    for id in ["test-key-id", "test", ""] {
        keys.insert(KeyId::new(id), key.clone());
    }
    Arc::new(keys)
}

pub(crate) fn chain() -> CodecChain {
    chain_within(LIMIT)
}

/// With as much for all layers of a Payload together.
pub(crate) fn chain_within(payload_bytes: usize) -> CodecChain {
    let aes = sdk_samples(sample_keys(), Some(KeyId::new("test-key-id")));
    let mut decoders = vec![aes.clone()];
    for format in Compression::ALL {
        decoders.push(Arc::new(CompressionCodec(format)));
    }
    let limits = Limits {
        payload_bytes,
        work_bytes: 64 << 20,
        layers: MAX_LAYERS,
    };
    CodecChain::new(decoders, vec![aes], limits)
}
