//! AES-GCM as Temporal's SDK samples write it: `data = nonce(12) ‖ ciphertext ‖ tag(16)`, no AAD, the plaintext is the whole
//! serialized Payload (source: the `encryption` samples of samples-go, -python, -typescript, -java, -dotnet and -ruby).
//!
//! The key's length picks AES-128, 192 or 256. Nonces are fresh random bytes.

use std::sync::Arc;

use bytes::Bytes;
use prost::Message as _;
use temporal_payload::{METADATA_ENCODING, METADATA_ENCRYPTION_KEY_ID, Payload, encodings};
use zeroize::Zeroize;

use crate::codec::{CodecName, PayloadCodec};
use crate::envelope;
use crate::error::CodecError;
use crate::key::{Cipher, KeyId, KeyProvider, SecretKey};

const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;

/// Opens with whichever key a Payload names; seals with one.
pub struct AesGcmCodec {
    keys: Arc<dyn KeyProvider>,
    encode_key: Option<KeyId>,
}

impl AesGcmCodec {
    /// A codec that opens with `keys`, and seals with the one that `encode_key` names.
    pub fn new(keys: Arc<dyn KeyProvider>, encode_key: Option<KeyId>) -> Self {
        AesGcmCodec { keys, encode_key }
    }
}

impl PayloadCodec for AesGcmCodec {
    fn name(&self) -> CodecName {
        CodecName::AesGcm
    }

    fn claims(&self, payload: &Payload) -> bool {
        payload.encoding() == Some(encodings::BINARY_ENCRYPTED) && !envelope::wraps_its_key(payload)
    }

    fn authenticates(&self) -> bool {
        true
    }

    fn key_id(&self, payload: &Payload) -> Option<KeyId> {
        named_key(payload).ok()
    }

    fn encode(&self, payload: &Payload) -> Result<Option<Payload>, CodecError> {
        let id = self.encode_key.as_ref().ok_or(CodecError::NoEncodeKey)?;
        let key = find(&*self.keys, id)?.ok_or_else(|| CodecError::KeyNotFound(id.clone()))?;
        Ok(Some(Payload {
            metadata: [
                (
                    METADATA_ENCODING.to_owned(),
                    encodings::BINARY_ENCRYPTED.into(),
                ),
                (METADATA_ENCRYPTION_KEY_ID.to_owned(), id.as_str().into()),
            ]
            .into(),
            data: seal(&key, id, payload)?,
            external_payloads: Vec::new(),
        }))
    }

    fn decode(&self, payload: &Payload, limit: usize) -> Result<Payload, CodecError> {
        if payload.data.len() > limit.saturating_add(NONCE_BYTES + TAG_BYTES) {
            return Err(CodecError::Inflate { limit });
        }
        let id = named_key(payload)?;
        let key = find(&*self.keys, &id)?.ok_or_else(|| {
            if payload.metadata.contains_key(METADATA_ENCRYPTION_KEY_ID) {
                CodecError::KeyNotFound(id.clone())
            } else {
                CodecError::KeyIdMissing
            }
        })?;
        let opened = open(&key, &id, &payload.data)?;
        Ok(Payload::from_proto(opened)?)
    }
}

/// The id in metadata. A missing one is the empty one: there, too, only the key store can say which key is meant.
fn named_key(payload: &Payload) -> Result<KeyId, CodecError> {
    match payload.metadata.get(METADATA_ENCRYPTION_KEY_ID) {
        None => Ok(KeyId::new("")),
        Some(id) => std::str::from_utf8(id)
            .map(KeyId::new)
            .map_err(|_| CodecError::KeyIdNotText),
    }
}

fn find(keys: &dyn KeyProvider, id: &KeyId) -> Result<Option<SecretKey>, CodecError> {
    keys.key(id).map_err(|source| CodecError::KeyUnavailable {
        id: id.clone(),
        source,
    })
}

fn aes<'a>(key: &'a SecretKey, id: &KeyId) -> Result<&'a Cipher, CodecError> {
    key.cipher().ok_or_else(|| CodecError::KeyUnfit {
        id: id.clone(),
        bits: key.bits(),
    })
}

