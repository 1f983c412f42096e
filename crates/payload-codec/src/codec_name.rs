//! What each codec is called.

use std::fmt;

use crate::cipher_name::CipherName;

/// What a codec does, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CodecName {
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
    /// Compression whose algorithm metadata names.
    Compressed,
    /// What a spec describes, by its cipher.
    Sealed(CipherName),
}

impl CodecName {
    /// The stable lower-case word for settings, records and the UI.
    pub fn as_str(self) -> &'static str {
        match self {
            CodecName::Zlib => "zlib",
            CodecName::Gzip => "gzip",
            CodecName::Snappy => "snappy",
            CodecName::Zstd => "zstd",
            CodecName::Brotli => "brotli",
            CodecName::Lz4 => "lz4",
            CodecName::Compressed => "compression",
            CodecName::Sealed(cipher) => cipher.as_str(),
        }
    }
}

impl fmt::Display for CodecName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
