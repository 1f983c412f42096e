//! What must hold for every Payload: what we encode we decode, what is not ours stays as it was, nothing panics.

use std::collections::BTreeMap;
use std::sync::Arc;

use payload_codec::{
    CodecChain, CodecError, CodecSpec, Compression, CompressionCodec, Encoding, KeyId, Keyring,
    Limits, PayloadCodec, Preset, SecretKey, build, layout, presets,
};
use proptest::prelude::*;
use serde_json::json;
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

/// An id of 16 bytes, so that it can be a key where the format takes the id for one.
const KEY_ID: &str = "a-key-of-16-byte";

/// One preset around any compression, or around none. Metadata that a spec must be told is told.
fn encoding_chain(
    preset: &Preset,
    key_bytes: usize,
    compression: Option<Compression>,
) -> CodecChain {
    let id = KeyId::new(KEY_ID);
    let mut keyring = Keyring::default();
    let key = SecretKey::new(Zeroizing::new(vec![3; key_bytes])).expect("a legal length");
    keyring.insert(id.clone(), key);
    let mut spec = preset.spec.clone();
    for name in ["encryption-tag", "tracecat_workspace_id"] {
        if spec.require.iter().any(|required| required == name) {
            spec.write.insert(name.to_owned(), "told".to_owned());
        }
    }
    let codec = build(&spec, preset.name, Arc::new(keyring), Some(id)).expect("a sound spec");
    let mut encoders = vec![codec.clone()];
    let mut decoders = vec![codec];
    for format in Compression::ALL {
        decoders.push(Arc::new(CompressionCodec(format)) as Arc<dyn PayloadCodec>);
    }
    if let Some(format) = compression {
        encoders.push(Arc::new(CompressionCodec(format)));
    }
    CodecChain::new(decoders, encoders, Limits::default())
}

/// Every format that encodes, with a key of any length that it takes.
fn any_chain() -> impl Strategy<Value = CodecChain> {
    let presets: Vec<Preset> = presets()
        .into_iter()
        .filter(|preset| preset.spec.encodes())
        .collect();
    assert!(presets.len() > 15, "{} presets encode", presets.len());
    let compression = prop_oneof![
        Just(None),
        proptest::sample::select(Compression::ALL.to_vec()).prop_map(Some)
    ];
    let lengths = proptest::sample::select(vec![16, 24, 32]);
    (proptest::sample::select(presets), lengths, compression).prop_map(
        |(preset, key_bytes, compression)| {
            let takes_any = preset.spec.cipher == payload_codec::CipherName::AesGcm;
            encoding_chain(&preset, if takes_any { key_bytes } else { 32 }, compression)
        },
    )
}

/// A spec with nonce, tag, header and key id in any places, in any framing; `None` where these contradict each other.
fn any_layout() -> impl Strategy<Value = Option<CodecSpec>> {
    let ciphers = [
        ("aes-gcm", 12),
        ("aes-gcm", 16),
        ("chacha20-poly1305", 12),
        ("xchacha20-poly1305", 24),
        ("nacl-secretbox", 24),
    ];
    let nonces = ["prefix", "suffix", "metadata"];
    let tags = ["", "before", "behind", "first", "last", "metadata"];
    let framings = [
        json!("none"),
        json!("url_safe_base64"),
        json!("base64_hash_nonce"),
        json!({ "text_then_base64": "v1:" }),
    ];
    let parts = (
        proptest::sample::select(ciphers.to_vec()),
        proptest::sample::select(nonces.to_vec()),
        proptest::sample::select(tags.to_vec()),
        proptest::sample::select(framings.to_vec()),
        any::<bool>(),
        any::<bool>(),
    );
    parts.prop_map(|((cipher, bytes), nonce, tag, framing, header, named)| {
        let beside =
            |name: &str| json!({ "metadata": { "name": name, "as": "hex", "bytes": bytes } });
        let mut spec = json!({
            "encoding": "binary/ours",
            "cipher": cipher,
            "framing": framing,
            "nonce": match nonce {
                "metadata" => beside("iv"),
                place => json!({ place: bytes }),
            },
        });
        match tag {
            "" => {}
            "metadata" => spec["tag"] = json!({ "metadata": { "name": "mac" } }),
            place => spec["tag"] = json!(place),
        }
        if header {
            spec["header"] = json!([{ "hex": "01ff" }, "time"]);
        }
        if named {
            spec["key_id"] = json!("kid");
        }
        let spec: CodecSpec = serde_json::from_value(spec).expect("a spec");
        spec.check().is_ok().then_some(spec)
    })
}

fn chain_of(spec: &CodecSpec) -> CodecChain {
    let id = KeyId::new(KEY_ID);
    let mut keyring = Keyring::default();
    let key = SecretKey::new(Zeroizing::new(vec![3; 32])).expect("a legal length");
    keyring.insert(id.clone(), key);
    let codec = build(spec, "ours", Arc::new(keyring), Some(id)).expect("a sound spec");
    CodecChain::new(vec![codec.clone()], vec![codec], Limits::default())
}

