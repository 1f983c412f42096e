//! Who takes in the records of requests, as the server needs it.

use std::sync::Arc;

use codec_server::{Capture, RequestRecord};

use super::view::RequestCounts;

/// Takes in what the Codec Server did. `run` numbers its starts.
pub(crate) trait RecordRequests: Send + Sync {
    /// Takes in the record of a request.
    fn record(&self, run: u64, record: RequestRecord);

    /// Where bodies go while they are captured.
    fn capture(&self, run: u64) -> Arc<dyn Capture>;

    /// Sums since the app was started.
    fn counts(&self) -> RequestCounts;
}
