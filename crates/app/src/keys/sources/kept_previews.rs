//! Keys that were read and not kept yet, under a token: for ten minutes, and not past a lock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::offered::Offered;

/// How long a preview is held.
pub(super) const KEPT_FOR: Duration = Duration::from_secs(600);

/// Previews that are held at once; the oldest one goes for the next.
const MAX: usize = 4;

/// What was read and not kept yet. Its keys are zeroized when they go.
#[derive(Default)]
pub(crate) struct Previews(Mutex<Vec<Preview>>);

struct Preview {
    token: Uuid,
    made: Instant,
    offered: Arc<Vec<Offered>>,
}

impl Previews {
    pub(super) fn keep(&self, token: Uuid, offered: Vec<Offered>) {
        self.keep_at(token, offered, Instant::now());
    }

    fn keep_at(&self, token: Uuid, offered: Vec<Offered>, made: Instant) {
        let mut all = self.lock();
        if all.len() == MAX {
            all.remove(0);
        }
        all.push(Preview {
            token,
            made,
            offered: Arc::new(offered),
        });
    }

    pub(super) fn get(&self, token: Uuid) -> Option<Arc<Vec<Offered>>> {
        self.forget_old();
        let all = self.lock();
        let preview = all.iter().find(|preview| preview.token == token)?;
        Some(preview.offered.clone())
    }

    pub(super) fn forget(&self, token: Uuid) {
        self.lock().retain(|preview| preview.token != token);
    }

    pub(super) fn forget_old(&self) {
        self.lock()
            .retain(|preview| preview.made.elapsed() < KEPT_FOR);
    }

    /// Forgets all of them.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Preview>> {
        // Previews are put in and taken out whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_ones_and_too_many_go() {
        let previews = Previews::default();
        let tokens: Vec<Uuid> = (0..=MAX).map(|_| Uuid::new_v4()).collect();
        for token in &tokens {
            previews.keep(*token, Vec::new());
        }
        assert!(previews.get(tokens[0]).is_none(), "the oldest one is gone");
        assert!(previews.get(tokens[1]).is_some());

        let Some(long_ago) = Instant::now().checked_sub(KEPT_FOR) else {
            // This machine has been on for less than ten minutes: no clock tells such a time.
            return;
        };
        let token = Uuid::new_v4();
        previews.keep_at(token, Vec::new(), long_ago);
        assert!(previews.get(token).is_none(), "its time is over");
        previews.clear();
        assert!(previews.get(tokens[1]).is_none());
    }
}
