//! Starting, stopping and watching the Codec Server.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use codec_server::{BindError, CodecServer, RequestRecord, Running, ServerConfig};
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
        let port = self.inner().settings.get().server.port;
        let mut view = ServerView {
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
                view.state = ServerState::Serving;
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

    /// See the command table. Starting a server that serves changes nothing.
    ///
    /// # Errors
    /// [`Code::PortInUse`], or [`Code::Internal`] with what the system said.
    pub fn start_server(&self, (): ()) -> Result<ServerView, AppError> {
        self.start_server_on(self.inner().settings.get().server.port)
    }

    /// Starts the Codec Server on a port other than the one that is set; 0 lets the system choose.
    ///
    /// # Errors
    /// As [`App::start_server`].
    pub fn start_server_on(&self, port: u16) -> Result<ServerView, AppError> {
        let control = &self.inner().server;
        let _changing = control.changing();
        if matches!(&*control.state(), State::Serving(_)) {
            return self.server_status(());
        }
        let settings = self.inner().settings.get().server;
        let config = ServerConfig {
            port,
            max_body_bytes: (settings.max_body_mib as usize) << 20,
            ..ServerConfig::default()
        };
        let rules = self.inner().rules.subscribe();
        let weak = self.downgrade();
        let observer = Arc::new(move |record: RequestRecord| {
            if let Some(app) = App::upgrade(&weak) {
                app.record(&record);
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
        let state = std::mem::take(&mut *control.state());
        if let State::Serving(serving) = state {
            self.inner().runtime.block_on(serving.running.stop());
            tracing::info!("the Codec Server stopped");
        }
        self.tell_server()
    }

    /// See the command table. The port is remembered also when the server cannot start on it.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`], [`Code::File`], [`Code::PortInUse`].
    pub fn set_port(&self, request: SetPortRequest) -> Result<ServerView, AppError> {
        self.change_settings(|settings| settings.server.port = request.port)?;
        let was_stopped = matches!(&*self.inner().server.state(), State::Stopped);
        if was_stopped {
            return self.tell_server();
        }
        self.stop_server(())?;
        self.start_server(())
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
        let port = match &*self.inner().server.state() {
            State::Serving(serving) => serving
                .running
                .addresses()
                .first()
                .map(|first| first.port()),
            State::Stopped | State::Failed { .. } => None,
        };
        if let Some(port) = port {
            self.stop_server(())?;
            self.start_server_on(port)?;
        }
        Ok(())
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
                format!("Port {port} is taken by another program."),
            );
            let problem = match free {
                Some(free) => problem.hint(format!(
                    "Stop the other program, or use port {free} and tell your clients the new endpoint."
                )),
                None => problem.hint(format!(
                    "Stop the other program, or choose another port between {} and {}.",
                    settings::PORTS.start(),
                    settings::PORTS.end()
                )),
            };
            (problem, *free)
        }
        other @ (BindError::NotLoopback { .. } | BindError::Io { .. }) => (
            AppError::new(
                Code::Internal,
                format!("The Codec Server could not start: {other}."),
            ),
            None,
        ),
    }
}
