//! Profiles as the window handles them: which codecs and keys a Namespace has.

pub(crate) mod view;

use codec_server::Namespace;
use uuid::Uuid;

use crate::config::profiles::{DEFAULT_PROFILE, named, named_only};
use crate::config::{NamedProfile, ProfileSettings, patterns};
use crate::core::{Core, Tell};
use crate::error::{AppError, Code};
use crate::keys::changes::KeyChanges;
use crate::plan::formats::Formats;
use crate::plan::key_fit::check_encode_key;
use crate::plan::key_messages::called;
use crate::settings::changes::SettingsChanges;
use crate::settings::view::SettingsView;

use view::{
    MatchProfileRequest, MatchView, ProfileRequest, ProfileView, ProfilesView, SaveProfileRequest,
    SetUnlistedRequest,
};

/// The profiles of Namespaces.
pub struct Namespaces {
    core: Core,
    settings: SettingsChanges,
    keys: KeyChanges,
    tell: Tell<ProfilesView>,
}

impl Namespaces {
    pub(crate) fn new(
        core: Core,
        settings: SettingsChanges,
        keys: KeyChanges,
        tell: Tell<ProfilesView>,
    ) -> Self {
        Namespaces {
            core,
            settings,
            keys,
            tell,
        }
    }
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl Namespaces {
    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn list_profiles(&self, (): ()) -> Result<ProfilesView, AppError> {
        let settings = self.core.settings().get();
        let known: Vec<Uuid> = self
            .core
            .keys()
            .list()
            .iter()
            .map(|record| record.handle)
            .collect();
        Ok(ProfilesView {
            change: None,
            default: view(DEFAULT_PROFILE, &[], &settings.profile, &known),
            profiles: settings
                .profiles
                .iter()
                .map(|named| view(&named.name, &named.namespaces, &named.profile, &known))
                .collect(),
            unlisted: settings.unlisted,
        })
    }

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

    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn match_profile(&self, request: MatchProfileRequest) -> Result<MatchView, AppError> {
        let text = request.namespace.trim();
        let namespace = Namespace::new(text);
        let found = self.core.found(namespace.as_ref());
        let Some(name) = &found.profile else {
            return Ok(MatchView {
                profile: None,
                reason: "No profile includes it, so it is refused.".to_owned(),
                keys: Vec::new(),
            });
        };
        let reason = match (&found.pattern, &namespace) {
            (Some(pattern), _) if pattern == text => {
                format!("The profile {name} includes it by name.")
            }
            (Some(pattern), _) => format!("It matches {pattern} in the profile {name}."),
            (None, Some(_)) => "No profile includes it, so the default profile applies.".to_owned(),
            (None, None) => {
                "Clients without a Namespace send this, so the default profile applies.".to_owned()
            }
        };
        let plan = self.core.plan();
        let profile = plan
            .settings_of(named_only(name))
            .cloned()
            .unwrap_or_default();
        let encodes = plan.encode_key(&profile, namespace.as_ref());
        let encodes = encodes.map(|record| record.handle);
        let mut keys = plan.allowed(&profile, namespace.as_ref());
        keys.sort_by_key(|record| Some(record.handle) != encodes);
        Ok(MatchView {
            profile: Some(name.clone()),
            reason,
            keys: keys.into_iter().map(called).collect(),
        })
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
            unknown: before
                .map(|before| before.unknown.clone())
                .unwrap_or_default(),
        })
    }

    fn profiles_changed(&self, saved: &SettingsView) -> Result<ProfilesView, AppError> {
        // Keys say which profiles encode with them.
        self.keys.changed()?;
        let profiles = self.list_profiles(())?;
        self.tell.tell(profiles.clone());
        Ok(ProfilesView {
            change: saved.change,
            ..profiles
        })
    }
}

fn view(
    name: &str,
    namespaces: &[String],
    profile: &ProfileSettings,
    known: &[Uuid],
) -> ProfileView {
    let is_known = |handle: &&Uuid| known.contains(handle);
    ProfileView {
        name: name.to_owned(),
        namespaces: namespaces.to_vec(),
        undecodable: profile.undecodable,
        compression: profile.compression,
        encode_key: profile
            .encode_key
            .as_ref()
            .filter(is_known)
            .map(Uuid::to_string),
        decode_keys: profile.decode_keys.as_ref().map(|handles| {
            let handles = handles.iter().filter(is_known);
            handles.map(Uuid::to_string).collect()
        }),
        no_codec: profile.no_codec,
    }
}
