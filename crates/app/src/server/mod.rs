//! Starting, stopping and watching the Codec Server.

pub(crate) mod local_authority;

mod bind_problem;

mod client_finder;

mod command_output;

mod connect;

mod https;

mod lsof;

mod netstat;

mod panic_lock;

pub(crate) mod panic_lock_port;

mod pause;

mod port;

pub(crate) mod port_owner;

pub(crate) mod reach;

pub(crate) mod record_requests_port;

mod serve_listeners;

pub(crate) mod serving_port;

mod set_access;

mod sockets;

mod start;

pub(crate) mod view;

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use access::Certificate;
use codec_server::{FindClients, Replayer, Running};
use jiff::Timestamp;
use key_store::Vault;
use tokio_rustls::rustls::ClientConfig;

use crate::core::{Core, Tell};
use crate::error::AppError;
use crate::files::tickets::Tickets;
use crate::settings::changes::SettingsChanges;

use reach::Reach;
use record_requests_port::RecordRequests;
use serving_port::Serving;
use view::{ConnectCard, HttpsView, ServerState, ServerView};

#[derive(Default)]
enum State {
    #[default]
    Stopped,
    Serving(Box<Listening>),
    Failed(AppError),
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
            State::Stopped | State::Failed(_) => None,
        }
    }
}

/// The Codec Server of this app.
pub struct Server {
    core: Core,
    settings: SettingsChanges,
    recorder: Arc<dyn RecordRequests>,
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
    /// Finds the programs that connect; absent where this system does not tell.
    clients: Option<Arc<dyn FindClients>>,
    /// Starts so far: ids of records are told apart by it.
    runs: AtomicU64,
}

impl Server {
    pub(crate) fn new(
        core: Core,
        settings: SettingsChanges,
        recorder: Arc<dyn RecordRequests>,
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
            clients: finds_clients(),
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

/// Who finds the programs that connect, where this system tells.
fn finds_clients() -> Option<Arc<dyn FindClients>> {
    if !client_finder::IS_TOLD {
        return None;
    }
    match client_finder::ClientFinder::start() {
        Ok(finder) => Some(Arc::new(finder)),
        Err(error) => {
            tracing::warn!(%error, "programs that connect are not told apart");
            None
        }
    }
}

impl Serving for Server {
    fn endpoint(&self) -> String {
        let port = self.state().port();
        let set = || self.core.settings().read(|settings| settings.server.port);
        endpoint(port.unwrap_or_else(set))
    }

    fn status(&self) -> Result<ServerView, AppError> {
        self.server_status(())
    }

    fn trusting_clients(&self) -> Result<Arc<ClientConfig>, AppError> {
        self.trusts_authority()
    }

    fn replayer(&self) -> Option<Replayer> {
        match &*self.state() {
            State::Serving(serving) => Some(serving.running.replayer()),
            State::Stopped | State::Failed(_) => None,
        }
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
            change: None,
            revision,
            state: ServerState::Stopped,
            panic_locked: self.core.pause().is_panic_locked(),
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
            State::Failed(error) => {
                view.state = ServerState::Failed;
                view.error = Some(error.clone());
            }
        }
        Ok(view)
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
