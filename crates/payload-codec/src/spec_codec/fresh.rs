//! What a sealed Payload has that none had before: its nonce and its time.

use std::time::SystemTime;

use crate::cipher_name::CipherName;
use crate::error::CodecError;
use crate::spec::{CodecSpec, HeaderPart};

/// What a sealed Payload has that none had before.
pub(crate) struct Fresh {
    pub(crate) nonce: [u8; 24],
    pub(crate) seconds: u64,
}

impl Fresh {
    /// Random bytes for a nonce, and the time where the format tells it.
    pub(crate) fn of(spec: &CodecSpec) -> Result<Self, CodecError> {
        let mut nonce = [0; 24];
        getrandom::fill(&mut nonce[..spec.nonce_bytes()]).map_err(|_| CodecError::NoRandomness)?;
        let tells_time = spec.header.contains(&HeaderPart::Time);
        let seconds = if spec.cipher == CipherName::Fernet || tells_time {
            let since_1970 = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
            since_1970.as_secs()
        } else {
            0
        };
        Ok(Fresh { nonce, seconds })
    }
}
