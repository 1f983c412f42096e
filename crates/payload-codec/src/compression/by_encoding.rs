//! Compression of the whole serialized Payload, by `encoding`:
//!
//! - `binary/zlib`: RFC 1950 (sdk-go `NewZlibCodec`, sdk-java `ZlibPayloadCodec`)
//! - `binary/gzip`: RFC 1952, several members join (samples-python external_storage)
//! - `binary/snappy`: a raw block (samples-go), or a framed stream, told apart by its ten-byte identifier (the Python
//!   snippet in Temporal's documentation writes that under the same label)
//! - `binary/zstd`: RFC 8878
//!
//! - `binary/brotli` (RFC 7932) and `binary/lz4` (LZ4 frame): only read
//!
//! Others compress data alone under the same labels. Most keep the original encoding in an entry of that name; where it is lost,
//! JSON is `json/plain`. Temporal Proxy leaves `encoding` as it was, and names the algorithm beside it.

use flate2::bufread::{MultiGzDecoder, ZlibDecoder};
use flate2::write::{GzEncoder, ZlibEncoder};
use std::io::{Read, Write};
use temporal_payload::{METADATA_ENCODING, Payload, json_text};

use crate::budget::Allowance;
use crate::codec::{Opened, PayloadCodec};
use crate::codec_name::CodecName;
use crate::compression::bounded_read::inflate;
use crate::compression_name::Compression;
use crate::error::CodecError;
use crate::primitives::zeroize::zeroize_on_drop;
use crate::spec::restore::guess;

/// The stream identifier that opens every framed snappy stream (source: snappy framing_format.txt §4.1).
const SNAPPY_STREAM: &[u8] = b"\xff\x06\x00\x00sNaPpY";

impl Compression {
    pub(crate) fn compress(self, plain: &[u8]) -> std::io::Result<Vec<u8>> {
        match self {
            Compression::Zlib => {
                let mut encoder = ZlibEncoder::new(Vec::new(), flate2::Compression::default());
                encoder.write_all(plain)?;
                encoder.finish()
            }
            Compression::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
                encoder.write_all(plain)?;
                encoder.finish()
            }
            Compression::Snappy => snap::raw::Encoder::new()
                .compress_vec(plain)
                .map_err(std::io::Error::other),
            Compression::Zstd => zstd::encode_all(plain, zstd::DEFAULT_COMPRESSION_LEVEL),
            Compression::Brotli | Compression::Lz4 => Err(std::io::ErrorKind::Unsupported.into()),
        }
    }

    /// Work that a byte of plaintext takes, and what is spent before the first: measured, as [`Budget`](crate::Budget) counts
    /// it, and rounded up.
    fn work(self) -> (usize, usize) {
        match self {
            Compression::Zlib | Compression::Gzip | Compression::Lz4 => (1, 4 << 10),
            Compression::Snappy => (1, 1 << 10),
            Compression::Zstd => (1, 12 << 10),
            Compression::Brotli => (2, 8 << 10),
        }
    }

    pub(crate) fn inflate(
        self,
        data: &[u8],
        allowance: &mut Allowance<'_>,
    ) -> Result<Vec<u8>, CodecError> {
        let codec = CompressionCodec(self).name();
        let corrupt = || CodecError::Corrupt { codec };
        let (weight, start) = self.work();
        allowance.spend(start.saturating_add(data.len()))?;
        let expected = data.len().saturating_mul(4);
        let mut read = |reader: &mut dyn Read| inflate(codec, reader, weight, expected, allowance);
        match self {
            Compression::Zlib => read(&mut ZlibDecoder::new(data)),
            Compression::Gzip => read(&mut MultiGzDecoder::new(data)),
            // The framed form of nothing is nothing, not even the identifier.
            Compression::Snappy if data.is_empty() => Ok(Vec::new()),
            Compression::Snappy if data.starts_with(SNAPPY_STREAM) => {
                read(&mut snap::read::FrameDecoder::new(data))
            }
            Compression::Snappy => inflate_snappy_block(data, allowance),
            Compression::Zstd => {
                let decoder = zstd::Decoder::with_buffer(data).map_err(|_| corrupt())?;
                read(&mut bounded_window(decoder).ok_or_else(corrupt)?)
            }
            Compression::Brotli => read(&mut brotli_decompressor::Decompressor::new(data, 4096)),
            Compression::Lz4 => read(&mut lz4_flex::frame::FrameDecoder::new(data)),
        }
    }
}

