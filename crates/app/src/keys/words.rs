//! Keys and what goes wrong with them, in words for people.

use key_store::material::{self, MaterialFormat};
use key_store::{
    BadMaterial, KeyRecord, KeyState, KeyStoreError, KeychainState, Lifetime, VaultFileError,
};
use payload_codec::{KeyError, KeyId};

use crate::error::{AppError, Code};
use crate::view::{KeyFormat, KeyLifetime, KeyView};

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
        ("", id) => id,
        (label, _) => label.to_owned(),
    }
}

/// A key without what others know of it: who encodes with it, and how often it was used.
pub(crate) fn view(record: &KeyRecord) -> KeyView {
    KeyView {
        handle: record.handle.to_string(),
        id: record.id.as_str().to_owned(),
        also_opens: record
            .also_opens
            .iter()
            .map(|id| shown_id(id, record))
            .collect(),
        label: record.label.clone(),
        bits: record.bits,
        created: record.created.to_string(),
        fingerprint: record.fingerprint.clone(),
        lifetime: match record.lifetime {
            Lifetime::Keychain => KeyLifetime::Keychain,
            Lifetime::Vault => KeyLifetime::Vault,
            Lifetime::SessionOnly => KeyLifetime::Session,
        },
        unavailable: match record.state {
            KeyState::Loaded => None,
            KeyState::Unavailable(error) => Some(unavailable(error)),
        },
        formats: record.usage.formats.clone(),
        namespaces: record.usage.namespaces.clone(),
        retired: record.usage.retired,
        used_by: Vec::new(),
        last_used: None,
        n_uses: 0,
    }
}

/// An id of a key; not where the id is the key itself, as Java's sample has it: a list shows no key.
fn shown_id(id: &KeyId, record: &KeyRecord) -> String {
    let is_the_key = material::parse(id.as_str(), MaterialFormat::Utf8)
        .is_ok_and(|key| key.fingerprint() == record.fingerprint);
    if is_the_key {
        "(the key's own text)".to_owned()
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
            format!("The {KEYCHAIN} is locked."),
            "Unlock it (often by logging in to the desktop, or in its own window), then press Retry.",
        ),
        KeyError::TimedOut => (
            format!("The {KEYCHAIN} did not answer in time."),
            "It may wait for your answer in a window of its own: answer there, then press Retry.",
        ),
        KeyError::Denied => (
            format!("The {KEYCHAIN} refused access."),
            "Allow Temporal Codec Desktop in its settings, then press Retry.",
        ),
        KeyError::Missing => (
            format!("No {KEYCHAIN} is running."),
            "Start one (GNOME Keyring or KWallet on Linux), then press Retry. A key can also be kept for this session only.",
        ),
        KeyError::EntryGone => (
            format!("The key's entry is gone from the {KEYCHAIN}."),
            "Another program removed it. Remove the key here and add it again.",
        ),
        KeyError::EntryDamaged => (
            format!("The key's entry in the {KEYCHAIN} holds something else."),
            "Another program changed it. Remove the key here and add it again.",
        ),
        KeyError::NotRead => (
            format!("The key is being read from the {KEYCHAIN}."),
            "If it stays so, press Retry.",
        ),
        KeyError::VaultLocked => (
            "The encrypted key file is locked.".to_owned(),
            "Open it with its passphrase in Keys.",
        ),
        KeyError::AppLocked => {
            return AppError::new(Code::Locked, "Temporal Codec Desktop is locked.")
                .hint("Unlock it, then try again.");
        }
        KeyError::Failed => (
            format!("The {KEYCHAIN} failed."),
            "Press Retry. A key can also be kept for this session only.",
        ),
    };
    AppError::new(Code::KeychainUnavailable, message).hint(hint)
}

pub(crate) fn bad_material(error: BadMaterial) -> AppError {
    AppError::new(Code::BadKeyMaterial, crate::hints::sentence(&error.to_string()))
        .hint("An AES key has 16, 24 or 32 bytes: 24, 32 or 44 characters in base64, 32, 48 or 64 in hex.")
}

fn vault_file(error: &VaultFileError) -> AppError {
    let hint = match error {
        VaultFileError::Absent => "Make one first.",
        VaultFileError::Exists => "Open it with its passphrase.",
        VaultFileError::WrongPassphrase => {
            "Type it again: upper and lower case and every space count."
        }
        VaultFileError::EmptyPassphrase => "Choose one that nobody guesses.",
        VaultFileError::Damaged | VaultFileError::TooCostly | VaultFileError::TooLarge { .. } => {
            "Put a copy of the file back, or move it away and make a new one."
        }
        VaultFileError::TooNew { .. } => "Install the newest version of this app.",
        VaultFileError::Io(_) => {
            "Check that the settings folder can be read and written, then try again."
        }
    };
    let code = match error {
        VaultFileError::WrongPassphrase | VaultFileError::EmptyPassphrase => Code::Passphrase,
        VaultFileError::Absent
        | VaultFileError::Exists
        | VaultFileError::Damaged
        | VaultFileError::TooCostly
        | VaultFileError::TooLarge { .. }
        | VaultFileError::TooNew { .. }
        | VaultFileError::Io(_) => Code::File,
    };
    AppError::new(code, crate::hints::sentence(&error.to_string())).hint(hint)
}

/// What went wrong in the key store, with what to do.
pub(crate) fn problem(error: &KeyStoreError) -> AppError {
    match error {
        KeyStoreError::Vault(error) => unavailable(*error),
        KeyStoreError::Duplicate(id) => AppError::new(
            Code::DuplicateKey,
            format!("Another key already answers to the id \"{id}\"."),
        )
        .hint("Remove or rename that key first, or give this one another id."),
        KeyStoreError::NoSuchKey(_) => {
            AppError::new(Code::KeyNotFound, "The key is not in the list any more.")
                .hint("It may have been removed in another window or program.")
        }
        KeyStoreError::BadMaterial(error) => bad_material(*error),
        KeyStoreError::VaultFile(error) => vault_file(error),
        KeyStoreError::IndexBusy => AppError::new(
            Code::File,
            "Another program is changing the keys.",
        )
        .hint(
            "Close other windows of this app or wait for the keychain's question, then try again.",
        ),
        KeyStoreError::Index(_) | KeyStoreError::IndexTooNew { .. } => {
            AppError::new(Code::File, crate::hints::sentence(&error.to_string())).hint(
                "Check that the settings folder can be read and written, then start the app again.",
            )
        }
    }
}

impl From<KeyLifetime> for Lifetime {
    fn from(lifetime: KeyLifetime) -> Self {
        match lifetime {
            KeyLifetime::Keychain => Lifetime::Keychain,
            KeyLifetime::Vault => Lifetime::Vault,
            KeyLifetime::Session => Lifetime::SessionOnly,
        }
    }
}

impl From<KeyFormat> for MaterialFormat {
    fn from(format: KeyFormat) -> Self {
        match format {
            KeyFormat::Base64 => MaterialFormat::Base64,
            KeyFormat::Hex => MaterialFormat::Hex,
            KeyFormat::Utf8 => MaterialFormat::Utf8,
        }
    }
}

impl From<MaterialFormat> for KeyFormat {
    fn from(format: MaterialFormat) -> Self {
        match format {
            MaterialFormat::Base64 => KeyFormat::Base64,
            MaterialFormat::Hex => KeyFormat::Hex,
            MaterialFormat::Utf8 => KeyFormat::Utf8,
        }
    }
}
