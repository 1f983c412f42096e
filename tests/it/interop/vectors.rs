//! Every vector whose format this product reads decodes to the Payload that its own codec was given.

use std::sync::Arc;

use payload_codec::{
    CodecChain, CodecError, CodecName, Compression, CompressionCodec, KeyId, Limits, RootSecret,
    build, preset, recognize_envelope,
};
use serde_json::Value;
use support::vectors::{chain, key, payload, vectors};
use temporal_payload::{Payload, base64};
use zeroize::Zeroizing;

/// Decodes each vector of a file with the key it names, and compares messages.
#[track_caller]
fn check(file: &str, expect: usize) {
    let vectors = vectors(file);
    assert_eq!(
        vectors.len(),
        expect,
        "{file} has another number of vectors than this test knows"
    );
    for vector in &vectors {
        let name = &vector["name"];
        let encoded = payload(&vector["encoded"]);
        let decoded = chain(key(&vector["key"])).decode(encoded.clone());
        assert!(decoded.is_answer(), "{name}: {:?}", decoded.error);
        assert_eq!(decoded.payload, payload(&vector["decoded"]), "{name}");

        if let Some(layers) = vector["layers_outer_to_inner"].as_array() {
            let names: Vec<&str> = decoded
                .steps
                .iter()
                .map(|step| match step.codec {
                    CodecName::AesGcm => "binary/encrypted",
                    CodecName::Zlib => "binary/zlib",
                    CodecName::Gzip => "binary/gzip",
                    CodecName::Snappy => "binary/snappy",
                    CodecName::Zstd => "binary/zstd",
                    other @ (CodecName::Brotli | CodecName::Lz4 | CodecName::Sealed(_)) => {
                        panic!("{other} is in no chain of these vectors")
                    }
                })
                .collect();
            assert_eq!(&names, layers, "{name}");
        }
    }
}

#[test]
fn samples_go_encryption() {
    check("samples-go-aesgcm.json", 15);
}

#[test]
fn samples_go_encryption_around_zlib() {
    check("samples-go-aesgcm-zlib-chain.json", 7);
}

#[test]
fn samples_python_encryption() {
    check("samples-python-aesgcm.json", 31);
}

#[test]
fn samples_python_encryption_with_another_key_and_a_key_id_beyond_ascii() {
    check("samples-python-aesgcm-otherkey.json", 5);
}

#[test]
fn samples_typescript_encryption() {
    check("samples-typescript-aesgcm.json", 18);
}

#[test]
fn samples_java_encryption_where_the_key_id_is_the_key() {
    check("samples-java-aesgcm.json", 15);
}

#[test]
fn samples_ruby_encryption() {
    check("samples-ruby-aesgcm.json", 15);
}

#[test]
fn community_codecs_of_the_sample_family() {
    check("mrsimonemms-aes-key0.json", 5);
    check("canonical-aesgcm-no-key-id.json", 8);
    check("orders-go-aesgcm-sha256-keyid.json", 9);
}

#[test]
fn sdk_go_zlib() {
    check("sdk-go-zlib-default.json", 7);
}

#[test]
fn samples_python_gzip() {
    check("samples-python-gzip.json", 30);
}

#[test]
fn samples_go_snappy_block() {
    check("samples-go-snappy-default.json", 7);
}

#[test]
fn documented_python_snappy_stream() {
    check("docs-python-snappy-framed.json", 8);
}

/// A chain of one preset, with the secret that a vector names.
fn preset_chain(name: &str, secret: Option<(KeyId, Vec<u8>)>) -> CodecChain {
    let spec = preset(name).expect("a preset of this name").spec;
    let keys = secret.into_iter();
    let keys = keys.map(|(id, bytes)| (id, RootSecret::new(Zeroizing::new(bytes))));
    let codec = build(&spec, keys.collect()).expect("a spec that fits its key");
    CodecChain::new(vec![codec], vec![], Limits::default())
}

fn secret(vector: &Value) -> Option<(KeyId, Vec<u8>)> {
    let key = &vector["key"];
    let bytes = match (key["base64"].as_str(), key["root_secret_utf8"].as_str()) {
        (Some(text), _) => base64::decode(text).expect("base64"),
        (None, Some(text)) => text.as_bytes().to_vec(),
        (None, None) => return None,
    };
    Some((KeyId::new(key["id"].as_str().unwrap_or_default()), bytes))
}

