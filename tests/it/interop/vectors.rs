//! Every vector whose format this product reads decodes to the Payload that its own codec was given.

use payload_codec::CodecName;
use support::vectors::{chain, key, payload, vectors};

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

/// Other formats under labels that look like ours are passed through as they are, not reported as damaged.
#[test]
fn labels_that_look_like_ours_are_not_claimed() {
    for file in [
        "temporal-proxy-envelope.json",
        "tracecat-zstd.json",
        "tracecat-aes256gcm.json",
    ] {
        for vector in vectors(file) {
            let encoded = payload(&vector["encoded"]);
            let decoded = chain([]).decode(encoded.clone());
            assert_eq!(decoded.error, None, "{}", vector["name"]);
            assert_eq!(decoded.payload, encoded, "{}", vector["name"]);
        }
    }
}