/// Whether agent-runtime wrote it in a version that is not known: its readers refuse those as well.
pub(crate) fn is_of_another_version(payload: &Payload) -> bool {
    let version = payload.metadata.get("agent-runtime-payload-v");
    version.is_some_and(|version| version != b"1")
}

/// A frame may ask for a window of gigabytes; 2^27 bytes is the most that zstd's own tools take without being told to.
fn bounded_window(mut decoder: zstd::Decoder<'_, &[u8]>) -> Option<impl Read> {
    decoder.window_log_max(27).ok()?;
    Some(decoder)
}

/// A block says its length up front. At most 2^32 / 21 … of it can be true: snappy copies at most 64 bytes for 3 of input,
/// so a longer claim is a lie and nothing is allocated for it.
fn inflate_snappy_block(data: &[u8], allowance: &mut Allowance<'_>) -> Result<Vec<u8>, CodecError> {
    let corrupt = |_| CodecError::Corrupt {
        codec: CodecName::Snappy,
    };
    let claimed = snap::raw::decompress_len(data).map_err(corrupt)?;
    if claimed > allowance.left() {
        return Err(allowance.past());
    }
    if claimed / 22 > data.len() {
        return Err(corrupt(snap::Error::Empty));
    }
    allowance.spend(claimed)?;
    allowance.make(claimed)?;
    snap::raw::Decoder::new()
        .decompress_vec(data)
        .map_err(corrupt)
}

/// Compresses and decompresses whole Payloads in one format.
#[derive(Clone, Copy, Debug)]
pub struct CompressionCodec(pub Compression);

impl PayloadCodec for CompressionCodec {
    fn name(&self) -> CodecName {
        match self.0 {
            Compression::Zlib => CodecName::Zlib,
            Compression::Gzip => CodecName::Gzip,
            Compression::Snappy => CodecName::Snappy,
            Compression::Zstd => CodecName::Zstd,
            Compression::Brotli => CodecName::Brotli,
            Compression::Lz4 => CodecName::Lz4,
        }
    }

    fn claims(&self, payload: &Payload) -> bool {
        payload.has_encoding(self.0.encoding()) && !is_of_another_version(payload)
    }

    fn labels(&self) -> Option<Vec<String>> {
        Some(vec![self.0.encoding().to_owned()])
    }

    fn claims_by_metadata(&self) -> bool {
        true
    }

    fn encode(&self, payload: &Payload) -> Result<Option<Payload>, CodecError> {
        if self.claims(payload) || !Compression::ALL.contains(&self.0) {
            return Ok(None);
        }
        let plain = payload.to_proto();
        let compressed = self
            .0
            .compress(&plain)
            .map_err(|_| CodecError::Corrupt { codec: self.name() })?;
        // As sdk-go and sdk-java do: what would not get smaller is left alone.
        if compressed.len() >= plain.len() {
            return Ok(None);
        }
        Ok(Some(Payload {
            metadata: [(METADATA_ENCODING.to_owned(), self.0.encoding().into())].into(),
            data: compressed.into(),
            external_payloads: Vec::new(),
        }))
    }

    fn open(&self, payload: &Payload, allowance: &mut Allowance<'_>) -> Result<Opened, CodecError> {
        let plain = self.0.inflate(&payload.data, allowance)?;
        let payload = match original_encoding(payload) {
            Some(name) => self.restore(plain, &name, payload)?,
            None => self.whole_or_data(plain, payload)?,
        };
        Ok(Opened {
            payload,
            key_id: None,
        })
    }
}

impl CompressionCodec {
    /// A data-only body: only `data` was compressed, and the metadata `name` says what it was.
    pub(crate) fn restore(
        self,
        plain: Vec<u8>,
        name: &str,
        payload: &Payload,
    ) -> Result<Payload, CodecError> {
        let mut restored = payload.clone();
        let encoding = restored.metadata.remove(name).unwrap_or_default();
        remove_sizes(&mut restored);
        if let Some(size) = restored.metadata.remove("original_size")
            && size != plain.len().to_string().as_bytes()
        {
            return Err(CodecError::Corrupt { codec: self.name() });
        }
        restored
            .metadata
            .insert(METADATA_ENCODING.to_owned(), encoding);
        restored.data = zeroize_on_drop(plain);
        Ok(restored)
    }

