//! Every vector whose format this product reads decodes to the Payload that its own codec was given, by the preset that the
//! catalogue names for it. What it does not read is recognized, with what it would need.

use std::collections::BTreeMap;
use std::sync::Arc;

use payload_codec::{
    CipherName, CodecChain, CodecError, CodecName, Compression, CompressionCodec, Keyring, Limits,
    PayloadCodec, build, preset, presets, recognize_envelope,
};
use serde_json::Value;
use support::vectors::{chain, key, payload, secret, tests_folder, vectors};
use temporal_payload::Payload;

/// Every file, and what opens it: a preset, `binary/…` for a compression, `recognized`, or `elsewhere` where another test
/// reads it. The number is how many vectors this test knows.
const FILES: [(&str, &str, usize); 32] = [
    ("canonical-aesgcm-no-key-id.json", "no-key-id", 8),
    ("claim-check-references.json", "recognized", 5),
    ("docs-python-snappy-framed.json", "binary/snappy", 8),
    ("generic-lz4-frame.json", "binary/lz4", 1),
    ("http-sdk-go-handlers.json", "elsewhere", 0),
    ("kuflow-current-text.json", "kuflow", 2),
    ("kuflow-java-legacy-aesgcm-nonce16.json", "kuflow-2024", 7),
    ("mrsimonemms-aes-key0.json", "sdk-samples", 5),
    ("negative.json", "elsewhere", 77),
    ("oracle-aws-message-opens.json", "elsewhere", 33),
    ("oracle-aws-message.json", "recognized", 4),
    ("oracle-compression.json", "elsewhere", 78),
    ("oracle-context.json", "elsewhere", 20),
    ("oracle-key-sealed.json", "elsewhere", 6),
    ("oracle-sealed.json", "elsewhere", 225),
    ("oracle-specs.json", "elsewhere", 282),
    ("oracle-tink.json", "elsewhere", 29),
    ("orders-go-aesgcm-sha256-keyid.json", "orders-go", 9),
    ("posthog-fernet.json", "posthog-fernet", 8),
    ("samples-go-aesgcm-zlib-chain.json", "sdk-samples", 7),
    ("samples-go-aesgcm.json", "sdk-samples", 15),
    ("samples-go-snappy-default.json", "binary/snappy", 7),
    ("samples-java-aesgcm.json", "samples-java", 15),
    ("samples-python-aesgcm-otherkey.json", "sdk-samples", 5),
    ("samples-python-aesgcm.json", "sdk-samples", 31),
    ("samples-python-gzip.json", "binary/gzip", 30),
    ("samples-ruby-aesgcm.json", "sdk-samples", 15),
    ("samples-typescript-aesgcm.json", "sdk-samples", 18),
    ("sdk-go-zlib-default.json", "binary/zlib", 7),
    ("temporal-proxy-envelope.json", "temporal-proxy-local", 5),
    ("tracecat-aes256gcm.json", "tracecat", 8),
    ("tracecat-zstd.json", "binary/zstd", 8),
];

#[test]
fn every_file_of_vectors_is_known() {
    let folder = std::fs::read_dir(tests_folder().join("vectors")).expect("the folder");
    let mut files: Vec<String> = folder
        .map(|entry| entry.expect("an entry").file_name())
        .map(|name| name.into_string().expect("a name in UTF-8"))
        .filter(|name| name.ends_with(".json"))
        .collect();
    files.sort();
    let known: Vec<&str> = FILES.iter().map(|(file, _, _)| *file).collect();
    assert_eq!(files, known);
}

/// The codecs of one preset with the vector's key, and every compression: layers below the first are compressed.
fn chain_of(names: &[&str], vector: &Value) -> CodecChain {
    let mut keys = Keyring::default();
    if let Some((id, key)) = secret(&vector["key"]) {
        keys.insert(id, key);
    }
    let keys = Arc::new(keys);
    let mut decoders: Vec<Arc<dyn PayloadCodec>> = names
        .iter()
        .map(|name| {
            let spec = preset(name).expect("a preset of this name").spec;
            build(&spec, name, keys.clone(), None).expect("the gallery's specs are sound")
        })
        .collect();
    for format in Compression::READ {
        decoders.push(Arc::new(CompressionCodec(format)));
    }
    CodecChain::new(decoders, vec![], Limits::default())
}

