//! Access in force: by the settings, or as it was handed over. One policy is one `Access` for as long as it stays the same, since
//! that has fetched the keys of its providers.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use access::{Access, AccessFile};
use tokio::runtime::Handle;

use crate::config::access::{AccessSettings, in_use};
use crate::error::AppError;
use crate::plan::AccessOrPrograms;

/// Access in force.
pub(super) struct AccessInForce {
    made: Mutex<Made>,
    runtime: Handle,
}

#[derive(Default)]
struct Made {
    /// Whether providers are asked for their keys: not for what is only looked at, or refused.
    asks: bool,
    /// What they were asked for last.
    asked: Option<Weak<Access>>,
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
        let mut made = self.made();
        if let Some(before) = &made.handed_over {
            access.keep_keys_of(before);
        }
        made.handed_over = Some(Arc::new(access));
    }

    /// What requests are asked for, `None` where nothing is; and then, who names the programs that send a token all the same.
    ///
    /// # Errors
    /// [`crate::Code::InvalidSetting`].
    pub(super) fn with_programs(
        &self,
        settings: &AccessSettings,
    ) -> Result<AccessOrPrograms, AppError> {
        let access = self.by(settings)?;
        let programs = match &access {
            None if !settings.policy.programs.is_empty() => Some(self.of(settings)?),
            None | Some(_) => None,
        };
        Ok(AccessOrPrograms { access, programs })
    }

    /// What requests are asked for; `None` where nothing is.
    ///
    /// # Errors
    /// [`crate::Code::InvalidSetting`].
    pub(super) fn by(&self, settings: &AccessSettings) -> Result<Option<Arc<Access>>, AppError> {
        if !settings.on {
            return Ok(self.made().handed_over.clone());
        }
        self.of(settings).map(Some)
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

    /// Requests will be asked for it: from now on its providers are asked for their keys, and those of what comes into force later.
    pub(super) fn ask_providers(&self, access: Option<&Arc<Access>>) {
        self.made().asks = true;
        self.in_force(access);
    }

    /// It is in force. Its providers are asked for their keys in the background, so that a wrong address is in the log before the
    /// first token comes.
    pub(super) fn in_force(&self, access: Option<&Arc<Access>>) {
        let Some(access) = access else {
            return;
        };
        {
            let mut made = self.made();
            let this = Arc::downgrade(access);
            if !made.asks || made.asked.as_ref().is_some_and(|asked| asked.ptr_eq(&this)) {
                return;
            }
            made.asked = Some(this);
        }
        let access = Arc::clone(access);
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
