//! The cipher's key: from a secret, from a key id, from what stands in metadata.

use std::ops::Deref;
use std::sync::Arc;

use hkdf::Hkdf;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use temporal_payload::{Payload, base64};
use zeroize::Zeroizing;

use crate::cipher_name::CipherName;
use crate::key::SecretKey;
use crate::key::cipher_cache::CipherCache;
use crate::primitives::cipher::Cipher;
use crate::primitives::hex;
use crate::primitives::zeroize_stack::zeroize_stack;
use crate::spec::derivation::{MAX_ROUNDS, scrypt_params};
use crate::spec::parts::{Inputs, joined};
use crate::spec::{CodecSpec, Derivation, HashName, Rounds, Short};

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

/// Work that making the cipher of `spec` takes, unless it was made already.
pub(crate) fn work_to_make(spec: &CodecSpec, inputs: Inputs<'_>, cache: &CipherCache) -> usize {
    match derivation_work(&spec.key, inputs.payload) {
        0 => 0,
        _ if cache.has(spec, inputs) => 0,
        work => work,
    }
}

/// The cipher of `spec` with this key, for a Payload. `None` where the key does not fit it.
pub(crate) fn cipher<'a>(
    spec: &CodecSpec,
    key: &'a SecretKey,
    inputs: Inputs<'_>,
) -> Option<Made<'a>> {
    let nonce_bytes = spec.nonce_bytes();
    if (&spec.key, spec.cipher, nonce_bytes) == (&Derivation::Secret, CipherName::AesGcm, 12) {
        return key.aes().map(Made::Own);
    }
    cached(spec, key.expose(), inputs, key.derived())
}

/// The cipher of a spec that takes no secret.
pub(crate) fn keyless<'a>(
    spec: &CodecSpec,
    inputs: Inputs<'_>,
    cache: &CipherCache,
) -> Option<Made<'a>> {
    cached(spec, &[], inputs, cache)
}

fn cached<'a>(
    spec: &CodecSpec,
    secret: &[u8],
    inputs: Inputs<'_>,
    cache: &CipherCache,
) -> Option<Made<'a>> {
    cache
        .get(spec, inputs, || {
            let key = derive(&spec.key, secret, inputs)?;
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
        "hex" => hex::decode(rest)?,
        "base64" | "base64-urlsafe" => base64::decode(rest)?,
        _ => secret.to_vec(),
    };
    Some(Zeroizing::new(bytes))
}

