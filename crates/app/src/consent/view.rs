//! Consent as people see and give it. Who asks, for what and how many; there is no field that could hold content.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::config::consent::AskerKind;

/// Consent: whether it is asked for, what is asked now, and what was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ConsentView {
    /// Counts up with each look at the state: of two, the one with the larger number is the newer, however they arrive.
    pub revision: u64,
    /// The number of the change that this answers, by which `undo_settings` takes it back; absent where nothing was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub change: Option<u32>,
    /// Whether the user is asked at all.
    pub on: bool,
    /// Whether also about pages of origins that are not allowed.
    pub unlisted_pages: bool,
    /// What is asked now, the oldest first.
    pub questions: Vec<ConsentQuestion>,
    /// What was answered, and holds.
    pub answers: Vec<ConsentAnswerView>,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ConsentQuestion {
    /// Names it in an answer.
    pub number: u32,
    /// What asks.
    pub kind: AskerKind,
    /// The origin, or the name of a program’s token; empty for programs without one.
    pub name: String,
    /// What a program calls itself, which proves nothing.
    pub client: String,
    /// The program that holds the other end of the first request’s connection, as `name (process 1234)`; absent where the system does
    /// not tell.
    pub process: Option<String>,
    /// Whom a verified token names.
    pub who: Option<String>,
    /// The Namespace that the first request named.
    pub namespace: Option<String>,
    /// `decode` or `encode`.
    pub operation: String,
    /// Payloads of the first request; absent where it is too large to be counted for this.
    pub n_payloads: Option<u32>,
    /// Requests that asked for the same.
    pub n_requests: u32,
    /// Requests that wait for the answer, those that have to wait behind it, too.
    pub n_waiting: u32,
    /// When the first one came, RFC 3339.
    pub since: String,
}

/// What was answered about somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ConsentAnswerView {
    /// What it is.
    pub kind: AskerKind,
    /// The origin, or the name of a program’s token; empty for programs without one.
    pub name: String,
    /// The Namespace, for a page; absent where it named none.
    pub namespace: Option<String>,
    /// Whether it was yes.
    pub allow: bool,
    /// Minutes that it holds yet; absent for one that holds for good.
    pub minutes_left: Option<u32>,
}

/// Switches consent.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct SwitchConsentRequest {
    /// Whether the user is asked at all.
    pub on: bool,
    /// Whether also about pages of origins that are not allowed.
    pub unlisted_pages: bool,
}

/// Answers a question.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct AnswerConsentRequest {
    /// Which.
    pub number: u32,
    /// The answer.
    pub answer: ConsentChoice,
}

/// What can be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ConsentChoice {
    /// Yes, to the requests that wait; where none waits any more, to those of the next minute.
    Once,
    /// Yes, for an hour, while the app runs and is not locked.
    Hour,
    /// Yes, until it is taken back.
    Always,
    /// No, until it is taken back.
    Deny,
}

/// Takes an answer back: its question is asked anew.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct ForgetConsentRequest {
    /// What it is about.
    pub kind: AskerKind,
    /// The origin, or the name of a program’s token; empty for programs without one.
    pub name: String,
    /// The Namespace, for a page; absent where it named none.
    #[ts(optional = nullable)]
    pub namespace: Option<String>,
}
