//! Ciphers that work in place and keep their tag apart.

use aes_gcm::aead::{AeadInOut, Nonce, Tag};

/// A tag's length in bytes, of every cipher here but Fernet.
pub(crate) const TAG_BYTES: usize = 16;

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
