//! What a redaction did, in numbers, and what it does not touch, in words.

/// Payloads that are named of those that were left out; the others are counted.
pub const MAX_LEFT_OUT_LISTED: usize = 100;

/// What no redaction by values takes out: a person has to know it before a document is handed on.
pub const KEPT: [&str; 5] = [
    "names of Workflows, Activities, Signals, Queries, Updates, Task Queues, error types, and of fields, headers and Search Attributes",
    "ids of Workflows, runs, Activities, timers and requests, and identities of Workers",
    "times, timeouts and schedules",
    "sizes, counts and numbers of attempts",
    "which events there are, in which order, and which values are equal",
];

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Payloads that were looked at.
    pub n_payloads: usize,
    /// Values, or parts of texts, in whose place a mark stands.
    pub n_values: usize,
    /// Values that were left out whole, because they could not be looked into.
    pub n_left_out: usize,
    /// The first [`MAX_LEFT_OUT_LISTED`] of these.
    pub left_out: Vec<LeftOut>,
}

/// A value that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// JSON Pointer to the Payload; empty when the document is the Payload, or where it is none.
    pub pointer: String,
    /// Why, in a sentence.
    pub why: String,
}

impl Report {
    pub(crate) fn leave_out(&mut self, pointer: &str, why: &str) {
        self.n_left_out += 1;
        if self.left_out.len() < MAX_LEFT_OUT_LISTED {
            self.left_out.push(LeftOut {
                pointer: pointer.to_owned(),
                why: why.to_owned(),
            });
        }
    }
}
