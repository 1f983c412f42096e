//! The family of the SDKs' samples: `binary/encrypted`, AES-GCM of the whole Payload, no additional data.

use super::{java_cipher, names_no_key, of, sample, texts};
use crate::catalogue::preset::{DemoKey, Preset, Spelling};
use crate::spec::{CodecSpec, Derivation, Encoding, NoncePlace};

/// Codecs of this family, the samples themselves first.
pub(crate) fn samples() -> Vec<Preset> {
    vec![
        Preset {
            demo_key: Some(SAMPLE_KEY),
            ..of(
                "sdk-samples",
                "Temporal SDK samples",
                "samples-go, -python, -typescript, -dotnet, -ruby, -java (nexusserializationcontext); the Web UI's tests; mrsimonemms; bitovi",
                CodecSpec {
                    encoding: Encoding::AnyOf(texts(&["binary/encrypted", "binary/nexus-aes-gcm"])),
                    ..sample()
                },
            )
        },
        of(
            "samples-java",
            "Java sample",
            "samples-java: the key id is the key",
            CodecSpec {
                require: texts(&["encryption-cipher"]),
                write: java_cipher(),
                key: Derivation::Id,
                ..sample()
            },
        ),
        of(
            "orders-go",
            "Orders reference app",
            "reference-app-orders-go: the key is SHA-256 of its id",
            CodecSpec {
                key: Derivation::Sha256OfId,
                ..sample()
            },
        ),
        Preset {
            demo_key: Some(CANONICAL_KEY),
            ..of(
                "no-key-id",
                "Canonical (no key id)",
                "Canonical (MAAS, charms): no key id",
                CodecSpec {
                    forbid: names_no_key(),
                    key_id: None,
                    ..sample()
                },
            )
        },
        Preset {
            demo_key: Some(HUB_LIVE_KEY),
            ..of(
                "hub-live",
                "HUB-Live demo",
                "HUB-Live, temporal-sa: an unknown or missing id means the default key",
                CodecSpec {
                    any_key: true,
                    ..sample()
                },
            )
        },
        of(
            "langgraph-aes",
            "langgraph-temporal (AES)",
            "langgraph-temporal: decodes any key id",
            CodecSpec {
                any_key: true,
                ..sample()
            },
        ),
        of(
            "istvan-olah",
            "SimplePayloadCodec",
            "istvan-olah: each instance writes its own tag, set in \"write\"",
            CodecSpec {
                require: texts(&["encryption-tag"]),
                write: java_cipher(),
                ..sample()
            },
        ),
        of(
            "kuflow-2024",
            "KuFlow 2024 (nonce 16)",
            "KuFlow Java SDK of 2024: nonces of 16 bytes",
            CodecSpec {
                nonce: NoncePlace::Prefix(16),
                write: java_cipher(),
                ..sample()
            },
        ),
    ]
}

/// Source: every SDK's `encryption` sample.
const SAMPLE_KEY: DemoKey = DemoKey {
    id: "test-key-id",
    also_opens: &["test", ""],
    material: "test-key-test-key-test-key-test!",
    spelling: Spelling::Utf8,
    published_in: "Temporal's SDK samples",
};

/// Source: canonical/temporal-lib-py, `insecure-default-key`.
const CANONICAL_KEY: DemoKey = DemoKey {
    id: "insecure-default-key",
    also_opens: &[],
    material: "MkUb3RVdHQuOTedqETZW7ra2GkZqpBRmYWRACUospMc=",
    spelling: Spelling::Base64,
    published_in: "Canonical's temporal-lib-py",
};

/// Source: the HUB-Live demo's default.
const HUB_LIVE_KEY: DemoKey = DemoKey {
    id: "sa-rocks",
    also_opens: &[],
    material: "sa-rocks!sa-rocks!sa-rocks!yeah!",
    spelling: Spelling::Utf8,
    published_in: "the HUB-Live demo",
};
