//! The product: composes the rooms, opens them, starts and ends what runs in the background.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use key_store::{KeyStore, OsKeychain, Vault, files};
use tokio::runtime::Handle;
use tokio::sync::broadcast;

use crate::access::AccessControl;
use crate::access::new_token::NewToken;
use crate::config::Settings;
use crate::config::store::SettingsStore;
use crate::consent::Consent;
use crate::core::Core;
use crate::core::desktop_port::DesktopPort;
use crate::core::idle::IdleClock;
use crate::core::in_force::InForce;
use crate::core::remembered_files::RememberedFiles;
use crate::core::secret_clipboard::SecretClipboard;
use crate::core::uses::Uses;
use crate::desktop::DesktopShell;
use crate::doctor::Doctor;
use crate::error::AppError;
use crate::event::{AppEvent, to_window};
use crate::files::tickets::Tickets;
use crate::formats::FormatList;
use crate::inspector::{InspectionProgress, Inspector};
use crate::keys::Keys;
use crate::keys::adopt_finding::AdoptFinding;
use crate::keys::changes::KeyChanges;
use crate::keys::copy_new_key::CopyNewKey;
use crate::keys::forget_port::Forget as _;
use crate::keys::import::KeyImport;
use crate::keys::key_file::KeyFile;
use crate::keys::sources::KeySources;
use crate::namespaces::Namespaces;
use crate::paths::{AppPaths, IDENTIFIER};
use crate::plan::key_messages::problem;
use crate::requests::RequestLog;
use crate::requests::recorder::{Recorded, Recorder};
use crate::server::Server;
use crate::settings::AppSettings;
use crate::settings::changes::SettingsChanges;
use crate::temporal_cli::TemporalCli;
use crate::trust::AuthorityTrust;

/// Events that a slow window may be behind by; it asks for whole views when it falls further behind.
const EVENTS: usize = 256;

/// The product without its window. Clones share it.
///
/// The commands of its rooms (see [`crate::commands`]) may block on the keychain or on files: call them off the reactor.
#[derive(Clone)]
pub struct App(Arc<Rooms>);

