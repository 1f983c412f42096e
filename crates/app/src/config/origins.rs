//! Origins as the settings keep them.

use codec_server::AllowedOrigins;

use crate::error::{AppError, Code};

/// An origin in the spelling that browsers send: lower case, no default port, no trailing slash.
///
/// # Errors
/// [`Code::InvalidOrigin`].
pub fn canonical_origin(origin: &str) -> Result<String, AppError> {
    let trimmed = origin.trim().trim_end_matches('/');
    let parsed = AllowedOrigins::parse([trimmed])
        .map_err(|error| AppError::new(Code::InvalidOrigin, error.to_string()))?;
    parsed
        .iter()
        .next()
        .map(str::to_owned)
        .ok_or_else(|| AppError::new(Code::InvalidOrigin, "an origin cannot be empty"))
}
