//! Fernet tokens: `0x80 ‖ time(8) ‖ iv(16) ‖ AES-128-CBC ‖ HMAC-SHA-256(32)` as URL-safe base64; the key is
//! `signing(16) ‖ encryption(16)` (source: the Fernet specification). The time is not judged: Payloads are kept.

use aes::Aes128;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, KeyIvInit as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use temporal_payload::base64;
use zeroize::Zeroizing;

use crate::primitives::zeroize_stack::zeroize_stack;

const BLOCK_BYTES: usize = 16;
const MAC_BYTES: usize = 32;

/// A Fernet key.
pub(crate) struct Fernet(Zeroizing<[u8; 32]>);

impl Fernet {
    /// Version, time and IV.
    pub(crate) const BYTES_BEFORE: usize = 1 + 8 + BLOCK_BYTES;
    /// Padding and MAC, at most.
    pub(crate) const BYTES_AFTER: usize = BLOCK_BYTES + MAC_BYTES;

    /// `None` unless there are 32 bytes.
    pub(crate) fn new(key: &[u8]) -> Option<Self> {
        Some(Fernet(Zeroizing::new(key.try_into().ok()?)))
    }

    /// Makes a token of the text that stands behind [`Fernet::BYTES_BEFORE`] bytes of room.
    pub(crate) fn seal(
        &self,
        iv: &[u8],
        aad: &[u8],
        seconds: u64,
        buffer: &mut Vec<u8>,
        at: usize,
    ) -> Option<()> {
        if !aad.is_empty() || iv.len() != BLOCK_BYTES {
            return None;
        }
        let text = at + Self::BYTES_BEFORE;
        let len = buffer.len() - text;
        buffer[at] = 0x80;
        buffer[at + 1..at + 9].copy_from_slice(&seconds.to_be_bytes());
        buffer[at + 9..text].copy_from_slice(iv);
        buffer.resize(text + (len / BLOCK_BYTES + 1) * BLOCK_BYTES, 0);
        let tag = self.encrypt_and_sign(iv, &mut buffer[at..], len);
        // The key's schedules were on the stack.
        zeroize_stack();
        buffer.extend_from_slice(&tag?);
        let token = base64::encode_url_safe(&buffer[at..]);
        buffer.truncate(at);
        buffer.extend_from_slice(token.as_bytes());
        Some(())
    }

    #[inline(never)]
    fn encrypt_and_sign(&self, iv: &[u8], token: &mut [u8], len: usize) -> Option<[u8; MAC_BYTES]> {
        let (signing, encryption) = self.0.split_at(16);
        cbc::Encryptor::<Aes128>::new_from_slices(encryption, iv)
            .ok()?
            .encrypt_padded::<Pkcs7>(&mut token[Self::BYTES_BEFORE..], len)
            .ok()?;
        let mut mac = Hmac::<Sha256>::new_from_slice(signing).ok()?;
        mac.update(token);
        Some(mac.finalize().into_bytes().into())
    }

    /// The text of a token, where its MAC is right.
    pub(crate) fn open(&self, aad: &[u8], token: &[u8]) -> Option<Vec<u8>> {
        // Every token starts so: the version's byte and a time before the year 2106.
        if !token.starts_with(b"gAAAA") || !aad.is_empty() {
            return None;
        }
        let token = base64::decode(std::str::from_utf8(token).ok()?)?;
        let plain = self.verify_and_decrypt(&token);
        zeroize_stack();
        plain
    }

    #[inline(never)]
    fn verify_and_decrypt(&self, token: &[u8]) -> Option<Vec<u8>> {
        let (signed, tag) = token.split_last_chunk::<MAC_BYTES>()?;
        let (signing, encryption) = self.0.split_at(16);
        let mut mac = Hmac::<Sha256>::new_from_slice(signing).ok()?;
        mac.update(signed);
        mac.verify_slice(tag).ok()?;
        let (iv, ciphertext) = signed.get(9..)?.split_first_chunk::<BLOCK_BYTES>()?;
        cbc::Decryptor::<Aes128>::new_from_slices(encryption, iv)
            .ok()?
            .decrypt_padded_vec::<Pkcs7>(ciphertext)
            .ok()
    }
}
