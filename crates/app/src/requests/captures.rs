//! Bodies of requests, kept while the user looks for a fault: off unless switched on, in memory alone, few, and wiped at once
//! by switching off, clearing the list or locking. Nothing but `request_detail`, `captured_body` and a replay reads them.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use codec_server::{Capture, Captured, CapturedRequest};
use zeroize::Zeroizing;

use crate::requests::view::CaptureView;

/// Requests whose bodies are kept.
const MOST: usize = 200;
/// Bytes of all of them together.
const MOST_BYTES: usize = 32 << 20;
/// Bytes of one body.
const MOST_OF_ONE: usize = 4 << 20;

/// Names a request across restarts of the server: which start, and the id of its record there.
pub(crate) type Place = (u64, u64);

/// The bodies that are kept. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Captures(Arc<Shared>);

#[derive(Default)]
struct Shared {
    on: AtomicBool,
    store: Mutex<Store>,
}

#[derive(Default)]
struct Store {
    kept: VecDeque<(Place, Arc<Kept>)>,
    bytes: usize,
}

/// A request that was captured. Its content wipes itself.
pub(crate) struct Kept {
    pub(crate) request: CapturedRequest,
    pub(crate) status: u16,
    pub(crate) answer: Option<Zeroizing<Vec<u8>>>,
}

impl Kept {
    fn size(&self) -> usize {
        self.request.size() + self.answer.as_ref().map_or(0, |answer| answer.len())
    }
}

impl Captures {
    /// Switches it on, or off; off forgets everything.
    pub(crate) fn set(&self, on: bool) {
        let mut store = self.lock();
        self.0.on.store(on, Ordering::Relaxed);
        if !on {
            store.wipe();
        }
    }

    pub(crate) fn is_on(&self) -> bool {
        self.0.on.load(Ordering::Relaxed)
    }

    /// Forgets everything, and goes on where it is on.
    pub(crate) fn wipe(&self) {
        self.lock().wipe();
    }

    pub(crate) fn get(&self, place: Place) -> Option<Arc<Kept>> {
        let store = self.lock();
        let found = store.kept.iter().rev().find(|(kept, _)| *kept == place);
        found.map(|(_, kept)| kept.clone())
    }

    pub(crate) fn view(&self) -> CaptureView {
        CaptureView {
            on: self.is_on(),
            most: u32::try_from(MOST).unwrap_or(u32::MAX),
            most_mib: u32::try_from(MOST_BYTES >> 20).unwrap_or(u32::MAX),
        }
    }

    /// What one start of the server hands its requests to.
    pub(crate) fn port(&self, run: u64) -> Arc<dyn Capture> {
        Arc::new(Port {
            captures: self.clone(),
            run,
        })
    }

    fn push(&self, place: Place, kept: Kept) {
        let mut store = self.lock();
        // Switched off, or locked, while the request was answered.
        if !self.is_on() {
            return;
        }
        store.bytes += kept.size();
        store.kept.push_back((place, Arc::new(kept)));
        while store.kept.len() > MOST || store.bytes > MOST_BYTES {
            let Some((_, oldest)) = store.kept.pop_front() else {
                break;
            };
            store.bytes -= oldest.size();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Store> {
        // Entries are pushed and taken whole.
        self.0.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    fn wipe(&mut self) {
        // Each entry wipes its bytes when it is dropped.
        self.kept = VecDeque::new();
        self.bytes = 0;
    }
}

struct Port {
    captures: Captures,
    run: u64,
}

/// Without what is kept.
impl fmt::Debug for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "capture of run {}", self.run)
    }
}

impl Capture for Port {
    fn wants(&self) -> Option<usize> {
        self.captures.is_on().then_some(MOST_OF_ONE)
    }

    fn keep(&self, captured: Captured) {
        let kept = Kept {
            request: captured.request,
            status: captured.status,
            answer: captured.answer,
        };
        self.captures.push((self.run, captured.id), kept);
    }
}
