//! The Temporal CLI's profiles as the window sees and changes them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::AppError;

/// The Temporal CLI's profiles, by its `temporal.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct CliProfilesView {
    /// The file's path.
    pub file: String,
    /// Whether it is there.
    pub exists: bool,
    /// Its profiles, `default` always among them.
    pub profiles: Vec<CliProfileView>,
    /// Why it cannot be read.
    pub problem: Option<AppError>,
}

/// A profile of the Temporal CLI.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct CliProfileView {
    /// Its name, as `temporal --profile` takes it.
    pub name: String,
    /// The Codec Server that it asks.
    pub endpoint: Option<String>,
    /// Whether that is this one.
    pub is_this: bool,
    /// Whether this app set it, so that it can be taken back.
    pub can_undo: bool,
}

/// Names a profile of the Temporal CLI.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct CliProfileRequest {
    /// Its name.
    pub profile: String,
}

/// What connecting a profile, or taking it back, would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct CliChangeView {
    /// The file's path.
    pub file: String,
    /// Whether the file is made.
    pub creates_file: bool,
    /// The lines that change, and no others: those may hold credentials.
    pub lines: Vec<ChangedLineView>,
    /// Names the file's content of now; a change is refused when it is another one by then.
    pub seen: String,
}

/// A line that is added or taken away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ChangedLineView {
    /// Its number, from 1.
    pub number: u32,
    /// Added, or taken away.
    pub added: bool,
    /// The line.
    pub text: String,
}

/// Makes the change that was shown.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct ChangeCliRequest {
    /// The profile.
    pub profile: String,
    /// `seen` of the change that was shown.
    pub seen: String,
}

/// What came of connecting a profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct CliConnectedView {
    /// The profiles now.
    pub profiles: CliProfilesView,
    /// How it was proved: a Payload went to the endpoint as the file has it now, and came back.
    pub proof: String,
    /// Why it could not be proved. The file is changed all the same.
    pub problem: Option<AppError>,
}
