//! What only a desktop shell can do for the app, and what the app offers a shell beyond the commands of its window.
//!
//! The command line and the browser tests have no desktop: what needs one is refused with words that say what to do instead.

use std::path::{Path, PathBuf};
use std::sync::{Arc, TryLockError};

use crate::app::App;
use crate::error::{AppError, Code};
use crate::event::AppEvent;

/// A desktop, as the shell that runs in it reaches it.
pub trait Desktop: Send + Sync {
    /// Shows a file in the file manager.
    ///
    /// # Errors
    /// What the system says.
    fn reveal(&self, file: &Path) -> Result<(), DesktopError>;

    /// Whether the app starts when the user logs in.
    ///
    /// # Errors
    /// What the system says.
    fn starts_at_login(&self) -> Result<bool, DesktopError>;

    /// Starts the app when the user logs in from now on, or no longer.
    ///
    /// # Errors
    /// What the system says.
    fn start_at_login(&self, on: bool) -> Result<(), DesktopError>;

    /// Whether there is a tray whose icon brings a hidden window back.
    fn has_tray(&self) -> bool;

    /// Asks for a file to read, in a dialog of the system with this title. Blocks until the user answers; `None` where no file
    /// was chosen.
    ///
    /// # Errors
    /// What the system says.
    fn choose_to_open(&self, title: &str) -> Result<Option<PathBuf>, DesktopError>;

    /// Asks where to write a file that is proposed under this name; otherwise as [`Desktop::choose_to_open`].
    ///
    /// # Errors
    /// What the system says.
    fn choose_to_save(&self, title: &str, name: &str) -> Result<Option<SaveChoice>, DesktopError>;

    /// Asks a question in a dialog of the system that shows `text` whole and unchanged, with a button `yes` and one that
    /// cancels. Blocks until the user answers. Closing the dialog is no yes.
    ///
    /// # Errors
    /// What the system says.
    fn confirm(&self, title: &str, text: &str, yes: &str) -> Result<bool, DesktopError>;
}

/// Where the user wants a file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveChoice {
    /// The file.
    pub path: PathBuf,
    /// Whether a file was there already and the dialog asked before it was chosen.
    pub may_replace: bool,
}

/// Why a desktop did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct DesktopError(pub String);

impl App {
    /// Gives the app the desktop it runs in. Only the first one counts.
    pub fn attach(&self, desktop: Arc<dyn Desktop>) {
        if self.inner().desktop.set(desktop).is_err() {
            tracing::warn!("there is a desktop already");
        }
    }

    /// See the command table. Writes the file first where it was never needed so far.
    ///
    /// # Errors
    /// [`Code::Desktop`] where there is no desktop, or it has no file manager; [`Code::File`].
    pub fn show_settings_file(&self, (): ()) -> Result<(), AppError> {
        let no_file = || AppError::new(Code::Desktop, "these settings are not kept in a file");
        let file = self.inner().settings.written()?.ok_or_else(no_file)?;
        let by_hand = format!("Open the file yourself: {}.", file.display());
        let refused = |why: String| AppError::new(Code::Desktop, why).hint(by_hand.clone());
        self.desktop()
            .ok_or_else(|| refused("there is no file manager".to_owned()))?
            .reveal(&file)
            .map_err(|error| refused(format!("the file manager could not show the file: {error}")))
    }

    /// Tells the window that an action of its list was chosen outside of it: in the native menu or in the tray.
    pub fn choose_action(&self, action: &str) {
        self.tell(AppEvent::ActionChosen {
            action: action.to_owned(),
        });
    }

    /// Whether the words about the tray are still to be said, as they are at the first closing of the window alone. They
    /// count as said from now on.
    pub fn takes_close_hint(&self) -> bool {
        if self
            .inner()
            .settings
            .read(|settings| settings.ui.close_hint_shown)
        {
            return false;
        }
        // Where it cannot be saved, it is said once more after the next start.
        if let Err(error) = self.change_settings(|settings| settings.ui.close_hint_shown = true) {
            tracing::warn!(%error, "that the hint was shown is not remembered");
        }
        true
    }

    /// Whether the window is to have a menu bar, where that is a choice.
    pub fn shows_menu_bar(&self) -> bool {
        self.inner().settings.read(|settings| settings.ui.menu_bar)
    }

    /// What the settings say about the desktop changed without a command: a tray came or went.
    pub fn desktop_changed(&self) {
        if let Ok(settings) = self.get_settings(()) {
            self.tell(AppEvent::SettingsChanged { settings });
        }
    }

    /// Asks the user something in a dialog of the desktop, one at a time: a page must not bury the screen under them.
    ///
    /// # Errors
    /// [`Code::Desktop`], with what did not happen for it.
    pub(crate) fn ask_desktop<T>(
        &self,
        failed: &str,
        ask: impl FnOnce(&dyn Desktop) -> Result<T, DesktopError>,
    ) -> Result<T, AppError> {
        let refused = |why: &str| AppError::new(Code::Desktop, format!("{failed}: {why}"));
        let _asking = match self.inner().asking.try_lock() {
            Ok(asking) => asking,
            // There is nothing that a panic could have left half done.
            Err(TryLockError::Poisoned(asking)) => asking.into_inner(),
            Err(TryLockError::WouldBlock) => {
                return Err(
                    refused("another dialog of this app is open").hint("Answer that dialog first.")
                );
            }
        };
        let desktop = self
            .desktop()
            .ok_or_else(|| refused("there is no desktop to ask on").hint("Use the desktop app."))?;
        ask(&**desktop).map_err(|error| refused(&error.to_string()))
    }

    pub(crate) fn desktop(&self) -> Option<&Arc<dyn Desktop>> {
        self.inner().desktop.get()
    }

    /// Whether the app starts at login; `None` where that cannot be set.
    pub(crate) fn starts_at_login(&self) -> Option<bool> {
        match self.desktop()?.starts_at_login() {
            Ok(on) => Some(on),
            Err(error) => {
                tracing::warn!(%error, "what starts at login cannot be read");
                None
            }
        }
    }

    pub(crate) fn set_start_at_login(&self, on: bool) -> Result<(), AppError> {
        let desktop = self.desktop().ok_or_else(|| {
            AppError::new(Code::Desktop, "“Start at login” cannot be changed here")
                .hint("Change it in the desktop app.")
        })?;
        if desktop.starts_at_login().is_ok_and(|now| now == on) {
            return Ok(());
        }
        desktop.start_at_login(on).map_err(|error| {
            AppError::new(
                Code::Desktop,
                format!("“Start at login” could not be changed: {error}"),
            )
            .hint("Add or remove the app in your system’s list of login items.")
        })
    }
}
