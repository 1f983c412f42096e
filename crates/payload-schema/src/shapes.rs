//! Message types as the readers need them: by number and in the order of declaration, made once of a pool of descriptors.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use prost_reflect::{DescriptorPool, FieldDescriptor, Kind as ProtoKind, MessageDescriptor};

use crate::well_known::WellKnown;

/// Message types that know each other.
#[derive(Default)]
pub struct Types {
    pub(crate) messages: Vec<Message>,
    pub(crate) enums: Vec<Enum>,
    by_name: HashMap<String, MessageId>,
}

/// The place of a message type among [`Types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageId(pub(crate) usize);

/// A message type.
pub(crate) struct Message {
    pub(crate) name: String,
    /// In the order of declaration, extensions after it by their numbers: the order in which protobuf's JSON is written.
    pub(crate) fields: Vec<Field>,
    /// Numbers with their index in `fields`, ascending.
    numbers: Vec<(u32, usize)>,
    pub(crate) well_known: Option<WellKnown>,
    /// The name of the file that declares it.
    pub(crate) file: Arc<str>,
    /// Whether it is an entry of a map, which is no message on its own.
    pub(crate) is_map_entry: bool,
}

/// A field.
pub(crate) struct Field {
    pub(crate) number: u32,
    /// Its name in a `.proto` file.
    pub(crate) name: String,
    /// Its name in JSON.
    pub(crate) json: String,
    pub(crate) kind: Kind,
    pub(crate) cardinality: Cardinality,
    /// Whether its default is told apart from its absence.
    pub(crate) has_presence: bool,
    /// The number of the oneof that it belongs to.
    pub(crate) oneof: Option<usize>,
}

/// How often a field may be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cardinality {
    One,
    Many,
    /// A map; the field's kind is its entry.
    Map,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Double,
    Float,
    Int32,
    Int64,
    Uint32,
    Uint64,
    Sint32,
    Sint64,
    Fixed32,
    Fixed64,
    Sfixed32,
    Sfixed64,
    Bool,
    String,
    Bytes,
    Message(MessageId),
    Group(MessageId),
    Enum(usize),
}

/// An enum type.
#[derive(PartialEq, Eq)]
pub(crate) struct Enum {
    pub(crate) is_null_value: bool,
    /// Numbers with their first names, ascending.
    names: Vec<(i32, String)>,
}

impl Enum {
    pub(crate) fn name(&self, number: i32) -> Option<&str> {
        let at = self
            .names
            .binary_search_by_key(&number, |(number, _)| *number);
        at.ok()
            .and_then(|at| self.names.get(at))
            .map(|(_, name)| name.as_str())
    }
}

impl Message {
    /// The index of a field.
    pub(crate) fn field(&self, number: u32) -> Option<usize> {
        let at = self
            .numbers
            .binary_search_by_key(&number, |(number, _)| *number);
        at.ok()
            .and_then(|at| self.numbers.get(at))
            .map(|(_, index)| *index)
    }
}

