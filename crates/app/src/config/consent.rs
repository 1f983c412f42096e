//! Whether the user is asked before somebody is served for the first time, and what was answered for good.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

/// Answers that are remembered at most; the oldest goes first.
const MAX_ANSWERS: usize = 500;

/// Consent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConsentSettings {
    /// Whether the user is asked at all.
    pub on: bool,
    /// Whether the user is asked about pages of origins that are not allowed, too, in place of refusing them.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unlisted_pages: bool,
    /// What was answered for good, the oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<RememberedAnswer>,
    /// Fields of newer versions.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RememberedAnswer {
    /// Whom it is about.
    #[serde(flatten)]
    pub subject: Subject,
    /// Whether it was yes.
    pub allow: bool,
}

/// Whom an answer is about. A page counts for each Namespace by itself, a program for all of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Subject {
    /// What it is.
    pub kind: AskerKind,
    /// An origin, or the name of a program’s token; empty for programs without one.
    #[serde(default)]
    pub name: String,
    /// The Namespace; absent for a program, and where a page named none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
}

/// Kinds of those who ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum AskerKind {
    /// A page of an allowed origin.
    Page,
    /// A page of an origin that is not allowed.
    UnlistedPage,
    /// A program with a token of its own.
    NamedProgram,
    /// All programs without one.
    Program,
}

impl ConsentSettings {
    /// Remembers an answer in place of one that is there.
    pub(crate) fn remember(&mut self, answer: RememberedAnswer) {
        self.forget(&answer.subject);
        if self.answers.len() >= MAX_ANSWERS {
            self.answers.remove(0);
        }
        self.answers.push(answer);
    }

    /// Forgets the answer about somebody.
    pub(crate) fn forget(&mut self, subject: &Subject) {
        self.answers.retain(|answer| answer.subject != *subject);
    }
}
