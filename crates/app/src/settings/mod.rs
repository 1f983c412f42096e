//! Settings as the window handles them: changed, reset, exported and imported, and what is new in this version.

pub(crate) mod changes;

mod changelog;

mod difference;

mod reset;

pub(crate) mod restore_key_port;

pub(crate) mod move_server_port;

mod taken_over;

mod transfer;

pub(crate) mod transfer_view;

mod undo;

pub(crate) mod view;

use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use crate::config::canonical_origins::canonical_origin;
use crate::config::validate::validate;
use crate::config::{self, ServerSettings, Settings};
use crate::core::Core;
use crate::core::desktop_port::DesktopPort;
use crate::error::{AppError, Code};
use crate::files::tickets::Tickets;
use crate::files::view::FilePurpose;
use crate::paths::VERSION;

use changes::{Beside, SettingsChanges};
use difference::differences;
use move_server_port::ServerPort;
use reset::reset;
use restore_key_port::RestoredKey;
use taken_over::{same, take_over};
use transfer_view::{
    ExportSettingsRequest, ImportSettingsRequest, PreviewSettingsRequest, ResetSettingsRequest,
    SettingsPreview, WhatsNewView,
};
use view::{OriginRequest, SettingName, SettingsView, UpdateSettingsRequest};

/// The settings.
pub struct AppSettings {
    core: Core,
    changes: SettingsChanges,
    desktop: DesktopPort,
    tickets: Arc<Tickets>,
    server: Arc<dyn ServerPort>,
    keys: Arc<dyn RestoredKey>,
    /// Settings that were shown, and are not in force yet.
    shown: Mutex<Option<Shown>>,
}

struct Shown {
    token: String,
    before: Settings,
    after: Settings,
}