/// `nonce(12) ‖ AES-GCM(key, nonce, payload as protobuf) ‖ tag(16)`
fn seal(key: &SecretKey, id: &KeyId, payload: &Payload) -> Result<Bytes, CodecError> {
    let cipher = aes(key, id)?;
    let mut nonce = [0; NONCE_BYTES];
    getrandom::fill(&mut nonce).map_err(|_| CodecError::NoRandomness)?;

    let plain_len = payload.encoded_len();
    let mut data = Vec::with_capacity(NONCE_BYTES + plain_len + TAG_BYTES);
    data.extend_from_slice(&nonce);
    payload
        .encode(&mut data)
        .expect("the buffer grows as it is written");
    let tag = cipher
        .seal(&nonce, &mut data[NONCE_BYTES..])
        .expect("a Payload in memory is far below the 64 GiB that GCM can seal");
    data.extend_from_slice(&tag);
    Ok(data.into())
}

/// The plaintext of `nonce(12) ‖ ciphertext ‖ tag(16)`.
fn open(key: &SecretKey, id: &KeyId, data: &[u8]) -> Result<Vec<u8>, CodecError> {
    let cipher = aes(key, id)?;
    let (nonce, sealed) = data
        .split_first_chunk::<NONCE_BYTES>()
        .ok_or(CodecError::Truncated { len: data.len() })?;
    let (ciphertext, tag) = sealed
        .split_last_chunk::<TAG_BYTES>()
        .ok_or(CodecError::Truncated { len: data.len() })?;

    let mut buffer = ciphertext.to_vec();
    if cipher.open(nonce, &mut buffer, tag).is_err() {
        buffer.zeroize();
        return Err(CodecError::Unauthentic(id.clone()));
    }
    Ok(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Keyring;
    use zeroize::Zeroizing;

    fn codec(id: &str, len: usize) -> AesGcmCodec {
        let mut keys = Keyring::default();
        let key = SecretKey::new(Zeroizing::new(vec![9; len])).expect("a legal length");
        keys.insert(KeyId::new(id), key);
        AesGcmCodec::new(Arc::new(keys), Some(KeyId::new(id)))
    }

    fn payload() -> Payload {
        Payload {
            metadata: [(METADATA_ENCODING.to_owned(), b"json/plain".to_vec())].into(),
            data: Bytes::from_static(b"\"canary\""),
            external_payloads: Vec::new(),
        }
    }

    #[test]
    fn opens_what_it_sealed_with_every_key_length() {
        for len in [16, 24, 32] {
            let codec = codec("k", len);
            let sealed = codec
                .encode(&payload())
                .expect("sealed")
                .expect("always wraps");
            assert!(codec.claims(&sealed));
            assert_eq!(codec.decode(&sealed, 1 << 20), Ok(payload()));
        }
    }

    #[test]
    fn never_repeats_a_nonce() {
        let codec = codec("k", 32);
        let seal = || {
            codec
                .encode(&payload())
                .expect("sealed")
                .expect("wrapped")
                .data
        };
        assert_ne!(seal()[..NONCE_BYTES], seal()[..NONCE_BYTES]);
    }

    #[test]
    fn one_changed_bit_anywhere_is_refused() {
        let codec = codec("k", 32);
        let sealed = codec.encode(&payload()).expect("sealed").expect("wrapped");
        for bit in 0..sealed.data.len() * 8 {
            let mut data = sealed.data.to_vec();
            data[bit / 8] ^= 1 << (bit % 8);
            let damaged = Payload {
                data: data.into(),
                ..sealed.clone()
            };
            assert_eq!(
                codec.decode(&damaged, 1 << 20),
                Err(CodecError::Unauthentic(KeyId::new("k"))),
                "bit {bit}"
            );
        }
    }

    #[test]
    fn says_which_key_is_missing() {
        let sealed = codec("theirs", 32)
            .encode(&payload())
            .expect("sealed")
            .expect("wrapped");
        let ours = codec("ours", 32);
        assert_eq!(
            ours.decode(&sealed, 1 << 20),
            Err(CodecError::KeyNotFound(KeyId::new("theirs")))
        );
        let mut nameless = sealed;
        nameless.metadata.remove(METADATA_ENCRYPTION_KEY_ID);
        assert_eq!(
            ours.decode(&nameless, 1 << 20),
            Err(CodecError::KeyIdMissing)
        );
        // A missing id is looked up as the empty one; both codecs here hold the same bytes.
        assert_eq!(codec("", 32).decode(&nameless, 1 << 20), Ok(payload()));
    }
}
