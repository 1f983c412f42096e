//! The port of http: moved while serving, with the new one bound before the old one is given up.

use super::bind_problem::bind_problem;
use super::reach::Reach;
use super::view::{ServerView, SetPortRequest};
use super::{Server, State};
use crate::config::ServerSettings;
use crate::config::validate::{check_port, check_ports_differ};
use crate::error::AppError;
use crate::settings::move_server_port::ServerPort;
use crate::settings::view::SettingsView;

impl ServerPort for Server {
    fn move_to(
        &self,
        server: &ServerSettings,
        save: &mut dyn FnMut() -> Result<SettingsView, AppError>,
    ) -> Result<SettingsView, AppError> {
        check_port(server.port)?;
        check_port(server.https_port)?;
        let _changing = self.changing();
        let serves_on = self.state().port();
        let now = self.core.settings().get().server;
        // Where it was started on another port than the one that is set, it stays there while that is not changed.
        let port = match serves_on {
            Some(port) if server.port == now.port => port,
            Some(_) | None => server.port,
        };
        check_ports_differ(port, server)?;
        let same_https = (now.https, now.https_port) == (server.https, server.https_port);
        // One that could not start is not started by a change of something else.
        let stays_down = match &*self.state() {
            State::Stopped => true,
            State::Failed(_) => server.port == now.port,
            State::Serving(_) => false,
        };
        if stays_down || (serves_on == Some(port) && same_https) {
            let saved = save()?;
            self.tell_server()?;
            return Ok(saved);
        }
        let (reach, problem) = self.reach_by(server);
        self.replace(port, reach, problem, save)
    }
}

impl Server {
    /// Listens with another port or reach in place of what listens now, which goes on where that cannot be, or cannot be saved. The
    /// caller holds `changing`.
    pub(super) fn replace(
        &self,
        port: u16,
        reach: Reach,
        https_problem: Option<AppError>,
        save: &mut dyn FnMut() -> Result<SettingsView, AppError>,
    ) -> Result<SettingsView, AppError> {
        let serves_on = self.state().port();
        let mut new = self
            .bind(port, reach)
            .map_err(|error| bind_problem(&error, serves_on))?;
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
    /// See the command table. The new port is bound before the old one is given up: where it cannot be, nothing changes. A
    /// server that was stopped stays so.
    ///
    /// # Errors
    /// [`crate::Code::InvalidSetting`], [`crate::Code::File`], [`crate::Code::PortInUse`].
    pub fn set_port(&self, request: SetPortRequest) -> Result<ServerView, AppError> {
        let server = ServerSettings {
            port: request.port,
            ..self.core.settings().get().server
        };
        let saved = self.move_to(&server, &mut || {
            self.settings
                .change_with_undo(|settings| settings.server.port = request.port)
        })?;
        Ok(ServerView {
            change: saved.change,
            ..self.server_status(())?
        })
    }
}
