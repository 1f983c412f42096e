//! What must hold for every Payload: what we encode we decode, what is not ours stays as it was, nothing panics.

use std::collections::BTreeMap;
use std::sync::Arc;

use payload_codec::{
    AesGcmCodec, CodecChain, Compression, CompressionCodec, KeyId, Keyring, Limits, PayloadCodec,
    SecretKey,
};
use proptest::prelude::*;
use support::vectors::{chain, sample_key};
use temporal_payload::{ExternalPayloadDetails, Payload, Payloads, write_payloads_json};
use zeroize::Zeroizing;

/// Any Payload, also with encodings that codecs claim and metadata that is not text.
fn any_payload() -> impl Strategy<Value = Payload> {
    let encoding = prop_oneof![
        Just(b"json/plain".to_vec()),
        Just(b"binary/plain".to_vec()),
        Just(b"binary/null".to_vec()),
        Just(b"application/x-unknown".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..12),
    ];
    (
        proptest::option::of(encoding),
        proptest::collection::btree_map(
            ".{0,8}",
            proptest::collection::vec(any::<u8>(), 0..16),
            0..4,
        ),
        proptest::collection::vec(any::<u8>(), 0..300),
        proptest::collection::vec(any::<i64>(), 0..3),
    )
        .prop_map(|(encoding, mut metadata, data, sizes)| {
            if let Some(encoding) = encoding {
                metadata.insert("encoding".to_owned(), encoding);
            }
            Payload {
                metadata,
                data: data.into(),
                external_payloads: sizes
                    .into_iter()
                    .map(|size_bytes| ExternalPayloadDetails { size_bytes })
                    .collect(),
            }
        })
}

/// AES-GCM with a key of `key_bytes` around any compression, or around none.
fn encoding_chain(key_bytes: usize, compression: Option<Compression>) -> CodecChain {
    let id = KeyId::new("k");
    let mut keyring = Keyring::default();
    let key = SecretKey::new(Zeroizing::new(vec![3; key_bytes])).expect("a legal length");
    keyring.insert(id.clone(), key);
    let aes: Arc<dyn PayloadCodec> = Arc::new(AesGcmCodec::new(Arc::new(keyring), Some(id)));
    let mut encoders = vec![aes.clone()];
    let mut decoders = vec![aes];
    for format in Compression::ALL {
        decoders.push(Arc::new(CompressionCodec(format)));
    }
    if let Some(format) = compression {
        encoders.push(Arc::new(CompressionCodec(format)));
    }
    CodecChain::new(decoders, encoders, Limits::default())
}

fn any_chain() -> impl Strategy<Value = CodecChain> {
    let compression = prop_oneof![
        Just(None),
        proptest::sample::select(Compression::ALL.to_vec()).prop_map(Some)
    ];
    (proptest::sample::select(vec![16, 24, 32]), compression)
        .prop_map(|(key_bytes, compression)| encoding_chain(key_bytes, compression))
}

proptest! {
    #[test]
    fn decode_reverses_encode(payload in any_payload(), chain in any_chain()) {
        let encoded = chain.encode(payload.clone()).expect("it has a key");
        prop_assert_ne!(&encoded, &payload);
        let decoded = chain.decode(encoded);
        prop_assert_eq!(decoded.error, None);
        prop_assert_eq!(decoded.payload, payload);
    }

    #[test]
    fn encoding_again_changes_nothing(payload in any_payload(), chain in any_chain()) {
        let once = chain.encode(payload).expect("it has a key");
        let twice = chain.encode(once.clone()).expect("it has a key");
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn what_is_not_claimed_is_untouched(payload in any_payload()) {
        let chain = chain([]);
        prop_assume!(!chain.claims(&payload));
        let decoded = chain.decode(payload.clone());
        prop_assert_eq!(decoded.error, None);
        prop_assert!(decoded.steps.is_empty());
        prop_assert_eq!(decoded.payload, payload);
    }

    #[test]
    fn any_bytes_under_any_label_of_ours_end_without_panic(
        label in proptest::sample::select(vec!["binary/encrypted", "binary/zlib", "binary/gzip", "binary/snappy", "binary/zstd"]),
        data in proptest::collection::vec(any::<u8>(), 0..400),
    ) {
        let payload = Payload {
            metadata: BTreeMap::from([
                ("encoding".to_owned(), label.into()),
                ("encryption-key-id".to_owned(), b"test-key-id".to_vec()),
            ]),
            data: data.into(),
            external_payloads: vec![],
        };
        let decoded = chain([(KeyId::new("test-key-id"), sample_key())]).decode(payload);
        // Random bytes are no sealed Payload; they may by chance be an empty compressed one.
        prop_assert!(decoded.error.is_some() || label != "binary/encrypted");
    }

    #[test]
    fn json_keeps_every_payload_its_place_and_their_number(payloads in proptest::collection::vec(any_payload(), 0..6)) {
        let mut text = Vec::new();
        write_payloads_json(&payloads, &mut text);
        // A strict reader agrees that it is JSON.
        prop_assert!(serde_json::from_slice::<serde_json::Value>(&text).is_ok());
        let read = Payloads::from_json(&text).expect("own output");
        prop_assert_eq!(read.payloads, payloads);
    }

    #[test]
    fn protobuf_keeps_every_payload(payload in any_payload()) {
        prop_assert_eq!(Payload::from_proto(payload.to_proto()), Ok(payload));
    }

    #[test]
    fn any_text_is_read_or_refused_without_panic(text in ".{0,200}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Payloads::from_json(text.as_bytes());
        let _ = Payloads::from_json(&bytes);
        let _ = Payload::from_proto(bytes);
    }
}

/// What the SDKs' samples would reject must not leave us: a sealed Payload has exactly the two metadata entries, 28 bytes
/// more than the Payload, and nothing of it in the clear.
#[test]
fn a_sealed_payload_is_what_the_samples_write() {
    let payload = Payload {
        metadata: BTreeMap::from([("encoding".to_owned(), b"json/plain".to_vec())]),
        data: b"\"canary\"".to_vec().into(),
        external_payloads: vec![],
    };
    let sealed = chain([(KeyId::new("test-key-id"), sample_key())])
        .encode(payload.clone())
        .expect("it has a key");
    let names: Vec<&str> = sealed.metadata.keys().map(String::as_str).collect();
    assert_eq!(names, ["encoding", "encryption-key-id"]);
    assert_eq!(sealed.encoding(), Some("binary/encrypted"));
    assert_eq!(sealed.data.len(), payload.to_proto().len() + 28);
    assert!(!sealed.data.windows(6).any(|window| window == b"canary"));
}
