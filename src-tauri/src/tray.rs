//! The tray icon: the server's state at a glance, and the few things that are wanted without the window.

use app::view::{KeysView, LockRequest, ServerState, ServerView};
use app::{App, AppEvent};
use tauri::image::Image;
use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Wry, include_image};
use tauri_plugin_clipboard_manager::ClipboardExt as _;
use tokio::sync::broadcast::error::RecvError;

use crate::window;

const TRAY: &str = "main";

const PANIC_LOCK: &str = "Panic lock: refuse everything";

const START: &str = "Start Codec Server";

/// What the icon shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Icon {
    Serving,
    Locked,
    Paused,
    Error,
}

impl Icon {
    fn image(self) -> Image<'static> {
        match self {
            Icon::Serving => include_image!("../icons/tray/serving.png"),
            Icon::Locked => include_image!("../icons/tray/locked.png"),
            Icon::Paused => include_image!("../icons/tray/paused.png"),
            Icon::Error => include_image!("../icons/tray/error.png"),
        }
    }
}

/// The parts of the tray that change.
struct Tray {
    icon: TrayIcon<Wry>,
    status: MenuItem<Wry>,
    toggle: MenuItem<Wry>,
    copy: MenuItem<Wry>,
    lock: MenuItem<Wry>,
    panic: MenuItem<Wry>,
}

/// Puts the icon into the tray, where the desktop has one, and keeps it true.
pub(crate) fn create(tauri: &AppHandle, app: &App) {
    match build(tauri, app) {
        Ok(tray) => keep_true(tray, app),
        Err(error) => tracing::warn!(%error, "this desktop has no tray"),
    }
}

fn build(tauri: &AppHandle, app: &App) -> tauri::Result<Tray> {
    let status = MenuItem::with_id(tauri, "tray.status", "Codec Server", false, None::<&str>)?;
    let copy = MenuItem::with_id(tauri, "tray.copy", "Copy endpoint", true, None::<&str>)?;
    let lock = MenuItem::with_id(tauri, "tray.lock", "Lock", true, None::<&str>)?;
    let panic = MenuItem::with_id(tauri, "tray.panic", PANIC_LOCK, true, None::<&str>)?;
    let toggle = MenuItem::with_id(tauri, "tray.toggle", "Pause", true, None::<&str>)?;
    let open = MenuItem::with_id(
        tauri,
        "tray.open",
        "Open Temporal Codec Desktop",
        true,
        None::<&str>,
    )?;
    let quit = MenuItem::with_id(tauri, "tray.quit", "Quit", true, None::<&str>)?;
    let separator = PredefinedMenuItem::separator(tauri)?;
    let menu = Menu::with_items(
        tauri,
        &[
            &status, &separator, &copy, &toggle, &lock, &panic, &open, &separator, &quit,
        ],
    )?;

    let chosen = app.clone();
    let icon = TrayIconBuilder::with_id(TRAY)
        .icon(Icon::Paused.image())
        .tooltip("Temporal Codec Desktop")
        .menu(&menu)
        .on_menu_event(move |tauri, event| on_chosen(tauri, &chosen, event.id().as_ref()))
        .build(tauri)?;
    Ok(Tray {
        icon,
        status,
        toggle,
        copy,
        lock,
        panic,
    })
}

fn on_chosen(tauri: &AppHandle, app: &App, item: &str) {
    match item {
        "tray.open" => window::show(tauri),
        "tray.quit" => window::quit(tauri, app),
        "tray.copy" => {
            let app = app.clone();
            let tauri = tauri.clone();
            tauri::async_runtime::spawn_blocking(move || {
                if let Ok(server) = app.server().server_status(())
                    && let Err(error) = tauri.clipboard().write_text(server.endpoint)
                {
                    tracing::warn!(%error, "the endpoint could not be copied");
                }
            });
        }
        "tray.toggle" => {
            let app = app.clone();
            tauri::async_runtime::spawn_blocking(move || {
                let Ok(server) = app.server().server_status(()) else {
                    return;
                };
                // What goes wrong is in the server's state, which the tray shows.
                let _ = match server.state {
                    ServerState::Serving => app.server().pause_server(()),
                    ServerState::Paused => app.server().resume_server(()),
                    ServerState::Stopped | ServerState::Failed => app.server().start_server(()),
                };
            });
        }
        "tray.panic" => {
            let app = app.clone();
            tauri::async_runtime::spawn_blocking(move || {
                if let Err(error) = app.desktop().set_panic_lock(()) {
                    tracing::error!(%error, "the panic lock could not be set");
                }
            });
        }
        "tray.lock" => {
            let app = app.clone();
            let tauri = tauri.clone();
            tauri::async_runtime::spawn_blocking(move || {
                let locked = app.keys().list_keys(()).is_ok_and(|keys| keys.locked);
                let request = LockRequest {
                    forget_session_keys: false,
                };
                let done = if locked {
                    app.keys().unlock(())
                } else {
                    app.keys().lock(request)
                };
                // Keys would be lost, or cannot be read: the window asks, and says why.
                if done.is_err() {
                    window::show(&tauri);
                }
            });
        }
        _ => {}
    }
}

