//! Opening a message with its data key.
//!
//! What the tags prove is checked: that whoever sealed it had the data key, and that nothing is missing or moved. The signature that
//! some suites add is not: it tells apart those who have the data key, by a public key that the message itself brings.

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::frames::{Frames, NoFrame};
use super::head::{Head, Start};
use crate::budget::Allowance;
use crate::cipher_name::CipherName;
use crate::error::CodecError;
use crate::primitives::cipher::Cipher;

/// Work of a frame beside its bytes.
const FRAME_WORK: usize = 64;

/// Why a message was not opened.
#[derive(Debug)]
pub(crate) enum NotOpened {
    /// It is none, or not whole, or of an unknown suite.
    Malformed,
    /// A data key of another length is needed.
    Unfit,
    /// This is not its data key, or it was changed.
    Unauthentic,
    /// It is past what may be done.
    Past(CodecError),
}

impl From<CodecError> for NotOpened {
    fn from(error: CodecError) -> Self {
        NotOpened::Past(error)
    }
}

impl From<NoFrame> for NotOpened {
    fn from(_: NoFrame) -> Self {
        NotOpened::Malformed
    }
}

/// What a message seals.
pub(crate) fn open(
    message: &[u8],
    data_key: &[u8],
    allowance: &mut Allowance<'_>,
) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
    let start = Start::read(message).ok_or(NotOpened::Malformed)?;
    let head = Head::read(message, &start).ok_or(NotOpened::Malformed)?;
    if data_key.len() != head.suite.key_bytes {
        return Err(NotOpened::Unfit);
    }
    allowance.spend(message.len())?;
    if let Some(said) = head.commitment {
        let due = head.suite.commitment(data_key, head.message_id);
        let is_same = due.is_some_and(|due| bool::from(due.ct_eq(said)));
        if !is_same {
            return Err(NotOpened::Unauthentic);
        }
    }
    let key = head.suite.message_key(data_key, head.message_id);
    let cipher = key.and_then(|key| Cipher::new(CipherName::AesGcm, head.nonce.len(), &key));
    let cipher = cipher.ok_or(NotOpened::Unfit)?;
    cipher
        .open(&head.nonce, head.authenticated, head.tag)
        .ok_or(NotOpened::Unauthentic)?;
    // What is grown would leave a copy behind.
    allowance.make(head.body.len())?;
    let mut plain = Zeroizing::new(Vec::with_capacity(head.body.len()));
    for frame in Frames::of(&head) {
        let frame = frame?;
        allowance.spend(FRAME_WORK)?;
        let text = cipher.open(frame.nonce, &frame.aad(head.message_id), frame.sealed);
        plain.extend_from_slice(&Zeroizing::new(text.ok_or(NotOpened::Unauthentic)?));
    }
    Ok(plain)
}
