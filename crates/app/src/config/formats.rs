//! Formats of the user's own, as the settings keep them: their names, and what of their specs this version reads.

use payload_codec::CodecSpec;
use serde::Deserialize as _;

use super::FormatSettings;
use crate::error::{AppError, Code};

/// Formats of the user's own at most; each is tried on every Payload that it may have written.
const MAX_CUSTOM: usize = 200;

/// The longest name.
pub(crate) const MAX_NAME: usize = 64;

/// The spec of a format that was kept or sent, where this version can use it.
pub(crate) fn readable(spec: &serde_json::Value) -> Option<CodecSpec> {
    let spec = CodecSpec::deserialize(spec).ok()?;
    spec.check().ok()?;
    Some(spec)
}

/// Whether a format can have this name.
pub(crate) fn is_name(name: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !name.is_empty() && name.len() <= MAX_NAME && name.bytes().all(letters)
}

/// Refuses names that are none, or taken, of the formats in settings.
///
/// # Errors
/// [`Code::InvalidFormat`].
pub(crate) fn validate(formats: &[FormatSettings]) -> Result<(), AppError> {
    if formats.len() > MAX_CUSTOM {
        return Err(AppError::new(
            Code::InvalidFormat,
            format!("there are more than {MAX_CUSTOM} formats of your own"),
        )
        .hint("Remove formats that you no longer need."));
    }
    for (place, format) in formats.iter().enumerate() {
        let name = &format.name;
        if !is_name(name) {
            return Err(
                AppError::new(Code::InvalidFormat, "a format’s name has 1 to 64 lower-case letters, digits and hyphens, and nothing else")
                    .hint("Enter a name such as our-codec."),
            );
        }
        let others = formats[..place].iter().map(|format| format.name.as_str());
        if payload_codec::preset(name).is_some() || others.into_iter().any(|other| other == name) {
            return Err(name_taken(name));
        }
    }
    Ok(())
}

/// Why a format cannot have the name of another one.
pub(crate) fn name_taken(name: &str) -> AppError {
    AppError::new(
        Code::InvalidFormat,
        format!("a format named \"{name}\" already exists"),
    )
    .hint("Enter another name.")
}

/// Not quoted: whatever was pasted there by mistake stays out of errors.
pub(crate) fn no_such_format() -> AppError {
    AppError::new(Code::InvalidFormat, "there is no format with this name")
        .hint("Choose one in Formats, or add it there.")
}
