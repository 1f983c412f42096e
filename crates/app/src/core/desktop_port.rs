//! What only a desktop shell can do for the app. The command line and the browser tests have no desktop: what needs one is refused with
//! words that say what to do instead.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, TryLockError};

use crate::error::{AppError, Code};

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

    /// As [`Desktop::choose_to_open`], for a folder.
    ///
    /// # Errors
    /// What the system says.
    fn choose_folder(&self, title: &str) -> Result<Option<PathBuf>, DesktopError>;

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

    /// Puts a secret on the clipboard. It is not kept anywhere else.
    ///
    /// # Errors
    /// What the system says.
    fn copy_secret(&self, text: &str) -> Result<(), DesktopError>;

    /// Clears the clipboard, if this text is still on it.
    ///
    /// # Errors
    /// What the system says.
    fn forget_copied(&self, text: &str) -> Result<(), DesktopError>;

    /// Ends the app, as the user's last word.
    fn quit(&self);
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

/// The desktop, once there is one. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct DesktopPort(Arc<Attached>);

#[derive(Default)]
struct Attached {
    desktop: OnceLock<Arc<dyn Desktop>>,
    /// Held while a dialog of the desktop is open.
    asking: Mutex<()>,
}

impl DesktopPort {
    /// Only the first one counts.
    pub(crate) fn attach(&self, desktop: Arc<dyn Desktop>) {
        if self.0.desktop.set(desktop).is_err() {
            tracing::warn!("there is a desktop already");
        }
    }

    pub(crate) fn get(&self) -> Option<&Arc<dyn Desktop>> {
        self.0.desktop.get()
    }

    /// Asks the user something in a dialog of the desktop, one at a time: a page must not bury the screen under them.
    ///
    /// # Errors
    /// [`Code::Desktop`], with what did not happen for it.
    pub(crate) fn ask<T>(
        &self,
        failed: &str,
        ask: impl FnOnce(&dyn Desktop) -> Result<T, DesktopError>,
    ) -> Result<T, AppError> {
        let refused = |why: &str| AppError::new(Code::Desktop, format!("{failed}: {why}"));
        let _asking = match self.0.asking.try_lock() {
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
            .get()
            .ok_or_else(|| refused("there is no desktop to ask on").hint("Use the desktop app."))?;
        ask(&**desktop).map_err(|error| refused(&error.to_string()))
    }

    /// Whether the app starts at login; `None` where that cannot be set.
    pub(crate) fn starts_at_login(&self) -> Option<bool> {
        match self.get()?.starts_at_login() {
            Ok(on) => Some(on),
            Err(error) => {
                tracing::warn!(%error, "what starts at login cannot be read");
                None
            }
        }
    }

    /// Starts the app at login from now on, or no longer.
    ///
    /// # Errors
    /// [`Code::Desktop`].
    pub(crate) fn set_start_at_login(&self, on: bool) -> Result<(), AppError> {
        let desktop = self.get().ok_or_else(|| {
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
