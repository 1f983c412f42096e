//! The newest requests, kept in memory for the window: a ring of finished rows and their sums.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use codec_server::{Client, Code, RequestKind, RequestRecord};
use jiff::{Timestamp, Unit};

use crate::app::App;
use crate::error::AppError;
use crate::event::AppEvent;
use crate::hints;
use crate::view::{
    ListRequestsRequest, RequestCounts, RequestReason, RequestView, RequestsView, Tone,
};

/// Requests that are kept; at some 500 bytes each, about 5 MB.
const CAPACITY: usize = 10_000;

/// The window is told of new requests this often at most.
const PAUSE: Duration = Duration::from_millis(50);

/// Requests that one event carries at most; the window shows the newest first.
const BATCH: usize = 500;

/// The ring of requests.
#[derive(Default)]
pub(crate) struct Requests(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    ring: VecDeque<RequestView>,
    counts: RequestCounts,
    last_id: u64,
}

impl Requests {
    /// Adds a request; the oldest one goes when there are too many. Ids go on when the server is restarted.
    fn push(&self, mut request: RequestView) {
        let mut inner = self.lock();
        inner.last_id += 1;
        request.id = inner.last_id;
        if request.operation != RequestKind::Preflight.as_str() {
            inner.counts.requests += 1;
            inner.counts.payloads += u64::from(request.n_changed);
            inner.counts.undecodable += u64::from(request.n_failed);
        }
        if request.status >= 400 {
            inner.counts.errors += 1;
        }
        if inner.ring.len() == CAPACITY {
            inner.ring.pop_front();
        }
        inner.ring.push_back(request);
    }

    fn newest(&self, limit: usize) -> RequestsView {
        RequestsView {
            requests: self.lock().ring.iter().rev().take(limit).cloned().collect(),
            capacity: u32::try_from(CAPACITY).unwrap_or(u32::MAX),
        }
    }

    /// The newest requests after `id`, oldest first, and the id of the last one.
    fn after(&self, id: u64, limit: usize) -> (Vec<RequestView>, u64) {
        let inner = self.lock();
        let news = inner
            .ring
            .iter()
            .rev()
            .take_while(|request| request.id > id);
        let mut news: Vec<_> = news.take(limit).cloned().collect();
        news.reverse();
        (news, inner.last_id)
    }

    /// Sums since the app was started; clearing the list does not reset them.
    pub(crate) fn counts(&self) -> RequestCounts {
        self.lock().counts
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Rows are pushed whole, so what a panicking thread left behind is still a list of requests.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

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
        Ok(self.inner().requests.newest(request.limit as usize))
    }

    /// See the command table. Sums stay.
    ///
    /// # Errors
    /// None.
    pub fn clear_requests(&self, (): ()) -> Result<RequestsView, AppError> {
        self.inner().requests.lock().ring.clear();
        Ok(self.inner().requests.newest(0))
    }

    /// What a notification says when pages got Payloads back undecoded; `None` where there is nothing to say, or the
    /// settings want none.
    pub fn undecodable_notice(&self, requests: &[RequestView]) -> Option<String> {
        if !self.inner().settings.get().ui.notify_undecodable {
            return None;
        }
        requests
            .iter()
            .filter(|request| request.origin.is_some())
            .flat_map(|request| &request.reasons)
            .find(|reason| reason.payload.is_some())
            .map(|reason| hints::sentence(&reason.message))
    }

    pub(crate) fn record(&self, record: &RequestRecord) {
        if record.payloads.decoded + record.payloads.encoded > 0 {
            self.note_use();
        }
        self.note_uses(record);
        self.inner().requests.push(view(record));
        self.inner().recorded.notify_one();
    }
}

