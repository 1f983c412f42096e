//! The Connection Doctor as people see it: findings, each with its reason and its way out, and the steps of a self-test.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::keys::view::SecretText;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct DoctorView {
    /// Counts up with each look at the state: of two, the one with the larger number is the newer, however they arrive.
    pub revision: u64,
    /// A line for each check, in the order in which a request meets what is checked.
    pub findings: Vec<DoctorFinding>,
}

/// What one check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct DoctorFinding {
    /// Stable name, with what it is about where that can be several: `server`, `origin https://temporal.example.com`.
    pub id: String,
    /// What the check belongs to.
    pub group: FindingGroup,
    /// What was checked.
    pub title: String,
    /// How it stands.
    pub state: FindingState,
    /// Why, in a sentence.
    pub why: String,
    /// What to do, in a sentence; empty where there is nothing to do.
    pub fix: String,
    /// When that happened which it is about, RFC 3339; absent for what is so now.
    pub when: Option<String>,
    /// What the app can do about it.
    pub actions: Vec<FindingAction>,
    /// What to do elsewhere, for each kind of client.
    pub steps: Vec<ClientSteps>,
}

/// What a check belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum FindingGroup {
    /// The Codec Server itself.
    Server,
    /// Web UIs.
    Pages,
    /// The Temporal CLI and other programs.
    Programs,
    /// What was decoded, and what was not.
    Payloads,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum FindingState {
    /// As it should be.
    Good,
    /// Not known, and nothing that has to be wrong.
    Unknown,
    /// Works, or worked, in part.
    Warning,
    /// Does not work.
    Bad,
}

/// What the window can do about a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum FindingAction {
    /// Starts the Codec Server.
    StartServer,
    /// Sets another port, which is free.
    UsePort {
        /// The port.
        port: u16,
    },
    /// Resumes the Codec Server.
    Resume,
    /// Lifts the panic lock.
    LiftPanicLock,
    /// Unlocks the keys.
    Unlock,
    /// Asks the keychain again.
    RetryKeychain,
    /// Serves one more origin.
    AllowOrigin {
        /// The origin.
        origin: String,
    },
    /// Lets programs ask for one more host.
    AllowHost {
        /// The host.
        host: String,
    },
    /// Adds a key with this id.
    AddKey {
        /// The id; may be empty.
        id: String,
    },
    /// Shows a part of a view.
    Show {
        /// Where it is dealt with.
        place: FindingPlace,
    },
}

/// Where a finding is dealt with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum FindingPlace {
    /// How to connect each kind of client.
    Connect,
    /// HTTPS and the certificate of the authority.
    Https,
    /// The Temporal CLI’s profiles.
    TemporalCli,
    /// The requests.
    Requests,
    /// The keys.
    Keys,
    /// The profiles of Namespaces.
    Namespaces,
    /// The access rules.
    Access,
    /// The trial of a token.
    TestToken,
    /// The settings, and their file.
    Settings,
}

/// What to do in one kind of client, in its own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ClientSteps {
    /// `Chrome and Edge`, `Firefox`, `Safari`, `Web UI`.
    pub client: String,
    /// What to do, or what is known, each in a sentence.
    pub steps: Vec<String>,
}

/// Runs a self-test.
#[derive(Clone, Deserialize, TS)]
#[ts(export)]
pub struct SelfTestRequest {
    /// The token of a program, with or without `Bearer` in front of it, to be tried as well; it is sent and forgotten. May be empty.
    pub token: SecretText,
}

/// What a self-test found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct SelfTestView {
    /// What was done, in order; nothing is left out of it silently.
    pub steps: Vec<SelfTestStep>,
}

/// One step of a self-test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct SelfTestStep {
    /// What was done.
    pub name: String,
    /// How it ended; `unknown` for a step that was not taken.
    pub state: FindingState,
    /// How long it took, in microseconds; absent where it was not taken.
    pub took_us: Option<u64>,
    /// What came of it, in a sentence.
    pub why: String,
}

/// What can be pasted into an issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct DoctorReport {
    /// The findings and the last self-test as text: no secret, no content, and foreign text escaped.
    pub text: String,
}
