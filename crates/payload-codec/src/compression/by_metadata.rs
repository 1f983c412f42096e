//! Compression whose algorithm metadata names, beside `encoding` or in place of it.

use temporal_payload::Payload;

use crate::budget::Allowance;
use crate::codec::{Opened, PayloadCodec};
use crate::codec_name::CodecName;
use crate::compression::by_encoding::{CompressionCodec, original_encoding};
use crate::compression_name::Compression;
use crate::error::CodecError;
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
        let is_labeled = payload.has_encoding("binary/compressed");
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

    fn claims_by_metadata(&self) -> bool {
        true
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

#[cfg(test)]
mod tests {
    use temporal_payload::METADATA_ENCODING;

    use super::*;

    const LIMIT: usize = 1 << 16;

    fn payload(entries: &[(&str, &str)], data: Vec<u8>) -> Payload {
        let entry = |(name, value): &(&str, &str)| ((*name).to_owned(), value.as_bytes().to_vec());
        Payload {
            metadata: entries.iter().map(entry).collect(),
            data: data.into(),
            external_payloads: Vec::new(),
        }
    }

    fn order() -> Payload {
        let entries = [(METADATA_ENCODING, "json/plain"), ("messageType", "Order")];
        payload(&entries, vec![b'7'; 5000])
    }

    #[test]
    fn the_proxys_marker_names_the_algorithm_of_data_alone() {
        for (name, format) in [
            ("zlib", Compression::Zlib),
            ("gzip", Compression::Gzip),
            ("Snappy", Compression::Snappy),
            ("zstd", Compression::Zstd),
        ] {
            let mut sent = order();
            sent.data = format.compress(&sent.data).expect("packed").into();
            let marker = (ALGORITHM_OF_PROXY.to_owned(), name.as_bytes().to_vec());
            sent.metadata.extend([marker]);
            assert!(NamedCompression.claims(&sent), "{name}");
            assert_eq!(NamedCompression.decode(&sent, LIMIT), Ok(order()), "{name}");
            let past = Err(CodecError::Inflate { limit: 4999 });
            assert_eq!(NamedCompression.decode(&sent, 4999), past, "{name}");
            sent.data = sent.data.slice(..sent.data.len() / 2);
            let codec = CompressionCodec(format).name();
            let corrupt = Err(CodecError::Corrupt { codec });
            assert_eq!(NamedCompression.decode(&sent, LIMIT), corrupt, "{name}");
        }
    }

    #[test]
    fn under_its_own_encoding_it_is_a_payload_or_data_that_says_what_it_was() {
        for name in ALGORITHM_BESIDE {
            let label = [(METADATA_ENCODING, "binary/compressed"), (name, "gzip")];
            let packed = Compression::Gzip.compress(&order().to_proto());
            let whole = payload(&label, packed.expect("packed"));
            assert_eq!(
                NamedCompression.decode(&whole, LIMIT),
                Ok(order()),
                "{name}"
            );

            let packed = Compression::Gzip.compress(&order().data).expect("packed");
            let mut data = payload(&label, packed);
            for (name, value) in [
                ("original-encoding", "json/plain"),
                ("messageType", "Order"),
            ] {
                data.metadata.insert(name.to_owned(), value.into());
            }
            assert_eq!(NamedCompression.decode(&data, LIMIT), Ok(order()), "{name}");
        }
    }

    #[test]
    fn an_algorithm_that_is_not_known_or_not_labeled_is_left_alone() {
        for entries in [
            &[
                (METADATA_ENCODING, "json/plain"),
                (ALGORITHM_OF_PROXY, "lzma"),
            ][..],
            &[(METADATA_ENCODING, "json/plain"), (ALGORITHM_OF_PROXY, "")],
            &[(METADATA_ENCODING, "json/plain"), ("compression", "gzip")],
            &[(METADATA_ENCODING, "binary/compressed")],
            &[],
        ] {
            let other = payload(entries, vec![1, 2, 3]);
            assert!(!NamedCompression.claims(&other), "{entries:?}");
            assert_eq!(NamedCompression.encode(&other), Ok(None));
        }
    }
}
