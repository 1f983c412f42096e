//! Keys as the window handles them: listed, named, chosen, retired, removed, locked. Nothing gives their bytes back.

pub(crate) mod adopt_finding;

pub(crate) mod changes;

pub(crate) mod forget_port;

pub(crate) mod copy_new_key;

pub(crate) mod import;

pub(crate) mod key_file;

mod key_file_held;

pub(crate) mod lock_port;

mod replace;

pub(crate) mod sources;

mod worker_snippets;

pub(crate) mod view;

use std::sync::Arc;

use key_store::{KeyNames, KeyRecord, KeyUse, KeychainState, Lifetime};
use payload_codec::KeyId;

use crate::config::profiles;
use crate::core::Core;
use crate::core::idle::IdleClock;
use crate::error::{AppError, Code};
use crate::plan::formats::Formats;
use crate::plan::key_fit::check_encode_key;
use crate::plan::key_messages::{called, problem};
use crate::settings::changes::SettingsChanges;

use changes::KeyChanges;
use forget_port::Forget;
use import::KeyImport;
use lock_port::Lock;
use view::{
    KeyHandleRequest, KeysView, LockRequest, RemoveKeyRequest, RenameKeyRequest,
    SetEncodeKeyRequest, SetKeyUsageRequest,
};

/// The keys.
pub struct Keys {
    core: Core,
    settings: SettingsChanges,
    changes: KeyChanges,
    import: KeyImport,
    clock: IdleClock,
    forget: Vec<Arc<dyn Forget>>,
}

impl Keys {
    pub(crate) fn new(
        core: Core,
        settings: SettingsChanges,
        changes: KeyChanges,
        import: KeyImport,
        clock: IdleClock,
        forget: Vec<Arc<dyn Forget>>,
    ) -> Self {
        Keys {
            core,
            settings,
            changes,
            import,
            clock,
            forget,
        }
    }
}

impl Lock for Keys {
    fn lock_all(&self, why: &'static str) {
        if self.core.keys().is_locked() {
            // What may have come since is forgotten all the same.
            self.forget.iter().for_each(|other| other.forget());
            return;
        }
        tracing::info!(why, "the app locks itself");
        let request = LockRequest {
            forget_session_keys: true,
        };
        if let Err(error) = self.lock(request) {
            tracing::error!(%error, "the keys were locked, and that could not be told");
        }
    }