fn keep_true(tray: Tray, app: &App) {
    let mut events = app.events();
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        loop {
            let state = app.clone();
            let view = tauri::async_runtime::spawn_blocking(move || {
                (state.server().server_status(()), state.keys().list_keys(()))
            })
            .await;
            if let Ok((Ok(server), Ok(keys))) = view {
                let hindrance = match keys {
                    KeysView { locked: true, .. } => Some("locked"),
                    KeysView { keychain, keys, .. }
                        if keychain.problem.is_some() && !keys.is_empty() =>
                    {
                        Some("keychain not available")
                    }
                    KeysView { .. } => None,
                };
                if let Err(error) = tray.show(&server, hindrance) {
                    tracing::warn!(%error, "the tray could not be changed");
                }
            }
            loop {
                match events.recv().await {
                    Ok(AppEvent::ServerChanged { .. } | AppEvent::KeysChanged { .. })
                    | Err(RecvError::Lagged(_)) => break,
                    Ok(_) => {}
                    Err(RecvError::Closed) => return,
                }
            }
        }
    });
}

impl Tray {
    fn show(&self, server: &ServerView, hindrance: Option<&str>) -> tauri::Result<()> {
        let (icon, status, toggle) = face(server, hindrance);
        let locked = hindrance == Some("locked");
        self.lock.set_text(if locked { "Unlock" } else { "Lock" })?;
        // It is lifted in the window alone.
        self.lock.set_enabled(!server.panic_locked)?;
        self.toggle.set_enabled(!server.panic_locked)?;
        self.panic.set_enabled(!server.panic_locked)?;
        self.icon.set_icon(Some(icon.image()))?;
        self.icon
            .set_tooltip(Some(format!("Temporal Codec Desktop: {status}")))?;
        self.status.set_text(status)?;
        self.toggle.set_text(toggle)?;
        let listens = matches!(server.state, ServerState::Serving | ServerState::Paused);
        self.copy.set_enabled(listens)
    }
}

/// The icon, the words for the state, and what can be done about it. What keeps keys away matters only while serving.
fn face(server: &ServerView, hindrance: Option<&str>) -> (Icon, String, &'static str) {
    match (server.state, hindrance) {
        (ServerState::Serving | ServerState::Paused, _) if server.panic_locked => (
            Icon::Locked,
            "Panic lock: everything is refused".to_owned(),
            "Pause",
        ),
        (ServerState::Serving, Some(hindrance)) => {
            (Icon::Locked, format!("Serving, {hindrance}"), "Pause")
        }
        (ServerState::Serving, None) => (
            Icon::Serving,
            format!("Serving at {}", server.endpoint),
            "Pause",
        ),
        (ServerState::Paused, _) => (Icon::Paused, "Paused".to_owned(), "Resume"),
        (ServerState::Stopped, _) => (Icon::Paused, "Stopped".to_owned(), START),
        (ServerState::Failed, _) => (Icon::Error, "Not serving".to_owned(), START),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::view::{HttpsView, RequestCounts};

    #[track_caller]
    fn check(state: ServerState, hindrance: Option<&str>, icon: Icon, words: &str) {
        let server = ServerView {
            revision: 0,
            change: None,
            state,
            panic_locked: false,
            port: 8081,
            endpoint: "http://127.0.0.1:8081".to_owned(),
            https: HttpsView {
                on: false,
                port: 8443,
                endpoint: None,
                problem: None,
            },
            listening: Vec::new(),
            started: None,
            error: None,
            counts: RequestCounts::default(),
        };
        let (shown, status, _) = face(&server, hindrance);
        assert!(shown == icon, "{status}");
        assert_eq!(status, words);
        // Every picture is there and can be drawn.
        assert_eq!(shown.image().width(), 32);
    }

    #[test]
    fn the_icon_tells_the_state() {
        use ServerState::{Failed, Paused, Serving, Stopped};

        check(
            Serving,
            None,
            Icon::Serving,
            "Serving at http://127.0.0.1:8081",
        );
        check(Serving, Some("locked"), Icon::Locked, "Serving, locked");
        check(Paused, None, Icon::Paused, "Paused");
        check(Stopped, Some("locked"), Icon::Paused, "Stopped");
        check(Failed, None, Icon::Error, "Not serving");
    }
}
