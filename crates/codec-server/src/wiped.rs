//! Content that is overwritten once nobody needs it any more. What HTTP libraries and the operating system copied is theirs.

use bytes::Bytes;
use temporal_payload::Payload;

/// Overwrites bytes, at the speed of a `memset`: `zeroize` does it byte by byte, which is felt with answers of megabytes.
fn wipe(bytes: &mut [u8]) {
    bytes.fill(0);
    // Somebody may read the zeros, so they must be written.
    std::hint::black_box(bytes);
}

struct Wiping(Vec<u8>);

impl AsRef<[u8]> for Wiping {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Wiping {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

/// Bytes that overwrite themselves when the last who shares them is done.
pub(crate) fn wiping(bytes: Vec<u8>) -> Bytes {
    Bytes::from_owner(Wiping(bytes))
}

/// Overwrites the data of Payloads that was made for them alone; what is shared, with the request that is being answered,
/// stays.
pub(crate) fn wipe_payloads(payloads: Vec<Payload>) {
    for payload in payloads {
        if let Ok(mut data) = payload.data.try_into_mut() {
            wipe(&mut data);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_that_is_shared_stays() {
        let data = Bytes::from(b"shared".to_vec());
        let payload = Payload {
            data: data.clone(),
            ..Payload::default()
        };
        wipe_payloads(vec![payload]);
        assert_eq!(data, "shared");
    }

    #[test]
    fn a_copy_keeps_bytes_until_it_is_dropped() {
        let bytes = wiping(b"content".to_vec());
        let copy = bytes.clone();
        drop(bytes);
        assert_eq!(copy, "content");
    }
}
