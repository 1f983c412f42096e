//! Clearing the list of requests, and bringing it back for a moment.

use std::sync::Arc;
use std::time::Duration;

use super::RequestLog;
use super::view::{ListRequestsRequest, RequestsView};
use crate::error::AppError;

/// How long a cleared list can be brought back. Longer than the window offers it.
const RECALL: Duration = Duration::from_secs(30);

impl RequestLog {
    /// See the command table. Sums stay. Captured bodies are wiped at once, and do not come back.
    ///
    /// # Errors
    /// None.
    pub fn clear_requests(&self, (): ()) -> Result<RequestsView, AppError> {
        self.recorder.captures().wipe();
        let cleared = self.recorder.ring().clear();
        let weak = Arc::downgrade(&self.recorder);
        self.core.runtime().spawn(async move {
            tokio::time::sleep(RECALL).await;
            if let Some(recorder) = weak.upgrade() {
                recorder.ring().forget(cleared);
            }
        });
        self.list_requests(ListRequestsRequest {
            limit: 0,
            before: None,
        })
    }

    /// See the command table. Nothing comes back half a minute after the clearing.
    ///
    /// # Errors
    /// None.
    pub fn restore_requests(&self, (): ()) -> Result<RequestsView, AppError> {
        self.recorder.ring().restore();
        self.list_requests(ListRequestsRequest {
            limit: u32::MAX,
            before: None,
        })
    }
}
