//! Ciphers behind one pair of functions: `seal` in place, and `open(nonce, aad, sealed)`. Nothing is given out whose tag does
//! not match.

use aes::cipher::{BlockCipherEncrypt, BlockSizeUser};
use aes_gcm::AesGcm;
use aes_gcm::aead::consts::{U8, U9, U10, U11, U12, U13, U14, U15, U16};
use aes_gcm::aead::{AeadInOut, KeyInit};
use zeroize::{Zeroize as _, Zeroizing};

use crate::cipher_name::CipherName;
use crate::primitives::cbc::Cbc;
use crate::primitives::detached::{Detached, TAG_BYTES};
use crate::primitives::fast_gcm::FastGcm;
use crate::primitives::fernet::Fernet;
use crate::primitives::secretbox::SecretBox;
use crate::primitives::zeroize_stack::zeroize_stack_of_use;

/// A cipher with its key, expanded.
pub(crate) enum Cipher {
    /// `ciphertext ‖ tag(16)`
    Aead(Box<dyn Detached>),
    /// `tag(16) ‖ ciphertext`
    SecretBox(Box<SecretBox>),
    /// A token.
    Fernet(Box<Fernet>),
    /// Blocks under CBC, and no tag.
    Cbc(Box<Cbc>),
    /// The text itself.
    None,
}

impl Cipher {
    /// The cipher with this key, for nonces of `nonce_bytes`. `None` where the lengths do not fit.
    pub(crate) fn new(name: CipherName, nonce_bytes: usize, key: &[u8]) -> Option<Cipher> {
        use chacha20poly1305::{ChaCha20Poly1305, XChaCha20Poly1305};
        match (name, nonce_bytes, key.len()) {
            (CipherName::AesGcm, 12, 16 | 32) => Some(Cipher::Aead(FastGcm::new(key)?)),
            (CipherName::AesGcm, _, _) => Some(Cipher::Aead(reference(nonce_bytes, key)?)),
            (CipherName::Chacha20Poly1305, 12, _) => {
                Some(Cipher::Aead(aead::<ChaCha20Poly1305>(key)?))
            }
            (CipherName::Xchacha20Poly1305, 24, _) => {
                Some(Cipher::Aead(aead::<XChaCha20Poly1305>(key)?))
            }
            (CipherName::NaclSecretbox, 24, 32) => {
                Some(Cipher::SecretBox(Box::new(SecretBox::new(key)?)))
            }
            (CipherName::Fernet, 16, 32) => Some(Cipher::Fernet(Box::new(Fernet::new(key)?))),
            (CipherName::AesCbc, 16, _) => Some(Cipher::Cbc(Box::new(Cbc::new(key)?))),
            (CipherName::None, 0, _) => Some(Cipher::None),
            _ => None,
        }
    }

    /// Bytes that stand in front of the text once it is sealed.
    pub(crate) fn bytes_before(&self) -> usize {
        match self {
            Cipher::Aead(_) | Cipher::Cbc(_) | Cipher::None => 0,
            Cipher::SecretBox(_) => TAG_BYTES,
            Cipher::Fernet(_) => Fernet::BYTES_BEFORE,
        }
    }

    /// Bytes that sealing adds behind the text, at most.
    pub(crate) fn bytes_after(&self) -> usize {
        match self {
            Cipher::Aead(_) => TAG_BYTES,
            Cipher::SecretBox(_) | Cipher::Cbc(_) | Cipher::None => 0,
            Cipher::Fernet(_) => Fernet::BYTES_AFTER,
        }
    }

    /// The shortest that can be sealed text, in bytes.
    pub(crate) fn shortest(&self) -> usize {
        match self {
            Cipher::Aead(_) | Cipher::SecretBox(_) => TAG_BYTES,
            Cipher::Cbc(_) => Cbc::BLOCK_BYTES,
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
            // Nothing is encoded with it.
            Cipher::Cbc(_) => None,
            Cipher::None => Some(()),
        }
    }

    /// The plaintext, where nonce and tag are right.
    pub(crate) fn open(&self, nonce: &[u8], aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let text = self.open_unwiped(nonce, aad, sealed);
        zeroize_stack_of_use();
        text
    }

    /// Opens `sealed` where it lies, and says how many of its first bytes are the plaintext then. `None` where nonce or tag are not
    /// right, or the cipher cannot; what the bytes are then means nothing.
    pub(crate) fn open_in_place(
        &self,
        nonce: &[u8],
        aad: &[u8],
        sealed: &mut [u8],
    ) -> Option<usize> {
        let opened = self.open_in_place_unwiped(nonce, aad, sealed);
        zeroize_stack_of_use();
        opened
    }

    #[inline(never)]
    fn open_in_place_unwiped(&self, nonce: &[u8], aad: &[u8], sealed: &mut [u8]) -> Option<usize> {
        match self {
            Cipher::Aead(cipher) => {
                let (text, tag) = sealed.split_last_chunk_mut::<TAG_BYTES>()?;
                cipher.open(nonce, aad, text, tag)?;
                Some(text.len())
            }
            Cipher::SecretBox(_) | Cipher::Fernet(_) | Cipher::Cbc(_) | Cipher::None => None,
        }
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
            Cipher::Cbc(cipher) => cipher.open(nonce, sealed),
            Cipher::None => Some(sealed.to_vec()),
        }
    }
}

/// AES-GCM by `aes-gcm`, with every key and for nonces of 8 to 16 bytes.
pub(crate) fn reference(nonce_bytes: usize, key: &[u8]) -> Option<Box<dyn Detached>> {
    use aes_gcm::aes::{Aes128, Aes192, Aes256};
    match key.len() {
        16 => gcm::<Aes128>(nonce_bytes, key),
        24 => gcm::<Aes192>(nonce_bytes, key),
        32 => gcm::<Aes256>(nonce_bytes, key),
        _ => None,
    }
}

fn gcm<B>(nonce_bytes: usize, key: &[u8]) -> Option<Box<dyn Detached>>
where
    B: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16> + KeyInit + Send + Sync + 'static,
{
    match nonce_bytes {
        8 => aead::<AesGcm<B, U8>>(key),
        9 => aead::<AesGcm<B, U9>>(key),
        10 => aead::<AesGcm<B, U10>>(key),
        11 => aead::<AesGcm<B, U11>>(key),
        12 => aead::<AesGcm<B, U12>>(key),
        13 => aead::<AesGcm<B, U13>>(key),
        14 => aead::<AesGcm<B, U14>>(key),
        15 => aead::<AesGcm<B, U15>>(key),
        16 => aead::<AesGcm<B, U16>>(key),
        _ => None,
    }
}

fn aead<C: AeadInOut + KeyInit + Send + Sync + 'static>(key: &[u8]) -> Option<Box<dyn Detached>> {
    Some(Box::new(C::new_from_slice(key).ok()?))
}
