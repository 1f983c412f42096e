//! Keys and what goes wrong with them, in words for people.

use key_store::material::{self, MaterialFormat};
use key_store::{
    BadMaterial, IndexProblem, KeyRecord, KeyStoreError, KeychainState, VaultFileError,
};
use payload_codec::{KeyError, KeyId};
use temporal_payload::shown_name;

use crate::error::{AppError, Code};

#[cfg(target_os = "macos")]
pub(crate) const KEYCHAIN: &str = "Keychain";

#[cfg(windows)]
pub(crate) const KEYCHAIN: &str = "Credential Manager";

#[cfg(not(any(target_os = "macos", windows)))]
pub(crate) const KEYCHAIN: &str = "Secret Service";

/// What a key is called in a sentence: by its label, or else by its id.
pub(crate) fn called(record: &KeyRecord) -> String {
    match (record.label.as_str(), shown_id(&record.id, record)) {
        ("", id) if id.is_empty() => "the key with the empty id".to_owned(),
        ("", id) => shown_name(&id),
        (label, _) => shown_name(label),
    }
}

/// An id of a key; not where the id is the key itself, as Java's sample has it: a list shows no key.
pub(crate) fn shown_id(id: &KeyId, record: &KeyRecord) -> String {
    let is_the_key = material::parse(id.as_str(), MaterialFormat::Utf8)
        .is_ok_and(|key| key.fingerprint() == record.fingerprint);
    if is_the_key {
        "(same as the key)".to_owned()
    } else {
        id.as_str().to_owned()
    }
}

pub(crate) fn keychain_problem(state: KeychainState) -> Option<AppError> {
    match state {
        KeychainState::NotAsked | KeychainState::Ready => None,
        KeychainState::Locked => Some(unavailable(KeyError::Locked)),
        KeychainState::Missing => Some(unavailable(KeyError::Missing)),
        KeychainState::TimedOut => Some(unavailable(KeyError::TimedOut)),
        KeychainState::Denied => Some(unavailable(KeyError::Denied)),
        KeychainState::Failed => Some(unavailable(KeyError::Failed)),
    }
}

pub(crate) fn unavailable(error: KeyError) -> AppError {
    let (message, hint) = match error {
        KeyError::Locked => (
            format!("the {KEYCHAIN} is locked"),
            "Unlock it in its own window or by logging in to your desktop, then press “Retry” in Keys.",
        ),
        KeyError::TimedOut => (
            format!("the {KEYCHAIN} did not answer in time"),
            "Look for a window in which it asks you something, then press “Retry” in Keys.",
        ),
        KeyError::Denied => (
            format!("the {KEYCHAIN} denied access"),
            "Allow Temporal Codec Desktop in its settings, then press “Retry” in Keys.",
        ),
        KeyError::Missing => (
            format!("no {KEYCHAIN} is running"),
            "Start one (GNOME Keyring or KWallet on Linux), then press “Retry” in Keys; or keep keys in an encrypted file or for this session only.",
        ),
        KeyError::EntryGone => (
            format!("the key is no longer in the {KEYCHAIN}; another program removed it"),
            "Remove the key in Keys and add it again.",
        ),
        KeyError::EntryDamaged => (
            format!("another program changed the key in the {KEYCHAIN}"),
            "Remove the key in Keys and add it again.",
        ),
        KeyError::NotRead => (
            format!("the key is still being read from the {KEYCHAIN}"),
            "Wait a moment, then press “Retry” in Keys.",
        ),
        KeyError::VaultLocked => (
            "the encrypted key file is locked".to_owned(),
            "Press “Open the encrypted file…” in Keys and enter its passphrase.",
        ),
        KeyError::AppLocked => {
            return AppError::new(Code::Locked, "Temporal Codec Desktop is locked")
                .hint("Press “Unlock” in the sidebar, then try again.");
        }
        KeyError::Failed => (
            format!("the {KEYCHAIN} failed"),
            "Press “Retry” in Keys, or keep keys in an encrypted file or for this session only.",
        ),
    };
    AppError::new(Code::KeychainUnavailable, message).hint(hint)
}

