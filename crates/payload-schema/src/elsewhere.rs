//! Types of what an `Any` holds, where the place of the message around it does not have them.

use std::collections::HashMap;

use crate::api::temporal;
use crate::clashes::alike_throughout;
use crate::schemas::Schemas;
use crate::shapes::{MessageId, Types};

/// Declarations that are compared for one message.
const MAX_COMPARED: usize = 10_000;
/// Names that are told.
const MAX_TOLD: usize = 8;

/// Where else types are looked for, and what was found.
pub(crate) struct Elsewhere<'a> {
    /// All types; nowhere else is looked where there are none.
    pub(crate) schemas: Option<&'a Schemas>,
    found: HashMap<&'a str, Resolved<'a>>,
    left: usize,
}

/// What a name means elsewhere.
#[derive(Clone, Copy)]
pub(crate) enum Resolved<'a> {
    /// A type.
    Type(&'a Types, MessageId),
    /// Several, which differ.
    Clash,
    /// Nothing.
    Unknown,
}

impl Default for Elsewhere<'_> {
    fn default() -> Self {
        Elsewhere {
            schemas: None,
            found: HashMap::new(),
            left: MAX_COMPARED,
        }
    }
}

impl<'a> Elsewhere<'a> {
    /// The type by the URL of an `Any`: what is built in, or what the places that have it declare alike.
    pub(crate) fn find(&mut self, url: &'a str) -> Resolved<'a> {
        let Some(schemas) = self.schemas else {
            return Resolved::Unknown;
        };
        if let Some(found) = self.found.get(url) {
            return *found;
        }
        let found = self.look(schemas, url);
        self.found.insert(url, found);
        found
    }

    fn look(&mut self, schemas: &'a Schemas, url: &str) -> Resolved<'a> {
        if let Some(id) = temporal().find(url) {
            return Resolved::Type(temporal(), id);
        }
        let places = schemas.places();
        let mut declared = places.filter_map(|(_, types)| Some((types.types(), types.find(url)?)));
        let Some(first) = declared.next() else {
            return Resolved::Unknown;
        };
        match declared.all(|other| alike_throughout(first, other, &mut self.left)) {
            true => Resolved::Type(first.0, first.1),
            false => Resolved::Clash,
        }
    }

    /// The names of types that places declare differently, in order.
    pub(crate) fn clashes(&self) -> Vec<String> {
        let clashes = self.found.iter();
        let clashes = clashes.filter(|(_, found)| matches!(found, Resolved::Clash));
        let mut names: Vec<String> = clashes
            .map(|(url, _)| url.rsplit('/').next().unwrap_or(url).to_owned())
            .collect();
        names.sort();
        names.dedup();
        names.truncate(MAX_TOLD);
        names
    }
}
