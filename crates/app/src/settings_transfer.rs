//! Settings that leave for another machine and come from one, and the way back to the defaults.
//!
//! No secret and nothing that means this machine alone is exported: no handle of a key, no path, no CLI connection. What is
//! imported is shown first, and only what was shown is put in force: who may ask this server is decided by it.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use key_store::files;
use serde::{Deserialize, Serialize};
use serde_json::Map;
use uuid::Uuid;

use crate::app::App;
use crate::error::{AppError, Code};
use crate::settings::{FormatSettings, NamedProfile, ProfileSettings, Settings};
use crate::settings_difference::differences;
use crate::settings_file;
use crate::settings_store::canonical_origin;
use crate::view::{
    ExportSettingsRequest, FilePurpose, ImportSettingsRequest, PreviewSettingsRequest,
    ResetSettingsRequest, SettingName, SettingsPreview, SettingsView,
};

/// Exported settings are a few kilobytes; what is larger is something else.
const LIMIT: u64 = 1 << 20;

/// Version of the form of exported settings.
const FORM: u32 = 1;

/// A file of exported settings.
#[derive(Serialize, Deserialize)]
struct Exported {
    /// Tells it from other JSON.
    temporal_codec_settings: u32,
    settings: Settings,
}

/// What waits for an answer: settings that were shown and are not in force yet, and those before the last change of many.
#[derive(Default)]
pub(crate) struct Transfers {
    shown: Mutex<Option<Shown>>,
    before: Mutex<Option<Before>>,
}

struct Shown {
    token: String,
    before: Settings,
    after: Settings,
}

