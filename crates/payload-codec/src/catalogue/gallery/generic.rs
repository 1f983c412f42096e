//! Layouts that teams arrive at by themselves: the sample family with one thing changed.

use super::{of, sample, some, texts};
use crate::catalogue::preset::Preset;
use crate::spec::{Aad, Body, CipherName, CodecSpec, NoncePlace, Part};

/// These layouts.
pub(crate) fn generic() -> Vec<Preset> {
    vec![
        of(
            "aad-key-id",
            "Samples, key id authenticated",
            "codecs like the samples whose tag covers the key id",
            CodecSpec {
                aad: Aad::Joined(vec![Part::KeyId]),
                ..sample()
            },
        ),
        of(
            "data-only",
            "Samples, data only",
            "codecs like the samples that keep metadata in the clear",
            CodecSpec {
                require: texts(&["encryption-original-encoding"]),
                body: Body::Data {
                    original_encoding: some("encryption-original-encoding"),
                    remove: vec![],
                    leave_empty: false,
                },
                ..sample()
            },
        ),
        of(
            "chacha20-poly1305",
            "ChaCha20-Poly1305",
            "codecs like the samples with ChaCha20-Poly1305",
            CodecSpec {
                cipher: CipherName::Chacha20Poly1305,
                ..sample()
            },
        ),
        of(
            "xchacha20-poly1305",
            "XChaCha20-Poly1305",
            "codecs like the samples with XChaCha20-Poly1305",
            CodecSpec {
                cipher: CipherName::Xchacha20Poly1305,
                nonce: NoncePlace::Prefix(24),
                ..sample()
            },
        ),
        of(
            "nacl-secretbox",
            "NaCl secretbox",
            "codecs like the samples with NaCl's secretbox",
            CodecSpec {
                cipher: CipherName::NaclSecretbox,
                nonce: NoncePlace::Prefix(24),
                ..sample()
            },
        ),
    ]
}
