//! Access in force: by the settings, or as it was handed over. One policy is one `Access` for as long as it stays the same, since
//! that has fetched the keys of its providers.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use access::{Access, AccessFile};
use tokio::runtime::Handle;

use crate::config::access::{AccessSettings, in_use};
use crate::error::AppError;

/// Access in force.
pub(super) struct AccessInForce {
    made: Mutex<Made>,
    runtime: Handle,
}

#[derive(Default)]
struct Made {
    /// What `serve --access` was given; it counts in place of the settings.
    handed_over: Option<Arc<Access>>,
    /// What the policy of the settings is in use.
    of_settings: Option<(AccessFile, Arc<Access>)>,
}

impl AccessInForce {
    pub(super) fn new(runtime: Handle) -> Self {
        AccessInForce {
            made: Mutex::default(),
            runtime,
        }
    }

    pub(super) fn hand_over(&self, mut access: Access) {
        let access = {
            let mut made = self.made();
            if let Some(before) = &made.handed_over {
                access.keep_keys_of(before);
            }
            Arc::clone(made.handed_over.insert(Arc::new(access)))
        };
        self.prepare(access);
    }

    /// What requests are asked for; `None` where nothing is.
    ///
    /// # Errors
    /// [`crate::Code::InvalidSetting`].
    pub(super) fn by(&self, settings: &AccessSettings) -> Result<Option<Arc<Access>>, AppError> {
        if !settings.on {
            return Ok(self.made().handed_over.clone());
        }
        let is_new = {
            let made = self.made();
            let known = made.of_settings.as_ref();
            made.handed_over.is_none() && known.is_none_or(|(policy, _)| *policy != settings.policy)
        };
        let access = self.of(settings)?;
        if is_new {
            self.prepare(Arc::clone(&access));
        }
        Ok(Some(access))
    }

    /// What the settings say, in force or not.
    ///
    /// # Errors
    /// [`crate::Code::InvalidSetting`].
    pub(super) fn of(&self, settings: &AccessSettings) -> Result<Arc<Access>, AppError> {
        let mut made = self.made();
        if let Some(access) = &made.handed_over {
            return Ok(Arc::clone(access));
        }
        if let Some((policy, access)) = &made.of_settings
            && *policy == settings.policy
        {
            return Ok(Arc::clone(access));
        }
        let mut access = in_use(&settings.policy)?;
        if let Some((_, before)) = &made.of_settings {
            access.keep_keys_of(before);
        }
        let access = Arc::new(access);
        made.of_settings = Some((settings.policy.clone(), Arc::clone(&access)));
        Ok(access)
    }

    /// Asks the providers for their keys in the background, so that a wrong address is in the log before the first token comes.
    fn prepare(&self, access: Arc<Access>) {
        self.runtime.spawn(async move {
            for (provider, problem) in access.prepare().await {
                tracing::warn!(provider, %problem, "no tokens of this provider can be verified yet");
            }
        });
    }

    fn made(&self) -> MutexGuard<'_, Made> {
        // Its parts are replaced whole.
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
