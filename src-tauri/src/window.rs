//! The one window: shown when it can be used, hidden instead of closed while the app keeps serving.

use std::sync::atomic::{AtomicBool, Ordering};

use app::App;
use tauri::{AppHandle, Manager, WebviewWindowBuilder, Window, WindowEvent};

use crate::{notify, tray};

/// The window's label in tauri.conf.json.
const MAIN: &str = "main";

/// Creates the window from tauri.conf.json and shows it.
///
/// # Errors
/// Where the system cannot make a window.
pub(crate) fn create(tauri: &AppHandle) -> tauri::Result<()> {
    let config = tauri
        .config()
        .app
        .windows
        .iter()
        .find(|window| window.label == MAIN)
        .cloned()
        .ok_or(tauri::Error::WindowNotFound)?;
    let window = WebviewWindowBuilder::from_config(tauri, &config)?
        // The window shows the app's own pages and nothing else.
        .on_navigation(is_own)
        .build()?;
    window.show()?;
    window.set_focus()
}

/// Brings the window to the front, from wherever it is.
pub(crate) fn show(tauri: &AppHandle) {
    if let Some(window) = tauri.get_webview_window(MAIN) {
        let shown = window
            .show()
            .and_then(|()| window.unminimize())
            .and_then(|()| window.set_focus());
        if let Err(error) = shown {
            tracing::warn!(%error, "the window could not be shown");
        }
    }
}

/// Closing hides the window while the app serves from the tray, if the settings say so.
pub(crate) fn on_event(window: &Window, event: &WindowEvent) {
    static HINTED: AtomicBool = AtomicBool::new(false);

    if let WindowEvent::CloseRequested { api, .. } = event {
        if !window.state::<App>().closes_to_tray() {
            window.app_handle().exit(0);
            return;
        }
        api.prevent_close();
        if let Err(error) = window.hide() {
            tracing::warn!(%error, "the window could not be hidden");
        }
        if !HINTED.swap(true, Ordering::Relaxed) {
            notify::still_serving(window.app_handle(), tray::is_there(window.app_handle()));
        }
    }
}

/// The app's own origin: `tauri://localhost`, on Windows `http://tauri.localhost`, in development the UI's server.
fn is_own(url: &tauri::Url) -> bool {
    match (url.scheme(), url.host_str()) {
        ("tauri", Some("localhost")) | ("http" | "https", Some("tauri.localhost")) => true,
        ("http", Some("localhost")) => cfg!(dev) && url.port() == Some(5173),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_own;

    #[track_caller]
    fn check(url: &str, expect: bool) {
        assert_eq!(is_own(&url.parse().expect("a URL")), expect, "{url}");
    }

    #[test]
    fn the_window_goes_nowhere_else() {
        check("tauri://localhost/index.html#/keys", true);
        check("http://tauri.localhost/", true);
        check("https://temporal.io/", false);
        check("http://localhost:8080/", false);
        check("http://tauri.localhost.evil.test/", false);
        check("file:///etc/passwd", false);
        check("data:text/html,<p>", false);
    }
}
