//! JSON that stands in a string, escaped: with its quotes, or copied without them.

use crate::document::unwrapped::{Part, Unwrapped};
use crate::document::wrapping::Wrapping;
use crate::json_string::unescape;
use crate::json_text;

/// A text that is one string of JSON.
pub(super) fn unwrap(text: &str) -> Option<Unwrapped> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let is_string = text.starts_with('"') && json_text::is_json(text);
    is_string.then(|| {
        Unwrapped::one(
            Wrapping::JsonString,
            Part::Text(unescape(text).into_owned()),
        )
    })
}

/// A text that is the inside of one: `{\"payloads\":…}`.
pub(super) fn without_quotes(text: &str) -> Option<Unwrapped> {
    let text = text.trim();
    let begins = text.trim_start_matches(['{', '[', ' ']);
    if !begins.starts_with("\\\"") {
        return None;
    }
    let quoted = format!("\"{text}\"");
    json_text::is_json(&quoted).then(|| {
        Unwrapped::one(
            Wrapping::JsonString,
            Part::Text(unescape(&quoted).into_owned()),
        )
    })
}
