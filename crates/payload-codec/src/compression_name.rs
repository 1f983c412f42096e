//! The compressions that are known, and what they are called: in `encoding`, in metadata, in specs, and for people.

use serde::{Deserialize, Serialize};
use temporal_payload::encodings;

/// A compression format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compression {
    /// `binary/zlib`
    Zlib,
    /// `binary/gzip`
    Gzip,
    /// `binary/snappy`
    Snappy,
    /// `binary/zstd`
    Zstd,
    /// `binary/brotli`; only read.
    Brotli,
    /// `binary/lz4`, a frame; only read.
    Lz4,
}

impl Compression {
    /// Every format that is written, too.
    pub const ALL: [Compression; 4] = [
        Compression::Zlib,
        Compression::Gzip,
        Compression::Snappy,
        Compression::Zstd,
    ];

    /// Every format that is read.
    pub const READ: [Compression; 6] = [
        Compression::Zlib,
        Compression::Gzip,
        Compression::Snappy,
        Compression::Zstd,
        Compression::Brotli,
        Compression::Lz4,
    ];

    /// The `encoding` it is written under.
    pub fn encoding(self) -> &'static str {
        match self {
            Compression::Zlib => encodings::BINARY_ZLIB,
            Compression::Gzip => encodings::BINARY_GZIP,
            Compression::Snappy => encodings::BINARY_SNAPPY,
            Compression::Zstd => encodings::BINARY_ZSTD,
            Compression::Brotli => "binary/brotli",
            Compression::Lz4 => "binary/lz4",
        }
    }

    /// Whether it is written, too.
    pub fn is_written(self) -> bool {
        Compression::ALL.contains(&self)
    }

    /// The name for people.
    pub fn title(self) -> &'static str {
        match self {
            Compression::Zlib => "zlib",
            Compression::Gzip => "gzip",
            Compression::Snappy => "snappy",
            Compression::Zstd => "zstd",
            Compression::Brotli => "brotli",
            Compression::Lz4 => "LZ4",
        }
    }

    /// The algorithm that metadata names, in one of the ways in which projects spell it.
    pub(crate) fn named(name: &[u8]) -> Option<Self> {
        let name = std::str::from_utf8(name).ok()?.trim().to_ascii_lowercase();
        Some(match name.as_str() {
            "zlib" | "deflate" => Compression::Zlib,
            "gzip" | "gz" => Compression::Gzip,
            "snappy" => Compression::Snappy,
            "zstd" | "zstandard" => Compression::Zstd,
            "brotli" | "br" => Compression::Brotli,
            "lz4" => Compression::Lz4,
            _ => return None,
        })
    }
}
