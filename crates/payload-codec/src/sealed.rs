//! The codec that a [`CodecSpec`] describes. It decodes; encoding stays with the sample family, which every SDK reads.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use hkdf::Hkdf;
use sha2::{Digest as _, Sha256};
use temporal_payload::{METADATA_ENCODING, Payload, base64};
use zeroize::{Zeroize as _, Zeroizing};

use crate::codec::{CodecName, PayloadCodec};
use crate::error::CodecError;
use crate::key::{KeyId, SecretKey};
use crate::seal::{self, Open};
use crate::spec::{Aad, Body, CipherName, CodecSpec, Derivation, Framing, NoncePlace, Part};

/// Bytes of tag, version and block that no cipher's framing exceeds: data longer than the limit and this is refused unread.
const OVERHEAD_BYTES: usize = 128;

/// A secret of any length, that keys are derived from. Zeroized on drop; it cannot be printed, serialized or compared.
#[derive(Clone)]
pub struct RootSecret(Arc<Zeroizing<Vec<u8>>>);

impl RootSecret {
    /// Takes the bytes over.
    pub fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        RootSecret(Arc::new(bytes))
    }
}

impl From<&SecretKey> for RootSecret {
    fn from(key: &SecretKey) -> Self {
        RootSecret::new(Zeroizing::new(key.expose().to_vec()))
    }
}

/// A spec that no codec can be made of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSpec {
    /// The cipher takes nonces of another length.
    #[error("{} takes no nonce of {bytes} bytes", cipher.as_str())]
    NonceLength {
        /// The cipher.
        cipher: CipherName,
        /// The length that the spec names, in bytes.
        bytes: usize,
    },
    /// The cipher takes keys of another length.
    #[error("key \"{id}\" of {bytes} bytes does not fit {}", cipher.as_str())]
    KeyLength {
        /// The key.
        id: KeyId,
        /// The cipher.
        cipher: CipherName,
        /// The derived key's length in bytes.
        bytes: usize,
    },
    /// The key is made from the key id, and the spec says nowhere to find one.
    #[error("the key comes from the key id, and the spec names no metadata that holds it")]
    NoKeyId,
}

/// A codec that decodes what `spec` describes with these keys, in this order. Where the spec makes keys from key ids alone,
/// none are needed.
///
/// # Errors
/// [`BadSpec`] where lengths do not fit together.
pub fn build(
    spec: &CodecSpec,
    keys: Vec<(KeyId, RootSecret)>,
) -> Result<Arc<dyn PayloadCodec>, BadSpec> {
    let cipher = spec.cipher;
    let bytes = spec.nonce_bytes();
    if ![16, 24, 32]
        .into_iter()
        .any(|len| seal::cipher(cipher, bytes, &[0; 32][..len]).is_some())
    {
        return Err(BadSpec::NonceLength { cipher, bytes });
    }
    if spec.takes_no_secret() && spec.key_id.is_none() {
        return Err(BadSpec::NoKeyId);
    }
    for (id, secret) in &keys {
        // What the id or metadata decide is known with the Payload only; their lengths are the same for every value.
        let key = derive(&spec.key, &secret.0, id, &Payload::default());
        let fits = key
            .as_ref()
            .is_none_or(|key| seal::cipher(cipher, bytes, key).is_some());
        if let (false, Some(key)) = (fits, &key) {
            return Err(BadSpec::KeyLength {
                id: id.clone(),
                cipher,
                bytes: key.len(),
            });
        }
    }
    let keys = keys.into_iter().map(|(id, secret)| Held {
        id,
        secret,
        last: Mutex::default(),
    });
    Ok(Arc::new(SealedCodec {
        spec: spec.clone(),
        keys: keys.collect(),
        idle: Mutex::default(),
    }))
}

/// A key with the last cipher made from it.
struct Held {
    id: KeyId,
    secret: RootSecret,
    last: Last,
}

/// The last cipher and what it was derived for: most Payloads of a history share it, so deriving is paid for once.
type Last = Mutex<Option<(Vec<u8>, Arc<dyn Open>)>>;

struct SealedCodec {
    spec: CodecSpec,
    keys: Vec<Held>,
    idle: Last,
}

impl CodecSpec {
    /// Whether keys come from key ids alone.
    pub fn takes_no_secret(&self) -> bool {
        matches!(
            self.key,
            Derivation::Sha256OfId | Derivation::Id | Derivation::WrappedBesideIt { .. }
        )
    }

