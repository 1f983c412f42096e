//! Profiles as people list and change them: which codecs and keys a Namespace has. How the settings keep them is in
//! `config/profiles.rs`.

mod match_profile;

mod profiles;

pub(crate) mod view;

use uuid::Uuid;

use crate::config::ProfileSettings;
use crate::config::profiles::DEFAULT_PROFILE;
use crate::core::{Core, Tell};
use crate::error::AppError;
use crate::keys::changes::KeyChanges;
use crate::settings::changes::SettingsChanges;
use crate::settings::view::SettingsView;

use view::{ProfileView, ProfilesView};

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
        messages_as_json: profile.messages_as_json,
    }
}
