//! When the user’s wish to quit is asked about: where something would be lost, and once. What the system ends, by a signal or
//! with the session, is never asked.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// A second wish so soon is the same click, made twice.
const SAME_CLICK: Duration = Duration::from_secs(2);

/// A second wish so much later is a new one, and is asked about.
const FORGOTTEN: Duration = Duration::from_secs(60);

/// What the window said of itself, and what it was asked.
#[derive(Default)]
pub(super) struct Quit(Mutex<State>);

#[derive(Default)]
struct State {
    /// Open documents that are in no file.
    only_here: u32,
    /// When the window was asked, while it has not answered.
    asked: Option<Instant>,
}

impl Quit {
    /// So many open documents are in no file.
    pub(super) fn hold(&self, only_here: u32) {
        self.with(|state| state.only_here = only_here);
    }

    /// The user answered the window’s question, or took it back.
    pub(super) fn answered(&self) {
        self.with(|state| state.asked = None);
    }

    /// Whether the app ends now. Otherwise the window is to ask. A window that does not answer, such as one whose page broke
    /// down, keeps nobody from quitting: who asks again, means it.
    pub(super) fn is_due(&self) -> bool {
        self.with(|state| {
            let since = state.asked.map(|asked| asked.elapsed());
            if state.only_here == 0
                || since.is_some_and(|since| (SAME_CLICK..FORGOTTEN).contains(&since))
            {
                return true;
            }
            if since.is_none_or(|since| since >= FORGOTTEN) {
                state.asked = Some(Instant::now());
            }
            false
        })
    }

    fn with<T>(&self, with: impl FnOnce(&mut State) -> T) -> T {
        // Each part is put there whole.
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_is_asked_once_and_only_where_something_would_be_lost() {
        let wait = |seconds| tokio::time::advance(Duration::from_secs(seconds));
        let quit = Quit::default();
        assert!(quit.is_due(), "nothing is lost");
        quit.hold(3);
        assert!(!quit.is_due());
        assert!(!quit.is_due(), "a double click");
        wait(3).await;
        assert!(quit.is_due(), "the window does not answer");

        quit.answered();
        assert!(!quit.is_due(), "it was kept open, so this is a new wish");
        wait(61).await;
        assert!(!quit.is_due(), "so is one that comes much later");
        quit.hold(0);
        assert!(quit.is_due());
    }
}
