//! Whether keys are still what they were, for answers that were made with them.

use std::fmt;

/// Keys that tell when they change.
pub trait KeysVersion: Send + Sync {
    /// A number that changes before any key answers otherwise than until then: with a lock, and when a key is added, taken away,
    /// retired or restored. It must be cheap, and must not block: each request asks.
    fn version(&self) -> u64;
}

impl fmt::Debug for dyn KeysVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeysVersion")
    }
}
