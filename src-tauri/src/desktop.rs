//! The desktop that the app runs in: its file manager, what it starts at login, whether it has a tray.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::{App, AppPaths, Desktop, DesktopError, SaveChoice};
use tauri::{AppHandle, Manager as _};
use tauri_plugin_clipboard_manager::ClipboardExt as _;
use zeroize::Zeroizing;

use crate::dialogs;
use crate::login::Login;
use crate::tray_presence::{TrayPresence, watch_tray};

struct Shell {
    tauri: AppHandle,
    login: Login,
    tray: Arc<TrayPresence>,
}

impl Desktop for Shell {
    fn reveal(&self, file: &Path) -> Result<(), DesktopError> {
        tauri_plugin_opener::reveal_item_in_dir(file)
            .map_err(|error| DesktopError(error.to_string()))
    }

    fn starts_at_login(&self) -> Result<bool, DesktopError> {
        self.login.is_on()
    }

    fn start_at_login(&self, on: bool) -> Result<(), DesktopError> {
        self.login.set(on)
    }

    fn has_tray(&self) -> bool {
        self.tray.is_there()
    }

    fn choose_to_open(&self, title: &str) -> Result<Option<PathBuf>, DesktopError> {
        dialogs::open(&self.tauri, title)
    }

    fn choose_folder(&self, title: &str) -> Result<Option<PathBuf>, DesktopError> {
        dialogs::open_folder(&self.tauri, title)
    }

    fn choose_to_save(&self, title: &str, name: &str) -> Result<Option<SaveChoice>, DesktopError> {
        dialogs::save(&self.tauri, title, name)
    }

    fn confirm(&self, title: &str, text: &str, yes: &str) -> Result<bool, DesktopError> {
        Ok(dialogs::confirm(&self.tauri, title, text, yes))
    }

    fn copy_secret(&self, text: &str) -> Result<(), DesktopError> {
        let copied = self.tauri.clipboard().write_text(text);
        copied.map_err(|error| DesktopError(error.to_string()))
    }

    fn forget_copied(&self, text: &str) -> Result<(), DesktopError> {
        let clipboard = self.tauri.clipboard();
        // What cannot be read as text is something else that was copied since.
        let still_there = clipboard.read_text().is_ok_and(|now| {
            let now = Zeroizing::new(now);
            now.as_str() == text
        });
        if still_there {
            let cleared = clipboard.clear();
            cleared.map_err(|error| DesktopError(error.to_string()))?;
        }
        Ok(())
    }

    fn quit(&self) {
        self.tauri.exit(0);
    }
}

/// Gives the app this desktop, and asks whether it has a tray.
pub(crate) fn attach(tauri: &AppHandle, app: &App, paths: &AppPaths) {
    let tray = Arc::new(TrayPresence::default());
    tauri.manage(tray.clone());
    app.desktop().attach(Arc::new(Shell {
        tauri: tauri.clone(),
        login: Login::new(tauri, paths),
        tray: tray.clone(),
    }));
    watch_tray(tray, app);
}