/// A record in finished words. Its id is given when it enters the ring.
fn view(record: &RequestRecord) -> RequestView {
    let counts = record.payloads;
    let mut reasons: Vec<RequestReason> = record
        .failures
        .iter()
        .map(|failure| RequestReason {
            payload: Some(saturate(failure.index)),
            code: failure.code.as_str().to_owned(),
            message: failure.message.clone(),
            hint: hints::of_code(failure.code).map(str::to_owned),
            missing_key: failure
                .missing_key
                .as_ref()
                .map(|id| id.as_str().to_owned()),
        })
        .collect();
    // A request that failed for one of its Payloads has that Payload's reason already.
    if let (Some(code), true) = (record.code, reasons.is_empty()) {
        reasons.push(RequestReason {
            payload: None,
            code: code.as_str().to_owned(),
            message: record.message.clone().unwrap_or_default(),
            hint: hints::of_code(code).map(str::to_owned),
            missing_key: None,
        });
    }
    let (result, tone) = result(record);
    RequestView {
        id: 0,
        time: time(record),
        operation: record.kind.as_str().to_owned(),
        namespace: record
            .namespace
            .as_ref()
            .map(|namespace| namespace.as_str().to_owned()),
        profile: record.profile.as_deref().map(str::to_owned),
        origin: record.origin.clone(),
        client: client(record.client).to_owned(),
        n_payloads: saturate(counts.total),
        n_changed: saturate(counts.decoded + counts.encoded),
        n_failed: saturate(counts.failed),
        status: record.status,
        result,
        tone,
        reasons,
        keys: record
            .keys
            .iter()
            .map(|id| id.as_str().to_owned())
            .collect(),
        bytes_in: record.bytes_in,
        bytes_out: record.bytes_out,
        duration_us: u64::try_from(record.duration.as_micros()).unwrap_or(u64::MAX),
    }
}

fn result(record: &RequestRecord) -> (String, Tone) {
    let counts = record.payloads;
    match (record.code, record.kind) {
        (Some(code), _) => (short(code).to_owned(), Tone::Error),
        (None, RequestKind::Preflight) => ("Allowed".to_owned(), Tone::Ok),
        (None, _) if counts.failed > 0 => (
            format!("{} of {} not decoded", counts.failed, counts.total),
            Tone::Warning,
        ),
        (None, _) if counts.total > 0 && counts.passed_through == counts.total => {
            ("Passed through".to_owned(), Tone::Ok)
        }
        (None, _) if counts.encoded > 0 => ("Encoded".to_owned(), Tone::Ok),
        (None, _) if counts.decoded > 0 => ("Decoded".to_owned(), Tone::Ok),
        (None, _) => ("OK".to_owned(), Tone::Ok),
    }
}

fn short(code: Code) -> &'static str {
    match code {
        Code::NotFound => "Path not found",
        Code::DownloadUnsupported => "No external storage",
        Code::MethodNotAllowed => "Only POST",
        Code::HostNotAllowed => "Host not allowed",
        Code::OriginNotAllowed => "Origin not allowed",
        Code::Unauthenticated => "Token missing or wrong",
        Code::UnsupportedContentType => "Not JSON",
        Code::BodyTooLarge => "Body too large",
        Code::BodyIncomplete => "Body incomplete",
        Code::MalformedPayloads => "Not Payloads JSON",
        Code::NamespaceUnknown => "No codec for the Namespace",
        Code::KeyNotFound => "Key not found",
        Code::KeychainUnavailable => "Keychain not available",
        Code::PayloadDamaged => "Payload damaged",
        Code::Unauthentic => "Wrong key or damaged",
        Code::KeyUnfit => "Key does not fit",
        Code::MetadataMissing => "Metadata missing",
        Code::InflatesTooFar => "Inflates too far",
        Code::NoEncodeKey => "No key to encode with",
        Code::Internal => "Codec Server error",
    }
}

fn client(client: Client) -> &'static str {
    match client {
        Client::Browser => "Browser",
        Client::Go => "Temporal CLI or Go program",
        Client::Curl => "curl",
        Client::Other => "Other program",
    }
}

/// RFC 3339 in UTC, to the millisecond.
fn time(record: &RequestRecord) -> String {
    Timestamp::try_from(record.started)
        .and_then(|time| time.round(Unit::Millisecond))
        .map(|time| time.to_string())
        .unwrap_or_default()
}

fn saturate(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
