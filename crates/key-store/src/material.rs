//! Key material as people have it: base64, hex, text as Temporal's samples write it, or the raw bytes of a file.
//!
//! An AES key has 16, 24 or 32 bytes. Nothing is ever padded, cut or stretched to fit: only what stands around or between the
//! digits of a spelling is left out, and the quotation marks around a text that is no key with them. Every buffer on the way
//! is zeroized.

use payload_codec::{MAX_KEY_BYTES, SecretKey, WrongKeyLength};
use zeroize::Zeroizing;

use crate::spelling::{NotSpelled, base64_bytes, hex_bytes, quoted};

/// How a text spells key bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaterialFormat {
    /// Base64, standard or url-safe, padded or not.
    Base64,
    /// Hexadecimal, either case.
    Hex,
    /// The UTF-8 bytes of the text are the key, as in `test-key-test-key-test-key-test!`.
    Utf8,
}

/// A text or file is not a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadMaterial {
    /// The bytes are too many or too few.
    #[error("{len} bytes: an AES key has 16, 24 or 32")]
    WrongLength {
        /// How many bytes there are.
        len: usize,
    },
    /// As [`BadMaterial::WrongLength`], and a line break at the end may be why.
    #[error("{len} bytes including a line break at the end: an AES key has 16, 24 or 32")]
    TrailingLineBreak {
        /// How many bytes there are, with the line break.
        len: usize,
    },
    /// The bytes are none at all or too many, for a secret of any length.
    #[error("{len} bytes: a secret has 1 to {MAX_KEY_BYTES}")]
    NoSecret {
        /// How many bytes there are.
        len: usize,
    },
    /// The text is not base64.
    #[error("not base64 ({len} characters)")]
    NotBase64 {
        /// Characters in the trimmed text.
        len: usize,
    },
    /// The text is not hex.
    #[error("not hex ({len} characters): hex is an even number of 0-9 and a-f")]
    NotHex {
        /// Characters in the trimmed text.
        len: usize,
    },
    /// The text is hex with half a byte.
    #[error("{digits} hex digits: two are one byte, so one digit is missing or too many")]
    OddHex {
        /// How many digits there are.
        digits: usize,
    },
    /// A key of this size was asked for.
    #[error("{bits} bits: an AES key has 128, 192 or 256")]
    WrongBits {
        /// What was asked for.
        bits: u16,
    },
    /// The operating system provides no random numbers.
    #[error("the operating system provides no random numbers")]
    NoRandomness,
}

impl From<NotSpelled> for BadMaterial {
    fn from(not: NotSpelled) -> Self {
        match not {
            NotSpelled::Base64 { len } => BadMaterial::NotBase64 { len },
            NotSpelled::Hex { len } => BadMaterial::NotHex { len },
            NotSpelled::OddHex { digits } => BadMaterial::OddHex { digits },
        }
    }
}

/// Reads a key from text. Base64 and hex may stand in quotation marks and be written in the ordinary ways: `0x…`, `00:11:…`,
/// over several lines. In UTF-8 every character counts, but for quotation marks around a text that has not the length of a
/// key with them, and has it without.
///
/// # Errors
/// [`BadMaterial`] where the text is not spelled so, or has not the length of an AES key.
pub fn parse(text: &str, format: MaterialFormat) -> Result<SecretKey, BadMaterial> {
    match format {
        MaterialFormat::Base64 => raw(&base64_bytes(text)?),
        MaterialFormat::Hex => raw(&hex_bytes(text)?),
        MaterialFormat::Utf8 => raw(text.as_bytes()).or_else(|error| {
            let inner = quoted(text).map(|inner| raw(inner.as_bytes()));
            inner.and_then(Result::ok).ok_or(error)
        }),
    }
}

/// As [`parse`], for formats that derive their keys: a secret of any length. One that has an AES key's length is an AES key.
///
/// # Errors
/// [`BadMaterial`] where the text is not spelled so, or there are not 1 to [`MAX_KEY_BYTES`] bytes.
pub fn parse_any(text: &str, format: MaterialFormat) -> Result<SecretKey, BadMaterial> {
    match format {
        MaterialFormat::Base64 => any(base64_bytes(text)?),
        MaterialFormat::Hex => any(hex_bytes(text)?),
        MaterialFormat::Utf8 => raw_any(text.as_bytes()),
    }
}

