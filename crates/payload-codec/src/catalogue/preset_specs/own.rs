//! Formats that people wrote for themselves: another place for the tag, another derivation, a token of two versions.

use super::{names_no_key, of, one, sample, texts};
use crate::catalogue::preset::{DemoKey, Preset, Spelling};
use crate::cipher_name::CipherName;
use crate::compression_name::Compression;
use crate::spec::{
    Aad, Body, BytesAs, CodecSpec, Derivation, Encoding, Field, Framing, HashName, HeaderPart,
    NoncePlace, PLACEHOLDER_SALT, Part, Rounds, TagPlace,
};

/// These formats.
pub(crate) fn own() -> Vec<Preset> {
    let mut presets = nexus();
    presets.extend(passwords());
    presets.extend([
        of(
            "stdgo",
            "stdgo",
            "advdv/stdgo: a Tink keyset, the Namespace in additional data",
            stdgo(),
        ),
        of(
            "saga420",
            "saga420",
            "saga420/temporal-encryption-converter: the key is the reader's private key",
            saga420(),
        ),
        of(
            "ronykit",
            "ronykit",
            "clubpay/ronykit: data and each metadata value sealed by itself",
            CodecSpec {
                encoding: Encoding::None,
                forbid: vec![],
                key_id: None,
                key: Derivation::SecretOrSha256,
                aad: Aad::Joined(vec![Part::CrcOfKey]),
                body: Body::Values,
                ..sample()
            },
        ),
        of(
            "posthog-gcm-token",
            "PostHog-style GCM token",
            "codecs that went from PostHog's Fernet to AES-GCM in the same token, and still read Fernet",
            gcm_token(),
        ),
        of(
            "nonce-in-metadata",
            "Nonce in metadata",
            "codecs in Go with the nonce as raw bytes in encryption/aes-gcm-nonce",
            CodecSpec {
                encoding: one("binary/aes-gcm"),
                require: texts(&["encryption/aes-gcm-nonce"]),
                key_id: None,
                nonce: NoncePlace::Metadata(raw("encryption/aes-gcm-nonce", None)),
                ..sample()
            },
        ),
        of(
            "iv-and-tag-in-metadata",
            "IV and tag in metadata",
            "codecs in Node.js with an IV of 16 bytes and the tag as raw bytes in metadata",
            CodecSpec {
                require: texts(&["encryption-iv", "encryption-auth-tag"]),
                forbid: names_no_key(),
                key_id: None,
                nonce: NoncePlace::Metadata(raw("encryption-iv", Some(16))),
                tag: Some(TagPlace::Metadata(raw("encryption-auth-tag", None))),
                ..sample()
            },
        ),
    ]);
    presets
}

/// Source: samples-java `nexusserializationcontext`.
fn nexus() -> Vec<Preset> {
    let keyless = |encoding: &str| CodecSpec {
        encoding: one(encoding),
        forbid: vec![],
        key_id: None,
        cipher: CipherName::None,
        ..sample()
    };
    vec![
        Preset {
            demo_key: Some(NEXUS_KEY),
            ..of(
                "samples-java-nexus",
                "Java sample, Nexus context",
                "samples-java `nexusserializationcontext`; its keys are sample-key-A-123 to sample-key-D-123",
                CodecSpec {
                    encoding: one("binary/nexus-aes-gcm"),
                    ..sample()
                },
            )
        },
        of(
            "samples-java-nexus-zlib",
            "Java sample, Nexus context (zlib)",
            "samples-java `nexusserializationcontext`, alone or inside the one that encrypts",
            CodecSpec {
                compression: Some(Compression::Zlib),
                ..keyless("binary/nexus-zlib")
            },
        ),
        of(
            "samples-java-nexus-hmac",
            "Java sample, Nexus context (HMAC)",
            "samples-java `nexusserializationcontext` in its first form: signed with HMAC-SHA-256, which is not checked",
            CodecSpec {
                header: vec![HeaderPart::Skip(32)],
                ..keyless("binary/nexus-hmac")
            },
        ),
    ]
}

