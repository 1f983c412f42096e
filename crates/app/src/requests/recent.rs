//! The newest requests with their records, for a room that draws conclusions from them.

use std::sync::Arc;

use codec_server::RequestRecord;

use super::recorder::Recorder;
use super::view::RequestView;

impl Recorder {
    /// The newest requests of the list, newest first, as rows and as they were recorded.
    pub(crate) fn recent(&self, limit: usize) -> Vec<(RequestView, Arc<RequestRecord>)> {
        let kept = self.ring().newest_kept(limit).into_iter();
        kept.map(|kept| (kept.row(), kept.record)).collect()
    }
}
