//! Ciphers behind one pair of functions: `seal` in place, and `open(nonce, aad, sealed)`. Nothing is given out whose tag does
//! not match.

use aes_gcm::AesGcm;
use aes_gcm::aead::consts::{U12, U16};
use aes_gcm::aead::{AeadInOut, KeyInit, Nonce, Tag};
use zeroize::{Zeroize as _, Zeroizing};

use crate::primitives::fernet::Fernet;
use crate::primitives::secretbox::SecretBox;
use crate::primitives::zeroize_stack::zeroize_stack_of_use;
use crate::spec::CipherName;

/// A tag's length in bytes, of every cipher here but Fernet.
pub(crate) const TAG_BYTES: usize = 16;

/// A cipher with its key, expanded.
pub(crate) enum Cipher {
    /// `ciphertext ‖ tag(16)`
    Aead(Box<dyn Detached>),
    /// `tag(16) ‖ ciphertext`
    SecretBox(Box<SecretBox>),
    /// A token.
    Fernet(Box<Fernet>),
    /// The text itself.
    None,
}

/// A cipher that works in place and keeps the tag apart.
pub(crate) trait Detached: Send + Sync {
    /// `None` where the nonce has another length.
    fn seal(&self, nonce: &[u8], aad: &[u8], text: &mut [u8]) -> Option<[u8; TAG_BYTES]>;

    /// `None` where nonce or tag are not right; the text is of no use then.
    fn open(&self, nonce: &[u8], aad: &[u8], text: &mut [u8], tag: &[u8]) -> Option<()>;
}

impl<C: AeadInOut + Send + Sync> Detached for C {
    fn seal(&self, nonce: &[u8], aad: &[u8], text: &mut [u8]) -> Option<[u8; TAG_BYTES]> {
        let nonce = Nonce::<C>::try_from(nonce).ok()?;
        let tag = self.encrypt_inout_detached(&nonce, aad, text.into()).ok()?;
        tag.as_slice().try_into().ok()
    }

    fn open(&self, nonce: &[u8], aad: &[u8], text: &mut [u8], tag: &[u8]) -> Option<()> {
        let nonce = Nonce::<C>::try_from(nonce).ok()?;
        let tag = Tag::<C>::try_from(tag).ok()?;
        self.decrypt_inout_detached(&nonce, aad, text.into(), &tag)
            .ok()
    }
}

impl Cipher {
    /// The cipher with this key, for nonces of `nonce_bytes`. `None` where the lengths do not fit.
    pub(crate) fn new(name: CipherName, nonce_bytes: usize, key: &[u8]) -> Option<Cipher> {
        use aes_gcm::aes::{Aes128, Aes192, Aes256};
        use chacha20poly1305::{ChaCha20Poly1305, XChaCha20Poly1305};
        match (name, nonce_bytes, key.len()) {
            (CipherName::AesGcm, 12, 16) => aead::<AesGcm<Aes128, U12>>(key),
            (CipherName::AesGcm, 12, 24) => aead::<AesGcm<Aes192, U12>>(key),
            (CipherName::AesGcm, 12, 32) => aead::<AesGcm<Aes256, U12>>(key),
            (CipherName::AesGcm, 16, 16) => aead::<AesGcm<Aes128, U16>>(key),
            (CipherName::AesGcm, 16, 24) => aead::<AesGcm<Aes192, U16>>(key),
            (CipherName::AesGcm, 16, 32) => aead::<AesGcm<Aes256, U16>>(key),
            (CipherName::Chacha20Poly1305, 12, _) => aead::<ChaCha20Poly1305>(key),
            (CipherName::Xchacha20Poly1305, 24, _) => aead::<XChaCha20Poly1305>(key),
            (CipherName::NaclSecretbox, 24, 32) => {
                Some(Cipher::SecretBox(Box::new(SecretBox::new(key)?)))
            }
            (CipherName::Fernet, 16, 32) => Some(Cipher::Fernet(Box::new(Fernet::new(key)?))),
            (CipherName::None, 0, _) => Some(Cipher::None),
            _ => None,
        }
    }

    /// Bytes that stand in front of the text once it is sealed.
    pub(crate) fn bytes_before(&self) -> usize {
        match self {
            Cipher::Aead(_) | Cipher::None => 0,
            Cipher::SecretBox(_) => TAG_BYTES,
            Cipher::Fernet(_) => Fernet::BYTES_BEFORE,
        }
    }

    /// Bytes that sealing adds behind the text, at most.
    pub(crate) fn bytes_after(&self) -> usize {
        match self {
            Cipher::Aead(_) => TAG_BYTES,
            Cipher::SecretBox(_) | Cipher::None => 0,
            Cipher::Fernet(_) => Fernet::BYTES_AFTER,
        }
    }

    /// The shortest that can be sealed text, in bytes.
    pub(crate) fn shortest(&self) -> usize {
        match self {
            Cipher::Aead(_) | Cipher::SecretBox(_) => TAG_BYTES,
            Cipher::Fernet(_) | Cipher::None => 0,
        }
    }

    /// Seals `buffer[at..]`, which is [`Cipher::bytes_before`] zero bytes and the text behind them. `seconds` is the time
    /// that a Fernet token tells. On failure the text is wiped.
    pub(crate) fn seal(
        &self,
        nonce: &[u8],
        aad: &[u8],
        seconds: u64,
        buffer: &mut Vec<u8>,
        at: usize,
    ) -> Option<()> {
        let sealed = self.seal_unwiped(nonce, aad, seconds, buffer, at);
        zeroize_stack_of_use();
        if sealed.is_none() {
            buffer.zeroize();
        }
        sealed
    }

    #[inline(never)]
    fn seal_unwiped(
        &self,
        nonce: &[u8],
        aad: &[u8],
        seconds: u64,
        buffer: &mut Vec<u8>,
        at: usize,
    ) -> Option<()> {
        match self {
            Cipher::Aead(cipher) => cipher
                .seal(nonce, aad, &mut buffer[at..])
                .map(|tag| buffer.extend_from_slice(&tag)),
            Cipher::SecretBox(cipher) => cipher.seal(nonce, aad, &mut buffer[at..]),
            Cipher::Fernet(cipher) => cipher.seal(nonce, aad, seconds, buffer, at),
            Cipher::None => Some(()),
        }
    }

    /// The plaintext, where nonce and tag are right.
    pub(crate) fn open(&self, nonce: &[u8], aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let text = self.open_unwiped(nonce, aad, sealed);
        zeroize_stack_of_use();
        text
    }

    #[inline(never)]
    fn open_unwiped(&self, nonce: &[u8], aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        match self {
            Cipher::Aead(cipher) => {
                let (ciphertext, tag) = sealed.split_last_chunk::<TAG_BYTES>()?;
                let mut text = Zeroizing::new(ciphertext.to_vec());
                cipher.open(nonce, aad, &mut text, tag)?;
                Some(std::mem::take(&mut *text))
            }
            Cipher::SecretBox(cipher) => cipher.open(nonce, aad, sealed),
            Cipher::Fernet(cipher) => cipher.open(aad, sealed),
            Cipher::None => Some(sealed.to_vec()),
        }
    }
}

fn aead<C: AeadInOut + KeyInit + Send + Sync + 'static>(key: &[u8]) -> Option<Cipher> {
    Some(Cipher::Aead(Box::new(C::new_from_slice(key).ok()?)))
}