/// Keys of passwords.
fn passwords() -> Vec<Preset> {
    vec![
        of(
            "fernet-sha256",
            "Fernet, SHA-256 of a passphrase",
            "codecs in Python: Fernet with SHA-256 of a passphrase as its key",
            CodecSpec {
                forbid: names_no_key(),
                key_id: None,
                key: Derivation::Sha256,
                cipher: CipherName::Fernet,
                ..sample()
            },
        ),
        of(
            "spring-stronger",
            "Spring Security, stronger",
            "Spring Security `Encryptors.stronger`. Each project has a salt of its own: copy the format and set yours",
            spring(CipherName::AesGcm),
        ),
        of(
            "spring-standard",
            "Spring Security, standard",
            "Spring Security `Encryptors.standard`, which has no tag: nothing shows that it is unchanged, and another key may give bytes that look like data. Each project has a salt of its own: copy the format and set yours",
            spring(CipherName::AesCbc),
        ),
    ]
}

/// `iv(16) ‖ ciphertext`, behind it the tag where the cipher has one. Source: Spring Security's `AesBytesEncryptor`.
fn spring(cipher: CipherName) -> CodecSpec {
    CodecSpec {
        forbid: names_no_key(),
        key_id: None,
        key: Derivation::Pbkdf2 {
            hash: HashName::Sha1,
            salt: vec![Part::Hex(PLACEHOLDER_SALT.to_owned())],
            rounds: Rounds::Fixed(1024),
            bytes: 32,
        },
        cipher,
        nonce: NoncePlace::Prefix(16),
        ..sample()
    }
}

/// `1 ‖ key number(4) ‖ nonce(12) ‖ ciphertext ‖ tag(16)`. Source: advdv/stdgo stdtemporalcodec.
pub(super) fn stdgo() -> CodecSpec {
    const NAMESPACE: &str = "encryption-context-namespace";
    CodecSpec {
        require: texts(&[NAMESPACE]),
        forbid: vec![],
        key_id: None,
        aad: Aad::Joined(vec![
            Part::Text("namespace=".to_owned()),
            Part::Metadata(NAMESPACE.to_owned()),
        ]),
        framing: Framing::Tink,
        ..sample()
    }
}

/// Source: saga420/temporal-encryption-converter.
fn saga420() -> CodecSpec {
    let field = |name: &str| format!("enc-{name}");
    let with = |cipher, nonce_bytes| CodecSpec {
        require: ["shared-public-key", "salt", "iterations", "algo-method"]
            .map(field)
            .to_vec(),
        forbid: names_no_key(),
        key_id: None,
        key: Derivation::X25519 {
            public_key: Field {
                name: field("shared-public-key"),
                spelled: Some(BytesAs::Hex),
                bytes: None,
            },
            then: Box::new(Derivation::Pbkdf2 {
                hash: HashName::Sha256,
                salt: vec![Part::Metadata(field("salt"))],
                rounds: Rounds::Named {
                    metadata: field("iterations"),
                },
                bytes: 32,
            }),
        },
        cipher,
        nonce: NoncePlace::Prefix(nonce_bytes),
        ..sample()
    };
    CodecSpec {
        otherwise: Some(Box::new(with(CipherName::Xchacha20Poly1305, 24))),
        ..with(CipherName::AesGcm, 12)
    }
}

/// URL-safe base64 of `0x81 ‖ time(8) ‖ nonce(12) ‖ tag(16) ‖ ciphertext`; 0x80 is Fernet's.
fn gcm_token() -> CodecSpec {
    let token = CodecSpec {
        forbid: names_no_key(),
        key_id: None,
        key: Derivation::First32,
        ..sample()
    };
    let fernet = CodecSpec {
        cipher: CipherName::Fernet,
        ..token.clone()
    };
    CodecSpec {
        tag: Some(TagPlace::Before),
        header: vec![HeaderPart::Hex("81".to_owned()), HeaderPart::Time],
        framing: Framing::UrlSafeBase64,
        otherwise: Some(Box::new(fernet)),
        ..token
    }
}

fn raw(name: &str, bytes: Option<usize>) -> Field {
    Field {
        name: name.to_owned(),
        spelled: Some(BytesAs::Raw),
        bytes,
    }
}

/// Source: the sample prints it.
const NEXUS_KEY: DemoKey = DemoKey {
    id: "key-a",
    also_opens: &[],
    material: "sample-key-A-123",
    spelling: Spelling::Utf8,
    published_in: "samples-java `nexusserializationcontext`",
};
