//! A filter over decoded JSON: what the window asks, and what comes of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::ErrorPlace;
use crate::payload::ContentText;

/// Filters a document, or one of its Payloads, by a jq expression.
#[derive(Clone, Deserialize, TS)]
#[ts(export)]
pub struct FilterRequest {
    /// Which document.
    pub document: u32,
    /// Which of its Payloads; the whole document where absent.
    #[ts(optional = nullable)]
    pub index: Option<u32>,
    /// The expression.
    pub expression: String,
    /// A number by which it can be cancelled, and by which the progress of decoding the document is told.
    #[ts(optional = nullable)]
    pub ticket: Option<u32>,
}

/// What an expression gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct FilterView {
    /// The results that are shown, as JSON, laid out, one below the other.
    pub text: ContentText,
    /// How many results are shown.
    pub n_shown: u32,
    /// Whether the last one that is shown is cut.
    pub is_cut: bool,
    /// How many results there are.
    pub n: u32,
    /// Whether there may be more than that: they were not counted to the end.
    pub may_be_more: bool,
    /// What is wrong with the expression, or what became of its evaluation.
    pub problem: Option<FilterProblem>,
}

/// Why an expression gives nothing, or not everything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct FilterProblem {
    /// What is wrong, in a sentence. It may quote the expression, or a value.
    pub message: ContentText,
    /// What to do now.
    pub hint: String,
    /// Where in the expression, where it is none.
    pub place: Option<ErrorPlace>,
}