proptest! {
    #[test]
    fn every_order_of_the_parts_decodes_what_it_encoded(payload in any_payload(), spec in any_layout()) {
        let Some(spec) = spec else { return Ok(()) };
        let chain = chain_of(&spec);
        let sealed = chain.encode(payload.clone()).expect("it has a key");
        let decoded = chain.decode(sealed.clone());
        prop_assert_eq!(decoded.error, None);
        prop_assert_eq!(decoded.payload, payload);
        // The notation tells every byte, and whoever changes one is found out.
        let parts = layout(&spec, &sealed).expect("its own layout");
        let covered: usize = parts.parts.iter().map(|part| part.len).sum();
        prop_assert_eq!(covered, parts.bytes.len());
        let told: Vec<&str> = parts.parts.iter().map(|part| part.name.as_str()).collect();
        let notation = spec.notation();
        let notation: Vec<&str> = notation
            .split(" ‖ ")
            .map(|part| part.split('(').next().unwrap_or_default())
            .collect();
        prop_assert_eq!(told, notation);
        if spec.framing == payload_codec::Framing::None {
            for part in &parts.parts {
                let is_covered = !matches!(part.name.as_str(), "version" | "time") && part.len > 0;
                if is_covered {
                    let mut changed = sealed.data.to_vec();
                    changed[part.start] ^= 1;
                    let changed = Payload { data: changed.into(), ..sealed.clone() };
                    prop_assert!(chain.decode(changed).error.is_some(), "{}", part.name.as_str());
                }
            }
        }
    }

    #[test]
    fn decode_reverses_encode(payload in any_payload(), chain in any_chain()) {
        match chain.encode(payload.clone()) {
            Ok(encoded) => {
                let decoded = chain.decode(encoded);
                prop_assert_eq!(decoded.error, None);
                prop_assert_eq!(decoded.payload, payload);
            }
            // A format that keeps metadata in the clear cannot take names of its own, and may need to keep an encoding.
            Err(CodecError::MetadataTaken { .. }) => {}
            Err(error) => prop_assert!(
                matches!(error, CodecError::MetadataMissing { .. }) && payload.encoding().is_none_or(str::is_empty),
                "{error}"
            ),
        }
    }

    #[test]
    fn encoding_hides_data(payload in any_payload(), chain in any_chain()) {
        prop_assume!(payload.data.len() > 16);
        if let Ok(encoded) = chain.encode(payload.clone()) {
            // Formats of data alone leave `binary/null` as it is.
            prop_assume!(payload.encoding() != Some("binary/null"));
            let hidden = !encoded.data.windows(payload.data.len()).any(|window| window == &payload.data[..]);
            prop_assert!(hidden);
        }
    }

    #[test]
    fn encoding_again_changes_nothing(payload in any_payload(), chain in any_chain()) {
        if let Ok(once) = chain.encode(payload) {
            let twice = chain.encode(once.clone()).expect("it is encoded already");
            prop_assert_eq!(twice, once);
        }
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
    fn any_bytes_under_any_label_end_without_panic(
        preset in proptest::sample::select(presets()),
        key_bytes in proptest::sample::select(vec![16, 24, 32]),
        named in any::<bool>(),
        values in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..40), 8),
        front in proptest::sample::select(vec![&b""[..], b"AES-256-GCM:", b"gAAAAA", b"YQ==#", b"\x01"]),
        data in proptest::collection::vec(any::<u8>(), 0..400),
    ) {
        let spec = &preset.spec;
        let mut metadata = BTreeMap::new();
        let mut values = values.into_iter();
        for name in spec.require.iter().chain(&spec.key_id) {
            metadata.insert(name.clone(), values.next().expect("fewer names than values"));
        }
        if let (Some(name), true) = (&spec.key_id, named) {
            metadata.insert(name.clone(), KEY_ID.into());
        }
        if let Encoding::One(encoding) = &spec.encoding {
            metadata.insert("encoding".to_owned(), encoding.clone().into());
        }
        let payload = Payload {
            metadata,
            data: [front, &data].concat().into(),
            external_payloads: vec![],
        };
        let chain = encoding_chain(&preset, key_bytes, None);
        let claimed = chain.claims(&payload);
        let decoded = chain.decode(payload.clone());
        // Random bytes are nothing that a key sealed.
        prop_assert_eq!(decoded.error.is_some(), claimed);
        prop_assert_eq!(decoded.payload, payload);
    }

    #[test]
    fn any_bytes_under_a_label_of_compression_end_without_panic(
        format in proptest::sample::select(Compression::READ.to_vec()),
        data in proptest::collection::vec(any::<u8>(), 0..400),
    ) {
        let payload = Payload {
            metadata: [("encoding".to_owned(), format.encoding().into())].into(),
            data: data.into(),
            external_payloads: vec![],
        };
        let decoded = chain([]).decode(payload.clone());
        // They may by chance be an empty compressed Payload.
        prop_assert!(decoded.error.is_none() || decoded.payload == payload);
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
