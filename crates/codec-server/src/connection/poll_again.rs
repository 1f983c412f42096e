//! Polls a future again that woke itself while it was polled, where it is. hyper hands a body on through a channel within one task: to
//! the runtime that looks like a task that yields, for which it wakes another thread with every request.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// Polls in a row at most, so that others get their turn.
const AT_ONCE: usize = 16;

/// The waker of a future that is polled by [`PollAgain::poll`].
pub(crate) struct PollAgain {
    own: Waker,
    shared: Arc<Shared>,
}

struct Shared {
    is_polled: AtomicBool,
    is_woken: AtomicBool,
    /// Whoever polls it.
    task: Mutex<Waker>,
}

impl Wake for Shared {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.is_woken.store(true, Ordering::SeqCst);
        // Who polls it looks after that; it is woken where it has looked already.
        if !self.is_polled.load(Ordering::SeqCst) {
            self.task().wake_by_ref();
        }
    }
}

impl Shared {
    fn task(&self) -> std::sync::MutexGuard<'_, Waker> {
        self.task.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PollAgain {
    pub(crate) fn new() -> Self {
        let shared = Arc::new(Shared {
            is_polled: AtomicBool::new(false),
            is_woken: AtomicBool::new(false),
            task: Mutex::new(Waker::noop().clone()),
        });
        PollAgain {
            own: Waker::from(shared.clone()),
            shared,
        }
    }

    /// Polls until it is ready, or was not woken meanwhile.
    pub(crate) fn poll<T>(
        &self,
        cx: &mut Context<'_>,
        mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        let shared = &self.shared;
        {
            let mut task = shared.task();
            if !task.will_wake(cx.waker()) {
                task.clone_from(cx.waker());
            }
        }
        for _ in 0..AT_ONCE {
            shared.is_woken.store(false, Ordering::SeqCst);
            shared.is_polled.store(true, Ordering::SeqCst);
            let polled = poll(&mut Context::from_waker(&self.own));
            shared.is_polled.store(false, Ordering::SeqCst);
            if polled.is_ready() || !shared.is_woken.load(Ordering::SeqCst) {
                return polled;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    /// Counts how often it is woken.
    #[derive(Default)]
    struct Task(AtomicUsize);

    impl Wake for Task {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn polled(n_wakes: usize) -> (Poll<()>, usize, usize) {
        let task = Arc::new(Task::default());
        let waker = Waker::from(task.clone());
        let (again, mut n_polls) = (PollAgain::new(), 0);
        let polled = again.poll(&mut Context::from_waker(&waker), |cx| {
            n_polls += 1;
            if n_polls > n_wakes {
                return Poll::Pending;
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        });
        (polled, n_polls, task.0.load(Ordering::SeqCst))
    }

    #[test]
    fn what_wakes_itself_is_polled_again_without_its_task() {
        assert_eq!(polled(0), (Poll::Pending, 1, 0));
        assert_eq!(polled(3), (Poll::Pending, 4, 0));
    }

    #[test]
    fn what_does_so_for_ever_lets_others_have_their_turn() {
        assert_eq!(polled(usize::MAX), (Poll::Pending, AT_ONCE, 1));
    }

    #[test]
    fn between_polls_the_task_is_woken() {
        let task = Arc::new(Task::default());
        let waker = Waker::from(task.clone());
        let again = PollAgain::new();
        let mut kept = None;
        let pending = again.poll(&mut Context::from_waker(&waker), |cx| {
            kept = Some(cx.waker().clone());
            Poll::<()>::Pending
        });
        assert_eq!(pending, Poll::Pending);
        kept.expect("polled").wake();
        assert_eq!(task.0.load(Ordering::SeqCst), 1);
        let ready = again.poll(&mut Context::from_waker(&waker), |_| Poll::Ready(7));
        assert_eq!(ready, Poll::Ready(7));
    }

    /// Whenever another thread wakes it, it is polled again.
    #[test]
    fn no_wake_of_another_thread_is_lost() {
        for _ in 0..2_000 {
            let task = Arc::new(Task::default());
            let waker = Waker::from(task.clone());
            let again = PollAgain::new();
            let (mut other, mut n_polls) = (None, 0);
            let pending = again.poll(&mut Context::from_waker(&waker), |cx| {
                n_polls += 1;
                if n_polls == 1 {
                    let waker = cx.waker().clone();
                    other = Some(std::thread::spawn(move || waker.wake()));
                }
                Poll::<()>::Pending
            });
            assert_eq!(pending, Poll::Pending);
            other.expect("polled").join().expect("it wakes");
            let n_woken = task.0.load(Ordering::SeqCst);
            assert!(n_woken + n_polls >= 2, "{n_woken} {n_polls}");
        }
    }
}
