//! The settings in force, and the commands that change them. A change is saved before it counts.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use codec_server::AllowedOrigins;

use crate::app::App;
use crate::changelog::VERSION;
use crate::error::{AppError, Code};
use crate::event::AppEvent;
use crate::settings::{self, Settings};
use crate::settings_file::{self, FileState, Found};
use crate::settings_reading::NotUnderstood;
use crate::settings_transfer;
use crate::view::{OriginRequest, SettingsView, UpdateSettingsRequest};

/// The settings in force.
pub(crate) struct SettingsStore {
    state: Mutex<State>,
    /// None keeps them in memory.
    file: Option<PathBuf>,
    /// Whether they may be saved at all.
    may_save: bool,
    /// What was found at start.
    found: FileState,
}

struct State {
    settings: Settings,
    not_understood: NotUnderstood,
    notice: Option<AppError>,
}

impl SettingsStore {
    pub(crate) fn open(file: &Path) -> Self {
        Self::of(file, settings_file::load(file), true)
    }

    /// Settings that are used and never saved.
    ///
    /// # Errors
    /// Where nothing of the file can be used: the defaults could let in more than it says.
    pub(crate) fn open_to_read(file: &Path) -> Result<Self, AppError> {
        let mut found = settings_file::load(file);
        match found.refusal.take() {
            Some(refusal) => Err(refusal),
            None => Ok(Self::of(file, found, false)),
        }
    }

    fn of(file: &Path, found: Found, may_save: bool) -> Self {
        if let Some(notice) = found.notice.as_ref().filter(|_| may_save) {
            tracing::error!(%notice, "the settings are not those of the file");
        }
        SettingsStore {
            state: Mutex::new(State {
                settings: found.settings,
                not_understood: found.not_understood,
                notice: found.notice,
            }),
            file: Some(file.to_owned()),
            may_save,
            found: found.state,
        }
    }

    pub(crate) fn in_memory(settings: Settings) -> Result<Self, AppError> {
        settings_file::validate(&settings)?;
        Ok(SettingsStore {
            state: Mutex::new(State {
                settings,
                not_understood: NotUnderstood::default(),
                notice: None,
            }),
            file: None,
            may_save: true,
            found: FileState::Absent,
        })
    }

    pub(crate) fn get(&self) -> Settings {
        self.lock().settings.clone()
    }

