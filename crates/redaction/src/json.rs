//! Rules applied to one JSON text as it was sent: what no rule means stays byte for byte, numbers, order, duplicates and white space
//! among it.

use temporal_payload::json_text::MAX_DEPTH;
use temporal_payload::json_tokens::{Kind, Roots, Token, Tokens, Why};
use temporal_payload::{Document, NotRecognized, Slot, unescape};

use crate::json_path::{JsonPath, Made};
use crate::pass::{Edited, MAX_NESTED, Pass, Unread, quoted};

struct Frame {
    is_array: bool,
    /// The next item's index.
    index: usize,
    /// Whether a rule means the member's name that was read last.
    means_key: bool,
}

/// A container that is replaced as a whole when it ends.
struct Whole {
    /// How many containers are around it.
    depth: usize,
    start: usize,
    /// The Payload that it is; absent where a rule means it.
    slot: Option<usize>,
}

impl Pass<'_> {
    /// The text with marks in the place of what the rules mean. `start` is how far each path is at its value.
    pub(crate) fn json(
        &mut self,
        json: &str,
        start: &[Made],
        nested: u8,
    ) -> Result<String, Unread> {
        let embedded = embedded(json)?;
        let slots = embedded.as_ref().map(payloads_of).unwrap_or_default();
        let mut next_slot = 0;
        let mut out = Edited::new(json);
        let mut frames: Vec<Frame> = Vec::new();
        // Of each open container, how far each path is.
        let mut around: Vec<Made> = Vec::new();
        let mut here: Vec<Made> = start.to_vec();
        let mut whole: Option<Whole> = None;
        let mut tokens = Tokens::new(json, Roots::One, MAX_DEPTH);
        while let Some(Token { kind, span }) = tokens.next()? {
            if let Some(begun) = &whole {
                if tokens.depth() > begun.depth {
                    continue;
                }
                let span = begun.start..span.end;
                let text = &json[span.clone()];
                let slot = begun.slot.and_then(|slot| slots.get(slot));
                let put = match (slot, &embedded) {
                    (Some(slot), Some(document)) => {
                        let payload = document.payload(slot);
                        self.embedded_payload(payload, text, nested)
                    }
                    _ => self.marked_json(text),
                };
                out.replace(span, &put);
                whole = None;
                continue;
            }
            let text = &json[span.clone()];
            if kind == Kind::Name {
                let name = unescape(text);
                if let Some(frame) = frames.last_mut() {
                    frame.means_key = self.rules.means_key(&name);
                }
                self.step(&mut here, &around, |path, made| path.member(made, &name));
                if let Some(put) = self.text(&name) {
                    out.replace(span, &quoted(&put));
                }
                continue;
            }
            if matches!(kind, Kind::EndObject | Kind::EndArray) {
                frames.pop();
                around.truncate(around.len().saturating_sub(here.len()));
                continue;
            }
            let mut is_meant = false;
            if let Some(frame) = frames.last_mut() {
                if frame.is_array {
                    let index = frame.index;
                    self.step(&mut here, &around, |path, made| path.item(made, index));
                    frame.index += 1;
                } else {
                    is_meant = frame.means_key;
                }
            }
            is_meant |=
                std::iter::zip(&self.rules.paths, &here).any(|(path, made)| path.is_there(*made));
            match kind {
                Kind::BeginObject | Kind::BeginArray => {
                    while slots
                        .get(next_slot)
                        .is_some_and(|slot| slot.span.start < span.start)
                    {
                        next_slot += 1;
                    }
                    let is_slot = slots
                        .get(next_slot)
                        .is_some_and(|slot| slot.span.start == span.start);
                    if is_meant || is_slot {
                        whole = Some(Whole {
                            depth: tokens.depth() - 1,
                            start: span.start,
                            slot: (!is_meant).then_some(next_slot),
                        });
                        continue;
                    }
                    around.extend_from_slice(&here);
                    frames.push(Frame {
                        is_array: kind == Kind::BeginArray,
                        index: 0,
                        means_key: false,
                    });
                }
                Kind::Text | Kind::Null | Kind::Scalar if is_meant => {
                    out.replace(span, &self.marked_json(text))
                }
                Kind::Text => {
                    if let Some(put) = self.json_string(text, &here, nested) {
                        out.replace(span, &put);
                    }
                }
                // A card number may be written as a number. Names and ends were looked at before.
                Kind::Null | Kind::Scalar | Kind::Name | Kind::EndObject | Kind::EndArray => {
                    if let Some(put) = self.text(text) {
                        out.replace(span, &quoted(&put));
                    }
                }
            }
        }
        Ok(out.end())
    }

    /// Into the next value of the container that was begun last: from how far each path is there, in `around`.
    fn step(&self, here: &mut [Made], around: &[Made], into: impl Fn(&JsonPath, Made) -> Made) {
        let container = &around[around.len().saturating_sub(here.len())..];
        for (path, (here, made)) in self.rules.paths.iter().zip(here.iter_mut().zip(container)) {
            *here = into(path, *made);
        }
    }

    /// What stands in the place of a string token, or `None` where it stays.
    pub(crate) fn json_string(&mut self, token: &str, here: &[Made], nested: u8) -> Option<String> {
        let text = unescape(token);
        let nesting = nesting(&text);
        if nesting == Nesting::NoJson || self.is_value_meant(&text) {
            return self.text(&text).map(|put| quoted(&put));
        }
        if nesting == Nesting::TooDeep || nested == MAX_NESTED {
            return Some(self.marked_json(token));
        }
        match self.json(&text, here, nested + 1) {
            Ok(put) => (put != *text).then(|| quoted(&put)),
            Err(_) => Some(self.marked_json(token)),
        }
    }

    /// How far each path is at the value of a Payload.
    pub(crate) fn start(&self) -> Vec<Made> {
        vec![JsonPath::START; self.rules.paths.len()]
    }
}

/// Payloads within somebody's data, as Go's `MutableSideEffect` and System Nexus have them: what is in their base64 is no rule's to
/// see.
fn embedded(json: &str) -> Result<Option<Document>, Unread> {
    // A name may be written with escapes.
    let may_be = json.contains("metadata") || json.contains("\\u");
    if !may_be || !json.trim_start().starts_with(['{', '[']) {
        return Ok(None);
    }
    match Document::parse(json) {
        Ok(document) => Ok(Some(document)),
        Err(NotRecognized::NoPayloads) => Ok(None),
        // Too many to be looked at.
        Err(_) => Err(Unread),
    }
}

/// Those that say how they are encoded: of whatever else only its place could tell, and there is none here.
fn payloads_of(document: &Document) -> Vec<&Slot> {
    let names_encoding = |slot: &&Slot| {
        let payload = document.payload(slot);
        payload.map_or(true, |payload| payload.encoding().is_some())
    };
    document.slots().iter().filter(names_encoding).collect()
}

/// What a text is that may be JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nesting {
    NoJson,
    Json,
    /// As far as it was read.
    TooDeep,
}

fn nesting(text: &str) -> Nesting {
    if !text.trim_start().starts_with(['{', '[']) {
        return Nesting::NoJson;
    }
    let mut tokens = Tokens::new(text, Roots::One, MAX_DEPTH);
    loop {
        match tokens.next() {
            Ok(Some(_)) => {}
            Ok(None) => return Nesting::Json,
            Err(error) if error.why == Why::TooDeep => return Nesting::TooDeep,
            Err(_) => return Nesting::NoJson,
        }
    }
}
