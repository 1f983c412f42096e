//! Keys as the window handles them: made, taken in, named, chosen, removed. Nothing gives their bytes back.

use std::path::Path;

use jiff::Timestamp;
use key_store::material::{self, MaterialFormat};
use key_store::{
    BadMaterial, KeyNames, KeyRecord, KeyState, KeyStoreError, KeychainState, Lifetime, NewKey,
};
use payload_codec::{KeyError, KeyId, SecretKey};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::app::App;
use crate::error::{AppError, Code};
use crate::event::AppEvent;
use crate::files;
use crate::sample;
use crate::view::{
    AddSampleKeyRequest, GenerateKeyRequest, GuessKeyFormatRequest, ImportKeyFileRequest,
    ImportKeyRequest, KeyFormat, KeyFormatGuess, KeyHandleRequest, KeyLifetime, KeyView,
    KeychainView, KeysView, LockRequest, RenameKeyRequest, SetEncodeKeyRequest,
};

/// A file of raw key bytes has 32 at most; a larger one is read this far to tell its length.
const KEY_FILE_LIMIT: u64 = 4096;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl App {
    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn list_keys(&self, (): ()) -> Result<KeysView, AppError> {
        let records = self.inner().keys.list();
        let encode_key = self.inner().settings.get().profile.encode_key;
        Ok(KeysView {
            encode_key: encode_key
                .filter(|handle| records.iter().any(|record| record.handle == *handle))
                .map(|handle| handle.to_string()),
            locked: self.inner().keys.is_locked(),
            has_sample_key: records.iter().any(is_sample),
            keys: records.iter().map(view).collect(),
            keychain: KeychainView {
                name: KEYCHAIN.to_owned(),
                problem: keychain_problem(self.inner().keys.keychain_state()),
            },
        })
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::DuplicateKey`], [`Code::BadKeyMaterial`], [`Code::KeychainUnavailable`], [`Code::File`].
    pub fn generate_key(&self, request: GenerateKeyRequest) -> Result<KeysView, AppError> {
        let new = new_key(&request.id, request.label, request.lifetime);
        let record = self
            .inner()
            .keys
            .generate(&new, request.bits)
            .map_err(|error| problem(&error))?;
        self.added(&record)
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::DuplicateKey`], [`Code::BadKeyMaterial`], [`Code::KeychainUnavailable`], [`Code::File`].
    pub fn import_key(&self, request: ImportKeyRequest) -> Result<KeysView, AppError> {
        let key = material::parse(request.material.expose(), request.format.into())
            .map_err(bad_material)?;
        self.import(&new_key(&request.id, request.label, request.lifetime), key)
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::File`], [`Code::DuplicateKey`], [`Code::BadKeyMaterial`], [`Code::KeychainUnavailable`].
    pub fn import_key_file(&self, request: ImportKeyFileRequest) -> Result<KeysView, AppError> {
        let bytes = files::read_bounded(Path::new(&request.path), KEY_FILE_LIMIT)
            .map(Zeroizing::new)
            .map_err(|error| {
                AppError::new(
                    Code::File,
                    format!("The key file could not be read: {error}."),
                )
                .hint("A file of raw key bytes has 16, 24 or 32 bytes.")
            })?;
        let key = material::raw(&bytes).map_err(bad_material)?;
        self.import(&new_key(&request.id, request.label, request.lifetime), key)
    }

    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn guess_key_format(
        &self,
        request: GuessKeyFormatRequest,
    ) -> Result<Vec<KeyFormatGuess>, AppError> {
        Ok(material::guess(request.material.expose())
            .into_iter()
            .map(|(format, bits)| KeyFormatGuess {
                format: format.into(),
                bits,
            })
            .collect())
    }

    /// See the command table. Where the sample key is there and can be used, nothing changes.
    ///
    /// # Errors
    /// [`Code::DuplicateKey`] where another key has one of its ids; [`Code::KeychainUnavailable`], [`Code::File`].
    pub fn add_sample_key(&self, request: AddSampleKeyRequest) -> Result<KeysView, AppError> {
        let is_usable = |record: &KeyRecord| is_sample(record) && record.state == KeyState::Loaded;
        if self.inner().keys.list().iter().any(is_usable) {
            return self.list_keys(());
        }
        let taken: Vec<KeyId> = self
            .inner()
            .keys
            .list()
            .into_iter()
            .flat_map(|record| std::iter::once(record.id).chain(record.also_opens))
            .collect();
        let new = NewKey {
            names: KeyNames {
                id: sample::key_id(),
                // An id that a key of the user's own has stays that key's.
                also_opens: sample::also_opens()
                    .into_iter()
                    .filter(|id| !taken.contains(id))
                    .collect(),
                label: sample::LABEL.to_owned(),
            },
            created: Timestamp::now(),
            lifetime: request.lifetime.into(),
        };
        let key = material::parse(sample::KEY, MaterialFormat::Utf8).map_err(bad_material)?;
        self.import(&new, key)
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::KeyNotFound`], [`Code::DuplicateKey`], [`Code::File`].
    pub fn rename_key(&self, request: RenameKeyRequest) -> Result<KeysView, AppError> {
        let record = self.find(&request.handle)?;
        let names = KeyNames {
            id: KeyId::new(&request.id),
            also_opens: record.also_opens,
            label: request.label,
        };
        self.inner()
            .keys
            .rename(record.handle, &names)
            .map_err(|error| problem(&error))?;
        self.keys_changed()
    }

    /// See the command table. When it is the one that encodes, `/encode` refuses until another one is chosen.
    ///
    /// # Errors
    /// [`Code::KeyNotFound`], [`Code::KeychainUnavailable`], [`Code::File`].
    pub fn remove_key(&self, request: KeyHandleRequest) -> Result<KeysView, AppError> {
        let record = self.find(&request.handle)?;
        self.inner()
            .keys
            .remove(record.handle)
            .map_err(|error| problem(&error))?;
        if self.inner().settings.get().profile.encode_key == Some(record.handle) {
            self.change_settings(|settings| settings.profile.encode_key = None)?;
        }
        self.keys_changed()
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::KeyNotFound`], [`Code::File`].
    pub fn set_encode_key(&self, request: SetEncodeKeyRequest) -> Result<KeysView, AppError> {
        let handle = request
            .handle
            .map(|handle| self.find(&handle))
            .transpose()?
            .map(|record| record.handle);
        self.change_settings(|settings| settings.profile.encode_key = handle)?;
        self.keys_changed()
    }

    /// See the command table. Locking what is locked changes nothing.
    ///
    /// # Errors
    /// [`Code::SessionKeys`] where keys would be lost and that was not agreed to; nothing is locked then.
    pub fn lock(&self, request: LockRequest) -> Result<KeysView, AppError> {
        let records = self.inner().keys.list();
        let session = records
            .iter()
            .filter(|record| record.lifetime == Lifetime::SessionOnly);
        let n_session = session.count();
        if n_session > 0 && !request.forget_session_keys {
            let keys = if n_session == 1 {
                "1 key is".to_owned()
            } else {
                format!("{n_session} keys are")
            };
            return Err(AppError::new(
                Code::SessionKeys,
                format!("{keys} kept for this session only, and would be lost."),
            )
            .hint("Lock all the same, or add them to the keychain first."));
        }
        self.inner().keys.lock();
        self.keys_changed()
    }

    /// See the command table. Blocks until the keychain answered, or its deadline passed.
    ///
    /// # Errors
    /// [`Code::File`] where the index of keys cannot be read; what the keychain says is in the view.
    pub fn unlock(&self, (): ()) -> Result<KeysView, AppError> {
        self.inner()
            .keys
            .unlock()
            .map_err(|error| problem(&error))?;
        self.keys_changed()
    }

    /// See the command table. Blocks until the keychain answered, or its deadline passed.
    ///
    /// # Errors
    /// [`Code::File`] where the index of keys cannot be read; what the keychain says is in the view.
    pub fn retry_keychain(&self, (): ()) -> Result<KeysView, AppError> {
        // Loading asks for nothing where there is no key yet, so a keychain without keys is asked by a probe.
        if self.inner().keys.load().map_err(|error| problem(&error))? == KeychainState::NotAsked {
            self.inner().keys.check();
        }
        self.keys_changed()
    }

    /// Takes in a key that a program hands over; it stays in memory. The first one encodes.
    ///
    /// # Errors
    /// [`Code::DuplicateKey`].
    pub fn hold_key(&self, id: &str, key: SecretKey) -> Result<(), AppError> {
        let new = new_key(id, String::new(), KeyLifetime::Session);
        self.import(&new, key).map(drop)
    }

    /// Reads the keys of the index from the keychain; what it says is in [`App::list_keys`].
    ///
    /// Blocks until the keychain answered, or its deadline passed.
    pub fn load_keys(&self) {
        match self.inner().keys.load() {
            Ok(state) => tracing::info!(
                ?state,
                n_keys = self.inner().keys.list().len(),
                "keys are read"
            ),
            Err(error) => tracing::error!(%error, "keys could not be read"),
        }
        if let Err(error) = self.keys_changed() {
            tracing::error!(%error, "keys could not be put in force");
        }
    }

    /// Where an index of keys that could not be understood was moved to.
    pub(crate) fn keys_notice(&self) -> Option<AppError> {
        let aside = self.inner().keys.set_aside()?;
        Some(
            AppError::new(
                Code::File,
                "The list of keys could not be understood, so it starts empty.",
            )
            .hint(format!(
                "Your list is kept as {}. The keys themselves are still in the {KEYCHAIN}.",
                aside.display()
            )),
        )
    }

    fn import(&self, new: &NewKey, key: SecretKey) -> Result<KeysView, AppError> {
        let record = self
            .inner()
            .keys
            .import(new, key)
            .map_err(|error| problem(&error))?;
        self.added(&record)
    }

    /// The first key becomes the one that encodes: a newcomer with one key means that one.
    fn added(&self, record: &KeyRecord) -> Result<KeysView, AppError> {
        let is_first = self.inner().keys.list().len() == 1;
        if is_first {
            self.change_settings(|settings| settings.profile.encode_key = Some(record.handle))?;
        }
        self.keys_changed()
    }

    fn keys_changed(&self) -> Result<KeysView, AppError> {
        self.apply()?;
        let keys = self.list_keys(())?;
        self.tell(AppEvent::KeysChanged { keys: keys.clone() });
        Ok(keys)
    }

    fn find(&self, handle: &str) -> Result<KeyRecord, AppError> {
        Uuid::parse_str(handle)
            .ok()
            .and_then(|handle| {
                self.inner()
                    .keys
                    .list()
                    .into_iter()
                    .find(|record| record.handle == handle)
            })
            .ok_or_else(|| {
                AppError::new(Code::KeyNotFound, "The key is not in the list any more.")
                    .hint("It may have been removed in another window or program.")
            })
    }
}

#[cfg(target_os = "macos")]
const KEYCHAIN: &str = "Keychain";
#[cfg(windows)]
const KEYCHAIN: &str = "Credential Manager";
#[cfg(not(any(target_os = "macos", windows)))]
const KEYCHAIN: &str = "Secret Service";

fn new_key(id: &str, label: String, lifetime: KeyLifetime) -> NewKey {
    NewKey {
        names: KeyNames {
            id: KeyId::new(id),
            also_opens: Vec::new(),
            label,
        },
        created: Timestamp::now(),
        lifetime: lifetime.into(),
    }
}

fn is_sample(record: &KeyRecord) -> bool {
    material::parse(sample::KEY, MaterialFormat::Utf8)
        .is_ok_and(|key| key.fingerprint() == record.fingerprint)
}

fn view(record: &KeyRecord) -> KeyView {
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
            Lifetime::SessionOnly => KeyLifetime::Session,
        },
        unavailable: match record.state {
            KeyState::Loaded => None,
            KeyState::Unavailable(error) => Some(unavailable(error)),
        },
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

fn keychain_problem(state: KeychainState) -> Option<AppError> {
    match state {
        KeychainState::NotAsked | KeychainState::Ready => None,
        KeychainState::Locked => Some(unavailable(KeyError::Locked)),
        KeychainState::Missing => Some(unavailable(KeyError::Missing)),
        KeychainState::TimedOut => Some(unavailable(KeyError::TimedOut)),
        KeychainState::Denied => Some(unavailable(KeyError::Denied)),
        KeychainState::Failed => Some(unavailable(KeyError::Failed)),
    }
}

fn unavailable(error: KeyError) -> AppError {
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

fn bad_material(error: BadMaterial) -> AppError {
    AppError::new(Code::BadKeyMaterial, crate::hints::sentence(&error.to_string()))
        .hint("An AES key has 16, 24 or 32 bytes: 24, 32 or 44 characters in base64, 32, 48 or 64 in hex.")
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