/// As [`raw`], for formats that derive their keys: a secret of any length, taken as it is, a line break at its end too.
///
/// # Errors
/// [`BadMaterial::NoSecret`] unless there are 1 to [`MAX_KEY_BYTES`] bytes.
pub fn raw_any(bytes: &[u8]) -> Result<SecretKey, BadMaterial> {
    // Looked at first: what is refused is not copied.
    match bytes.len() {
        len @ (0 | MAX_SECRET_AND_ONE..) => Err(BadMaterial::NoSecret { len }),
        _ => any(Zeroizing::new(bytes.to_vec())),
    }
}

const MAX_SECRET_AND_ONE: usize = MAX_KEY_BYTES + 1;

fn any(bytes: Zeroizing<Vec<u8>>) -> Result<SecretKey, BadMaterial> {
    SecretKey::of_any_length(bytes).map_err(|WrongKeyLength { len }| BadMaterial::NoSecret { len })
}

/// Takes raw bytes, as from a key file.
///
/// # Errors
/// [`BadMaterial`] unless there are 16, 24 or 32 bytes.
pub fn raw(bytes: &[u8]) -> Result<SecretKey, BadMaterial> {
    let len = bytes.len();
    if !matches!(len, 16 | 24 | 32) {
        return Err(match bytes.last() {
            Some(b'\n' | b'\r') => BadMaterial::TrailingLineBreak { len },
            _ => BadMaterial::WrongLength { len },
        });
    }
    SecretKey::new(Zeroizing::new(bytes.to_vec()))
        .map_err(|wrong| BadMaterial::WrongLength { len: wrong.len })
}

/// The spellings in which a text is a legal AES key, with its length in bits; the likeliest first.
///
/// A text may have several: 32 hex digits are also base64 of 24 bytes and 32 bytes of UTF-8.
pub fn guess(text: &str) -> Vec<(MaterialFormat, u16)> {
    let readings = readings(text).into_iter();
    let keys = readings.filter_map(|reading| Some((reading.format, reading.key.ok()?)));
    keys.collect()
}

/// What a text is in one spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The spelling.
    pub format: MaterialFormat,
    /// How many bytes it spells; `None` where the text is not spelled so.
    pub bytes: Option<usize>,
    /// The AES key's length in bits, or why it is none.
    pub key: Result<u16, BadMaterial>,
}

/// What a text is in every spelling: those that give an AES key first, then the one that was most likely meant.
pub fn readings(text: &str) -> [Reading; 3] {
    let read = |format| {
        let key = parse(text, format).map(|key| key.bits());
        let bytes = match key {
            Ok(bits) => Some(usize::from(bits) / 8),
            Err(BadMaterial::WrongLength { len } | BadMaterial::TrailingLineBreak { len }) => {
                Some(len)
            }
            Err(_) => None,
        };
        Reading { format, bytes, key }
    };
    let mut readings = [
        MaterialFormat::Hex,
        MaterialFormat::Base64,
        MaterialFormat::Utf8,
    ]
    .map(read);
    // Nearly every word is base64 of something; one of its own signs says that it was meant.
    let says_base64 = text.contains(['+', '/', '=']);
    readings.sort_by_key(
        |Reading { format, bytes, key }| match (format, key, bytes) {
            (_, Ok(_), _) => 0,
            (MaterialFormat::Hex, Err(BadMaterial::OddHex { .. }), _)
            | (MaterialFormat::Hex, Err(_), Some(_)) => 1,
            (MaterialFormat::Base64, Err(_), Some(_)) if says_base64 => 2,
            (MaterialFormat::Utf8, Err(_), _) => 3,
            (MaterialFormat::Hex | MaterialFormat::Base64, Err(_), _) => 4,
        },
    );
    readings
}

/// A new key from the operating system's random number generator.
///
/// # Errors
/// [`BadMaterial::WrongBits`] unless `bits` is 128, 192 or 256; [`BadMaterial::NoRandomness`] where there is none.
pub fn generate(bits: u16) -> Result<SecretKey, BadMaterial> {
    if !matches!(bits, 128 | 192 | 256) {
        return Err(BadMaterial::WrongBits { bits });
    }
    let mut bytes = Zeroizing::new(vec![0; usize::from(bits / 8)]);
    getrandom::fill(&mut bytes).map_err(|_| BadMaterial::NoRandomness)?;
    SecretKey::new(bytes).map_err(|wrong| BadMaterial::WrongLength { len: wrong.len })
}

#[cfg(test)]
mod tests {
    use super::MaterialFormat::{Base64, Hex, Utf8};
    use super::*;

