//! What the presets are. Sources: each project's published code; `tests/vectors` opens what they wrote.

use std::collections::BTreeMap;

use crate::catalogue::preset::Preset;
use crate::cipher_name::CipherName;
use crate::compression_name::Compression;
use crate::spec::{Aad, Body, CodecSpec, Derivation, Encoding, Framing, NoncePlace};

mod generic;

mod others;

mod own;

mod samples;

pub(crate) use generic::generic;
pub(crate) use others::others;
pub(crate) use own::own;
pub(crate) use samples::samples;

fn of(
    name: &'static str,
    title: &'static str,
    written_by: &'static str,
    spec: CodecSpec,
) -> Preset {
    Preset {
        name,
        title,
        written_by,
        spec,
        demo_key: None,
    }
}

fn one(encoding: &str) -> Encoding {
    Encoding::One(encoding.to_owned())
}

fn some(name: &str) -> Option<String> {
    Some(name.to_owned())
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().copied().map(str::to_owned).collect()
}

/// What Java's cipher is called; nobody needs it to decode.
fn java_cipher() -> BTreeMap<String, String> {
    [(
        "encryption-cipher".to_owned(),
        "AES/GCM/NoPadding".to_owned(),
    )]
    .into()
}

/// Payloads with one of these carry a data key of their own: no key of ours seals those.
const DATA_KEYS: [&str; 3] = ["encryption-dek", "data_key_encrypted", "encrypted-data-key"];

/// What a Payload of a format without key ids does not have.
fn names_no_key() -> Vec<String> {
    let mut names = texts(&["encryption-key-id"]);
    names.extend(texts(&DATA_KEYS));
    names
}

/// Compression of whole Payloads under this label, without a key.
pub(crate) fn packed(encoding: &str, compression: Compression) -> CodecSpec {
    CodecSpec {
        encoding: one(encoding),
        forbid: vec![],
        key_id: None,
        cipher: CipherName::None,
        compression: Some(compression),
        ..sample()
    }
}

fn sample() -> CodecSpec {
    CodecSpec {
        encoding: one("binary/encrypted"),
        require: vec![],
        forbid: texts(&DATA_KEYS),
        key_id: some("encryption-key-id"),
        key_id_as: None,
        any_key: false,
        write: BTreeMap::new(),
        key: Derivation::Secret,
        cipher: CipherName::AesGcm,
        nonce: NoncePlace::Prefix(12),
        tag: None,
        header: vec![],
        aad: Aad::None,
        body: Body::Payload,
        framing: Framing::None,
        compression: None,
        otherwise: None,
    }
}
