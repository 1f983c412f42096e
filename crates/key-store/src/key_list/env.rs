//! `.env` files: `NAME=value` in lines, with comments, `export`, and quotes that may span lines. Nothing is expanded.

use zeroize::Zeroizing;

use super::found::{FoundKey, guessed};

/// The keys among the values. `None` where the text does not begin as such a file does.
pub(super) fn parse(text: &str) -> Option<Vec<FoundKey>> {
    let mut keys = Vec::new();
    let mut is_env = false;
    let mut rest = text;
    while !rest.is_empty() {
        let line = rest.lines().next().unwrap_or_default().trim_start();
        if line.is_empty() || line.starts_with('#') {
            rest = next_line(rest);
            continue;
        }
        let Some((name, after)) = name(rest) else {
            if !is_env {
                return None;
            }
            rest = next_line(rest);
            continue;
        };
        is_env = true;
        let (value, after) = value(after);
        rest = after;
        if let Some(key) = guessed(&value) {
            keys.push(FoundKey::of(name, Ok(key)));
        }
    }
    is_env.then_some(keys)
}

/// How many variables there are. Values over several lines count as they stand.
pub(super) fn count(text: &str) -> usize {
    let mut n = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let line = rest.lines().next().unwrap_or_default().trim_start();
        let begins = !line.is_empty() && !line.starts_with('#');
        rest = match name(rest).filter(|_| begins) {
            Some((_, after)) => {
                n += 1;
                value(after).1
            }
            None => next_line(rest),
        };
    }
    n
}

fn next_line(text: &str) -> &str {
    text.split_once('\n').map_or("", |(_, rest)| rest)
}

/// A variable's name, and what follows its `=`.
fn name(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let text = match text.strip_prefix("export") {
        Some(rest) if rest.starts_with([' ', '\t']) => rest.trim_start_matches([' ', '\t']),
        Some(_) | None => text,
    };
    let of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let end = text.find(|c| !of_name(c))?;
    let (name, rest) = text.split_at(end);
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let rest = rest.trim_start_matches([' ', '\t']).strip_prefix('=')?;
    starts_well.then_some((name, rest))
}

/// A value, and what follows its line.
fn value(text: &str) -> (Zeroizing<String>, &str) {
    let text = text.trim_start_matches([' ', '\t']);
    for quote in ['\'', '"', '`'] {
        if let Some(inner) = text.strip_prefix(quote)
            && let Some((value, rest)) = quoted(inner, quote)
        {
            return (value, next_line(rest));
        }
    }
    let line = text.lines().next().unwrap_or_default();
    let comment = line.find(" #").or_else(|| line.find("\t#"));
    let value = line[..comment.unwrap_or(line.len())].trim();
    (Zeroizing::new(value.to_owned()), next_line(text))
}

/// The text up to the closing quote, and what follows it. Only double quotes know escapes.
fn quoted(text: &str, quote: char) -> Option<(Zeroizing<String>, &str)> {
    // As long as it can get: a text that grows would leave copies behind.
    let mut value = Zeroizing::new(String::with_capacity(
        text.find('\n').unwrap_or(text.len()).max(64),
    ));
    let mut chars = text.char_indices();
    while let Some((place, c)) = chars.next() {
        match c {
            _ if c == quote => return Some((value, &text[place + c.len_utf8()..])),
            '\\' if quote == '"' => match chars.next()?.1 {
                'n' => value.push('\n'),
                'r' => value.push('\r'),
                't' => value.push('\t'),
                other => value.push(other),
            },
            _ => value.push(c),
        }
    }
    None
}
