//! NaCl's secretbox: `tag(16) ‖ ciphertext`. Poly1305's key is the first 32 bytes of XSalsa20's stream, the message is under
//! what follows (source: NaCl crypto_secretbox_xsalsa20poly1305).

use cbc::cipher::{KeyIvInit as _, StreamCipher as _};
use poly1305::Poly1305;
use poly1305::universal_hash::KeyInit as _;
use salsa20::XSalsa20;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// A secretbox's key.
pub(crate) struct SecretBox(Zeroizing<[u8; 32]>);

impl SecretBox {
    /// `None` unless there are 32 bytes.
    pub(crate) fn new(key: &[u8]) -> Option<Self> {
        Some(SecretBox(Zeroizing::new(key.try_into().ok()?)))
    }

    /// Seals what stands behind 16 bytes of room for the tag. `None` for a nonce of another length than 24, or where
    /// something beside the text should be authenticated: secretbox cannot.
    pub(crate) fn seal(&self, nonce: &[u8], aad: &[u8], buffer: &mut [u8]) -> Option<()> {
        let (mut stream, one_time) = self.start(nonce, aad)?;
        let (tag, text) = buffer.split_first_chunk_mut::<16>()?;
        stream.apply_keystream(text);
        let computed = Poly1305::new((&*one_time).into()).compute_unpadded(text);
        tag.copy_from_slice(computed.as_slice());
        Some(())
    }

    /// The text, where the tag is right.
    pub(crate) fn open(&self, nonce: &[u8], aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (mut stream, one_time) = self.start(nonce, aad)?;
        let (tag, ciphertext) = sealed.split_first_chunk::<16>()?;
        let computed = Poly1305::new((&*one_time).into()).compute_unpadded(ciphertext);
        if !bool::from(computed.as_slice().ct_eq(tag)) {
            return None;
        }
        let mut plain = ciphertext.to_vec();
        stream.apply_keystream(&mut plain);
        Some(plain)
    }

    /// The stream behind its first 32 bytes, and those.
    fn start(&self, nonce: &[u8], aad: &[u8]) -> Option<(XSalsa20, Zeroizing<[u8; 32]>)> {
        let nonce: &[u8; 24] = nonce.try_into().ok()?;
        if !aad.is_empty() {
            return None;
        }
        let mut stream = XSalsa20::new((&*self.0).into(), nonce.into());
        let mut one_time = Zeroizing::new([0; 32]);
        stream.apply_keystream(&mut *one_time);
        Some((stream, one_time))
    }
}
