//! The commands on settings: change, undo, reset, export and import; and what is new in this version. What the settings are, and
//! their file, is in `config`.

pub(crate) mod changes;

mod changelog;

mod defaults;

mod difference;

mod export;

mod exported_file;

mod import;

pub(crate) mod move_server_port;

mod origins;

mod program_hosts;

mod protobuf_types;

mod reset;

pub(crate) mod restore_key_port;

mod taken_over;

pub(crate) mod transfer_view;

mod undo;

pub(crate) mod view;

mod whats_new;

use std::sync::{Arc, Mutex, PoisonError};

use crate::config::{ServerSettings, Settings};
use crate::core::Core;
use crate::core::desktop_port::DesktopPort;
use crate::error::{AppError, Code};
use crate::files::tickets::Tickets;

use changes::{Beside, SettingsChanges};
use move_server_port::ServerPort;
use restore_key_port::RestoredKey;
use taken_over::take_over;
use view::{SettingsView, UpdateSettingsRequest};

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
        let login = request.start_at_login.is_some();
        let login = login.then(|| self.desktop.starts_at_login()).flatten();
        let before = self.core.settings().get();
        let change = |settings: &mut Settings| {
            let Settings {
                server,
                profile,
                ui,
                lock,
                ..
            } = settings;
            set(&mut server.max_body_mib, request.max_body_mib);
            set(&mut server.max_work_mib, request.max_work_mib);
            set(&mut server.cache, request.cache);
            set(&mut server.start_on_launch, request.start_server_on_launch);
            set(&mut profile.undecodable, request.undecodable);
            set(&mut profile.compression, request.compression);
            set(&mut ui.theme, request.theme);
            set(&mut ui.close_to_tray, request.close_to_tray);
            set(&mut ui.menu_bar, request.menu_bar);
            set(&mut ui.notify_undecodable, request.notify_undecodable);
            set(&mut lock.when_idle_minutes, request.lock_when_idle);
            set(&mut lock.with_screen, request.lock_with_screen);
        };
        self.with_login(request.start_at_login, || self.changes.change(change))?;
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

    /// What is to be known of the settings file and the list of keys: where other settings are in force, or nothing can be saved.
    pub fn notices(&self) -> Vec<AppError> {
        self.changes.notices()
    }

    /// Changes settings, and whether the app starts at login with them; or neither.
    fn with_login<T>(
        &self,
        on: Option<bool>,
        change: impl FnOnce() -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        let Some(on) = on else {
            return change();
        };
        let before = self.desktop.starts_at_login();
        self.desktop.set_start_at_login(on)?;
        let changed = change();
        if changed.is_err()
            && let Some(before) = before
            && let Err(error) = self.desktop.set_start_at_login(before)
        {
            tracing::warn!(%error, "what starts at login stays changed");
        }
        changed
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
