//! What taking back a change asks of the keys.

use key_store::KeyRecord;
use uuid::Uuid;

use crate::error::AppError;

/// The keys, for whoever takes a change back.
pub(crate) trait RestoredKey: Send + Sync {
    /// Gives a key the names and uses back that it had, and retires the one that took its place.
    ///
    /// # Errors
    /// [`crate::Code::KeyNotFound`], [`crate::Code::DuplicateKey`], [`crate::Code::File`].
    fn restore(&self, key: &KeyRecord, replaced_by: Option<Uuid>) -> Result<(), AppError>;

    /// Calls a format by another name in every key that uses it.
    ///
    /// # Errors
    /// [`crate::Code::File`].
    fn rename_format(&self, from: &str, to: &str) -> Result<(), AppError>;
}
