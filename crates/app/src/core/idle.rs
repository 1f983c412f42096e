//! The idle clock: for how long nothing was decoded, encoded or commanded.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::Core;

/// Tells whether the app is due to be locked. Clones share it.
#[derive(Clone)]
pub(crate) struct IdleClock {
    core: Core,
    last_use: Arc<LastUse>,
}

impl IdleClock {
    pub(crate) fn new(core: Core) -> Self {
        IdleClock {
            core,
            last_use: Arc::default(),
        }
    }

    /// Someone uses the product: the clock starts anew.
    pub(crate) fn note_use(&self) {
        // Whoever comes back too late must not push the lock away that is due.
        if !self.is_idle() {
            self.last_use.note();
        }
    }

    /// The time without use starts anew, also where it was over: for an unlock.
    pub(crate) fn restart(&self) {
        self.last_use.note();
    }

    /// Whether nothing happened for as long as the settings say.
    pub(crate) fn is_idle(&self) -> bool {
        let minutes = self
            .core
            .settings()
            .read(|settings| settings.lock.when_idle_minutes);
        let limit = Duration::from_secs(u64::from(minutes) * 60);
        minutes > 0 && !self.core.keys().is_locked() && self.last_use.ago() >= limit
    }
}

/// When the product was last used, by two clocks: one of them stands still while the machine sleeps, the other may be set.
struct LastUse(Mutex<(Instant, Timestamp)>);

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

#[cfg(test)]
mod tests {
    use key_store::KeyStore;
    use tokio::runtime::Handle;

    use super::*;
    use crate::config::Settings;
    use crate::config::store::SettingsStore;

    fn clock(minutes: u32) -> IdleClock {
        let mut settings = Settings::default();
        settings.lock.when_idle_minutes = minutes;
        let settings = SettingsStore::in_memory(settings).expect("valid");
        let core = Core::new(settings, KeyStore::in_memory(), Handle::current());
        IdleClock::new(core.expect("rules"))
    }

    #[tokio::test(start_paused = true)]
    async fn a_machine_that_slept_was_not_used() {
        let clock = clock(5);
        let hour = Duration::from_secs(3600);
        let noted_at = |then: Timestamp| {
            clock.last_use.0.lock().expect("whole").1 = then;
        };
        noted_at(Timestamp::now() - hour);
        assert!(clock.is_idle());
        // Who wakes it up and decodes at once comes too late.
        clock.note_use();
        assert!(clock.is_idle());
        // A clock that was set back is no reason.
        noted_at(Timestamp::now() + hour);
        assert!(!clock.is_idle());
    }
}
