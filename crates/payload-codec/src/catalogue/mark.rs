//! What data shows by its first bytes, whatever label it has: a token, a file of another tool, a compressed stream. It is a
//! sign and no proof, so it is worded as one.

use temporal_payload::base64;

use crate::compression_name::Compression;

/// Bytes of base64 that are looked into: more than any mark takes.
const HEAD_CHARS: usize = 64;

/// What data starts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What starts so, with its article: `a Fernet token`.
    pub what: &'static str,
    /// Whether formats here read such data.
    pub is_read: bool,
    /// Whether they take a key for it, so that trying the keys is worth it.
    pub takes_key: bool,
    /// The compression that it is, where it is one that is read here.
    pub compression: Option<Compression>,
    /// Whether data is base64, and what that spells starts so.
    pub as_base64: bool,
}

/// A Fernet token's version 0x80 and the upper bytes of its time, which are zero, as URL-safe base64 (Fernet spec).
const FERNET: &[u8] = b"gAAAAA";

/// What reads what starts so.
#[derive(Clone, Copy)]
enum ReadBy {
    /// Nothing here.
    Nothing,
    /// A format with a key.
    Key,
    /// A format without one.
    Format,
    /// This compression.
    Compression(Compression),
}

impl ReadBy {
    fn mark(self, what: &'static str) -> Mark {
        Mark {
            what,
            is_read: !matches!(self, ReadBy::Nothing),
            takes_key: matches!(self, ReadBy::Key),
            compression: match self {
                ReadBy::Compression(compression) => Some(compression),
                ReadBy::Nothing | ReadBy::Key | ReadBy::Format => None,
            },
            as_base64: false,
        }
    }
}

/// Marks by their first bytes, and where they are from.
const MARKS: [(&[u8], &str, ReadBy); 14] = [
    (FERNET, "a Fernet token", ReadBy::Key),
    // age-encryption.org/v1, binary and armored.
    (b"age-encryption.org/", "an age file", ReadBy::Nothing),
    (
        b"-----BEGIN AGE ENCRYPTED FILE-----",
        "an age file",
        ReadBy::Nothing,
    ),
    // RFC 9580, 6.2.
    (
        b"-----BEGIN PGP MESSAGE-----",
        "a PGP message",
        ReadBy::Nothing,
    ),
    // HashiCorp Vault, transit secrets engine.
    (
        b"vault:v",
        "a ciphertext of Vault’s transit engine",
        ReadBy::Nothing,
    ),
    // OpenSSL enc(1): the salt follows.
    (b"Salted__", "the output of openssl enc", ReadBy::Nothing),
    // RFC 1952, with the one compression method that there is.
    (
        b"\x1f\x8b\x08",
        "gzip",
        ReadBy::Compression(Compression::Gzip),
    ),
    // RFC 8878, 3.1.1.
    (
        b"\x28\xb5\x2f\xfd",
        "zstd",
        ReadBy::Compression(Compression::Zstd),
    ),
    // LZ4 frame format 1.6, little-endian.
    (
        b"\x04\x22\x4d\x18",
        "an LZ4 frame",
        ReadBy::Compression(Compression::Lz4),
    ),
    // Snappy framing format, stream identifier.
    (
        b"\xff\x06\x00\x00sNaPpY",
        "framed snappy",
        ReadBy::Compression(Compression::Snappy),
    ),
    // XZ file format 1.2, 2.1.1.1.
    (b"\xfd7zXZ\x00", "an xz file", ReadBy::Nothing),
    // bzip2: version, block size 9, and pi.
    (b"BZh91AY&SY", "a bzip2 file", ReadBy::Nothing),
    // temporal.api.common.v1.Payload: a metadata entry whose name is "encoding", of up to 127 bytes.
    (b"\x0a\x08encoding", "a serialized Payload", ReadBy::Format),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture", ReadBy::Nothing),
];

