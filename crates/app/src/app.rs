//! The product: settings, keys, Codec Server, requests and open documents, behind one cheap handle.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use codec_server::Rules;
use key_store::{KeyStore, OsKeychain, Vault, files};
use tokio::runtime::Handle;
use tokio::sync::{Notify, broadcast, watch};

use crate::deep_link::Links;
use crate::desktop::Desktop;
use crate::diagnosing::Findings;
use crate::error::AppError;
use crate::event::AppEvent;
use crate::idle::LastUse;
use crate::inspector::Documents;
use crate::key_sources::{Previews, Running};
use crate::keys::{self, Uses};
use crate::paths::{AppPaths, IDENTIFIER};
use crate::profile::{self, Plan};
use crate::requests::capture::Captures;
use crate::requests::{self, Requests};
use crate::server::ServerControl;
use crate::settings::Settings;
use crate::settings_store::SettingsStore;
use crate::settings_transfer::Transfers;
use crate::tickets::Tickets;

/// Events that a slow window may be behind by; it asks for whole views when it falls further behind.
const EVENTS: usize = 256;

/// The product without its window. Clones share it.
///
/// Its commands (see [`crate::commands`]) may block on the keychain or on files: call them off the reactor.
#[derive(Clone)]
pub struct App(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) settings: SettingsStore,
    /// The Temporal CLI's profiles; absent where the system names no folder for them, and in memory.
    pub(crate) temporal_toml: Option<PathBuf>,
    pub(crate) keys: KeyStore,
    plan: Mutex<Arc<Plan>>,
    pub(crate) rules: watch::Sender<Arc<Rules>>,
    pub(crate) uses: Uses,
    pub(crate) server: ServerControl,
    pub(crate) requests: Requests,
    pub(crate) captures: Captures,
    pub(crate) recorded: Notify,
    pub(crate) documents: Documents,
    pub(crate) findings: Findings,
    pub(crate) last_use: LastUse,
    pub(crate) previews: Previews,
    pub(crate) transfers: Transfers,
    pub(crate) running: Running,
    pub(crate) links: Links,
    pub(crate) desktop: OnceLock<Arc<dyn Desktop>>,
    /// Held while a dialog of the desktop is open.
    pub(crate) asking: Mutex<()>,
    pub(crate) tickets: Tickets,
    pub(crate) runtime: Handle,
    events: broadcast::Sender<AppEvent>,
    revision: AtomicU64,
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
        let n_removed = files::sweep(&paths.config);
        if n_removed > 0 {
            tracing::info!(
                n_removed,
                "removed what was being saved when the app was killed"
            );
        }
        let keys =
            KeyStore::open(&paths.keys_file(), vault).map_err(|error| keys::problem(&error))?;
        Self::assemble(
            SettingsStore::open(&paths.settings_file()),
            keys,
            paths.temporal_toml.clone(),
            runtime,
        )
    }

    /// As [`App::open`], to decode and encode with the settings and keys of the desktop app: no file of its is created, moved or
    /// rewritten, and every change is refused.
    ///
    /// # Errors
    /// Where the index of keys cannot be read, or nothing of the settings can be used: then it is not known which keys a
    /// Namespace may use, and whom to serve.
    pub fn open_to_read(paths: &AppPaths, runtime: Handle) -> Result<Self, AppError> {
        let settings = SettingsStore::open_to_read(&paths.settings_file())?;
        let vault = Arc::new(OsKeychain::new(IDENTIFIER));
        let keys = KeyStore::open_to_read(&paths.keys_file(), vault)
            .map_err(|error| keys::problem(&error))?;
        Self::assemble(settings, keys, paths.temporal_toml.clone(), runtime)
    }

    /// A product that reads and writes no file and no keychain: for keys that were handed over, in memory alone.
    ///
    /// # Errors
    /// [`crate::Code::InvalidOrigin`] where the settings name something that is no origin.
    pub fn in_memory(settings: Settings, runtime: Handle) -> Result<Self, AppError> {
        Self::assemble(
            SettingsStore::in_memory(settings)?,
            KeyStore::in_memory(),
            None,
            runtime,
        )
    }

    fn assemble(
        settings: SettingsStore,
        keys: KeyStore,
        temporal_toml: Option<PathBuf>,
        runtime: Handle,
    ) -> Result<Self, AppError> {
        let plan = Arc::new(Plan::new(settings.get(), &keys));
        let server = ServerControl::default();
        let rules = profile::rules(&plan, server.pause())?;
        let app = App(Arc::new(Inner {
            plan: Mutex::new(plan),
            uses: Uses::default(),
            settings,
            temporal_toml,
            keys,
            rules: watch::Sender::new(Arc::new(rules)),
            server,
            requests: Requests::default(),
            captures: Captures::default(),
            recorded: Notify::new(),
            documents: Documents::default(),
            findings: Findings::default(),
            last_use: LastUse::default(),
            previews: Previews::default(),
            transfers: Transfers::default(),
            running: Running::default(),
            links: Links::default(),
            desktop: OnceLock::new(),
            asking: Mutex::default(),
            tickets: Tickets::default(),
            events: broadcast::Sender::new(EVENTS),
            revision: AtomicU64::new(0),
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
            let settings = &app.inner().settings;
            if settings.is_damaged() {
                // The defaults may let in more than the file says.
                tracing::error!(
                    "the Codec Server is not started, since the settings could not be read"
                );
            } else if settings.get().server.start_on_launch
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

    /// The number of a look at the state, to be taken before the look: commands run side by side, and the look that follows
    /// a change then has a larger number than any that could have missed it.
    pub(crate) fn next_revision(&self) -> u64 {
        self.inner().revision.fetch_add(1, Ordering::SeqCst)
    }

    /// What decides how Payloads are treated now.
    pub(crate) fn plan(&self) -> Arc<Plan> {
        self.plan_mut().clone()
    }

    fn plan_mut(&self) -> MutexGuard<'_, Arc<Plan>> {
        // Plans are replaced whole.
        self.inner()
            .plan
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts settings and keys in force for the next request.
    pub(crate) fn apply(&self) -> Result<(), AppError> {
        let inner = self.inner();
        // Held from the look to the end: of two changes side by side, the older one must not come into force last.
        let mut in_force = self.plan_mut();
        let plan = Arc::new(Plan::new(inner.settings.get(), &inner.keys));
        let rules = profile::rules(&plan, inner.server.pause())?;
        *in_force = plan;
        inner.rules.send_replace(Arc::new(rules));
        Ok(())
    }
}
