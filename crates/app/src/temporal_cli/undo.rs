//! Taking back what connected a profile of the Temporal CLI: its endpoint is again what it was before.

use super::view::{ChangeCliRequest, CliChangeView, CliProfileRequest, CliProfilesView};
use super::{Found, TemporalCli, bad, check_seen, read, temporal_toml, unwritten, write};
use crate::error::{AppError, Code};

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl TemporalCli {
    /// See the command table. Changes nothing.
    ///
    /// # Errors
    /// [`Code::File`]; [`Code::BadRequest`] for a profile that this app did not connect.
    pub fn plan_cli_undo(&self, request: CliProfileRequest) -> Result<CliChangeView, AppError> {
        let (found, after) = self.taking_back(&request.profile)?;
        Ok(found.change(&after))
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::FileChanged`] where the file is another one than was shown; [`Code::File`]; [`Code::BadRequest`] for a profile
    /// that this app did not connect.
    pub fn undo_cli(&self, request: ChangeCliRequest) -> Result<CliProfilesView, AppError> {
        let (found, after) = self.taking_back(&request.profile)?;
        check_seen(&found, &request.seen)?;
        if after.is_empty() {
            // This app made it.
            std::fs::remove_file(&found.path).map_err(|error| unwritten(&found.path, &error))?;
        } else {
            write(&found.path, &after)?;
        }
        self.settings.change(|settings| {
            let clis = &mut settings.connected_cli;
            clis.retain(|cli| cli.file != found.path || cli.profile != request.profile);
        })?;
        self.cli_profiles(())
    }

    fn taking_back(&self, profile: &str) -> Result<(Found, String), AppError> {
        let found = read(&self.file_behind_links()?)?;
        let settings = self.core.settings().get();
        let cli = settings
            .connected_cli
            .iter()
            .find(|cli| cli.file == found.path && cli.profile == profile)
            .ok_or_else(|| {
                AppError::new(Code::BadRequest, "this app did not connect this profile")
                    .hint("Set the endpoint with the Temporal CLI: temporal config set --prop codec.endpoint.")
            })?;
        let after = temporal_toml::taken_back(found.text(), profile, &cli.before)
            .map_err(|error| bad(&found.path, &error))?;
        Ok((found, after))
    }
}
