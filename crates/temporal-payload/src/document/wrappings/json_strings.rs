//! JSON whose strings hold what was meant: a log record with the Payload in a field, an answer kept as text.

use crate::document::unwrapped::{Part, Unwrapped};
use crate::document::wrapping::Wrapping;
use crate::json_string::unescape;
use crate::json_text::MAX_DEPTH;
use crate::json_tokens::{Kind, Roots, Tokens};

/// Shorter strings hold no Payload.
const LEAST: usize = 24;
/// Strings that are looked at.
const MOST: usize = 10_000;

/// The strings that may hold a document.
pub(super) fn unwrap(text: &str) -> Option<Unwrapped> {
    let mut parts = Vec::new();
    let mut tokens = Tokens::new(text, Roots::Many, MAX_DEPTH);
    while let Some(token) = tokens.next().ok()? {
        if token.kind == Kind::Text && token.span.len() >= LEAST && parts.len() < MOST {
            let value = unescape(&text[token.span]);
            if is_worth_a_look(&value) {
                parts.push((Part::Text(value.into_owned()), None));
            }
        }
    }
    let is_one = true;
    (!parts.is_empty()).then_some(Unwrapped {
        wrapping: Wrapping::JsonString,
        parts,
        is_one,
    })
}

/// Whether a text may hold a document: it begins like JSON, has the words of a Payload, or is one long word of base64 or hex.
pub(super) fn is_worth_a_look(text: &str) -> bool {
    let text = text.trim();
    let is_word = || {
        text.len() >= LEAST
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+/=-_\\\r\n".contains(&byte))
    };
    text.starts_with(['{', '[', '"'])
        || text.contains("metadata")
        || text.contains("payloads")
        || is_word()
}
