//! Importing settings of another machine. What would change is shown first, and only what was shown is put in force: who may ask
//! this server is decided by it.

use std::path::Path;

use key_store::files;
use uuid::Uuid;

use super::difference::differences;
use super::exported_file::{Exported, FORM, portable};
use super::taken_over::same;
use super::transfer_view::{ImportSettingsRequest, PreviewSettingsRequest, SettingsPreview};
use super::view::SettingsView;
use super::{AppSettings, Shown, gone, lock};
use crate::config::canonical_hosts::canonical_program_host;
use crate::config::canonical_origins::canonical_origin;
use crate::config::message_rules::MessageRule;
use crate::config::validate::validate;
use crate::config::wrapped_keys::WrappedKeySettings;
use crate::config::{ProfileSettings, Settings};
use crate::error::{AppError, Code};
use crate::files::view::FilePurpose;

/// Exported settings are a few kilobytes; what is larger is something else.
const LIMIT: u64 = 1 << 20;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl AppSettings {
    /// See the command table. Nothing of the file is in force by this.
    ///
    /// # Errors
    /// [`Code::File`], [`Code::InvalidSetting`], [`Code::InvalidOrigin`], [`Code::InvalidFormat`].
    pub fn preview_settings(
        &self,
        request: PreviewSettingsRequest,
    ) -> Result<SettingsPreview, AppError> {
        let tickets = &self.tickets;
        let file = tickets.redeem(&request.file, FilePurpose::ImportSettings)?;
        let imported = read(file.path())?;
        let before = self.core.settings().get();
        let after = merged(&before, imported).and_then(|after| {
            validate(&after)?;
            Ok(after)
        });
        // Whoever imports cannot change the file; its app can.
        let after = after.map_err(|error| {
            error
                .hint("Correct it in the app that exported the file, then export and import again.")
        })?;
        let differences = differences(&before, &after);
        let token = Uuid::new_v4().to_string();
        *lock(&self.shown) = Some(Shown {
            token: token.clone(),
            before,
            after,
        });
        file.spend();
        Ok(SettingsPreview {
            seen: token,
            differences,
        })
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::PreviewGone`], [`Code::File`], [`Code::PortInUse`].
    pub fn import_settings(
        &self,
        request: ImportSettingsRequest,
    ) -> Result<SettingsView, AppError> {
        let now = self.core.settings().get();
        let shown = lock(&self.shown)
            .take_if(|shown| shown.token == request.seen)
            .filter(|shown| same(&shown.before, &now));
        let shown = shown.ok_or_else(|| {
            gone("these settings were imported already, or settings changed since the preview")
        })?;
        self.replace_settings(now, shown.after, None)
    }
}

/// Reads a file of exported settings.
///
/// # Errors
/// [`Code::File`], [`Code::InvalidSetting`].
fn read(path: &Path) -> Result<Settings, AppError> {
    let text = files::read_bounded(path, LIMIT).map_err(|error| {
        AppError::new(Code::File, format!("the file could not be read: {error}"))
            .hint("Choose a file written by “Export settings…”.")
    })?;
    // serde_json's message may quote the file, which may hold anything.
    let exported: Exported =
        serde_json::from_slice(files::without_bom(&text)).map_err(|error| {
            let message = if files::is_utf16(&text) {
                "the file is UTF-16 text, and must be UTF-8".to_owned()
            } else if error.is_data() {
                "the file contains no exported settings".to_owned()
            } else {
                format!(
                    "the file is not JSON at line {}, column {}",
                    error.line(),
                    error.column()
                )
            };
            AppError::new(Code::InvalidSetting, message)
                .hint("Choose a file written by “Export settings…”.")
        })?;
    if exported.temporal_codec_settings != FORM {
        return Err(AppError::new(
            Code::InvalidSetting,
            "the settings were exported by a newer version of this app",
        )
        .hint("Update Temporal Codec Desktop, then import them again."));
    }
    Ok(portable(exported.settings))
}

/// What is in force after an import: settings, origins and hosts as the file has them; profiles, formats, sources of wrapped keys and
/// rules for message types are added or replaced by their names, and none is removed. Which keys are used stays as it is here.
///
/// # Errors
/// [`Code::InvalidOrigin`], [`Code::InvalidSetting`].
fn merged(now: &Settings, imported: Settings) -> Result<Settings, AppError> {
    let mut merged = now.clone();
    let here = std::mem::replace(&mut merged.server, imported.server);
    merged.server.https = here.https;
    merged.server.https_port = here.https_port;
    merged.server.unknown = here.unknown;
    let unknown = std::mem::take(&mut merged.lock.unknown);
    merged.lock = imported.lock;
    merged.lock.unknown = unknown;
    let ui = std::mem::take(&mut merged.ui.unknown);
    let hint_shown = merged.ui.close_hint_shown;
    merged.ui = imported.ui;
    merged.ui.unknown = ui;
    merged.ui.close_hint_shown = hint_shown;
    merged.unlisted = imported.unlisted;
    merged.origins.clear();
    for origin in &imported.origins {
        let origin = canonical_origin(origin)?;
        if !merged.origins.contains(&origin) {
            merged.origins.push(origin);
        }
    }
    merged.program_hosts.clear();
    for host in &imported.program_hosts {
        let host = canonical_program_host(host)?;
        if !merged.program_hosts.contains(&host) {
            merged.program_hosts.push(host);
        }
    }
    merged.profile = with_keys_of(imported.profile, Some(&now.profile));
    for mut named in imported.profiles {
        let place = merged
            .profiles
            .iter()
            .position(|other| other.name == named.name);
        let here = place.map(|place| &merged.profiles[place].profile);
        named.profile = with_keys_of(named.profile, here);
        match place {
            Some(place) => merged.profiles[place] = named,
            None => merged.profiles.push(named),
        }
    }
    for format in imported.formats {
        match merged
            .formats
            .iter_mut()
            .find(|other| other.name == format.name)
        {
            Some(here) => here.spec = format.spec,
            None => merged.formats.push(format),
        }
    }
    for source in imported.wrapped_keys {
        let same = |other: &WrappedKeySettings| other.wrapped_by == source.wrapped_by;
        match merged.wrapped_keys.iter_mut().find(|other| same(other)) {
            // Its command is asked about before it is run here, as any other.
            Some(here) => {
                here.command = source.command;
                here.seconds = source.seconds;
            }
            None => merged.wrapped_keys.push(source),
        }
    }
    for rule in imported.protobuf.rules {
        let same = |other: &MessageRule| other.is_about_the_same(&rule);
        match merged.protobuf.rules.iter().position(same) {
            Some(at) => merged.protobuf.rules[at] = rule,
            None => merged.protobuf.rules.push(rule),
        }
    }
    Ok(merged)
}

fn with_keys_of(imported: ProfileSettings, here: Option<&ProfileSettings>) -> ProfileSettings {
    let Some(here) = here else { return imported };
    ProfileSettings {
        encode_key: here.encode_key,
        decode_keys: here.decode_keys.clone(),
        unknown: here.unknown.clone(),
        ..imported
    }
}
