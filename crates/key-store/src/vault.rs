//! The port to whatever keeps bytes safe at rest: the OS keychain, or memory in tests.

use payload_codec::KeyError;
use zeroize::Zeroizing;

/// Keeps secrets under account names. Calls block, with a deadline of the vault's own.
pub trait Vault: Send + Sync {
    /// The secret of an account, or `None` where there is none.
    ///
    /// A keychain that is not unlocked may answer `None` for an account that it has; keeping and reading
    /// another entry tells the two apart.
    ///
    /// # Errors
    /// [`KeyError`] where the vault could not answer.
    fn get(&self, account: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyError>;

    /// Keeps a secret, replacing what the account had. `label` is what a keychain's own window shows.
    ///
    /// # Errors
    /// [`KeyError`] where the secret was not kept. After [`KeyError::TimedOut`] it may be kept for a short while still.
    fn set(&self, account: &str, label: &str, secret: &[u8]) -> Result<(), KeyError>;

    /// Removes an account's secret; one that is not there counts as removed.
    ///
    /// # Errors
    /// [`KeyError`] where it may still be there.
    fn remove(&self, account: &str) -> Result<(), KeyError>;
}

/// One name for all processes, so that a probe that was killed halfway is replaced and removed by the next one.
const PROBE: &str = "probe";

/// Whether the vault really works: keeps, reads and removes an entry that is no secret.
///
/// Nothing less proves it: a keychain that can be opened and says "no entry" may still be locked.
///
/// # Errors
/// The first [`KeyError`] of the three calls.
pub(crate) fn probe(vault: &dyn Vault) -> Result<(), KeyError> {
    vault.set(
        PROBE,
        "Temporal Codec Desktop: checks the keychain",
        PROBE.as_bytes(),
    )?;
    vault.get(PROBE)?;
    vault.remove(PROBE)
}
