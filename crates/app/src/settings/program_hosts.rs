//! Hosts that programs may ask for beside the names of this machine: added and removed.

use super::AppSettings;
use super::view::{ProgramHostRequest, SettingsView};
use crate::config::canonical_hosts::canonical_program_host;
use crate::error::AppError;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl AppSettings {
    /// See the command table. Adding one that is served already changes nothing.
    ///
    /// # Errors
    /// [`crate::Code::InvalidSetting`], also where there are as many as can be; [`crate::Code::File`].
    pub fn add_program_host(&self, request: ProgramHostRequest) -> Result<SettingsView, AppError> {
        let host = canonical_program_host(&request.host)?;
        self.changes.change_with_undo(|settings| {
            if !settings.program_hosts.contains(&host) {
                settings.program_hosts.push(host);
            }
        })
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`crate::Code::File`].
    pub fn remove_program_host(
        &self,
        request: ProgramHostRequest,
    ) -> Result<SettingsView, AppError> {
        self.changes.change_with_undo(|settings| {
            settings.program_hosts.retain(|host| *host != request.host);
        })
    }
}
