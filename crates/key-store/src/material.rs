//! Key material as people have it: base64, hex, text as Temporal's samples write it, or the raw bytes of a file.
//!
//! An AES key has 16, 24 or 32 bytes. Nothing is ever padded, cut or stretched to fit. Every buffer on the way is zeroized.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use payload_codec::{MAX_KEY_BYTES, SecretKey, WrongKeyLength};
use zeroize::Zeroizing;

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

/// Reads a key from text. Base64 and hex may have white space around them; in UTF-8 every character counts.
///
/// # Errors
/// [`BadMaterial`] where the text is not spelled so, or has not the length of an AES key.
pub fn parse(text: &str, format: MaterialFormat) -> Result<SecretKey, BadMaterial> {
    match format {
        MaterialFormat::Base64 => raw(&base64_bytes(text.trim())?),
        MaterialFormat::Hex => raw(&hex_bytes(text.trim())?),
        MaterialFormat::Utf8 => raw(text.as_bytes()),
    }
}

/// As [`parse`], for formats that derive their keys: a secret of any length. One that has an AES key's length is an AES key.
///
/// # Errors
/// [`BadMaterial`] where the text is not spelled so, or there are not 1 to [`MAX_KEY_BYTES`] bytes.
pub fn parse_any(text: &str, format: MaterialFormat) -> Result<SecretKey, BadMaterial> {
    match format {
        MaterialFormat::Base64 => any(base64_bytes(text.trim())?),
        MaterialFormat::Hex => any(hex_bytes(text.trim())?),
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
    [
        MaterialFormat::Hex,
        MaterialFormat::Base64,
        MaterialFormat::Utf8,
    ]
    .into_iter()
    .filter_map(|format| parse(text, format).ok().map(|key| (format, key.bits())))
    .collect()
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

fn base64_bytes(text: &str) -> Result<Zeroizing<Vec<u8>>, BadMaterial> {
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let url_safe = text.contains(['-', '_']);
    let alphabet = if url_safe {
        &alphabet::URL_SAFE
    } else {
        &alphabet::STANDARD
    };
    let not_base64 = BadMaterial::NotBase64 {
        len: text.chars().count(),
    };

    // Decoded in place: a buffer that grows would leave copies of the key behind.
    let mut bytes = Zeroizing::new(vec![0; base64::decoded_len_estimate(text.len())]);
    let len = GeneralPurpose::new(alphabet, config)
        .decode_slice(text, &mut bytes)
        .map_err(|_| not_base64)?;
    bytes.truncate(len);
    Ok(bytes)
}

fn hex_bytes(text: &str) -> Result<Zeroizing<Vec<u8>>, BadMaterial> {
    let not_hex = BadMaterial::NotHex {
        len: text.chars().count(),
    };
    if !text.len().is_multiple_of(2) {
        return Err(not_hex);
    }

    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() / 2));
    for pair in text.as_bytes().chunks_exact(2) {
        let digit = |byte: u8| {
            char::from(byte)
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        };
        let (Some(high), Some(low)) = (digit(pair[0]), digit(pair[1])) else {
            return Err(not_hex);
        };
        bytes.push(high << 4 | low);
    }
    Ok(bytes)
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
            "not hex (3 characters): hex is an even number of 0-9 and a-f",
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
