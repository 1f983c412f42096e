//! The newest requests, in a ring, with their sums.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use codec_server::{ClientProcess, RequestKind, RequestRecord};

use super::captures::Place;
use super::messages;
use crate::requests::view::{ComparisonView, RequestView};
use crate::server::view::RequestCounts;

/// Requests that are kept; at one to two KB each, at most some 20 MB.
pub(crate) const CAPACITY: usize = 10_000;

/// The ring of requests.
#[derive(Default)]
pub(crate) struct Requests(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    ring: VecDeque<Kept>,
    counts: RequestCounts,
    last_id: u64,
    /// Requests up to this id were cleared, and are kept for those who change their mind.
    cleared_to: u64,
}

/// One request. Its row and its detail are made when somebody looks: most requests nobody ever looks at.
#[derive(Clone)]
pub(crate) struct Kept {
    /// Counts from 1, across restarts of the server.
    pub(crate) id: u64,
    pub(crate) record: Arc<RequestRecord>,
    /// Where its bodies are, if they are anywhere.
    pub(crate) place: Place,
    /// For a replay, once it was compared.
    pub(crate) comparison: Option<ComparisonView>,
}

impl Kept {
    pub(crate) fn row(&self) -> RequestView {
        messages::row(self.id, &self.record)
    }
}

impl Requests {
    /// Adds a request; the oldest one goes when there are too many. Ids go on when the server is restarted.
    pub(super) fn push(&self, run: u64, record: RequestRecord) {
        let place = (run, record.id);
        let record = Arc::new(record);
        let mut inner = self.lock();
        inner.last_id += 1;
        let id = inner.last_id;
        if record.kind != RequestKind::Preflight {
            inner.counts.requests += 1;
            inner.counts.payloads += (record.payloads.decoded + record.payloads.encoded) as u64;
            inner.counts.undecodable += record.payloads.failed as u64;
        }
        if record.status >= 400 {
            inner.counts.errors += 1;
        }
        let oldest = match inner.ring.len() {
            CAPACITY => inner.ring.pop_front(),
            _ => None,
        };
        inner.ring.push_back(Kept {
            id,
            place,
            record,
            comparison: None,
        });
        drop(inner);
        // Freed where nobody waits for it.
        drop(oldest);
    }

    /// The newest requests that are older than `before`, newest first.
    pub(super) fn newest(&self, limit: usize, before: Option<u64>) -> Vec<RequestView> {
        let inner = self.lock();
        let first = inner.ring.front().map_or(0, |oldest| oldest.id);
        // Ids in the ring have no gaps.
        let older = before.map_or(inner.ring.len(), |before| {
            usize::try_from(before.saturating_sub(first)).unwrap_or(usize::MAX)
        });
        let rows = inner.ring.iter().take(older).rev();
        let rows = rows.take_while(|kept| kept.id > inner.cleared_to);
        let kept: Vec<_> = rows.take(limit).cloned().collect();
        drop(inner);
        kept.iter().map(Kept::row).collect()
    }

    /// The newest requests that are shown, newest first.
    pub(super) fn newest_kept(&self, limit: usize) -> Vec<Kept> {
        let inner = self.lock();
        let newest = inner.ring.iter().rev();
        let shown = newest.take_while(|kept| kept.id > inner.cleared_to);
        shown.take(limit).cloned().collect()
    }

    /// The newest requests after `id`, oldest first, and the id of the last one.
    pub(super) fn after(&self, id: u64, limit: usize) -> (Vec<RequestView>, u64) {
        let inner = self.lock();
        let last_id = inner.last_id;
        let news = inner.ring.iter().rev();
        let news = news.take_while(|kept| kept.id > id.max(inner.cleared_to));
        let news: Vec<_> = news.take(limit).cloned().collect();
        drop(inner);
        (news.iter().rev().map(Kept::row).collect(), last_id)
    }

    /// The programs of requests after `id` that are still looked for.
    pub(super) fn processes_after(&self, id: u64) -> Vec<ClientProcess> {
        let inner = self.lock();
        let news = inner.ring.iter().rev().take_while(|kept| kept.id > id);
        let processes = news.map(|kept| &kept.record.process);
        processes
            .filter(|process| !process.is_settled())
            .cloned()
            .collect()
    }

    /// The id of the newest request; 0 before the first.
    pub(super) fn last_id(&self) -> u64 {
        self.lock().last_id
    }

    /// All that are shown, oldest first.
    pub(super) fn all(&self) -> Vec<Arc<RequestRecord>> {
        let inner = self.lock();
        let kept = inner.ring.iter();
        let kept = kept.filter(|kept| kept.id > inner.cleared_to);
        kept.map(|kept| Arc::clone(&kept.record)).collect()
    }

    pub(super) fn get(&self, id: u64) -> Option<Kept> {
        let inner = self.lock();
        let first = inner.ring.front()?.id;
        let at = usize::try_from(id.checked_sub(first)?).ok()?;
        let kept = inner.ring.get(at)?;
        (kept.id > inner.cleared_to).then(|| kept.clone())
    }

    /// The newest replay of a request.
    pub(super) fn replay_of(&self, id: u64) -> Option<u64> {
        let inner = self.lock();
        let mut newest = inner.ring.iter().rev();
        let found = newest.find(|kept| kept.record.replay_of == Some(id));
        found.map(|kept| kept.id)
    }

    pub(super) fn compared(&self, id: u64, comparison: ComparisonView) {
        let mut inner = self.lock();
        let mut newest = inner.ring.iter_mut().rev();
        if let Some(kept) = newest.find(|kept| kept.id == id) {
            kept.comparison = Some(comparison);
        }
    }

    /// Hides everything that there is, and says up to which id.
    pub(super) fn clear(&self) -> u64 {
        let mut inner = self.lock();
        // What was cleared before is beyond recall now.
        let before = inner.cleared_to;
        inner.forget_to(before);
        inner.cleared_to = inner.last_id;
        inner.cleared_to
    }

    /// Shows again what was cleared last.
    pub(super) fn restore(&self) {
        self.lock().cleared_to = 0;
    }

    /// Forgets what was cleared up to `id`, unless it was taken back since.
    pub(super) fn forget(&self, id: u64) {
        let mut inner = self.lock();
        if inner.cleared_to >= id {
            inner.forget_to(id);
        }
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

impl Inner {
    fn forget_to(&mut self, id: u64) {
        while self.ring.front().is_some_and(|kept| kept.id <= id) {
            self.ring.pop_front();
        }
    }
}
