//! How the keychain answered last, of which an error about one key tells as well.

use payload_codec::KeyError;

/// How the keychain answered last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeychainState {
    /// It has not been asked: there is no key in it, or nothing was loaded yet.
    #[default]
    NotAsked,
    /// It answers.
    Ready,
    /// It is there and locked: unlock it, then [`KeyStore::retry`](crate::KeyStore::retry).
    Locked,
    /// None is running: start one, then [`KeyStore::retry`](crate::KeyStore::retry).
    Missing,
    /// It did not answer in time; often its prompt waits for an answer.
    TimedOut,
    /// It refused this program.
    Denied,
    /// It, or the library that talks to it, failed in a way of its own.
    Failed,
}

impl From<KeyError> for KeychainState {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Locked => KeychainState::Locked,
            KeyError::TimedOut => KeychainState::TimedOut,
            KeyError::Denied => KeychainState::Denied,
            KeyError::Missing => KeychainState::Missing,
            // It answered; what it said about one entry is that key's state.
            KeyError::EntryGone | KeyError::EntryDamaged => KeychainState::Ready,
            KeyError::NotRead | KeyError::AppLocked | KeyError::VaultLocked => {
                KeychainState::NotAsked
            }
            KeyError::Failed => KeychainState::Failed,
        }
    }
}
