//! A command of PowerShell: *Copy as PowerShell*, `Invoke-RestMethod` and its strings.

use super::json_strings::is_worth_a_look;
use crate::document::unwrapped::{Part, Unwrapped};
use crate::document::wrapping::Wrapping;

const SIGNS: [&str; 6] = [
    "invoke-webrequest",
    "invoke-restmethod",
    "iwr ",
    "irm ",
    "curl.exe ",
    "convertto-json",
];

/// The strings of the command that may hold a document.
pub(super) fn unwrap(text: &str) -> Option<Unwrapped> {
    let lower = text.to_ascii_lowercase();
    if !SIGNS.iter().any(|sign| lower.contains(sign)) {
        return None;
    }
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['"', '\'']) {
        let is_here = rest[..at].ends_with('@');
        let quoted = &rest[at..];
        let (value, n) = match is_here {
            true => here_string(quoted),
            false => string(quoted),
        };
        if is_worth_a_look(&value) {
            parts.push((Part::Text(value), None));
        }
        rest = &quoted[n..];
    }
    let is_one = false;
    (!parts.is_empty()).then_some(Unwrapped {
        wrapping: Wrapping::PowerShell,
        parts,
        is_one,
    })
}

/// `@"…"@` and `@'…'@`, and how many bytes it takes.
fn here_string(quoted: &str) -> (String, usize) {
    let end = if quoted.starts_with('"') {
        "\n\"@"
    } else {
        "\n'@"
    };
    match quoted.find(end) {
        Some(at) => (quoted[1..at].to_owned(), at + end.len()),
        None => (quoted[1..].to_owned(), quoted.len()),
    }
}

/// A string in single or double quotes, and how many bytes it takes.
fn string(quoted: &str) -> (String, usize) {
    let is_double = quoted.starts_with('"');
    let quote = if is_double { '"' } else { '\'' };
    let mut out = String::new();
    let mut at = 1;
    loop {
        let rest = &quoted[at..];
        let Some(character) = rest.chars().next() else {
            return (out, quoted.len());
        };
        at += character.len_utf8();
        if character == quote {
            // Doubled, it stands for itself.
            if !quoted[at..].starts_with(quote) {
                return (out, at);
            }
            at += 1;
            out.push(quote);
        } else if character == '`' && is_double {
            let escaped = quoted[at..].chars().next();
            at += escaped.map_or(0, char::len_utf8);
            match escaped {
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some('t') => out.push('\t'),
                Some('0') => out.push('\0'),
                Some(other) => out.push(other),
                None => {}
            }
        } else if is_double && let Some((code, n)) = code_point(rest) {
            out.push(code);
            at += n - 1;
        } else {
            out.push(character);
        }
    }
}

/// `$([char]233)`, as Chrome writes what is not ASCII.
fn code_point(text: &str) -> Option<(char, usize)> {
    let digits = text.strip_prefix("$([char]")?;
    let n = digits
        .bytes()
        .take(8)
        .take_while(u8::is_ascii_hexdigit)
        .count();
    let code: u32 = digits[..n].parse().ok()?;
    digits[n..].strip_prefix(')')?;
    Some((char::from_u32(code)?, text.len() - digits.len() + n + 1))
}
