//! HTTPS beside http, by the settings: with a certificate of this machine's own authority, whose key is in the keychain. Where that
//! cannot be had, or its port is taken, http is served all the same, and the window says why HTTPS is not.

use std::sync::Arc;

use access::Certificate;
use codec_server::BindError;
use tokio_rustls::rustls::ClientConfig;

use super::bind_problem::bind_problem;
use super::reach::Reach;
use super::view::{ServerView, SwitchHttpsRequest};
use super::{Listening, Server, local_authority};
use crate::config::ServerSettings;
use crate::config::validate::{check_port, check_ports_differ};
use crate::error::{AppError, Code};

impl Server {
    /// See the command table. Where the new listener cannot be had, nothing changes.
    ///
    /// # Errors
    /// [`crate::Code::InvalidSetting`], [`crate::Code::PortInUse`], [`crate::Code::File`],
    /// [`crate::Code::KeychainUnavailable`]: the authority's key is kept nowhere else.
    pub fn switch_https(&self, request: SwitchHttpsRequest) -> Result<ServerView, AppError> {
        let server = ServerSettings {
            https: request.on,
            https_port: request.port,
            ..self.core.settings().get().server
        };
        check_port(server.https_port)?;
        let _changing = self.changing();
        let serves_on = self.state().port();
        check_ports_differ(serves_on.unwrap_or(server.port), &server)?;
        let mut reach = self.reach().clone();
        if reach.https.is_none() && server.https {
            reach.set_https(server.https_port, &self.local_certificate()?);
        }
        let mut save = || {
            self.settings.change_with_undo(|settings| {
                settings.server.https = request.on;
                settings.server.https_port = request.port;
            })
        };
        let saved = match serves_on {
            Some(port) => self.replace(port, reach, None, &mut save)?,
            None => save()?,
        };
        Ok(ServerView {
            change: saved.change,
            ..self.tell_server()?
        })
    }

    /// How a client trusts this machine's authority, and nobody else.
    ///
    /// # Errors
    /// [`crate::Code::KeychainUnavailable`].
    pub(super) fn trusts_authority(&self) -> Result<Arc<ClientConfig>, AppError> {
        let authority = local_authority::local_authority(&*self.vault)?;
        let trusting = access::trusting_clients(authority.certificate().as_bytes());
        trusting.map_err(|error| AppError::new(Code::Internal, error.to_string()))
    }

    /// The certificate of this machine's authority. It is made once and renewed, however often it is asked for.
    pub(super) fn local_certificate(&self) -> Result<Certificate, AppError> {
        let mut certificate = self.certificate();
        if let Some(certificate) = &*certificate {
            return Ok(certificate.clone());
        }
        let made = local_authority::local_certificate(&self.vault, self.core.runtime())?;
        *certificate = Some(made.clone());
        Ok(made)
    }

    /// How far the server reaches by these settings, unless it was told otherwise; and why it has no HTTPS that they ask for.
    pub(super) fn reach_by(&self, server: &ServerSettings) -> (Reach, Option<AppError>) {
        let mut reach = self.reach().clone();
        if !server.https || reach.https.is_some() {
            return (reach, None);
        }
        match self.local_certificate() {
            Ok(certificate) => {
                reach.set_https(server.https_port, &certificate);
                (reach, None)
            }
            Err(error) => {
                tracing::error!(%error, "HTTPS is not served");
                (reach, Some(error))
            }
        }
    }

    /// Listens as the settings say; without HTTPS where its port alone is taken.
    pub(super) fn bind_as_set(&self, port: u16) -> Result<Listening, BindError> {
        let server = self.core.settings().get().server;
        let told = self.reach().clone();
        let (reach, problem) = self.reach_by(&server);
        let by_settings = told.https.is_none() && reach.https.is_some();
        let is_that_of_https = |error: &BindError| {
            matches!(error, BindError::PortInUse { port: taken, .. }
                if *taken == server.https_port && *taken != port)
        };
        let (mut listening, problem) = match self.bind(port, reach) {
            Ok(listening) => (listening, problem),
            Err(error) if by_settings && is_that_of_https(&error) => {
                let problem = bind_problem(&error, None);
                (self.bind(port, told)?, Some(problem))
            }
            Err(error) => return Err(error),
        };
        listening.https_problem = problem;
        Ok(listening)
    }
}
