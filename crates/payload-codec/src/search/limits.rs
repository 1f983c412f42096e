//! What a search tries, and its bounds.

use crate::key::SecretKey;
use crate::key_id::KeyId;

/// A key to try.
#[derive(Clone)]
pub struct Candidate {
    /// Every id it answers to, its own first.
    pub ids: Vec<KeyId>,
    /// Names of the formats it is used with.
    pub formats: Vec<String>,
    /// The key.
    pub key: SecretKey,
}

/// Bounds on one search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchLimits {
    /// Keys that are tried, each time with one format.
    pub trials: u32,
    /// Bytes that are authenticated, over all trials.
    pub authenticated_bytes: usize,
    /// Bytes that a compressed layer may inflate to, and that a sealed one may hold.
    pub payload_bytes: usize,
}

/// Trials of one search at most: a thousand keys by the whole gallery.
pub const MAX_TRIALS: u32 = 50_000;

impl Default for SearchLimits {
    fn default() -> Self {
        SearchLimits {
            trials: MAX_TRIALS,
            authenticated_bytes: 1 << 30,
            payload_bytes: 64 << 20,
        }
    }
}