#[test]
fn every_vector_is_opened_by_its_preset_or_recognized() {
    for (file, how, expect) in FILES {
        if how == "elsewhere" {
            continue;
        }
        let vectors = vectors(file);
        assert_eq!(vectors.len(), expect, "{file}");
        let mut opened = 0;
        for vector in &vectors {
            let name = vector["name"].as_str().expect("a name");
            let sent = payload(&vector["encoded"]);
            if how == "recognized" {
                recognized(name, vector, &sent);
                continue;
            }
            let presets: &[&str] = if preset(how).is_some() { &[how] } else { &[] };
            let decoded = chain_of(presets, vector).decode(sent.clone());
            assert!(decoded.is_answer(), "{name}: {:?}", decoded.error);
            assert_eq!(decoded.payload, payload(&vector["decoded"]), "{name}");
            // Some codecs leave small or empty Payloads alone.
            if let Some(step) = decoded.steps.first() {
                let by = match &step.format {
                    Some(format) => format.to_string(),
                    None => format!("binary/{}", step.codec),
                };
                assert_eq!(by, how, "{name}");
                opened += 1;
            }
            if let Some(layers) = vector["layers_outer_to_inner"].as_array() {
                let names: Vec<String> =
                    decoded.steps.iter().map(|step| label(step.codec)).collect();
                assert_eq!(&names, layers, "{name}");
            }
        }
        assert!(how == "recognized" || opened > 0, "{file}");
    }
}

fn label(codec: CodecName) -> String {
    if codec == CodecName::Sealed(CipherName::AesGcm) {
        "binary/encrypted".to_owned()
    } else {
        format!("binary/{codec}")
    }
}

/// It is named, with what it needs, and passed through.
fn recognized(name: &str, vector: &Value, sent: &Payload) {
    let envelope = recognize_envelope(sent).expect("recognized");
    assert!(!envelope.needs().is_empty(), "{name}");
    for needed in vector["needs"].as_array().into_iter().flatten() {
        let needed = needed.as_str().expect("text");
        assert!(envelope.needs().contains(needed), "{name}: {envelope}");
    }
    assert_eq!(chain([]).decode(sent.clone()).payload, *sent, "{name}");
}

/// All presets at once, as where one key has every format: trials end at the one that wrote the Payload.
#[test]
fn every_vector_opens_among_all_presets() {
    let names: Vec<&str> = presets().iter().map(|preset| preset.name).collect();
    for (file, how, _) in FILES {
        if preset(how).is_none() {
            continue;
        }
        for vector in vectors(file) {
            let name = &vector["name"];
            let decoded = chain_of(&names, &vector).decode(payload(&vector["encoded"]));
            assert!(decoded.is_answer(), "{name}: {:?}", decoded.error);
            assert_eq!(decoded.payload, payload(&vector["decoded"]), "{name}");
        }
    }
}

/// The same for what Python's libraries sealed in every format. Which of several formats says that it opened one is not
/// asked: some differ only in what else they would open.
#[test]
fn every_oracle_opens_among_all_presets() {
    let names: Vec<&str> = presets().iter().map(|preset| preset.name).collect();
    let mut opened = BTreeMap::<String, usize>::new();
    let sealed = [vectors("oracle-sealed.json"), vectors("oracle-specs.json")].concat();
    for vector in sealed {
        let name = &vector["name"];
        // The others have a spec of their own.
        let Some(preset) = vector["preset"].as_str() else {
            continue;
        };
        let decoded = chain_of(&names, &vector).decode(payload(&vector["encoded"]));
        assert_eq!(decoded.error, None, "{name}");
        assert_eq!(decoded.payload, payload(&vector["decoded"]), "{name}");
        *opened.entry(preset.to_owned()).or_default() += 1;
    }
    assert_eq!(opened.len(), names.len());
}

