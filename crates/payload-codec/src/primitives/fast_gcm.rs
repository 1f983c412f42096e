//! AES-GCM with the usual nonce of 12 bytes by `ring`, several times as fast as `aes-gcm`, which stays the reference: both seal
//! and open the same, and `aes-gcm` does what this cannot (AES-192, other nonces).

use std::hint::black_box;

use ring::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use crate::primitives::detached::{Detached, TAG_BYTES};

/// Such a cipher with its key, expanded. It lies where it was put until it is dropped, and is overwritten then: ring itself
/// leaves its round keys behind.
pub(crate) struct FastGcm(LessSafeKey);

impl FastGcm {
    /// On the heap, so that no copy of it is made. What the making leaves on the stack is for the caller to wipe, as of every
    /// cipher. `None` for a key of another length.
    pub(crate) fn new(key: &[u8]) -> Option<Box<Self>> {
        Some(Box::new(FastGcm(expand(key)?)))
    }

    /// Puts the round keys of a key that is no secret in the place of these. ring chooses the form of what it expands by the
    /// processor and the key's length, so that the one covers the other whole.
    fn overwrite(&mut self) {
        const NO_KEY: [u8; 32] = [0; 32];
        if let Some(no_key) = expand(&NO_KEY[..self.0.algorithm().key_len()]) {
            self.0 = no_key;
        }
        // Somebody may read what is there now, so it must be written.
        black_box(self);
    }
}

fn expand(key: &[u8]) -> Option<LessSafeKey> {
    let algorithm = match key.len() {
        16 => &AES_128_GCM,
        32 => &AES_256_GCM,
        _ => return None,
    };
    Some(LessSafeKey::new(UnboundKey::new(algorithm, key).ok()?))
}

impl Drop for FastGcm {
    fn drop(&mut self) {
        self.overwrite();
    }
}

impl Detached for FastGcm {
    fn seal(&self, nonce: &[u8], aad: &[u8], text: &mut [u8]) -> Option<[u8; TAG_BYTES]> {
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let tag = self
            .0
            .seal_in_place_separate_tag(nonce, Aad::from(aad), text);
        tag.ok()?.as_ref().try_into().ok()
    }

    fn open(&self, nonce: &[u8], aad: &[u8], text: &mut [u8], tag: &[u8]) -> Option<()> {
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let tag = tag.try_into().ok()?;
        let opened = self
            .0
            .open_in_place_separate_tag(nonce, Aad::from(aad), tag, text, 0..);
        opened.ok().map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::cipher::reference;
    use proptest::prelude::*;

    #[test]
    fn what_was_overwritten_is_no_key_of_anybody() {
        for length in [16, 32] {
            let seal = |cipher: &FastGcm| cipher.seal(&[1; 12], b"", &mut [0; 40]);
            let mut cipher = FastGcm::new(&vec![7; length]).expect("an AES key");
            let before = seal(&cipher);
            cipher.overwrite();
            let nobodys = FastGcm::new(&vec![0; length]).expect("an AES key");
            assert_ne!(seal(&cipher), before);
            assert_eq!(seal(&cipher), seal(&nobodys));
        }
    }

    proptest! {
        /// Every length of text, also such as end within a block; and what one byte more or less makes of it.
        #[test]
        fn seals_and_opens_as_the_reference_does(
            key in prop_oneof![prop::collection::vec(any::<u8>(), 16), prop::collection::vec(any::<u8>(), 32)],
            nonce in prop::array::uniform12(any::<u8>()),
            aad in prop::collection::vec(any::<u8>(), 0..40),
            text in prop::collection::vec(any::<u8>(), 0..700),
            damage in any::<Option<prop::sample::Index>>(),
        ) {
            let fast = FastGcm::new(&key).expect("an AES key");
            let slow = reference(12, &key).expect("an AES key");
            let (mut by_fast, mut by_slow) = (text.clone(), text.clone());
            let tag = fast.seal(&nonce, &aad, &mut by_fast).expect("it seals");
            prop_assert_eq!(slow.seal(&nonce, &aad, &mut by_slow), Some(tag));
            prop_assert_eq!(&by_fast, &by_slow);

            let mut sealed = [&by_fast[..], &tag].concat();
            if let Some(damage) = damage {
                let at = damage.index(sealed.len());
                sealed[at] ^= 1;
            }
            let (mut by_fast, tag) = (sealed.clone(), sealed.split_off(text.len()));
            by_fast.truncate(text.len());
            let mut by_slow = by_fast.clone();
            let opened = fast.open(&nonce, &aad, &mut by_fast, &tag);
            prop_assert_eq!(slow.open(&nonce, &aad, &mut by_slow, &tag), opened);
            prop_assert_eq!(opened.is_some(), damage.is_none());
            if opened.is_some() {
                prop_assert_eq!(&by_fast, &text);
                prop_assert_eq!(&by_slow, &text);
            }
        }

        #[test]
        fn other_nonces_and_tags_do_not_open(nonce in 0..30_usize, tag in 0..30_usize) {
            let cipher = FastGcm::new(&[7; 32]).expect("an AES key");
            let nonce = vec![0; nonce];
            prop_assert_eq!(cipher.seal(&nonce, b"", &mut []).is_some(), nonce.len() == 12);
            prop_assert!(cipher.open(&nonce, b"", &mut [], &vec![0; tag]).is_none());
        }
    }
}
