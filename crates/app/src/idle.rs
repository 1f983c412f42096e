//! The idle clock: locks the app when nothing was decoded, encoded or commanded for as long as the settings say.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::app::App;
use crate::view::LockRequest;

/// The clock is looked at this often, so a lock may be late by as much.
const TICK: Duration = Duration::from_secs(5);

/// When the product was last used, by two clocks: one of them stands still while the machine sleeps, the other may be set.
pub(crate) struct LastUse(Mutex<(Instant, Timestamp)>);

impl Default for LastUse {
    fn default() -> Self {
        LastUse(Mutex::new((Instant::now(), Timestamp::now())))
    }
}

impl LastUse {
    fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (Instant::now(), Timestamp::now());
    }

    /// The longer of what both clocks say: a machine that slept was not used.
    fn ago(&self) -> Duration {
        let (instant, timestamp) = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let slept = Duration::try_from(Timestamp::now().duration_since(timestamp));
        instant.elapsed().max(slept.unwrap_or_default())
    }
}

impl App {
    /// Someone uses the product: the idle clock starts anew. A transport says so before it runs a command.
    pub fn note_use(&self) {
        // Whoever comes back too late must not push the lock away that is due.
        if !self.is_idle() {
            self.inner().last_use.note();
        }
    }

    /// Locks the app whenever nothing happened for as long as the settings say, until it is dropped. For shells that can
    /// unlock it again. Keys of this session are forgotten, too: whoever asks for a lock must not find keys in memory.
    pub fn lock_when_idle(&self) {
        self.inner().last_use.note();
        let weak = self.downgrade();
        self.inner().runtime.spawn(async move {
            loop {
                tokio::time::sleep(TICK).await;
                let Some(app) = App::upgrade(&weak) else {
                    return;
                };
                if !app.is_idle() {
                    continue;
                }
                let locking = tokio::task::spawn_blocking(move || app.lock_all("it was not used"));
                if let Err(error) = locking.await {
                    tracing::error!(%error, "locking was cut off");
                }
            }
        });
    }

    /// Locks without a question. Locking what is locked changes nothing.
    pub(crate) fn lock_all(&self, why: &'static str) {
        if self.inner().keys.is_locked() {
            return;
        }
        tracing::info!(why, "the app locks itself");
        let request = LockRequest {
            forget_session_keys: true,
        };
        if let Err(error) = self.lock(request) {
            tracing::error!(%error, "the keys were locked, and that could not be told");
        }
    }

    /// The time without use starts anew, also where it was over: for an unlock.
    pub(crate) fn restart_idle_clock(&self) {
        self.inner().last_use.note();
    }

    fn is_idle(&self) -> bool {
        let settings = &self.inner().settings;
        let minutes = settings.read(|settings| settings.lock.when_idle_minutes);
        let limit = Duration::from_secs(u64::from(minutes) * 60);
        minutes > 0 && !self.inner().keys.is_locked() && self.inner().last_use.ago() >= limit
    }
}

#[cfg(test)]
mod tests {
    use key_store::material;
    use tokio::runtime::Handle;

    use super::*;
    use crate::settings::Settings;

    fn app(minutes: u32) -> App {
        let mut settings = Settings::default();
        settings.lock.when_idle_minutes = minutes;
        let app = App::in_memory(settings, Handle::current()).expect("an app");
        let key = material::generate(256).expect("random");
        app.hold_key("a", key).expect("held");
        app.lock_when_idle();
        app
    }

    fn is_locked(app: &App) -> bool {
        app.list_keys(()).expect("keys").locked
    }

    async fn minutes(minutes: u64) {
        tokio::time::sleep(Duration::from_secs(minutes * 60)).await;
        // The lock itself is done on a thread, which no paused clock waits for.
        for _ in 0..200 {
            std::thread::sleep(Duration::from_millis(1));
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn only_a_time_without_use_locks() {
        let app = app(5);
        let mut events = app.events();
        minutes(4).await;
        app.note_use();
        minutes(4).await;
        crate::dispatch(&app, "server_status", serde_json::Value::Null).expect("answers");
        minutes(4).await;
        assert!(!is_locked(&app));
        minutes(2).await;
        assert!(is_locked(&app));
        assert!(events.try_recv().is_ok(), "the window is told");
        assert_eq!(
            app.list_keys(()).expect("keys").keys,
            [],
            "also of this session"
        );
        // It stays so, and the clock starts anew with the unlocking.
        minutes(60).await;
        app.unlock(()).expect("unlocks");
        minutes(4).await;
        assert!(!is_locked(&app));
        minutes(2).await;
        assert!(is_locked(&app));
    }

    #[tokio::test(start_paused = true)]
    async fn never_is_the_default() {
        assert_eq!(Settings::default().lock.when_idle_minutes, 0);
        let app = app(0);
        minutes(60 * 24).await;
        assert!(!is_locked(&app));
    }

    #[tokio::test(start_paused = true)]
    async fn a_machine_that_slept_was_not_used() {
        let app = app(5);
        let hour = Duration::from_secs(3600);
        let noted_at = |then: Timestamp| {
            app.inner().last_use.0.lock().expect("whole").1 = then;
        };
        noted_at(Timestamp::now() - hour);
        assert!(app.is_idle());
        // Who wakes it up and decodes at once comes too late.
        app.note_use();
        assert!(app.is_idle());
        // A clock that was set back is no reason.
        noted_at(Timestamp::now() + hour);
        assert!(!app.is_idle());
    }
}
