//! Bytes as digits: hex as databases, debuggers and dumps write it, and base64 of anything.

use crate::base64 as spelled;
use crate::document::unwrapped::{Part, Unwrapped};
use crate::document::wrapping::Wrapping;

/// Fewer digits are a number or a word.
const LEAST: usize = 32;

/// Hex: `0a1e…`, psql's `\x0a1e…`, `0x0a, 0x1e`, `0a:1e`, `X'0A1E'`, or what xxd and hexdump print.
pub(super) fn hex(text: &str) -> Option<Unwrapped> {
    let bytes = dump(text).or_else(|| digits(unquoted(text)))?;
    (bytes.len() * 2 >= LEAST).then(|| Unwrapped::one(Wrapping::Hex, Part::Bytes(bytes)))
}

/// Base64 of something that is no message and no JSON itself, such as gzip.
pub(super) fn base64(text: &str) -> Option<Unwrapped> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let text = match text.split_once(";base64,") {
        Some((scheme, data)) if scheme.starts_with("data:") => data,
        _ => text.trim_matches('"'),
    };
    let compact: String = text.split_ascii_whitespace().collect();
    let bytes = spelled::decode(&compact).filter(|_| compact.len() >= LEAST)?;
    Some(Unwrapped::one(Wrapping::Base64, Part::Bytes(bytes)))
}

fn unquoted(text: &str) -> &str {
    let text = text.trim_start_matches('\u{feff}').trim();
    let text = text.trim_end_matches(';').trim_end();
    let text = text.strip_suffix("::bytea").unwrap_or(text);
    let text = match text.strip_suffix('\'') {
        Some(inner) => inner.split_once('\'').map_or(inner, |(_, inner)| inner),
        None => text.trim_matches('"'),
    };
    let text = text.strip_prefix("\\\\x").unwrap_or(text);
    text.trim_start_matches(['{', '['])
        .trim_end_matches(['}', ']'])
}

fn digits(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 2);
    let mut high = None;
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let begins = high.is_none() && matches!(rest, [b'\\' | b'0', b'x' | b'X', ..]);
        if begins {
            rest = &rest[2..];
            continue;
        }
        rest = tail;
        match (char::from(*first).to_digit(16), high) {
            (Some(digit), None) => high = Some(digit),
            (Some(digit), Some(before)) => {
                out.push(u8::try_from(before << 4 | digit).ok()?);
                high = None;
            }
            (None, None) if first.is_ascii_whitespace() || b":,-".contains(first) => {}
            (None, _) => return None,
        }
    }
    high.is_none().then_some(out)
}

/// What xxd and `hexdump -C` print: an offset, bytes, and the same as text.
fn dump(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4);
    for line in text.trim().lines() {
        let line = line.trim();
        let n_offset = line.bytes().take_while(u8::is_ascii_hexdigit).count();
        if !(6..=16).contains(&n_offset) {
            return None;
        }
        let rest = &line[n_offset..];
        let bytes = match rest.strip_prefix(':') {
            Some(rest) => rest.trim_start().split("  ").next().unwrap_or_default(),
            None if rest.starts_with(' ') => rest.split('|').next().unwrap_or_default(),
            // The last line of hexdump is the length.
            None if rest.is_empty() && !out.is_empty() => continue,
            None => return None,
        };
        out.extend(digits(bytes)?);
    }
    Some(out)
}
