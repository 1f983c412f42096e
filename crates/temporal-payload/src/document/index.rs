//! One pass over a document's JSON that records where its Payloads and events stand: no tree, no recursion.
//!
//! An object is known to be a Payload only when it ends; whatever was found inside of it is then dropped again, because it
//! belongs to somebody's data.

use std::ops::Range;

use crate::json_text::MAX_DEPTH;
use crate::json_tokens::{Kind as TokenKind, NotJson, Roots, Token, Tokens};
use crate::lists::Lists;
use crate::slots::{Role, Slot};

use super::frame::{Ended, Event, Frame};
use super::kind::{Kind, RootFacts};
use super::names::Name;
use super::paths::{Paths, Segment, TooLong};
use super::spelling::{self, Place};

/// What one pass found.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) slots: Vec<Slot>,
    pub(super) events: Vec<Event>,
    /// `None` where nothing in the text is Temporal's.
    pub(super) kind: Option<Kind>,
    pub(super) n_roots: usize,
}

/// Why there is no index.
#[derive(Debug)]
pub(super) enum NoIndex {
    NotJson(NotJson),
    TooManySlots,
    PathsTooLong,
}

impl From<TooLong> for NoIndex {
    fn from(TooLong: TooLong) -> Self {
        NoIndex::PathsTooLong
    }
}

impl From<NotJson> for NoIndex {
    fn from(error: NotJson) -> Self {
        NoIndex::NotJson(error)
    }
}

/// Payloads that a document may hold: a place in memory takes more than `{}` in the text.
pub(super) const MAX_SLOTS: usize = 2 << 20;

/// Indexes JSON text: one value, or several in a row.
pub(super) fn index(text: &str) -> Result<Index, NoIndex> {
    let mut pass = Pass {
        text,
        frames: Vec::new(),
        found: Index::default(),
        roots: RootFacts::default(),
        paths: Paths::default(),
        nodes: Vec::new(),
    };
    let mut tokens = Tokens::new(text, Roots::Many, MAX_DEPTH);
    while let Some(token) = tokens.next()? {
        pass.token(token)?;
    }
    pass.found.kind = pass
        .roots
        .kind(!pass.found.events.is_empty(), !pass.found.slots.is_empty());
    let n_roots = pass.found.n_roots;
    pass.paths
        .spell(text, n_roots, &mut pass.found.slots, &pass.nodes)?;
    Ok(pass.found)
}

struct Pass<'a> {
    text: &'a str,
    frames: Vec<Frame>,
    found: Index,
    roots: RootFacts,
    paths: Paths,
    /// Each slot's number in the paths.
    nodes: Vec<usize>,
}

