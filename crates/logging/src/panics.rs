//! What is said when a thread panics: where, and nothing of what. A panic's message may hold a Payload's content.
//!
//! A panic inside of the hook would end the process at once, so the hook itself does next to nothing: a thread of its own speaks,
//! and whatever happens to that one stays there.

use std::panic::PanicHookInfo;
use std::sync::mpsc;
use std::time::Duration;

/// The name of the thread that reports.
const REPORTER: &str = "panic-report";

/// How long a panicking thread waits until its report is on its way: the process may end right after.
const PATIENCE: Duration = Duration::from_millis(500);

/// Replaces the default report, which prints the message, for the whole process.
pub fn report_panics_without_content() {
    std::panic::set_hook(Box::new(report));
}

fn report(panic: &PanicHookInfo<'_>) {
    // What logs panicked itself: there is nobody left to tell.
    if std::thread::current().name() == Some(REPORTER) {
        return;
    }
    let place = panic.location().map(ToString::to_string);
    let (done, is_done) = mpsc::channel::<()>();
    let reporter = std::thread::Builder::new().name(REPORTER.to_owned());
    let started = reporter.spawn(move || {
        // Dropped also when this thread panics, and so ends the wait.
        let _done = done;
        let place = place.unwrap_or_default();
        tracing::error!(%place, "a thread panicked: this is a defect of the app");
        crate::start::drain(PATIENCE);
    });
    if started.is_ok() {
        // The thread that panics may hold what the reporter needs, so the wait has an end.
        let _ = is_done.recv_timeout(PATIENCE);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber};

    static N_EVENTS: AtomicUsize = AtomicUsize::new(0);

    /// A subscriber as one with a broken writer is.
    struct Panics;

    impl Subscriber for Panics {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }

        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}

        fn record_follows_from(&self, _: &Id, _: &Id) {}

        fn event(&self, _: &Event<'_>) {
            N_EVENTS.fetch_add(1, Ordering::SeqCst);
            panic!("the log panics")
        }

        fn enter(&self, _: &Id) {}

        fn exit(&self, _: &Id) {}
    }

    /// A hook that panics would end the process, and this test with it.
    #[test]
    fn a_log_that_panics_ends_the_thread_that_panicked_and_nothing_else() {
        tracing::subscriber::set_global_default(Panics).expect("the only one in these tests");
        let before = std::panic::take_hook();
        super::report_panics_without_content();
        for _ in 0..3 {
            let ended = std::thread::spawn(|| panic!("a test of a panic")).join();
            assert!(ended.is_err());
        }
        std::panic::set_hook(before);
        // Another test of this process may panic meanwhile.
        assert!(N_EVENTS.load(Ordering::SeqCst) >= 3, "each is reported");
    }
}
