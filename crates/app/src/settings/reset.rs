//! Making settings what they are in a fresh installation.

use super::AppSettings;
use super::defaults::set_to_default;
use super::transfer_view::ResetSettingsRequest;
use super::view::{SettingName, SettingsView};
use crate::error::AppError;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl AppSettings {
    /// See the command table. Keys, profiles of Namespaces, formats and CLI connections stay.
    ///
    /// # Errors
    /// [`crate::Code::File`], [`crate::Code::PortInUse`].
    pub fn reset_settings(&self, request: ResetSettingsRequest) -> Result<SettingsView, AppError> {
        let before = self.core.settings().get();
        let mut after = before.clone();
        for name in &request.names {
            set_to_default(&mut after, *name);
        }
        let login = request.names.contains(&SettingName::StartAtLogin)
            && self.desktop.starts_at_login() == Some(true);
        self.with_login(login.then_some(false), || {
            self.replace_settings(before, after, login.then_some(true))
        })
    }
}
