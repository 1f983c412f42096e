//! The insides of JSON strings: how far one goes on plainly, and what its escapes stand for.

use std::borrow::Cow;

/// How many bytes come before the first quote, backslash or control character. Eight at a time: base64 data is most of
/// every document.
pub(crate) fn plain_prefix(text: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let has_zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    let (words, _) = text.as_chunks::<8>();
    let mut at = 0;
    for word in words {
        let word = u64::from_le_bytes(*word);
        let quote = has_zero(word ^ (ONES * u64::from(b'"')));
        let backslash = has_zero(word ^ (ONES * u64::from(b'\\')));
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
        let found = quote | backslash | control;
        if found != 0 {
            // Only what comes behind the first may be marked by mistake, by what is carried over.
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = text[at..]
        .iter()
        .position(|&byte| byte == b'"' || byte == b'\\' || byte < 0x20);
    rest.map_or(text.len(), |rest| at + rest)
}

/// The text of a string token whose span includes the quotes. Lone surrogates become U+FFFD; anything that is not such a
/// token gives an empty text.
pub fn unescape(quoted: &str) -> Cow<'_, str> {
    let inner = quoted
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or_default();
    if !inner.contains('\\') {
        return inner.into();
    }
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        out.push_str(plain);
        rest = push_escaped(escaped, &mut out);
    }
    out.push_str(rest);
    out.into()
}

/// Appends what the escape after a backslash stands for, and returns what follows it.
fn push_escaped<'a>(escaped: &'a str, out: &mut String) -> &'a str {
    let mut chars = escaped.chars();
    match chars.next() {
        Some('b') => out.push('\u{8}'),
        Some('f') => out.push('\u{c}'),
        Some('n') => out.push('\n'),
        Some('r') => out.push('\r'),
        Some('t') => out.push('\t'),
        Some('u') => {
            let rest = chars.as_str();
            let (Some(high), Some(after)) = (hex4(rest), rest.get(4..)) else {
                return rest;
            };
            let low = after.strip_prefix("\\u").and_then(hex4);
            if let (0xD800..=0xDBFF, Some(low @ 0xDC00..=0xDFFF)) = (high, low) {
                let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                return after.get(6..).unwrap_or_default();
            }
            out.push(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
            return after;
        }
        Some(other) => out.push(other),
        None => {}
    }
    chars.as_str()
}

fn hex4(text: &str) -> Option<u32> {
    u32::from_str_radix(text.get(..4)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unescapes_names() {
        assert_eq!(unescape(r#""plain""#), "plain");
        assert_eq!(
            unescape(r#""\"\\\/\b\f\n\r\t\u00e9""#),
            "\"\\/\u{8}\u{c}\n\r\té"
        );
        assert_eq!(unescape(r#""\ud83d\ude80!""#), "🚀!");
        assert_eq!(unescape(r#""\ud83d-\udE80""#), "\u{fffd}-\u{fffd}");
        assert_eq!(unescape("no quotes"), "");
        assert_eq!(unescape(r#""\u1é""#), "1é");
    }
}
