//! A desktop that remembers what it was asked for, and refuses when it is told to.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use app::{Desktop, DesktopError};

/// Stands in for the desktop where there is no window.
#[derive(Default)]
pub struct RecordingDesktop(Mutex<Told>);

/// What it was asked for, and what it says.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Files that the file manager was to show, oldest first.
    pub revealed: Vec<PathBuf>,
    /// Whether the app starts at login.
    pub starts_at_login: bool,
    /// Whether there is no tray.
    pub no_tray: bool,
    /// Why nothing works.
    pub problem: Option<String>,
}

impl RecordingDesktop {
    /// What it was asked for so far.
    pub fn told(&self) -> Told {
        self.with(|told| told.clone())
    }

    /// Fails from now on, or works again.
    pub fn set_problem(&self, problem: Option<&str>) {
        self.with(|told| told.problem = problem.map(str::to_owned));
    }

    /// Has a tray from now on, or none.
    pub fn set_tray(&self, there: bool) {
        self.with(|told| told.no_tray = !there);
    }

    fn works(&self, then: impl FnOnce(&mut Told)) -> Result<(), DesktopError> {
        self.with(|told| match told.problem.clone() {
            Some(problem) => Err(DesktopError(problem)),
            None => {
                then(told);
                Ok(())
            }
        })
    }

    fn with<T>(&self, with: impl FnOnce(&mut Told) -> T) -> T {
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Desktop for RecordingDesktop {
    fn reveal(&self, file: &Path) -> Result<(), DesktopError> {
        self.works(|told| told.revealed.push(file.to_owned()))
    }

    fn starts_at_login(&self) -> Result<bool, DesktopError> {
        self.works(|_| ())?;
        Ok(self.told().starts_at_login)
    }

    fn start_at_login(&self, on: bool) -> Result<(), DesktopError> {
        self.works(|told| told.starts_at_login = on)
    }

    fn has_tray(&self) -> bool {
        !self.told().no_tray
    }
}
