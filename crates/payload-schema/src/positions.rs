//! Where messages of a type hold Payloads, as the descriptors tell.

use crate::shapes::{Cardinality, Kind, MessageId, Types};

const PAYLOAD: &str = "temporal.api.common.v1.Payload";
const SEARCH_ATTRIBUTES: &str = "temporal.api.common.v1.SearchAttributes";

/// How often a type may stand in itself on the way: a Failure is the cause of another.
const MAX_AGAIN: usize = 2;

/// A place where a type holds a Payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The fields on the way, the outermost first.
    pub path: Vec<Step>,
    /// Whether it is a Search Attribute, which is never encoded.
    pub is_search_attribute: bool,
}

/// A field on the way to a Payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its number on the wire.
    pub number: u32,
    /// Its name in JSON.
    pub json: String,
    /// Its name in a `.proto` file.
    pub name: String,
    /// How its values stand in each other.
    pub holds: Holds,
}

/// How the values of a field stand in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// There is one.
    One,
    /// A list.
    List,
    /// A map from texts.
    Map,
}

/// All places where this type holds a Payload, in the order of declaration.
pub fn positions(types: &Types, id: MessageId) -> Vec<Position> {
    let mut walk = Walk {
        types,
        reaches: reaching(types),
        on_the_way: Vec::new(),
        path: Vec::new(),
        found: Vec::new(),
    };
    walk.message(id);
    walk.found
}

/// Which types hold a Payload, themselves or by what is in them.
fn reaching(types: &Types) -> Vec<bool> {
    let mut reaches: Vec<bool> = types
        .messages
        .iter()
        .map(|message| message.name == PAYLOAD)
        .collect();
    loop {
        let mut is_done = true;
        for (at, message) in types.messages.iter().enumerate() {
            let mut fields = message.fields.iter();
            let holds =
                fields.any(|field| matches!(field.kind, Kind::Message(inner) if reaches[inner.0]));
            if holds && !reaches[at] {
                reaches[at] = true;
                is_done = false;
            }
        }
        if is_done {
            return reaches;
        }
    }
}

struct Walk<'a> {
    types: &'a Types,
    reaches: Vec<bool>,
    on_the_way: Vec<MessageId>,
    path: Vec<Step>,
    found: Vec<Position>,
}

impl Walk<'_> {
    fn message(&mut self, id: MessageId) {
        let n_again = self.on_the_way.iter().filter(|other| **other == id).count();
        if !self.reaches[id.0] || n_again == MAX_AGAIN {
            return;
        }
        let types = self.types;
        self.on_the_way.push(id);
        for field in &types.message(id).fields {
            let Kind::Message(inner) = field.kind else {
                continue;
            };
            let (holds, inner) = match field.cardinality {
                Cardinality::One => (Holds::One, Some(inner)),
                Cardinality::Many => (Holds::List, Some(inner)),
                Cardinality::Map => (Holds::Map, value_of(types, inner)),
            };
            let Some(inner) = inner else {
                continue;
            };
            self.path.push(Step {
                number: field.number,
                json: field.json.clone(),
                name: field.name.clone(),
                holds,
            });
            if types.name(inner) == PAYLOAD {
                self.found.push(Position {
                    path: self.path.clone(),
                    is_search_attribute: types.name(id) == SEARCH_ATTRIBUTES,
                });
            } else {
                self.message(inner);
            }
            self.path.pop();
        }
        self.on_the_way.pop();
    }
}

/// The type of a map's values, where they are messages.
fn value_of(types: &Types, entry: MessageId) -> Option<MessageId> {
    let Kind::Message(value) = types.message(entry).fields.get(1)?.kind else {
        return None;
    };
    Some(value)
}
