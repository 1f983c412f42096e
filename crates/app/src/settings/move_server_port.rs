//! What a change of settings asks of the Codec Server.

use super::view::SettingsView;
use crate::error::AppError;

/// The Codec Server, for whoever changes its port among other settings.
pub(crate) trait ServerPort: Send + Sync {
    /// Saves settings of another port by `save`, and moves the server there, unless it is stopped. The new port is bound first:
    /// where it cannot be, nothing is saved and the server goes on where it is; where saving fails, it does, too.
    ///
    /// # Errors
    /// [`crate::Code::InvalidSetting`], [`crate::Code::PortInUse`], and what `save` says.
    fn move_to(
        &self,
        port: u16,
        save: &mut dyn FnMut() -> Result<SettingsView, AppError>,
    ) -> Result<SettingsView, AppError>;
}
