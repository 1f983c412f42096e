//! What a key makes of sealed bytes, and what that proves where the tag does not match: one judgment for the search of keys
//! and for the trial of a format, so that they never say different things of the same Payload.

mod first_bytes;

use crate::primitives::cipher::Cipher;
use crate::spec::CodecSpec;
use crate::spec::frame::{Framed, Side, moved};

pub(crate) use first_bytes::{first_bytes, may_start_payload};

/// A word that the first metadata entry of a serialized Payload has, and noise has not.
const ENCODING: &[u8] = b"encoding";

/// Bytes of plain text after which chance is out of the question: noise reads as so much text once in 10^10.
const TEXT_BYTES: usize = 24;

/// What a key made of sealed bytes.
pub(crate) enum Opening {
    /// The tag matches.
    Opened {
        plain: Vec<u8>,
        /// Whether the tag was on the other side than where the cipher has it.
        moved: bool,
    },
    /// The tag does not match, yet what comes out is text: key and nonce are right, additional data or data is not.
    KeyIsRight,
    /// Nothing is known but that the tag does not match, or the padding is not valid.
    Nothing,
}

/// Opens `framed` with `cipher`, which was made of `key`.
pub(crate) fn open(
    spec: &CodecSpec,
    cipher: &Cipher,
    key: &[u8],
    framed: &Framed<'_>,
    aad: &[u8],
) -> Opening {
    let (nonce, sealed) = (&framed.nonce[..], &framed.sealed[..]);
    if let Some(plain) = cipher.open(nonce, aad, sealed) {
        return Opening::Opened {
            plain,
            moved: false,
        };
    }
    let either = spec.reads_tag_on_either_side();
    let other_side = either.then(|| moved(sealed, Side::Before)).flatten();
    if let Some(plain) = other_side
        .as_ref()
        .and_then(|sealed| cipher.open(nonce, aad, sealed))
    {
        return Opening::Opened { plain, moved: true };
    }
    let reads = |sealed: &[u8]| {
        let start = first_bytes(cipher, key, nonce, sealed);
        start.is_some_and(|start| is_text_of_a_payload(&start))
    };
    if spec.authenticates() && (reads(sealed) || other_side.is_some_and(|sealed| reads(&sealed))) {
        Opening::KeyIsRight
    } else {
        Opening::Nothing
    }
}

fn is_text_of_a_payload(start: &[u8]) -> bool {
    let is_text = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t');
    start.windows(ENCODING.len()).any(|text| text == ENCODING)
        || (start.len() >= TEXT_BYTES && start.iter().all(is_text))
}
