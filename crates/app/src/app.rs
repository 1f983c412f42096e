//! The product: settings, keys, Codec Server, requests and open documents, behind one cheap handle.

use std::sync::Arc;

use codec_server::Rules;
use key_store::{KeyStore, OsKeychain, Vault};
use tokio::runtime::Handle;
use tokio::sync::{Notify, broadcast, watch};

use crate::error::AppError;
use crate::event::AppEvent;
use crate::inspector::Documents;
use crate::keys;
use crate::paths::{AppPaths, IDENTIFIER};
use crate::profile;
use crate::requests::{self, Requests};
use crate::server::ServerControl;
use crate::settings::Settings;
use crate::settings_store::SettingsStore;

/// Events that a slow window may be behind by; it asks for whole views when it falls further behind.
const EVENTS: usize = 256;

/// The product without its window. Clones share it.
///
/// Its commands (see [`crate::commands`]) may block on the keychain or on files: call them off the reactor.
#[derive(Clone)]
pub struct App(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) settings: SettingsStore,
    pub(crate) keys: KeyStore,
    pub(crate) rules: watch::Sender<Arc<Rules>>,
    pub(crate) server: ServerControl,
    pub(crate) requests: Requests,
    pub(crate) recorded: Notify,
    pub(crate) documents: Documents,
    pub(crate) runtime: Handle,
    events: broadcast::Sender<AppEvent>,
}

impl App {
    /// The product of this user: settings and key index from `paths`, keys from the OS keychain. Asks the keychain nothing
    /// yet.
    ///
    /// # Errors
    /// Where the index of keys cannot be read.
    pub fn open(paths: &AppPaths, runtime: Handle) -> Result<Self, AppError> {
        Self::with_vault(paths, Arc::new(OsKeychain::new(IDENTIFIER)), runtime)
    }

    /// As [`App::open`], with keys from another vault.
    ///
    /// # Errors
    /// Where the index of keys cannot be read.
    pub fn with_vault(
        paths: &AppPaths,
        vault: Arc<dyn Vault>,
        runtime: Handle,
    ) -> Result<Self, AppError> {
        let keys =
            KeyStore::open(&paths.keys_file(), vault).map_err(|error| keys::problem(&error))?;
        Self::assemble(SettingsStore::open(&paths.settings_file()), keys, runtime)
    }

    /// A product that reads and writes no file and no keychain: for keys that were handed over, in memory alone.
    ///
    /// # Errors
    /// [`crate::Code::InvalidOrigin`] where the settings name something that is no origin.
    pub fn in_memory(settings: Settings, runtime: Handle) -> Result<Self, AppError> {
        Self::assemble(
            SettingsStore::in_memory(settings)?,
            KeyStore::in_memory(),
            runtime,
        )
    }

    fn assemble(
        settings: SettingsStore,
        keys: KeyStore,
        runtime: Handle,
    ) -> Result<Self, AppError> {
        let rules = profile::rules(&settings.get(), &keys)?;
        let app = App(Arc::new(Inner {
            settings,
            keys,
            rules: watch::Sender::new(Arc::new(rules)),
            server: ServerControl::default(),
            requests: Requests::default(),
            recorded: Notify::new(),
            documents: Documents::default(),
            events: broadcast::Sender::new(EVENTS),
            runtime,
        }));
        requests::tell_in_batches(&app);
        Ok(app)
    }

    /// The same product with other settings, as long as it runs: they are not saved.
    ///
    /// # Errors
    /// [`crate::Code::InvalidOrigin`], [`crate::Code::InvalidSetting`].
    pub fn overriding(self, change: impl FnOnce(&mut Settings)) -> Result<Self, AppError> {
        self.inner().settings.override_with(change)?;
        self.apply()?;
        Ok(self)
    }

    /// Reads the keys and starts the Codec Server, as the settings say; returns at once.
    pub fn launch(&self) {
        let app = self.clone();
        self.inner().runtime.spawn_blocking(move || {
            app.load_keys();
            if app.inner().settings.get().server.start_on_launch
                && let Err(error) = app.start_server(())
            {
                tracing::error!(%error, "the Codec Server could not start");
            }
        });
    }

    /// Stops the Codec Server after the requests under way. Blocks; not to be called on the reactor.
    pub fn shut_down(&self) {
        if let Err(error) = self.stop_server(()) {
            tracing::warn!(%error, "the Codec Server did not stop in good order");
        }
    }

    /// What changes from now on.
    pub fn events(&self) -> broadcast::Receiver<AppEvent> {
        self.inner().events.subscribe()
    }

    /// Whether closing the window keeps the app in the tray.
    pub fn closes_to_tray(&self) -> bool {
        self.inner().settings.get().ui.close_to_tray
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    pub(crate) fn downgrade(&self) -> std::sync::Weak<Inner> {
        Arc::downgrade(&self.0)
    }

    pub(crate) fn upgrade(inner: &std::sync::Weak<Inner>) -> Option<Self> {
        inner.upgrade().map(App)
    }

    pub(crate) fn tell(&self, event: AppEvent) {
        // An error means that no window listens.
        let _ = self.inner().events.send(event);
    }

    /// Puts settings and keys in force for the next request.
    pub(crate) fn apply(&self) -> Result<(), AppError> {
        let inner = self.inner();
        let rules = profile::rules(&inner.settings.get(), &inner.keys)?;
        inner.rules.send_replace(Arc::new(rules));
        Ok(())
    }
}
