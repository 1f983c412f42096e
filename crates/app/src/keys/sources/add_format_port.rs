//! Where a source of keys adds the formats that come with them.

use payload_codec::CodecSpec;

use crate::error::AppError;

/// Where formats that come with keys are added.
pub(crate) trait AddFormat: Send + Sync {
    /// Adds a format, unless it is there already.
    ///
    /// # Errors
    /// [`crate::Code::InvalidFormat`] where another one has its name; [`crate::Code::File`].
    fn add(&self, name: &str, spec: &CodecSpec) -> Result<(), AppError>;
}
