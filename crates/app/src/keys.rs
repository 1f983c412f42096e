//! Keys as the window handles them: listed, named, chosen, removed, locked. Nothing gives their bytes back.

mod import;

mod usage;

mod words;

use key_store::{KeyNames, KeyRecord, KeychainState, Lifetime};
use payload_codec::KeyId;
use uuid::Uuid;

use crate::app::App;
use crate::error::{AppError, Code};
use crate::event::AppEvent;
use crate::formats::Formats;
use crate::profiles;
use crate::settings::Settings;
use crate::view::{
    KeyView, KeychainView, KeysView, LockRequest, RemoveKeyRequest, RenameKeyRequest,
    SetEncodeKeyRequest,
};

use import::is_sample;
pub(crate) use import::{check_spec_fit, fits};
pub(crate) use usage::Uses;
use words::{KEYCHAIN, keychain_problem};
pub(crate) use words::{called, problem, unavailable};

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
        let revision = self.next_revision();
        let records = self.inner().keys.list();
        let settings = self.inner().settings.get();
        let encode_key = settings.profile.encode_key;
        Ok(KeysView {
            revision,
            encode_key: encode_key
                .filter(|handle| records.iter().any(|record| record.handle == *handle))
                .map(|handle| handle.to_string()),
            locked: self.inner().keys.is_locked(),
            has_sample_key: records.iter().any(is_sample),
            keys: records
                .iter()
                .map(|record| self.key_view(record, &settings))
                .collect(),
            keychain: KeychainView {
                name: KEYCHAIN.to_owned(),
                problem: keychain_problem(self.inner().keys.keychain_state()),
                vault: self.vault_view(),
            },
        })
    }

    fn key_view(&self, record: &KeyRecord, settings: &Settings) -> KeyView {
        let uses = self.inner().uses.of(record.handle);
        KeyView {
            used_by: usage::profiles_that_encode(settings, record.handle),
            last_used: uses.map(|uses| uses.last.to_string()),
            n_uses: uses.map_or(0, |uses| uses.count),
            ..words::view(record)
        }
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

    /// See the command table. Profiles that encode with it refuse to encode until another key is chosen.
    ///
    /// # Errors
    /// [`Code::KeyInUse`] where it is used, and that was not agreed to; [`Code::KeyNotFound`],
    /// [`Code::KeychainUnavailable`], [`Code::File`].
    pub fn remove_key(&self, request: RemoveKeyRequest) -> Result<KeysView, AppError> {
        let record = self.find(&request.handle)?;
        if !request.even_if_used {
            self.check_unused(&record)?;
        }
        self.inner()
            .keys
            .remove(record.handle)
            .map_err(|error| problem(&error))?;
        let gone = record.handle;
        self.change_settings(|settings| {
            let named = settings.profiles.iter_mut().map(|named| &mut named.profile);
            for profile in std::iter::once(&mut settings.profile).chain(named) {
                profile.encode_key = profile.encode_key.filter(|handle| *handle != gone);
                if let Some(handles) = &mut profile.decode_keys {
                    handles.retain(|handle| *handle != gone);
                }
            }
        })?;
        self.keys_changed()
    }

    fn check_unused(&self, record: &KeyRecord) -> Result<(), AppError> {
        let profiles = usage::profiles_that_encode(&self.inner().settings.get(), record.handle);
        let uses = self.inner().uses.of(record.handle);
        let mut why = Vec::new();
        if !profiles.is_empty() {
            why.push(format!("{} encodes with it", usage::listed(&profiles)));
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
            .map(|handle| self.find(&handle))
            .transpose()?;
        let settings = self.inner().settings.get();
        let name = request
            .profile
            .filter(|name| name != profiles::DEFAULT_PROFILE);
        let named = match &name {
            None => None,
            Some(name) => Some(profiles::named(&settings, name)?),
        };
        if let Some(record) = &record {
            let profile = named.map_or(&settings.profile, |named| &named.profile);
            profiles::check_encode_key(named, profile, record, &Formats::of(&settings))?;
        }
        let handle = record.map(|record| record.handle);
        self.change_settings(|settings| match name {
            None => settings.profile.encode_key = handle,
            Some(name) => {
                let mut profiles = settings.profiles.iter_mut();
                if let Some(named) = profiles.find(|named| named.name == name) {
                    named.profile.encode_key = handle;
                }
            }
        })?;
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
                format!("{keys} kept for this session only and would be lost"),
            ));
        }
        self.inner().keys.lock();
        self.end_capture();
        self.inner().previews.clear();
        self.inner().running.cancel();
        self.keys_changed()
    }

    /// See the command table. Blocks until the keychain answered, or its deadline passed.
    ///
    /// # Errors
    /// [`Code::File`] where the index of keys cannot be read; what the keychain says is in the view.
    pub fn unlock(&self, (): ()) -> Result<KeysView, AppError> {
        self.restart_idle_clock();
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
        let problem = self.inner().keys.index_problem()?;
        Some(words::index_problem(&problem))
    }

    pub(crate) fn keys_changed(&self) -> Result<KeysView, AppError> {
        self.apply()?;
        let keys = self.list_keys(())?;
        self.tell(AppEvent::KeysChanged { keys: keys.clone() });
        Ok(keys)
    }

    pub(crate) fn find(&self, handle: &str) -> Result<KeyRecord, AppError> {
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
                AppError::new(Code::KeyNotFound, "the key no longer exists")
                    .hint("Look for it in Keys; it may have been removed elsewhere.")
            })
    }
}
