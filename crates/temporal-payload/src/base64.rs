//! Base64 as proto3 JSON reads it: standard or URL-safe alphabet, padded or not; written standard and padded
//! (source: protobuf JSON mapping, and the contract of Temporal's Codec Server).
//!
//! Go's readers also skip CR and LF and ignore non-zero trailing bits; so do we, since what Go accepted once is stored.

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{
    DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, Simd, general_purpose,
};

/// The SIMD engine reads canonical standard text several times faster than the scalar one; it only takes that spelling.
static FAST: std::sync::LazyLock<Simd> =
    std::sync::LazyLock::new(|| Simd::standard(general_purpose::PAD));

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const LENIENT_STANDARD: GeneralPurpose = GeneralPurpose::new(&STANDARD, LENIENT);
const LENIENT_URL_SAFE: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LENIENT);

/// Reads base64 text in any of the four spellings. `None` where it is not base64.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    if let Ok(bytes) = FAST.decode(text) {
        return Some(bytes);
    }
    let without_line_ends: String;
    let text = if text.contains(['\r', '\n']) {
        without_line_ends = text.replace(['\r', '\n'], "");
        &without_line_ends
    } else {
        text
    };
    let engine = if text.contains(['-', '_']) {
        &LENIENT_URL_SAFE
    } else {
        &LENIENT_STANDARD
    };
    engine.decode(text).ok()
}

/// Appends `bytes` to `out` as standard, padded base64.
pub fn append(bytes: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + bytes.len().div_ceil(3) * 4, 0);
    let written = FAST
        .encode_slice(bytes, &mut out[start..])
        .expect("the buffer was sized by the base64 formula");
    out.truncate(start + written);
}

/// `bytes` as standard, padded base64.
pub fn encode(bytes: &[u8]) -> String {
    FAST.encode(bytes)
}

/// `bytes` as URL-safe, padded base64, as Python's `urlsafe_b64encode` writes it.
pub fn encode_url_safe(bytes: &[u8]) -> String {
    general_purpose::URL_SAFE.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Option<&[u8]>) {
        assert_eq!(decode(text).as_deref(), expect, "{text:?}");
    }

    #[test]
    fn reads_all_four_spellings_and_gos_line_ends() {
        check("", Some(b""));
        check("+/+/", Some(&[0xfb, 0xff, 0xbf]));
        check("-_-_", Some(&[0xfb, 0xff, 0xbf]));
        check("YQ==", Some(b"a"));
        check("YQ", Some(b"a"));
        check("YR==", Some(b"a"));
        check("YW\r\nJj\n", Some(b"abc"));
    }

    #[test]
    fn refuses_what_is_not_base64() {
        check("YWJj=", None);
        check("%%%", None);
        check("YW Jj", None);
        check("+_", None);
        check("Y", None);
    }

    #[test]
    fn writes_standard_padded() {
        let mut out = b"x".to_vec();
        append(&[0xfb, 0xff], &mut out);
        assert_eq!(out, b"x+/8=");
        assert_eq!(encode(b""), "");
    }
}
