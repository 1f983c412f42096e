//! A redaction under way: what it is done by, its marks, and texts with some of their parts replaced.

use std::ops::Range;

use temporal_payload::Payload;
use temporal_payload::json_tokens::NotJson;

use crate::mark::Secret;
use crate::report::Report;
use crate::rules::Rules;

/// JSON in texts of JSON, and Payloads in Payloads, are looked into this deep.
pub(crate) const MAX_NESTED: u8 = 4;

/// Where a Payload stands that is to be decoded.
#[derive(Clone, Copy, Debug)]
pub struct At {
    /// Its place in [`Document::slots`](temporal_payload::Document::slots), or that of the Payload which it stands in.
    pub slot: usize,
    /// Whether it stands in another Payload.
    pub is_nested: bool,
}

/// Gives the Payload that a Workflow sees, or says why it cannot.
pub(crate) type Decode<'a> = dyn FnMut(At, Payload) -> Result<Payload, String> + 'a;

/// A redaction under way.
pub(crate) struct Pass<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) secret: &'a Secret,
    pub(crate) decode: &'a mut Decode<'a>,
    /// Of the Payload in the document that is looked at.
    pub(crate) pointer: String,
    /// Its number.
    pub(crate) slot: usize,
    pub(crate) report: Report,
}

impl Pass<'_> {
    pub(crate) fn marked(&mut self, value: &[u8]) -> String {
        self.report.n_values += 1;
        self.secret.mark(value)
    }

    /// The mark of a JSON value, as JSON.
    pub(crate) fn marked_json(&mut self, json: &str) -> String {
        self.report.n_values += 1;
        quoted(&self.secret.mark_of_json(json))
    }

    /// Whether a rule means a text as a whole.
    pub(crate) fn is_value_meant(&self, text: &str) -> bool {
        self.rules.values.iter().any(|value| value.fits(text))
    }

    /// A text with marks in the place of what rules of values find in it; `None` where they find nothing.
    pub(crate) fn text(&mut self, text: &str) -> Option<String> {
        if self.is_value_meant(text) {
            return Some(self.marked(text.as_bytes()));
        }
        let mut found = Vec::new();
        for preset in &self.rules.presets {
            preset.find(text, &mut found);
        }
        if found.is_empty() {
            return None;
        }
        found.sort_by_key(|place| (place.start, place.end));
        let mut out = Edited::new(text);
        let mut places = found.into_iter().peekable();
        while let Some(mut place) = places.next() {
            // What two presets find is one value.
            while let Some(next) = places.next_if(|next| next.start < place.end) {
                place.end = place.end.max(next.end);
            }
            let mark = self.marked(text[place.clone()].as_bytes());
            out.replace(place, &mark);
        }
        Some(out.end())
    }
}

/// JSON that cannot be looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unread;

impl From<NotJson> for Unread {
    fn from(_: NotJson) -> Self {
        Unread
    }
}

/// As a JSON string.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A text with some of its parts replaced, from front to back.
pub(crate) struct Edited<'a> {
    text: &'a str,
    out: String,
    copied: usize,
}

impl<'a> Edited<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Edited {
            text,
            out: String::with_capacity(text.len()),
            copied: 0,
        }
    }

    pub(crate) fn replace(&mut self, span: Range<usize>, by: &str) {
        self.out.push_str(&self.text[self.copied..span.start]);
        self.out.push_str(by);
        self.copied = span.end;
    }

    pub(crate) fn end(mut self) -> String {
        self.out.push_str(&self.text[self.copied..]);
        self.out
    }
}
