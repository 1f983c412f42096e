//! Takes in the records of requests, and tells the window of them some at a time.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use codec_server::{Capture, Client, RequestRecord};
use jiff::Timestamp;
use tokio::sync::Notify;

use super::access_log::Entry;
use super::access_log_file::AccessLogFile;
use super::captures::Captures;
use super::ring::Requests;
use super::view::{CaptureView, RequestView};
use crate::core::idle::IdleClock;
use crate::core::uses::Uses;
use crate::core::{Core, Tell};
use crate::keys::changes::KeyChanges;
use crate::keys::forget_port::Forget;
use crate::server::record_requests_port::RecordRequests;
use crate::server::view::RequestCounts;

/// The window is told of new requests this often at most.
const PAUSE: Duration = Duration::from_millis(250);

/// How long the window may wait for the names of the programs that ask.
const PROCESSES: Duration = Duration::from_millis(150);

/// Requests that one event carries at most; the window shows the newest first.
const BATCH: usize = 1000;

/// Requests that were answered or refused.
pub(crate) struct Recorded {
    /// The requests, oldest first, without content.
    pub(crate) requests: Vec<RequestView>,
    /// Sums since the app was started.
    pub(crate) counts: RequestCounts,
}

/// The list of requests and their bodies, as the Codec Server fills it.
pub(crate) struct Recorder {
    ring: Requests,
    captures: Captures,
    /// Where each request is written, too, if it is anywhere.
    access_log: OnceLock<AccessLogFile>,
    recorded: Notify,
    keys: KeyChanges,
    token_uses: Arc<Uses<String>>,
    clock: IdleClock,
    tell_capture: Tell<CaptureView>,
}

impl Recorder {
    /// `token_uses` counts the requests of each program with a token of its own.
    pub(crate) fn new(
        keys: KeyChanges,
        token_uses: Arc<Uses<String>>,
        clock: IdleClock,
        tell_capture: Tell<CaptureView>,
    ) -> Self {
        Recorder {
            ring: Requests::default(),
            captures: Captures::default(),
            access_log: OnceLock::new(),
            recorded: Notify::new(),
            keys,
            token_uses,
            clock,
            tell_capture,
        }
    }

    pub(super) fn ring(&self) -> &Requests {
        &self.ring
    }

    pub(super) fn captures(&self) -> &Captures {
        &self.captures
    }

    /// Writes each request to this file, too, from now on. The first one counts.
    pub(super) fn log_access(&self, file: AccessLogFile) {
        // One log is asked for at the start of a process.
        let _ = self.access_log.set(file);
    }

    /// Waits until the entries of requests so far are written, for two seconds at most.
    pub(super) fn finish_access_log(&self) {
        if let Some(log) = self.access_log.get() {
            log.finish();
        }
    }

    /// Tells the window how capturing stands.
    pub(super) fn tell_capture(&self) -> CaptureView {
        let capture = self.captures.view();
        self.tell_capture.tell(capture);
        capture
    }

    /// Tells the window of new requests, some at a time, until the recorder is gone.
    pub(super) fn tell_in_batches(self: &Arc<Self>, core: &Core, tell: Tell<Recorded>) {
        let weak = Arc::downgrade(self);
        core.runtime().spawn(async move {
            let mut told = 0;
            while let Some(recorder) = weak.upgrade() {
                // Not to hold it while nothing happens: wait for a request a little at a time.
                let recorded =
                    tokio::time::timeout(Duration::from_secs(1), recorder.recorded.notified());
                if recorded.await.is_err() {
                    continue;
                }
                if tell.is_heard() {
                    let newest = recorder.ring.processes_after(told);
                    let settled = async {
                        for process in newest {
                            process.settled(PROCESSES).await;
                        }
                    };
                    // What is found later is in the request's detail.
                    let _ = tokio::time::timeout(PROCESSES, settled).await;
                }
                let (requests, last) = match tell.is_heard() {
                    true => recorder.ring.after(told, BATCH),
                    false => (Vec::new(), recorder.ring.last_id()),
                };
                told = last;
                if !requests.is_empty() {
                    let counts = recorder.ring.counts();
                    tell.tell(Recorded { requests, counts });
                }
                drop(recorder);
                tokio::time::sleep(PAUSE).await;
            }
        });
    }
}

impl RecordRequests for Recorder {
    fn record(&self, run: u64, record: RequestRecord) {
        let is_own = record.client == Client::This;
        if !is_own && record.payloads.decoded + record.payloads.encoded > 0 {
            self.clock.note_use();
        }
        self.keys.note_uses(&record);
        if let Some(name) = record.who.as_ref().filter(|_| record.by_program_token) {
            let at = Timestamp::try_from(record.started).unwrap_or_else(|_| Timestamp::now());
            self.token_uses.note(name.clone(), at);
        }
        if let Some(log) = self.access_log.get()
            && let Some(entry) = Entry::of(&record)
        {
            log.push(entry, record.process.clone());
        }
        self.ring.push(run, record);
        self.recorded.notify_one();
    }

    fn capture(&self, run: u64) -> Arc<dyn Capture> {
        self.captures.port(run)
    }

    fn counts(&self) -> RequestCounts {
        self.ring.counts()
    }
}

/// Captures no more, and wipes what was captured.
impl Forget for Recorder {
    fn forget(&self) {
        if self.captures.is_on() {
            self.captures.set(false);
            self.tell_capture();
        }
    }
}
