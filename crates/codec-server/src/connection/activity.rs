//! What one connection is doing, so that the server knows which one it can do without. A connection whose request is being
//! worked on is never one of them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

/// A client that has just connected, or just been answered, may be about to send its request.
const BREATH: Duration = Duration::from_millis(100);
/// A client that keeps the server waiting for less than this may just have a busy machine.
const HESITATION: Duration = Duration::from_secs(2);

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// No request is under way.
    Idle,
    /// The head of a request has begun.
    Head,
    /// The server waits for more of a body.
    Body,
    /// The server has a request to work on.
    Work,
    /// An answer is being sent.
    Answer,
    /// Everything is sent; what the client still sends is thrown away.
    Linger,
}

/// One connection, as its own task and the one that accepts connections see it.
pub(crate) struct Activity {
    state: Mutex<State>,
    body_is_unread: AtomicBool,
    asked: Notify,
}

struct State {
    /// Whether the client has sent anything.
    has_begun: bool,
    phase: Phase,
    /// Since when; for a body and an answer, since when the client has kept the server waiting.
    since: Instant,
    /// Since when it waits for the head of a request to be there.
    head_since: Instant,
    /// Until when the server waits for more of a body, if it does.
    body_until: Option<Instant>,
    given_up: bool,
}

impl Activity {
    pub(crate) fn new() -> Self {
        let now = Instant::now();
        Activity {
            state: Mutex::new(State {
                has_begun: false,
                phase: Phase::Idle,
                since: now,
                head_since: now,
                body_until: None,
                given_up: false,
            }),
            body_is_unread: AtomicBool::new(false),
            asked: Notify::new(),
        }
    }

    /// Something happens on the connection: it is not given up, if it was to be.
    pub(crate) fn now(&self, phase: Phase) {
        self.since(phase, Instant::now());
    }

    /// As [`Activity::now`], of a client that has kept the server waiting since then.
    pub(crate) fn since(&self, phase: Phase, since: Instant) {
        let mut state = self.state();
        let head_since = match phase {
            Phase::Idle => since,
            Phase::Head | Phase::Body | Phase::Work | Phase::Answer | Phase::Linger => {
                state.head_since
            }
        };
        *state = State {
            has_begun: true,
            phase,
            since,
            head_since,
            body_until: None,
            given_up: false,
        };
    }

    /// The client still keeps the server waiting.
    pub(crate) fn waits(&self, phase: Phase, since: Instant) {
        let mut state = self.state();
        (state.phase, state.since) = (phase, since);
    }

    /// The client still keeps the server waiting for more of a body, which it does until then.
    pub(crate) fn waits_for_body(&self, since: Instant, until: Instant) {
        let mut state = self.state();
        (state.phase, state.since) = (Phase::Body, since);
        state.body_until = Some(until);
    }

    /// Until when the server waits for more of a body, or for the head of a request, which may take so long; `None` where it waits
    /// for neither.
    pub(crate) fn until(&self, head: Duration) -> Option<Instant> {
        let state = self.state();
        match state.phase {
            Phase::Idle | Phase::Head => Some(state.head_since + head),
            Phase::Body => state.body_until,
            Phase::Work | Phase::Answer | Phase::Linger => None,
        }
    }

    pub(crate) fn phase(&self) -> Phase {
        self.state().phase
    }

    /// Whether the client has sent nothing since it connected, so that there is no answer to lose.
    pub(crate) fn is_silent(&self) -> bool {
        !self.state().has_begun
    }

    pub(crate) fn is_given_up(&self) -> bool {
        self.state().given_up
    }

    /// Whether there is more of the request's body than was read.
    pub(crate) fn body_is_unread(&self) -> bool {
        self.body_is_unread.load(Ordering::Relaxed)
    }

    pub(crate) fn set_body_is_unread(&self, is_unread: bool) {
        self.body_is_unread.store(is_unread, Ordering::Relaxed);
    }

    /// Returns when the connection's task has to look at [`Activity::is_given_up`].
    pub(crate) async fn asked(&self) {
        self.asked.notified().await;
    }

    /// Returns when the connection is given up from now on.
    pub(crate) async fn given_up(&self) {
        // Somebody may have asked before, of what it was doing then.
        while !self.is_given_up() {
            self.asked().await;
        }
    }

    /// How well the server can do without this connection; the least is given up first.
    pub(crate) fn rank(&self, now: Instant) -> Option<(u8, Instant)> {
        let state = self.state();
        let (rank, at_least) = match state.phase {
            Phase::Idle => (0, BREATH),
            Phase::Linger => (1, BREATH),
            Phase::Head | Phase::Body | Phase::Answer => (2, HESITATION),
            Phase::Work => return None,
        };
        let may_go = now.saturating_duration_since(state.since) >= at_least && !state.given_up;
        may_go.then_some((rank, state.since))
    }

    /// Asks the connection's task to end it. Returns whether it still was what it was taken for.
    pub(crate) fn give_up(&self, since: Instant) -> bool {
        let mut state = self.state();
        if state.since != since || state.phase == Phase::Work {
            return false;
        }
        state.given_up = true;
        drop(state);
        self.asked.notify_one();
        true
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics under this lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_connection_at_work_is_never_given_up() {
        let activity = Activity::new();
        let born = Instant::now();
        activity.now(Phase::Work);
        tokio::time::advance(Duration::from_secs(3600)).await;
        assert_eq!(activity.rank(Instant::now()), None);
        assert!(!activity.give_up(born));
        assert!(!activity.is_given_up());
    }

    #[tokio::test(start_paused = true)]
    async fn idle_goes_before_those_that_keep_the_server_waiting() {
        let [idle, head, body, answer] = [Phase::Idle, Phase::Head, Phase::Body, Phase::Answer]
            .map(|phase| {
                let activity = Activity::new();
                activity.now(phase);
                activity
            });
        assert_eq!(idle.rank(Instant::now()), None, "it has just connected");
        tokio::time::advance(BREATH).await;
        let now = Instant::now();
        assert!(idle.rank(now).is_some());
        for other in [&head, &body, &answer] {
            assert_eq!(other.rank(now), None, "it has just begun");
        }
        tokio::time::advance(HESITATION).await;
        let now = Instant::now();
        for other in [&head, &body, &answer] {
            assert!(other.rank(now) > idle.rank(now));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_arrives_in_time_is_served() {
        let activity = Activity::new();
        tokio::time::advance(BREATH).await;
        let (_, since) = activity.rank(Instant::now()).expect("idle");
        assert!(activity.give_up(since));
        assert_eq!(activity.rank(Instant::now()), None, "asked once");
        activity.now(Phase::Head);
        assert!(!activity.is_given_up());
        // Taken for idle, and busy by now.
        tokio::time::advance(Duration::from_millis(1)).await;
        activity.now(Phase::Work);
        assert!(!activity.give_up(since));
    }
}
