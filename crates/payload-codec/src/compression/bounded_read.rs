//! The bound on decompression, shared by every compression codec: inflating is charged piece by piece, before a bomb is in
//! memory, and stops where the allowance does.

use std::io::{self, Read};

use crate::budget::Allowance;
use crate::codec_name::CodecName;
use crate::error::CodecError;

/// Bytes that are inflated between two looks at the allowance.
const PIECE: usize = 64 << 10;

/// Reads to the end, or to where the allowance ends. A byte of it is worth `weight` of work. `expected` is a hint from the data
/// and is not trusted.
///
/// # Errors
/// [`CodecError::Corrupt`] of `codec` where the data does not decompress; what the allowance says.
pub(crate) fn inflate(
    codec: CodecName,
    mut reader: impl Read,
    weight: usize,
    expected: usize,
    allowance: &mut Allowance<'_>,
) -> Result<Vec<u8>, CodecError> {
    let mut out = Vec::with_capacity(expected.min(allowance.left()).min(1 << 20));
    loop {
        // One byte more than is left tells data of exactly that size from more.
        let piece = PIECE.min(allowance.left().saturating_add(1));
        let before = out.len();
        let read = reader.by_ref().take(piece as u64).read_to_end(&mut out);
        let made = out.len() - before;
        allowance.spend(made.saturating_mul(weight))?;
        allowance.make(made)?;
        match read {
            Ok(read) if read < piece => return Ok(out),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::OutOfMemory => {
                return Err(allowance.past());
            }
            Err(_) => return Err(CodecError::Corrupt { codec }),
        }
    }
}
