//! What a change of settings asks of the Codec Server.

use super::view::SettingsView;
use crate::config::ServerSettings;
use crate::error::AppError;

/// The Codec Server, for whoever changes where it listens among other settings.
pub(crate) trait ServerPort: Send + Sync {
    /// Saves settings of other ports or of HTTPS by `save`, and moves the server there, unless it is stopped. The new ports are
    /// bound first: where one cannot be, nothing is saved and the server goes on where it is; where saving fails, it does, too.
    ///
    /// # Errors
    /// [`crate::Code::InvalidSetting`], [`crate::Code::PortInUse`], and what `save` says.
    fn move_to(
        &self,
        server: &ServerSettings,
        save: &mut dyn FnMut() -> Result<SettingsView, AppError>,
    ) -> Result<SettingsView, AppError>;
}
