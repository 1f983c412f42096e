//! Redaction: values of decoded documents, and of single texts, in whose place a mark stands that says only which of them are equal.
//!
//! **Architecture invariant:** this crate knows no codec, key, clock or file: whoever uses it says how a Payload is decoded. It is
//! total and linear, and it fails closed: what it cannot look into is left out, and counted.

#![forbid(unsafe_code)]

mod document;
mod glob;
mod json;
mod json_path;
mod mark;
mod members;
mod pass;
mod patterns;
mod payload;
mod report;
mod rules;

#[cfg(test)]
mod tests;

pub use document::redact_document;
pub use mark::{NoRandomness, Secret};
pub use pass::At;
pub use report::{KEPT, LeftOut, MAX_LEFT_OUT_LISTED, Report};
pub use rules::{BadRule, MAX_RULES, Rules};
