//! Keys as codecs see them: an id from a Payload's metadata, and bytes that only ciphers may use.

pub(crate) mod cipher_cache;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::cipher_name::CipherName;
use crate::key::cipher_cache::CipherCache;
use crate::key_error::KeyError;
use crate::key_id::KeyId;
use crate::primitives::cipher::Cipher;
use crate::primitives::zeroize_stack::zeroize_stack;

/// A key: most are AES keys of 16, 24 or 32 bytes; formats that derive their keys take secrets of any length. Zeroized on
/// drop; it cannot be printed, serialized or compared.
///
/// The key schedule is expanded once, here, and shared by every clone: opening a Payload does not pay for it again.
#[derive(Clone)]
pub struct SecretKey(Arc<Inner>);

struct Inner {
    bytes: Zeroizing<Vec<u8>>,
    /// AES-GCM with the usual nonce of 12 bytes; `None` where the length is not an AES key's.
    aes: Option<Cipher>,
    /// What formats derived from this key. It lives as long as the key's bytes, and not longer.
    derived: CipherCache,
}

/// The longest secret that is taken, in bytes.
pub const MAX_KEY_BYTES: usize = 4096;

/// A key of a length that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an AES key has 16, 24 or 32 bytes, this one has {len}")]
pub struct WrongKeyLength {
    /// The length that was given, in bytes.
    pub len: usize,
}

impl SecretKey {
    /// Takes an AES key over. A key of another length is refused, never padded or cut.
    ///
    /// # Errors
    /// [`WrongKeyLength`] unless there are 16, 24 or 32 bytes.
    pub fn new(bytes: Zeroizing<Vec<u8>>) -> Result<Self, WrongKeyLength> {
        match bytes.len() {
            16 | 24 | 32 => Self::of_any_length(bytes),
            len => Err(WrongKeyLength { len }),
        }
    }

    /// Takes a secret over that a format derives its key from. One that has an AES key's length is an AES key as well.
    ///
    /// # Errors
    /// [`WrongKeyLength`] unless there are 1 to [`MAX_KEY_BYTES`] bytes.
    pub fn of_any_length(bytes: Zeroizing<Vec<u8>>) -> Result<Self, WrongKeyLength> {
        if !(1..=MAX_KEY_BYTES).contains(&bytes.len()) {
            return Err(WrongKeyLength { len: bytes.len() });
        }
        let key = Self::expand(bytes);
        zeroize_stack();
        Ok(key)
    }

    #[inline(never)]
    fn expand(bytes: Zeroizing<Vec<u8>>) -> Self {
        let aes = Cipher::new(CipherName::AesGcm, 12, &bytes);
        SecretKey(Arc::new(Inner {
            bytes,
            aes,
            derived: CipherCache::default(),
        }))
    }

    /// Length in bits: 128, 192 or 256 for an AES key.
    pub fn bits(&self) -> u16 {
        u16::try_from(self.0.bytes.len() * 8).expect("keys have at most 4096 bytes")
    }

    /// The first 8 bytes of SHA-256(key) in hex, so that people can tell whether two machines hold the same key.
    pub fn fingerprint(&self) -> String {
        let fingerprint = self.hash();
        zeroize_stack();
        fingerprint
    }

    #[inline(never)]
    fn hash(&self) -> String {
        Sha256::digest(self.0.bytes.as_slice()).iter().take(8).fold(
            String::with_capacity(16),
            |mut hex, byte| {
                use fmt::Write as _;
                write!(hex, "{byte:02x}").expect("writing into a String cannot fail");
                hex
            },
        )
    }

    /// The bytes, for the keychain alone: they must go nowhere else.
    pub fn expose(&self) -> &[u8] {
        &self.0.bytes
    }

    /// The expanded AES key; `None` where the length is not an AES key's.
    pub(crate) fn aes(&self) -> Option<&Cipher> {
        self.0.aes.as_ref()
    }

    /// Ciphers that were made of this key in other ways.
    pub(crate) fn derived(&self) -> &CipherCache {
        &self.0.derived
    }
}

/// Where codecs get keys from. Implementations may block, with a deadline; they must not be called on a reactor thread
/// when a key is not in memory yet.
pub trait KeyProvider: Send + Sync {
    /// The key with this id, or `None` where there is no such key.
    ///
    /// # Errors
    /// [`KeyError`] where there may be such a key, and it cannot be had now.
    fn key(&self, id: &KeyId) -> Result<Option<SecretKey>, KeyError>;

    /// Every key with its id, for Payloads that do not say which: authenticated ciphers make trying them safe.
    ///
    /// # Errors
    /// [`KeyError`] where there may be keys, and none can be had now.
    fn keys(&self) -> Result<Vec<(KeyId, SecretKey)>, KeyError>;
}

/// Keys held in memory under their ids.
#[derive(Clone, Default)]
pub struct Keyring(HashMap<KeyId, SecretKey>);

impl Keyring {
    /// Adds a key; a key that had this id before is replaced.
    pub fn insert(&mut self, id: KeyId, key: SecretKey) {
        self.0.insert(id, key);
    }
}

impl KeyProvider for Keyring {
    fn key(&self, id: &KeyId) -> Result<Option<SecretKey>, KeyError> {
        Ok(self.0.get(id).cloned())
    }

    fn keys(&self) -> Result<Vec<(KeyId, SecretKey)>, KeyError> {
        let mut keys: Vec<_> = self
            .0
            .iter()
            .map(|(id, key)| (id.clone(), key.clone()))
            .collect();
        keys.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_aes_lengths_and_nothing_else() {
        for (len, bits) in [
            (16, Some(128)),
            (24, Some(192)),
            (32, Some(256)),
            (0, None),
            (31, None),
            (33, None),
        ] {
            let key = SecretKey::new(Zeroizing::new(vec![7; len]));
            assert_eq!(key.ok().map(|key| key.bits()), bits, "{len} bytes");
        }
    }

    #[test]
    fn takes_secrets_of_any_length_but_none_and_too_much() {
        for (len, aes) in [(1, false), (16, true), (33, false), (MAX_KEY_BYTES, false)] {
            let key = SecretKey::of_any_length(Zeroizing::new(vec![7; len])).expect("a length");
            assert_eq!(usize::from(key.bits()), len * 8);
            assert_eq!(key.aes().is_some(), aes, "{len} bytes");
        }
        for len in [0, MAX_KEY_BYTES + 1] {
            let key = SecretKey::of_any_length(Zeroizing::new(vec![7; len]));
            assert_eq!(key.err(), Some(WrongKeyLength { len }));
        }
    }

    #[test]
    fn fingerprint_is_the_start_of_sha_256() {
        // printf 'test-key-test-key-test-key-test!' | sha256sum
        let key = SecretKey::new(Zeroizing::new(b"test-key-test-key-test-key-test!".to_vec()));
        let expect = Sha256::digest(b"test-key-test-key-test-key-test!");
        let fingerprint = key.expect("32 bytes").fingerprint();
        assert_eq!(fingerprint.len(), 16);
        assert_eq!(fingerprint[..2], format!("{:02x}", expect[0]));
    }
}
