//! The settings in force. A change is saved before it counts.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Settings;
use super::file::{self, FileState, Found};
use super::reading::NotUnderstood;
use super::validate::validate;
use crate::error::{AppError, Code};
use crate::paths::VERSION;

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
        Self::of(file, file::load(file), true)
    }

    /// Settings that are used and never saved.
    ///
    /// # Errors
    /// Where nothing of the file can be used: the defaults could let in more than it says.
    pub(crate) fn open_to_read(file: &Path) -> Result<Self, AppError> {
        let mut found = file::load(file);
        match found.refusal.take() {
            Some(refusal) => Err(refusal),
            None => Ok(Self::of(file, found, false)),
        }
    }

    /// Settings to look at: never saved, and where nothing of the file can be used, the defaults, which is told. Nobody is served by
    /// them.
    pub(crate) fn open_to_look(file: &Path) -> Self {
        let mut found = file::load(file);
        if let Some(refusal) = found.refusal.take() {
            let hint = "Correct the file, or move it away. Which port and origins it sets is not known: the default port is looked at, \
                 unless --port names another.";
            found.notice = Some(AppError::new(refusal.code, refusal.message).hint(hint));
        }
        Self::of(file, found, false)
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
        validate(&settings)?;
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
    pub(crate) fn can_have_news(&self) -> bool {
        self.found == FileState::Read
    }

    /// The file, if they are kept in one.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
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
            None => validate(&changed)?,
        }
        state.settings = changed;
        Ok(())
    }

    /// Changes the settings in memory alone.
    pub(crate) fn override_with(&self, change: impl FnOnce(&mut Settings)) -> Result<(), AppError> {
        let mut state = self.lock();
        let mut changed = state.settings.clone();
        change(&mut changed);
        validate(&changed)?;
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
        let saved = file::save(file, settings, &state.not_understood)?;
        if let Some(aside) = saved.set_aside {
            state.notice = Some(file::kept_aside(&aside));
        } else if saved.not_understood != state.not_understood {
            let left = &saved.not_understood;
            state.notice = (!left.is_empty()).then(|| file::in_part(file, left));
        }
        state.not_understood = saved.not_understood;
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Settings are replaced whole, so what a panicking thread left behind is valid.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