/// What `data` starts as; `None` where it shows nothing. It takes no time that grows with data, but for text that may be a
/// JWE, which is read once.
pub fn visible_mark(data: &[u8]) -> Option<Mark> {
    if let Some(mark) = of_bytes(data) {
        return Some(mark);
    }
    if let Some(what) = token(data) {
        return Some(ReadBy::Nothing.mark(what));
    }
    let head = &data[..data.len().min(HEAD_CHARS)];
    // Four characters are three bytes; the last of them may be cut.
    let head = head.get(..head.len() / 4 * 4)?;
    let spelled = base64::decode(std::str::from_utf8(head).ok()?)?;
    let mark = of_bytes(&spelled)?;
    Some(Mark {
        as_base64: true,
        ..mark
    })
}

fn of_bytes(data: &[u8]) -> Option<Mark> {
    // A serialized Payload starts with its first entry's tag and length.
    let behind = data.strip_prefix(b"\x0a").and_then(|data| data.get(1..));
    MARKS
        .iter()
        .find(|(start, ..)| {
            data.starts_with(start)
                || (start[0] == b'\x0a' && behind.is_some_and(|data| data.starts_with(start)))
        })
        .map(|&(_, what, by)| by.mark(what))
        .or_else(|| {
            let zlib = ReadBy::Compression(Compression::Zlib);
            is_zlib(data).then(|| zlib.mark("zlib"))
        })
}

/// The two header bytes that writers use; others are as common in noise.
fn is_zlib(data: &[u8]) -> bool {
    // RFC 1950, 2.2: deflate, a window of 32 KiB, and a checksum.
    matches!(data, [0x78, 0x01 | 0x5e | 0x9c | 0xda, _, ..])
}

/// A JWE or a JWS in its compact form: base64url of a JSON object, and four more parts, or two (RFC 7516 and 7515, 7.1).
fn token(data: &[u8]) -> Option<&'static str> {
    if !data.starts_with(b"eyJ") {
        return None;
    }
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if !data.iter().all(is_part) {
        return None;
    }
    match data.iter().filter(|&&byte| byte == b'.').count() {
        4 => Some("a JWE, encrypted"),
        2 => Some("a JWT, signed and not encrypted"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn knows_what_starts_so() {
        let what = |data: &[u8]| visible_mark(data).map(|mark| (mark.what, mark.as_base64));
        assert_eq!(what(b"gAAAAABn3d0x"), Some(("a Fernet token", false)));
        // A token that a codec wrote as base64 again.
        assert_eq!(what(b"Z0FBQUFBQm4zZDB4"), Some(("a Fernet token", true)));
        assert_eq!(
            what(b"age-encryption.org/v1\n"),
            Some(("an age file", false))
        );
        assert_eq!(
            what(b"eyJhbGciOiJkaXIifQ..a.b.c"),
            Some(("a JWE, encrypted", false))
        );
        assert_eq!(
            what(b"eyJhbGciOiJub25lIn0.e30.x"),
            Some(("a JWT, signed and not encrypted", false))
        );
        assert_eq!(
            what(b"U2FsdGVkX18AAAAAAAAAAA=="),
            Some(("the output of openssl enc", true))
        );
        assert_eq!(what(b"\x78\x9c\x01"), Some(("zlib", false)));
        assert_eq!(
            what(b"\x0a\x16\x0a\x08encoding\x12\x0ajson/plain"),
            Some(("a serialized Payload", false))
        );
        for nothing in [
            &b""[..],
            b"\"text\"",
            b"eyJ a.b.c.d.e",
            b"gAAA",
            b"\x78\x9d\x01",
        ] {
            assert_eq!(what(nothing), None);
        }
    }

    proptest! {
        #[test]
        fn any_data_is_looked_at(data in prop::collection::vec(any::<u8>(), 0..200)) {
            visible_mark(&data);
        }
    }

    #[test]
    fn every_mark_is_found_in_itself() {
        for (start, what, _) in MARKS {
            assert_eq!(visible_mark(start).map(|mark| mark.what), Some(what));
        }
    }
}
