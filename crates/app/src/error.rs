//! What went wrong, for people: a code that the UI may switch on, a sentence, and what to do now.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// An error that the UI shows. It carries ids and sizes; never key bytes or a Payload's content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{message}")]
#[ts(export)]
pub struct AppError {
    /// For the UI to switch on.
    pub code: Code,
    /// What happened and why, in one sentence.
    pub message: String,
    /// What to do now, where there is something to do.
    pub hint: Option<String>,
}

/// Kinds of errors that the UI tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Code {
    /// The pasted text or the file holds no Payload.
    NotRecognized,
    /// A Payload could not be decoded, and no key that is added or unlocked would change that.
    PayloadDamaged,
    /// It was cancelled.
    Cancelled,
    /// The document was closed, or the app was restarted since.
    DocumentClosed,
    /// The keychain is locked, missing, or does not answer.
    KeychainUnavailable,
    /// The app is locked.
    Locked,
    /// Locking would lose keys that are kept for this session only.
    SessionKeys,
    /// There is a key with this id already.
    DuplicateKey,
    /// The text or file is not an AES key.
    BadKeyMaterial,
    /// The key is gone.
    KeyNotFound,
    /// A profile still encodes with the key, or requests use it.
    KeyInUse,
    /// A text is no spec, or a format's name is taken, missing or in use.
    InvalidFormat,
    /// A Payload could not be encoded.
    NotEncoded,
    /// A command was not agreed to, could not be run, or failed.
    Command,
    /// A passphrase or identity is missing or wrong.
    Passphrase,
    /// A preview of keys was imported or discarded, or is too old.
    PreviewGone,
    /// Another program listens on the port.
    PortInUse,
    /// The request is no longer kept.
    RequestGone,
    /// The body of a request was not captured.
    NotCaptured,
    /// The Codec Server does not serve.
    NotServing,
    /// An origin that is not `scheme://host[:port]`.
    InvalidOrigin,
    /// A setting with a value out of its range.
    InvalidSetting,
    /// A file is another one than was shown.
    FileChanged,
    /// An endpoint was written, and no Payload came back from there.
    Unproven,
    /// A file could not be read or written.
    File,
    /// The desktop did not do what it was asked for, or there is none.
    Desktop,
    /// A link that is not of the one form that there is.
    BadLink,
    /// The request was not understood by the app: a defect of the window.
    BadRequest,
    /// A defect of the app.
    Internal,
}

impl AppError {
    /// An error without a hint.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        AppError {
            code,
            message: message.into(),
            hint: None,
        }
    }

    /// The same error, with what to do now.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
