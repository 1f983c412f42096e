//! A serialized message as proto3 JSON, in one pass and without a tree: numbers of 64 bits as text, enums by name, times as
//! RFC 3339, fields in the order of their declaration, maps by their keys. Fields that the type does not have are counted.

use temporal_payload::protobuf_time;

use crate::elsewhere::{Elsewhere, Resolved};
use crate::json_out::JsonOut;
use crate::maps;
use crate::no_json::{MAX_DEPTH, NoJson};
use crate::scalars::{self, can_be_packed, is_written_so, packed};
use crate::shapes::{Cardinality, Field, Kind, MessageId, Types};
use crate::well_known::WellKnown;
use crate::wire::{WireFields, WireValue};

/// A field of the message that is being written.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'a> {
    /// Its index among the type's fields.
    field: usize,
    pub(crate) value: WireValue<'a>,
}

/// Writes messages.
pub(crate) struct Writer<'a> {
    pub(crate) types: &'a Types,
    pub(crate) out: JsonOut,
    /// Fields of all messages that are open, those of the innermost last.
    stack: Vec<Entry<'a>>,
    max_stack: usize,
    /// Where types are looked for that are not among `types`.
    pub(crate) elsewhere: Elsewhere<'a>,
    /// Fields that are not in the JSON, because the types do not have them.
    pub(crate) n_unknown: usize,
}

impl<'a> Writer<'a> {
    /// For bytes of this length: what is open at once is bounded by it.
    pub(crate) fn new(types: &'a Types, out: JsonOut, len: usize) -> Self {
        Writer {
            types,
            out,
            stack: Vec::new(),
            max_stack: (1 << 18) + len / 64,
            elsewhere: Elsewhere::default(),
            n_unknown: 0,
        }
    }

