//! gzip, of one member or several.

use std::io::Read as _;

use flate2::bufread::MultiGzDecoder;

/// What gzip holds; `None` where it is none, is damaged, or holds more than so many bytes.
pub fn gunzip(bytes: &[u8], most: usize) -> Option<Vec<u8>> {
    if !bytes.starts_with(&[0x1f, 0x8b, 8]) {
        return None;
    }
    let limit = most.saturating_add(1);
    let mut out = Vec::new();
    MultiGzDecoder::new(bytes)
        .take(u64::try_from(limit).ok()?)
        .read_to_end(&mut out)
        .ok()?;
    (out.len() <= most).then_some(out)
}
