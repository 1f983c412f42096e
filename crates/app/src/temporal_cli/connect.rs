//! Connecting a profile of the Temporal CLI: the change is shown, made, and proved.

use super::view::{ChangeCliRequest, CliChangeView, CliConnectedView, CliProfileRequest};
use super::{Found, TemporalCli, bad, check_seen, probe, read, temporal_toml, write};
use crate::config::connected_cli::{Before, ConnectedCli};
use crate::error::AppError;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl TemporalCli {
    /// See the command table. Changes nothing.
    ///
    /// # Errors
    /// [`crate::Code::File`] where the file cannot be read, or is no `temporal.toml`.
    pub fn plan_cli(&self, request: CliProfileRequest) -> Result<CliChangeView, AppError> {
        let (found, after, _) = self.connecting(&request.profile)?;
        Ok(found.change(&after))
    }

    /// See the command table. The profile's old endpoint is remembered until it is taken back.
    ///
    /// # Errors
    /// [`crate::Code::FileChanged`] where the file is another one than was shown; [`crate::Code::File`].
    pub fn connect_cli(&self, request: ChangeCliRequest) -> Result<CliConnectedView, AppError> {
        let (found, after, before) = self.connecting(&request.profile)?;
        check_seen(&found, &request.seen)?;
        let cli = ConnectedCli {
            file: found.path.clone(),
            profile: request.profile.clone(),
            before,
            unknown: serde_json::Map::new(),
        };
        // Remembered first: a change that nobody can take back must not happen.
        self.settings.change(|settings| {
            let clis = &mut settings.connected_cli;
            // Connecting again (another port) still goes back to what was there at first.
            if !clis
                .iter()
                .any(|old| old.file == cli.file && old.profile == cli.profile)
            {
                clis.push(cli);
            }
        })?;
        write(&found.path, &after)?;
        let profiles = self.cli_profiles(())?;
        let endpoint = profiles
            .profiles
            .iter()
            .find(|profile| profile.name == request.profile)
            .and_then(|profile| profile.endpoint.clone());
        let endpoint = endpoint.as_deref().unwrap_or_default();
        let (proof, problem) = match probe::round_trip(endpoint, self.core.runtime()) {
            Ok(proof) => (proof, None),
            Err(problem) => (String::new(), Some(problem)),
        };
        Ok(CliConnectedView {
            profiles,
            proof,
            problem,
        })
    }

    fn connecting(&self, profile: &str) -> Result<(Found, String, Before), AppError> {
        let found = read(&self.file_behind_links()?)?;
        let endpoint = self.server.endpoint();
        let (after, before) = temporal_toml::with_endpoint(found.text(), profile, &endpoint)
            .map_err(|error| bad(&found.path, &error))?;
        Ok((found, after, before))
    }
}
