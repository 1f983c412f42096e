//! Every format by its name: the gallery, and those of the user's own.

use std::collections::BTreeMap;

use payload_codec::{CodecSpec, Preset, presets};

use crate::config::Settings;
use crate::config::formats::{no_such_format, readable};
use crate::error::AppError;

/// What a key is used with unless it says otherwise.
pub(crate) const DEFAULT_FORMAT: &str = payload_codec::SDK_SAMPLES;

/// Every format by its name.
pub(crate) struct Formats {
    gallery: Vec<Preset>,
    /// Those whose spec this version reads.
    custom: BTreeMap<String, CodecSpec>,
}

impl Formats {
    pub(crate) fn of(settings: &Settings) -> Self {
        let custom = settings
            .formats
            .iter()
            .filter_map(|format| Some((format.name.clone(), readable(&format.spec)?)));
        Formats {
            gallery: presets(),
            custom: custom.collect(),
        }
    }

    /// The gallery.
    pub(crate) fn gallery(&self) -> &[Preset] {
        &self.gallery
    }

    pub(crate) fn spec(&self, name: &str) -> Option<&CodecSpec> {
        let preset = self.gallery.iter().find(|preset| preset.name == name);
        preset
            .map(|preset| &preset.spec)
            .or_else(|| self.custom.get(name))
    }

    /// For people.
    pub(crate) fn title(&self, name: &str) -> String {
        match self.gallery.iter().find(|preset| preset.name == name) {
            Some(preset) => preset.title.to_owned(),
            None => name.to_owned(),
        }
    }

    pub(crate) fn encodes(&self, name: &str) -> bool {
        self.spec(name).is_some_and(CodecSpec::encodes)
    }

    /// All of them, the gallery first.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &CodecSpec)> {
        let gallery = self
            .gallery
            .iter()
            .map(|preset| (preset.name, &preset.spec));
        gallery.chain(self.custom.iter().map(|(name, spec)| (name.as_str(), spec)))
    }

    /// Names of the formats that need no key of ours.
    pub(crate) fn keyless(&self) -> impl Iterator<Item = &str> {
        self.all()
            .filter(|(_, spec)| spec.takes_no_secret())
            .map(|(name, _)| name)
    }

    /// Refuses names of formats that there are not.
    ///
    /// # Errors
    /// [`Code::InvalidFormat`].
    pub(crate) fn check_names(&self, names: &[String]) -> Result<(), AppError> {
        match names.iter().all(|name| self.spec(name).is_some()) {
            true => Ok(()),
            false => Err(no_such_format()),
        }
    }
}
