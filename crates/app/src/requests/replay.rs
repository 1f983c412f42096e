//! Asking a captured request again, and what its answer says beside the one before.

use codec_server::{Operation, RequestKind};

use super::RequestLog;
use super::captures::{Captures, Kept as Captured};
use super::ring::Kept;
use super::view::{ComparisonView, ReplayView, RequestIdRequest};
use crate::error::{AppError, Code};

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl RequestLog {
    /// See the command table. The secrets in the captured headers are sent again, and leave the process no more than before.
    ///
    /// # Errors
    /// [`Code::RequestGone`]; [`Code::NotCaptured`] where there is no body to send again; [`Code::NotServing`].
    pub fn replay_request(&self, request: RequestIdRequest) -> Result<ReplayView, AppError> {
        let kept = self.kept_request(request.id)?;
        let captured = self.recorder.captures().get(kept.place);
        if let Some(problem) = no_replay(self.recorder.captures(), captured.as_deref()) {
            return Err(problem);
        }
        let (Some(captured), Some(replayer)) = (captured, self.server.replayer()) else {
            return Err(AppError::new(
                Code::NotServing,
                "the Codec Server is not running, so nothing can be replayed",
            )
            .hint("Start the Codec Server in Server, then replay the request."));
        };
        let replaying = replayer.replay(&captured.request, request.id);
        let answer = self.core.runtime().block_on(replaying);
        let id = self.recorder.ring().replay_of(request.id);
        let (Some(answer), Some(id)) = (answer, id) else {
            return Err(AppError::new(
                Code::Internal,
                "the replayed request was not recorded",
            ));
        };
        let comparison = compare(&kept, &captured, answer.status, &answer.body);
        self.recorder.ring().compared(id, comparison.clone());
        Ok(ReplayView { id, comparison })
    }
}

/// Why a request cannot be asked again.
pub(super) fn no_replay(captures: &Captures, captured: Option<&Captured>) -> Option<AppError> {
    let (why, hint) = match captured {
        Some(captured) if captured.request.body().is_none() => (
            "the request’s body was too large to capture",
            "Send the request again from its client.",
        ),
        Some(_) => return None,
        None if captures.is_on() => (
            "no body of this request is kept: it arrived before capture was on, was refused unread, made room for newer ones, or was cleared since",
            "Send the request again from its client.",
        ),
        None => (
            "no body of this request is kept: bodies are not captured now",
            Code::NotCaptured.what_now(),
        ),
    };
    Some(AppError::new(Code::NotCaptured, why).hint(hint))
}

/// What the answer says beside the one before.
fn compare(kept: &Kept, before: &Captured, status: u16, body: &[u8]) -> ComparisonView {
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