struct Before {
    settings: Settings,
    after: Settings,
    start_at_login: Option<bool>,
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl App {
    /// See the command table. Keys, profiles of Namespaces, formats and CLI connections stay.
    ///
    /// # Errors
    /// [`Code::File`], [`Code::PortInUse`].
    pub fn reset_settings(&self, request: ResetSettingsRequest) -> Result<SettingsView, AppError> {
        let before = self.inner().settings.get();
        let mut after = before.clone();
        for name in &request.names {
            reset(&mut after, *name);
        }
        let login = request.names.contains(&SettingName::StartAtLogin)
            && self.starts_at_login() == Some(true);
        if login {
            self.set_start_at_login(false)?;
        }
        self.replace_settings(before, after, login.then_some(true))
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::PreviewGone`] where settings were changed since, [`Code::File`], [`Code::PortInUse`].
    pub fn undo_settings(&self, (): ()) -> Result<SettingsView, AppError> {
        let undone = lock(&self.inner().transfers.before).take();
        let now = self.inner().settings.get();
        let Some(undone) = undone.filter(|undone| same(&undone.after, &now)) else {
            return Err(gone("settings changed since, so this cannot be undone"));
        };
        if let Some(on) = undone.start_at_login {
            self.set_start_at_login(on)?;
        }
        self.put_in_force(&undone.settings)
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::File`].
    pub fn export_settings(&self, request: ExportSettingsRequest) -> Result<(), AppError> {
        let tickets = &self.inner().tickets;
        let file = tickets.redeem(&request.file, FilePurpose::ExportSettings)?;
        let exported = Exported {
            temporal_codec_settings: FORM,
            settings: portable(self.inner().settings.get()),
        };
        let mut text = serde_json::to_vec_pretty(&exported).map_err(|error| {
            let message = format!("settings do not serialize: {error}");
            AppError::new(Code::Internal, message)
        })?;
        text.push(b'\n');
        self.write_chosen(file.path(), file.may_replace(), &text)?;
        file.spend();
        Ok(())
    }

    /// See the command table. Nothing of the file is in force by this.
    ///
    /// # Errors
    /// [`Code::File`], [`Code::InvalidSetting`], [`Code::InvalidOrigin`], [`Code::InvalidFormat`].
    pub fn preview_settings(
        &self,
        request: PreviewSettingsRequest,
    ) -> Result<SettingsPreview, AppError> {
        let tickets = &self.inner().tickets;
        let file = tickets.redeem(&request.file, FilePurpose::ImportSettings)?;
        let imported = read(file.path())?;
        let before = self.inner().settings.get();
        let after = merged(&before, imported).and_then(|after| {
            settings_file::validate(&after)?;
            Ok(after)
        });
        // Whoever imports cannot change the file; its app can.
        let after = after.map_err(|error| {
            error
                .hint("Correct it in the app that exported the file, then export and import again.")
        })?;
        let differences = differences(&before, &after);
        let token = Uuid::new_v4().to_string();
        *lock(&self.inner().transfers.shown) = Some(Shown {
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
        let now = self.inner().settings.get();
        let shown = lock(&self.inner().transfers.shown)
            .take_if(|shown| shown.token == request.seen)
            .filter(|shown| same(&shown.before, &now));
        let shown = shown.ok_or_else(|| {
            gone("these settings were imported already, or settings changed since the preview")
        })?;
        self.replace_settings(now, shown.after, None)
    }

    fn replace_settings(
        &self,
        before: Settings,
        after: Settings,
        start_at_login: Option<bool>,
    ) -> Result<SettingsView, AppError> {
        let view = self.put_in_force(&after);
        // Also where the server could not listen on another port: the settings are changed then.
        if same(&self.inner().settings.get(), &after) {
            *lock(&self.inner().transfers.before) = Some(Before {
                settings: before,
                after,
                start_at_login,
            });
        }
        view
    }

    fn put_in_force(&self, settings: &Settings) -> Result<SettingsView, AppError> {
        let before = self.inner().settings.get().server;
        let view = self.change_settings(|now| take_over(now, settings))?;
        if view.port != before.port {
            self.set_port(crate::view::SetPortRequest { port: view.port })?;
        } else if view.max_body_mib != before.max_body_mib {
            self.restart_if_serving()?;
        }
        Ok(view)
    }
}

/// Everything but what the app keeps for itself.
fn take_over(now: &mut Settings, from: &Settings) {
    let kept = now.clone();
    *now = from.clone();
    now.connected_cli = kept.connected_cli;
    now.recent_files = kept.recent_files;
    now.seen_version = kept.seen_version;
    now.ui.close_hint_shown = kept.ui.close_hint_shown;
    now.unknown = kept.unknown;
}

/// Whether they differ in nothing but what the app keeps for itself.
fn same(one: &Settings, other: &Settings) -> bool {
    let mut taken = one.clone();
    take_over(&mut taken, other);
    taken == *one
}

/// Settings as another machine can use them. Profiles that name keys decode with none there until they are chosen again.
fn portable(settings: Settings) -> Settings {
    let without_keys = |profile: ProfileSettings| ProfileSettings {
        encode_key: None,
        decode_keys: profile.decode_keys.map(|_| Vec::new()),
        unknown: Map::new(),
        ..profile
    };
    let profile = without_keys(settings.profile);
    let profiles = settings.profiles.into_iter().map(|named| NamedProfile {
        profile: without_keys(named.profile),
        ..named
    });
    let formats = settings.formats.into_iter().map(|format| FormatSettings {
        unknown: Map::new(),
        ..format
    });
    let mut portable = Settings {
        origins: settings.origins,
        profile,
        profiles: profiles.collect(),
        unlisted: settings.unlisted,
        formats: formats.collect(),
        server: settings.server,
        ui: settings.ui,
        lock: settings.lock,
        ..Settings::default()
    };
    // What this version does not know may be anything.
    portable.server.unknown.clear();
    portable.ui.unknown.clear();
    portable.ui.close_hint_shown = false;
    portable.lock.unknown.clear();
    portable
}

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

/// What is in force after an import: settings and origins as the file has them; profiles and formats are added or replaced
/// by their names, and none is removed. Which keys are used stays as it is here.
fn merged(now: &Settings, imported: Settings) -> Result<Settings, AppError> {
    let mut merged = now.clone();
    let unknown = std::mem::take(&mut merged.server.unknown);
    merged.server = imported.server;
    merged.server.unknown = unknown;
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

/// One setting as it is in a fresh installation.
fn reset(settings: &mut Settings, name: SettingName) {
    let fresh = Settings::default();
    match name {
        SettingName::Port => settings.server.port = fresh.server.port,
        SettingName::MaxBodyMib => settings.server.max_body_mib = fresh.server.max_body_mib,
        SettingName::MaxWorkMib => settings.server.max_work_mib = fresh.server.max_work_mib,
        SettingName::StartServerOnLaunch => {
            settings.server.start_on_launch = fresh.server.start_on_launch;
        }
        SettingName::Origins => settings.origins = fresh.origins,
        SettingName::Undecodable => settings.profile.undecodable = fresh.profile.undecodable,
        SettingName::Compression => settings.profile.compression = fresh.profile.compression,
        SettingName::Theme => settings.ui.theme = fresh.ui.theme,
        SettingName::CloseToTray => settings.ui.close_to_tray = fresh.ui.close_to_tray,
        SettingName::MenuBar => settings.ui.menu_bar = fresh.ui.menu_bar,
        SettingName::NotifyUndecodable => {
            settings.ui.notify_undecodable = fresh.ui.notify_undecodable;
        }
        SettingName::LockWhenIdle => {
            settings.lock.when_idle_minutes = fresh.lock.when_idle_minutes;
        }
        SettingName::LockWithScreen => settings.lock.with_screen = fresh.lock.with_screen,
        // The system keeps it, not the file.
        SettingName::StartAtLogin => {}
    }
}

/// Which settings are not as in a fresh installation.
pub(crate) fn changed(settings: &Settings, start_at_login: Option<bool>) -> Vec<SettingName> {
    SettingName::ALL
        .into_iter()
        .filter(|name| {
            let mut other = settings.clone();
            reset(&mut other, *name);
            other != *settings
                || (*name == SettingName::StartAtLogin && start_at_login == Some(true))
        })
        .collect()
}

fn gone(message: &str) -> AppError {
    AppError::new(Code::PreviewGone, message).hint("Review the current settings, then start again.")
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // What stands in it is replaced whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
