//! The Connection Doctor for a terminal: what can be seen of a Codec Server that another process has.

use zeroize::Zeroizing;

use super::observed::{Answer, Observed};
use super::view::FindingState;
use super::{Doctor, findings, look, report, self_test};
use crate::error::AppError;
use crate::server::port_owner::port_owner;
use crate::temporal_cli::environment::checked;

/// What was found, for a terminal.
pub struct Diagnosis {
    /// Lines of text: findings, and the steps of a self-test where a Codec Server answers. No secret is in them, and foreign text is
    /// escaped.
    pub lines: Vec<String>,
    /// Whether nothing was found that does not work.
    pub is_well: bool,
}

impl Doctor {
    /// Looks at the Codec Server on a port, or on the one that is set, and goes the way of a request to it. `environment` is the
    /// `TEMPORAL_CODEC_ENDPOINT` of the terminal; `token` is that of a program.
    ///
    /// # Errors
    /// [`crate::Code::InvalidSetting`] for what is no token. What is wrong with the Codec Server is in the lines.
    pub fn look_from_outside(
        &self,
        port: Option<u16>,
        environment: Option<String>,
        token: Option<&[u8]>,
    ) -> Result<Diagnosis, AppError> {
        let token = token.map(checked).transpose()?.unwrap_or_default();
        let settings = self.core.settings().get();
        let port = port.unwrap_or(settings.server.port);
        let runtime = self.core.runtime();
        let seen = Observed {
            server: None,
            port,
            loopback: runtime.block_on(look::loopback(port, false)),
            port_owner: port_owner(port),
            settings_file: look::settings_file(&self.core),
            keys: None,
            origins: settings.origins,
            program_hosts: settings.program_hosts,
            requests: None,
            cli: look::cli(self.temporal_cli.profiles()),
            environment: environment.filter(|endpoint| !endpoint.is_empty()),
            takes_tokens: false,
        };
        let found = findings::findings(&seen);
        let answers = seen
            .loopback
            .iter()
            .find(|tried| matches!(tried.answer, Answer::Health(_)));
        let mut lines = report::lines(&found);
        let mut states: Vec<FindingState> = found.iter().map(|finding| finding.state).collect();
        if let Some(answers) = answers {
            let setup = self_test::Setup {
                http: answers.address,
                https: None,
                origin: known_origin(&seen),
                encoded: Err(self_test::NO_KEY_HERE.to_owned()),
                has_rules: false,
                token: Zeroizing::new(token.to_owned()),
            };
            let steps = runtime.block_on(self_test::run(&setup));
            lines.push(format!("Self-test at {}", answers.address));
            lines.extend(report::test_lines(&steps));
            states.extend(steps.iter().map(|step| step.state));
        } else {
            lines.push("No self-test: no Codec Server answers.".to_owned());
        }
        Ok(Diagnosis {
            lines,
            is_well: !states.contains(&FindingState::Bad),
        })
    }
}

/// A page that the Codec Server should know, if the settings say one.
fn known_origin(seen: &Observed) -> Result<String, &'static str> {
    match &seen.settings_file {
        Some(file) if file.is_damaged => Err("Which origins are allowed is not known."),
        Some(_) | None => seen.origins.first().cloned().ok_or(self_test::NO_ORIGIN),
    }
}