impl Pass<'_> {
    fn token(&mut self, Token { kind, span }: Token) -> Result<(), NoIndex> {
        match kind {
            TokenKind::Name => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.name = Name::of(&self.text[span.clone()]);
                    frame.name_span = span;
                }
            }
            TokenKind::BeginObject | TokenKind::BeginArray => {
                let own = self.frames.last().map_or(Name::Other, Frame::name_inside);
                let n_found = (self.found.slots.len(), self.found.events.len());
                let is_array = kind == TokenKind::BeginArray;
                let node = match self.frames.last() {
                    Some(parent) => self.paths.begin(parent.node, parent.segment()),
                    None => self.paths.begin(0, Segment::Root(self.found.n_roots)),
                };
                self.frames
                    .push(Frame::new(is_array, own, span.start, node, n_found));
            }
            TokenKind::EndArray => {
                if let Some(frame) = self.frames.pop() {
                    self.forget_paths(&frame);
                    self.ended(&Ended::List(frame.facts()), frame.start..span.end);
                }
            }
            TokenKind::EndObject => {
                if let Some(frame) = self.frames.pop() {
                    let ended = self.object(&frame, span.end)?;
                    self.forget_paths(&frame);
                    self.ended(&ended, frame.start..span.end);
                }
            }
            TokenKind::Text => self.ended(&Ended::Text, span),
            TokenKind::Null => self.ended(&Ended::Null, span),
            TokenKind::Scalar => self.ended(&Ended::Scalar, span),
        }
        Ok(())
    }

    /// What the object that just ended is; its frame is no longer on the stack.
    fn object(&mut self, frame: &Frame, end: usize) -> Result<Ended, NoIndex> {
        let (place, role) = self.place();
        if let Some(spelling) = spelling::of(self.text, &frame.members, place) {
            self.found.slots.truncate(frame.n_slots_before);
            self.found.events.truncate(frame.n_events_before);
            self.nodes.truncate(frame.n_slots_before);
            self.paths.keep_up_to(frame.node);
            if self.nodes.len() == MAX_SLOTS {
                return Err(NoIndex::TooManySlots);
            }
            self.nodes.push(frame.node);
            self.found.slots.push(Slot {
                // Spelled when all is read.
                pointer: String::new(),
                span: frame.start..end,
                role,
                event: None,
                spelling,
                lists: Lists::default(),
            });
            return Ok(Ended::Payload);
        }
        if self.may_be_event() && frame.is_event(self.text) {
            self.found.events.truncate(frame.n_events_before);
            let row = self.found.events.len();
            for slot in &mut self.found.slots[frame.n_slots_before..] {
                slot.event = Some(row);
            }
            let slots = frame.n_slots_before..self.found.slots.len();
            self.found.events.push(Event {
                slots,
                ..frame.event.clone()
            });
            return Ok(Ended::Event);
        }
        Ok(frame.texts().map_or_else(
            || Ended::Object(frame.facts()),
            |encoding| Ended::Texts {
                encoding,
                facts: frame.facts(),
            },
        ))
    }

    /// Nothing was found in a container that ended, so nobody asks for its path.
    fn forget_paths(&mut self, frame: &Frame) {
        if self.found.slots.len() == frame.n_slots_before {
            self.paths.keep_before(frame.node);
        }
    }

    /// Tells the container around it, or the document, that a value ended.
    fn ended(&mut self, value: &Ended, span: Range<usize>) {
        if let Some(parent) = self.frames.last_mut() {
            parent.member(value, span);
            return;
        }
        self.found.n_roots += 1;
        self.roots.add(value);
    }

    /// Where the value stands that just ended, or is about to begin: the frame on top is its container.
    fn place(&self) -> (Place, Role) {
        let Some(parent) = self.frames.last() else {
            return (Place::Root, Role::Payload);
        };
        let around = self
            .frames
            .len()
            .checked_sub(2)
            .and_then(|above| self.frames.get(above));
        if parent.is_array {
            let place = match (parent.own, self.frames.len()) {
                (Name::Payloads, _) => Place::Payload,
                (_, 1) => Place::Root,
                _ => Place::Elsewhere,
            };
            return (place, Role::Payload);
        }
        match (parent.own, parent.name) {
            (Name::IndexedFields, _) => (Place::Payload, Role::SearchAttribute),
            // tctl and old exports have the map without `indexedFields`.
            (Name::SearchAttributes, _) => (Place::Elsewhere, Role::SearchAttribute),
            (_, Name::EncodedAttributes)
            | (Name::UserMetadata, Name::SummaryOrDetails)
            | (Name::NexusHandler, Name::SourceContext)
            | (Name::NexusScheduled, Name::Input)
            | (Name::NexusCompleted, Name::Result) => (Place::Payload, Role::Payload),
            (Name::Fields, _) if around.is_some_and(|around| around.own == Name::Fielded) => {
                (Place::Payload, Role::Payload)
            }
            _ => (Place::Elsewhere, Role::Payload),
        }
    }

    fn may_be_event(&self) -> bool {
        self.frames.last().is_none_or(|parent| {
            parent.is_array && (parent.own == Name::Events || self.frames.len() == 1)
        })
    }
}
