//! Allowed origins: added, removed, and those of a fresh installation again.

use super::AppSettings;
use super::view::{OriginRequest, SettingsView};
use crate::config;
use crate::config::canonical_origins::canonical_origin;
use crate::error::AppError;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl AppSettings {
    /// See the command table. Adding one that is served already changes nothing.
    ///
    /// # Errors
    /// [`crate::Code::InvalidOrigin`], [`crate::Code::File`].
    pub fn add_origin(&self, request: OriginRequest) -> Result<SettingsView, AppError> {
        let origin = canonical_origin(&request.origin)?;
        self.changes.change_with_undo(|settings| {
            if !settings.origins.contains(&origin) {
                settings.origins.push(origin);
            }
        })
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`crate::Code::File`].
    pub fn remove_origin(&self, request: OriginRequest) -> Result<SettingsView, AppError> {
        self.changes.change_with_undo(|settings| {
            settings.origins.retain(|origin| *origin != request.origin);
        })
    }

    /// See the command table. Origins that were added are dropped.
    ///
    /// # Errors
    /// [`crate::Code::File`].
    pub fn reset_origins(&self, (): ()) -> Result<SettingsView, AppError> {
        self.changes
            .change_with_undo(|settings| settings.origins = config::default_origins())
    }
}
