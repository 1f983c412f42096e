//! JSON and YAML as one simple tree, whose texts are zeroized.

use std::fmt;

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use zeroize::Zeroizing;

use super::found::BadList;

/// How deep a document may nest. A list of keys needs four levels.
const MAX_DEPTH: usize = 16;

/// A part of a document.
pub(super) enum Node {
    /// Not there, or something that has no meaning here.
    Nothing,
    Text(Zeroizing<String>),
    /// Written without quotes: a number, a word such as `true`, any plain text of YAML. Most fields take it as a text.
    Bare(Zeroizing<String>),
    List(Vec<Node>),
    Map(Vec<(Zeroizing<String>, Node)>),
}

/// Takes a field out.
pub(super) fn take(fields: &mut Vec<(Zeroizing<String>, Node)>, name: &str) -> Option<Node> {
    let place = fields
        .iter()
        .position(|(field, _)| field.as_str() == name)?;
    Some(fields.swap_remove(place).1)
}

impl Node {
    /// The same as JSON, for parts that hold no secret.
    pub(super) fn into_json(self) -> Value {
        match self {
            Node::Nothing => Value::Null,
            Node::Text(text) => text.as_str().into(),
            Node::Bare(text) => match serde_json::from_str(&text) {
                Ok(value @ (Value::Null | Value::Bool(_) | Value::Number(_))) => value,
                Ok(Value::String(_) | Value::Array(_) | Value::Object(_)) | Err(_) => {
                    text.as_str().into()
                }
            },
            Node::List(items) => items.into_iter().map(Node::into_json).collect(),
            Node::Map(fields) => fields
                .into_iter()
                .map(|(name, node)| (name.as_str().to_owned(), node.into_json()))
                .collect(),
        }
    }
}

fn text(text: &str) -> Node {
    Node::Text(Zeroizing::new(text.to_owned()))
}

fn bare(word: impl fmt::Display) -> Node {
    Node::Bare(Zeroizing::new(word.to_string()))
}

/// Reads JSON.
pub(super) fn from_json(json: &str) -> Result<Node, BadList> {
    // The reader's own message may quote the text, so only the place is told.
    serde_json::from_str(json).map_err(|error| BadList::Damaged {
        line: error.line(),
        column: error.column(),
    })
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Node, E> {
        Ok(text(value))
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<Node, E> {
        Ok(Node::Text(Zeroizing::new(value)))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Node, E> {
        Ok(bare(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Node, E> {
        Ok(bare(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Node, E> {
        Ok(bare(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Node, E> {
        Ok(bare(value))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Node, E> {
        Ok(Node::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Node, A::Error> {
        let mut map = Vec::new();
        while let Some((name, value)) = fields.next_entry::<String, Node>()? {
            map.push((Zeroizing::new(name), value));
        }
        Ok(Node::Map(map))
    }
}

/// Reads the first document of a YAML text, by its events: an alias is nothing, so that no document is larger than its text.
pub(super) fn from_yaml(yaml: &str) -> Result<Node, BadList> {
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(yaml) {
        let (event, span) = event.map_err(|error| damaged(error.marker()))?;
        let node = match event {
            Event::SequenceStart(..) | Event::MappingStart(..) if open.len() >= MAX_DEPTH => {
                return Err(damaged(&span.start));
            }
            Event::SequenceStart(..) => {
                open.push(Open::List(Vec::new()));
                continue;
            }
            Event::MappingStart(..) => {
                open.push(Open::Map(Vec::new(), None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(Open::List(items)) => Node::List(items),
                Some(Open::Map(fields, _)) => Node::Map(fields),
                None => Node::Nothing,
            },
            Event::Scalar(value, ScalarStyle::Plain, ..) => {
                Node::Bare(Zeroizing::new(value.into_owned()))
            }
            Event::Scalar(value, ..) => Node::Text(Zeroizing::new(value.into_owned())),
            Event::Alias(_) => Node::Nothing,
            Event::DocumentEnd | Event::StreamEnd => break,
            Event::Nothing | Event::StreamStart | Event::DocumentStart(_) => continue,
        };
        match open.last_mut() {
            None => return Ok(node),
            Some(Open::List(items)) => items.push(node),
            Some(Open::Map(fields, name)) => match name.take() {
                Some(name) => fields.push((name, node)),
                // A name that is no text names nothing that is looked for.
                None => {
                    *name = Some(match node {
                        Node::Text(text) | Node::Bare(text) => text,
                        Node::Nothing | Node::List(_) | Node::Map(_) => Zeroizing::default(),
                    });
                }
            },
        }
    }
    Ok(Node::Nothing)
}

/// A list or map whose end has not come yet.
enum Open {
    List(Vec<Node>),
    /// With the name whose value has not come yet.
    Map(Vec<(Zeroizing<String>, Node)>, Option<Zeroizing<String>>),
}

fn damaged(at: &saphyr_parser::Marker) -> BadList {
    BadList::Damaged {
        line: at.line(),
        column: at.col() + 1,
    }
}
