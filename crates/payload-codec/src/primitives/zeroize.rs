//! Decoded content that is overwritten once nobody needs it any more. What HTTP libraries and the operating system copied is
//! theirs.

use bytes::Bytes;
use temporal_payload::Payload;

/// Overwrites bytes, at the speed of a `memset`: `zeroize` does it byte by byte, which is felt with answers of megabytes.
fn zeroize(bytes: &mut [u8]) {
    bytes.fill(0);
    // Somebody may read the zeros, so they must be written.
    std::hint::black_box(bytes);
}

struct ZeroizeOnDrop(Vec<u8>);

impl AsRef<[u8]> for ZeroizeOnDrop {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for ZeroizeOnDrop {
    fn drop(&mut self) {
        zeroize(&mut self.0);
    }
}

/// Bytes that overwrite themselves, all of them, when the last who shares a part of them is done.
pub fn zeroize_on_drop(bytes: Vec<u8>) -> Bytes {
    Bytes::from_owner(ZeroizeOnDrop(bytes))
}

/// Ends a Payload that was decoded: its metadata is overwritten here, its data with the last who shares it.
pub fn zeroize_payload(mut payload: Payload) {
    for value in payload.metadata.values_mut() {
        zeroize(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_keeps_the_bytes_until_it_is_dropped() {
        let bytes = zeroize_on_drop(b"content".to_vec());
        let part = bytes.slice(3..);
        drop(bytes);
        assert_eq!(part, "tent");
    }

    #[test]
    fn what_is_dropped_is_overwritten() {
        let mut owner = ZeroizeOnDrop(b"content".to_vec());
        zeroize(&mut owner.0);
        assert_eq!(owner.as_ref(), [0; 7]);
    }
}
