//! What is new in this version, and whether it was shown.

use super::AppSettings;
use super::changelog;
use super::transfer_view::WhatsNewView;
use super::view::SettingsView;
use crate::error::AppError;
use crate::paths::VERSION;

impl AppSettings {
    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn whats_new(&self, (): ()) -> Result<WhatsNewView, AppError> {
        Ok(WhatsNewView {
            version: VERSION.to_owned(),
            releases: changelog::releases(),
        })
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`crate::Code::File`].
    pub fn seen_whats_new(&self, (): ()) -> Result<SettingsView, AppError> {
        self.changes
            .change(|settings| settings.seen_version = Some(VERSION.to_owned()))
    }
}
