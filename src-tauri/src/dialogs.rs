//! Dialogs of the system. The page can only ask the app for them: it has no permission of the dialog plugin, and what is
//! answered here does not pass through it.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use app::{DesktopError, SaveChoice};
use tauri::{AppHandle, Manager as _};
use tauri_plugin_dialog::{DialogExt as _, MessageDialogButtons, MessageDialogKind};

use crate::window;

/// Nobody reads a question in less.
const READ: Duration = Duration::from_millis(800);

/// Asks for a file to read. Not to be called on the main thread, which shows the dialog.
pub(crate) fn open(tauri: &AppHandle, title: &str) -> Result<Option<PathBuf>, DesktopError> {
    system::open(tauri, title)
}

/// As [`open`], for a folder.
pub(crate) fn open_folder(tauri: &AppHandle, title: &str) -> Result<Option<PathBuf>, DesktopError> {
    system::open_folder(tauri, title)
}

/// Asks where to write a file. Every system's dialog asks before it takes one that is there.
pub(crate) fn save(
    tauri: &AppHandle,
    title: &str,
    name: &str,
) -> Result<Option<SaveChoice>, DesktopError> {
    let chosen = system::save(tauri, title, name)?;
    Ok(chosen.map(|path| SaveChoice {
        may_replace: path.exists(),
        path,
    }))
}

/// Asks a question. A yes that comes before anybody can have read it was a key meant for the page, which may have waited for
/// it: the question is asked again then.
pub(crate) fn confirm(tauri: &AppHandle, title: &str, text: &str, yes: &str) -> bool {
    loop {
        let asked = Instant::now();
        if !message(tauri, title, text, yes) {
            return false;
        }
        if asked.elapsed() >= READ {
            return true;
        }
    }
}

fn message(tauri: &AppHandle, title: &str, text: &str, yes: &str) -> bool {
    let buttons = MessageDialogButtons::OkCancelCustom(yes.to_owned(), "Cancel".to_owned());
    let dialog = tauri
        .dialog()
        .message(text)
        .title(title)
        .kind(MessageDialogKind::Warning)
        .buttons(buttons);
    match tauri.get_webview_window(window::MAIN) {
        Some(window) => dialog.parent(&window),
        None => dialog,
    }
    .blocking_show()
}

/// What asks for files here.
#[cfg(target_os = "linux")]
mod system {
    use std::path::PathBuf;

    use app::DesktopError;
    use gtk::FileChooserAction::{Open, Save, SelectFolder};
    use tauri::AppHandle;

    use crate::gtk_dialogs::choose;

    pub(super) fn open(tauri: &AppHandle, title: &str) -> Result<Option<PathBuf>, DesktopError> {
        choose(tauri, title, Open, None)
    }

    pub(super) fn open_folder(
        tauri: &AppHandle,
        title: &str,
    ) -> Result<Option<PathBuf>, DesktopError> {
        choose(tauri, title, SelectFolder, None)
    }

    pub(super) fn save(
        tauri: &AppHandle,
        title: &str,
        name: &str,
    ) -> Result<Option<PathBuf>, DesktopError> {
        choose(tauri, title, Save, Some(name))
    }
}

/// What asks for files here.
#[cfg(not(target_os = "linux"))]
mod system {
    use std::path::PathBuf;

    use app::DesktopError;
    use tauri::{AppHandle, Manager as _, Wry};
    use tauri_plugin_dialog::{DialogExt as _, FileDialogBuilder, FilePath};

    use crate::window;

    pub(super) fn open(tauri: &AppHandle, title: &str) -> Result<Option<PathBuf>, DesktopError> {
        path(files(tauri, title).blocking_pick_file())
    }

    pub(super) fn open_folder(
        tauri: &AppHandle,
        title: &str,
    ) -> Result<Option<PathBuf>, DesktopError> {
        path(files(tauri, title).blocking_pick_folder())
    }

    pub(super) fn save(
        tauri: &AppHandle,
        title: &str,
        name: &str,
    ) -> Result<Option<PathBuf>, DesktopError> {
        path(files(tauri, title).set_file_name(name).blocking_save_file())
    }

    fn files(tauri: &AppHandle, title: &str) -> FileDialogBuilder<Wry> {
        let dialog = tauri.dialog().file().set_title(title);
        match tauri.get_webview_window(window::MAIN) {
            Some(window) => dialog.set_parent(&window),
            None => dialog,
        }
    }

    fn path(chosen: Option<FilePath>) -> Result<Option<PathBuf>, DesktopError> {
        chosen
            .map(FilePath::into_path)
            .transpose()
            .map_err(|error| DesktopError(error.to_string()))
    }
}
