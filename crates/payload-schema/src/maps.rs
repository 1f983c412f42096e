//! The entries of a map field, ordered by their keys; of one key the last entry counts.

use std::borrow::Cow;

use crate::json_out::JsonOut;
use crate::no_json::NoJson;
use crate::scalars::{self, is_written_so};
use crate::shapes::{Field, Kind, Types};
use crate::wire::{WireFields, WireValue};

/// One entry.
pub(crate) struct MapMember<'a> {
    /// The key, as JSON has it.
    pub(crate) name: Cow<'a, str>,
    /// Where the value is a message.
    pub(crate) parts: Vec<&'a [u8]>,
    /// Where it is not.
    pub(crate) value: Option<WireValue<'a>>,
}

/// Reads the entries; says how many fields no entry has, too.
pub(crate) fn members<'a>(
    key: &Field,
    value: &Field,
    entries: impl Iterator<Item = &'a [u8]>,
) -> Result<(Vec<MapMember<'a>>, usize), NoJson> {
    let mut members = Vec::new();
    let mut n_unknown = 0;
    for entry in entries {
        let mut member = MapMember {
            name: Cow::Borrowed(""),
            parts: Vec::new(),
            value: None,
        };
        let mut found_key = scalars::default(key.kind);
        for field in WireFields::new(entry) {
            let field = field?;
            match (field.number, field.value) {
                (1, value) if is_written_so(key, value) => found_key = value,
                (2, found) if is_written_so(value, found) => match (value.kind, found) {
                    (
                        Kind::Message(_) | Kind::Group(_),
                        WireValue::Bytes(part) | WireValue::Group(part),
                    ) => {
                        member.parts.push(part);
                    }
                    _ => member.value = Some(found),
                },
                _ => n_unknown += 1,
            }
        }
        let (order, name) = name(key.kind, found_key)?;
        member.name = name;
        members.push((order, member));
    }
    let by_key = |(order, member): &(i128, MapMember<'a>),
                  (other, than): &(i128, MapMember<'a>)| {
        order.cmp(other).then_with(|| member.name.cmp(&than.name))
    };
    members.sort_by(by_key);
    let mut kept: Vec<(i128, MapMember<'a>)> = Vec::with_capacity(members.len());
    for member in members {
        match kept.last_mut() {
            Some(last) if by_key(last, &member).is_eq() => *last = member,
            _ => kept.push(member),
        }
    }
    Ok((
        kept.into_iter().map(|(_, member)| member).collect(),
        n_unknown,
    ))
}

/// A key's place in the order, and how it is written.
fn name(kind: Kind, value: WireValue<'_>) -> Result<(i128, Cow<'_, str>), NoJson> {
    if let WireValue::Bytes(bytes) = value {
        let text = std::str::from_utf8(bytes).map_err(|_| NoJson::Malformed)?;
        return Ok((0, Cow::Borrowed(text)));
    }
    let mut out = JsonOut::new(false, usize::MAX);
    scalars::write(&mut out, &Types::default(), kind, value)?;
    let text = out.finish()?.trim_matches('"').to_owned();
    let order = match &*text {
        "true" => 1,
        text => text.parse().unwrap_or(0),
    };
    Ok((order, Cow::Owned(text)))
}
