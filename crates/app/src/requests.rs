//! The newest requests, kept in memory for the window: rows, details, and, where the user captures them, bodies.

pub(crate) mod capture;

pub(crate) mod detail;

mod replay;

mod ring;

mod words;

use std::time::Duration;

use codec_server::RequestRecord;
use temporal_payload::shown;

use crate::app::App;
use crate::error::{AppError, Code};
use crate::event::AppEvent;
use crate::hints;
use crate::view::{
    CaptureView, CapturedBodyView, ListRequestsRequest, RequestDetailView, RequestIdRequest,
    RequestView, RequestsView, SetCaptureRequest,
};

pub(crate) use ring::Requests;

/// Characters of the reason in a notification: desktops cut what is longer, at a place of their own.
const MAX_NOTICE: usize = 200;

/// The window is told of new requests this often at most.
const PAUSE: Duration = Duration::from_millis(250);

/// Requests that one event carries at most; the window shows the newest first.
const BATCH: usize = 1000;

/// How long a cleared list can be brought back. Longer than the window offers it.
const RECALL: Duration = Duration::from_secs(30);

/// Tells the window of new requests, some at a time, until the app is dropped.
pub(crate) fn tell_in_batches(app: &App) {
    let weak = app.downgrade();
    app.inner().runtime.spawn(async move {
        let mut told = 0;
        while let Some(app) = App::upgrade(&weak) {
            // Not to hold the app while nothing happens: wait for a request a little at a time.
            let recorded =
                tokio::time::timeout(Duration::from_secs(1), app.inner().recorded.notified()).await;
            if recorded.is_err() {
                continue;
            }
            let (requests, last) = app.inner().requests.after(told, BATCH);
            told = last;
            if !requests.is_empty() {
                let counts = app.inner().requests.counts();
                app.tell(AppEvent::RequestsRecorded { requests, counts });
            }
            drop(app);
            tokio::time::sleep(PAUSE).await;
        }
    });
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl App {
    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn list_requests(&self, request: ListRequestsRequest) -> Result<RequestsView, AppError> {
        let ListRequestsRequest { limit, before } = request;
        let inner = self.inner();
        Ok(RequestsView {
            requests: inner.requests.newest(limit as usize, before),
            capacity: u32::try_from(ring::CAPACITY).unwrap_or(u32::MAX),
            capture: inner.captures.view(),
        })
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::RequestGone`].
    pub fn request_detail(&self, request: RequestIdRequest) -> Result<RequestDetailView, AppError> {
        let kept = self.kept_request(request.id)?;
        let captured = self.inner().captures.get(kept.place);
        let endpoint = self.server_status(())?.endpoint;
        let no_replay = self.no_replay(captured.as_deref());
        Ok(detail::detail(
            &kept,
            captured.as_deref(),
            &endpoint,
            no_replay,
        ))
    }

    /// See the command table. Sums stay. Captured bodies are wiped at once, and do not come back.
    ///
    /// # Errors
    /// None.
    pub fn clear_requests(&self, (): ()) -> Result<RequestsView, AppError> {
        let inner = self.inner();
        inner.captures.wipe();
        let cleared = inner.requests.clear();
        let weak = self.downgrade();
        inner.runtime.spawn(async move {
            tokio::time::sleep(RECALL).await;
            if let Some(app) = App::upgrade(&weak) {
                app.inner().requests.forget(cleared);
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
        self.inner().requests.restore();
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
        self.inner().captures.set(request.on);
        tracing::info!(on = request.on, "capturing of bodies was switched");
        Ok(self.tell_capture())
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::RequestGone`], [`Code::NotCaptured`].
    pub fn captured_body(&self, request: RequestIdRequest) -> Result<CapturedBodyView, AppError> {
        let kept = self.kept_request(request.id)?;
        let captured = self.inner().captures.get(kept.place);
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
        if !self.inner().settings.get().ui.notify_undecodable {
            return None;
        }
        let undecoded = requests
            .iter()
            .filter(|request| request.origin.is_some() && request.replay_of.is_none())
            .filter_map(|request| self.inner().requests.get(request.id));
        undecoded
            .flat_map(|kept| words::reasons(&kept.record))
            .find(|reason| reason.payload.is_some())
            .map(|reason| hints::sentence(&shown(&reason.message, MAX_NOTICE)))
    }

    /// Takes in the record of a request that one start of the server, `run`, answered.
    pub(crate) fn record(&self, run: u64, record: RequestRecord) {
        if record.payloads.decoded + record.payloads.encoded > 0 {
            self.note_use();
        }
        self.note_uses(&record);
        self.inner().requests.push(run, record);
        self.inner().recorded.notify_one();
    }

    /// Captures no more, and wipes what was captured: for a lock.
    pub(crate) fn end_capture(&self) {
        if self.inner().captures.is_on() {
            self.inner().captures.set(false);
            self.tell_capture();
        }
    }

    fn tell_capture(&self) -> CaptureView {
        let capture = self.inner().captures.view();
        self.tell(AppEvent::CaptureChanged { capture });
        capture
    }

    fn kept_request(&self, id: u64) -> Result<ring::Kept, AppError> {
        self.inner()
            .requests
            .get(id)
            .ok_or_else(|| AppError::new(Code::RequestGone, "the request is no longer in the list"))
    }
}
