//! Why a Codec Server opens nothing for now, although it serves.

use crate::error::RequestError;

/// Why nothing is opened for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shut {
    /// The user paused the server.
    Paused,
    /// The user locked the app.
    Locked,
    /// All keys are in the encrypted key file, which waits for its passphrase.
    KeyFile,
}

impl From<Shut> for RequestError {
    fn from(shut: Shut) -> Self {
        match shut {
            Shut::Paused => RequestError::Paused,
            Shut::Locked => RequestError::Locked,
            Shut::KeyFile => RequestError::KeyFileLocked,
        }
    }
}
