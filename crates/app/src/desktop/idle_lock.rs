//! Locks the app when the idle clock says so.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;

use crate::core::idle::IdleClock;
use crate::keys::lock_port::Lock;

/// The clock is looked at this often, so a lock may be late by as much.
const TICK: Duration = Duration::from_secs(5);

/// Locks whenever it is due, until the keys are dropped.
pub(super) fn lock_when_idle(lock: &Arc<dyn Lock>, clock: &IdleClock, runtime: &Handle) {
    clock.restart();
    let (weak, clock) = (Arc::downgrade(lock), clock.clone());
    runtime.spawn(async move {
        loop {
            tokio::time::sleep(TICK).await;
            let Some(keys) = weak.upgrade() else {
                return;
            };
            if !clock.is_idle() {
                continue;
            }
            let locking = tokio::task::spawn_blocking(move || keys.lock_all("it was not used"));
            if let Err(error) = locking.await {
                tracing::error!(%error, "locking was cut off");
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use key_store::material;
    use tokio::runtime::Handle;

    use super::*;
    use crate::App;
    use crate::config::Settings;

    fn app(minutes: u32) -> App {
        let mut settings = Settings::default();
        settings.lock.when_idle_minutes = minutes;
        let app = App::in_memory(settings, Handle::current()).expect("an app");
        let key = material::generate(256).expect("random");
        app.key_import().hold_key("a", key).expect("held");
        app.desktop().lock_when_idle();
        app
    }

    fn is_locked(app: &App) -> bool {
        app.keys().list_keys(()).expect("keys").locked
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
            app.keys().list_keys(()).expect("keys").keys,
            [],
            "also of this session"
        );
        // It stays so, and the clock starts anew with the unlocking.
        minutes(60).await;
        app.keys().unlock(()).expect("unlocks");
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
}
