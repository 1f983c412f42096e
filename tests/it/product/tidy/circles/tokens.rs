//! Rust source as words and signs, without comments, literals and what only tests compile.

/// Words, `::` and single signs.
pub(super) fn tokens(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().unwrap_or_default();
    let is_in_word = |at: usize| byte(at) == b'_' || byte(at).is_ascii_alphanumeric();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        if text[at..].starts_with("//") {
            at += text[at..].find('\n').unwrap_or(text.len() - at);
        } else if text[at..].starts_with("/*") {
            at = end_of_block_comment(text, at);
        } else if byte(at) == b'"' {
            at = end_of_string(bytes, at);
        } else if byte(at) == b'\'' {
            at = end_of_quote(text, at);
        } else if is_in_word(at) {
            while is_in_word(at) {
                at += 1;
            }
            let word = &text[start..at];
            match (word, byte(at)) {
                ("r" | "br" | "cr", b'#' | b'"') => at = end_of_raw(text, at),
                ("b" | "c", b'"') => at = end_of_string(bytes, at),
                ("b", b'\'') => at = end_of_quote(text, at),
                _ => tokens.push(word),
            }
        } else if text[at..].starts_with("::") {
            tokens.push("::");
            at += 2;
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
            let sign = &text[start..at];
            if !sign.trim().is_empty() {
                tokens.push(sign);
            }
        }
    }
    tokens
}

fn end_of_block_comment(text: &str, start: usize) -> usize {
    let mut depth = 0;
    let mut at = start;
    while at < text.len() {
        if text.as_bytes()[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if text.as_bytes()[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                break;
            }
        } else {
            at += 1;
        }
    }
    at
}

fn end_of_string(bytes: &[u8], quote: usize) -> usize {
    let mut at = quote + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

/// A character, or the `'` of a lifetime.
fn end_of_quote(text: &str, quote: usize) -> usize {
    let mut chars = text[quote + 1..].char_indices();
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), _) => {
            let mut at = quote + 3;
            while at < text.len() && text.as_bytes()[at] != b'\'' {
                at += 1;
            }
            at + 1
        }
        (Some(_), Some((second, '\''))) => quote + 1 + second + 1,
        _ => quote + 1,
    }
}

/// `#"…"#` after its `r`; `r#name` has no quote.
fn end_of_raw(text: &str, start: usize) -> usize {
    let hashes = text[start..]
        .bytes()
        .take_while(|byte| *byte == b'#')
        .count();
    if text.as_bytes().get(start + hashes) != Some(&b'"') {
        return start + hashes;
    }
    let end = format!("\"{}", "#".repeat(hashes));
    let body = start + hashes + 1;
    text[body..]
        .find(&end)
        .map_or(text.len(), |found| body + found + end.len())
}

/// The tokens less every item under `#[cfg(test)]`.
pub(super) fn without_tests<'a>(tokens: &[&'a str]) -> Vec<&'a str> {
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at..].starts_with(&["#", "[", "cfg"]) {
            let end = end_of_group(tokens, at + 1);
            let condition = &tokens[at..end];
            at = end;
            if condition.contains(&"test") && !condition.contains(&"not") {
                at = end_of_item(tokens, at);
            }
        } else {
            kept.push(tokens[at]);
            at += 1;
        }
    }
    kept
}

/// Behind the bracket that closes the one at `start`.
fn end_of_group(tokens: &[&str], start: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(start) {
        match *token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// Behind the item's `;` or its last bracket, its other attributes included.
pub(super) fn end_of_item(tokens: &[&str], start: usize) -> usize {
    let mut at = start;
    while let Some(token) = tokens.get(at) {
        match *token {
            ";" => return at + 1,
            "{" => return end_of_group(tokens, at),
            "(" | "[" => at = end_of_group(tokens, at),
            _ => at += 1,
        }
    }
    at
}
