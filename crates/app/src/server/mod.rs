//! Starting, stopping and watching the Codec Server.

pub(crate) mod access;

pub(crate) mod authority;

mod bind_problem;

mod connect;

mod https;

mod port_owner;

pub(crate) mod reach;

pub(crate) mod recorder;

pub(crate) mod serving;

pub(crate) mod view;

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::access::Certificate;
use codec_server::{
    BindError, CodecServer, Listeners, Replayer, RequestRecord, Running, ServerConfig,
};
use jiff::Timestamp;
use key_store::Vault;

use crate::config::validate::{check_port, check_ports_differ};
use crate::core::{Core, Tell};
use crate::error::AppError;
use crate::files::tickets::Tickets;
use crate::settings::changes::SettingsChanges;
use crate::settings::server_port::ServerPort;
use crate::settings::view::SettingsView;

use bind_problem::bind_problem;
use reach::Reach;
use recorder::Recorder;
use serving::Serving;
use view::{ConnectCard, HttpsView, ServerState, ServerView, SetPortRequest};

#[derive(Default)]
enum State {
    #[default]
    Stopped,
    Serving(Box<Listening>),
    Failed {
        error: AppError,
        free_port: Option<u16>,
    },
}

struct Listening {
    running: Running,
    started: Timestamp,
    /// Why HTTPS is not served, though the settings ask for it.
    https_problem: Option<AppError>,
}

impl State {
    /// The port that it serves on.
    fn port(&self) -> Option<u16> {
        match self {
            State::Serving(serving) => {
                let addresses = serving.running.addresses();
                addresses.first().map(|first| first.port())
            }
            State::Stopped | State::Failed { .. } => None,
        }
    }
}

/// The Codec Server of this app.
pub struct Server {
    core: Core,
    settings: SettingsChanges,
    recorder: Arc<dyn Recorder>,
    tell: Tell<ServerView>,
    state: Mutex<State>,
    reach: Mutex<Reach>,
    tickets: Arc<Tickets>,
    /// Keeps the key of this machine's authority.
    vault: Arc<dyn Vault>,
    /// The certificate of this machine's authority, once it was needed; it is renewed while the app runs.
    certificate: Mutex<Option<Certificate>>,
    /// One start or stop at a time; who asks for the state is not kept waiting by it.
    changing: Mutex<()>,
    /// Starts so far: ids of records are told apart by it.
    runs: AtomicU64,
}

