//! Wrapped keys as the window sees them: which commands unwrap data keys, and how the asking stands. No data key leaves the core.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Who unwraps data keys that other keys wrap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct WrappedKeysView {
    /// In the order in which they are looked at.
    pub sources: Vec<WrappedKeySource>,
    /// Who is asked now: the beginning of a command, or a server.
    pub waiting_for: Option<String>,
    /// How many data keys more wait for their turn.
    pub n_waiting: u32,
    /// How many data keys are in memory.
    pub n_held: u32,
    /// The number of the change that was made, for `undo_settings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub change: Option<u32>,
}

/// A command or a server that unwraps data keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct WrappedKeySource {
    /// Ids of the wrapping keys, with `*` for any text.
    pub wrapped_by: Vec<String>,
    /// The command, or the server's address: `grpc://127.0.0.1:9443`.
    pub command: String,
    /// Its words.
    pub words: Vec<String>,
    /// How long it may take, in seconds, where that is not the usual time.
    pub seconds: Option<u32>,
    /// Whether the user agreed to run it, or to ask it.
    pub confirmed: bool,
}

/// Saves a command or a server that unwraps data keys.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct SaveWrappedKeysRequest {
    /// The place of the one that it replaces; absent for a new one.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub place: Option<u32>,
    /// Ids of the wrapping keys, with `*` for any text.
    pub wrapped_by: Vec<String>,
    /// The command, or the server's address. It is not run or asked by this.
    pub command: String,
    /// How long it may take, in seconds.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub seconds: Option<u32>,
}

/// Names a command or a server that unwraps data keys.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct WrappedKeysRequest {
    /// Its place in the list.
    pub place: u32,
}

/// Has the data key of a Payload unwrapped.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct TestWrappedKeysRequest {
    /// The place of the command in the list.
    pub place: u32,
    /// A document with a Payload whose data key it unwraps.
    pub source: String,
}

/// What became of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct WrappedKeysTest {
    /// How many bits the data key has.
    pub bits: u32,
    /// Whether it opens the Payload.
    pub opens: bool,
}
