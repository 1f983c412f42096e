//! gzip, of one member or several.

use std::io::Read as _;

use flate2::bufread::MultiGzDecoder;

use crate::document::not_recognized::MAX_DOCUMENT_BYTES;

/// What gzip holds; `None` where it is none, is cut off, or would be too large.
pub(super) fn gunzip(bytes: &[u8]) -> Option<Vec<u8>> {
    if !bytes.starts_with(&[0x1f, 0x8b, 8]) {
        return None;
    }
    let limit = MAX_DOCUMENT_BYTES + 1;
    let mut out = Vec::new();
    MultiGzDecoder::new(bytes)
        .take(u64::try_from(limit).ok()?)
        .read_to_end(&mut out)
        .ok()?;
    (out.len() < limit).then_some(out)
}