    /// A whole Payload; or data alone whose encoding was lost, where it is JSON.
    pub(crate) fn whole_or_data(
        self,
        plain: Vec<u8>,
        payload: &Payload,
    ) -> Result<Payload, CodecError> {
        let plain = zeroize_on_drop(plain);
        let malformed = match Payload::from_inner_proto(plain.clone()) {
            Ok(inner) => return Ok(inner),
            Err(malformed) => malformed,
        };
        let is_json = std::str::from_utf8(&plain).is_ok_and(json_text::is_json);
        if !is_json {
            return Err(malformed.into());
        }
        let mut restored = payload.clone();
        remove_sizes(&mut restored);
        restored.metadata.remove("original_size");
        restored
            .metadata
            .insert(METADATA_ENCODING.to_owned(), guess(&plain));
        restored.data = plain;
        Ok(restored)
    }
}

/// The metadata that keeps the original encoding: `original_encoding` (Tracecat), `original-encoding` (nuon), and other
/// spellings of the same two words.
pub(crate) fn original_encoding(payload: &Payload) -> Option<String> {
    let says_so = |name: &&String| {
        let letters = name.bytes().filter(u8::is_ascii_alphanumeric);
        let letters: Vec<u8> = letters.map(|byte| byte.to_ascii_lowercase()).collect();
        letters.ends_with(b"originalencoding")
    };
    payload.metadata.keys().find(says_so).cloned()
}

/// Takes away what compressors add for people.
fn remove_sizes(payload: &mut Payload) {
    for name in [
        "compressed_size",
        "compressed-size",
        "uncompressed-size",
        "uncompressed_size",
        "original-size",
    ] {
        payload.metadata.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn payload(len: usize) -> Payload {
        Payload {
            metadata: [(METADATA_ENCODING.to_owned(), b"json/plain".to_vec())].into(),
            data: vec![b'7'; len].into(),
            external_payloads: Vec::new(),
        }
    }

    #[test]
    fn every_format_reads_its_own_writing_and_stops_at_the_limit() {
        for format in Compression::ALL {
            let codec = CompressionCodec(format);
            let packed = codec
                .encode(&payload(10_000))
                .expect("packed")
                .expect("smaller");
            assert_eq!(
                codec.decode(&packed, 20_000),
                Ok(payload(10_000)),
                "{format:?}"
            );
            assert_eq!(
                codec.decode(&packed, 5_000),
                Err(CodecError::Inflate { limit: 5_000 }),
                "{format:?}"
            );
        }
    }

    #[test]
    fn what_would_grow_is_left_alone() {
        for format in Compression::ALL {
            assert_eq!(
                CompressionCodec(format).encode(&payload(1)),
                Ok(None),
                "{format:?}"
            );
        }
    }

    #[test]
    fn damage_is_named_by_codec() {
        for format in Compression::ALL {
            let codec = CompressionCodec(format);
            let mut packed = codec
                .encode(&payload(10_000))
                .expect("packed")
                .expect("smaller");
            packed.data = packed.data.slice(..packed.data.len() / 2);
            assert_eq!(
                codec.decode(&packed, 1 << 20),
                Err(CodecError::Corrupt {
                    codec: codec.name()
                }),
                "{format:?}"
            );
        }
    }

    #[test]
    fn a_snappy_block_that_claims_gigabytes_allocates_nothing() {
        let codec = CompressionCodec(Compression::Snappy);
        let lie = Payload {
            metadata: [(METADATA_ENCODING.to_owned(), b"binary/snappy".to_vec())].into(),
            data: Bytes::from_static(&[0xff, 0xff, 0xff, 0x1f, 0x00]),
            external_payloads: Vec::new(),
        };
        assert_eq!(
            codec.decode(&lie, usize::MAX),
            Err(CodecError::Corrupt {
                codec: CodecName::Snappy
            })
        );
    }
}
