//! The one window: made when it is wanted, hidden instead of closed while the app keeps serving, asked before the app ends.

use app::App;
use tauri::{AppHandle, Manager, WebviewWindowBuilder, Window, WindowEvent};
use tauri_plugin_window_state::StateFlags;

use crate::{notify, tray_presence};

/// The window's label in tauri.conf.json.
pub(crate) const MAIN: &str = "main";

/// What of a window is the same after a restart. Whether it is shown is not: the start decides that, not the last end.
pub(crate) const KEPT: StateFlags = StateFlags::all().difference(StateFlags::VISIBLE);

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

/// Brings the window to the front, from wherever it is; makes it where the app was started without one.
pub(crate) fn show(tauri: &AppHandle) {
    let tauri = tauri.clone();
    // Not in the handler that asks for it: on Windows a window that is made there never comes (source: Tauri's docs of
    // `WebviewWindowBuilder`).
    tauri::async_runtime::spawn_blocking(move || {
        let shown = match tauri.get_webview_window(MAIN) {
            Some(window) => window
                .show()
                .and_then(|()| window.unminimize())
                .and_then(|()| window.set_focus()),
            None => create(&tauri),
        };
        if let Err(error) = shown {
            tracing::warn!(%error, "the window could not be shown");
        }
    });
}

/// Ends the app, as the user wishes; where something would be lost, the window asks first.
pub(crate) fn quit(tauri: &AppHandle, app: &App) {
    if app.desktop().wants_to_quit() {
        tauri.exit(0);
    } else {
        show(tauri);
    }
}

/// Closing hides the window while the app keeps serving, if the settings say so. The first time, it is told how to come back.
pub(crate) fn on_event(window: &Window, event: &WindowEvent) {
    if let WindowEvent::CloseRequested { api, .. } = event {
        let app = window.state::<App>();
        api.prevent_close();
        if !app.closes_to_tray() {
            quit(window.app_handle(), &app);
            return;
        }
        if let Err(error) = window.hide() {
            tracing::warn!(%error, "the window could not be hidden");
        }
        if app.desktop().takes_close_hint() {
            let tauri = window.app_handle();
            notify::still_serving(tauri, tray_presence::has_tray(tauri));
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
