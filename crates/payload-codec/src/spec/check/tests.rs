//! Specs that contradict themselves, each with what is said.

use super::*;
use crate::catalogue::presets::preset;

#[test]
fn each_contradiction_is_named() {
    let sample = || preset("sdk-samples").expect("a preset").spec;
    type Change = fn(&mut CodecSpec);
    let rows: [(&str, Change); 19] = [
        (
            "the cipher aes-gcm does not take a nonce of 24 bytes",
            |spec| spec.nonce = NoncePlace::Prefix(24),
        ),
        (
            "the cipher nacl-secretbox does not take a nonce of 12 bytes",
            |spec| spec.cipher = CipherName::NaclSecretbox,
        ),
        (
            "the cipher chacha20-poly1305 does not take a nonce of 0 bytes",
            |spec| {
                spec.cipher = CipherName::Chacha20Poly1305;
                spec.nonce = NoncePlace::Prefix(0);
            },
        ),
        (
            "the key is derived from the key id, but the spec names no metadata for it",
            |spec| {
                spec.key = Derivation::Id;
                spec.key_id = None;
            },
        ),
        (
            "the cipher fernet does not support additional authenticated data",
            |spec| {
                spec.cipher = CipherName::Fernet;
                spec.aad = Aad::Joined(vec![]);
            },
        ),
        (
            "without a cipher, the framing must be \"text_then_base64\", or there must be compression or a header",
            |spec| spec.cipher = CipherName::None,
        ),
        ("the nonce is in two places", |spec| {
            spec.framing = Framing::Base64HashNonce;
            spec.nonce = NoncePlace::Metadata(crate::spec::Field::of("n"));
        }),
        ("the nonce is in two places", |spec| {
            spec.cipher = CipherName::Fernet;
            spec.nonce = NoncePlace::Metadata(crate::spec::Field::of("n"));
        }),
        ("\"encoding\" names no encoding", |spec| {
            spec.encoding = Encoding::One(String::new())
        }),
        ("\"encoding\" names no encoding", |spec| {
            spec.encoding = Encoding::AnyOf(vec![])
        }),
        ("\"encoding\" names no encoding", |spec| {
            spec.encoding = Encoding::Marked(Marker {
                marker: "sealed".to_owned(),
                value: Some(String::new()),
            });
        }),
        ("metadata \"encryption-key-id\" is used twice", |spec| {
            spec.forbid.push("encryption-key-id".to_owned())
        }),
        ("metadata \"tenant\" is used twice", |spec| {
            spec.require.push("tenant".to_owned());
            spec.forbid.push("tenant".to_owned());
        }),
        ("metadata \"encoding\" is used twice", |spec| {
            spec.key_id = Some("encoding".to_owned())
        }),
        ("metadata \"encryption-key-id\" is used twice", |spec| {
            spec.nonce = NoncePlace::Metadata(crate::spec::Field::of("encryption-key-id"));
        }),
        ("metadata \"encryption-key-id\" is used twice", |spec| {
            spec.write
                .insert("encryption-key-id".to_owned(), "always".to_owned());
        }),
        (
            "a Payload without metadata has no place for \"encryption-key-id\"",
            |spec| spec.encoding = Encoding::None,
        ),
        (
            "a Payload without metadata has no place for \"must\"",
            |spec| {
                spec.encoding = Encoding::None;
                spec.key_id = None;
                spec.require = vec!["must".to_owned()];
            },
        ),
        (
            "a Payload without metadata has no place for \"encoding\"",
            |spec| {
                spec.encoding = Encoding::None;
                spec.key_id = None;
                spec.body = Body::Data {
                    original_encoding: None,
                    remove: vec![],
                    leave_empty: false,
                };
            },
        ),
    ];
    for (expected, change) in rows {
        let mut spec = sample();
        assert_eq!(spec.check(), Ok(()));
        change(&mut spec);
        let said = spec.check().expect_err(expected).to_string();
        assert_eq!(said, expected);
    }
}