/// The cipher's key. `None` where the Payload does not hold what it is made of.
pub(crate) fn derive(
    derivation: &Derivation,
    secret: &[u8],
    inputs: Inputs<'_>,
) -> Option<Zeroizing<Vec<u8>>> {
    let inputs = Inputs { secret, ..inputs };
    let Inputs { id, payload, .. } = inputs;
    let key = match derivation {
        Derivation::Secret => secret.to_vec(),
        Derivation::First32 => {
            let secret = spelled(secret)?;
            let first = &secret[..secret.len().min(32)];
            let mut key = vec![0; 32];
            key[32 - first.len()..].copy_from_slice(first);
            key
        }
        Derivation::Sha256 => Sha256::digest(secret).to_vec(),
        Derivation::SecretOrSha256 if matches!(secret.len(), 16 | 24 | 32) => secret.to_vec(),
        Derivation::SecretOrSha256 => Sha256::digest(secret).to_vec(),
        Derivation::Sha256OfId => Sha256::digest(id.to_bytes()).to_vec(),
        Derivation::Id => id.to_bytes().into_owned(),
        Derivation::Joined {
            parts,
            bytes,
            short,
            hash,
        } => {
            let mut key = Zeroizing::new(joined(parts, inputs));
            if let Some(hash) = hash {
                key = Zeroizing::new(digest(*hash, &key));
            }
            return fitted(&key, *bytes, *short);
        }
        Derivation::HkdfSha256 { salt, info } => {
            let (salt, info) = (joined(salt, inputs), joined(info, inputs));
            return expanded(HashName::Sha256, &salt, &info, secret, 32);
        }
        Derivation::Hkdf {
            hash,
            salt,
            info,
            bytes,
        } => {
            let (salt, info) = (joined(salt, inputs), joined(info, inputs));
            return expanded(*hash, &salt, &info, secret, *bytes);
        }
        Derivation::Pbkdf2 {
            hash,
            salt,
            rounds,
            bytes,
        } => {
            let salt = joined(salt, inputs);
            let rounds = number_of(rounds, payload)?;
            return Some(hashed_rounds(*hash, secret, &salt, rounds, *bytes));
        }
        Derivation::Scrypt {
            salt,
            n,
            r,
            p,
            bytes,
        } => {
            let params = scrypt_params(*n, *r, *p)?;
            let mut key = Zeroizing::new(vec![0; *bytes]);
            scrypt::scrypt(secret, &joined(salt, inputs), &params, &mut key).ok()?;
            return Some(key);
        }
        Derivation::X25519 { public_key, then } => {
            let private: [u8; 32] = secret.try_into().ok()?;
            let private = Zeroizing::new(private);
            let public = public_key.read(payload, 32)?;
            let public: [u8; 32] = (&*public).try_into().ok()?;
            let shared = Zeroizing::new(x25519_dalek::x25519(*private, public));
            // A point of low order gives zeros, whatever the private key is.
            if *shared == [0; 32] {
                return None;
            }
            return derive(then, &*shared, inputs);
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

/// Work that making a key takes, in the bytes that [`Budget`](crate::Budget) counts; nothing for what takes no time.
pub(crate) fn derivation_work(derivation: &Derivation, payload: &Payload) -> usize {
    match derivation {
        Derivation::Pbkdf2 {
            hash,
            rounds,
            bytes,
            ..
        } => {
            let rounds = number_of(rounds, payload).unwrap_or(0);
            let blocks = bytes.div_ceil(hash.bytes());
            let rounds = usize::try_from(rounds).unwrap_or(usize::MAX);
            rounds.saturating_mul(blocks).saturating_mul(128)
        }
        Derivation::Scrypt { n, r, p, .. } => [*r, *p]
            .into_iter()
            .filter_map(|factor| usize::try_from(factor).ok())
            .fold(
                usize::try_from(*n).unwrap_or(usize::MAX),
                usize::saturating_mul,
            )
            .saturating_mul(256),
        Derivation::X25519 { then, .. } => (128 << 10) + derivation_work(then, payload),
        Derivation::Secret
        | Derivation::First32
        | Derivation::Sha256
        | Derivation::SecretOrSha256
        | Derivation::Sha256OfId
        | Derivation::Id
        | Derivation::Joined { .. }
        | Derivation::HkdfSha256 { .. }
        | Derivation::Hkdf { .. }
        | Derivation::WrappedBesideIt { .. } => 0,
    }
}

fn number_of(rounds: &Rounds, payload: &Payload) -> Option<u32> {
    let rounds = match rounds {
        Rounds::Fixed(rounds) => *rounds,
        Rounds::Named { metadata } => {
            let value = payload.metadata.get(metadata)?;
            std::str::from_utf8(value).ok()?.trim().parse().ok()?
        }
    };
    (1..=MAX_ROUNDS).contains(&rounds).then_some(rounds)
}

fn digest(hash: HashName, bytes: &[u8]) -> Vec<u8> {
    match hash {
        HashName::Sha1 => Sha1::digest(bytes).to_vec(),
        HashName::Sha256 => Sha256::digest(bytes).to_vec(),
        HashName::Sha384 => Sha384::digest(bytes).to_vec(),
        HashName::Sha512 => Sha512::digest(bytes).to_vec(),
    }
}

/// Cut or filled to a length.
fn fitted(key: &[u8], bytes: usize, short: Short) -> Option<Zeroizing<Vec<u8>>> {
    let mut fitted = Zeroizing::new(vec![0; bytes]);
    let len = key.len().min(bytes);
    match short {
        Short::Refuse if len < bytes => return None,
        Short::Refuse | Short::ZerosBehind => fitted[..len].copy_from_slice(&key[..len]),
        Short::ZerosBefore => fitted[bytes - len..].copy_from_slice(&key[..len]),
        Short::Repeat if key.is_empty() => return None,
        Short::Repeat => {
            for (place, byte) in fitted.iter_mut().zip(key.iter().cycle()) {
                *place = *byte;
            }
        }
    }
    Some(fitted)
}

fn expanded(
    hash: HashName,
    salt: &[u8],
    info: &[u8],
    secret: &[u8],
    bytes: usize,
) -> Option<Zeroizing<Vec<u8>>> {
    let mut key = Zeroizing::new(vec![0; bytes]);
    let expanded = match hash {
        HashName::Sha1 => Hkdf::<Sha1>::new(Some(salt), secret).expand(info, &mut key),
        HashName::Sha256 => Hkdf::<Sha256>::new(Some(salt), secret).expand(info, &mut key),
        HashName::Sha384 => Hkdf::<Sha384>::new(Some(salt), secret).expand(info, &mut key),
        HashName::Sha512 => Hkdf::<Sha512>::new(Some(salt), secret).expand(info, &mut key),
    };
    expanded.ok()?;
    Some(key)
}

fn hashed_rounds(
    hash: HashName,
    password: &[u8],
    salt: &[u8],
    rounds: u32,
    bytes: usize,
) -> Zeroizing<Vec<u8>> {
    let mut key = Zeroizing::new(vec![0; bytes]);
    match hash {
        HashName::Sha1 => pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, rounds, &mut key),
        HashName::Sha256 => pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, rounds, &mut key),
        HashName::Sha384 => pbkdf2::pbkdf2_hmac::<Sha384>(password, salt, rounds, &mut key),
        HashName::Sha512 => pbkdf2::pbkdf2_hmac::<Sha512>(password, salt, rounds, &mut key),
    }
    zeroize_stack();
    key
}