    fn nonce_bytes(&self) -> usize {
        match (&self.nonce, &self.framing, self.cipher) {
            (_, Framing::Base64HashNonce, CipherName::AesGcm) => 16,
            (NoncePlace::Prefix(bytes), _, _) => *bytes,
            (
                NoncePlace::Metadata(_),
                _,
                CipherName::Xchacha20Poly1305 | CipherName::NaclSecretbox,
            ) => 24,
            (NoncePlace::Metadata(_), _, _) => 12,
        }
    }
}

impl SealedCodec {
    fn corrupt(&self) -> CodecError {
        CodecError::Corrupt { codec: self.name() }
    }

    fn named_key(&self, payload: &Payload) -> Result<Option<KeyId>, CodecError> {
        let Some(name) = &self.spec.key_id else {
            return Ok(None);
        };
        let value = payload.metadata.get(name).map_or(&b""[..], Vec::as_slice);
        let text = std::str::from_utf8(value).map_err(|_| CodecError::KeyIdNotText)?;
        Ok(Some(KeyId::new(text)))
    }

    /// Nonce and sealed bytes out of data.
    fn unframe(&self, payload: &Payload) -> Option<(Vec<u8>, Bytes)> {
        let decode = |text: &[u8]| base64::decode(std::str::from_utf8(text).ok()?);
        let framed: Bytes = match &self.spec.framing {
            Framing::None => payload.data.clone(),
            Framing::TextThenBase64(text) => {
                decode(payload.data.strip_prefix(text.as_bytes())?)?.into()
            }
            Framing::Base64HashNonce => {
                let hash = payload.data.iter().position(|&byte| byte == b'#')?;
                let (sealed, nonce) = (&payload.data[..hash], &payload.data[hash + 1..]);
                return Some((decode(nonce)?, decode(sealed)?.into()));
            }
        };
        if self.spec.cipher == CipherName::Fernet {
            return Some((Vec::new(), framed));
        }
        match &self.spec.nonce {
            NoncePlace::Metadata(name) => Some((decode(payload.metadata.get(name)?)?, framed)),
            NoncePlace::Prefix(bytes) => (framed.len() >= *bytes)
                .then(|| (framed[..*bytes].to_vec(), framed.slice(*bytes..))),
        }
    }

    fn aad(&self, id: &KeyId, payload: &Payload) -> Vec<u8> {
        match &self.spec.aad {
            Aad::None => Vec::new(),
            Aad::Joined(parts) => parts
                .iter()
                .flat_map(|part| value(part, id, payload))
                .copied()
                .collect(),
            Aad::LengthPrefixed(parts) => parts
                .iter()
                .flat_map(|part| {
                    let value = value(part, id, payload);
                    let len = u32::try_from(value.len()).unwrap_or(u32::MAX).to_be_bytes();
                    len.into_iter().chain(value.iter().copied())
                })
                .collect(),
        }
    }

    /// The cipher for a Payload, from `last` where it was made for the same inputs.
    fn cipher(
        &self,
        secret: &[u8],
        id: &KeyId,
        payload: &Payload,
        last: &Last,
    ) -> Option<Arc<dyn Open>> {
        let inputs = inputs(&self.spec.key, id, payload);
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((made_for, cipher)) = &*last
            && *made_for == inputs
        {
            return Some(cipher.clone());
        }
        let key = derive(&self.spec.key, secret, id, payload)?;
        let cipher: Arc<dyn Open> =
            seal::cipher(self.spec.cipher, self.spec.nonce_bytes(), &key)?.into();
        *last = Some((inputs, cipher.clone()));
        Some(cipher)
    }

    fn restore(&self, plain: Vec<u8>, payload: &Payload) -> Result<Payload, CodecError> {
        let Body::Data {
            original_encoding,
            remove,
        } = &self.spec.body
        else {
            return Ok(Payload::from_proto(plain)?);
        };
        let mut restored = payload.clone();
        restored.data = plain.into();
        for name in remove {
            restored.metadata.remove(name);
        }
        match restored.metadata.remove(original_encoding) {
            Some(encoding) => restored
                .metadata
                .insert(METADATA_ENCODING.to_owned(), encoding),
            None => restored.metadata.remove(METADATA_ENCODING),
        };
        Ok(restored)
    }
}

impl PayloadCodec for SealedCodec {
    fn name(&self) -> CodecName {
        CodecName::Sealed(self.spec.cipher)
    }

    fn claims(&self, payload: &Payload) -> bool {
        let filled = |name: &String| {
            payload
                .metadata
                .get(name)
                .is_some_and(|value| !value.is_empty())
        };
        payload.encoding() == Some(&self.spec.encoding)
            && self.spec.require.iter().all(filled)
            && !self.spec.forbid.iter().any(filled)
    }

    fn authenticates(&self) -> bool {
        true
    }

