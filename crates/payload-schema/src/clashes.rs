//! Types that several places declare under one name: whether they declare the same. Where they do not, the choice is told.

use std::collections::HashSet;

use crate::schemas::Schemas;
use crate::shapes::{Field, Kind, MessageId, Types};

/// Clashes of one place that are told.
const MAX_TOLD: usize = 32;

/// A type that two places declare differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash<'a> {
    /// Its full name.
    pub name: &'a str,
    /// The place whose declaration counts.
    pub counts: &'a str,
    /// The number of the place whose does not.
    pub other: usize,
}

impl Schemas {
    /// Types that a place declares otherwise than one before it, which counts; so many of each place that a list can tell them.
    pub fn clashes(&self) -> Vec<Clash<'_>> {
        let places: Vec<_> = self.places().collect();
        let mut clashes = Vec::new();
        for (other, (_, types)) in places.iter().enumerate() {
            let before = places.get(..other).unwrap_or_default();
            let clash = |id: MessageId| {
                let name = types.types().name(id);
                let &(counts, first) = before
                    .iter()
                    .find(|(_, first)| first.find(name).is_some())?;
                let first_id = first.find(name)?;
                let is_alike = alike(first.types(), first_id, types.types(), id);
                (!is_alike).then_some(Clash {
                    name,
                    counts,
                    other,
                })
            };
            clashes.extend(types.ids().filter_map(clash).take(MAX_TOLD));
        }
        clashes
    }
}

/// Whether two declarations have the same fields; types that fields name are not looked into.
fn alike(one: &Types, id: MessageId, other: &Types, other_id: MessageId) -> bool {
    let (one_fields, other_fields) = (&one.message(id).fields, &other.message(other_id).fields);
    let is_alike = |(a, b): (&Field, &Field)| {
        let named = |field: &Field| {
            (
                field.number,
                field.name.clone(),
                field.json.clone(),
                field.cardinality,
                field.has_presence,
                field.oneof,
            )
        };
        named(a) == named(b) && kinds_alike(one, a.kind, other, b.kind)
    };
    one_fields.len() == other_fields.len() && one_fields.iter().zip(other_fields).all(is_alike)
}

fn kinds_alike(one: &Types, kind: Kind, other: &Types, other_kind: Kind) -> bool {
    match (kind, other_kind) {
        (Kind::Message(a), Kind::Message(b)) | (Kind::Group(a), Kind::Group(b)) => {
            one.name(a) == other.name(b)
        }
        (Kind::Enum(a), Kind::Enum(b)) => one.enums.get(a) == other.enums.get(b),
        (a, b) => a == b,
    }
}

/// Whether two declarations, and those of all types in them, are the same. `left` is how many may still be compared; where that is
/// not enough, they count as different.
pub(crate) fn alike_throughout(
    (one, id): (&Types, MessageId),
    (other, other_id): (&Types, MessageId),
    left: &mut usize,
) -> bool {
    if std::ptr::eq(one, other) {
        return id == other_id;
    }
    let mut seen = HashSet::from([(id, other_id)]);
    let mut open = vec![(id, other_id)];
    while let Some((id, other_id)) = open.pop() {
        let Some(rest) = left.checked_sub(1) else {
            return false;
        };
        *left = rest;
        if !alike(one, id, other, other_id) {
            return false;
        }
        let fields = one.message(id).fields.iter();
        for pair in fields.zip(&other.message(other_id).fields) {
            if let (Kind::Message(a) | Kind::Group(a), Kind::Message(b) | Kind::Group(b)) =
                (pair.0.kind, pair.1.kind)
                && seen.insert((a, b))
            {
                open.push((a, b));
            }
        }
    }
    true
}
