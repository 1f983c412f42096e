//! Saving and removing a profile, and what Namespaces get that no profile names.

use super::Namespaces;
use super::view::{
    ProfileRequest, ProfileView, ProfilesView, SaveProfileRequest, SetUnlistedRequest,
};
use crate::config::profiles::{DEFAULT_PROFILE, named};
use crate::config::{NamedProfile, ProfileSettings, patterns};
use crate::error::{AppError, Code};
use crate::plan::formats::Formats;
use crate::plan::key_fit::check_encode_key;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl Namespaces {
    /// See the command table.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`], [`Code::KeyNotFound`], [`Code::File`].
    pub fn save_profile(&self, request: SaveProfileRequest) -> Result<ProfilesView, AppError> {
        let input = request.profile;
        let settings = self.core.settings().get();
        let is_default = request.previous.as_deref() == Some(DEFAULT_PROFILE);
        let before = match &request.previous {
            Some(_) if is_default => Some(&settings.profile),
            Some(previous) => Some(&named(&settings, previous)?.profile),
            None => None,
        };
        let saved = NamedProfile {
            name: input.name.trim().to_owned(),
            namespaces: patterns::canonical(&input.namespaces)?,
            profile: self.profile_settings(&input, before)?,
        };
        if is_default && (saved.name != DEFAULT_PROFILE || !saved.namespaces.is_empty()) {
            return Err(AppError::new(
                Code::InvalidSetting,
                "the default profile cannot be renamed or have its own Namespaces",
            )
            .hint("Add a profile for these Namespaces."));
        }
        if let Some(handle) = saved.profile.encode_key {
            let record = self.core.find_key(&handle.to_string())?;
            let formats = Formats::of(&settings);
            let named = (!is_default).then_some(&saved);
            check_encode_key(named, &saved.profile, &record, &formats)?;
        }
        let saved = self.settings.change_with_undo(|settings| {
            let place = settings
                .profiles
                .iter_mut()
                .find(|named| Some(&named.name) == request.previous.as_ref());
            match place {
                _ if is_default => settings.profile = saved.profile,
                Some(place) => *place = saved,
                None => settings.profiles.push(saved),
            }
        })?;
        self.profiles_changed(&saved)
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`] where there is none, or it is the default one; [`Code::File`].
    pub fn remove_profile(&self, request: ProfileRequest) -> Result<ProfilesView, AppError> {
        if request.name == DEFAULT_PROFILE {
            return Err(AppError::new(
                Code::InvalidSetting,
                "the default profile cannot be removed",
            )
            .hint("Choose “Refuse” under “Namespaces without a profile” instead."));
        }
        named(&self.core.settings().get(), &request.name)?;
        let saved = self.settings.change_with_undo(|settings| {
            settings.profiles.retain(|named| named.name != request.name);
        })?;
        self.profiles_changed(&saved)
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::File`].
    pub fn set_unlisted(&self, request: SetUnlistedRequest) -> Result<ProfilesView, AppError> {
        let saved = self
            .settings
            .change_with_undo(|settings| settings.unlisted = request.unlisted)?;
        self.profiles_changed(&saved)
    }

    fn profile_settings(
        &self,
        input: &ProfileView,
        before: Option<&ProfileSettings>,
    ) -> Result<ProfileSettings, AppError> {
        let handle = |text: &String| Ok(self.core.find_key(text)?.handle);
        let decode_keys = input
            .decode_keys
            .as_ref()
            .map(|handles| handles.iter().map(handle).collect::<Result<_, AppError>>());
        Ok(ProfileSettings {
            undecodable: input.undecodable,
            compression: input.compression,
            // Where nothing is encoded, no key does it.
            encode_key: match input.no_codec {
                true => None,
                false => input.encode_key.as_ref().map(handle).transpose()?,
            },
            decode_keys: decode_keys.transpose()?,
            no_codec: input.no_codec,
            messages_as_json: input.messages_as_json,
            unknown: before
                .map(|before| before.unknown.clone())
                .unwrap_or_default(),
        })
    }
}
