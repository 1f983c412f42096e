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

/// Bytes that are read or written at a time, whole groups of three: what has to be zero before it is written to is still in the
/// processor's first cache then, and megabytes do not pass through memory once more.
const PIECE: usize = 12 << 10;

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

/// Bytes that base64 text of this length stands for at most.
pub(crate) fn decoded_len_estimate(text: usize) -> usize {
    base64::decoded_len_estimate(text)
}

/// Reads base64 text as it is written here, the standard alphabet, padded, into the start of `buffer`, which never gets shorter, and
/// says how many bytes that are. `None` where it is something else; what the start of the buffer holds then means nothing.
pub(crate) fn decode_canonical(text: &[u8], buffer: &mut Vec<u8>) -> Option<usize> {
    let most = base64::decoded_len_estimate(text.len());
    buffer.reserve_exact(most.saturating_sub(buffer.len()));
    let mut n_bytes = 0;
    let pieces = text.chunks(PIECE / 3 * 4);
    let n_before_last = pieces.len().saturating_sub(1);
    for (index, piece) in pieces.enumerate() {
        let end = n_bytes + base64::decoded_len_estimate(piece.len());
        if buffer.len() < end {
            buffer.resize(end, 0);
        }
        let n_new = FAST.decode_slice(piece, &mut buffer[n_bytes..end]).ok()?;
        // Padding ends the text, and not a piece of it.
        if index < n_before_last && n_new != PIECE {
            return None;
        }
        n_bytes += n_new;
    }
    Some(n_bytes)
}

/// Why a text that looks like base64 is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Base64Fault {
    /// A character of neither alphabet.
    #[error("this character does not belong to base64")]
    Character,
    /// `+` or `/` beside `-` or `_`.
    #[error("+ and / belong to standard base64, - and _ to URL-safe base64, and both occur")]
    TwoAlphabets,
    /// Something after the padding.
    #[error("the text goes on after the = that ends base64")]
    AfterPadding,
    /// One character more than whole bytes take.
    #[error("it ends one character too late or too early: part of it was not copied")]
    Length,
    /// More or fewer `=` than belong there.
    #[error("the number of = at the end is wrong")]
    Padding,
}

/// Where a text that is meant to be base64 is none: the byte, and why. Quotes around it and white space are passed over.
/// `None` where nothing is wrong but perhaps the reader.
pub fn fault(text: &str) -> Option<(usize, Base64Fault)> {
    let mut alphabet = None;
    let (mut n_characters, mut padding) = (0_usize, None);
    for (at, character) in text.char_indices() {
        let is_safe = match character {
            '"' if at == 0 || at + 1 == text.len() => continue,
            character if character.is_ascii_whitespace() => continue,
            '=' => {
                padding.get_or_insert(at);
                continue;
            }
            '+' | '/' => Some(false),
            '-' | '_' => Some(true),
            character if character.is_ascii_alphanumeric() => None,
            _ => return Some((at, Base64Fault::Character)),
        };
        if padding.is_some() {
            return Some((at, Base64Fault::AfterPadding));
        }
        n_characters += 1;
        match (alphabet, is_safe) {
            (Some(before), Some(now)) if before != now => {
                return Some((at, Base64Fault::TwoAlphabets));
            }
            (None, Some(_)) => alphabet = is_safe,
            (_, _) => {}
        }
    }
    if n_characters % 4 == 1 {
        return Some((padding.unwrap_or(text.len()), Base64Fault::Length));
    }
    let n_padding = text.bytes().filter(|&byte| byte == b'=').count();
    let wrong = n_padding > 0 && n_padding != (4 - n_characters % 4) % 4;
    padding
        .filter(|_| wrong)
        .map(|at| (at, Base64Fault::Padding))
}

/// Whether a text is base64 but for a few characters: one long word with capital and small letters and digits.
pub(crate) fn is_meant(text: &str) -> bool {
    const LEAST: usize = 32;
    let has = |kind: fn(&u8) -> bool| text.as_bytes().iter().any(kind);
    let is_mixed =
        has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit);
    let foreign = text.chars().filter(|character| {
        !character.is_ascii_alphanumeric() && !matches!(character, '+' | '/' | '-' | '_' | '=')
    });
    let n_foreign = foreign.filter(|character| !matches!(character, '\r' | '\n' | '"'));
    text.len() >= LEAST && is_mixed && n_foreign.count() <= text.len() / 20
}

/// Appends `bytes` to `out` as standard, padded base64.
pub fn append(bytes: &[u8], out: &mut Vec<u8>) {
    out.reserve(bytes.len().div_ceil(3) * 4);
    for piece in bytes.chunks(PIECE) {
        let start = out.len();
        out.resize(start + piece.len().div_ceil(3) * 4, 0);
        FAST.encode_slice(piece, &mut out[start..])
            .expect("the buffer was sized by the base64 formula");
    }
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
    fn says_where_it_is_wrong_wherever_it_is() {
        #[track_caller]
        fn check(text: &str, expect: Option<(usize, Base64Fault)>) {
            assert_eq!(fault(text), expect, "{text}");
        }
        check("YW.j", Some((2, Base64Fault::Character)));
        check("+_==", Some((1, Base64Fault::TwoAlphabets)));
        check("YQ==YQ==", Some((4, Base64Fault::AfterPadding)));
        check("YWJjY", Some((5, Base64Fault::Length)));
        check("YWJj=", Some((4, Base64Fault::Padding)));
        check("\"YW\nJj\"", None);
        for text in ["", "YQ==", "YQ", "YWJj", "+/+/", "-_-_", "YW\r\nJj\n"] {
            check(text, None);
            assert!(decode(text).is_some(), "{text}");
        }
    }

    fn canonical(text: &[u8], mut buffer: Vec<u8>) -> Option<Vec<u8>> {
        let n_bytes = decode_canonical(text, &mut buffer)?;
        buffer.truncate(n_bytes);
        Some(buffer)
    }

    /// Longer texts are read and written in pieces.
    #[test]
    fn long_texts_are_read_as_short_ones_are() {
        for n_bytes in [PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 2] {
            let bytes: Vec<u8> = (0..=250).cycle().take(n_bytes).collect();
            let text = encode(&bytes);
            let mut appended = Vec::new();
            append(&bytes, &mut appended);
            assert_eq!(appended, text.as_bytes());
            for before in [Vec::new(), vec![1; 10], vec![1; 5 * PIECE]] {
                let read = canonical(text.as_bytes(), before);
                assert_eq!(read.as_ref(), Some(&bytes), "{n_bytes}");
            }
            for at in [0, 1, PIECE / 3 * 4 - 2, PIECE / 3 * 4 - 1, text.len() - 1] {
                for byte in [b'=', b'-', b'A', b'\n'] {
                    let mut text = text.clone().into_bytes();
                    text[at] = byte;
                    let whole = FAST.decode(&text).ok();
                    assert_eq!(canonical(&text, Vec::new()), whole, "{n_bytes} {at}");
                }
            }
        }
    }

    #[test]
    fn writes_standard_padded() {
        let mut out = b"x".to_vec();
        append(&[0xfb, 0xff], &mut out);
        assert_eq!(out, b"x+/8=");
        assert_eq!(encode(b""), "");
    }
}
