//! Formats of projects that went their own ways.

use super::own::stdgo;
use super::{java_cipher, names_no_key, of, one, sample, some, texts};
use crate::catalogue::preset::Preset;
use crate::cipher_name::CipherName;
use crate::spec::{Aad, Body, CodecSpec, Derivation, Encoding, Field, Framing, NoncePlace, Part};

/// Other projects' formats.
pub(crate) fn others() -> Vec<Preset> {
    vec![
        of(
            "kuflow",
            "KuFlow",
            "KuFlow SDKs: base64 text",
            CodecSpec {
                encoding: one("binary/encrypted?vendor=KuFlow"),
                key_id: some("encoding-encrypted-key-id"),
                framing: Framing::TextThenBase64("AES-256-GCM:".to_owned()),
                ..sample()
            },
        ),
        of(
            "temporal-proxy-local",
            "Temporal Proxy (local key)",
            "Temporal Proxy with a base64key:// or testing:// key",
            CodecSpec {
                require: texts(&["encryption-dek", "encryption-key-id"]),
                forbid: vec![],
                key: Derivation::WrappedBesideIt {
                    metadata: "encryption-dek".to_owned(),
                },
                ..sample()
            },
        ),
        of(
            "posthog-fernet",
            "PostHog",
            "PostHog: Fernet tokens, fallback keys tried in order",
            CodecSpec {
                forbid: names_no_key(),
                key_id: None,
                key: Derivation::First32,
                cipher: CipherName::Fernet,
                ..sample()
            },
        ),
        of(
            "langgraph-fernet",
            "langgraph-temporal (Fernet)",
            "langgraph-temporal: Fernet tokens",
            CodecSpec {
                encoding: one("binary/fernet-encrypted"),
                key_id: None,
                cipher: CipherName::Fernet,
                ..sample()
            },
        ),
        of(
            "tracecat",
            "Tracecat",
            "Tracecat: data only, a key per workspace, set in \"write\"",
            tracecat(),
        ),
        of(
            "abacus",
            "abacus",
            "\"abacus\": HKDF per key id, which the tag covers",
            CodecSpec {
                encoding: one("binary/abacus-encrypted"),
                key: Derivation::HkdfSha256 {
                    salt: vec![Part::Text("abacus-temporal-payloads-v1".to_owned())],
                    info: vec![Part::KeyId],
                },
                aad: Aad::Joined(vec![Part::KeyId]),
                ..sample()
            },
        ),
        of(
            "aes-gcm-payload-codec",
            "AesGcmPayloadCodec",
            "AesGcmPayloadCodec: the tag covers encoding and key id. Each project has an encoding of its own: copy the format and set yours",
            CodecSpec {
                encoding: one("binary/aes-gcm"),
                require: texts(&["key-id"]),
                key_id: some("key-id"),
                aad: Aad::Joined(vec![Part::Metadata("encoding".to_owned()), Part::KeyId]),
                ..sample()
            },
        ),
        of(
            "nzuguem",
            "nzuguem",
            "nzuguem: base64#base64 without any metadata",
            CodecSpec {
                encoding: Encoding::None,
                forbid: vec![],
                key_id: None,
                nonce: NoncePlace::Prefix(16),
                framing: Framing::Base64HashNonce,
                ..sample()
            },
        ),
        of(
            "temporal-kt",
            "temporal-kt",
            "temporal-kt (design): data only; the encoding is lost, so JSON becomes json/plain and the rest binary/plain",
            CodecSpec {
                require: texts(&["encryption-cipher"]),
                write: java_cipher(),
                body: Body::Data {
                    original_encoding: None,
                    remove: vec![],
                    leave_empty: false,
                },
                ..sample()
            },
        ),
        of(
            "tink",
            "Tink keyset",
            "sdk-go tinkcodec, and advdv/stdgo: the AES key of a Tink keyset; associated data goes into \"aad\"",
            CodecSpec {
                encoding: one("binary/encrypted/tink"),
                forbid: vec![],
                key_id: None,
                framing: Framing::Tink,
                otherwise: Some(Box::new(stdgo())),
                ..sample()
            },
        ),
        of(
            "features-base64",
            "SDK features (base64)",
            "temporalio/features: base64 text of the whole Payload, not encrypted",
            CodecSpec {
                encoding: Encoding::AnyOf(texts(&["my-encoding", "my_encoding"])),
                forbid: vec![],
                key_id: None,
                cipher: CipherName::None,
                framing: Framing::TextThenBase64(String::new()),
                ..sample()
            },
        ),
    ]
}

/// Source: TracecatHQ/tracecat tracecat/temporal/codec.py.
fn tracecat() -> CodecSpec {
    let field = |name: &str| format!("tracecat_{name}");
    let metadata = |name: &str| Part::Metadata(field(name));
    CodecSpec {
        encoding: one("binary/tracecat-aes256gcm"),
        require: ["nonce", "workspace_id", "key_id"].map(field).to_vec(),
        forbid: vec![],
        key_id: Some(field("key_id")),
        key: Derivation::HkdfSha256 {
            salt: vec![
                Part::Text("tracecat-temporal-payload:".to_owned()),
                Part::KeyId,
            ],
            info: vec![metadata("workspace_id")],
        },
        nonce: NoncePlace::Metadata(Field::of(&field("nonce"))),
        aad: Aad::LengthPrefixed(vec![
            metadata("workspace_id"),
            Part::KeyId,
            Part::Metadata("encoding".to_owned()),
            metadata("original_encoding"),
        ]),
        body: Body::Data {
            original_encoding: Some(field("original_encoding")),
            remove: vec![field("workspace_id")],
            leave_empty: true,
        },
        ..sample()
    }
}
