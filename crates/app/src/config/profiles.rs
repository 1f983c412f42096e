//! Profiles as the settings keep them: their names and their Namespaces. The commands that change them are in `namespaces`.

use uuid::Uuid;

use super::{NamedProfile, ProfileSettings, Settings, patterns};
use crate::error::{AppError, Code};

/// What the default profile is called.
pub(crate) const DEFAULT_PROFILE: &str = "Default";

/// Profiles at most.
const MAX_PROFILES: usize = 200;

/// The longest name, in bytes.
const MAX_NAME: usize = 100;

/// Patterns of one profile at most.
const MAX_PATTERNS: usize = 200;

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

/// Names of the profiles that encode with a key.
pub(crate) fn that_encode(settings: &Settings, handle: Uuid) -> Vec<String> {
    let encodes = |profile: &ProfileSettings| profile.encode_key == Some(handle);
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
