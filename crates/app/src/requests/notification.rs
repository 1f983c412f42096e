//! What a notification says when pages got Payloads back undecoded.

use codec_server::Client;
use temporal_payload::shown;

use super::view::RequestView;
use super::{RequestLog, messages};
use crate::hints;

/// Characters of the reason in a notification: desktops cut what is longer, at a place of their own.
const MAX_NOTICE: usize = 200;

impl RequestLog {
    /// What a notification says when pages got Payloads back undecoded; `None` where there is nothing to say, or the
    /// settings want none.
    pub fn undecodable_notice(&self, requests: &[RequestView]) -> Option<String> {
        if !self.core.settings().get().ui.notify_undecodable {
            return None;
        }
        let undecoded = requests
            .iter()
            .filter(|request| request.origin.is_some() && request.replay_of.is_none())
            .filter_map(|request| self.recorder.ring().get(request.id));
        undecoded
            .filter(|kept| kept.record.client != Client::This)
            .flat_map(|kept| messages::reasons(&kept.record))
            .find(|reason| reason.payload.is_some())
            .map(|reason| hints::sentence(&shown(&reason.message, MAX_NOTICE)))
    }
}
