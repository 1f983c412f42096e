//! Making a new key, which can be copied once, right after it was made.

use key_store::material;

use super::import::{KeyImport, new_key};
use super::view::{CopiedKeyView, CopyKeyRequest, GenerateKeyRequest, GeneratedKeyView};
use crate::error::{AppError, Code};
use crate::plan::key_messages::bad_material;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl KeyImport {
    /// See the command table. It does not encode yet, even where it is the first one: no Worker has it.
    ///
    /// # Errors
    /// [`Code::DuplicateKey`], [`Code::BadKeyMaterial`], [`Code::InvalidFormat`], [`Code::InvalidSetting`],
    /// [`Code::KeychainUnavailable`], [`Code::File`].
    pub fn generate_key(&self, request: GenerateKeyRequest) -> Result<GeneratedKeyView, AppError> {
        if request.id.trim().is_empty() {
            return Err(
                AppError::new(Code::InvalidSetting, "a new key needs an id").hint(
                    "Enter one; Workers write it into Payloads, so that the key is found again.",
                ),
            );
        }
        let usage = self.usage(request.formats, &request.namespaces)?;
        self.check_fit(&usage, request.bits)?;
        let new = new_key(&request.id, request.label, request.lifetime, usage);
        let key = material::generate(request.bits).map_err(bad_material)?;
        let record = self.take_in(&new, key.clone())?;
        self.copy_new_key().made(record.handle, &request.id, key);
        Ok(GeneratedKeyView {
            keys: self.changes().changed()?,
            handle: record.handle.to_string(),
        })
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::KeyNotFound`] where it was copied already or is not the one that was made last, [`Code::Cancelled`],
    /// [`Code::Desktop`].
    pub fn copy_generated_key(&self, request: CopyKeyRequest) -> Result<CopiedKeyView, AppError> {
        self.copy_new_key().copy(&request.handle, request.format)
    }

    /// See the command table. What is on the clipboard stays there until its time is over.
    ///
    /// # Errors
    /// None.
    pub fn forget_generated_key(&self, (): ()) -> Result<(), AppError> {
        self.copy_new_key().done();
        Ok(())
    }
}
