//! Keys coming in one by one, pasted or from a file; and what every way to a single key shares.

use std::sync::Arc;

use jiff::Timestamp;
use key_store::command::CommandLine;
use key_store::files;
use key_store::key_list::{self, OtherText};
use key_store::material::{self, MaterialFormat};
use key_store::{BadMaterial, KeyNames, KeyRecord, KeyUse, Lifetime, NewKey};
use payload_codec::{Derivation, KeyId, SecretKey};
use uuid::Uuid;

use super::changes::KeyChanges;
use super::copy_new_key::CopyNewKey;
use super::other_text::{called, other_text};
use super::view::{
    GuessKeyFormatRequest, ImportKeyFileRequest, ImportKeyRequest, KeyFormat, KeyLifetime,
    KeyReading, KeyTextView, KeysView, SecretText,
};
use crate::config::patterns;
use crate::core::Core;
use crate::error::{AppError, Code};
use crate::files::tickets::Tickets;
use crate::files::view::FilePurpose;
use crate::hints::sentence;
use crate::plan::formats::Formats;
use crate::plan::key_fit::{check_encode_key, check_spec_fit};
use crate::plan::key_messages::{bad_material, problem};
use crate::plan::public_keys::is_sample;
use crate::settings::changes::SettingsChanges;

/// Takes keys in. Clones share it.
#[derive(Clone)]
pub struct KeyImport {
    core: Core,
    settings: SettingsChanges,
    changes: KeyChanges,
    tickets: Arc<Tickets>,
    copy_new_key: CopyNewKey,
}

impl KeyImport {
    pub(crate) fn new(
        core: Core,
        settings: SettingsChanges,
        changes: KeyChanges,
        tickets: Arc<Tickets>,
        copy_new_key: CopyNewKey,
    ) -> Self {
        KeyImport {
            core,
            settings,
            changes,
            tickets,
            copy_new_key,
        }
    }
}

