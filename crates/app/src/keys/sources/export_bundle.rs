//! Exporting keys: one file, encrypted with a passphrase or to recipients, with the formats that they need.

use key_store::{BundleFormats, BundleTo, KeyRecord};
use uuid::Uuid;

use super::KeySources;
use super::bundle_messages::bundle_problem;
use super::passphrase::chosen;
use super::view::ExportBundleRequest;
use crate::error::{AppError, Code};
use crate::files::view::FilePurpose;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl KeySources {
    /// See the command table. Blocks for about a second with a passphrase.
    ///
    /// # Errors
    /// [`Code::KeyNotFound`], [`Code::KeychainUnavailable`], [`Code::Locked`], [`Code::Passphrase`] where nobody, an
    /// unknown recipient, or whoever guesses could open it; [`Code::File`].
    pub fn export_bundle(&self, request: ExportBundleRequest) -> Result<(), AppError> {
        let tickets = &self.tickets;
        let file = tickets.redeem(&request.file, FilePurpose::ExportBundle)?;
        let handles = request
            .handles
            .iter()
            .map(|handle| Ok(self.core.find_key(handle)?.handle));
        let handles = handles.collect::<Result<Vec<_>, AppError>>()?;
        let to = match &request.passphrase {
            Some(_) if !request.recipients.is_empty() => {
                return Err(AppError::new(
                    Code::Passphrase,
                    "a bundle is sealed with a passphrase or to recipients, not both",
                )
                .hint("Choose one, or export two bundles."));
            }
            Some(passphrase) => BundleTo::Passphrase(chosen(passphrase, request.although_weak)?),
            None => BundleTo::Recipients(&request.recipients),
        };
        let bundle = self
            .core
            .keys()
            .bundle(&handles, &self.formats_of(&handles), to)
            .map_err(|error| bundle_problem(&error))?;
        file.write(&bundle)?;
        file.spend();
        Ok(())
    }

    /// Formats of the user's own that some keys are for, as they are kept: not every app has them.
    fn formats_of(&self, handles: &[Uuid]) -> BundleFormats {
        let records = self.core.keys().list();
        let chosen = |record: &&KeyRecord| handles.contains(&record.handle);
        let used: Vec<&String> = records
            .iter()
            .filter(chosen)
            .flat_map(|record| &record.usage.formats)
            .collect();
        let settings = self.core.settings().get();
        let own = settings.formats.iter();
        own.filter(|format| used.contains(&&format.name))
            .map(|format| (format.name.clone(), format.spec.clone()))
            .collect()
    }
}
