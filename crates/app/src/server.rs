//! Starting, stopping and watching the Codec Server.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use codec_server::{BindError, CodecServer, Pause, Replayer, RequestRecord, Running, ServerConfig};
use jiff::Timestamp;

use crate::app::App;
use crate::connect;
use crate::error::{AppError, Code};
use crate::event::AppEvent;
use crate::settings;
use crate::view::{ConnectCard, ServerState, ServerView, SetPortRequest};

/// The server, when there is one.
#[derive(Default)]
pub(crate) struct ServerControl {
    state: Mutex<State>,
    /// One start or stop at a time; who asks for the state is not kept waiting by it.
    changing: Mutex<()>,
    /// Whether it decodes and encodes, while it serves. Not remembered: a start serves.
    pause: Pause,
    /// Starts so far: ids of records are told apart by it.
    runs: AtomicU64,
}

#[derive(Default)]
enum State {
    #[default]
    Stopped,
    Serving(Box<Serving>),
    Failed {
        error: AppError,
        free_port: Option<u16>,
    },
}

struct Serving {
    running: Running,
    started: Timestamp,
}

impl ServerControl {
    fn state(&self) -> MutexGuard<'_, State> {
        // States are replaced whole, so what a panicking thread left behind is one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The switch that rules carry.
    pub(crate) fn pause(&self) -> &Pause {
        &self.pause
    }

