//! Keys as the window handles them: listed, named, chosen, retired, removed, locked. Nothing gives their bytes back.

mod add_sample_key;

pub(crate) mod adopt_finding;

pub(crate) mod changes;

pub(crate) mod copy_new_key;

mod encode_key;

pub(crate) mod forget_port;

mod generate;

pub(crate) mod import;

pub(crate) mod key_file;

mod key_file_held;

mod lock;

pub(crate) mod lock_port;

mod move_keys;

mod other_text;

mod remove;

mod rename;

mod replace;

mod retire;

pub(crate) mod sources;

mod usage;

pub(crate) mod view;

mod worker_snippets;

use std::sync::Arc;

use crate::core::Core;
use crate::core::idle::IdleClock;
use crate::error::AppError;
use crate::settings::changes::SettingsChanges;

use changes::KeyChanges;
use forget_port::Forget;
use import::KeyImport;
use view::KeysView;

/// The keys.
pub struct Keys {
    core: Core,
    settings: SettingsChanges,
    changes: KeyChanges,
    import: KeyImport,
    clock: IdleClock,
    forget: Vec<Arc<dyn Forget>>,
}

impl Keys {
    pub(crate) fn new(
        core: Core,
        settings: SettingsChanges,
        changes: KeyChanges,
        import: KeyImport,
        clock: IdleClock,
        forget: Vec<Arc<dyn Forget>>,
    ) -> Self {
        Keys {
            core,
            settings,
            changes,
            import,
            clock,
            forget,
        }
    }
}

impl Keys {
    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn list_keys(&self, (): ()) -> Result<KeysView, AppError> {
        Ok(self.changes.view())
    }

    /// Reads the keys of the index from the keychain; what it says is in [`Keys::list_keys`].
    ///
    /// Blocks until the keychain answered, or its deadline passed.
    pub fn load_keys(&self) {
        match self.core.keys().load() {
            Ok(state) => tracing::info!(
                ?state,
                n_keys = self.core.keys().list().len(),
                "keys are read"
            ),
            Err(error) => tracing::error!(%error, "keys could not be read"),
        }
        if let Err(error) = self.changes.changed() {
            tracing::error!(%error, "keys could not be put in force");
        }
    }
}