    const SAMPLE: &str = "test-key-test-key-test-key-test!";

    #[track_caller]
    fn check(text: &str, format: MaterialFormat, expect: &[u8]) {
        let key = parse(text, format).expect("legal material");
        assert_eq!(key.expose(), expect);
    }

    #[track_caller]
    fn check_bad(text: &str, format: MaterialFormat, expect: &str) {
        let error = parse(text, format)
            .err()
            .expect("illegal material")
            .to_string();
        assert_eq!(error, expect);
    }

    #[test]
    fn reads_every_spelling_of_one_key() {
        // printf 'test-key-test-key-test-key-test!' | base64; | xxd -p -c 64
        check(SAMPLE, Utf8, SAMPLE.as_bytes());
        check(
            "dGVzdC1rZXktdGVzdC1rZXktdGVzdC1rZXktdGVzdCE=",
            Base64,
            SAMPLE.as_bytes(),
        );
        check(
            " dGVzdC1rZXktdGVzdC1rZXktdGVzdC1rZXktdGVzdCE\r\n",
            Base64,
            SAMPLE.as_bytes(),
        );
        let hex = "746573742d6b65792d746573742d6b65792d746573742d6b65792d7465737421";
        check(hex, Hex, SAMPLE.as_bytes());
        check(
            &format!("\t{}\n", hex.to_uppercase()),
            Hex,
            SAMPLE.as_bytes(),
        );
    }

    #[test]
    fn reads_both_base64_alphabets() {
        let bytes = [0xfb, 0xff, 0xfe].repeat(8);
        check("+//++//++//++//++//++//++//++//+", Base64, &bytes);
        check("-__--__--__--__--__--__--__--__-", Base64, &bytes);
    }

    #[test]
    fn refuses_other_lengths_and_tells_them() {
        check_bad(
            "test-key-test-key-test-key-test",
            Utf8,
            "31 bytes: an AES key has 16, 24 or 32",
        );
        check_bad("", Utf8, "0 bytes: an AES key has 16, 24 or 32");
        check_bad("", Base64, "0 bytes: an AES key has 16, 24 or 32");
        check_bad("abcd", Hex, "2 bytes: an AES key has 16, 24 or 32");
        check_bad(
            &format!("{SAMPLE}\n"),
            Utf8,
            "33 bytes including a line break at the end: an AES key has 16, 24 or 32",
        );
    }

    #[test]
    fn refuses_what_is_not_spelled_so() {
        check_bad(
            "abc",
            Hex,
            "3 hex digits: two are one byte, so one digit is missing or too many",
        );
        check_bad(
            "zz",
            Hex,
            "not hex (2 characters): hex is an even number of 0-9 and a-f",
        );
        check_bad(
            "éa",
            Hex,
            "not hex (2 characters): hex is an even number of 0-9 and a-f",
        );
        check_bad(SAMPLE, Base64, "not base64 (32 characters)");
        check_bad("a=bc", Base64, "not base64 (4 characters)");
        check_bad("AAAAA", Base64, "not base64 (5 characters)");
    }

    #[test]
    fn text_counts_in_bytes() {
        check("ключключ", Utf8, "ключключ".as_bytes());
    }

    #[test]
    fn takes_secrets_of_any_length_for_formats_that_derive_their_keys() {
        let check_any = |text: &str, format, expect: &[u8]| {
            assert_eq!(parse_any(text, format).expect("a secret").expose(), expect)
        };
        check_any("pass phrase\n", Utf8, b"pass phrase\n");
        check_any(" YWJj\n", Base64, b"abc");
        check_any("616263", Hex, b"abc");
        check_any(SAMPLE, Utf8, SAMPLE.as_bytes());
        assert_eq!(raw_any(b"\0").expect("a secret").expose(), b"\0");
        for len in [0, MAX_KEY_BYTES + 1] {
            let refused = Some(BadMaterial::NoSecret { len });
            assert_eq!(parse_any(&"x".repeat(len), Utf8).err(), refused);
            assert_eq!(parse_any(&"00".repeat(len), Hex).err(), refused);
            assert_eq!(raw_any(&vec![0; len]).err(), refused);
        }
        assert_eq!(
            BadMaterial::NoSecret { len: 0 }.to_string(),
            "0 bytes: a secret has 1 to 4096"
        );
    }

