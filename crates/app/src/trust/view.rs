//! Who trusts the authority of this machine, as people see it, and what trusting and no longer trusting it does, in exact words.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::nss::Found;
use crate::error::AppError;
use crate::server::view::ConnectStep;

/// Who trusts the authority of this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct TrustView {
    /// The authority’s name, as lists of authorities show it.
    pub authority: String,
    /// Browsers of this user, and the whole machine. Empty where this app does not know where they look.
    pub stores: Vec<TrustStoreView>,
    /// Why no browser can be looked at: the tool for it is missing.
    pub problem: Option<AppError>,
    /// What this app does not do itself: commands to run by hand.
    pub by_hand: Vec<ConnectStep>,
}

/// One browser, or one profile of it; or the whole machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct TrustStoreView {
    /// Names it in a request.
    pub id: String,
    /// For people.
    pub name: String,
    /// Whether it is a browser, which the missing tool is for, and which looks again when it is started.
    pub is_browser: bool,
    /// The folder of its database.
    pub folder: String,
    /// Whether it trusts the authority.
    pub state: TrustState,
    /// What the tool said, where it could not be looked at.
    pub problem: Option<String>,
    /// What trusting it runs.
    pub trust_command: String,
    /// What taking that back runs.
    pub untrust_command: String,
}

/// Whether a browser, or the machine, trusts the authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum TrustState {
    /// It does, for websites.
    Trusted,
    /// It does not.
    NotTrusted,
    /// It trusts an authority of this app that is not in use any more.
    Older,
    /// It could not be looked at.
    Unknown,
}

impl From<Found> for TrustState {
    fn from(found: Found) -> Self {
        match found {
            Found::Trusted => TrustState::Trusted,
            Found::NotTrusted => TrustState::NotTrusted,
            Found::AnotherOne => TrustState::Older,
        }
    }
}

/// Names a browser, or the whole machine.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct TrustStoreRequest {
    /// Which.
    pub store: String,
}
