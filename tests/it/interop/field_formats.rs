//! Lines of the survey of formats that no vector is made for: names of key ids, additional data around them, compression of data alone,
//! and compression inside of what is sealed. Sealed and compressed here by the plain libraries, and not by this project's codecs.

use std::io::Write as _;
use std::sync::Arc;

use aes_gcm::aead::{Aead as _, KeyInit as _, Payload as Message};
use aes_gcm::{Aes256Gcm, Nonce};
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use payload_codec::{
    CodecChain, CodecSpec, CompressionCodec, KeyId, Keyring, Limits, PayloadCodec, SecretKey, build,
};
use serde_json::{Value, json};
use support::vectors::chain;
use temporal_payload::Payload;
use zeroize::Zeroizing;

const KEY: [u8; 32] = [9; 32];

fn payload(metadata: &[(&str, &[u8])], data: Vec<u8>) -> Payload {
    let metadata = metadata
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.to_vec()));
    Payload {
        metadata: metadata.collect(),
        data: data.into(),
        external_payloads: Vec::new(),
    }
}

fn plain() -> Payload {
    payload(&[("encoding", b"json/plain")], b"{\"order\":42}".to_vec())
}

/// `nonce(12) ‖ ciphertext ‖ tag(16)`.
fn sealed(text: &[u8], aad: &[u8]) -> Vec<u8> {
    let cipher = Aes256Gcm::new_from_slice(&KEY).expect("32 bytes");
    let message = Message { msg: text, aad };
    let sealed = cipher.encrypt(&Nonce::from([7; 12]), message);
    [vec![7; 12], sealed.expect("seals")].concat()
}

/// What a spec makes of it, with the key under this id.
fn open(spec: Value, id: &str, sent: Payload) -> Payload {
    let spec: CodecSpec = serde_json::from_value(spec).expect("a spec");
    let mut keys = Keyring::default();
    let key = SecretKey::new(Zeroizing::new(KEY.to_vec())).expect("a key");
    keys.insert(KeyId::new(id), key);
    let codec = build(&spec, "theirs", Arc::new(keys), None).expect("sound");
    let mut codecs: Vec<Arc<dyn PayloadCodec>> = vec![codec];
    codecs.push(Arc::new(CompressionCodec(payload_codec::Compression::Zlib)));
    let decoded = CodecChain::new(codecs, Vec::new(), Limits::default()).decode(sent);
    assert_eq!(decoded.error, None, "{id}");
    decoded.payload
}

#[test]
fn the_key_id_stands_under_any_name() {
    for name in [
        "typeflux-key-id",
        "redagent-key-id",
        "encryption_key_id",
        "picatz.github.io/flowstate.keyId",
    ] {
        let metadata: [(&str, &[u8]); 2] = [("encoding", b"binary/encrypted"), (name, b"k1")];
        let sent = payload(&metadata, sealed(&plain().to_proto(), b""));
        let spec = json!({"encoding": "binary/encrypted", "key_id": name, "cipher": "aes-gcm"});
        assert_eq!(open(spec, "k1", sent), plain(), "{name}");
    }
}

#[test]
fn additional_data_is_a_constant_text_and_the_id() {
    let metadata: [(&str, &[u8]); 2] = [("encoding", b"binary/encrypted"), ("kid", b"k1")];
    for (aad, joined) in [
        (
            &b"payload-codec:k1"[..],
            json!([{"text": "payload-codec:"}, "key_id"]),
        ),
        (
            b"v1\0k1\0",
            json!([{"text": "v1\u{0}"}, "key_id", {"hex": "00"}]),
        ),
    ] {
        let sent = payload(&metadata, sealed(&plain().to_proto(), aad));
        let spec = json!({
            "encoding": "binary/encrypted", "key_id": "kid", "cipher": "aes-gcm",
            "aad": {"joined": joined},
        });
        assert_eq!(open(spec, "k1", sent), plain());
    }
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

/// Whole, or data alone: with the original encoding beside it in either spelling, or lost.
#[test]
fn compressed_data_alone_comes_back_under_each_label() {
    let chain = chain([]);
    let text = format!("{{\"order\":\"{}\"}}", "42".repeat(500)).into_bytes();
    for (label, compressed) in [
        (&b"binary/zlib"[..], zlib(&text)),
        (b"binary/gzip", gzip(&text)),
    ] {
        for (name, value) in [
            ("original-encoding", "json/plain"),
            ("original_encoding", "json/plain"),
            ("uncompressed-size", "1014"),
            ("encoding", ""),
        ] {
            let mut sent = payload(&[(name, value.as_bytes())], compressed.clone());
            sent.metadata.insert("encoding".to_owned(), label.to_vec());
            let decoded = chain.decode(sent);
            let expected = payload(&[("encoding", b"json/plain")], text.clone());
            assert_eq!((decoded.payload, decoded.error), (expected, None), "{name}");
        }
    }
}

/// saga420 compresses at will, before it seals.
#[test]
fn compression_inside_of_what_is_sealed_is_taken_off_as_well() {
    let inner = payload(&[("encoding", b"binary/zlib")], zlib(&plain().to_proto()));
    let metadata: [(&str, &[u8]); 2] = [("encoding", b"binary/encrypted"), ("kid", b"k1")];
    let sent = payload(&metadata, sealed(&inner.to_proto(), b""));
    let spec = json!({"encoding": "binary/encrypted", "key_id": "kid", "cipher": "aes-gcm"});
    assert_eq!(open(spec, "k1", sent), plain());
}
