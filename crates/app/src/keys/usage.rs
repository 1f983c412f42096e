//! What a key is for: the formats that it opens, the Namespaces that may use it, and whether it is retired.

use key_store::{KeyRecord, KeyUse};

use super::Keys;
use super::view::{KeysView, SetKeyUsageRequest};
use crate::error::{AppError, Code};
use crate::plan::formats::Formats;
use crate::plan::key_fit::check_encode_key;
use crate::plan::key_messages::problem;

impl Keys {
    /// See the command table.
    ///
    /// # Errors
    /// [`Code::KeyNotFound`], [`Code::InvalidFormat`], [`Code::InvalidSetting`], [`Code::BadKeyMaterial`] where a format
    /// cannot use the key, [`Code::KeyInUse`] where a profile could not decode any more what it encodes with it,
    /// [`Code::DuplicateKey`], [`Code::File`].
    pub fn set_key_usage(&self, request: SetKeyUsageRequest) -> Result<KeysView, AppError> {
        let record = self.core.find_key(&request.handle)?;
        let usage = self.import.usage(request.formats, &request.namespaces)?;
        self.import.check_fit(&usage, record.bits)?;
        let usage = KeyUse {
            retired: record.usage.retired,
            ..usage
        };
        let changed = KeyRecord { usage, ..record };
        self.check_still_encodes(&changed)?;
        self.set_usage(&changed)
    }

    pub(super) fn set_usage(&self, record: &KeyRecord) -> Result<KeysView, AppError> {
        self.core
            .keys()
            .set_usage(record.handle, record.usage.clone())
            .map_err(|error| problem(&error))?;
        self.changes.changed()
    }

    /// Whether every profile that encodes with a key may go on with it as it would be.
    fn check_still_encodes(&self, changed: &KeyRecord) -> Result<(), AppError> {
        let settings = self.core.settings().get();
        let formats = Formats::of(&settings);
        let named = settings
            .profiles
            .iter()
            .map(|named| (Some(named), &named.profile));
        for (named, profile) in std::iter::once((None, &settings.profile)).chain(named) {
            if profile.encode_key == Some(changed.handle)
                && let Err(error) = check_encode_key(named, profile, changed, &formats)
            {
                return Err(AppError {
                    code: Code::KeyInUse,
                    ..error
                });
            }
        }
        Ok(())
    }
}
