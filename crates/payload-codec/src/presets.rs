//! The gallery: codecs of other projects, as specs that a key list or a profile can name.

use crate::spec::{Aad, Body, CipherName, CodecSpec, Derivation, Framing, NoncePlace, Part};

/// A codec that somebody publishes.
#[derive(Clone, Debug)]
pub struct Preset {
    /// The name that key lists say: lower-case, with hyphens.
    pub name: &'static str,
    /// Who writes it.
    pub written_by: &'static str,
    /// How.
    pub spec: CodecSpec,
}

/// The preset of this name.
pub fn preset(name: &str) -> Option<Preset> {
    presets().into_iter().find(|preset| preset.name == name)
}

/// Every preset, the sample family first.
pub fn presets() -> Vec<Preset> {
    let of = |name, written_by, spec| Preset {
        name,
        written_by,
        spec,
    };
    let text = str::to_owned;
    let hkdf_by_id = Derivation::HkdfSha256 {
        salt: vec![],
        info: vec![Part::KeyId],
    };
    vec![
        of(
            "sdk-samples",
            "samples-go, -python, -typescript, -dotnet, -ruby; mrsimonemms",
            sample(),
        ),
        of(
            "samples-java",
            "samples-java: the key id is the key",
            CodecSpec {
                require: vec![text("encryption-cipher")],
                key: Derivation::Id,
                ..sample()
            },
        ),
        of(
            "orders-go",
            "reference-app-orders-go: the key is SHA-256 of its id",
            CodecSpec {
                key: Derivation::Sha256OfId,
                ..sample()
            },
        ),
        of(
            "no-key-id",
            "Canonical (MAAS, charms): no key id",
            CodecSpec {
                forbid: vec![
                    text("encryption-key-id"),
                    text("encryption-dek"),
                    text("data_key_encrypted"),
                ],
                key_id: None,
                ..sample()
            },
        ),
        of(
            "kuflow-2024",
            "KuFlow Java SDK of 2024: nonces of 16 bytes",
            CodecSpec {
                nonce: NoncePlace::Prefix(16),
                ..sample()
            },
        ),
        of(
            "kuflow",
            "KuFlow SDKs: base64 text",
            CodecSpec {
                encoding: text("binary/encrypted?vendor=KuFlow"),
                key_id: Some(text("encoding-encrypted-key-id")),
                framing: Framing::TextThenBase64(text("AES-256-GCM:")),
                ..sample()
            },
        ),
        of(
            "temporal-proxy-local",
            "Temporal Proxy with a base64key:// or testing:// key",
            CodecSpec {
                require: vec![text("encryption-dek"), text("encryption-key-id")],
                forbid: vec![],
                key: Derivation::WrappedBesideIt {
                    metadata: text("encryption-dek"),
                },
                ..sample()
            },
        ),
        of(
            "posthog-fernet",
            "PostHog: Fernet tokens",
            CodecSpec {
                key_id: None,
                key: Derivation::First32,
                cipher: CipherName::Fernet,
                ..sample()
            },
        ),
        of(
            "langgraph-fernet",
            "langgraph-temporal: Fernet tokens",
            CodecSpec {
                encoding: text("binary/fernet-encrypted"),
                key_id: None,
                cipher: CipherName::Fernet,
                ..sample()
            },
        ),
        of(
            "tracecat",
            "Tracecat: data only, a key per workspace",
            tracecat(),
        ),
        of(
            "abacus",
            "\"abacus\": HKDF per key id, which the tag covers",
            CodecSpec {
                encoding: text("binary/abacus-encrypted"),
                key: hkdf_by_id,
                aad: Aad::Joined(vec![Part::KeyId]),
                ..sample()
            },
        ),
        of(
            "chacha20-poly1305",
            "codecs like the samples with ChaCha20-Poly1305",
            CodecSpec {
                cipher: CipherName::Chacha20Poly1305,
                ..sample()
            },
        ),
        of(
            "xchacha20-poly1305",
            "codecs like the samples with XChaCha20-Poly1305",
            CodecSpec {
                cipher: CipherName::Xchacha20Poly1305,
                nonce: NoncePlace::Prefix(24),
                ..sample()
            },
        ),
        of(
            "nacl-secretbox",
            "codecs like the samples with NaCl's secretbox",
            CodecSpec {
                cipher: CipherName::NaclSecretbox,
                nonce: NoncePlace::Prefix(24),
                ..sample()
            },
        ),
    ]
}

fn sample() -> CodecSpec {
    CodecSpec {
        encoding: "binary/encrypted".to_owned(),
        require: vec![],
        forbid: vec!["encryption-dek".to_owned(), "data_key_encrypted".to_owned()],
        key_id: Some("encryption-key-id".to_owned()),
        key: Derivation::Secret,
        cipher: CipherName::AesGcm,
        nonce: NoncePlace::Prefix(12),
        aad: Aad::None,
        body: Body::Payload,
        framing: Framing::None,
    }
}

/// Source: TracecatHQ/tracecat tracecat/temporal/codec.py.
fn tracecat() -> CodecSpec {
    let field = |name: &str| format!("tracecat_{name}");
    let metadata = |name: &str| Part::Metadata(field(name));
    CodecSpec {
        encoding: "binary/tracecat-aes256gcm".to_owned(),
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
        cipher: CipherName::AesGcm,
        nonce: NoncePlace::Metadata(field("nonce")),
        aad: Aad::LengthPrefixed(vec![
            metadata("workspace_id"),
            Part::KeyId,
            Part::Metadata("encoding".to_owned()),
            metadata("original_encoding"),
        ]),
        body: Body::Data {
            original_encoding: field("original_encoding"),
            remove: ["nonce", "workspace_id", "key_id"].map(field).to_vec(),
        },
        framing: Framing::None,
    }
}
