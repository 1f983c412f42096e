//! The Connection Doctor: why a client gets no decoded Payloads, a line for each thing that can be in the way, and a self-test that
//! goes the whole way of a request.

mod findings;

mod from_outside;

mod look;

mod observed;

mod report;

mod self_test;

pub(crate) mod view;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use codec_server::EncodeRule;
use jiff::{Timestamp, Unit};
use payload_codec::CodecError;
use zeroize::Zeroizing;

use crate::core::Core;
use crate::error::{AppError, Code};
use crate::keys::changes::KeyChanges;
use crate::paths::VERSION;
use crate::requests::recorder::Recorder;
use crate::server::port_owner::port_owner;
use crate::server::serving_port::Serving;
use crate::temporal_cli::profiles_port::CliProfiles;

use observed::Observed;
use view::{DoctorReport, DoctorView, SelfTestRequest, SelfTestStep, SelfTestView};

pub use from_outside::Diagnosis;

/// Requests that conclusions are drawn from: older ones say nothing about the set-up of now.
const NEWEST: usize = 500;

/// The Connection Doctor.
pub struct Doctor {
    core: Core,
    server: Arc<dyn Serving>,
    recorder: Arc<Recorder>,
    keys: KeyChanges,
    temporal_cli: Arc<dyn CliProfiles>,
    /// The last self-test and when it began, for the report.
    tested: Mutex<Option<(Timestamp, Vec<SelfTestStep>)>>,
}

impl Doctor {
    pub(crate) fn new(
        core: Core,
        server: Arc<dyn Serving>,
        recorder: Arc<Recorder>,
        keys: KeyChanges,
        temporal_cli: Arc<dyn CliProfiles>,
    ) -> Self {
        Doctor {
            core,
            server,
            recorder,
            keys,
            temporal_cli,
            tested: Mutex::default(),
        }
    }

    fn tested(&self) -> MutexGuard<'_, Option<(Timestamp, Vec<SelfTestStep>)>> {
        // Replaced whole.
        self.tested.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn observe(&self) -> Result<Observed, AppError> {
        let server = self.server.status()?;
        let serves_on = server.listening.first();
        let serves_on = serves_on.and_then(|url| socket(url)).map(|at| at.port());
        let port = serves_on.unwrap_or(server.port);
        let loopback = look::loopback(port, serves_on.is_some());
        let loopback = self.core.runtime().block_on(loopback);
        // Whoever has the port that this server does not have.
        let port_owner = serves_on.is_none().then(|| port_owner(port));
        let settings = self.core.settings().get();
        let recent = self.recorder.recent(NEWEST).into_iter();
        let requests = recent.filter_map(|(row, record)| look::request(row, &record));
        Ok(Observed {
            port,
            loopback,
            port_owner: port_owner.flatten(),
            settings_file: look::settings_file(&self.core),
            keys: Some(look::keys(self.keys.view())),
            origins: settings.origins,
            program_hosts: settings.program_hosts,
            requests: Some(requests.collect()),
            cli: look::cli(self.temporal_cli.profiles()),
            environment: None,
            takes_tokens: look::takes_tokens(&self.core),
            server: Some(server),
        })
    }

    /// A Payload as the default profile encodes it, or why it does not.
    fn encoded(&self) -> Result<temporal_payload::Payload, String> {
        let profile = self.core.profile_of(None).map_err(|error| error.message)?;
        if profile.encode == EncodeRule::NoCodec {
            return Err("The default profile has no codec.".to_owned());
        }
        let encoded = profile.chain.encode(self_test::value());
        encoded.map_err(|error| match error == CodecError::NoEncodeKey {
            true => "No key encodes in the default profile.".to_owned(),
            false => crate::hints::sentence(&error.to_string()),
        })
    }
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl Doctor {
    /// See the command table. Takes as long as a connection to this machine, at most some seconds. Changes nothing, and no request of
    /// it is recorded.
    ///
    /// # Errors
    /// None.
    pub fn check_connections(&self, (): ()) -> Result<DoctorView, AppError> {
        let revision = self.core.next_revision();
        Ok(DoctorView {
            revision,
            findings: findings::findings(&self.observe()?),
        })
    }

    /// See the command table. Its requests are in Requests, as those of this app.
    ///
    /// # Errors
    /// [`Code::NotServing`]. What fails on the way is in the view.
    pub fn self_test(&self, request: SelfTestRequest) -> Result<SelfTestView, AppError> {
        let server = self.server.status()?;
        let first = |scheme: &str| {
            let mut urls = server.listening.iter();
            urls.find_map(|url| socket(url).filter(|_| url.starts_with(scheme)))
        };
        let http = first("http://").ok_or_else(|| {
            AppError::new(
                Code::NotServing,
                "the Codec Server is not running, so nothing can be tested",
            )
        })?;
        let https = first("https://").map(|address| (address, self.server.trusting_clients()));
        let token = request.token.expose().trim();
        let token = match token.split_at_checked(7) {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer ") => token.trim(),
            _ => token,
        };
        let settings = self.core.settings().get();
        let setup = self_test::Setup {
            http,
            https,
            origin: settings
                .origins
                .into_iter()
                .next()
                .ok_or(self_test::NO_ORIGIN),
            encoded: self.encoded(),
            has_rules: settings.access.on,
            token: Zeroizing::new(token.to_owned()),
        };
        let began = Timestamp::now();
        let steps = self.core.runtime().block_on(self_test::run(&setup));
        *self.tested() = Some((began, steps.clone()));
        Ok(SelfTestView { steps })
    }

    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn doctor_report(&self, (): ()) -> Result<DoctorReport, AppError> {
        let findings = findings::findings(&self.observe()?);
        let mut lines = vec![format!(
            "Temporal Codec Desktop {VERSION} on {}",
            std::env::consts::OS
        )];
        lines.extend(report::lines(&findings));
        match &*self.tested() {
            Some((began, steps)) => {
                let began = began.round(Unit::Second).unwrap_or(*began);
                lines.push(format!("Self-test, last run {began}"));
                lines.extend(report::test_lines(steps));
            }
            None => lines.push("Self-test: not run since the app was started".to_owned()),
        }
        Ok(DoctorReport {
            text: lines.join("\n") + "\n",
        })
    }
}

/// The socket of a URL that this app made: `http://127.0.0.1:8081`.
fn socket(url: &str) -> Option<SocketAddr> {
    url.rsplit_once("://")?.1.parse().ok()
}