/// Opens a file's vectors by a preset; then refuses each with a bit changed, cut short, and with another key.
#[track_caller]
fn check_preset(file: &str, name: &str, expect: usize, with_key: bool) {
    let vectors = vectors(file);
    assert_eq!(vectors.len(), expect, "{file}");
    let mut opened = 0;
    for vector in &vectors {
        let (id, sent) = (&vector["name"], payload(&vector["encoded"]));
        let key = secret(vector).filter(|_| with_key);
        let chain = preset_chain(name, key.clone());
        let decoded = chain.decode(sent.clone());
        assert_eq!(decoded.error, None, "{id}");
        assert_eq!(decoded.payload, payload(&vector["decoded"]), "{id}");
        if decoded.steps.is_empty() {
            continue;
        }
        opened += 1;
        for at in (0..sent.data.len()).step_by(7) {
            let mut data = sent.data.to_vec();
            data[at] ^= 1;
            let damaged = Payload {
                data: data.into(),
                ..sent.clone()
            };
            assert!(chain.decode(damaged).error.is_some(), "{id}: byte {at}");
            let cut = Payload {
                data: sent.data.slice(..at),
                ..sent.clone()
            };
            // Base64 text may lose its padding and still be the same token.
            let cut = chain.decode(cut);
            let same = sent.data.is_ascii() && cut.payload == decoded.payload;
            assert!(cut.error.is_some() || same, "{id}: cut at {at}");
        }
        if let Some((key_id, mut bytes)) = key {
            bytes[0] ^= 1;
            let other = preset_chain(name, Some((key_id.clone(), bytes))).decode(sent);
            assert_eq!(other.error, Some(CodecError::Unauthentic(key_id)), "{id}");
        }
    }
    assert!(opened > 0, "{file}: nothing was opened");
}

#[test]
fn presets_open_what_other_projects_wrote() {
    check_preset("posthog-fernet.json", "posthog-fernet", 8, true);
    check_preset("tracecat-aes256gcm.json", "tracecat", 8, true);
    check_preset("kuflow-current-text.json", "kuflow", 2, true);
    check_preset(
        "kuflow-java-legacy-aesgcm-nonce16.json",
        "kuflow-2024",
        7,
        true,
    );
    check_preset("canonical-aesgcm-no-key-id.json", "no-key-id", 8, true);
    check_preset("mrsimonemms-aes-key0.json", "sdk-samples", 5, true);
}

#[test]
fn presets_whose_keys_come_with_the_payload_need_none() {
    check_preset(
        "temporal-proxy-envelope.json",
        "temporal-proxy-local",
        5,
        false,
    );
    check_preset("orders-go-aesgcm-sha256-keyid.json", "orders-go", 9, false);
    check_preset("samples-java-aesgcm.json", "samples-java", 15, false);
}

#[test]
fn compression_of_data_alone_and_lz4_frames() {
    for (file, format) in [
        ("tracecat-zstd.json", Compression::Zstd),
        ("generic-lz4-frame.json", Compression::Lz4),
    ] {
        let chain = CodecChain::new(
            vec![Arc::new(CompressionCodec(format))],
            vec![],
            Limits::default(),
        );
        for vector in vectors(file) {
            let decoded = chain.decode(payload(&vector["encoded"]));
            assert_eq!(decoded.error, None, "{}", vector["name"]);
            assert_eq!(
                decoded.payload,
                payload(&vector["decoded"]),
                "{}",
                vector["name"]
            );
        }
    }
}

/// Values that lie elsewhere are named, with what they need, and passed through.
#[test]
fn claim_checks_are_recognized_and_left_alone() {
    for vector in vectors("claim-check-references.json") {
        let sent = payload(&vector["encoded"]);
        let named = recognize_envelope(&sent).expect("recognized").to_string();
        assert!(named.contains("which needs"), "{}: {named}", vector["name"]);
        assert_eq!(chain([]).decode(sent.clone()).payload, sent);
    }
}

/// The sample codec must not take these for its own: it could only ever say "wrong key".
#[test]
fn labels_that_look_like_ours_are_not_claimed() {
    for file in ["temporal-proxy-envelope.json", "tracecat-aes256gcm.json"] {
        for vector in vectors(file) {
            let encoded = payload(&vector["encoded"]);
            let decoded = chain([]).decode(encoded.clone());
            assert_eq!(decoded.error, None, "{}", vector["name"]);
            assert_eq!(decoded.payload, encoded, "{}", vector["name"]);
        }
    }
}
