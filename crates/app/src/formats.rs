//! Formats: the gallery, and those of the user's own, which the settings keep.

use std::collections::BTreeMap;

use key_store::KeyRecord;
use payload_codec::{CodecSpec, Preset, presets};
use serde::Deserialize as _;

use crate::app::App;
use crate::error::{AppError, Code};
use crate::event::AppEvent;
use crate::profile::formats_of;
use crate::settings::{FormatSettings, Settings};
use crate::spec_text;
use crate::view::{
    CheckFormatRequest, FormatCheck, FormatRequest, FormatView, FormatsView, SaveFormatRequest,
};

/// What a key is used with unless it says otherwise.
pub(crate) const DEFAULT_FORMAT: &str = payload_codec::SDK_SAMPLES;

/// Formats of the user's own at most; each is tried on every Payload that it may have written.
const MAX_CUSTOM: usize = 200;
/// The longest name.
pub(crate) const MAX_NAME: usize = 64;

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

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl App {
    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn list_formats(&self, (): ()) -> Result<FormatsView, AppError> {
        let settings = self.inner().settings.get();
        let formats = Formats::of(&settings);
        let keys = self.inner().keys.list();
        let gallery = formats.gallery.iter().map(|preset| FormatView {
            name: preset.name.to_owned(),
            title: preset.title.to_owned(),
            written_by: preset.written_by.to_owned(),
            demo_key: self.demo_key(preset, &keys),
            ..described(preset.name, &preset.spec, &keys)
        });
        // Those of a newer version are listed as well: they are there, and can be removed.
        let custom = settings.formats.iter().map(|format| {
            let title = format.name.clone();
            match formats.custom.get(&format.name) {
                Some(spec) => FormatView {
                    title,
                    custom: true,
                    ..described(&format.name, spec, &keys)
                },
                None => FormatView {
                    name: format.name.clone(),
                    title,
                    written_by: String::new(),
                    summary: "This version cannot read its spec".to_owned(),
                    custom: true,
                    needs_key: true,
                    encodes: false,
                    spec: serde_json::to_string_pretty(&format.spec).unwrap_or_default(),
                    keys: used_by(&format.name, &keys),
                    demo_key: None,
                },
            }
        });
        Ok(FormatsView {
            formats: gallery.chain(custom).collect(),
        })
    }

    /// See the command table. Keys that use the format under its previous name follow.
    ///
    /// # Errors
    /// [`Code::InvalidFormat`], [`Code::File`].
    pub fn save_format(&self, request: SaveFormatRequest) -> Result<FormatsView, AppError> {
        let spec = spec_text::parse(&request.spec).map_err(|wrong| wrong.error)?;
        let spec = spec_value(&spec)?;
        let name = request.name.trim().to_owned();
        let settings = self.inner().settings.get();
        let is_listed = |name: &str| settings.formats.iter().any(|format| format.name == name);
        let renamed = request.previous.filter(|previous| *previous != name);
        if let Some(previous) = &renamed
            && !is_listed(previous)
        {
            return Err(no_such_format());
        }
        let is_new = !is_listed(&name);
        if renamed.is_some() && !is_new {
            return Err(name_taken(&name));
        }
        self.change_settings(|settings| {
            let previous = renamed.as_ref().unwrap_or(&name);
            let place = settings
                .formats
                .iter_mut()
                .find(|format| format.name == *previous);
            match place {
                Some(format) => {
                    format.name.clone_from(&name);
                    format.spec = spec;
                }
                None => settings.formats.push(FormatSettings {
                    name: name.clone(),
                    spec,
                    unknown: serde_json::Map::new(),
                }),
            }
        })?;
        if let Some(previous) = renamed {
            self.rename_format_in_keys(&previous, &name)?;
        }
        self.formats_changed()
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::InvalidFormat`] where it is in the gallery, or keys use it; [`Code::File`].
    pub fn remove_format(&self, request: FormatRequest) -> Result<FormatsView, AppError> {
        let settings = self.inner().settings.get();
        if !settings
            .formats
            .iter()
            .any(|format| format.name == request.name)
        {
            return Err(match Formats::of(&settings).spec(&request.name) {
                Some(_) => AppError::new(
                    Code::InvalidFormat,
                    format!("the format {} is part of the gallery", request.name),
                )
                .hint("Choose one of your own formats; the gallery stays as it is."),
                None => no_such_format(),
            });
        }
        let users = used_by(&request.name, &self.inner().keys.list());
        if !users.is_empty() {
            return Err(AppError::new(
                Code::InvalidFormat,
                format!(
                    "the format {} is used by {}",
                    request.name,
                    users.join(", ")
                ),
            )
            .hint("Choose another format for these keys in Keys first."));
        }
        self.change_settings(|settings| {
            settings
                .formats
                .retain(|format| format.name != request.name);
        })?;
        self.formats_changed()
    }

    /// See the command table.
    ///
    /// # Errors
    /// None: what is wrong is the answer.
    pub fn check_format(&self, request: CheckFormatRequest) -> Result<FormatCheck, AppError> {
        Ok(match spec_text::parse(&request.spec) {
            Ok(_) => FormatCheck {
                error: None,
                line: None,
                column: None,
            },
            Err(wrong) => FormatCheck {
                error: Some(wrong.error),
                line: wrong.place.map(|(line, _)| line),
                column: wrong.place.map(|(_, column)| column),
            },
        })
    }

    /// Adds a format, unless it is there already.
    ///
    /// # Errors
    /// [`Code::InvalidFormat`] where another one has its name; [`Code::File`].
    pub(crate) fn add_format(&self, name: &str, spec: &CodecSpec) -> Result<(), AppError> {
        match Formats::of(&self.inner().settings.get()).spec(name) {
            Some(known) if known == spec => return Ok(()),
            Some(_) => return Err(name_taken(name)),
            None => {}
        }
        let spec = spec_value(spec)?;
        self.change_settings(|settings| {
            settings.formats.push(FormatSettings {
                name: name.to_owned(),
                spec,
                unknown: serde_json::Map::new(),
            });
        })?;
        self.formats_changed().map(drop)
    }

    fn rename_format_in_keys(&self, previous: &str, name: &str) -> Result<(), AppError> {
        for record in self.inner().keys.list() {
            if record.usage.formats.iter().any(|format| format == previous) {
                let mut usage = record.usage;
                for format in &mut usage.formats {
                    if format == previous {
                        name.clone_into(format);
                    }
                }
                self.inner()
                    .keys
                    .set_usage(record.handle, usage)
                    .map_err(|error| crate::keys::problem(&error))?;
            }
        }
        Ok(())
    }

    fn formats_changed(&self) -> Result<FormatsView, AppError> {
        self.keys_changed()?;
        let formats = self.list_formats(())?;
        self.tell(AppEvent::FormatsChanged {
            formats: formats.clone(),
        });
        Ok(formats)
    }
}

fn spec_value(spec: &CodecSpec) -> Result<serde_json::Value, AppError> {
    serde_json::to_value(spec).map_err(|error| {
        AppError::new(
            Code::Internal,
            format!("a spec does not serialize: {error}"),
        )
    })
}

/// The spec of a format that was kept or sent, where this version can use it.
pub(crate) fn readable(spec: &serde_json::Value) -> Option<CodecSpec> {
    let spec = CodecSpec::deserialize(spec).ok()?;
    spec.check().ok()?;
    Some(spec)
}

/// Whether a format can have this name.
pub(crate) fn is_name(name: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !name.is_empty() && name.len() <= MAX_NAME && name.bytes().all(letters)
}

fn described(name: &str, spec: &CodecSpec, keys: &[KeyRecord]) -> FormatView {
    FormatView {
        name: name.to_owned(),
        title: String::new(),
        written_by: String::new(),
        summary: spec.summary(),
        custom: false,
        needs_key: !spec.takes_no_secret(),
        encodes: spec.encodes(),
        spec: serde_json::to_string_pretty(spec).unwrap_or_default(),
        keys: used_by(name, keys),
        demo_key: None,
    }
}

/// Labels, or ids, of the keys that use a format.
fn used_by(format: &str, keys: &[KeyRecord]) -> Vec<String> {
    let users = keys
        .iter()
        .filter(|record| formats_of(record).any(|name| name == format));
    users.map(crate::keys::called).collect()
}

/// Refuses names that are none, or taken, of the formats in settings.
///
/// # Errors
/// [`Code::InvalidFormat`].
pub(crate) fn validate_settings(formats: &[FormatSettings]) -> Result<(), AppError> {
    if formats.len() > MAX_CUSTOM {
        return Err(AppError::new(
            Code::InvalidFormat,
            format!("there are more than {MAX_CUSTOM} formats of your own"),
        )
        .hint("Remove formats that you no longer need."));
    }
    for (place, format) in formats.iter().enumerate() {
        let name = &format.name;
        if !is_name(name) {
            return Err(
                AppError::new(Code::InvalidFormat, "a format’s name has 1 to 64 lower-case letters, digits and hyphens, and nothing else")
                    .hint("Enter a name such as our-codec."),
            );
        }
        let others = formats[..place].iter().map(|format| format.name.as_str());
        if payload_codec::preset(name).is_some() || others.into_iter().any(|other| other == name) {
            return Err(name_taken(name));
        }
    }
    Ok(())
}

fn name_taken(name: &str) -> AppError {
    AppError::new(
        Code::InvalidFormat,
        format!("a format named \"{name}\" already exists"),
    )
    .hint("Enter another name.")
}

/// Not quoted: whatever was pasted there by mistake stays out of errors.
pub(crate) fn no_such_format() -> AppError {
    AppError::new(Code::InvalidFormat, "there is no format with this name")
        .hint("Choose one in Formats, or add it there.")
}
