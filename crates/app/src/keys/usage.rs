//! What keys are for, and taking them out of use without losing what they have encoded.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use codec_server::{Operation, RequestKind, RequestRecord};
use jiff::Timestamp;
use key_store::{KeyRecord, KeyUse};
use uuid::Uuid;

use crate::app::App;
use crate::error::{AppError, Code};
use crate::formats::Formats;
use crate::keys::words::{called, problem};
use crate::profiles::{self, DEFAULT_PROFILE};
use crate::settings::Settings;
use crate::view::{KeyHandleRequest, KeysView, SetKeyUsageRequest};

/// How often keys were used since the app was started.
#[derive(Default)]
pub(crate) struct Uses(Mutex<HashMap<Uuid, Use>>);

/// One key's.
#[derive(Clone, Copy)]
pub(crate) struct Use {
    pub(crate) last: Timestamp,
    pub(crate) count: u32,
}

impl Uses {
    pub(crate) fn of(&self, handle: Uuid) -> Option<Use> {
        self.lock().get(&handle).copied()
    }

    fn note(&self, handle: Uuid, at: Timestamp) {
        let mut uses = self.lock();
        let entry = uses.entry(handle).or_insert(Use { last: at, count: 0 });
        entry.last = entry.last.max(at);
        entry.count = entry.count.saturating_add(1);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Uuid, Use>> {
        // Counts are whole at every moment.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl App {
    /// See the command table.
    ///
    /// # Errors
    /// [`Code::KeyNotFound`], [`Code::InvalidFormat`], [`Code::InvalidSetting`], [`Code::BadKeyMaterial`] where a format
    /// cannot use the key, [`Code::KeyInUse`] where a profile could not decode any more what it encodes with it,
    /// [`Code::DuplicateKey`], [`Code::File`].
    pub fn set_key_usage(&self, request: SetKeyUsageRequest) -> Result<KeysView, AppError> {
        let record = self.find(&request.handle)?;
        let usage = self.usage(request.formats, &request.namespaces)?;
        self.check_fit(&usage, record.bits)?;
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
        let mut record = self.find(&request.handle)?;
        let profiles = profiles_that_encode(&self.inner().settings.get(), record.handle);
        if !profiles.is_empty() {
            return Err(AppError::new(
                Code::KeyInUse,
                format!("{} encodes with {}", listed(&profiles), called(&record)),
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
        let mut record = self.find(&request.handle)?;
        record.usage.retired = false;
        self.set_usage(&record)
    }

    /// Counts the keys that a request used.
    pub(crate) fn note_uses(&self, record: &RequestRecord) {
        let is_encoding = record.kind == RequestKind::Operation(Operation::Encode);
        if record.keys.is_empty() && !(is_encoding && record.payloads.encoded > 0) {
            return;
        }
        let plan = self.plan();
        let Some(profile) = plan.settings_of(record.profile.as_deref()) else {
            return;
        };
        let namespace = record.namespace.as_ref();
        let at = Timestamp::try_from(record.started).unwrap_or_else(|_| Timestamp::now());
        let mut used: Vec<Uuid> = record
            .keys
            .iter()
            .filter_map(|id| plan.key_of_id(profile, namespace, id))
            .collect();
        if is_encoding && record.payloads.encoded > 0 {
            used.extend(
                plan.encode_key(profile, namespace)
                    .map(|record| record.handle),
            );
        }
        used.sort_unstable();
        used.dedup();
        for handle in used {
            self.inner().uses.note(handle, at);
        }
    }

    fn set_usage(&self, record: &KeyRecord) -> Result<KeysView, AppError> {
        self.inner()
            .keys
            .set_usage(record.handle, record.usage.clone())
            .map_err(|error| problem(&error))?;
        self.keys_changed()
    }

    /// Whether every profile that encodes with a key may go on with it as it would be.
    pub(crate) fn check_still_encodes(&self, changed: &KeyRecord) -> Result<(), AppError> {
        let settings = self.inner().settings.get();
        let formats = Formats::of(&settings);
        let named = settings
            .profiles
            .iter()
            .map(|named| (Some(named), &named.profile));
        for (named, profile) in std::iter::once((None, &settings.profile)).chain(named) {
            if profile.encode_key == Some(changed.handle)
                && let Err(error) = profiles::check_encode_key(named, profile, changed, &formats)
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

/// Names of the profiles that encode with a key.
pub(crate) fn profiles_that_encode(settings: &Settings, handle: Uuid) -> Vec<String> {
    let encodes = |profile: &crate::settings::ProfileSettings| profile.encode_key == Some(handle);
    let default = encodes(&settings.profile).then(|| DEFAULT_PROFILE.to_owned());
    let named = settings.profiles.iter();
    default
        .into_iter()
        .chain(
            named
                .filter(|named| encodes(&named.profile))
                .map(|named| named.name.clone()),
        )
        .collect()
}

/// `the profile Default`, `the profiles Default and Orders`
pub(crate) fn listed(profiles: &[String]) -> String {
    match profiles {
        [one] => format!("the profile {one}"),
        _ => format!("each of the profiles {}", profiles.join(", ")),
    }
}
