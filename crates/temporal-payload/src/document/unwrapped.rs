//! What one step takes off: the wrapping, and what was in it.

use std::ops::Range;

use super::notation;
use super::wrapping::Wrapping;

/// Something inside of a wrapping.
pub(super) enum Part {
    /// Part of the text as it stands.
    Slice(Range<usize>),
    Text(String),
    Bytes(Vec<u8>),
}

/// What one step took off.
pub(super) struct Unwrapped {
    pub(super) wrapping: Wrapping,
    pub(super) parts: Vec<(Part, Option<String>)>,
    /// Whether its Payloads are one document: lines of a log are, entries of a HAR file are not.
    pub(super) is_one: bool,
}

impl Unwrapped {
    pub(super) fn one(wrapping: Wrapping, part: Part) -> Self {
        Unwrapped {
            wrapping,
            parts: vec![(part, None)],
            is_one: false,
        }
    }
}

/// What a notation says, to be looked at. `text` is where it stood.
pub(super) fn part(read: notation::Read, text: &str) -> Part {
    match read {
        // What reads as before leads nowhere.
        notation::Read::Json(json) if json == text.trim() => Part::Text(String::new()),
        notation::Read::Json(json) => Part::Text(json),
        notation::Read::Bytes(bytes) => Part::Bytes(bytes),
    }
}