#[test]
fn what_python_compressed_decompresses() {
    for vector in vectors("oracle-compression.json") {
        let name = &vector["name"];
        let decoded = chain_of(&[], &vector).decode(payload(&vector["encoded"]));
        assert_eq!(decoded.error, None, "{name}");
        assert_eq!(decoded.steps.len(), 1, "{name}");
        assert_eq!(decoded.payload, payload(&vector["decoded"]), "{name}");
    }
}

/// Tink's keysets open with their key; its envelopes need the service that wraps their data key.
#[test]
fn what_tink_sealed() {
    let mut opened = 0;
    for vector in vectors("oracle-tink.json") {
        let name = vector["name"].as_str().expect("a name");
        let sent = payload(&vector["encoded"]);
        let Some((id, key)) = secret(&vector["key"]) else {
            let envelope = recognize_envelope(&sent).expect("recognized");
            assert!(envelope.needs().contains("key service"), "{name}");
            continue;
        };
        let number = id.as_str().to_owned();
        let envelope = recognize_envelope(&sent).expect("recognized");
        assert!(envelope.needs().contains(&number), "{name}: {envelope}");

        let mut spec = preset("tink").expect("a preset").spec;
        let aad = vector["aad"].as_str().expect("text");
        if !aad.is_empty() {
            spec.aad = payload_codec::Aad::Joined(vec![payload_codec::Part::Text(aad.to_owned())]);
        }
        let mut keys = Keyring::default();
        keys.insert(id, key);
        let codec = build(&spec, "tink", Arc::new(keys), None).expect("sound");
        let inner = codec.decode(&sent, 1 << 20);
        assert_eq!(inner, Ok(payload(&vector["decoded"])), "{name}");
        opened += 1;
    }
    assert_eq!(opened, 28);
}

/// Opened by a preset alone, a vector with a bit changed, cut short, or tried with another key is refused.
#[test]
fn damage_and_other_keys_are_refused() {
    for (file, how, _) in FILES {
        let Some(preset) = preset(how) else {
            continue;
        };
        for vector in vectors(file) {
            let name = &vector["name"];
            let chain = chain_of(&[how], &vector);
            let sent = payload(&vector["encoded"]);
            let opened = chain.decode(sent.clone());
            if opened.steps.is_empty() {
                continue;
            }
            // Some hold megabytes: 64 places are enough.
            for at in (0..sent.data.len()).step_by((sent.data.len() / 64).max(7)) {
                let mut data = sent.data.to_vec();
                data[at] ^= 1;
                let damaged = Payload {
                    data: data.into(),
                    ..sent.clone()
                };
                assert!(chain.decode(damaged).error.is_some(), "{name}: byte {at}");
                let cut = Payload {
                    data: sent.data.slice(..at),
                    ..sent.clone()
                };
                // Base64 text may lose its padding and still be the same token.
                let cut = chain.decode(cut);
                let same = sent.data.is_ascii() && cut.payload == opened.payload;
                assert!(cut.error.is_some() || same, "{name}: cut at {at}");
            }
            if preset.spec.takes_no_secret() {
                continue;
            }
            let other = serde_json::json!({ "id": vector["key"]["id"], "base64": "b3RoZXIgb3RoZXIgb3RoZXIgb3RoZXIgb3RoZXIgb3Q=" });
            let other = serde_json::json!({ "key": other });
            let error = chain_of(&[how], &other).decode(sent).error;
            assert!(
                matches!(error, Some(CodecError::Unauthentic(_))),
                "{name}: {error:?}"
            );
        }
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

/// The samples' files with no more than the sample chain that other tests use.
#[test]
fn the_sample_family_opens_with_its_own_chain() {
    for (file, how, _) in FILES {
        if how != "sdk-samples" {
            continue;
        }
        for vector in vectors(file) {
            let decoded = chain(key(&vector["key"])).decode(payload(&vector["encoded"]));
            assert!(
                decoded.is_answer(),
                "{}: {:?}",
                vector["name"],
                decoded.error
            );
            assert_eq!(
                decoded.payload,
                payload(&vector["decoded"]),
                "{}",
                vector["name"]
            );
        }
    }
}
