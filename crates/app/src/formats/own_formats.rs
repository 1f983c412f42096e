//! Formats of the user's own: saved, removed, checked while somebody writes them, and added with the keys that need them.

use payload_codec::CodecSpec;

use super::view::{CheckFormatRequest, FormatCheck, FormatRequest, FormatsView, SaveFormatRequest};
use super::{FormatList, used_by};
use crate::config::FormatSettings;
use crate::config::formats::{name_taken, no_such_format};
use crate::error::{AppError, Code};
use crate::keys::sources::add_format_port::AddFormat;
use crate::plan::formats::Formats;
use crate::plan::spec_text;
use crate::settings::changes::{Beside, RenamedFormat};
use crate::settings::restore_key_port::RestoredKey as _;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl FormatList {
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
        let mut errors = spec_text::errors(&request.spec).into_iter();
        Ok(FormatCheck {
            error: errors.next(),
            more: errors.collect(),
        })
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

fn spec_value(spec: &CodecSpec) -> Result<serde_json::Value, AppError> {
    serde_json::to_value(spec).map_err(|error| {
        AppError::new(
            Code::Internal,
            format!("a spec does not serialize: {error}"),
        )
    })
}
