//! Strings and numbers as programs write them.

use super::node::{Node, Text};

/// A string that was read: what it stands for, and where it ends.
pub(super) struct Literal {
    pub(super) text: Text,
    pub(super) end: usize,
}

/// Reads the string that begins with a quote at `at`. `None` where it is not closed.
pub(super) fn string(text: &str, at: usize) -> Option<Literal> {
    let bytes = text.as_bytes();
    let quote = *bytes.get(at)?;
    let triple =
        quote != b'`' && bytes.get(at + 1) == Some(&quote) && bytes.get(at + 2) == Some(&quote);
    let n_quotes = if triple { 3 } else { 1 };
    let start = at + n_quotes;
    let mut value = Vec::new();
    let mut is_json = quote == b'"' && !triple;
    let mut copied = start;
    let mut next = start;
    loop {
        let rest = bytes.get(next..)?;
        let plain = rest
            .iter()
            .position(|&byte| byte == quote || byte == b'\\' || byte < 0x20)?;
        next += plain;
        match bytes[next] {
            b'\\' => {
                value.extend_from_slice(&bytes[copied..next]);
                let (n, json) = escape(&bytes[next + 1..], &mut value);
                is_json &= json;
                next += 1 + n;
                copied = next;
            }
            byte if byte == quote => {
                if !triple || bytes[next..].starts_with(&[quote; 3]) {
                    break;
                }
                next += 1;
            }
            // A line break ends a string that was never closed, except in the notations that have them inside.
            b'\n' if !triple && quote != b'`' => return None,
            _ => {
                is_json = false;
                next += 1;
            }
        }
    }
    let end = next + n_quotes;
    if is_json {
        let json = Some(text.get(at..end)?.to_owned());
        let value = Vec::new();
        return Some(Literal {
            text: Text { json, value },
            end,
        });
    }
    value.extend_from_slice(&bytes[copied..next]);
    Some(Literal {
        text: Text { json: None, value },
        end,
    })
}

/// Appends what the escape after a backslash stands for. Returns how many bytes it has, and whether JSON reads it likewise.
fn escape(rest: &[u8], out: &mut Vec<u8>) -> (usize, bool) {
    let Some(&first) = rest.first() else {
        return (0, false);
    };
    match first {
        b'n' => out.push(b'\n'),
        b't' => out.push(b'\t'),
        b'r' => out.push(b'\r'),
        b'b' => out.push(8),
        b'f' => out.push(12),
        b'"' | b'\\' | b'/' => out.push(first),
        b'a' => return one(7, out),
        b'v' => return one(11, out),
        b'\n' => return (1, false),
        b'x' | b'X' => {
            let (digits, n) = digits(&rest[1..], 16, 2);
            let Ok(byte) = u8::try_from(digits) else {
                return (1, false);
            };
            if n > 0 {
                out.push(byte);
            }
            return (1 + n, false);
        }
        b'0'..=b'7' => {
            let (digits, n) = digits(rest, 8, 3);
            out.push(digits.to_le_bytes()[0]);
            return (n, false);
        }
        b'u' | b'U' => return unicode(rest, out),
        other => return one(other, out),
    }
    (1, true)
}

fn one(byte: u8, out: &mut Vec<u8>) -> (usize, bool) {
    out.push(byte);
    (1, false)
}

fn unicode(rest: &[u8], out: &mut Vec<u8>) -> (usize, bool) {
    let push = |code: u32, out: &mut Vec<u8>| {
        let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    };
    if rest.get(1) == Some(&b'{') {
        let (code, n) = digits(&rest[2..], 16, 6);
        push(code, out);
        return (2 + n + usize::from(rest.get(2 + n) == Some(&b'}')), false);
    }
    if rest[0] == b'U' {
        let (code, n) = digits(&rest[1..], 16, 8);
        push(code, out);
        return (1 + n, false);
    }
    let (high, n) = digits(&rest[1..], 16, 4);
    let is_json = n == 4;
    if (0xD800..0xDC00).contains(&high) && rest.get(5..7) == Some(b"\\u") {
        let (low, n_low) = digits(&rest[7..], 16, 4);
        if n_low == 4 && (0xDC00..0xE000).contains(&low) {
            push(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00), out);
            return (11, is_json);
        }
    }
    push(high, out);
    (1 + n, is_json)
}

/// Up to `limit` digits: their value, and how many there are.
fn digits(text: &[u8], radix: u32, limit: usize) -> (u32, usize) {
    let mut value = 0_u32;
    let mut n = 0;
    for &byte in text.iter().take(limit) {
        let Some(digit) = char::from(byte).to_digit(radix) else {
            break;
        };
        value = value.wrapping_mul(radix).wrapping_add(digit);
        n += 1;
    }
    (value, n)
}

/// What a word without quotes stands for: nothing, a truth value, a number, or itself.
pub(super) fn word(word: &str) -> Node {
    match word {
        "null" | "nil" | "None" | "undefined" => return Node::Null,
        "true" | "True" => return Node::Scalar("true".to_owned()),
        "false" | "False" => return Node::Scalar("false".to_owned()),
        _ => {}
    }
    let first = word.bytes().next().unwrap_or_default();
    if first.is_ascii_digit() || first == b'-' {
        if crate::json_text::is_json(word) {
            return Node::Scalar(word.to_owned());
        }
        if let Some(hex) = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X"))
            && let Ok(value) = u64::from_str_radix(hex, 16)
        {
            return Node::Scalar(value.to_string());
        }
        // JavaScript's BigInt.
        if let Some(digits) = word.strip_suffix('n')
            && crate::json_text::is_json(digits)
        {
            return Node::Scalar(digits.to_owned());
        }
    }
    Node::word(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(quoted: &str, expect: &[u8]) {
        let literal = string(quoted, 0).expect(quoted);
        assert_eq!(literal.text.bytes(), expect, "{quoted}");
        assert_eq!(literal.end, quoted.len());
    }

    #[test]
    fn reads_strings_of_every_notation() {
        check(r#""a\n\u00e9""#, "a\né".as_bytes());
        check(r"'it\'s'", b"it's");
        check(r#""3\021.\341\"""#, b"3\x11.\xe1\"");
        check(r"'\x00\xff7'", b"\x00\xff7");
        check("`a\nb`", b"a\nb");
        check("'''a'b\n'''", b"a'b\n");
        check(r#""\ud83d\ude80\U0001F680\u{1f680}""#, "🚀🚀🚀".as_bytes());
        check("\"\"", b"");
        for open in ["\"", "'a\n'", "\"\\", "'\\x", "\"\\u12", "'''a''"] {
            assert!(string(open, 0).is_none(), "{open}");
        }
    }
}