    /// One thing out of the settings, without a copy of them all: for what is asked with each request.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Settings) -> T) -> T {
        read(&self.lock().settings)
    }

    /// Whether nothing of the file could be used at start: then the defaults may let in more than it says.
    pub(crate) fn is_damaged(&self) -> bool {
        self.found == FileState::Damaged
    }

    /// Whether the file is of a newer version, so that no change can be saved.
    pub(crate) fn is_newer(&self) -> bool {
        self.found == FileState::Newer
    }

    /// Whether this version was started with the file before, so that something may be new in it. Where there was none, or it
    /// cannot be said that it was shown, nothing is.
    fn can_have_news(&self) -> bool {
        self.found == FileState::Read
    }

    /// The app's own folder, where it has one.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.file.as_deref().and_then(Path::parent)
    }

    /// What is to be known of the file.
    pub(crate) fn notice(&self) -> Option<AppError> {
        self.lock().notice.clone()
    }

    /// Changes the settings, if they are valid then and could be saved.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Settings)) -> Result<(), AppError> {
        let mut state = self.lock();
        let mut changed = state.settings.clone();
        change(&mut changed);
        if changed == state.settings {
            return Ok(());
        }
        if matches!(self.found, FileState::Absent | FileState::Damaged) {
            changed
                .seen_version
                .get_or_insert_with(|| VERSION.to_owned());
        }
        match &self.file {
            Some(file) => self.save(&mut state, file, &changed)?,
            None => settings_file::validate(&changed)?,
        }
        state.settings = changed;
        Ok(())
    }

    /// Changes the settings in memory alone.
    pub(crate) fn override_with(&self, change: impl FnOnce(&mut Settings)) -> Result<(), AppError> {
        let mut state = self.lock();
        let mut changed = state.settings.clone();
        change(&mut changed);
        settings_file::validate(&changed)?;
        state.settings = changed;
        Ok(())
    }

    /// The file, if they are kept in one, which is written where it is not there yet.
    pub(crate) fn written(&self) -> Result<Option<PathBuf>, AppError> {
        let mut state = self.lock();
        if let Some(file) = self.file.as_ref().filter(|file| !file.exists()) {
            let settings = state.settings.clone();
            self.save(&mut state, file, &settings)?;
        }
        Ok(self.file.clone())
    }

    fn save(&self, state: &mut State, file: &Path, settings: &Settings) -> Result<(), AppError> {
        if !self.may_save {
            return Err(AppError::new(
                Code::File,
                "this program only reads the settings, so they cannot be changed",
            )
            .hint("Change them in Temporal Codec Desktop."));
        }
        let saved = settings_file::save(file, settings, &state.not_understood)?;
        if let Some(aside) = saved.set_aside {
            state.notice = Some(settings_file::kept_aside(&aside));
        } else if saved.not_understood != state.not_understood {
            let left = &saved.not_understood;
            state.notice = (!left.is_empty()).then(|| settings_file::in_part(file, left));
        }
        state.not_understood = saved.not_understood;
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Settings are replaced whole, so what a panicking thread left behind is valid.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
    pub fn get_settings(&self, (): ()) -> Result<SettingsView, AppError> {
        let revision = self.next_revision();
        let store = &self.inner().settings;
        let settings = store.get();
        let start_at_login = self.starts_at_login();
        Ok(SettingsView {
            revision,
            changed: settings_transfer::changed(&settings, start_at_login),
            has_news: store.can_have_news() && settings.seen_version.as_deref() != Some(VERSION),
            port: settings.server.port,
            max_body_mib: settings.server.max_body_mib,
            max_work_mib: settings.server.max_work_mib,
            origins: settings.origins,
            default_origins: settings::default_origins(),
            undecodable: settings.profile.undecodable,
            compression: settings.profile.compression,
            theme: settings.ui.theme,
            close_to_tray: settings.ui.close_to_tray,
            start_server_on_launch: settings.server.start_on_launch,
            start_at_login,
            has_tray: self.desktop().map(|desktop| desktop.has_tray()),
            menu_bar: settings.ui.menu_bar,
            notify_undecodable: settings.ui.notify_undecodable,
            lock_when_idle: settings.lock.when_idle_minutes,
            lock_with_screen: settings.lock.with_screen,
            file: store
                .file
                .as_ref()
                .map(|file| file.display().to_string())
                .unwrap_or_default(),
            notice: self.notices().into_iter().next(),
            version: VERSION.to_owned(),
        })
    }

    /// See the command table. A new body limit restarts a server that serves; everything else counts from the next request.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`], [`Code::File`].
    pub fn update_settings(
        &self,
        request: UpdateSettingsRequest,
    ) -> Result<SettingsView, AppError> {
        // First what may fail: the rest counts only when everything does.
        if let Some(on) = request.start_at_login {
            self.set_start_at_login(on)?;
        }
        let limit_before = self.inner().settings.get().server.max_body_mib;
        let view = self.change_settings(|settings| {
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
        if view.max_body_mib != limit_before {
            self.restart_if_serving()?;
        }
        Ok(view)
    }

    /// See the command table. Adding one that is served already changes nothing.
    ///
    /// # Errors
    /// [`Code::InvalidOrigin`], [`Code::File`].
    pub fn add_origin(&self, request: OriginRequest) -> Result<SettingsView, AppError> {
        let origin = canonical_origin(&request.origin)?;
        self.change_settings(|settings| {
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
        self.change_settings(|settings| settings.origins.retain(|origin| *origin != request.origin))
    }

    /// See the command table. Origins that were added are dropped.
    ///
    /// # Errors
    /// [`Code::File`].
    pub fn reset_origins(&self, (): ()) -> Result<SettingsView, AppError> {
        self.change_settings(|settings| settings.origins = settings::default_origins())
    }

    /// What is to be known of the settings file and the list of keys: where other settings are in force, or nothing can be saved.
    pub fn notices(&self) -> Vec<AppError> {
        let settings = self.inner().settings.notice();
        settings.into_iter().chain(self.keys_notice()).collect()
    }

    /// Changes and saves settings, puts them in force, and tells the window.
    pub(crate) fn change_settings(
        &self,
        change: impl FnOnce(&mut Settings),
    ) -> Result<SettingsView, AppError> {
        self.inner().settings.change(change)?;
        self.apply()?;
        let settings = self.get_settings(())?;
        self.tell(AppEvent::SettingsChanged {
            settings: settings.clone(),
        });
        Ok(settings)
    }
}

fn set<T>(setting: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *setting = value;
    }
}

/// An origin in the spelling that browsers send: lower case, no default port, no trailing slash.
///
/// # Errors
/// [`Code::InvalidOrigin`].
pub fn canonical_origin(origin: &str) -> Result<String, AppError> {
    let trimmed = origin.trim().trim_end_matches('/');
    let parsed = AllowedOrigins::parse([trimmed])
        .map_err(|error| AppError::new(Code::InvalidOrigin, error.to_string()))?;
    parsed
        .iter()
        .next()
        .map(str::to_owned)
        .ok_or_else(|| AppError::new(Code::InvalidOrigin, "an origin cannot be empty"))
}
