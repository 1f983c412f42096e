//! Which types a message may be of: all that are known, those that its bytes fit first. It is a ranking for people, who choose; any
//! bytes may fit many.

use std::cmp::Reverse;
use std::collections::HashSet;

use crate::api::temporal;
use crate::fit::fit_within;
use crate::schemas::{Origin, Schemas};
use crate::shapes::{MessageId, Types};

/// Fields that are looked at of one type, at most; and those of all types together.
const MAX_FIELDS: usize = 4096;
const MAX_ALL_FIELDS: usize = 1 << 23;
/// Bytes of texts that are looked at, likewise.
const MAX_BYTES: usize = 1 << 20;
const MAX_ALL_BYTES: usize = 1 << 26;
/// What each type may take in any case.
const LEAST: usize = 16;

/// A type that a message may be of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// Its full name.
    pub name: &'a str,
    /// Where it comes from.
    pub origin: Origin<'a>,
    /// How well the message fits it.
    pub fits: Fits,
}

/// How well a message fits a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fits {
    /// All of its fields are the type's.
    Whole,
    /// So many of them are not.
    Partly(usize),
    /// It is no message of this type.
    Not,
}

/// What a message is, as far as it is looked at.
#[derive(Clone, Copy, Debug)]
pub enum Sample<'a> {
    /// Its bytes.
    Bytes(&'a [u8]),
    /// The names of its fields in JSON.
    Names(&'a [String]),
}

/// A type with what it is ranked by.
struct Ranked<'a> {
    candidate: Candidate<'a>,
    n_known: usize,
    n_declared: usize,
}

impl Schemas {
    /// The types whose names have all of these words, upper and lower case alike; those that fit first.
    pub fn candidates(&self, sample: Sample<'_>, words: &str) -> Vec<Candidate<'_>> {
        let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
        let mut seen = HashSet::new();
        let mut wanted: Vec<(&Types, MessageId, Origin<'_>)> = Vec::new();
        let mut add = |types, id, origin| {
            let name = Types::name(types, id);
            let lower = name.to_lowercase();
            if words.iter().all(|word| lower.contains(word)) && seen.insert(name) {
                wanted.push((types, id, origin));
            }
        };
        let built_in = temporal().ids();
        let built_in = built_in.filter(|id| !temporal().message(*id).is_map_entry);
        for id in built_in {
            add(temporal(), id, Origin::BuiltIn);
        }
        for (place, types) in self.places() {
            for id in types.ids() {
                let file = types.file(id);
                add(types.types(), id, Origin::User { place, file });
            }
        }
        let share = |most: usize, all: usize| most.min(all / wanted.len().max(1)).max(LEAST);
        let (n_fields, n_bytes) = (
            share(MAX_FIELDS, MAX_ALL_FIELDS),
            share(MAX_BYTES, MAX_ALL_BYTES),
        );
        let ranked = wanted.iter().map(|(types, id, origin)| {
            let (fits, n_known) = match sample {
                Sample::Bytes(bytes) => match fit_within(types, *id, bytes, n_fields, n_bytes) {
                    None => (Fits::Not, 0),
                    Some(fit) => (of_unknown(fit.n_unknown), fit.n_known),
                },
                Sample::Names(names) => by_names(types, *id, names),
            };
            Ranked {
                candidate: Candidate {
                    name: types.name(*id),
                    origin: *origin,
                    fits,
                },
                n_known,
                n_declared: types.message(*id).fields.len(),
            }
        });
        let mut ranked: Vec<Ranked<'_>> = ranked.collect();
        ranked.sort_by_cached_key(rank);
        ranked.into_iter().map(|ranked| ranked.candidate).collect()
    }
}

fn of_unknown(n: usize) -> Fits {
    match n {
        0 => Fits::Whole,
        n => Fits::Partly(n),
    }
}

/// The user's own first among those that fit as well; of more fields that are known, or fewer that are missing.
fn rank<'a>(ranked: &Ranked<'a>) -> (u8, usize, Reverse<usize>, usize, bool, &'a str) {
    let (class, n_unknown) = match ranked.candidate.fits {
        Fits::Whole => (0, 0),
        // A type that knows nothing of it is no better than one that it does not fit.
        Fits::Partly(n) if ranked.n_known > 0 => (1, n),
        Fits::Partly(n) => (2, n),
        Fits::Not => (3, 0),
    };
    (
        class,
        n_unknown,
        Reverse(ranked.n_known),
        ranked.n_declared,
        ranked.candidate.origin == Origin::BuiltIn,
        ranked.candidate.name,
    )
}

fn by_names(types: &Types, id: MessageId, names: &[String]) -> (Fits, usize) {
    let fields = &types.message(id).fields;
    let is_known = |name: &&String| {
        fields
            .iter()
            .any(|field| field.json == **name || field.name == **name)
    };
    let n_known = names.iter().filter(is_known).count();
    (of_unknown(names.len() - n_known), n_known)
}