    fn locks_with_screen(&self) -> bool {
        self.core
            .settings()
            .read(|settings| settings.lock.with_screen)
    }
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl Keys {
    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn list_keys(&self, (): ()) -> Result<KeysView, AppError> {
        Ok(self.changes.view())
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::KeyNotFound`], [`Code::DuplicateKey`], [`Code::File`].
    pub fn rename_key(&self, request: RenameKeyRequest) -> Result<KeysView, AppError> {
        let record = self.core.find_key(&request.handle)?;
        let names = KeyNames {
            id: KeyId::new(&request.id),
            also_opens: record.also_opens,
            label: request.label,
        };
        self.core
            .keys()
            .rename(record.handle, &names)
            .map_err(|error| problem(&error))?;
        self.changes.changed()
    }

    /// See the command table. Profiles that encode with it refuse to encode until another key is chosen.
    ///
    /// # Errors
    /// [`Code::KeyInUse`] where it is used, and that was not agreed to; [`Code::KeyNotFound`],
    /// [`Code::KeychainUnavailable`], [`Code::File`].
    pub fn remove_key(&self, request: RemoveKeyRequest) -> Result<KeysView, AppError> {
        let record = self.core.find_key(&request.handle)?;
        if !request.even_if_used {
            self.check_unused(&record)?;
        }
        self.core
            .keys()
            .remove(record.handle)
            .map_err(|error| problem(&error))?;
        let gone = record.handle;
        self.settings.change(|settings| {
            let named = settings.profiles.iter_mut().map(|named| &mut named.profile);
            for profile in std::iter::once(&mut settings.profile).chain(named) {
                profile.encode_key = profile.encode_key.filter(|handle| *handle != gone);
                if let Some(handles) = &mut profile.decode_keys {
                    handles.retain(|handle| *handle != gone);
                }
            }
        })?;
        self.changes.changed()
    }

    fn check_unused(&self, record: &KeyRecord) -> Result<(), AppError> {
        let profiles = profiles::that_encode(&self.core.settings().get(), record.handle);
        let uses = self.changes.uses_of(record.handle);
        let mut why = Vec::new();
        if !profiles.is_empty() {
            why.push(format!("{} encodes with it", profiles::listed(&profiles)));
        }
        if let Some(uses) = uses {
            let requests = if uses.count == 1 {
                "1 request has".to_owned()
            } else {
                format!("{} requests have", uses.count)
            };
            why.push(format!(
                "{requests} used it since the app started, last at {}",
                uses.last.strftime("%Y-%m-%d %H:%M UTC")
            ));
        }
        if why.is_empty() {
            return Ok(());
        }
        Err(AppError::new(
            Code::KeyInUse,
            format!("this key is in use: {}", why.join(", and ")),
        )
        .hint(match profiles.is_empty() {
            true => "Retire the key instead: what it encoded can never be read again without it.",
            // One that encodes is not retired, either.
            false => {
                "Choose another key to encode with, then retire this one: what it encoded can never be read again without it."
            }
        }))
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::KeyNotFound`]; [`Code::InvalidSetting`] where there is no such profile, or it could not decode again what it
    /// encodes with the key; [`Code::File`].
    pub fn set_encode_key(&self, request: SetEncodeKeyRequest) -> Result<KeysView, AppError> {
        let record = request
            .handle
            .map(|handle| self.core.find_key(&handle))
            .transpose()?;
        let settings = self.core.settings().get();
        let name = request
            .profile
            .filter(|name| name != profiles::DEFAULT_PROFILE);
        let named = match &name {
            None => None,
            Some(name) => Some(profiles::named(&settings, name)?),
        };
        if let Some(record) = &record {
            let profile = named.map_or(&settings.profile, |named| &named.profile);
            check_encode_key(named, profile, record, &Formats::of(&settings))?;
        }
        let handle = record.map(|record| record.handle);
        self.settings.change_with_undo(|settings| match name {
            None => settings.profile.encode_key = handle,
            Some(name) => {
                let mut profiles = settings.profiles.iter_mut();
                if let Some(named) = profiles.find(|named| named.name == name) {
                    named.profile.encode_key = handle;
                }
            }
        })?;
        self.changes.changed()
    }

    /// See the command table. Locking what is locked changes nothing.
    ///
    /// # Errors
    /// [`Code::SessionKeys`] where keys would be lost and that was not agreed to; nothing is locked then.
    pub fn lock(&self, request: LockRequest) -> Result<KeysView, AppError> {
        let records = self.core.keys().list();
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
                format!("{keys} kept for this session only and would be lost"),
            ));
        }
        self.core.keys().lock();
        for other in &self.forget {
            other.forget();
        }
        self.changes.changed()
    }

    /// See the command table. Blocks until the keychain answered, or its deadline passed.
    ///
    /// # Errors
    /// [`Code::Locked`] while the panic lock is set; [`Code::File`] where the index of keys cannot be read; what the keychain says is
    /// in the view.
    pub fn unlock(&self, (): ()) -> Result<KeysView, AppError> {
        if self.core.pause().is_panic_locked() {
            return Err(
                AppError::new(Code::Locked, "the panic lock is set, so no key is read")
                    .hint("Press “Lift panic lock” in Server first."),
            );
        }
        self.clock.restart();
        self.core.keys().unlock().map_err(|error| problem(&error))?;
        self.changes.changed()
    }

    /// See the command table. Blocks until the keychain answered, or its deadline passed.
    ///
    /// # Errors
    /// [`Code::File`] where the index of keys cannot be read; what the keychain says is in the view.
    pub fn retry_keychain(&self, (): ()) -> Result<KeysView, AppError> {
        // Loading asks for nothing where there is no key yet, so a keychain without keys is asked by a probe.
        if self.core.keys().load().map_err(|error| problem(&error))? == KeychainState::NotAsked {
            self.core.keys().check();
        }
        self.changes.changed()
    }

    /// Reads the keys of the index from the keychain; what it says is in [`Keys::list_keys`].
    ///
    /// Blocks until the keychain answered, or its deadline passed.
    pub fn load_keys(&self) {
        match self.core.keys().load() {
            Ok(state) => tracing::info!(
                ?state,
                n_keys = self.core.keys().list().len(),
                "keys are read"
            ),
            Err(error) => tracing::error!(%error, "keys could not be read"),
        }
        if let Err(error) = self.changes.changed() {
            tracing::error!(%error, "keys could not be put in force");
        }
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::KeyNotFound`], [`Code::InvalidFormat`], [`Code::InvalidSetting`], [`Code::BadKeyMaterial`] where a format
    /// cannot use the key, [`Code::KeyInUse`] where a profile could not decode any more what it encodes with it,
    /// [`Code::DuplicateKey`], [`Code::File`].
    pub fn set_key_usage(&self, request: SetKeyUsageRequest) -> Result<KeysView, AppError> {
        let record = self.core.find_key(&request.handle)?;
        let usage = self.import.usage(request.formats, &request.namespaces)?;
        self.import.check_fit(&usage, record.bits)?;
        let usage = KeyUse {
            retired: record.usage.retired,
            ..usage
        };
        let changed = KeyRecord { usage, ..record };
        self.check_still_encodes(&changed)?;
        self.set_usage(&changed)
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::KeyNotFound`], [`Code::KeyInUse`] where a profile encodes with it, [`Code::File`].
    pub fn retire_key(&self, request: KeyHandleRequest) -> Result<KeysView, AppError> {
        let mut record = self.core.find_key(&request.handle)?;
        let profiles = profiles::that_encode(&self.core.settings().get(), record.handle);
        if !profiles.is_empty() {
            return Err(AppError::new(
                Code::KeyInUse,
                format!(
                    "{} encodes with {}",
                    profiles::listed(&profiles),
                    called(&record)
                ),
            )
            .hint("Choose another key to encode with first; this one then still decodes."));
        }
        record.usage.retired = true;
        self.set_usage(&record)
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::KeyNotFound`], [`Code::DuplicateKey`] where another key has its id by now, [`Code::File`].
    pub fn restore_key(&self, request: KeyHandleRequest) -> Result<KeysView, AppError> {
        let mut record = self.core.find_key(&request.handle)?;
        record.usage.retired = false;
        self.set_usage(&record)
    }

    fn set_usage(&self, record: &KeyRecord) -> Result<KeysView, AppError> {
        self.core
            .keys()
            .set_usage(record.handle, record.usage.clone())
            .map_err(|error| problem(&error))?;
        self.changes.changed()
    }

    /// Whether every profile that encodes with a key may go on with it as it would be.
    fn check_still_encodes(&self, changed: &KeyRecord) -> Result<(), AppError> {
        let settings = self.core.settings().get();
        let formats = Formats::of(&settings);
        let named = settings
            .profiles
            .iter()
            .map(|named| (Some(named), &named.profile));
        for (named, profile) in std::iter::once((None, &settings.profile)).chain(named) {
            if profile.encode_key == Some(changed.handle)
                && let Err(error) = check_encode_key(named, profile, changed, &formats)
            {
                return Err(AppError {
                    code: Code::KeyInUse,
                    ..error
                });
            }
        }
        Ok(())
    }
}