    /// Writes a message that stands in these parts, one after the other.
    pub(crate) fn message(
        &mut self,
        id: MessageId,
        parts: &[&'a [u8]],
        depth: usize,
    ) -> Result<(), NoJson> {
        if depth > MAX_DEPTH {
            return Err(NoJson::TooDeep);
        }
        let types = self.types;
        match types.message(id).well_known {
            None | Some(WellKnown::Empty) => {}
            Some(known) => {
                if self.well_known(known, id, parts, depth)? {
                    return Ok(());
                }
            }
        }
        self.out.begin('{');
        self.fields(id, parts, depth)?;
        self.out.end('}');
        Ok(())
    }

    /// Writes the members of a message.
    fn fields(&mut self, id: MessageId, parts: &[&'a [u8]], depth: usize) -> Result<(), NoJson> {
        let types = self.types;
        let start = self.gather(id, parts)?;
        let mut at = start;
        while let Some(entry) = self.stack.get(at) {
            let index = entry.field;
            let run = self
                .stack
                .iter()
                .skip(at)
                .take_while(|entry| entry.field == index)
                .count();
            if let Some(field) = types.message(id).fields.get(index) {
                self.field(field, at..at + run, depth)?;
            }
            at += run;
        }
        self.stack.truncate(start);
        Ok(())
    }

    /// Puts the fields of a message on the stack, in the order in which they are written; says where they begin.
    fn gather(&mut self, id: MessageId, parts: &[&'a [u8]]) -> Result<usize, NoJson> {
        let message = self.types.message(id);
        let start = self.stack.len();
        // Of the members of a oneof the last one counts.
        let mut chosen: Vec<(usize, usize)> = Vec::new();
        for wire in parts.iter().copied().flat_map(WireFields::new) {
            let wire = wire?;
            let found = message
                .field(wire.number)
                .and_then(|at| Some((at, message.fields.get(at)?)));
            let Some((index, field)) = found.filter(|(_, field)| is_written_so(field, wire.value))
            else {
                self.n_unknown += 1;
                continue;
            };
            if let Some(oneof) = field.oneof {
                match chosen.iter_mut().find(|(other, _)| *other == oneof) {
                    Some((_, chosen)) => *chosen = index,
                    None => chosen.push((oneof, index)),
                }
            }
            if self.stack.len() == self.max_stack {
                return Err(NoJson::TooLarge);
            }
            self.stack.push(Entry {
                field: index,
                value: wire.value,
            });
        }
        if !chosen.is_empty() {
            let mut kept = start;
            for at in start..self.stack.len() {
                let entry = self.stack[at];
                let oneof = message
                    .fields
                    .get(entry.field)
                    .and_then(|field| field.oneof);
                let is_chosen = oneof.is_none_or(|oneof| chosen.contains(&(oneof, entry.field)));
                if is_chosen {
                    self.stack[kept] = entry;
                    kept += 1;
                }
            }
            self.stack.truncate(kept);
        }
        let fields = self.stack.get_mut(start..).unwrap_or_default();
        if !fields.is_sorted_by_key(|entry| entry.field) {
            fields.sort_by_key(|entry| entry.field);
        }
        Ok(start)
    }

    fn field(
        &mut self,
        field: &'a Field,
        entries: std::ops::Range<usize>,
        depth: usize,
    ) -> Result<(), NoJson> {
        let Some(&last) = self
            .stack
            .get(entries.clone())
            .and_then(<[Entry<'a>]>::last)
        else {
            return Ok(());
        };
        match (field.cardinality, field.kind) {
            (Cardinality::One, Kind::Message(_) | Kind::Group(_)) => {
                self.out.name(&field.json)?;
                self.singular(field, entries, depth)?;
            }
            (Cardinality::One, kind) => {
                if field.has_presence || !is_default(kind, last.value) {
                    self.out.name(&field.json)?;
                    scalars::write(&mut self.out, self.types, kind, last.value)?;
                }
            }
            (Cardinality::Many, _) => {
                let is_empty_pack = |entry: &Entry<'_>| {
                    can_be_packed(field.kind) && entry.value == WireValue::Bytes(&[])
                };
                if !self.stack[entries.clone()].iter().all(is_empty_pack) {
                    self.out.name(&field.json)?;
                    self.list(field, entries, depth)?;
                }
            }
            (Cardinality::Map, Kind::Message(entry)) => {
                self.out.name(&field.json)?;
                self.map(entry, entries, depth)?;
            }
            (Cardinality::Map, _) => {}
        }
        Ok(())
    }

    /// The value of a field that is there once: the last scalar, or all messages together.
    fn singular(
        &mut self,
        field: &'a Field,
        entries: std::ops::Range<usize>,
        depth: usize,
    ) -> Result<(), NoJson> {
        let (Kind::Message(id) | Kind::Group(id)) = field.kind else {
            let Some(last) = self.stack.get(entries).and_then(|entries| entries.last()) else {
                return Ok(());
            };
            let value = last.value;
            return Ok(scalars::write(
                &mut self.out,
                self.types,
                field.kind,
                value,
            )?);
        };
        let parts: Vec<&'a [u8]> = self.stack[entries]
            .iter()
            .filter_map(|entry| content(entry.value))
            .collect();
        self.message(id, &parts, depth + 1)
    }

    fn list(
        &mut self,
        field: &'a Field,
        entries: std::ops::Range<usize>,
        depth: usize,
    ) -> Result<(), NoJson> {
        self.out.begin('[');
        for at in entries {
            let value = self.stack[at].value;
            match (field.kind, value) {
                (Kind::Message(id) | Kind::Group(id), value) => {
                    self.out.item()?;
                    let part = content(value).ok_or(NoJson::Malformed)?;
                    self.message(id, &[part], depth + 1)?;
                }
                (kind, WireValue::Bytes(bytes)) if can_be_packed(kind) => {
                    for value in packed(kind, bytes).ok_or(NoJson::Malformed)? {
                        self.out.item()?;
                        scalars::write(&mut self.out, self.types, kind, value)?;
                    }
                }
                (kind, value) => {
                    self.out.item()?;
                    scalars::write(&mut self.out, self.types, kind, value)?;
                }
            }
        }
        self.out.end(']');
        Ok(())
    }

    fn map(
        &mut self,
        entry: MessageId,
        entries: std::ops::Range<usize>,
        depth: usize,
    ) -> Result<(), NoJson> {
        let types = self.types;
        let [key, value] = types.message(entry).fields.as_slice() else {
            return Err(NoJson::Malformed);
        };
        let found = self.stack[entries]
            .iter()
            .filter_map(|entry| content(entry.value));
        let (members, n_unknown) = maps::members(key, value, found)?;
        self.n_unknown += n_unknown;
        self.out.begin('{');
        for member in &members {
            self.out.name(&member.name)?;
            if let Kind::Message(id) | Kind::Group(id) = value.kind {
                self.message(id, &member.parts, depth + 1)?;
            } else {
                let scalar = member.value.unwrap_or(scalars::default(value.kind));
                scalars::write(&mut self.out, types, value.kind, scalar)?;
            }
        }
        self.out.end('}');
        Ok(())
    }

    /// Writes a type that has a JSON form of its own; `false` where this message has not.
    fn well_known(
        &mut self,
        known: WellKnown,
        id: MessageId,
        parts: &[&'a [u8]],
        depth: usize,
    ) -> Result<bool, NoJson> {
        let types = self.types;
        match known {
            WellKnown::Timestamp | WellKnown::Duration => {
                let (seconds, nanos) =
                    scalars::seconds_and_nanos(parts).ok_or(NoJson::Malformed)?;
                let text = match known == WellKnown::Timestamp {
                    true => protobuf_time::timestamp(seconds, nanos),
                    false => protobuf_time::duration(seconds, nanos),
                };
                if let Some(text) = &text {
                    self.out.string(text);
                }
                return Ok(text.is_some());
            }
            WellKnown::Any => return self.any(parts, depth).map(|()| true),
            WellKnown::Empty => return Ok(false),
            WellKnown::FieldMask
            | WellKnown::Struct
            | WellKnown::Value
            | WellKnown::ListValue
            | WellKnown::Wrapper => {}
        }
        let start = self.gather(id, parts)?;
        let all = start..self.stack.len();
        let first = types.message(id).fields.first();
        let entry = self.stack.get(start).map(|entry| entry.field);
        match (known, first) {
            (WellKnown::FieldMask, _) => {
                let mut paths = String::new();
                for entry in &self.stack[all] {
                    let path = content(entry.value).and_then(|path| std::str::from_utf8(path).ok());
                    if !paths.is_empty() {
                        paths.push(',');
                    }
                    push_camel_case(&mut paths, path.ok_or(NoJson::Malformed)?);
                }
                self.out.string(&paths);
            }
            (
                WellKnown::Struct,
                Some(Field {
                    kind: Kind::Message(entry),
                    ..
                }),
            ) => self.map(*entry, all, depth)?,
            (WellKnown::ListValue, Some(values)) => self.list(values, all, depth)?,
            (WellKnown::Wrapper, Some(value)) if all.is_empty() => {
                scalars::write(
                    &mut self.out,
                    types,
                    value.kind,
                    scalars::default(value.kind),
                )?;
            }
            _ => match entry.and_then(|index| types.message(id).fields.get(index)) {
                Some(field) => self.singular(field, all, depth)?,
                None => self.out.raw("null"),
            },
        }
        self.stack.truncate(start);
        Ok(true)
    }

    /// An `Any` has the members of what it holds; where that is not known or not readable, its bytes.
    fn any(&mut self, parts: &[&'a [u8]], depth: usize) -> Result<(), NoJson> {
        let (mut url, mut value): (&'a [u8], &'a [u8]) = (&[], &[]);
        for field in parts.iter().copied().flat_map(WireFields::new) {
            let field = field?;
            match (field.number, field.value) {
                (1, WireValue::Bytes(bytes)) => url = bytes,
                (2, WireValue::Bytes(bytes)) => value = bytes,
                _ => self.n_unknown += 1,
            }
        }
        let url = std::str::from_utf8(url).map_err(|_| NoJson::Malformed)?;
        self.out.begin('{');
        if !url.is_empty() || !value.is_empty() {
            self.out.name("@type")?;
            self.out.string(url);
            let before = (self.out.place(), self.stack.len(), self.n_unknown);
            let found = match self.types.find(url) {
                Some(id) => Resolved::Type(self.types, id),
                None => self.elsewhere.find(url),
            };
            match self.any_value(found, value, depth) {
                Ok(()) => {}
                Err(NoJson::Malformed) => {
                    self.out.back_to(before.0);
                    self.stack.truncate(before.1);
                    self.n_unknown = before.2 + 1;
                    self.out.name("value")?;
                    scalars::write(
                        &mut self.out,
                        self.types,
                        Kind::Bytes,
                        WireValue::Bytes(value),
                    )?;
                }
                Err(error) => return Err(error),
            }
        }
        self.out.end('}');
        Ok(())
    }

    fn any_value(
        &mut self,
        found: Resolved<'a>,
        value: &'a [u8],
        depth: usize,
    ) -> Result<(), NoJson> {
        let Resolved::Type(types, id) = found else {
            return Err(NoJson::Malformed);
        };
        if depth >= MAX_DEPTH {
            return Err(NoJson::TooDeep);
        }
        let around = std::mem::replace(&mut self.types, types);
        let written = if types.message(id).well_known.is_some() {
            let name = self.out.name("value").map_err(NoJson::from);
            name.and_then(|()| self.message(id, &[value], depth + 1))
        } else {
            self.fields(id, &[value], depth + 1)
        };
        self.types = around;
        written
    }
}

/// The bytes of a message, or of a group.
fn content(value: WireValue<'_>) -> Option<&[u8]> {
    match value {
        WireValue::Bytes(bytes) | WireValue::Group(bytes) => Some(bytes),
        WireValue::Varint(_) | WireValue::Fixed32(_) | WireValue::Fixed64(_) => None,
    }
}

fn is_default(kind: Kind, value: WireValue<'_>) -> bool {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "protobuf reads the low bits"
    )]
    match value {
        WireValue::Varint(value) => {
            let is_short = matches!(
                kind,
                Kind::Int32 | Kind::Uint32 | Kind::Sint32 | Kind::Enum(_)
            );
            value == 0 || (is_short && value as u32 == 0)
        }
        WireValue::Fixed64(value) => value == 0,
        WireValue::Fixed32(value) => value == 0,
        WireValue::Bytes(bytes) | WireValue::Group(bytes) => bytes.is_empty(),
    }
}

/// `foo_bar.baz` is `fooBar.baz` in JSON.
fn push_camel_case(out: &mut String, path: &str) {
    let mut is_after_underscore = false;
    for character in path.chars() {
        if character == '_' {
            is_after_underscore = true;
        } else if std::mem::take(&mut is_after_underscore) {
            out.extend(character.to_uppercase());
        } else {
            out.push(character);
        }
    }
}