struct Rooms {
    core: Core,
    clock: IdleClock,
    events: broadcast::Sender<AppEvent>,
    server: Arc<Server>,
    temporal_cli: Arc<TemporalCli>,
    trust: AuthorityTrust,
    doctor: Doctor,
    keys: Arc<Keys>,
    key_import: KeyImport,
    key_sources: Arc<KeySources>,
    formats: Arc<FormatList>,
    namespaces: Namespaces,
    inspector: Arc<Inspector>,
    requests: RequestLog,
    access: AccessControl,
    consent: Arc<Consent>,
    copy_new_key: CopyNewKey,
    new_token: Arc<NewToken>,
    settings: AppSettings,
    desktop: DesktopShell,
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
        let keys = KeyStore::open(&paths.keys_file(), vault.clone());
        let keys = keys.map_err(|error| problem(&error))?;
        let settings = SettingsStore::open(&paths.settings_file());
        let (toml, home) = (paths.temporal_toml.clone(), paths.home.clone());
        Self::assemble(settings, keys, vault, toml, home, runtime)
    }

    /// As [`App::open`], to decode and encode with the settings and keys of the desktop app: no file of its is created, moved or
    /// rewritten, and every change is refused.
    ///
    /// # Errors
    /// Where the index of keys cannot be read, or nothing of the settings can be used: then it is not known which keys a
    /// Namespace may use, and whom to serve.
    pub fn open_to_read(paths: &AppPaths, runtime: Handle) -> Result<Self, AppError> {
        let settings = SettingsStore::open_to_read(&paths.settings_file())?;
        // Its port is that of the desktop app, which may be running.
        settings.override_with(|settings| settings.server.https = false)?;
        let vault = Arc::new(OsKeychain::new(IDENTIFIER));
        let keys = KeyStore::open_to_read(&paths.keys_file(), vault.clone());
        let keys = keys.map_err(|error| problem(&error))?;
        let temporal_toml = paths.temporal_toml.clone();
        Self::assemble(settings, keys, vault, temporal_toml, None, runtime)
    }

    /// As [`App::open_to_read`], for the Connection Doctor: whatever the settings file is, and without any key.
    ///
    /// # Errors
    /// None that a damaged file gives.
    pub fn open_to_look(paths: &AppPaths, runtime: Handle) -> Result<Self, AppError> {
        let settings = SettingsStore::open_to_look(&paths.settings_file());
        let (keys, vault) = (KeyStore::in_memory(), Arc::new(OsKeychain::new(IDENTIFIER)));
        let temporal_toml = paths.temporal_toml.clone();
        Self::assemble(settings, keys, vault, temporal_toml, None, runtime)
    }

    /// A product that reads and writes no file and no keychain: for keys that were handed over, in memory alone.
    ///
    /// # Errors
    /// [`crate::Code::InvalidOrigin`] where the settings name something that is no origin.
    pub fn in_memory(settings: Settings, runtime: Handle) -> Result<Self, AppError> {
        let settings = SettingsStore::in_memory(settings)?;
        // For the authority of HTTPS alone, where that is asked for.
        let vault = Arc::new(OsKeychain::new(IDENTIFIER));
        Self::assemble(settings, KeyStore::in_memory(), vault, None, None, runtime)
    }

    /// A product that holds the keys of a file in memory, with the profiles of that file, and reads and writes no file and no
    /// keychain. Settings that the file does not speak of are those given.
    ///
    /// # Errors
    /// What is wrong with an entry, which is named by its place, or with the settings.
    pub fn of_key_file(
        file: KeyFile,
        mut settings: Settings,
        runtime: Handle,
    ) -> Result<Self, AppError> {
        file.complete(&mut settings)?;
        let app = App::in_memory(settings, runtime)?;
        file.hold(app.key_import())?;
        Ok(app)
    }

    /// Gives each room what it needs, from the bottom up: a room sees nothing but what is handed to it here.
    fn assemble(
        settings: SettingsStore,
        keys: KeyStore,
        vault: Arc<dyn Vault>,
        temporal_toml: Option<PathBuf>,
        home: Option<PathBuf>,
        runtime: Handle,
    ) -> Result<Self, AppError> {
        let events = broadcast::Sender::new(EVENTS);
        let core = Core::new(settings, keys, runtime)?;
        let clock = IdleClock::new(core.clone());
        let port = DesktopPort::default();
        let tickets = Arc::new(Tickets::new(core.settings().folder().map(Path::to_owned)));

        let tell = to_window(&events, |settings| AppEvent::SettingsChanged { settings });
        let settings_changes = SettingsChanges::new(core.clone(), port.clone(), tell);
        let tell = to_window(&events, |keys| AppEvent::KeysChanged { keys });
        let key_changes = KeyChanges::new(core.clone(), tell);

        let tell = to_window(&events, |capture| AppEvent::CaptureChanged { capture });
        let token_uses = Arc::new(Uses::default());
        let recorder = Arc::new(Recorder::new(
            key_changes.clone(),
            token_uses.clone(),
            clock.clone(),
            tell,
        ));
        let server = Arc::new(Server::new(
            core.clone(),
            settings_changes.clone(),
            recorder.clone(),
            tickets.clone(),
            vault.clone(),
            to_window(&events, |server| AppEvent::ServerChanged { server }),
        ));
        let tell = to_window(&events, |Recorded { requests, counts }| {
            AppEvent::RequestsRecorded { requests, counts }
        });
        let requests = RequestLog::new(
            core.clone(),
            recorder.clone(),
            server.clone(),
            tickets.clone(),
            tell,
        );
        let temporal_cli = Arc::new(TemporalCli::new(
            core.clone(),
            settings_changes.clone(),
            server.clone(),
            temporal_toml,
        ));
        let trust = AuthorityTrust::new(vault, port.clone(), home);
        let doctor = Doctor::new(
            core.clone(),
            server.clone(),
            recorder.clone(),
            key_changes.clone(),
            temporal_cli.clone(),
        );

        let formats = Arc::new(FormatList::new(
            core.clone(),
            settings_changes.clone(),
            key_changes.clone(),
            to_window(&events, |formats| AppEvent::FormatsChanged { formats }),
        ));
        let namespaces = Namespaces::new(
            core.clone(),
            settings_changes.clone(),
            key_changes.clone(),
            to_window(&events, |profiles| AppEvent::ProfilesChanged { profiles }),
        );
        let clipboard = SecretClipboard::new(port.clone(), core.runtime().clone());
        let copy_new_key = CopyNewKey::new(clipboard.clone());
        let new_token = Arc::new(NewToken::new(clipboard));
        let access = AccessControl::new(
            core.clone(),
            settings_changes.clone(),
            port.clone(),
            tickets.clone(),
            new_token.clone(),
            token_uses,
        );
        let tell = to_window(&events, |consent| AppEvent::ConsentChanged { consent });
        let consent = Consent::new(core.clone(), settings_changes.clone(), tell);
        let key_import = KeyImport::new(
            core.clone(),
            settings_changes.clone(),
            key_changes.clone(),
            tickets.clone(),
            copy_new_key.clone(),
        );
        let key_sources = Arc::new(KeySources::new(
            core.clone(),
            key_changes.clone(),
            key_import.clone(),
            formats.clone(),
            tickets.clone(),
            port.clone(),
            to_window(&events, |wrapped_keys| AppEvent::WrappedKeysChanged {
                wrapped_keys,
            }),
        ));
        let tell = to_window(&events, |progress: InspectionProgress| {
            AppEvent::InspectionProgress {
                ticket: progress.ticket,
                done: progress.done,
                total: progress.total,
            }
        });
        let inspector = Arc::new(Inspector::new(
            InForce::new(core.clone()),
            RememberedFiles::new(core.clone()),
            AdoptFinding::new(core.clone(), settings_changes.clone(), key_changes.clone()),
            tickets.clone(),
            tell,
        ));
        let keys = Arc::new(Keys::new(
            core.clone(),
            settings_changes.clone(),
            key_changes.clone(),
            key_import.clone(),
            clock.clone(),
            vec![
                recorder,
                key_sources.clone(),
                Arc::new(copy_new_key.clone()),
                new_token.clone(),
                consent.clone(),
                inspector.clone(),
            ],
        ));

        let settings = AppSettings::new(
            core.clone(),
            settings_changes.clone(),
            port.clone(),
            tickets.clone(),
            server.clone(),
            Arc::new(key_changes),
        );
        let desktop = DesktopShell::new(
            core.clone(),
            settings_changes,
            keys.clone(),
            server.clone(),
            clock.clone(),
            port,
            tickets,
            to_window(&events, |action| AppEvent::ActionChosen { action }),
            to_window(&events, |()| AppEvent::LinkOpened),
        );
        Ok(App(Arc::new(Rooms {
            core,
            clock,
            events,
            server,
            temporal_cli,
            trust,
            doctor,
            keys,
            key_import,
            key_sources,
            formats,
            namespaces,
            inspector,
            requests,
            access,
            consent,
            copy_new_key,
            new_token,
            settings,
            desktop,
        })))
    }

    /// The Codec Server.
    pub fn server(&self) -> &Server {
        &self.0.server
    }

    /// Who may have Payloads decoded.
    pub fn access(&self) -> &AccessControl {
        &self.0.access
    }

    /// The user’s consent to who is served.
    pub fn consent(&self) -> &Consent {
        &self.0.consent
    }

    /// The Temporal CLI’s profiles.
    pub fn temporal_cli(&self) -> &TemporalCli {
        &self.0.temporal_cli
    }

    /// Who trusts the authority of this machine.
    pub fn trust(&self) -> &AuthorityTrust {
        &self.0.trust
    }

    /// Why a client gets no decoded Payloads.
    pub fn doctor(&self) -> &Doctor {
        &self.0.doctor
    }

    /// The keys.
    pub fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// Keys coming in one by one.
    pub fn key_import(&self) -> &KeyImport {
        &self.0.key_import
    }

    /// Lists, bundles and commands that hold keys.
    pub fn key_sources(&self) -> &KeySources {
        &self.0.key_sources
    }

    /// The formats.
    pub fn formats(&self) -> &FormatList {
        &self.0.formats
    }

    /// The profiles of Namespaces.
    pub fn namespaces(&self) -> &Namespaces {
        &self.0.namespaces
    }

    /// The inspector.
    pub fn inspector(&self) -> &Inspector {
        &self.0.inspector
    }

    /// The list of requests.
    pub fn requests(&self) -> &RequestLog {
        &self.0.requests
    }

    /// The settings.
    pub fn settings(&self) -> &AppSettings {
        &self.0.settings
    }

    /// The desktop.
    pub fn desktop(&self) -> &DesktopShell {
        &self.0.desktop
    }

    /// The same product with other settings, as long as it runs: they are not saved.
    ///
    /// # Errors
    /// [`crate::Code::InvalidOrigin`], [`crate::Code::InvalidSetting`].
    pub fn overriding(self, change: impl FnOnce(&mut Settings)) -> Result<Self, AppError> {
        self.0.core.settings().override_with(change)?;
        self.0.core.apply()?;
        Ok(self)
    }

    /// Puts the settings and keys of another product in force here, for the next request; the Codec Server goes on serving, on the
    /// port that it has.
    ///
    /// # Errors
    /// [`crate::Code::KeychainUnavailable`] where the other one could not read its keys, [`crate::Code::InvalidSetting`] where its
    /// settings decode without a token and the server listens beyond this machine; nothing is changed then.
    pub fn take_over(&self, newer: &App) -> Result<(), AppError> {
        let core = &newer.0.core;
        if let Some(problem) = newer.keys().list_keys(())?.keychain.problem {
            return Err(problem);
        }
        let settings = core.settings().get();
        let access = self.0.core.access_by(&settings)?;
        self.0.server.stays_guarded_by(access.as_deref())?;
        self.0.core.replace(settings, core.keys())
    }

    /// Reads the keys and starts the Codec Server, as the settings say; returns at once.
    pub fn launch(&self) {
        let app = self.clone();
        self.0.core.runtime().spawn_blocking(move || {
            app.keys().load_keys();
            let settings = app.0.core.settings();
            if settings.is_damaged() {
                // The defaults may let in more than the file says.
                tracing::error!(
                    "the Codec Server is not started, since the settings could not be read"
                );
            } else if settings.get().server.start_on_launch
                && let Err(error) = app.server().start_server(())
            {
                tracing::error!(%error, "the Codec Server could not start");
            }
        });
    }

    /// Stops the Codec Server after the requests under way, and leaves no key or token on the clipboard. Blocks; not to be called on the reactor.
    pub fn shut_down(&self) {
        self.0.copy_new_key.forget();
        self.0.new_token.forget();
        if let Err(error) = self.server().stop_server(()) {
            tracing::warn!(%error, "the Codec Server did not stop in good order");
        }
        // The requests under way were the last ones.
        self.requests().finish_access_log();
    }

    /// What changes from now on.
    pub fn events(&self) -> broadcast::Receiver<AppEvent> {
        self.0.events.subscribe()
    }

    /// Someone uses the product: the idle clock starts anew. A transport says so before it runs a command.
    pub fn note_use(&self) {
        self.0.clock.note_use();
    }

    /// Whether closing the window keeps the app in the tray.
    pub fn closes_to_tray(&self) -> bool {
        self.0
            .core
            .settings()
            .read(|settings| settings.ui.close_to_tray)
    }
}
