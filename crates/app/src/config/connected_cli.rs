//! Profiles of the Temporal CLI that this app connected, and what was there before.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A profile that this app connected, kept in the settings so that it can be taken back after a restart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectedCli {
    /// The file.
    pub file: PathBuf,
    /// The profile.
    pub profile: String,
    /// What the endpoint took the place of.
    pub(crate) before: Before,
    /// Fields of newer versions.
    #[serde(flatten)]
    pub(crate) unknown: serde_json::Map<String, serde_json::Value>,
}

/// What a change took the place of, so that it can be taken back.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Before {
    /// The endpoint that was there, as the file spelled it.
    pub(crate) endpoint: Option<String>,
    /// Whether the profile had a table.
    pub(crate) had_profile: bool,
    /// Whether the profile had a `codec` table.
    pub(crate) had_codec: bool,
    /// Whether the last line had an end.
    pub(crate) had_last_end: bool,
    /// Fields of newer versions.
    #[serde(flatten)]
    pub(crate) unknown: serde_json::Map<String, serde_json::Value>,
}
