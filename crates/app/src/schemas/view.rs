//! What the window sees of the user's protobuf types.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::config::message_rules::MessageRule;
use crate::files::view::FileTicket;

/// The places that the user's protobuf types are read from.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct ProtobufTypesView {
    /// The places, in the order in which they are asked for a type.
    pub places: Vec<ProtobufPlace>,
    /// The rules by which messages are read that do not say their type, or say it wrong.
    pub rules: Vec<MessageRuleView>,
    /// The number of the change that this answers, by which `undo_settings` takes it back; absent where nothing was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub change: Option<u32>,
}

/// A rule, and what it means now.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct MessageRuleView {
    /// It.
    pub rule: MessageRule,
    /// What it is about, for people: `Activity type ChargeCard, input`.
    pub words: String,
    /// Whether there is a type of that name now.
    pub is_known: bool,
}

/// A `.proto` file, a folder of them, or a descriptor set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ProtobufPlace {
    /// Its path.
    pub path: String,
    /// How many message types there are in it.
    pub n_types: u32,
    /// How many files they were read from.
    pub n_files: u32,
    /// The names of some, in order.
    pub examples: Vec<String>,
    /// What could not be read, each with its file and line.
    pub problems: Vec<String>,
}

/// Adds a `.proto` file, or a descriptor set.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct AddProtobufFileRequest {
    /// It.
    pub file: FileTicket,
}

/// Adds a folder of `.proto` files.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct AddProtobufFolderRequest {
    /// It.
    pub folder: FileTicket,
}

/// Names a place.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct ProtobufPlaceRequest {
    /// Its path, as it was shown.
    pub path: String,
}
