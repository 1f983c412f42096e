//! What other rooms may know of the Temporal CLI's profiles.

use super::view::CliProfilesView;
use crate::error::AppError;

/// The profiles of the Temporal CLI, for whoever only looks at them.
pub(crate) trait CliProfiles: Send + Sync {
    /// What its file says now.
    ///
    /// # Errors
    /// [`crate::Code::File`] where the system names no folder for it. What is wrong with the file is in the view.
    fn profiles(&self) -> Result<CliProfilesView, AppError>;
}