    fn changing(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl App {
    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn server_status(&self, (): ()) -> Result<ServerView, AppError> {
        let revision = self.next_revision();
        let port = self.inner().settings.get().server.port;
        let mut view = ServerView {
            revision,
            state: ServerState::Stopped,
            port,
            endpoint: endpoint(port),
            listening: Vec::new(),
            started: None,
            error: None,
            free_port: None,
            counts: self.inner().requests.counts(),
        };
        match &*self.inner().server.state() {
            State::Stopped => {}
            State::Serving(serving) => {
                let addresses = serving.running.addresses();
                view.state = match self.inner().server.pause.is_set() {
                    true => ServerState::Paused,
                    false => ServerState::Serving,
                };
                view.listening = addresses
                    .iter()
                    .map(|address| format!("http://{address}"))
                    .collect();
                if let Some(first) = addresses.first() {
                    view.endpoint = endpoint(first.port());
                }
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
    /// [`Code::PortInUse`], or [`Code::Internal`] with what the system said.
    pub fn start_server(&self, (): ()) -> Result<ServerView, AppError> {
        self.start_server_on(self.inner().settings.get().server.port)
    }

    /// See the command table. A server that does not serve is not paused.
    ///
    /// # Errors
    /// None.
    pub fn pause_server(&self, (): ()) -> Result<ServerView, AppError> {
        let control = &self.inner().server;
        let _changing = control.changing();
        let serves = matches!(&*control.state(), State::Serving(_));
        if serves && control.pause.set(true) {
            tracing::info!("the Codec Server is paused");
        }
        self.tell_server()
    }

    /// See the command table. Resuming a server that is not paused changes nothing.
    ///
    /// # Errors
    /// None.
    pub fn resume_server(&self, (): ()) -> Result<ServerView, AppError> {
        let control = &self.inner().server;
        let _changing = control.changing();
        if control.pause.set(false) {
            tracing::info!("the Codec Server is resumed");
        }
        self.tell_server()
    }

    /// Starts the Codec Server on a port other than the one that is set; 0 lets the system choose.
    ///
    /// # Errors
    /// As [`App::start_server`].
    pub fn start_server_on(&self, port: u16) -> Result<ServerView, AppError> {
        let control = &self.inner().server;
        let _changing = control.changing();
        let was_paused = control.pause.set(false);
        if matches!(&*control.state(), State::Serving(_)) {
            return match was_paused {
                true => self.tell_server(),
                false => self.server_status(()),
            };
        }
        self.listen_on(port)
    }

    /// Listens, paused or not as it was. The caller holds `changing`.
    fn listen_on(&self, port: u16) -> Result<ServerView, AppError> {
        let control = &self.inner().server;
        let settings = self.inner().settings.get().server;
        let run = control.runs.fetch_add(1, Ordering::Relaxed);
        let config = ServerConfig {
            port,
            max_body_bytes: (settings.max_body_mib as usize) << 20,
            capture: Some(self.inner().captures.port(run)),
            ..ServerConfig::default()
        };
        let rules = self.inner().rules.subscribe();
        let weak = self.downgrade();
        let observer = Arc::new(move |record: RequestRecord| {
            if let Some(app) = App::upgrade(&weak) {
                app.record(run, record);
            }
        });
        let bound = self
            .inner()
            .runtime
            .block_on(CodecServer::bind(config, rules, observer));
        let (state, result) = match bound {
            Ok(running) => {
                tracing::info!(addresses = ?running.addresses(), "the Codec Server serves");
                let started = Timestamp::now();
                (
                    State::Serving(Box::new(Serving { running, started })),
                    Ok(()),
                )
            }
            Err(error) => {
                tracing::error!(%error, "the Codec Server could not start");
                let (error, free_port) = bind_problem(&error);
                (
                    State::Failed {
                        error: error.clone(),
                        free_port,
                    },
                    Err(error),
                )
            }
        };
        *control.state() = state;
        let view = self.tell_server()?;
        result.map(|()| view)
    }

    /// See the command table. Stopping a server that does not serve changes nothing.
    ///
    /// # Errors
    /// None.
    pub fn stop_server(&self, (): ()) -> Result<ServerView, AppError> {
        let control = &self.inner().server;
        let _changing = control.changing();
        self.stop_listening();
        control.pause.set(false);
        self.tell_server()
    }

    /// Stops, and stays paused or not as it was. The caller holds `changing`.
    fn stop_listening(&self) {
        let state = std::mem::take(&mut *self.inner().server.state());
        if let State::Serving(serving) = state {
            self.inner().runtime.block_on(serving.running.stop());
            tracing::info!("the Codec Server stopped");
        }
    }

    /// See the command table. The port is remembered also when the server cannot start on it.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`], [`Code::File`], [`Code::PortInUse`].
    pub fn set_port(&self, request: SetPortRequest) -> Result<ServerView, AppError> {
        self.change_settings(|settings| settings.server.port = request.port)?;
        let control = &self.inner().server;
        let _changing = control.changing();
        let was_stopped = matches!(&*control.state(), State::Stopped);
        if was_stopped {
            return self.tell_server();
        }
        self.stop_listening();
        self.listen_on(request.port)
    }

    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn connect_cards(&self, (): ()) -> Result<Vec<ConnectCard>, AppError> {
        Ok(connect::cards(&self.server_status(())?.endpoint))
    }

    /// Restarts a server that serves, on the port that it serves on: clients were told that one.
    pub(crate) fn restart_if_serving(&self) -> Result<(), AppError> {
        let control = &self.inner().server;
        let _changing = control.changing();
        let port = match &*control.state() {
            State::Serving(serving) => serving
                .running
                .addresses()
                .first()
                .map(|first| first.port()),
            State::Stopped | State::Failed { .. } => None,
        };
        if let Some(port) = port {
            self.stop_listening();
            self.listen_on(port)?;
        }
        Ok(())
    }

    /// Asks requests of the server that serves again.
    pub(crate) fn replayer(&self) -> Option<Replayer> {
        match &*self.inner().server.state() {
            State::Serving(serving) => Some(serving.running.replayer()),
            State::Stopped | State::Failed { .. } => None,
        }
    }

    fn tell_server(&self) -> Result<ServerView, AppError> {
        let server = self.server_status(())?;
        self.tell(AppEvent::ServerChanged {
            server: server.clone(),
        });
        Ok(server)
    }
}

/// The URL for clients. 127.0.0.1 and not `localhost`: no name needs looking up, and browsers trust both alike.
fn endpoint(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

fn bind_problem(error: &BindError) -> (AppError, Option<u16>) {
    match error {
        BindError::PortInUse { port, free } => {
            let problem = AppError::new(
                Code::PortInUse,
                format!("port {port} is in use by another program"),
            );
            let problem = match free {
                Some(free) => problem.hint(format!(
                    "Quit the other program, or use port {free} and give your clients the new endpoint."
                )),
                None => problem.hint(format!(
                    "Quit the other program, or choose another port between {} and {} in Server.",
                    settings::PORTS.start(),
                    settings::PORTS.end()
                )),
            };
            (problem, *free)
        }
        other @ (BindError::NotLoopback { .. } | BindError::Io { .. }) => (
            AppError::new(
                Code::Internal,
                format!("the Codec Server could not start: {other}"),
            ),
            None,
        ),
    }
}