impl AppSettings {
    pub(crate) fn new(
        core: Core,
        changes: SettingsChanges,
        desktop: DesktopPort,
        tickets: Arc<Tickets>,
        server: Arc<dyn ServerPort>,
        keys: Arc<dyn RestoredKey>,
    ) -> Self {
        AppSettings {
            core,
            changes,
            desktop,
            tickets,
            server,
            keys,
            shown: Mutex::default(),
        }
    }
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl AppSettings {
    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn get_settings(&self, (): ()) -> Result<SettingsView, AppError> {
        Ok(self.changes.view())
    }

    /// See the command table. Everything counts from the next request.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`], [`Code::File`].
    pub fn update_settings(
        &self,
        request: UpdateSettingsRequest,
    ) -> Result<SettingsView, AppError> {
        // First what may fail: the rest counts only when everything does.
        let login = request.start_at_login.is_some();
        let login = login.then(|| self.desktop.starts_at_login()).flatten();
        if let Some(on) = request.start_at_login {
            self.desktop.set_start_at_login(on)?;
        }
        let before = self.core.settings().get();
        self.changes.change(|settings| {
            let Settings {
                server,
                profile,
                ui,
                lock,
                ..
            } = settings;
            set(&mut server.max_body_mib, request.max_body_mib);
            set(&mut server.max_work_mib, request.max_work_mib);
            set(&mut server.start_on_launch, request.start_server_on_launch);
            set(&mut profile.undecodable, request.undecodable);
            set(&mut profile.compression, request.compression);
            set(&mut ui.theme, request.theme);
            set(&mut ui.close_to_tray, request.close_to_tray);
            set(&mut ui.menu_bar, request.menu_bar);
            set(&mut ui.notify_undecodable, request.notify_undecodable);
            set(&mut lock.when_idle_minutes, request.lock_when_idle);
            set(&mut lock.with_screen, request.lock_with_screen);
        })?;
        let login = login.filter(|before| Some(*before) != request.start_at_login);
        if login.is_some() || self.core.settings().get() != before {
            let beside = Beside {
                start_at_login: login,
                ..Beside::default()
            };
            return Ok(self.changes.can_be_undone(before, beside));
        }
        Ok(self.changes.view())
    }

    /// See the command table. Adding one that is served already changes nothing.
    ///
    /// # Errors
    /// [`Code::InvalidOrigin`], [`Code::File`].
    pub fn add_origin(&self, request: OriginRequest) -> Result<SettingsView, AppError> {
        let origin = canonical_origin(&request.origin)?;
        self.changes.change_with_undo(|settings| {
            if !settings.origins.contains(&origin) {
                settings.origins.push(origin);
            }
        })
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::File`].
    pub fn remove_origin(&self, request: OriginRequest) -> Result<SettingsView, AppError> {
        self.changes.change_with_undo(|settings| {
            settings.origins.retain(|origin| *origin != request.origin);
        })
    }

    /// See the command table. Origins that were added are dropped.
    ///
    /// # Errors
    /// [`Code::File`].
    pub fn reset_origins(&self, (): ()) -> Result<SettingsView, AppError> {
        self.changes
            .change_with_undo(|settings| settings.origins = config::default_origins())
    }

    /// What is to be known of the settings file and the list of keys: where other settings are in force, or nothing can be saved.
    pub fn notices(&self) -> Vec<AppError> {
        self.changes.notices()
    }

    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn whats_new(&self, (): ()) -> Result<WhatsNewView, AppError> {
        Ok(WhatsNewView {
            version: VERSION.to_owned(),
            releases: changelog::releases(),
        })
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`crate::Code::File`].
    pub fn seen_whats_new(&self, (): ()) -> Result<SettingsView, AppError> {
        self.changes
            .change(|settings| settings.seen_version = Some(VERSION.to_owned()))
    }

    /// See the command table. Keys, profiles of Namespaces, formats and CLI connections stay.
    ///
    /// # Errors
    /// [`Code::File`], [`Code::PortInUse`].
    pub fn reset_settings(&self, request: ResetSettingsRequest) -> Result<SettingsView, AppError> {
        let before = self.core.settings().get();
        let mut after = before.clone();
        for name in &request.names {
            reset(&mut after, *name);
        }
        let login = request.names.contains(&SettingName::StartAtLogin)
            && self.desktop.starts_at_login() == Some(true);
        if login {
            self.desktop.set_start_at_login(false)?;
        }
        self.replace_settings(before, after, login.then_some(true))
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::File`].
    pub fn export_settings(&self, request: ExportSettingsRequest) -> Result<(), AppError> {
        let tickets = &self.tickets;
        let file = tickets.redeem(&request.file, FilePurpose::ExportSettings)?;
        let text = transfer::exported(self.core.settings().get())?;
        file.write(&text)?;
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
        let tickets = &self.tickets;
        let file = tickets.redeem(&request.file, FilePurpose::ImportSettings)?;
        let imported = transfer::read(file.path())?;
        let before = self.core.settings().get();
        let after = transfer::merged(&before, imported).and_then(|after| {
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

    fn replace_settings(
        &self,
        before: Settings,
        after: Settings,
        start_at_login: Option<bool>,
    ) -> Result<SettingsView, AppError> {
        self.put_in_force(&after)?;
        let beside = Beside {
            start_at_login,
            ..Beside::default()
        };
        Ok(self.changes.can_be_undone(before, beside))
    }

    fn put_in_force(&self, settings: &Settings) -> Result<SettingsView, AppError> {
        let mut save = || self.changes.change(|now| take_over(now, settings));
        let listens = |server: &ServerSettings| (server.port, server.https, server.https_port);
        let now = self.core.settings().get().server;
        match listens(&now) == listens(&settings.server) {
            true => save(),
            false => self.server.move_to(&settings.server, &mut save),
        }
    }
}

fn set<T>(setting: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *setting = value;
    }
}

fn gone(message: &str) -> AppError {
    AppError::new(Code::PreviewGone, message).hint("Review the current settings, then start again.")
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // What stands in it is replaced whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