impl Server {
    pub(crate) fn new(
        core: Core,
        settings: SettingsChanges,
        recorder: Arc<dyn Recorder>,
        tickets: Arc<Tickets>,
        vault: Arc<dyn Vault>,
        tell: Tell<ServerView>,
    ) -> Self {
        Server {
            core,
            settings,
            recorder,
            tell,
            state: Mutex::default(),
            reach: Mutex::default(),
            tickets,
            vault,
            certificate: Mutex::default(),
            changing: Mutex::default(),
            runs: AtomicU64::new(0),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // States are replaced whole, so what a panicking thread left behind is one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reach(&self) -> MutexGuard<'_, Reach> {
        // Its parts are replaced whole.
        self.reach.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn certificate(&self) -> MutexGuard<'_, Option<Certificate>> {
        // Replaced whole.
        self.certificate
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn changing(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Serving for Server {
    fn endpoint(&self) -> String {
        let port = self.state().port();
        let set = || self.core.settings().read(|settings| settings.server.port);
        endpoint(port.unwrap_or_else(set))
    }

    fn replayer(&self) -> Option<Replayer> {
        match &*self.state() {
            State::Serving(serving) => Some(serving.running.replayer()),
            State::Stopped | State::Failed { .. } => None,
        }
    }
}

impl ServerPort for Server {
    fn move_to(
        &self,
        port: u16,
        save: &mut dyn FnMut() -> Result<SettingsView, AppError>,
    ) -> Result<SettingsView, AppError> {
        check_port(port)?;
        let server = self.core.settings().get().server;
        check_ports_differ(port, &server)?;
        let _changing = self.changing();
        let serves_on = self.state().port();
        if matches!(&*self.state(), State::Stopped) || serves_on == Some(port) {
            let saved = save()?;
            self.tell_server()?;
            return Ok(saved);
        }
        let (reach, problem) = self.reach_by(&server);
        self.replace(port, reach, problem, save)
    }
}

impl Server {
    /// Listens with another port or reach in place of what listens now, which goes on where that cannot be, or cannot be saved. The
    /// caller holds `changing`.
    fn replace(
        &self,
        port: u16,
        reach: Reach,
        https_problem: Option<AppError>,
        save: &mut dyn FnMut() -> Result<SettingsView, AppError>,
    ) -> Result<SettingsView, AppError> {
        let serves_on = self.state().port();
        let mut new = self
            .bind(port, reach)
            .map_err(|error| bind_problem(&error, serves_on).0)?;
        new.https_problem = https_problem;
        let saved = match save() {
            Ok(saved) => saved,
            Err(error) => {
                self.core.runtime().block_on(new.running.stop());
                return Err(error);
            }
        };
        let old = std::mem::replace(&mut *self.state(), State::Serving(Box::new(new)));
        self.tell_server()?;
        self.end(old);
        Ok(saved)
    }
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl Server {
    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn server_status(&self, (): ()) -> Result<ServerView, AppError> {
        let revision = self.core.next_revision();
        let server = self.core.settings().get().server;
        let port = server.port;
        let mut view = ServerView {
            revision,
            state: ServerState::Stopped,
            port,
            endpoint: endpoint(port),
            listening: Vec::new(),
            https: HttpsView {
                on: server.https,
                port: server.https_port,
                endpoint: None,
                problem: None,
            },
            started: None,
            error: None,
            free_port: None,
            counts: self.recorder.counts(),
        };
        let state = self.state();
        if let Some(port) = state.port() {
            view.endpoint = endpoint(port);
        }
        match &*state {
            State::Stopped => {}
            State::Serving(serving) => {
                let addresses = serving.running.addresses();
                view.state = match self.core.pause().is_set() {
                    true => ServerState::Paused,
                    false => ServerState::Serving,
                };
                let plain = addresses.iter().map(|address| format!("http://{address}"));
                let secure = serving.running.https_addresses().iter();
                let secure = secure.map(|address| format!("https://{address}"));
                view.listening = plain.chain(secure).collect();
                let secure = serving.running.https_addresses().first();
                view.https.endpoint = secure.map(|address| format!("https://{address}"));
                view.https.problem.clone_from(&serving.https_problem);
                view.started = Some(serving.started.to_string());
            }
            State::Failed { error, free_port } => {
                view.state = ServerState::Failed;
                view.error = Some(error.clone());
                view.free_port = *free_port;
            }
        }
        Ok(view)
    }

    /// See the command table. Starting a server that serves changes nothing; one that is paused serves again.
    ///
    /// # Errors
    /// [`crate::Code::PortInUse`], or [`crate::Code::Internal`] with what the system said.
    pub fn start_server(&self, (): ()) -> Result<ServerView, AppError> {
        self.start_server_on(self.core.settings().get().server.port)
    }

    /// See the command table. A server that does not serve is not paused.
    ///
    /// # Errors
    /// None.
    pub fn pause_server(&self, (): ()) -> Result<ServerView, AppError> {
        let _changing = self.changing();
        let serves = matches!(&*self.state(), State::Serving(_));
        if serves && self.core.pause().set(true) {
            tracing::info!("the Codec Server is paused");
        }
        self.tell_server()
    }

    /// See the command table. Resuming a server that is not paused changes nothing.
    ///
    /// # Errors
    /// None.
    pub fn resume_server(&self, (): ()) -> Result<ServerView, AppError> {
        let _changing = self.changing();
        if self.core.pause().set(false) {
            tracing::info!("the Codec Server is resumed");
        }
        self.tell_server()
    }

    /// Starts the Codec Server on a port other than the one that is set; 0 lets the system choose.
    ///
    /// # Errors
    /// As [`Server::start_server`].
    pub fn start_server_on(&self, port: u16) -> Result<ServerView, AppError> {
        let _changing = self.changing();
        let was_paused = self.core.pause().set(false);
        if matches!(&*self.state(), State::Serving(_)) {
            return match was_paused {
                true => self.tell_server(),
                false => self.server_status(()),
            };
        }
        self.listen_on(port)
    }

    /// Serves HTTPS, too, from the next start, on a port of its own and with a certificate from two PEM texts.
    ///
    /// # Errors
    /// [`crate::Code::InvalidSetting`] with what is wrong with them; nothing of the texts is in it.
    pub fn set_https(&self, port: u16, chain: &[u8], key: &[u8]) -> Result<(), AppError> {
        let certificate = reach::own_certificate(chain, key)?;
        self.reach().set_own_https(port, certificate);
        Ok(())
    }

    /// Replaces the certificate of [`Server::set_https`], for the handshakes that begin from now on; no connection is dropped.
    /// Without one, nothing changes.
    ///
    /// # Errors
    /// As [`Server::set_https`]; the certificate that is served stays then.
    pub fn replace_certificate(&self, chain: &[u8], key: &[u8]) -> Result<(), AppError> {
        let reach = self.reach();
        let own = reach.own_certificate();
        own.map_or(Ok(()), |own| reach::replace_own(own, chain, key))
    }

    /// As [`Server::set_https`], with a certificate of this machine's own authority, which is renewed while serving.
    ///
    /// # Errors
    /// [`crate::Code::KeychainUnavailable`]: the authority's key is kept nowhere else.
    pub fn set_local_https(&self, port: u16) -> Result<(), AppError> {
        self.reach().set_https(port, &self.local_certificate()?);
        Ok(())
    }

    /// Listens on an address beyond this machine as well, from the next start, which is refused unless everyone is asked for a
    /// token over TLS. `hosts` are the names that clients use; the address is one of them, unless it stands for all.
    ///
    /// # Errors
    /// [`crate::Code::InvalidSetting`] for a name that no `Host` can be.
    pub fn set_beyond(
        &self,
        address: IpAddr,
        hosts: Vec<String>,
        behind_proxy: bool,
    ) -> Result<(), AppError> {
        self.reach().set_beyond(address, hosts, behind_proxy)
    }

    /// Serves metrics for Prometheus, too, from the next start, on a listener of their own.
    pub fn set_metrics(&self, address: SocketAddr) {
        self.reach().metrics = Some(address);
    }

    /// The URL that metrics are read from, where they are served.
    pub fn metrics_url(&self) -> Option<String> {
        match &*self.state() {
            State::Serving(serving) => {
                let address = serving.running.metrics_address()?;
                Some(format!("http://{address}/metrics"))
            }
            State::Stopped | State::Failed { .. } => None,
        }
    }

    /// Listens, paused or not as it was.
    fn bind(&self, port: u16, reach: Reach) -> Result<Listening, BindError> {
        reach.check()?;
        self.core.ask_providers();
        let before = match &*self.state() {
            State::Serving(serving) => serving.running.listeners(),
            State::Stopped | State::Failed { .. } => Listeners::default(),
        };
        let run = self.runs.fetch_add(1, Ordering::Relaxed);
        let config = ServerConfig {
            port,
            https: reach.https,
            beyond: reach.beyond,
            metrics: reach.metrics,
            capture: Some(self.recorder.capture(run)),
            ..ServerConfig::default()
        };
        let rules = self.core.rules();
        let recorder = Arc::clone(&self.recorder);
        let observer = Arc::new(move |record: RequestRecord| recorder.record(run, record));
        let bound = self
            .core
            .runtime()
            .block_on(CodecServer::take_over(config, rules, observer, &before));
        let running = bound.inspect_err(|error| {
            tracing::error!(%error, "the Codec Server could not listen");
        })?;
        tracing::info!(addresses = ?running.addresses(), "the Codec Server serves");
        let started = Timestamp::now();
        Ok(Listening {
            running,
            started,
            https_problem: None,
        })
    }

    /// Listens where it did not. The caller holds `changing`.
    fn listen_on(&self, port: u16) -> Result<ServerView, AppError> {
        let (state, result) = match self.bind_as_set(port) {
            Ok(listening) => (State::Serving(Box::new(listening)), Ok(())),
            Err(error) => {
                let (error, free_port) = bind_problem(&error, None);
                (
                    State::Failed {
                        error: error.clone(),
                        free_port,
                    },
                    Err(error),
                )
            }
        };
        *self.state() = state;
        let view = self.tell_server()?;
        result.map(|()| view)
    }

    /// See the command table. Stopping a server that does not serve changes nothing.
    ///
    /// # Errors
    /// None.
    pub fn stop_server(&self, (): ()) -> Result<ServerView, AppError> {
        let _changing = self.changing();
        self.stop_listening();
        self.core.pause().set(false);
        self.tell_server()
    }

    /// Stops, and stays paused or not as it was. The caller holds `changing`.
    fn stop_listening(&self) {
        let state = std::mem::take(&mut *self.state());
        self.end(state);
    }

    fn end(&self, state: State) {
        if let State::Serving(serving) = state {
            self.core.runtime().block_on(serving.running.stop());
            tracing::info!("the Codec Server stopped");
        }
    }

    /// See the command table. The new port is bound before the old one is given up: where it cannot be, nothing changes. A
    /// server that was stopped stays so.
    ///
    /// # Errors
    /// [`crate::Code::InvalidSetting`], [`crate::Code::File`], [`crate::Code::PortInUse`].
    pub fn set_port(&self, request: SetPortRequest) -> Result<ServerView, AppError> {
        self.move_to(request.port, &mut || {
            self.settings
                .change_with_undo(|settings| settings.server.port = request.port)
        })?;
        self.server_status(())
    }

    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn connect_cards(&self, (): ()) -> Result<Vec<ConnectCard>, AppError> {
        Ok(connect::cards(&self.endpoint()))
    }

    fn tell_server(&self) -> Result<ServerView, AppError> {
        let server = self.server_status(())?;
        self.tell.tell(server.clone());
        Ok(server)
    }
}

/// The URL for clients. 127.0.0.1 and not `localhost`: no name needs looking up, and browsers trust both alike.
pub fn endpoint(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}