    #[test]
    fn guesses_all_that_fit() {
        assert_eq!(guess(SAMPLE), [(Utf8, 256)]);
        assert_eq!(
            guess("00112233445566778899aabbccddeeff"),
            [(Hex, 128), (Base64, 192), (Utf8, 256)]
        );
        assert_eq!(
            guess("dGVzdC1rZXktdGVzdC1rZXktdGVzdC1rZXktdGVzdCE="),
            [(Base64, 256)]
        );
        assert_eq!(guess("no key"), []);
    }

    #[test]
    fn takes_the_ordinary_spellings() {
        let bytes: Vec<u8> = (0xf0..=0xff).collect();
        for text in [
            "\"f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff\"",
            "'F0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF',",
            "b'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'",
            "“f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff”",
            "0xf0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
            "0Xf0f1f2f3f4f5f6f7f8f9fafbfcfdfeff\n",
            "hex:f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
            "f0:f1:f2:f3:f4:f5:f6:f7:f8:f9:fa:fb:fc:fd:fe:ff",
            "F0-F1-F2-F3-F4-F5-F6-F7-F8-F9-FA-FB-FC-FD-FE-FF",
            "f0f1 f2f3 f4f5 f6f7\nf8f9 fafb fcfd feff\n",
            "f0f1f2f3_f4f5f6f7_f8f9fafb_fcfdfeff",
            "0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff",
            "{0xf0,0xf1,0xf2,0xf3,0xf4,0xf5,0xf6,0xf7,0xf8,0xf9,0xfa,0xfb,0xfc,0xfd,0xfe,0xff,}",
            "\\xf0\\xf1\\xf2\\xf3\\xf4\\xf5\\xf6\\xf7\\xf8\\xf9\\xfa\\xfb\\xfc\\xfd\\xfe\\xff",
            "\u{feff}f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff\u{200b}",
        ] {
            check(text, Hex, &bytes);
            assert_eq!(guess(text).first(), Some(&(Hex, 128)), "{text}");
        }
        check(
            "0x0, 0x1, 0x2, 0x3, 0x4, 0x5, 0x6, 0x7, 0x8, 0x9, 0xa, 0xb, 0xc, 0xd, 0xe, 0xf",
            Hex,
            &(0..16).collect::<Vec<u8>>(),
        );
        for text in [
            "\"8PHy8/T19vf4+fr7/P3+/w==\"",
            "base64:8PHy8/T19vf4+fr7/P3+/w==",
            "8PHy8/T19vf4\r\n  +fr7/P3+/w==\r\n",
            "`8PHy8_T19vf4-fr7_P3-_w`",
        ] {
            check(text, Base64, &bytes);
        }
        check(&format!("\"{SAMPLE}\""), Utf8, SAMPLE.as_bytes());
        // A key whose own text stands in quotation marks stays whole.
        check("\"fourteen chars\"", Utf8, b"\"fourteen chars\"");
    }

    #[test]
    fn a_fault_is_told_with_the_length() {
        let likeliest = |text: &str| {
            let first = readings(text)[0];
            (first.format, first.key.expect_err("no key").to_string())
        };
        let cases = [
            (
                "0x000102030405060708090a0b0c0d0e0f10111213",
                Hex,
                "20 bytes: an AES key has 16, 24 or 32",
            ),
            (
                "000102030405060708090a0b0c0d0e0",
                Hex,
                "31 hex digits: two are one byte, so one digit is missing or too many",
            ),
            (
                "AAECAwQFBgcICQoLDA0ODxAREhM=",
                Base64,
                "20 bytes: an AES key has 16, 24 or 32",
            ),
            (
                "much too short",
                Utf8,
                "14 bytes: an AES key has 16, 24 or 32",
            ),
        ];
        for (text, format, says) in cases {
            assert_eq!(likeliest(text), (format, says.to_owned()), "{text}");
        }
    }

    #[test]
    fn an_id_of_other_things_is_no_key() {
        for text in [
            "550e8400-e29b-41d4-a716-446655440000",
            "12, 34, 56",
            "the quick brown fox jumps over it all",
        ] {
            assert_eq!(guess(text), [], "{text}");
        }
    }

    #[test]
    fn generates_what_was_asked_for_and_never_twice() {
        for bits in [128, 192, 256] {
            let (one, other) = (
                generate(bits).expect("random"),
                generate(bits).expect("random"),
            );
            assert_eq!((one.bits(), other.bits()), (bits, bits));
            assert_ne!(one.fingerprint(), other.fingerprint());
        }
        assert_eq!(
            generate(64).err(),
            Some(BadMaterial::WrongBits { bits: 64 })
        );
    }
}
