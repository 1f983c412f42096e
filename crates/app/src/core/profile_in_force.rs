//! How the Payloads of a Namespace are treated now: as its profile says, or with another key to encode.

use codec_server::{Namespace, Profile};
use key_store::KeyRecord;
use temporal_payload::shown_name;

use crate::config::ProfileSettings;
use crate::config::profiles::named_only;
use crate::error::{AppError, Code};
use crate::plan::Plan;

use super::Core;

impl Core {
    /// How the Payloads of a Namespace are treated now.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`] where the Namespace is refused.
    pub(crate) fn profile_of(&self, namespace: Option<&str>) -> Result<Profile, AppError> {
        let plan = self.plan();
        let (settings, namespace) = self.settings_of(&plan, namespace)?;
        Ok(plan.profile(&settings, namespace.as_ref()))
    }

    /// As [`Core::profile_of`], with one key to encode with, by its id.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`] where the Namespace is refused, [`Code::KeyNotFound`]; [`Code::NotEncoded`] where what is
    /// encoded with it would not be decoded again there.
    pub(crate) fn profile_encoding_with(
        &self,
        namespace: Option<&str>,
        key: &str,
    ) -> Result<Profile, AppError> {
        let plan = self.plan();
        let (mut settings, namespace) = self.settings_of(&plan, namespace)?;
        let keys = self.keys().list();
        let with_id: Vec<&KeyRecord> = keys
            .iter()
            .filter(|record| record.id.as_str() == key)
            .collect();
        if with_id.is_empty() {
            // It is not quoted: anything may have been pasted there, a key among it.
            return Err(AppError::new(
                Code::KeyNotFound,
                "there is no key with this id",
            ));
        }
        settings.no_codec = false;
        for record in with_id {
            settings.encode_key = Some(record.handle);
            if let Some(decode_keys) = &mut settings.decode_keys
                && !decode_keys.contains(&record.handle)
            {
                decode_keys.push(record.handle);
            }
            if plan.encode_key(&settings, namespace.as_ref()).is_some() {
                return Ok(plan.profile(&settings, namespace.as_ref()));
            }
        }
        let id = shown_name(key);
        Err(AppError::new(
            Code::NotEncoded,
            format!(
                "the key {id} cannot encode here: it is retired, or limited to other Namespaces"
            ),
        )
        .hint("Choose another key, or change this one in Keys."))
    }

    /// The settings of the profile that a Namespace has.
    fn settings_of(
        &self,
        plan: &Plan,
        namespace: Option<&str>,
    ) -> Result<(ProfileSettings, Option<Namespace>), AppError> {
        let namespace = namespace.map(str::trim).filter(|text| !text.is_empty());
        let Some(text) = namespace else {
            return Ok((plan.settings_of(None).cloned().unwrap_or_default(), None));
        };
        let namespace = Namespace::new(text);
        let found = self.found(namespace.as_ref());
        let settings = found
            .profile
            .as_deref()
            .and_then(|name| plan.settings_of(named_only(name)));
        match settings {
            Some(settings) => Ok((settings.clone(), namespace)),
            None => Err(AppError::new(
                Code::InvalidSetting,
                "no profile includes this Namespace, so it is refused",
            )
            .hint(
                "Add a profile for it in Namespaces, or choose “Default profile” there for Namespaces without one.",
            )),
        }
    }
}
