//! The port to whoever unwraps data keys.

use std::pin::Pin;

use crate::data_key::{DataKeyProblem, WrappedKey};
use crate::key::SecretKey;

/// Ends once there is an answer for everything that was asked for.
pub type Answered = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Whoever holds unwrapped data keys, and can ask for those that are missing.
pub trait DataKeys: Send + Sync {
    /// Whether somebody is set up to unwrap what this key wraps.
    fn serves(&self, wrapped_by: &str) -> bool;

    /// A data key, where it is in memory. Never blocks.
    ///
    /// # Errors
    /// [`DataKeyProblem::NotAsked`] where asking may help; otherwise why it was not had.
    fn data_key(&self, wrapped: &WrappedKey) -> Result<SecretKey, DataKeyProblem>;

    /// Has these unwrapped. Whoever drops the future does not wait for them any more.
    fn ask(&self, wanted: Vec<WrappedKey>) -> Answered;

    /// As [`DataKeys::ask`], and waits as long as `is_wanted` says. Blocks: call it off the reactor.
    fn ask_and_wait(&self, wanted: Vec<WrappedKey>, is_wanted: &dyn Fn() -> bool);
}
