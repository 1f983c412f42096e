//! What every Payload Codec can do. Temporal's SDKs have the same interface over lists; lists are handled once, in the chain.

use std::fmt;

use temporal_payload::Payload;

use crate::error::CodecError;
use crate::key::KeyId;
use crate::spec::CipherName;

/// Turns one Payload into another and back: encryption, compression.
pub trait PayloadCodec: Send + Sync {
    /// The name people see in a trace.
    fn name(&self) -> CodecName;

    /// Whether this codec wrote `payload`. The encoding alone is not proof: other codecs use the same labels.
    fn claims(&self, payload: &Payload) -> bool;

    /// Which key a claimed Payload names.
    fn key_id(&self, _payload: &Payload) -> Option<KeyId> {
        None
    }

    /// Whether a Payload that another codec wrote cannot pass for its own: only such codecs are tried one after the other.
    fn authenticates(&self) -> bool {
        false
    }

    /// Wraps a Payload. `Ok(None)` leaves it as it is: compression that would not make it smaller.
    ///
    /// # Errors
    /// [`CodecError`] where it cannot be encoded; it must then not be stored.
    fn encode(&self, payload: &Payload) -> Result<Option<Payload>, CodecError>;

    /// Unwraps a Payload that this codec claims. At most `limit` bytes are produced.
    ///
    /// # Errors
    /// [`CodecError`] says what is wrong; nothing of the content is returned then.
    fn decode(&self, payload: &Payload, limit: usize) -> Result<Payload, CodecError>;
}

/// What a codec does, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CodecName {
    /// AES-GCM of the whole Payload, as the SDK samples write it.
    AesGcm,
    /// zlib (RFC 1950) of the whole Payload.
    Zlib,
    /// gzip (RFC 1952) of the whole Payload.
    Gzip,
    /// snappy of the whole Payload, block or framed.
    Snappy,
    /// zstd (RFC 8878) of the whole Payload.
    Zstd,
    /// brotli (RFC 7932) of the whole Payload.
    Brotli,
    /// LZ4's frame format of the whole Payload.
    Lz4,
    /// What a spec describes, by its cipher.
    Sealed(CipherName),
}

impl CodecName {
    /// The stable lower-case word for settings, records and the UI.
    pub fn as_str(self) -> &'static str {
        match self {
            CodecName::AesGcm => "aes-gcm",
            CodecName::Zlib => "zlib",
            CodecName::Gzip => "gzip",
            CodecName::Snappy => "snappy",
            CodecName::Zstd => "zstd",
            CodecName::Brotli => "brotli",
            CodecName::Lz4 => "lz4",
            CodecName::Sealed(cipher) => cipher.as_str(),
        }
    }
}

impl fmt::Display for CodecName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
