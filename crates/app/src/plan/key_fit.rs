//! Whether a key fits: the cipher of a format, and a profile that is to encode with it.

use key_store::KeyRecord;
use payload_codec::{CipherName, CodecSpec, Derivation};

use super::formats::Formats;
use super::formats_of;
use super::key_messages::called;
use crate::config::profiles::DEFAULT_PROFILE;
use crate::config::{NamedProfile, ProfileSettings, patterns};
use crate::error::{AppError, Code};

/// Whether a profile may encode with a key: never what it could not decode again. `named` is absent for the default one.
///
/// # Errors
/// [`Code::InvalidSetting`] says why not.
pub(crate) fn check_encode_key(
    named: Option<&NamedProfile>,
    profile: &ProfileSettings,
    key: &KeyRecord,
    formats: &Formats,
) -> Result<(), AppError> {
    let refuse = |why: String, hint: &str| {
        let profile = named.map_or(DEFAULT_PROFILE, |named| &named.name);
        Err(AppError::new(
            Code::InvalidSetting,
            format!(
                "the profile {profile} cannot encode with {}: {why}",
                called(key)
            ),
        )
        .hint(hint))
    };
    if profile.no_codec {
        return refuse(
            "its Namespaces have no codec".to_owned(),
            "Give the profile a codec in Namespaces first.",
        );
    }
    if key.usage.retired {
        return refuse(
            "the key is retired, so what it encodes could not be decoded".to_owned(),
            "Restore the key in Keys, or choose another one.",
        );
    }
    if let Some(handles) = &profile.decode_keys
        && !handles.contains(&key.handle)
    {
        return refuse(
            "it is not one of the profile’s keys to decode with".to_owned(),
            "Add it to the profile’s keys to decode with, or choose another one.",
        );
    }
    let name = formats_of(key).next().unwrap_or_default();
    match formats.spec(name) {
        None => {
            return refuse(
                format!("there is no format \"{name}\""),
                "Choose another format for the key in Keys.",
            );
        }
        Some(spec) if spec.has_placeholder_salt() => {
            return refuse(
                format!(
                    "the salt of the format {} is a placeholder, so your project could not decode it",
                    formats.title(name)
                ),
                "Copy the format in Formats, set your project’s salt in the copy, and choose it for the key in Keys.",
            );
        }
        Some(spec) if !spec.encodes() => {
            return refuse(
                format!("the format {} can only decode", formats.title(name)),
                "Choose a format that encodes for the key in Keys.",
            );
        }
        Some(spec) if !fits(spec, key.bits) => {
            return refuse(
                format!(
                    "the format {} needs a key of another length",
                    formats.title(name)
                ),
                "Choose another format for the key in Keys.",
            );
        }
        Some(_) => {}
    }
    if key.usage.is_limited() {
        let limits = patterns::parse(&key.usage.namespaces)?;
        let patterns = match named {
            None => Vec::new(),
            Some(named) => patterns::parse(&named.namespaces)?,
        };
        let covered = patterns
            .iter()
            .all(|pattern| patterns::cover(&limits, pattern));
        if named.is_none() || !covered {
            return refuse(
                format!(
                    "the key is limited to {}, but the profile also serves other Namespaces",
                    key.usage.namespaces.join(", ")
                ),
                "Add a profile for these Namespaces only, or remove the key’s limit in Keys.",
            );
        }
    }
    Ok(())
}

/// Refuses a key that a format cannot use.
///
/// # Errors
/// [`Code::BadKeyMaterial`].
pub(crate) fn check_spec_fit(title: &str, spec: &CodecSpec, bits: u16) -> Result<(), AppError> {
    if fits(spec, bits) {
        return Ok(());
    }
    let message = format!(
        "a key of {} bytes does not fit the format {title}",
        bits / 8
    );
    Err(
        AppError::new(Code::BadKeyMaterial, message).hint(match spec.cipher {
            CipherName::AesGcm | CipherName::AesCbc => {
                "Use a key of 16, 24 or 32 bytes, or choose another format."
            }
            CipherName::Chacha20Poly1305
            | CipherName::Xchacha20Poly1305
            | CipherName::NaclSecretbox
            | CipherName::Fernet
            | CipherName::None => "Use a key of 32 bytes, or choose another format.",
        }),
    )
}

/// Whether a format's cipher takes keys of this length.
pub(crate) fn fits(spec: &CodecSpec, bits: u16) -> bool {
    match (&spec.key, spec.cipher) {
        (Derivation::Secret, CipherName::AesGcm | CipherName::AesCbc) => {
            matches!(bits, 128 | 192 | 256)
        }
        (
            Derivation::Secret,
            CipherName::Chacha20Poly1305
            | CipherName::Xchacha20Poly1305
            | CipherName::NaclSecretbox
            | CipherName::Fernet,
        ) => bits == 256,
        // The reader's private key.
        (Derivation::X25519 { .. }, _) => bits == 256,
        (Derivation::Secret, CipherName::None) => true,
        (
            Derivation::First32
            | Derivation::Sha256
            | Derivation::SecretOrSha256
            | Derivation::Joined { .. }
            | Derivation::Hkdf { .. }
            | Derivation::Pbkdf2 { .. }
            | Derivation::Scrypt { .. }
            | Derivation::Sha256OfId
            | Derivation::Id
            | Derivation::HkdfSha256 { .. }
            | Derivation::WrappedBesideIt { .. },
            _,
        ) => true,
    }
}