pub(crate) fn bad_material(error: BadMaterial) -> AppError {
    AppError::new(Code::BadKeyMaterial, error.to_string())
        .hint("Use 16, 24 or 32 bytes: 24, 32 or 44 characters in base64; 32, 48 or 64 in hex.")
}

fn vault_file(error: &VaultFileError) -> AppError {
    let hint = match error {
        VaultFileError::Absent => "Create one in Keys first.",
        VaultFileError::Exists => "Open it with its passphrase in Keys.",
        VaultFileError::WrongPassphrase => "Enter it again; check upper and lower case and spaces.",
        VaultFileError::Damaged | VaultFileError::TooCostly | VaultFileError::TooLarge { .. } => {
            "Restore the file from a backup, or move it away and create a new one in Keys."
        }
        VaultFileError::TooNew { .. } => "Update Temporal Codec Desktop.",
        VaultFileError::Io(_) => "Make the settings folder readable and writable, then try again.",
    };
    let code = match error {
        VaultFileError::WrongPassphrase => Code::Passphrase,
        VaultFileError::Absent
        | VaultFileError::Exists
        | VaultFileError::Damaged
        | VaultFileError::TooCostly
        | VaultFileError::TooLarge { .. }
        | VaultFileError::TooNew { .. }
        | VaultFileError::Io(_) => Code::File,
    };
    AppError::new(code, error.to_string()).hint(hint)
}

/// What went wrong in the key store, with what to do.
pub(crate) fn problem(error: &KeyStoreError) -> AppError {
    match error {
        KeyStoreError::Vault(error) => unavailable(*error),
        KeyStoreError::Duplicate(id) => AppError::new(
            Code::DuplicateKey,
            format!("another key already has the id \"{id}\""),
        )
        .hint("Choose another id, replace the other key in Keys, or limit one of the two to other Namespaces: an id may have a key for each."),
        KeyStoreError::NoSuchKey(_) => AppError::new(Code::KeyNotFound, "the key no longer exists")
            .hint("Look for it in Keys; it may have been removed elsewhere."),
        KeyStoreError::BadMaterial(error) => bad_material(*error),
        KeyStoreError::VaultFile(error) => vault_file(error),
        KeyStoreError::IndexBusy => {
            AppError::new(Code::File, "another program is changing the keys").hint(
                "Close other programs that use these keys, or answer the keychain, then try again.",
            )
        }
        KeyStoreError::Index(_) => AppError::new(Code::File, error.to_string()).hint(
            "Make the settings folder readable and writable, then restart Temporal Codec Desktop.",
        ),
        KeyStoreError::IndexTooNew { .. } => {
            AppError::new(Code::File, error.to_string()).hint(UPDATE)
        }
        KeyStoreError::ReadOnly => AppError::new(Code::File, error.to_string())
            .hint("Change them in Temporal Codec Desktop."),
    }
}

/// What to do about a list of keys that a newer version wrote.
const UPDATE: &str =
    "Update Temporal Codec Desktop, or keep keys for this session only until you do.";

/// What is the matter with the list of keys, with what to do.
pub(crate) fn index_problem(problem: &IndexProblem) -> AppError {
    let hint = match problem {
        IndexProblem::TooNew { .. } | IndexProblem::NotUnderstood { .. } => UPDATE.to_owned(),
        IndexProblem::Broken => format!(
            "Restore keys.json from a backup; the keys themselves are still in the {KEYCHAIN}. If you change keys first, the file is kept under another name."
        ),
        IndexProblem::SetAside(aside) => format!(
            "Restore the key list from {}, where it is kept; the keys themselves are still in the {KEYCHAIN}.",
            aside.display()
        ),
    };
    AppError::new(Code::File, problem.to_string()).hint(hint)
}
