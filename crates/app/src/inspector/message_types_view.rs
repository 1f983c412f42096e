//! What the window sees of the types that a Payload may be read as.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::config::message_rules::RuleSubject;

/// Asks by which types a Payload may be read.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct MessageTypesRequest {
    /// Which document.
    pub document: u32,
    /// Which Payload.
    pub index: u32,
    /// Words that their names are to have.
    #[ts(optional = nullable)]
    pub words: Option<String>,
}

/// Reads a Payload as a message of a type, for the moment.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct InspectPayloadAsRequest {
    /// Which document.
    pub document: u32,
    /// Which Payload.
    pub index: u32,
    /// The full name of the type.
    pub message_type: String,
}

/// The types that a Payload may be read as, those that its bytes fit first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct MessageTypesView {
    /// The best of them.
    pub types: Vec<MessageTypeRow>,
    /// How many there are.
    pub n_types: u32,
    /// What a rule for this Payload would be about; absent where nothing says where it stands.
    pub place: Option<MessagePlace>,
}

/// A type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct MessageTypeRow {
    /// Its full name.
    pub name: String,
    /// Where it comes from: `built in`, `from acme/order.proto of /home/ann/protos`.
    pub from: String,
    /// Whether the Payload can be a message of this type.
    pub fits: bool,
    /// How many of its fields the type does not have.
    pub n_unknown: u32,
}

/// Where a Payload stands, as rules say it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct MessagePlace {
    /// Of what it is.
    pub of: RuleSubject,
    /// What that is called; empty for whatever it is.
    pub name: String,
    /// Where in it.
    pub position: String,
    /// The same for people: `Activity type ChargeCard, input`.
    pub words: String,
    /// The Namespace that its document is decoded for.
    pub namespace: Option<String>,
    /// Whether its own `messageType` is known, so that a rule has to count in place of it.
    pub has_known_type: bool,
}
