//! Formats: the gallery, and those of the user's own, which the settings keep.

mod trial;

pub(crate) mod view;

use key_store::KeyRecord;
use payload_codec::{CodecSpec, Preset};

use crate::config::FormatSettings;
use crate::config::formats::{name_taken, no_such_format};
use crate::core::{Core, Tell};
use crate::error::{AppError, Code};
use crate::keys::changes::KeyChanges;
use crate::keys::sources::add_format_port::AddFormat;
use crate::plan::formats::Formats;
use crate::plan::formats_of;
use crate::plan::key_messages::called;
use crate::plan::public_keys::{demo_label, demo_secret, is_demo};
use crate::plan::spec_text;
use crate::settings::changes::{Beside, RenamedFormat, SettingsChanges};
use crate::settings::restore_key_port::RestoredKey as _;

use view::{
    CheckFormatRequest, DemoKeyView, FormatCheck, FormatRequest, FormatView, FormatsView,
    SaveFormatRequest, TrialView, TryFormatRequest,
};

/// The formats.
pub struct FormatList {
    core: Core,
    settings: SettingsChanges,
    keys: KeyChanges,
    tell: Tell<FormatsView>,
}

impl FormatList {
    pub(crate) fn new(
        core: Core,
        settings: SettingsChanges,
        keys: KeyChanges,
        tell: Tell<FormatsView>,
    ) -> Self {
        FormatList {
            core,
            settings,
            keys,
            tell,
        }
    }
}

impl AddFormat for FormatList {
    fn add(&self, name: &str, spec: &CodecSpec) -> Result<(), AppError> {
        match Formats::of(&self.core.settings().get()).spec(name) {
            Some(known) if known == spec => return Ok(()),
            Some(_) => return Err(name_taken(name)),
            None => {}
        }
        let spec = spec_value(spec)?;
        self.settings.change(|settings| {
            settings.formats.push(FormatSettings {
                name: name.to_owned(),
                spec,
                unknown: serde_json::Map::new(),
            });
        })?;
        self.formats_changed(None).map(drop)
    }
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl FormatList {
    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn list_formats(&self, (): ()) -> Result<FormatsView, AppError> {
        let settings = self.core.settings().get();
        let formats = Formats::of(&settings);
        let keys = self.core.keys().list();
        let gallery = formats.gallery().iter().map(|preset| FormatView {
            name: preset.name.to_owned(),
            title: preset.title.to_owned(),
            written_by: preset.written_by.to_owned(),
            demo_key: demo_key(preset, &keys),
            ..described(preset.name, &preset.spec, &keys)
        });
        // Those of a newer version are listed as well: they are there, and can be removed.
        let custom = settings.formats.iter().map(|format| {
            let title = format.name.clone();
            match formats.spec(&format.name) {
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
            change: None,
            formats: gallery.chain(custom).collect(),
        })
    }

    /// See the command table. Keys that use the format under its previous name follow.
    ///
    /// # Errors
    /// [`Code::InvalidFormat`], [`Code::File`].
    pub fn save_format(&self, request: SaveFormatRequest) -> Result<FormatsView, AppError> {
        let spec = spec_text::parse(&request.spec)?;
        let spec = spec_value(&spec)?;
        let name = request.name.trim().to_owned();
        let settings = self.core.settings().get();
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
        let before = self.settings.get();
        self.settings.change(|settings| {
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
        let renamed_format = renamed.map(|before| RenamedFormat { before, now: name });
        if let Some(RenamedFormat { before, now }) = &renamed_format {
            self.keys.rename_format(before, now)?;
        }
        if self.settings.get() == before {
            return self.formats_changed(None);
        }
        let beside = Beside {
            renamed_format,
            ..Beside::default()
        };
        let saved = self.settings.can_be_undone(before, beside);
        self.formats_changed(saved.change)
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::InvalidFormat`] where it is in the gallery, or keys use it; [`Code::File`].
    pub fn remove_format(&self, request: FormatRequest) -> Result<FormatsView, AppError> {
        let settings = self.core.settings().get();
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
        let users = used_by(&request.name, &self.core.keys().list());
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
        let saved = self.settings.change_with_undo(|settings| {
            settings
                .formats
                .retain(|format| format.name != request.name);
        })?;
        self.formats_changed(saved.change)
    }

    /// See the command table.
    ///
    /// # Errors
    /// None: what is wrong is the answer.
    pub fn check_format(&self, request: CheckFormatRequest) -> Result<FormatCheck, AppError> {
        Ok(FormatCheck {
            error: spec_text::parse(&request.spec).err(),
        })
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::InvalidFormat`], [`Code::NotRecognized`], [`Code::PayloadDamaged`], [`Code::KeyNotFound`], [`Code::Locked`],
    /// [`Code::KeychainUnavailable`].
    pub fn try_format(&self, request: TryFormatRequest) -> Result<TrialView, AppError> {
        trial::try_format(&self.core, request)
    }

    fn formats_changed(&self, change: Option<u32>) -> Result<FormatsView, AppError> {
        self.keys.changed()?;
        let formats = self.list_formats(())?;
        self.tell.tell(formats.clone());
        Ok(FormatsView { change, ..formats })
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
    users.map(called).collect()
}

/// What a preset's published key is, and whether it is there.
fn demo_key(preset: &Preset, keys: &[KeyRecord]) -> Option<DemoKeyView> {
    let demo = preset.demo_key.as_ref()?;
    let print = demo_secret(demo).ok()?.fingerprint();
    Some(DemoKeyView {
        id: demo.id.to_owned(),
        label: demo_label(demo),
        added: keys.iter().any(|record| is_demo(record, &print, preset)),
    })
}
