//! A Codec Server that is paused listens, answers, and opens nothing, as if every key were locked: pages are told why,
//! programs get their Payloads back as they sent them, and nothing is encoded.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use temporal_payload::Payload;

use crate::error::RequestError;
use crate::handlers::Job;
use crate::profile::Undecodable;
use crate::record::Tally;

/// Whether a Codec Server is paused. Clones are one switch, so that it holds also when rules are replaced meanwhile; it
/// counts from the next request on.
#[derive(Clone, Debug, Default)]
pub struct Pause(Arc<AtomicBool>);

impl Pause {
    /// Pauses or resumes. Returns whether that was a change.
    pub fn set(&self, paused: bool) -> bool {
        self.0.swap(paused, Ordering::SeqCst) != paused
    }

    /// Whether it is paused now.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// `/decode` while paused: what no codec claims passes through as ever, and the Namespace's policy decides who is told of
/// the rest, as with a key that is not at hand.
pub(crate) fn decode_none(
    job: &Job,
    payloads: Vec<Payload>,
    tally: &mut Tally,
) -> Result<Vec<Payload>, RequestError> {
    for (index, sent) in payloads.iter().enumerate() {
        tally.sent(sent);
        if job.profile.chain.claims(sent) {
            tally.not_looked_at(index, &RequestError::Paused);
        } else {
            tally.counts.passed_through += 1;
        }
    }
    let n_left = tally.counts.failed;
    let is_told = match job.profile.undecodable {
        Undecodable::Fail => n_left > 0,
        Undecodable::Explain => job.from_page && n_left > 0 && n_left == payloads.len(),
        Undecodable::Pass => false,
    };
    match is_told {
        true => Err(RequestError::Paused),
        false => Ok(payloads),
    }
}

/// `/encode` while paused: a caller stores what it gets, so it gets nothing.
#[allow(
    clippy::needless_pass_by_value,
    reason = "one of the steps that a handler runs, which take Payloads over"
)]
pub(crate) fn encode_none(
    _: &Job,
    payloads: Vec<Payload>,
    tally: &mut Tally,
) -> Result<Vec<Payload>, RequestError> {
    payloads.iter().for_each(|payload| tally.sent(payload));
    tally.counts.failed = payloads.len();
    Err(RequestError::Paused)
}
