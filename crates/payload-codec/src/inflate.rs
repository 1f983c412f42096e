//! The bound on decompression, shared by every compression codec: inflating stops at the limit, before a bomb is in memory.

use std::io::{self, Read};

/// Why inflating stopped.
pub(crate) enum Stopped {
    /// The data does not decompress.
    Corrupt,
    /// There is more than the limit allows.
    PastLimit,
}

/// Reads to the end, or to one byte past `limit`. `expected` is a hint from the data and is not trusted.
pub(crate) fn read_bounded(
    reader: impl Read,
    limit: usize,
    expected: usize,
) -> Result<Vec<u8>, Stopped> {
    let mut out = Vec::with_capacity(expected.min(limit).min(1 << 20));
    let past = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    match reader.take(past).read_to_end(&mut out) {
        Ok(_) if out.len() > limit => Err(Stopped::PastLimit),
        Ok(_) => Ok(out),
        Err(error) if error.kind() == io::ErrorKind::OutOfMemory => Err(Stopped::PastLimit),
        Err(_) => Err(Stopped::Corrupt),
    }
}