impl Types {
    pub(crate) fn of(pool: &DescriptorPool) -> Self {
        let descriptors: Vec<MessageDescriptor> = pool.all_messages().collect();
        let name_of = |descriptor: &MessageDescriptor| descriptor.full_name().to_owned();
        let by_name = descriptors.iter().enumerate();
        let by_name: HashMap<String, MessageId> = by_name
            .map(|(at, descriptor)| (name_of(descriptor), MessageId(at)))
            .collect();
        let mut enum_numbers = HashMap::new();
        let mut enums = Vec::new();
        for descriptor in pool.all_enums() {
            enum_numbers.insert(descriptor.full_name().to_owned(), enums.len());
            // Of names of one number the one that is declared first counts.
            let mut declared: Vec<_> = descriptor.values().collect();
            declared.sort_by_key(|value| value.path().last().copied());
            let mut names: Vec<(i32, String)> = declared
                .iter()
                .map(|value| (value.number(), value.name().to_owned()))
                .collect();
            names.sort_by_key(|(number, _)| *number);
            names.dedup_by_key(|(number, _)| *number);
            enums.push(Enum {
                is_null_value: descriptor.full_name() == "google.protobuf.NullValue",
                names,
            });
        }
        let kind = |kind: &ProtoKind, is_group: bool| match kind {
            ProtoKind::Double => Kind::Double,
            ProtoKind::Float => Kind::Float,
            ProtoKind::Int32 => Kind::Int32,
            ProtoKind::Int64 => Kind::Int64,
            ProtoKind::Uint32 => Kind::Uint32,
            ProtoKind::Uint64 => Kind::Uint64,
            ProtoKind::Sint32 => Kind::Sint32,
            ProtoKind::Sint64 => Kind::Sint64,
            ProtoKind::Fixed32 => Kind::Fixed32,
            ProtoKind::Fixed64 => Kind::Fixed64,
            ProtoKind::Sfixed32 => Kind::Sfixed32,
            ProtoKind::Sfixed64 => Kind::Sfixed64,
            ProtoKind::Bool => Kind::Bool,
            ProtoKind::String => Kind::String,
            ProtoKind::Bytes => Kind::Bytes,
            ProtoKind::Message(message) => {
                let id = by_name
                    .get(message.full_name())
                    .copied()
                    .unwrap_or(MessageId(0));
                if is_group {
                    Kind::Group(id)
                } else {
                    Kind::Message(id)
                }
            }
            ProtoKind::Enum(named) => {
                Kind::Enum(enum_numbers.get(named.full_name()).copied().unwrap_or(0))
            }
        };
        let mut file: Arc<str> = Arc::from("");
        let messages = descriptors
            .iter()
            .map(|descriptor| {
                // Messages of a file stand together.
                let parent = descriptor.parent_file();
                if parent.name() != &*file {
                    file = Arc::from(parent.name());
                }
                let mut declared: Vec<FieldDescriptor> = descriptor.fields().collect();
                declared.sort_by_key(|field| field.path().last().copied());
                let mut fields: Vec<Field> = declared
                    .iter()
                    .map(|field| Field {
                        number: field.number(),
                        name: field.name().to_owned(),
                        json: field.json_name().to_owned(),
                        kind: kind(&field.kind(), field.is_group()),
                        cardinality: match (field.is_map(), field.is_list()) {
                            (true, _) => Cardinality::Map,
                            (false, true) => Cardinality::Many,
                            (false, false) => Cardinality::One,
                        },
                        has_presence: field.supports_presence(),
                        oneof: field
                            .containing_oneof()
                            .filter(|oneof| !oneof.is_synthetic())
                            .and_then(|oneof| oneof.path().last().copied())
                            .and_then(|index| usize::try_from(index).ok()),
                    })
                    .collect();
                let mut extensions: Vec<Field> = descriptor
                    .extensions()
                    .map(|field| Field {
                        number: field.number(),
                        name: format!("[{}]", field.full_name()),
                        json: format!("[{}]", field.full_name()),
                        kind: kind(&field.kind(), field.is_group()),
                        cardinality: match field.is_list() {
                            true => Cardinality::Many,
                            false => Cardinality::One,
                        },
                        has_presence: true,
                        oneof: None,
                    })
                    .collect();
                extensions.sort_by_key(|field| field.number);
                fields.append(&mut extensions);
                let mut numbers: Vec<(u32, usize)> = fields
                    .iter()
                    .enumerate()
                    .map(|(at, field)| (field.number, at))
                    .collect();
                numbers.sort_unstable();
                Message {
                    name: name_of(descriptor),
                    fields,
                    numbers,
                    well_known: WellKnown::of(descriptor.full_name()),
                    file: file.clone(),
                    is_map_entry: descriptor.is_map_entry(),
                }
            })
            .collect();
        Types {
            messages,
            enums,
            by_name,
        }
    }

    /// A type by its full name, or by the type URL of an `Any`.
    pub fn find(&self, name: &str) -> Option<MessageId> {
        let name = name.rsplit('/').next().unwrap_or(name);
        self.by_name.get(name).copied()
    }

    /// The full name of a type.
    pub fn name(&self, id: MessageId) -> &str {
        &self.message(id).name
    }

    /// The full names of all types, in no order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.messages.iter().map(|message| message.name.as_str())
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = MessageId> + use<> {
        (0..self.messages.len()).map(MessageId)
    }

    pub(crate) fn message(&self, id: MessageId) -> &Message {
        &self.messages[id.0]
    }
}

/// The number of types: their names are the user's.
impl fmt::Debug for Types {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Types")
            .field("n_messages", &self.messages.len())
            .finish()
    }
}
