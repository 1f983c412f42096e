//! AES-CBC with PKCS#7 padding and no tag: `ciphertext` under an IV of 16 bytes, as Spring Security's `Encryptors.standard`
//! writes it. Only read. Wrong padding is all that tells a wrong key, and one in 256 passes.

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt as _, KeyIvInit as _};
use zeroize::Zeroizing;

/// A key for AES-CBC.
pub(crate) struct Cbc(Zeroizing<Vec<u8>>);

impl Cbc {
    /// Bytes of a block, and of the IV.
    pub(crate) const BLOCK_BYTES: usize = 16;

    /// `None` unless there are 16, 24 or 32 bytes.
    pub(crate) fn new(key: &[u8]) -> Option<Self> {
        matches!(key.len(), 16 | 24 | 32).then(|| Cbc(Zeroizing::new(key.to_vec())))
    }

    /// The text, where its padding is right.
    pub(crate) fn open(&self, iv: &[u8], ciphertext: &[u8]) -> Option<Vec<u8>> {
        let key = &self.0[..];
        match key.len() {
            16 => cbc::Decryptor::<Aes128>::new_from_slices(key, iv)
                .ok()?
                .decrypt_padded_vec::<Pkcs7>(ciphertext)
                .ok(),
            24 => cbc::Decryptor::<Aes192>::new_from_slices(key, iv)
                .ok()?
                .decrypt_padded_vec::<Pkcs7>(ciphertext)
                .ok(),
            _ => cbc::Decryptor::<Aes256>::new_from_slices(key, iv)
                .ok()?
                .decrypt_padded_vec::<Pkcs7>(ciphertext)
                .ok(),
        }
    }
}
