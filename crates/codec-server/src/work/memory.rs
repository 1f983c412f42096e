//! How much memory all requests together may take. It is estimated before a body is read, from its size: whoever does not fit
//! in waits, unread, and is told to come again where that takes too long. The window's own work is not counted here.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use prometheus_client::metrics::gauge::Gauge;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::RequestError;
use crate::metrics::Counted;

/// Bodies up to this size are not counted: the bound on connections bounds them.
const UNCOUNTED_BYTES: usize = 16 << 10;

/// Bodies up to this size have memory of their own, which large ones cannot take from them.
const SMALL_BYTES: usize = 1 << 20;

/// What a request takes for each byte of its body: the body, its answer, and one Payload, which may be all of it. Measured: 2.9.
const PER_BYTE: usize = 3;

/// One permit of a semaphore, in bytes.
const UNIT: usize = 1 << 10;

/// Memory for the bodies and answers of all requests.
pub(crate) struct Memory {
    small: Arc<Semaphore>,
    large: Arc<Semaphore>,
    n_large: usize,
    wait: Duration,
    waiting: Gauge,
}

/// What one request may take. Dropping it gives it back.
#[derive(Debug, Default)]
pub(crate) struct Reservation(Option<OwnedSemaphorePermit>);

impl Memory {
    /// `limit` bytes, an eighth of it for small requests, in which a request waits so long at most. `waiting` counts those that do.
    pub(crate) fn new(limit: usize, wait: Duration, waiting: Gauge) -> Self {
        let n_all = (limit / UNIT).clamp(1 << 10, Semaphore::MAX_PERMITS.min(u32::MAX as usize));
        let n_large = n_all - n_all / 8;
        Memory {
            small: Arc::new(Semaphore::new(n_all / 8)),
            large: Arc::new(Semaphore::new(n_large)),
            n_large,
            wait,
            waiting,
        }
    }

    /// Room for a body of `body_bytes`, and for what comes of it.
    ///
    /// # Errors
    /// [`RequestError::Busy`] where there is none for too long.
    pub(crate) async fn reserve(&self, body_bytes: usize) -> Result<Reservation, RequestError> {
        let bytes = body_bytes.saturating_mul(PER_BYTE);
        match body_bytes {
            0..=UNCOUNTED_BYTES => Ok(Reservation::default()),
            _ if body_bytes <= SMALL_BYTES => self.acquire(&self.small, bytes).await,
            _ => self.acquire(&self.large, bytes).await,
        }
    }

    /// Room for what comes of so much work: all of it may have to be written as base64.
    ///
    /// # Errors
    /// As [`Memory::reserve`].
    pub(crate) async fn reserve_for_work(&self, work: u64) -> Result<Reservation, RequestError> {
        let bytes = usize::try_from(work / 2)
            .unwrap_or(usize::MAX)
            .saturating_mul(3);
        self.acquire(&self.large, bytes).await
    }

    /// What is larger than all there is has it to itself.
    async fn acquire(
        &self,
        semaphore: &Arc<Semaphore>,
        bytes: usize,
    ) -> Result<Reservation, RequestError> {
        let n = bytes.div_ceil(UNIT).min(self.n_large);
        let n = u32::try_from(n).unwrap_or(u32::MAX);
        if let Ok(permits) = semaphore.clone().try_acquire_many_owned(n) {
            return Ok(Reservation(Some(permits)));
        }
        let _waiting = Counted::by(&self.waiting);
        let permits = semaphore.clone().acquire_many_owned(n);
        match tokio::time::timeout(self.wait, permits).await {
            Ok(Ok(permits)) => Ok(Reservation(Some(permits))),
            // They are never closed.
            Ok(Err(_)) => Err(RequestError::Internal),
            Err(_) => Err(RequestError::Busy),
        }
    }
}

impl Reservation {
    /// The answer's bytes, which hold of the reservation what they take themselves, until they are sent.
    pub(crate) fn hold(self, answer: Bytes) -> Bytes {
        let Some(mut permits) = self.0 else {
            return answer;
        };
        let taken = answer.len().div_ceil(UNIT);
        if let Some(spare) = permits.num_permits().checked_sub(taken) {
            drop(permits.split(spare));
        }
        Bytes::from_owner(ReservedBytes {
            answer,
            _permits: permits,
        })
    }
}

struct ReservedBytes {
    answer: Bytes,
    _permits: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for ReservedBytes {
    fn as_ref(&self) -> &[u8] {
        &self.answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAIT: Duration = Duration::from_millis(50);

    #[tokio::test]
    async fn who_does_not_fit_in_waits_and_small_ones_do_not() {
        let memory = Memory::new(64 << 20, WAIT, Gauge::default());
        let first = memory.reserve(10 << 20).await.expect("it fits");
        let busy = memory.reserve(10 << 20).await;
        assert!(matches!(busy, Err(RequestError::Busy)));
        memory.reserve(1 << 20).await.expect("room of its own");
        drop(first);
        memory.reserve(10 << 20).await.expect("it fits now");
    }

    #[tokio::test]
    async fn what_is_larger_than_all_there_is_has_it_to_itself() {
        let memory = Memory::new(64 << 20, WAIT, Gauge::default());
        let all = memory.reserve(1 << 30).await.expect("alone");
        assert!(memory.reserve(2 << 20).await.is_err());
        drop(all);
        assert!(memory.reserve(2 << 20).await.is_ok());
    }

    #[tokio::test]
    async fn an_answer_holds_what_it_takes_until_it_is_sent() {
        let memory = Memory::new(64 << 20, WAIT, Gauge::default());
        let room = memory.reserve(10 << 20).await.expect("it fits");
        let answer = room.hold(Bytes::from(vec![7; 30 << 20]));
        assert_eq!(answer.len(), 30 << 20);
        assert!(memory.reserve(10 << 20).await.is_err(), "not sent yet");
        assert!(
            memory.reserve(6 << 20).await.is_ok(),
            "the rest was given back"
        );
        drop(answer);
        assert!(memory.reserve(10 << 20).await.is_ok());
    }
}
