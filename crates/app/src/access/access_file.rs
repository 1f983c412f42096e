//! The access file of `serve --access`: read, and written from the rules of the app. Its JSON Schema explains every field.

use access::{Access, AccessFile};
use key_store::files;

use super::AccessControl;
use super::view::AccessFileView;
use crate::error::{AppError, Code};
use crate::hints::UTF_8;

/// The largest access file that is read, in bytes.
pub const MAX_ACCESS_FILE_BYTES: u64 = access::MAX_FILE_BYTES as u64;

/// Reads an access file. Its JSON Schema is [`access_file_schema`].
///
/// # Errors
/// [`Code::InvalidSetting`] with what is wrong; nothing is served by half of a file.
pub fn read_access_file(text: &[u8]) -> Result<Access, AppError> {
    if files::is_utf16(text) {
        return Err(
            AppError::new(Code::InvalidSetting, "the access file is UTF-16 text").hint(UTF_8),
        );
    }
    let file = AccessFile::parse(text).and_then(|file| Access::new(&file));
    file.map_err(|error| {
        AppError::new(Code::InvalidSetting, error.to_string())
            .hint("Its schema, crates/access/access.schema.json, explains every field.")
    })
}

/// The JSON Schema of access files.
pub fn access_file_schema() -> &'static str {
    AccessFile::json_schema()
}

impl AccessControl {
    /// See the command table.
    ///
    /// # Errors
    /// [`Code::Internal`].
    pub fn access_file(&self, (): ()) -> Result<AccessFileView, AppError> {
        let text = serde_json::to_string_pretty(&self.policy()).map_err(|error| {
            AppError::new(
                Code::Internal,
                format!("the rules do not serialize: {error}"),
            )
        })?;
        Ok(AccessFileView { text })
    }
}
