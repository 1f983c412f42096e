//! Digests by which values are told apart: 128 bits under a key of this process, so that no input is made to collide.

use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::OnceLock;

/// What a value says, in 128 bits. It means nothing in another process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(u128);

impl Digest {
    /// Adds another one, in any order.
    pub(crate) fn and(self, other: Digest) -> Digest {
        Digest(self.0.wrapping_add(other.0))
    }
}

/// The digest of anything that can be hashed.
pub fn digest_of(of: &impl Hash) -> Digest {
    static KEYS: OnceLock<[RandomState; 2]> = OnceLock::new();
    let [one, other] = KEYS.get_or_init(|| [RandomState::new(), RandomState::new()]);
    Digest(u128::from(one.hash_one(of)) << 64 | u128::from(other.hash_one(of)))
}