    fn key_id(&self, payload: &Payload) -> Option<KeyId> {
        self.named_key(payload).ok().flatten()
    }

    fn encode(&self, _: &Payload) -> Result<Option<Payload>, CodecError> {
        Err(CodecError::NoEncodeKey)
    }

    fn decode(&self, payload: &Payload, limit: usize) -> Result<Payload, CodecError> {
        // Text framing and Fernet's base64 take up to half as much again.
        if payload.data.len() / 3 * 2 > limit.saturating_add(OVERHEAD_BYTES) {
            return Err(CodecError::Inflate { limit });
        }
        let named = self.named_key(payload)?;
        let (nonce, sealed) = self.unframe(payload).ok_or_else(|| self.corrupt())?;
        let open = |secret: &[u8], id: &KeyId, last: &Last| {
            let cipher = self.cipher(secret, id, payload, last)?;
            cipher.open(&nonce, &self.aad(id, payload), &sealed)
        };
        let plain = if let (true, Some(id)) = (self.spec.takes_no_secret(), &named) {
            // Nobody holds such a key, so where it does not open, another one is meant by the same id.
            open(&[], id, &self.idle).ok_or_else(|| CodecError::KeyNotFound(id.clone()))?
        } else {
            let mut tried = None;
            let mut candidates = self
                .keys
                .iter()
                .filter(|key| named.as_ref().is_none_or(|id| *id == key.id));
            let opened = candidates.find_map(|key| {
                tried.get_or_insert_with(|| key.id.clone());
                open(&key.secret.0, &key.id, &key.last)
            });
            opened.ok_or_else(|| match (tried, named) {
                (Some(id), _) => CodecError::Unauthentic(id),
                (None, Some(id)) if !id.as_str().is_empty() => CodecError::KeyNotFound(id),
                (None, _) => CodecError::KeyIdMissing,
            })?
        };
        if plain.len() > limit {
            Zeroizing::new(plain).zeroize();
            return Err(CodecError::Inflate { limit });
        }
        self.restore(plain, payload)
    }
}

fn value<'a>(part: &'a Part, id: &'a KeyId, payload: &'a Payload) -> &'a [u8] {
    match part {
        Part::Text(text) => text.as_bytes(),
        Part::KeyId => id.as_str().as_bytes(),
        Part::Metadata(name) => payload.metadata.get(name).map_or(&[], Vec::as_slice),
    }
}

fn joined(parts: &[Part], id: &KeyId, payload: &Payload) -> Vec<u8> {
    parts
        .iter()
        .flat_map(|part| value(part, id, payload))
        .copied()
        .collect()
}

/// What a derived key depends on beside the secret.
fn inputs(derivation: &Derivation, id: &KeyId, payload: &Payload) -> Vec<u8> {
    match derivation {
        Derivation::Secret | Derivation::First32 => Vec::new(),
        Derivation::Sha256OfId | Derivation::Id => id.as_str().as_bytes().to_vec(),
        Derivation::HkdfSha256 { salt, info } => {
            let salt = joined(salt, id, payload);
            // The length keeps one pair of salt and info apart from every other.
            let mut inputs = salt.len().to_be_bytes().to_vec();
            inputs.extend(salt);
            inputs.extend(joined(info, id, payload));
            inputs
        }
        Derivation::WrappedBesideIt { metadata } => {
            let mut inputs = id.as_str().as_bytes().to_vec();
            inputs.push(0);
            inputs.extend(payload.metadata.get(metadata).into_iter().flatten());
            inputs
        }
    }
}

/// The cipher's key. `None` where the Payload does not hold what it is made of.
fn derive(
    derivation: &Derivation,
    secret: &[u8],
    id: &KeyId,
    payload: &Payload,
) -> Option<Zeroizing<Vec<u8>>> {
    let key = match derivation {
        Derivation::Secret => secret.to_vec(),
        Derivation::First32 => {
            let first = &secret[..secret.len().min(32)];
            let mut key = vec![0; 32];
            key[32 - first.len()..].copy_from_slice(first);
            key
        }
        Derivation::Sha256OfId => Sha256::digest(id.as_str().as_bytes()).to_vec(),
        Derivation::Id => id.as_str().as_bytes().to_vec(),
        Derivation::HkdfSha256 { salt, info } => {
            let salt = joined(salt, id, payload);
            let mut key = vec![0; 32];
            Hkdf::<Sha256>::new(Some(&salt), secret)
                .expand(&joined(info, id, payload), &mut key)
                .ok()?;
            key
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
            seal::cipher(CipherName::NaclSecretbox, 24, &wrapping)?.open(nonce, &[], sealed)?
        }
    };
    Some(Zeroizing::new(key))
}
