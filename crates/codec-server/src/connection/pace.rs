//! A client that sends or reads too slowly is stuck, or holds the server's memory on purpose. Only the time in which the
//! server waits for it counts, and a timer is set only then: most bodies and answers are there at once. A body's timer is the
//! connection's (`http1.rs`): hyper reads more of a body only after it was asked for, so that every body seems to be waited for.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::BoxError;
use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::connection::activity::{Activity, Phase};
use crate::connection::timeouts::Pace;

/// The client did not keep its pace.
#[derive(Debug, thiserror::Error)]
#[error("the client is too slow")]
pub(crate) struct TooSlow;

/// How long a client has kept the server waiting, against what has moved meanwhile.
pub(crate) struct Wait {
    pace: Pace,
    /// Since when it waits now.
    from: Option<Instant>,
    /// For the bytes that have to move within a time, until `from`.
    waited: Duration,
    /// For everything, until `from`.
    waited_in_all: Duration,
    moved: u64,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Wait {
    pub(crate) fn new(pace: Pace) -> Self {
        Wait {
            pace,
            from: None,
            waited: Duration::ZERO,
            waited_in_all: Duration::ZERO,
            moved: 0,
            timer: None,
        }
    }

    /// Bytes moved: the server does not wait.
    pub(crate) fn moved(&mut self, n_bytes: usize) {
        if let Some(from) = self.from.take() {
            let waited = from.elapsed();
            self.waited += waited;
            self.waited_in_all += waited;
        }
        self.moved += n_bytes as u64;
        if self.moved >= self.pace.bytes {
            self.moved = 0;
            self.waited = Duration::ZERO;
        }
    }

    /// The server waits. Returns until when it does.
    fn until(&mut self) -> Instant {
        let from = *self.from.get_or_insert_with(Instant::now);
        let left = (self.pace.within.saturating_sub(self.waited))
            .min(self.pace.total.saturating_sub(self.waited_in_all));
        from + left
    }

    /// The server waits. Ready when it has waited too long.
    pub(crate) fn poll_too_long(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let until = self.until();
        let timer = self
            .timer
            .get_or_insert_with(|| Box::pin(sleep_until(until)));
        if timer.deadline() != until {
            timer.as_mut().reset(until);
        }
        timer.as_mut().poll(cx)
    }

    /// Since when the client has kept the server waiting, as if it had been all at once.
    pub(crate) fn since(&self) -> Instant {
        let from = self.from.unwrap_or_else(Instant::now);
        from.checked_sub(self.waited).unwrap_or(from)
    }
}

/// A request's body that fails with [`TooSlow`] when its client does not keep the pace. Whoever polls it in vain does so again at
/// the time that [`Activity::until`] tells.
pub(crate) struct PacedBody {
    body: Incoming,
    wait: Wait,
    activity: Arc<Activity>,
}

impl PacedBody {
    pub(crate) fn new(body: Incoming, pace: Pace, activity: Arc<Activity>) -> Self {
        activity.set_body_is_unread(!body.is_end_stream());
        PacedBody {
            body,
            wait: Wait::new(pace),
            activity,
        }
    }
}

impl Body for PacedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            let data = frame.as_ref().and_then(|frame| frame.as_ref().ok());
            let n_bytes = data.and_then(Frame::data_ref).map_or(0, Bytes::len);
            this.wait.moved(n_bytes);
            this.activity.now(Phase::Work);
            if frame.is_none() || this.body.is_end_stream() {
                this.activity.set_body_is_unread(false);
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(BoxError::from)));
        }
        let until = this.wait.until();
        if this.activity.is_given_up() || until <= Instant::now() {
            this.activity.now(Phase::Work);
            return Poll::Ready(Some(Err(TooSlow.into())));
        }
        this.activity.waits_for_body(this.wait.since(), until);
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    fn pace() -> Pace {
        Pace {
            bytes: 100,
            within: Duration::from_secs(10),
            total: Duration::from_secs(60),
        }
    }

    /// Moves `n_bytes` every `every` until it takes too long, and says how long that was.
    async fn check(n_bytes: usize, every: Duration, expect_secs: u64) {
        let started = Instant::now();
        let mut wait = Wait::new(pace());
        let too_long = async {
            loop {
                let waited = tokio::time::timeout(every, poll_fn(|cx| wait.poll_too_long(cx)));
                if waited.await.is_ok() {
                    break;
                }
                wait.moved(n_bytes);
                // What the server does meanwhile is not the client's.
                tokio::time::sleep(Duration::from_secs(5)).await;
                assert!(started.elapsed() < Duration::from_secs(3600));
            }
        };
        too_long.await;
        let waited = wait.waited_in_all + wait.from.map_or(Duration::ZERO, |from| from.elapsed());
        assert_eq!(waited.as_secs(), expect_secs, "{n_bytes} each {every:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_drip_is_no_progress_and_a_steady_client_has_the_whole_time() {
        check(0, Duration::from_secs(3600), 10).await;
        check(1, Duration::from_secs(1), 10).await;
        check(24, Duration::from_secs(2), 10).await;
        check(50, Duration::from_secs(2), 60).await;
        check(100_000, Duration::from_secs(9), 60).await;
    }
}
