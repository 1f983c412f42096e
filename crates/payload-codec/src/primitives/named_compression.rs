//! Compression whose algorithm metadata names, beside `encoding` or in place of it.

use temporal_payload::Payload;

use crate::budget::Allowance;
use crate::codec::{Opened, PayloadCodec};
use crate::codec_name::CodecName;
use crate::compression_name::Compression;
use crate::error::CodecError;
use crate::primitives::compression::{CompressionCodec, original_encoding};
use crate::primitives::zeroize::zeroize_on_drop;

/// Temporal Proxy's compression: `data` alone, `encoding` as it was, and the algorithm in `compression/algorithm`. Under
/// `binary/compressed` the whole Payload, with the algorithm in `compression-algorithm`. Only read.
#[derive(Clone, Copy, Debug)]
pub struct NamedCompression;

const ALGORITHM_OF_PROXY: &str = "compression/algorithm";
const ALGORITHM_BESIDE: [&str; 3] = [
    "compression-algorithm",
    "compression_algorithm",
    "compression",
];

impl NamedCompression {
    /// The metadata that names the algorithm, and the algorithm.
    fn of(payload: &Payload) -> Option<(&'static str, Compression)> {
        let named =
            |name: &'static str| Some((name, Compression::named(payload.metadata.get(name)?)?));
        if let Some(found) = named(ALGORITHM_OF_PROXY) {
            return Some(found);
        }
        let is_labeled = payload.encoding() == Some("binary/compressed");
        is_labeled
            .then(|| ALGORITHM_BESIDE.into_iter().find_map(named))
            .flatten()
    }
}

impl PayloadCodec for NamedCompression {
    fn name(&self) -> CodecName {
        CodecName::Compressed
    }

    fn claims(&self, payload: &Payload) -> bool {
        NamedCompression::of(payload).is_some()
    }

    // Its metadata is more than a label.
    fn demands(&self) -> usize {
        2
    }

    fn encode(&self, _: &Payload) -> Result<Option<Payload>, CodecError> {
        Ok(None)
    }

    fn open(&self, payload: &Payload, allowance: &mut Allowance<'_>) -> Result<Opened, CodecError> {
        let Some((name, compression)) = NamedCompression::of(payload) else {
            return Err(CodecError::Corrupt { codec: self.name() });
        };
        let codec = CompressionCodec(compression);
        let plain = compression.inflate(&payload.data, allowance)?;
        let mut inner = payload.clone();
        inner.metadata.remove(name);
        let payload = if name == ALGORITHM_OF_PROXY {
            inner.data = zeroize_on_drop(plain);
            inner
        } else {
            match original_encoding(&inner) {
                Some(name) => codec.restore(plain, &name, &inner)?,
                None => codec.whole_or_data(plain, &inner)?,
            }
        };
        Ok(Opened {
            payload,
            key_id: None,
        })
    }
}
