//! Where a request's work is done. Little work is done at once, on the reactor; more of it goes to a pool: threads apart, of
//! which only so many run at a time. What a request costs is known only by doing it, since a few bytes may ask for gigabytes:
//! so each request starts where its size belongs, and starts anew one pool further once it turns out to cost more. That wastes
//! a fraction of what it costs in the end, holds no memory while it waits, and keeps the small ones ahead of the large ones.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::Body;
use prometheus_client::metrics::gauge::Gauge;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

use crate::checks::body::pieces;
use crate::error::RequestError;
use crate::metrics::Counted;
use crate::work::job::{Done, INLINE_WORK, Job, Stopped};
use crate::work::memory::{Memory, Reservation};
use crate::work::receiving::{Receiving, SLICE};

/// Below this many bytes of body, moving the work to another thread costs more than the work.
const INLINE_BYTES: usize = 128 << 10;

/// A body of this size goes to the pool for large ones from the start, and may be worked on while it comes in.
pub(crate) const LARGE_BYTES: usize = 4 << 20;

/// Bytes of a body that are worked on at once while it comes in: a thread is woken for them.
const AT_ONCE: usize = 1 << 20;

/// Work that may be done in the pool for small requests.
const SMALL_WORK: u64 = 16 << 20;

/// Chooses where each request of one server is worked on.
pub(crate) struct Scheduler {
    small: Arc<Semaphore>,
    large: Arc<Semaphore>,
    wait: Duration,
    waiting: Gauge,
}

impl Scheduler {
    /// Pools for this many processors, in which a request waits so long at most. `waiting` counts those that do.
    pub(crate) fn new(n_processors: usize, wait: Duration, waiting: Gauge) -> Self {
        Scheduler {
            small: Arc::new(Semaphore::new(n_processors.max(1))),
            // One processor is left for whoever asks for little.
            large: Arc::new(Semaphore::new(n_processors.saturating_sub(1).max(1))),
            wait,
            waiting,
        }
    }

    /// Does the work. `reservation` is what the request may take of `memory` until now. Without a `memory` that counts it, as of
    /// the window's own work, it waits for its permit as long as that takes.
    ///
    /// # Errors
    /// [`RequestError::Busy`] where the wait was too long, [`RequestError::Internal`] where the work panicked.
    pub(crate) async fn run(
        &self,
        job: Job,
        memory: Option<&Memory>,
        reservation: &mut Reservation,
    ) -> Result<Done, RequestError> {
        let len = job.body.len();
        if len < INLINE_BYTES {
            let budget = job.budget().asking_every(INLINE_WORK, |_| false);
            if let Ok(done) = job.run(&budget) {
                return Ok(done);
            }
        }
        let job = Arc::new(job);
        if len < LARGE_BYTES {
            let permit = self.permit(&self.small, memory.is_some()).await?;
            if let Some(done) = apart(&job, SMALL_WORK, permit).await? {
                return Ok(done);
            }
            // What is little as it was sent may become much.
            if let Some(memory) = memory {
                *reservation = Reservation::default();
                *reservation = memory.reserve_for_work(job.budget().limit()).await?;
            }
        }
        let permit = self.permit(&self.large, memory.is_some()).await?;
        let done = apart(&job, u64::MAX, permit).await?;
        // Only a request that nobody waits for is given up here.
        done.ok_or(RequestError::Internal)
    }

    /// Does the work of a job without a body while that comes in. Whoever sends it slowly keeps no place in the pool meanwhile.
    ///
    /// # Errors
    /// As [`Scheduler::run`], and what is wrong with the body.
    pub(crate) async fn run_while_received(
        &self,
        job: Job,
        body: &mut Body,
        gives_up: bool,
    ) -> Result<Done, RequestError> {
        let waiting = Waiting(Arc::new(AtomicBool::new(true)));
        let mut left = job.n_bytes;
        let mut receiving = Receiving::new(job, waiting.0.clone());
        while let Some(pieces) = pieces(body, AT_ONCE, &mut left).await? {
            let permit = self.permit(&self.large, gives_up).await?;
            let work = spawn_blocking(move || {
                let _permit = permit;
                receiving.go_on(pieces)
            });
            receiving = work.await.map_err(|_| RequestError::Internal)?;
        }
        let permit = self.permit(&self.large, gives_up).await?;
        let work = spawn_blocking(move || {
            let _permit = permit;
            receiving.finish()
        });
        let done = work.await.map_err(|_| RequestError::Internal)?;
        drop(waiting);
        done.map_err(|Stopped| RequestError::Internal)
    }

    async fn permit(
        &self,
        pool: &Arc<Semaphore>,
        gives_up: bool,
    ) -> Result<OwnedSemaphorePermit, RequestError> {
        if let Ok(permit) = pool.clone().try_acquire_owned() {
            return Ok(permit);
        }
        let _waiting = Counted::by(&self.waiting);
        let wait = if gives_up { self.wait } else { Duration::MAX };
        match tokio::time::timeout(wait, pool.clone().acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            // The pools are never closed.
            Ok(Err(_)) => Err(RequestError::Internal),
            Err(_) => Err(RequestError::Busy),
        }
    }
}

/// Does the work on a thread of its own, as far as `most`. `None` where it costs more. It ends soon after nobody waits for it:
/// the client is gone, or the server stops.
async fn apart(
    job: &Arc<Job>,
    most: u64,
    permit: OwnedSemaphorePermit,
) -> Result<Option<Done>, RequestError> {
    let waiting = Waiting(Arc::new(AtomicBool::new(true)));
    let (job, is_waited_for) = (job.clone(), waiting.0.clone());
    let work = spawn_blocking(move || {
        // The permit ends with the work, not with whoever waits for it.
        let _permit = permit;
        let go_on = |spent| spent <= most && is_waited_for.load(Ordering::Relaxed);
        job.run(&job.budget().asking_every(SLICE.min(most), go_on))
            .ok()
    });
    let done = work.await.map_err(|_| RequestError::Internal)?;
    drop(waiting);
    Ok(done)
}

/// Somebody waits for the work, as long as this is there.
struct Waiting(Arc<AtomicBool>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}
