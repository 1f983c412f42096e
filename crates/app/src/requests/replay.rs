//! Asking a captured request again, and what its answer says beside the one before.

use codec_server::{Operation, RequestKind};

use super::capture::{Captures, Kept as Captured};
use super::ring::Kept;
use crate::error::{AppError, Code};
use crate::requests::view::ComparisonView;

/// Why a request cannot be asked again.
pub(super) fn no_replay(captures: &Captures, captured: Option<&Captured>) -> Option<AppError> {
    let (why, hint) = match captured {
        Some(captured) if captured.request.body().is_none() => (
            "the request’s body was too large to capture",
            "Send the request again from its client.",
        ),
        Some(_) => return None,
        None if captures.is_on() => (
            "the request’s body was not captured: it arrived before capture was on, was refused unread, or made room for newer ones",
            "Send the request again from its client.",
        ),
        None => (
            "the request’s body was not captured",
            Code::NotCaptured.what_now(),
        ),
    };
    Some(AppError::new(Code::NotCaptured, why).hint(hint))
}

/// What the answer says beside the one before.
pub(super) fn compare(kept: &Kept, before: &Captured, status: u16, body: &[u8]) -> ComparisonView {
    let of = kept.id;
    let (same, words) = if before.status != status {
        let words = format!(
            "The answer differs: status {status} instead of {}.",
            before.status
        );
        (Some(false), words)
    } else if kept.record.kind == RequestKind::Operation(Operation::Encode) && status == 200 {
        let words = "Encoded again. Encryption gives different bytes each time, so the answers cannot be compared.";
        (None, words.to_owned())
    } else {
        match &before.answer {
            None => (
                None,
                "The earlier answer was too large to keep, so the answers cannot be compared."
                    .to_owned(),
            ),
            Some(answer) if answer.as_slice() == body => {
                (Some(true), format!("Same answer as request {of}."))
            }
            Some(_) => (
                Some(false),
                format!("The answer differs from that of request {of}; the status is the same."),
            ),
        }
    };
    ComparisonView { same, words }
}
