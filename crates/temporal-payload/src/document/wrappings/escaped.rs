//! Text as URLs and HTML escape it.

use crate::document::unwrapped::{Part, Unwrapped};
use crate::document::wrapping::Wrapping;

/// Digits of a character's number in HTML.
const MAX_DIGITS: usize = 8;

/// What a URL or a form holds: `payloads=%5B%7B%22…`.
pub(super) fn percent(text: &str) -> Option<Unwrapped> {
    let is_escaped = ["%7B%", "%7b%", "%5B%", "%5b%"]
        .iter()
        .any(|sign| text.contains(sign));
    if !is_escaped {
        return None;
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let digit = |at: usize| char::from(*tail.get(at)?).to_digit(16);
        match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                out.push(u8::try_from(high << 4 | low).ok()?);
                rest = &tail[2..];
            }
            // A plus of base64 is escaped there.
            (b'+', ..) => {
                out.push(b' ');
                rest = tail;
            }
            (&byte, ..) => {
                out.push(byte);
                rest = tail;
            }
        }
    }
    let text = String::from_utf8(out).ok()?;
    Some(Unwrapped::one(Wrapping::PercentEncoding, Part::Text(text)))
}

/// What HTML holds: `{&quot;payloads&quot;: …`.
pub(super) fn html(text: &str) -> Option<Unwrapped> {
    let is_escaped = ["&quot;", "&#34;", "&#x22;"]
        .iter()
        .any(|sign| text.contains(sign));
    if !is_escaped {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (character, n) = entity(rest).unwrap_or(('&', 1));
        out.push(character);
        rest = &rest[n..];
    }
    out.push_str(rest);
    Some(Unwrapped::one(Wrapping::Html, Part::Text(out)))
}

/// The character that an entity stands for, and how many bytes it takes.
fn entity(text: &str) -> Option<(char, usize)> {
    for (name, character) in [
        ("&quot;", '"'),
        ("&amp;", '&'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&apos;", '\''),
        ("&nbsp;", ' '),
    ] {
        if text.starts_with(name) {
            return Some((character, name.len()));
        }
    }
    let number = text.strip_prefix("&#")?;
    let (digits, radix) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    let n = digits
        .bytes()
        .take(MAX_DIGITS)
        .take_while(|byte| char::from(*byte).is_digit(radix))
        .count();
    let code = u32::from_str_radix(&digits[..n], radix).ok()?;
    digits[n..].strip_prefix(';')?;
    Some((
        char::from_u32(code)?,
        text.len() - digits.len() + n + ';'.len_utf8(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_escaped() {
        let text = |unwrapped: Option<Unwrapped>| match unwrapped?.parts.pop()?.0 {
            Part::Text(text) => Some(text),
            Part::Slice(_) | Part::Bytes(_) => None,
        };
        let check = |read: Option<Unwrapped>, expect: &str| {
            assert_eq!(text(read).as_deref(), Some(expect));
        };
        check(percent("a=%7B%22a%2b%22%7d+%C3%A9%"), "a={\"a+\"} é%");
        check(
            html("<p>{&quot;a&#34;&#x3A;&amp;quot;&#xD800; &"),
            "<p>{\"a\":&quot;&#xD800; &",
        );
        assert!(percent("100%").is_none() && html("a & b").is_none());
        assert!(percent("%7B%FF").is_none(), "no text");
    }
}
