//! Where the user's protobuf types are read from, and what is read by which of them, as the settings keep it: paths and rules, and
//! nothing of what is in the files.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::config::message_rules::{self, MessageRule};
use crate::error::{AppError, Code};

/// Places at most.
pub(crate) const MAX_PLACES: usize = 50;

/// The longest path, in bytes.
pub(crate) const MAX_PATH_BYTES: usize = 4096;

/// The user's protobuf types.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProtobufSettings {
    /// `.proto` files, folders of them, and descriptor sets; of two that have a type, the first one counts.
    pub paths: Vec<String>,
    /// Which type messages are of that do not say it, or say it wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<MessageRule>,
    /// Fields of newer versions.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// Refuses more than can be read.
///
/// # Errors
/// [`Code::InvalidSetting`].
pub(crate) fn validate(settings: &ProtobufSettings) -> Result<(), AppError> {
    if settings.paths.len() > MAX_PLACES {
        return Err(AppError::new(
            Code::InvalidSetting,
            format!("there are more than {MAX_PLACES} places with protobuf types"),
        )
        .hint("Remove one first, or choose the folder above several of them."));
    }
    if settings
        .paths
        .iter()
        .any(|path| path.len() > MAX_PATH_BYTES)
    {
        return Err(AppError::new(
            Code::InvalidSetting,
            format!("a path of protobuf types is longer than {MAX_PATH_BYTES} bytes"),
        ));
    }
    message_rules::validate(&settings.rules)
}
