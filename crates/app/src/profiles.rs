//! Profiles as the window handles them: which codecs and keys a Namespace has.

use codec_server::Namespace;
use key_store::KeyRecord;
use uuid::Uuid;

use crate::app::App;
use crate::error::{AppError, Code};
use crate::event::AppEvent;
use crate::formats::Formats;
use crate::keys::{self, called};
use crate::patterns;
use crate::profile::formats_of;
use crate::settings::{NamedProfile, ProfileSettings, Settings};
use crate::view::{
    MatchProfileRequest, MatchView, ProfileRequest, ProfileView, ProfilesView, SaveProfileRequest,
    SetUnlistedRequest,
};

/// What the default profile is called.
pub(crate) const DEFAULT_PROFILE: &str = "Default";

/// Profiles at most.
const MAX_PROFILES: usize = 200;
/// The longest name, in bytes.
const MAX_NAME: usize = 100;
/// Patterns of one profile at most.
const MAX_PATTERNS: usize = 200;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl App {
    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn list_profiles(&self, (): ()) -> Result<ProfilesView, AppError> {
        let settings = self.inner().settings.get();
        let known: Vec<Uuid> = self
            .inner()
            .keys
            .list()
            .iter()
            .map(|record| record.handle)
            .collect();
        Ok(ProfilesView {
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
        let settings = self.inner().settings.get();
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
            let record = self.find(&handle.to_string())?;
            let formats = Formats::of(&settings);
            let named = (!is_default).then_some(&saved);
            check_encode_key(named, &saved.profile, &record, &formats)?;
        }
        self.change_settings(|settings| {
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
        self.profiles_changed()
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
        named(&self.inner().settings.get(), &request.name)?;
        self.change_settings(|settings| {
            settings.profiles.retain(|named| named.name != request.name);
        })?;
        self.profiles_changed()
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::File`].
    pub fn set_unlisted(&self, request: SetUnlistedRequest) -> Result<ProfilesView, AppError> {
        self.change_settings(|settings| settings.unlisted = request.unlisted)?;
        self.profiles_changed()
    }

    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn match_profile(&self, request: MatchProfileRequest) -> Result<MatchView, AppError> {
        let text = request.namespace.trim();
        let namespace = Namespace::new(text);
        let found = self.found(namespace.as_ref());
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
        let plan = self.plan();
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

    /// The profile that a Namespace has, and the pattern that decided.
    pub(crate) fn found(&self, namespace: Option<&Namespace>) -> Found {
        let rules = self.inner().rules.borrow().clone();
        let matching = namespace.and_then(|namespace| rules.directory.matching(namespace));
        match matching {
            Some(matching) => Found {
                profile: Some(matching.rule.to_string()),
                pattern: Some(matching.pattern.as_str().to_owned()),
            },
            None => Found {
                profile: rules
                    .directory
                    .has_default()
                    .then(|| DEFAULT_PROFILE.to_owned()),
                pattern: None,
            },
        }
    }

    fn profile_settings(
        &self,
        input: &ProfileView,
        before: Option<&ProfileSettings>,
    ) -> Result<ProfileSettings, AppError> {
        let handle = |text: &String| Ok(self.find(text)?.handle);
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

    fn profiles_changed(&self) -> Result<ProfilesView, AppError> {
        // Keys say which profiles encode with them.
        self.keys_changed()?;
        let profiles = self.list_profiles(())?;
        self.tell(AppEvent::ProfilesChanged {
            profiles: profiles.clone(),
        });
        Ok(profiles)
    }
}

/// What a Namespace has.
pub(crate) struct Found {
    /// The profile's name; `None` where it is refused.
    pub(crate) profile: Option<String>,
    pub(crate) pattern: Option<String>,
}

/// A profile's name as rules have it: the default one has none.
pub(crate) fn named_only(name: &str) -> Option<&str> {
    (name != DEFAULT_PROFILE).then_some(name)
}

/// The profile of this name.
///
/// # Errors
/// [`Code::InvalidSetting`] where there is none.
pub(crate) fn named<'a>(settings: &'a Settings, name: &str) -> Result<&'a NamedProfile, AppError> {
    let mut profiles = settings.profiles.iter();
    profiles.find(|named| named.name == name).ok_or_else(|| {
        AppError::new(Code::InvalidSetting, "there is no profile with this name")
            .hint("Look for it in Namespaces; it may have been renamed or removed.")
    })
}

/// Whether a profile may encode with a key: never what it could not decode again. `named` is absent for the default one.
///
/// # Errors
/// [`Code::InvalidSetting`] says why not.
pub(crate) fn check_encode_key(
    named: Option<&NamedProfile>,
    profile: &ProfileSettings,
    key: &KeyRecord,
    formats: &Formats,
) -> Result<(), AppError> {
    let refuse = |why: String, hint: &str| {
        let profile = named.map_or(DEFAULT_PROFILE, |named| &named.name);
        Err(AppError::new(
            Code::InvalidSetting,
            format!(
                "the profile {profile} cannot encode with {}: {why}",
                called(key)
            ),
        )
        .hint(hint))
    };
    if profile.no_codec {
        return refuse(
            "its Namespaces have no codec".to_owned(),
            "Give the profile a codec in Namespaces first.",
        );
    }
    if key.usage.retired {
        return refuse(
            "the key is retired, so what it encodes could not be decoded".to_owned(),
            "Restore the key in Keys, or choose another one.",
        );
    }
    if let Some(handles) = &profile.decode_keys
        && !handles.contains(&key.handle)
    {
        return refuse(
            "it is not one of the profile’s keys to decode with".to_owned(),
            "Add it to the profile’s keys to decode with, or choose another one.",
        );
    }
    let name = formats_of(key).next().unwrap_or_default();
    match formats.spec(name) {
        None => {
            return refuse(
                format!("there is no format \"{name}\""),
                "Choose another format for the key in Keys.",
            );
        }
        Some(spec) if !spec.encodes() => {
            return refuse(
                format!("the format {} can only decode", formats.title(name)),
                "Choose a format that encodes for the key in Keys.",
            );
        }
        Some(spec) if !keys::fits(spec, key.bits) => {
            return refuse(
                format!(
                    "the format {} needs a key of another length",
                    formats.title(name)
                ),
                "Choose another format for the key in Keys.",
            );
        }
        Some(_) => {}
    }
    if key.usage.is_limited() {
        let limits = patterns::parse(&key.usage.namespaces)?;
        let patterns = match named {
            None => Vec::new(),
            Some(named) => patterns::parse(&named.namespaces)?,
        };
        let covered = patterns
            .iter()
            .all(|pattern| patterns::cover(&limits, pattern));
        if named.is_none() || !covered {
            return refuse(
                format!(
                    "the key is limited to {}, but the profile also serves other Namespaces",
                    key.usage.namespaces.join(", ")
                ),
                "Add a profile for these Namespaces only, or remove the key’s limit in Keys.",
            );
        }
    }
    Ok(())
}

/// Refuses profiles in settings that no rule can be made of.
///
/// # Errors
/// [`Code::InvalidSetting`].
pub(crate) fn validate(profiles: &[NamedProfile]) -> Result<(), AppError> {
    let invalid =
        |message: String, hint: &str| Err(AppError::new(Code::InvalidSetting, message).hint(hint));
    if profiles.len() > MAX_PROFILES {
        return invalid(
            format!("there are more than {MAX_PROFILES} profiles"),
            "Use patterns such as prod-* to serve many Namespaces with one profile.",
        );
    }
    for (place, named) in profiles.iter().enumerate() {
        let name = &named.name;
        if name.trim().is_empty() || name.len() > MAX_NAME || name.chars().any(char::is_control) {
            return invalid(
                "a profile’s name has 1 to 100 bytes and no control characters".to_owned(),
                "Enter another name.",
            );
        }
        let mut others = profiles[..place].iter().map(|other| &other.name);
        if name == DEFAULT_PROFILE || others.any(|other| other == name) {
            return invalid(
                format!("a profile named \"{name}\" already exists"),
                "Enter another name.",
            );
        }
        if named.namespaces.is_empty() || named.namespaces.len() > MAX_PATTERNS {
            return invalid(
                format!("the profile \"{name}\" needs 1 to {MAX_PATTERNS} Namespaces or patterns"),
                "Enter a Namespace, or a pattern such as prod-*.",
            );
        }
        patterns::parse(&named.namespaces)?;
    }
    Ok(())
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
