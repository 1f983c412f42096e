//! Data keys that another key wraps: what a Payload says of one and why it cannot be had now.

use std::fmt;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use temporal_payload::shown_name;

/// The longest wrapped key that is taken, in bytes; those of key services have some hundred.
pub const MAX_WRAPPED_BYTES: usize = 8 << 10;

/// What a wrapped key is once it is unwrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataKeyForm {
    /// The key's bytes.
    Raw,
    /// The key as Tink serializes it.
    Tink,
}

/// A data key as it stands in a Payload: wrapped, and what is said of the key that wraps it. Clones share it.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedKey(Arc<Inner>);

#[derive(PartialEq, Eq)]
struct Inner {
    wrapped_by: String,
    bytes: Vec<u8>,
    form: DataKeyForm,
    context: String,
    hash: [u8; 32],
}

impl WrappedKey {
    /// `wrapped_by` is the id of the key that wraps it, as the Payload spells it. `None` where there are no bytes, or too many.
    pub fn new(wrapped_by: &str, bytes: &[u8], form: DataKeyForm) -> Option<Self> {
        Self::in_context(wrapped_by, bytes, form, "{}")
    }

    /// As [`WrappedKey::new`], wrapped under an encryption context, which the key service has to be told: a JSON object of texts.
    pub fn in_context(
        wrapped_by: &str,
        bytes: &[u8],
        form: DataKeyForm,
        context: &str,
    ) -> Option<Self> {
        if bytes.is_empty()
            || bytes.len() > MAX_WRAPPED_BYTES
            || wrapped_by.len() > MAX_WRAPPED_BYTES
            || context.len() > MAX_WRAPPED_BYTES
        {
            return None;
        }
        let mut hasher = Sha256::new();
        hasher.update((wrapped_by.len() as u64).to_le_bytes());
        hasher.update(wrapped_by);
        hasher.update([u8::from(form == DataKeyForm::Tink)]);
        hasher.update((context.len() as u64).to_le_bytes());
        hasher.update(context);
        hasher.update(bytes);
        Some(WrappedKey(Arc::new(Inner {
            wrapped_by: wrapped_by.to_owned(),
            bytes: bytes.to_vec(),
            form,
            context: context.to_owned(),
            hash: hasher.finalize().into(),
        })))
    }

    /// The id of the key that wraps it, as the Payload spells it.
    pub fn wrapped_by(&self) -> &str {
        &self.0.wrapped_by
    }

    /// The wrapped bytes. They are no secret.
    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// What it is once it is unwrapped.
    pub fn form(&self) -> DataKeyForm {
        self.0.form
    }

    /// Its encryption context, a JSON object of texts, in the spelling of whoever read it; `{}` where it has none.
    pub fn context(&self) -> &str {
        &self.0.context
    }

    /// What tells it from every other.
    pub fn hash(&self) -> &[u8; 32] {
        &self.0.hash
    }
}

impl fmt::Debug for WrappedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "WrappedKey({}, {} bytes)",
            shown_name(self.wrapped_by()),
            self.bytes().len()
        )
    }
}

/// How a server refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerRefusal {
    /// It may not be unwrapped by whoever asks.
    Denied,
    /// It wants to know who asks.
    Unauthenticated,
    /// It is there, and cannot answer now.
    Unavailable,
    /// It is not there, or hung up.
    Unreachable,
    /// Another reason.
    Other,
}

/// What the server did, in a sentence about it.
impl fmt::Display for ServerRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ServerRefusal::Denied => "denied access",
            ServerRefusal::Unauthenticated => "asks for a credential, and none is sent",
            ServerRefusal::Unavailable => "is not available",
            ServerRefusal::Unreachable => "cannot be reached",
            ServerRefusal::Other => "did not unwrap it",
        })
    }
}

/// Why a data key cannot be had now. It stands behind "the data key that … wraps".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DataKeyProblem {
    /// Nobody is set up for the key that wraps it.
    #[error("is not unwrapped, because no command or server is set up for that")]
    NoSource,
    /// Nobody was asked for it yet.
    #[error("has not been unwrapped yet")]
    NotAsked,
    /// The command or the server that unwraps it was never confirmed by its user.
    #[error("is not unwrapped, because {by} has not been confirmed")]
    NotConfirmed {
        /// Who would be asked: the beginning of a command, or a server.
        by: String,
    },
    /// The key service refused, in words of its own that are known.
    #[error("was not unwrapped: {by} was denied access")]
    Denied {
        /// Who was asked.
        by: String,
    },
    /// Nobody is signed in, or no longer, as the program said in words that are known.
    #[error("was not unwrapped: {by} says that nobody is signed in")]
    NotSignedIn {
        /// Who was asked.
        by: String,
    },
    /// It failed, and did not say why in words that are known.
    #[error("was not unwrapped: {by} {why}")]
    Failed {
        /// Who was asked.
        by: String,
        /// How it ended, without anything that it printed.
        why: String,
    },
    /// A server was asked, and refused or was not there.
    #[error("was not unwrapped: {by} {refusal} ({said})")]
    Answered {
        /// Who was asked.
        by: String,
        /// What kind of an answer it is.
        refusal: ServerRefusal,
        /// The answer's status and words, or the system's words, cleaned and cut.
        said: String,
    },
    /// There was no answer in time.
    #[error("was not unwrapped: {by} did not answer within {seconds} seconds")]
    TimedOut {
        /// Who was asked.
        by: String,
        /// The time that it had.
        seconds: u64,
    },
    /// The user stopped it.
    #[error("was not unwrapped: {by} was canceled")]
    Canceled {
        /// Who was asked.
        by: String,
    },
    /// The answer is no key.
    #[error("was not unwrapped: what {by} gave is no key")]
    NoKey {
        /// Who was asked.
        by: String,
    },
    /// The answer has a length that no such key has.
    #[error("was not unwrapped: {by} gave {bytes} bytes, and a data key has 16, 24 or 32")]
    WrongLength {
        /// Who was asked.
        by: String,
        /// How many bytes were given, once decoded.
        bytes: usize,
    },
    /// The Payload names its wrapping key in a way that is not passed on to a command.
    #[error("is not unwrapped: its key's name may not stand in a command")]
    UnsafeName,
    /// More are asked for than are kept in mind.
    #[error("is not unwrapped: more data keys are waiting than are asked for at once")]
    TooMany,
    /// The app is locked.
    #[error("is not unwrapped while the app is locked")]
    Locked,
}
