//! The newest requests, kept in memory for the window: rows, details, and, where the user captures them, bodies.

mod access_log;

mod access_log_file;

mod capture;

mod detail;

mod messages;

mod recent;

pub(crate) mod recorder;

mod replay;

mod ring;

pub(crate) mod view;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use codec_server::Client;
use temporal_payload::shown;

use crate::core::{Core, Tell};
use crate::error::{AppError, Code};
use crate::files::tickets::Tickets;
use crate::files::view::FilePurpose;
use crate::hints;
use crate::server::serving_port::Serving;

use access_log::Entry;
use access_log_file::AccessLogFile;
use recorder::{Recorded, Recorder};
use view::{
    AccessLogFormat, CaptureView, CapturedBodyView, ExportAccessLogRequest, ListRequestsRequest,
    ReplayView, RequestDetailView, RequestIdRequest, RequestView, RequestsView, SetCaptureRequest,
};

/// Characters of the reason in a notification: desktops cut what is longer, at a place of their own.
const MAX_NOTICE: usize = 200;

/// How long a cleared list can be brought back. Longer than the window offers it.
const RECALL: Duration = Duration::from_secs(30);

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

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
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

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::RequestGone`].
    pub fn request_detail(&self, request: RequestIdRequest) -> Result<RequestDetailView, AppError> {
        let kept = self.kept_request(request.id)?;
        let captured = self.recorder.captures().get(kept.place);
        let endpoint = self.server.endpoint();
        let no_replay = replay::no_replay(self.recorder.captures(), captured.as_deref());
        Ok(detail::detail(
            &kept,
            captured.as_deref(),
            &endpoint,
            no_replay,
        ))
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::File`].
    pub fn export_access_log(&self, request: ExportAccessLogRequest) -> Result<(), AppError> {
        let file = self
            .tickets
            .redeem(&request.file, FilePurpose::ExportAccessLog)?;
        let records = self.recorder.ring().all();
        let entries = records.iter().filter_map(|record| Entry::of(record));
        let entries: Vec<Entry> = entries.collect();
        let text = match request.format {
            AccessLogFormat::Csv => access_log::csv(&entries),
            AccessLogFormat::Json => access_log::json(&entries),
        };
        file.write(text.as_bytes())?;
        file.spend();
        Ok(())
    }

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

    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn set_capture(&self, request: SetCaptureRequest) -> Result<CaptureView, AppError> {
        self.recorder.captures().set(request.on);
        tracing::info!(on = request.on, "capturing of bodies was switched");
        Ok(self.recorder.tell_capture())
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::RequestGone`], [`Code::NotCaptured`].
    pub fn captured_body(&self, request: RequestIdRequest) -> Result<CapturedBodyView, AppError> {
        let kept = self.kept_request(request.id)?;
        let captured = self.recorder.captures().get(kept.place);
        let body = captured
            .as_ref()
            .and_then(|captured| captured.request.body());
        let body = body.ok_or_else(|| {
            AppError::new(Code::NotCaptured, "the request’s body was not captured")
        })?;
        Ok(CapturedBodyView {
            source: String::from_utf8_lossy(body).into_owned().into(),
        })
    }

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

    fn kept_request(&self, id: u64) -> Result<ring::Kept, AppError> {
        self.recorder
            .ring()
            .get(id)
            .ok_or_else(|| AppError::new(Code::RequestGone, "the request is no longer in the list"))
    }

    /// See the command table. The secrets in the captured headers are sent again, and leave the process no more than before.
    ///
    /// # Errors
    /// [`Code::RequestGone`]; [`Code::NotCaptured`] where there is no body to send again; [`Code::NotServing`].
    pub fn replay_request(&self, request: RequestIdRequest) -> Result<ReplayView, AppError> {
        let kept = self.kept_request(request.id)?;
        let captured = self.recorder.captures().get(kept.place);
        if let Some(problem) = replay::no_replay(self.recorder.captures(), captured.as_deref()) {
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
        let comparison = replay::compare(&kept, &captured, answer.status, &answer.body);
        self.recorder.ring().compared(id, comparison.clone());
        Ok(ReplayView { id, comparison })
    }
}
