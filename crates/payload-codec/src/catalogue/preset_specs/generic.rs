//! Layouts that teams arrive at by themselves: the sample family with one thing changed.

use super::{names_no_key, of, sample, some, texts};
use crate::catalogue::preset::Preset;
use crate::cipher_name::CipherName;
use crate::spec::{Aad, Body, CodecSpec, Derivation, NoncePlace, Part, TagPlace};

/// These layouts.
pub(crate) fn generic() -> Vec<Preset> {
    vec![
        of(
            "tag-first",
            "Samples, tag first",
            "codecs in .NET and Node.js, whose AES-GCM gives the tag by itself, with the tag before the ciphertext and no key id",
            CodecSpec {
                forbid: names_no_key(),
                key_id: None,
                tag: Some(TagPlace::Before),
                ..sample()
            },
        ),
        of(
            "nonce-last",
            "Samples, nonce last",
            "codecs that append the nonce to ciphertext and tag, without a key id",
            CodecSpec {
                forbid: names_no_key(),
                key_id: None,
                nonce: NoncePlace::Suffix(12),
                ..sample()
            },
        ),
        of(
            "sha256-data-only",
            "SHA-256 of a passphrase, data only",
            "codecs in Node.js with SHA-256 of a passphrase as the key, the tag first, data only and the encoding lost",
            CodecSpec {
                forbid: names_no_key(),
                key_id: None,
                key: Derivation::Sha256,
                tag: Some(TagPlace::Before),
                body: Body::Data {
                    original_encoding: None,
                    remove: vec![],
                    leave_empty: false,
                },
                ..sample()
            },
        ),
        of(
            "json-inside",
            "Samples, JSON inside",
            "codecs in Node.js that encrypt the JSON of the Payload, without a key id",
            CodecSpec {
                forbid: names_no_key(),
                key_id: None,
                body: Body::Json,
                ..sample()
            },
        ),
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
