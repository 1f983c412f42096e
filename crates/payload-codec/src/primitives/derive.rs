//! The cipher's key: from a secret, from a key id, from what stands in metadata.

use std::ops::Deref;
use std::sync::Arc;

use hkdf::Hkdf;
use sha2::{Digest as _, Sha256};
use temporal_payload::{Payload, base64};
use zeroize::Zeroizing;

use crate::key::SecretKey;
use crate::key_id::KeyId;
use crate::primitives::cipher::Cipher;
use crate::primitives::cipher_cache::{CipherCache, Recipe};
use crate::spec::parts::joined;
use crate::spec::{CipherName, CodecSpec, Derivation};

/// A cipher, from where it is kept.
pub(crate) enum Made<'a> {
    /// The key's own.
    Own(&'a Cipher),
    /// One that was derived.
    Derived(Arc<Cipher>),
}

impl Deref for Made<'_> {
    type Target = Cipher;

    fn deref(&self) -> &Cipher {
        match self {
            Made::Own(cipher) => cipher,
            Made::Derived(cipher) => cipher,
        }
    }
}

/// The cipher of `spec` with this key, for a Payload that names `id`. `None` where the key does not fit it.
pub(crate) fn cipher<'a>(
    spec: &CodecSpec,
    key: &'a SecretKey,
    id: &KeyId,
    payload: &Payload,
) -> Option<Made<'a>> {
    let nonce_bytes = spec.nonce_bytes();
    if (&spec.key, spec.cipher, nonce_bytes) == (&Derivation::Secret, CipherName::AesGcm, 12) {
        return key.aes().map(Made::Own);
    }
    cached(spec, key.expose(), id, payload, key.derived())
}

/// The cipher of a spec that takes no secret.
pub(crate) fn keyless<'a>(
    spec: &CodecSpec,
    id: &KeyId,
    payload: &Payload,
    cache: &CipherCache,
) -> Option<Made<'a>> {
    cached(spec, &[], id, payload, cache)
}

fn cached<'a>(
    spec: &CodecSpec,
    secret: &[u8],
    id: &KeyId,
    payload: &Payload,
    cache: &CipherCache,
) -> Option<Made<'a>> {
    cache
        .get(Recipe::of(spec, id, payload), || {
            let key = derive(&spec.key, secret, id, payload)?;
            Cipher::new(spec.cipher, spec.nonce_bytes(), &key)
        })
        .map(Made::Derived)
}

/// A secret that may say how it is spelled: `hex:`, `base64:` or `base64-urlsafe:` in front of text (source: PostHog
/// posthog/temporal/common/codec.py). `None` where it says so, and is not spelled so.
fn spelled(secret: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let text = std::str::from_utf8(secret).ok();
    let (spelling, rest) = text
        .and_then(|text| text.split_once(':'))
        .unwrap_or_default();
    let bytes = match spelling {
        "hex" => hex(rest)?,
        "base64" | "base64-urlsafe" => base64::decode(rest)?,
        _ => secret.to_vec(),
    };
    Some(Zeroizing::new(bytes))
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|digit| Some(u8::try_from(digit.to_digit(16)?).expect("a digit is below 16")))
        .collect();
    let digits = Zeroizing::new(digits?);
    let pairs = digits.chunks_exact(2);
    pairs
        .remainder()
        .is_empty()
        .then(|| pairs.map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// The cipher's key. `None` where the Payload does not hold what it is made of.
pub(crate) fn derive(
    derivation: &Derivation,
    secret: &[u8],
    id: &KeyId,
    payload: &Payload,
) -> Option<Zeroizing<Vec<u8>>> {
    let key = match derivation {
        Derivation::Secret => secret.to_vec(),
        Derivation::First32 => {
            let secret = spelled(secret)?;
            let first = &secret[..secret.len().min(32)];
            let mut key = vec![0; 32];
            key[32 - first.len()..].copy_from_slice(first);
            key
        }
        Derivation::Sha256OfId => Sha256::digest(id.as_str().as_bytes()).to_vec(),
        Derivation::Id => id.as_str().as_bytes().to_vec(),
        Derivation::HkdfSha256 { salt, info } => {
            let salt = joined(salt, id, payload);
            let mut key = Zeroizing::new(vec![0; 32]);
            Hkdf::<Sha256>::new(Some(&salt), secret)
                .expand(&joined(info, id, payload), &mut key)
                .ok()?;
            return Some(key);
        }
        Derivation::WrappedBesideIt { metadata } => {
            let text = id.as_str();
            let text = text
                .strip_prefix("base64key://")
                .or_else(|| text.strip_prefix("testing://"))?;
            let wrapping = Zeroizing::new(base64::decode(text)?);
            let wrapped =
                base64::decode(std::str::from_utf8(payload.metadata.get(metadata)?).ok()?)?;
            let (nonce, sealed) = wrapped.split_first_chunk::<24>()?;
            Cipher::new(CipherName::NaclSecretbox, 24, &wrapping)?.open(nonce, &[], sealed)?
        }
    };
    Some(Zeroizing::new(key))
}