/// A file of raw key bytes has 32 of them, one with a secret for formats that derive their keys may have this many.
const KEY_FILE_LIMIT: u64 = payload_codec::MAX_KEY_BYTES as u64;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl KeyImport {
    /// See the command table.
    ///
    /// # Errors
    /// As [`KeyImport::generate_key`].
    pub fn import_key(&self, request: ImportKeyRequest) -> Result<KeysView, AppError> {
        let usage = self.usage(request.formats, &request.namespaces)?;
        let key = self.key_of_text(&usage, &request.material, request.format)?;
        self.import(
            &new_key(&request.id, request.label, request.lifetime, usage),
            key,
        )
    }

    /// See the command table.
    ///
    /// # Errors
    /// As [`KeyImport::generate_key`].
    pub fn import_key_file(&self, request: ImportKeyFileRequest) -> Result<KeysView, AppError> {
        let tickets = &self.tickets;
        let file = tickets.redeem(&request.file, FilePurpose::KeyFile)?;
        let usage = self.usage(request.formats, &request.namespaces)?;
        let read = files::open(file.path()).and_then(|file| {
            if let Some(exposure) = files::exposure(&file) {
                tracing::warn!(%exposure, "other users can get at a key file that was imported; chmod 600 prevents it");
            }
            files::read_secret_from(file, KEY_FILE_LIMIT)
        });
        let bytes = read.map_err(|error| {
            AppError::new(
                Code::File,
                format!("the key file could not be read: {error}"),
            )
            .hint("Choose a file of 16, 24 or 32 raw bytes.")
        })?;
        let key = self.key_for(
            &usage,
            || material::raw(&bytes),
            || match other_text_in(&bytes) {
                None => material::raw_any(&bytes),
                // Any bytes are a secret, so nothing else would tell.
                Some(_) => Err(BadMaterial::WrongLength { len: bytes.len() }),
            },
        );
        let key = key.map_err(|error| match other_text_in(&bytes) {
            Some(other) => file_of_other(other),
            None => error,
        })?;
        let new = new_key(&request.id, request.label, request.lifetime, usage);
        let keys = self.import(&new, key)?;
        file.spend();
        Ok(keys)
    }

    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn guess_key_format(
        &self,
        request: GuessKeyFormatRequest,
    ) -> Result<KeyTextView, AppError> {
        let text = request.material.expose();
        let readings = material::readings(text);
        let readings = readings.into_iter().map(|reading| KeyReading {
            format: reading.format.into(),
            bytes: reading.bytes.and_then(|bytes| u32::try_from(bytes).ok()),
            bits: reading.key.ok(),
            problem: reading.key.err().map(|error| sentence(&error.to_string())),
        });
        Ok(KeyTextView {
            readings: readings.collect(),
            other: key_list::other_than_one_key(text).map(other_text),
        })
    }

    /// Takes in a key that a program hands over; it stays in memory. The first one encodes.
    ///
    /// # Errors
    /// [`Code::DuplicateKey`].
    pub fn hold_key(&self, id: &str, key: SecretKey) -> Result<(), AppError> {
        let new = new_key(id, String::new(), KeyLifetime::Session, KeyUse::default());
        self.import(&new, key).map(drop)
    }

    pub(crate) fn import(&self, new: &NewKey, key: SecretKey) -> Result<KeysView, AppError> {
        let record = self.take_in(new, key)?;
        self.added(&record)
    }

    pub(super) fn core(&self) -> &Core {
        &self.core
    }

    /// The key that was made last, until it is copied.
    pub(super) fn copy_new_key(&self) -> &CopyNewKey {
        &self.copy_new_key
    }

    /// What it tells the window with.
    pub(super) fn changes(&self) -> &KeyChanges {
        &self.changes
    }

    /// Takes it that the user agrees to a command, as long as this process lives.
    ///
    /// # Errors
    /// [`Code::Command`] where it is none.
    pub(super) fn agree_to(&self, command: &str) -> Result<(), AppError> {
        let command = CommandLine::parse(command);
        let command = command.map_err(|error| AppError::new(Code::Command, error.to_string()))?;
        self.core.keys().trust_for_session(&command);
        Ok(())
    }

    /// What it changes settings with.
    pub(super) fn settings(&self) -> &SettingsChanges {
        &self.settings
    }

    /// Adds a key, and tells nobody yet.
    pub(crate) fn take_in(&self, new: &NewKey, key: SecretKey) -> Result<KeyRecord, AppError> {
        self.core
            .keys()
            .import(new, key)
            .map_err(|error| problem(&error))
    }

    /// What a key is to be used for, after a look at every name in it.
    ///
    /// # Errors
    /// [`Code::InvalidFormat`], [`Code::InvalidSetting`].
    pub(crate) fn usage(
        &self,
        formats: Vec<String>,
        namespaces: &[String],
    ) -> Result<KeyUse, AppError> {
        let mut usage = KeyUse {
            formats: Vec::new(),
            namespaces: patterns::canonical(namespaces)?,
            retired: false,
        };
        self.core.plan().formats.check_names(&formats)?;
        for format in formats {
            if !usage.formats.contains(&format) {
                usage.formats.push(format);
            }
        }
        Ok(usage)
    }

    /// Refuses a key that one of its formats cannot use.
    ///
    /// # Errors
    /// [`Code::BadKeyMaterial`].
    pub(crate) fn check_fit(&self, usage: &KeyUse, bits: u16) -> Result<(), AppError> {
        let plan = self.core.plan();
        let specs = usage.formats.iter();
        let mut known = specs.filter_map(|name| Some((name, plan.formats.spec(name)?)));
        known.try_for_each(|(name, spec)| check_spec_fit(&plan.formats.title(name), spec, bits))
    }

    /// The key that a text is in this spelling, of a length that the formats take.
    pub(super) fn key_of_text(
        &self,
        usage: &KeyUse,
        material: &SecretText,
        format: KeyFormat,
    ) -> Result<SecretKey, AppError> {
        let (text, format) = (material.expose(), format.into());
        self.key_for(
            usage,
            || material::parse(text, format),
            || material::parse_any(text, format),
        )
    }

    /// Strictly an AES key where every format takes the key as it is: then a cut one is told at once.
    fn key_for(
        &self,
        usage: &KeyUse,
        strict: impl FnOnce() -> Result<SecretKey, BadMaterial>,
        any: impl FnOnce() -> Result<SecretKey, BadMaterial>,
    ) -> Result<SecretKey, AppError> {
        let key = if self.derives(usage) { any() } else { strict() }.map_err(bad_material)?;
        self.check_fit(usage, key.bits())?;
        Ok(key)
    }

    /// Whether one of the formats derives its key, so that any bytes are one.
    pub(crate) fn derives(&self, usage: &KeyUse) -> bool {
        let plan = self.core.plan();
        let derives = |name: &String| {
            let spec = plan.formats.spec(name);
            spec.is_some_and(|spec| spec.key != Derivation::Secret)
        };
        usage.formats.iter().any(derives)
    }

    /// The first key becomes the one that encodes: a newcomer with one key means that one.
    pub(crate) fn added(&self, record: &KeyRecord) -> Result<KeysView, AppError> {
        if self.is_first(&[record.handle]) {
            self.encode_with_first(record)?;
        }
        self.changes.changed()
    }

    /// Whether nothing else is there but the samples' key, which everybody knows: nobody encodes with that for long.
    pub(crate) fn is_first(&self, added: &[Uuid]) -> bool {
        let list = self.core.keys().list();
        let mut others = list.iter().filter(|record| !added.contains(&record.handle));
        others.all(is_sample)
    }

    /// Encodes with the first key from now on, where that is possible.
    pub(crate) fn encode_with_first(&self, record: &KeyRecord) -> Result<(), AppError> {
        if self.core.settings().is_newer() {
            // The key is added all the same: that it does not encode yet is seen in Keys.
            tracing::warn!(
                "settings of a newer version cannot be changed, so no key to encode with is set"
            );
        } else if self.may_encode_by_default(record) {
            self.settings
                .change(|settings| settings.profile.encode_key = Some(record.handle))?;
        }
        Ok(())
    }

    fn may_encode_by_default(&self, record: &KeyRecord) -> bool {
        let settings = self.core.settings().get();
        let formats = Formats::of(&settings);
        check_encode_key(None, &settings.profile, record, &formats).is_ok()
    }
}

/// What a file is that was chosen for its one key.
fn other_text_in(bytes: &[u8]) -> Option<OtherText> {
    let text = std::str::from_utf8(bytes).ok()?;
    key_list::other_than_one_key(text)
}

fn file_of_other(other: OtherText) -> AppError {
    let error = AppError::new(
        Code::BadKeyMaterial,
        format!("the file is {}, and not one key", called(other)),
    );
    error.hint(other_text(other).hint)
}

pub(crate) fn new_key(id: &str, label: String, lifetime: KeyLifetime, usage: KeyUse) -> NewKey {
    NewKey {
        names: KeyNames {
            id: KeyId::new(id),
            also_opens: Vec::new(),
            label,
        },
        created: Timestamp::now(),
        lifetime: lifetime.into(),
        usage,
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
