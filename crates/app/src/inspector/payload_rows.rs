//! Every Payload of a document in one line each, decoded on all cores; a long document says how far it is, and can be stopped.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use payload_codec::CodecChain;
use temporal_payload::Document;

use crate::payload::whose::Whose;
use crate::payload::{DecodedRow, row};
use crate::schemas::message_types::DocumentTypes;

/// Payloads that a thread takes at a time.
const CHUNK: usize = 128;
/// Documents with fewer are decoded by the thread that asks.
const WORTH_THREADS: usize = 1024;
/// Threads at most.
const MAX_THREADS: usize = 8;
/// Work between two looks at whether somebody still waits, in bytes as [`payload_codec::Budget`] counts them.
const SLICE: u64 = 1 << 20;
/// How often it is told how far it is.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// Nobody waits for it any more.
pub(crate) struct Cancelled;

/// How far a document is, and whether somebody still waits for it.
pub(crate) struct Progress<'a> {
    cancelled: Arc<AtomicBool>,
    done: AtomicUsize,
    told: Mutex<Instant>,
    tell: &'a (dyn Fn(usize) + Sync),
}

impl<'a> Progress<'a> {
    pub(crate) fn new(cancelled: Arc<AtomicBool>, tell: &'a (dyn Fn(usize) + Sync)) -> Self {
        Progress {
            cancelled,
            done: AtomicUsize::new(0),
            told: Mutex::new(Instant::now()),
            tell,
        }
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    pub(super) fn add(&self, n: usize) {
        let done = self.done.fetch_add(n, Ordering::Relaxed) + n;
        // Whoever finds it taken leaves the telling to the other one.
        if let Ok(mut told) = self.told.try_lock()
            && told.elapsed() >= TELL_EVERY
        {
            *told = Instant::now();
            (self.tell)(done);
        }
    }
}

/// The rows of some of a document's Payloads, which are given by their indices; each with its own, in any order.
pub(super) fn rows(
    document: &Document,
    wanted: &[usize],
    chain: &CodecChain,
    whose: &Whose,
    types: &DocumentTypes<'_>,
    progress: &Progress<'_>,
) -> Result<Vec<(usize, DecodedRow)>, Cancelled> {
    let budget = chain
        .budget(document.text().len())
        .asking_every(SLICE, |_| !progress.is_cancelled());
    let slots = document.slots();
    let next = AtomicUsize::new(0);
    let all: Mutex<Vec<(usize, DecodedRow)>> = Mutex::default();
    let work = || {
        loop {
            let start = next.fetch_add(CHUNK, Ordering::Relaxed);
            let Some(rest) = wanted.get(start..).filter(|rest| !rest.is_empty()) else {
                return;
            };
            if progress.is_cancelled() {
                return;
            }
            let chunk = rest.get(..CHUNK).unwrap_or(rest);
            let rows = chunk.iter().filter_map(|at| {
                let slot = slots.get(*at)?;
                let chain = whose.chain(document, slot, chain);
                Some((*at, row(document, slot, &chain, &budget, types)))
            });
            let rows: Vec<(usize, DecodedRow)> = rows.collect();
            // They are put in whole.
            let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
            all.extend(rows);
            drop(all);
            progress.add(chunk.len());
        }
    };
    let n_threads = match wanted.len() {
        0..WORTH_THREADS => 1,
        _ => std::thread::available_parallelism().map_or(1, |n| n.get().min(MAX_THREADS)),
    };
    std::thread::scope(|scope| {
        for _ in 1..n_threads {
            scope.spawn(work);
        }
        work();
    });
    if progress.is_cancelled() {
        return Err(Cancelled);
    }
    Ok(all.into_inner().unwrap_or_else(PoisonError::into_inner))
}
