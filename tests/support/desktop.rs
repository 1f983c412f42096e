//! A desktop that remembers what it was asked for, and refuses when it is told to.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use app::{Desktop, DesktopError, SaveChoice};

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
    /// Files that the user chooses in the next dialogs, the next one first; in others none.
    pub chooses: VecDeque<SaveChoice>,
    /// Whether the user says yes; otherwise, no.
    pub agrees: bool,
    /// Dialogs that were shown, oldest first: title and text, or title and proposed name.
    pub asked: Vec<(String, String)>,
    /// What is on the clipboard.
    pub clipboard: Option<String>,
    /// Whether the app was to end.
    pub quit: bool,
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

    /// The user chooses this file in the next dialog that nobody answered yet. One that is there is replaced only where the
    /// dialog asked.
    pub fn choose(&self, path: &Path, may_replace: bool) {
        let path = path.to_owned();
        self.with(|told| told.chooses.push_back(SaveChoice { path, may_replace }));
    }

    /// The user says yes from now on, or no.
    pub fn agree(&self, yes: bool) {
        self.with(|told| told.agrees = yes);
    }

    /// Somebody copies another text.
    pub fn copies(&self, text: &str) {
        self.with(|told| told.clipboard = Some(text.to_owned()));
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

    fn choose_to_open(&self, title: &str) -> Result<Option<PathBuf>, DesktopError> {
        Ok(self.choose_to_save(title, "")?.map(|chosen| chosen.path))
    }

    fn choose_folder(&self, title: &str) -> Result<Option<PathBuf>, DesktopError> {
        self.choose_to_open(title)
    }

    fn choose_to_save(&self, title: &str, name: &str) -> Result<Option<SaveChoice>, DesktopError> {
        self.works(|told| told.asked.push((title.to_owned(), name.to_owned())))?;
        Ok(self.with(|told| told.chooses.pop_front()))
    }

    fn confirm(&self, title: &str, text: &str, _yes: &str) -> Result<bool, DesktopError> {
        self.works(|told| told.asked.push((title.to_owned(), text.to_owned())))?;
        Ok(self.told().agrees)
    }

    fn copy_secret(&self, text: &str) -> Result<(), DesktopError> {
        self.works(|told| told.clipboard = Some(text.to_owned()))
    }

    fn forget_copied(&self, text: &str) -> Result<(), DesktopError> {
        self.works(|told| {
            told.clipboard.take_if(|now| now == text);
        })
    }

    fn quit(&self) {
        self.with(|told| told.quit = true);
    }
}
