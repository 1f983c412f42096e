//! What a change of settings asks of the Codec Server.

use crate::error::AppError;

/// The Codec Server, for whoever changes its settings.
pub(crate) trait ServerPort: Send + Sync {
    /// Restarts it, if it serves, on another port, which is remembered also when it cannot start on it.
    ///
    /// # Errors
    /// [`crate::Code::InvalidSetting`], [`crate::Code::File`], [`crate::Code::PortInUse`].
    fn set_port(&self, port: u16) -> Result<(), AppError>;

    /// Restarts it, if it serves, on the port that it serves on: clients were told that one.
    ///
    /// # Errors
    /// [`crate::Code::PortInUse`].
    fn restart_if_serving(&self) -> Result<(), AppError>;
}
