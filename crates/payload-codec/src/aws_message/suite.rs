//! The algorithm suites of the AWS Encryption SDK, all of them AES-GCM: how the key of a message is made of its data key.

use hkdf::Hkdf;
use sha2::{Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

/// What a message of version 2 says of its key.
pub(super) const COMMITMENT_BYTES: usize = 32;

/// One suite.
pub(super) struct Suite {
    id: u16,
    /// Of a data key and of the key that is made of it, in bytes.
    pub(super) key_bytes: usize,
    hash: Option<Hash>,
    /// Whether a signature stands behind the body.
    pub(super) is_signed: bool,
}

/// That of HKDF.
#[derive(Clone, Copy)]
enum Hash {
    Sha256,
    Sha384,
    /// Of version 2, which also commits to the key.
    Sha512,
}

/// By the numbers of the reference.
const SUITES: [Suite; 11] = [
    suite(0x0014, 16, None, false),
    suite(0x0046, 24, None, false),
    suite(0x0078, 32, None, false),
    suite(0x0114, 16, Some(Hash::Sha256), false),
    suite(0x0146, 24, Some(Hash::Sha256), false),
    suite(0x0178, 32, Some(Hash::Sha256), false),
    suite(0x0214, 16, Some(Hash::Sha256), true),
    suite(0x0346, 24, Some(Hash::Sha384), true),
    suite(0x0378, 32, Some(Hash::Sha384), true),
    suite(0x0478, 32, Some(Hash::Sha512), false),
    suite(0x0578, 32, Some(Hash::Sha512), true),
];

const fn suite(id: u16, key_bytes: usize, hash: Option<Hash>, is_signed: bool) -> Suite {
    Suite {
        id,
        key_bytes,
        hash,
        is_signed,
    }
}

impl Suite {
    /// The suite with this number, of this version of messages.
    pub(super) fn of(id: u16, version: u8) -> Option<&'static Suite> {
        let suite = SUITES.iter().find(|suite| suite.id == id)?;
        (suite.commits() == (version == 2)).then_some(suite)
    }

    /// Whether a message says what its key is, so that no other opens it.
    pub(super) fn commits(&self) -> bool {
        matches!(self.hash, Some(Hash::Sha512))
    }

    /// The key of a message: HKDF of the data key, with the number of the suite and the message's id as info in version 1; with the id
    /// as salt in version 2, and the number and `DERIVEKEY` as info.
    pub(super) fn message_key(
        &self,
        data_key: &[u8],
        message_id: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        let number = self.id.to_be_bytes();
        if self.commits() {
            return self.expand(
                message_id,
                data_key,
                &[&number, b"DERIVEKEY"],
                self.key_bytes,
            );
        }
        self.expand(&[], data_key, &[&number, message_id], self.key_bytes)
    }

    /// What a message of version 2 has in its head where this is its data key.
    pub(super) fn commitment(
        &self,
        data_key: &[u8],
        message_id: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        self.expand(message_id, data_key, &[b"COMMITKEY"], COMMITMENT_BYTES)
    }

    fn expand(
        &self,
        salt: &[u8],
        key: &[u8],
        info: &[&[u8]],
        bytes: usize,
    ) -> Option<Zeroizing<Vec<u8>>> {
        let Some(hash) = self.hash else {
            return Some(Zeroizing::new(key.to_vec()));
        };
        let mut made = Zeroizing::new(vec![0; bytes]);
        // An absent salt is as many zeros as the hash has bytes (RFC 5869, 2.2), and so is an empty one.
        let expanded = match hash {
            Hash::Sha256 => Hkdf::<Sha256>::new(Some(salt), key).expand_multi_info(info, &mut made),
            Hash::Sha384 => Hkdf::<Sha384>::new(Some(salt), key).expand_multi_info(info, &mut made),
            Hash::Sha512 => Hkdf::<Sha512>::new(Some(salt), key).expand_multi_info(info, &mut made),
        };
        expanded.ok()?;
        Some(made)
    }
}
