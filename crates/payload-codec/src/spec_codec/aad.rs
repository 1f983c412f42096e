//! Additional data of one Payload: what the tag covers beside the ciphertext.

use sha2::{Digest as _, Sha256};

use crate::spec::parts::{Inputs, joined, value};
use crate::spec::{Aad, CodecSpec, Derivation, Part};
use crate::spec_codec::derive::derive;

/// What the tag covers beside the ciphertext.
pub(crate) fn aad(spec: &CodecSpec, inputs: Inputs<'_>, secret: &[u8]) -> Vec<u8> {
    let (Aad::Joined(parts) | Aad::LengthPrefixed(parts)) = &spec.aad else {
        return Vec::new();
    };
    let inputs = Inputs {
        crc: crc_of_key(parts, &spec.key, secret, inputs),
        ..inputs
    };
    if matches!(spec.aad, Aad::Joined(_)) {
        return joined(parts, inputs);
    }
    let mut covered = Vec::new();
    for part in parts {
        let value = value(part, inputs);
        covered.extend(u32::try_from(value.len()).unwrap_or(u32::MAX).to_be_bytes());
        covered.extend_from_slice(&value);
    }
    covered
}

/// What [`Part::CrcOfKey`] stands for, with this secret.
fn crc_of_key(
    parts: &[Part],
    derivation: &Derivation,
    secret: &[u8],
    inputs: Inputs<'_>,
) -> [u8; 4] {
    if !parts.contains(&Part::CrcOfKey) {
        return [0; 4];
    }
    let Some(key) = derive(derivation, secret, inputs) else {
        return [0; 4];
    };
    crc32fast::hash(&Sha256::digest(&*key)).to_be_bytes()
}
