//! Ends the app in good order when the system asks: requests under way are answered first.

use tauri::AppHandle;

/// Quits on SIGINT and SIGTERM.
pub(crate) fn quit_on_termination(tauri: &AppHandle) {
    let tauri = tauri.clone();
    tauri::async_runtime::spawn(async move {
        if let Err(error) = app::termination().await {
            tracing::warn!(%error, "termination signals are not watched");
            return;
        }
        tauri.exit(0);
    });
}
