//! The paths that the settings remember of files that were inspected.

use crate::core::Core;
use crate::error::AppError;

/// The paths, newest first. What they are for is decided by whoever keeps them.
pub(crate) struct RememberedFiles(Core);

impl RememberedFiles {
    pub(crate) fn new(core: Core) -> Self {
        RememberedFiles(core)
    }

    pub(crate) fn paths(&self) -> Vec<String> {
        let settings = self.0.settings();
        settings.read(|settings| settings.recent_files.clone())
    }

    /// Changes them, and saves them.
    ///
    /// # Errors
    /// [`crate::Code::File`].
    pub(crate) fn change(&self, change: impl FnOnce(&mut Vec<String>)) -> Result<(), AppError> {
        let settings = self.0.settings();
        settings.change(|settings| change(&mut settings.recent_files))
    }
}
