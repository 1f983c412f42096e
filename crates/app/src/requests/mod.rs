//! The newest requests, kept in memory for the window: rows, details, and, where the user captures them, bodies.

mod access_log;

mod access_log_file;

mod capture;

mod captures;

mod clear;

mod detail;

mod export_access_log;

mod messages;

mod notification;

mod recent;

pub(crate) mod recorder;

pub(crate) mod refused_host;

mod replay;

mod ring;

pub(crate) mod view;

use std::path::Path;
use std::sync::Arc;

use crate::core::{Core, Tell};
use crate::error::{AppError, Code};
use crate::files::tickets::Tickets;
use crate::server::serving_port::Serving;

use access_log_file::AccessLogFile;
use recorder::{Recorded, Recorder};
use view::{ListRequestsRequest, RequestsView};

/// The list of requests.
pub struct RequestLog {
    core: Core,
    recorder: Arc<Recorder>,
    server: Arc<dyn Serving>,
    tickets: Arc<Tickets>,
}

impl RequestLog {
    pub(crate) fn new(
        core: Core,
        recorder: Arc<Recorder>,
        server: Arc<dyn Serving>,
        tickets: Arc<Tickets>,
        tell: Tell<Recorded>,
    ) -> Self {
        recorder.tell_in_batches(&core, tell);
        RequestLog {
            core,
            recorder,
            server,
            tickets,
        }
    }
}

impl RequestLog {
    /// Appends who asks for what, of each request from now on, to a file for this user alone: one JSON object a line, without
    /// content. The file is rotated at 10 MiB, and ten are kept.
    ///
    /// # Errors
    /// [`Code::File`].
    pub fn log_access_to(&self, path: &Path) -> Result<(), AppError> {
        let file = AccessLogFile::open(path).map_err(|error| {
            let message = format!("the access log could not be opened: {error}");
            AppError::new(Code::File, message)
                .hint("Name a file in a folder that you can write to.")
        })?;
        self.recorder.log_access(file);
        Ok(())
    }

    /// Waits until the access log is written, for two seconds at most: for the end of a program.
    pub fn finish_access_log(&self) {
        self.recorder.finish_access_log();
    }
}

impl RequestLog {
    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn list_requests(&self, request: ListRequestsRequest) -> Result<RequestsView, AppError> {
        let ListRequestsRequest { limit, before } = request;
        Ok(RequestsView {
            requests: self.recorder.ring().newest(limit as usize, before),
            capacity: u32::try_from(ring::CAPACITY).unwrap_or(u32::MAX),
            capture: self.recorder.captures().view(),
        })
    }

    fn kept_request(&self, id: u64) -> Result<ring::Kept, AppError> {
        self.recorder
            .ring()
            .get(id)
            .ok_or_else(|| AppError::new(Code::RequestGone, "the request is no longer in the list"))
    }
}
