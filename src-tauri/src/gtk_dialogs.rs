//! The dialogs for files on Linux, by GTK itself. Those of the dialog plugin (rfd 0.17) end the process where a path is typed into
//! a folder that is not there: GTK answers with no name then, and it is read as one.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::mpsc;

use app::DesktopError;
use gtk::prelude::{FileChooserExt as _, NativeDialogExt as _};
use gtk::{FileChooserAction, FileChooserNative, ResponseType};
use tauri::{AppHandle, Manager as _};

use crate::window;

thread_local! {
    /// Those that are shown: nobody else holds them.
    static SHOWN: RefCell<Vec<FileChooserNative>> = const { RefCell::new(Vec::new()) };
}

/// Asks for a file or a folder; for one to write, under the name that is proposed. Not to be called on the main thread, which shows
/// the dialog.
pub(crate) fn choose(
    tauri: &AppHandle,
    title: &str,
    action: FileChooserAction,
    name: Option<&str>,
) -> Result<Option<PathBuf>, DesktopError> {
    let (tell, told) = mpsc::channel();
    let (title, name, of) = (title.to_owned(), name.map(str::to_owned), tauri.clone());
    let show = move || {
        let parent = of.get_webview_window(window::MAIN);
        let parent = parent.and_then(|window| window.gtk_window().ok());
        let dialog = FileChooserNative::new(Some(&title), parent.as_ref(), action, None, None);
        dialog.set_modal(true);
        dialog.set_local_only(true);
        if let Some(name) = name {
            dialog.set_current_name(&name);
            dialog.set_do_overwrite_confirmation(true);
        }
        dialog.connect_response(move |dialog, response| {
            let accepted = response == ResponseType::Accept;
            // It has no name where the folder of what was typed is not there.
            let chosen = accepted.then(|| dialog.filename()).flatten();
            // Nobody waits any more where the app quits.
            let _gone = tell.send(chosen);
            dialog.hide();
            SHOWN.with_borrow_mut(|shown| shown.retain(|one| one != dialog));
        });
        dialog.show();
        SHOWN.with_borrow_mut(|shown| shown.push(dialog));
    };
    tauri
        .run_on_main_thread(show)
        .map_err(|error| DesktopError(error.to_string()))?;
    Ok(told.recv().unwrap_or_default())
}
