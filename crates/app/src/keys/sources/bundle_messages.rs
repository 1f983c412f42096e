//! What goes wrong with a bundle of keys, for people.

use key_store::BundleError;

use crate::error::{AppError, Code};
use crate::plan::key_messages::unavailable;

/// What went wrong with a bundle, with what to do.
pub(super) fn bundle_problem(error: &BundleError) -> AppError {
    let (code, hint) = match error {
        BundleError::WrongPassphrase => (
            Code::Passphrase,
            "Enter it again; check upper and lower case and spaces.",
        ),
        BundleError::NeedsPassphrase => (Code::Passphrase, "Enter the passphrase instead."),
        BundleError::NeedsIdentity => (
            Code::Passphrase,
            "Enter the age identity (AGE-SECRET-KEY-1…) instead of a passphrase.",
        ),
        BundleError::OtherRecipients | BundleError::BadIdentity => (
            Code::Passphrase,
            "Enter the age identity that belongs to one of its recipients.",
        ),
        BundleError::BadRecipient { .. }
        | BundleError::ForNobody
        | BundleError::TooManyRecipients => (
            Code::Passphrase,
            "Enter a passphrase, or up to 200 recipients as age public keys (age1…).",
        ),
        BundleError::NoSuchKey(_) => {
            return AppError::new(Code::KeyNotFound, "the key no longer exists")
                .hint("Look for it in Keys; it may have been removed elsewhere.");
        }
        BundleError::Key(error) => return unavailable(*error),
        BundleError::Empty => (Code::BadKeyMaterial, "Select at least one key."),
        BundleError::NotABundle
        | BundleError::Damaged
        | BundleError::TooCostly
        | BundleError::TooLarge
        | BundleError::BadKey { .. } => (Code::BadKeyMaterial, "Ask for a new copy of the bundle."),
        BundleError::TooNew { .. } => (Code::BadKeyMaterial, "Update Temporal Codec Desktop."),
    };
    AppError::new(code, error.to_string()).hint(hint)
}
