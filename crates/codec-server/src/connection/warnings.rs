//! One line per cause and minute: whoever floods the server must not flood its log.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long one line stands for all that follow.
const EVERY: Duration = Duration::from_secs(60);

/// When which cause was last written.
#[derive(Default)]
pub(crate) struct Warnings(Mutex<BTreeMap<&'static str, Cause>>);

struct Cause {
    written: Instant,
    n_unwritten: u64,
}

impl Warnings {
    /// Notes a case. Returns how many cases one line has to stand for, if a line is due.
    pub(crate) fn due(&self, cause: &'static str) -> Option<u64> {
        let now = Instant::now();
        let mut causes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(known) = causes.get_mut(cause) else {
            let first = Cause {
                written: now,
                n_unwritten: 0,
            };
            causes.insert(cause, first);
            return Some(1);
        };
        known.n_unwritten += 1;
        if now.saturating_duration_since(known.written) < EVERY {
            return None;
        }
        known.written = now;
        Some(std::mem::take(&mut known.n_unwritten))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_line_a_minute_that_counts_what_it_stands_for() {
        let warnings = Warnings::default();
        assert_eq!(warnings.due("one"), Some(1));
        for _ in 0..9 {
            assert_eq!(warnings.due("one"), None);
        }
        assert_eq!(
            warnings.due("other"),
            Some(1),
            "causes do not hide each other"
        );
        tokio::time::advance(EVERY).await;
        assert_eq!(warnings.due("one"), Some(10));
        assert_eq!(warnings.due("one"), None);
    }
}
