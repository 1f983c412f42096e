//! Access that is put in force while the Codec Server serves; beyond this machine, only one that asks everyone for a token.

use access::Access;

use super::Server;
use super::bind_problem::bind_problem;
use crate::error::AppError;

impl Server {
    /// Puts access in force for the next request, in place of what the settings say.
    ///
    /// What was fetched of a provider that was there before is kept, so that no token waits for it.
    ///
    /// # Errors
    /// [`crate::Code::InvalidSetting`] where it decodes without a token and the server listens beyond this machine; the access
    /// that is in force stays then.
    pub fn set_access(&self, access: Access) -> Result<(), AppError> {
        self.stays_guarded_by(Some(&access))?;
        self.core.set_access(access)
    }

    /// Refuses access that must not come into force while the server listens beyond this machine.
    ///
    /// # Errors
    /// [`crate::Code::InvalidSetting`], with what is missing.
    pub(crate) fn stays_guarded_by(&self, access: Option<&Access>) -> Result<(), AppError> {
        let beyond = self.reach().beyond.clone();
        let guarded = beyond.map_or(Ok(()), |beyond| beyond.guarded_by(access));
        guarded.map_err(|error| bind_problem(&error, None))
    }
}
