//! All types by which messages are read: Temporal's first, then the user's, place by place.

use std::sync::Arc;

use crate::api::temporal;
use crate::shapes::{MessageId, Types};
use crate::user::UserTypes;

/// The types of several places. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    places: Arc<[(String, Arc<UserTypes>)]>,
}

/// A type that was found.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// The types that it is one of.
    pub types: &'a Types,
    /// It.
    pub id: MessageId,
    /// Where it comes from.
    pub origin: Origin<'a>,
}

/// Where a type comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin<'a> {
    /// Temporal's API, or Google's types that it uses.
    BuiltIn,
    /// A place of the user's.
    User {
        /// The place, as it was named.
        place: &'a str,
        /// The file in it.
        file: &'a str,
    },
}

impl Schemas {
    /// Types of these places, in this order, each with its name for people.
    pub fn new(places: impl IntoIterator<Item = (String, Arc<UserTypes>)>) -> Self {
        Schemas {
            places: places.into_iter().collect(),
        }
    }

    /// A type by its full name. What is Temporal's is never found elsewhere; of the user's places the first one that has it counts.
    pub fn find(&self, name: &str) -> Option<Found<'_>> {
        if let Some(id) = temporal().find(name) {
            return Some(Found {
                types: temporal(),
                id,
                origin: Origin::BuiltIn,
            });
        }
        self.places.iter().find_map(|(place, types)| {
            let id = types.find(name)?;
            let file = types.file(id);
            Some(Found {
                types: types.types(),
                id,
                origin: Origin::User { place, file },
            })
        })
    }

    /// The user's places with their types.
    pub fn places(&self) -> impl Iterator<Item = (&str, &Arc<UserTypes>)> {
        let places = self.places.iter();
        places.map(|(name, types)| (name.as_str(), types))
    }
}
