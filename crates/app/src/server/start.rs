//! Starting and stopping.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use codec_server::{BindError, CodecServer, ConsentAnswer, Listeners, RequestRecord, ServerConfig};
use jiff::Timestamp;

use super::bind_problem::bind_problem;
use super::reach::Reach;
use super::view::ServerView;
use super::{Listening, Server, State};
use crate::error::AppError;

impl Server {
    /// See the command table. Starting a server that serves changes nothing; one that is paused serves again.
    ///
    /// # Errors
    /// [`crate::Code::PortInUse`], or [`crate::Code::Internal`] with what the system said.
    pub fn start_server(&self, (): ()) -> Result<ServerView, AppError> {
        self.start_server_on(self.core.settings().get().server.port)
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

    /// Listens, paused or not as it was.
    pub(super) fn bind(&self, port: u16, reach: Reach) -> Result<Listening, BindError> {
        reach.check()?;
        self.core.ask_providers();
        let before = match &*self.state() {
            State::Serving(serving) => serving.running.listeners(),
            State::Stopped | State::Failed(_) => Listeners::default(),
        };
        let run = self.runs.fetch_add(1, Ordering::Relaxed);
        let config = ServerConfig {
            port,
            https: reach.https,
            beyond: reach.beyond,
            metrics: reach.metrics,
            capture: Some(self.recorder.capture(run)),
            clients: self.clients.clone(),
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
                let error = bind_problem(&error, None);
                (State::Failed(error.clone()), Err(error))
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
        // Who waits to be allowed is answered now, and does not hold the stop up.
        self.core.questions().withdraw(ConsentAnswer::NotGiven);
        let state = std::mem::take(&mut *self.state());
        self.end(state);
    }

    pub(super) fn end(&self, state: State) {
        if let State::Serving(serving) = state {
            self.core.runtime().block_on(serving.running.stop());
            tracing::info!("the Codec Server stopped");
        }
    }
}
