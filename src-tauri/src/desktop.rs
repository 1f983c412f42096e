//! The desktop that the app runs in: its file manager, what it starts at login, whether it has a tray.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use app::{App, AppPaths, Desktop, DesktopError, SaveChoice};
use tauri::{AppHandle, Manager as _};

use crate::dialogs;
use crate::login::Login;

/// Whether there is a tray; kept true by [`watch_tray`].
#[derive(Default)]
struct Tray(AtomicBool);

struct Shell {
    tauri: AppHandle,
    login: Login,
    tray: Arc<Tray>,
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
        self.tray.0.load(Ordering::Relaxed)
    }

    fn choose_to_open(&self, title: &str) -> Result<Option<PathBuf>, DesktopError> {
        dialogs::open(&self.tauri, title)
    }

    fn choose_to_save(&self, title: &str, name: &str) -> Result<Option<SaveChoice>, DesktopError> {
        dialogs::save(&self.tauri, title, name)
    }

    fn confirm(&self, title: &str, text: &str, yes: &str) -> Result<bool, DesktopError> {
        Ok(dialogs::confirm(&self.tauri, title, text, yes))
    }
}

/// Gives the app this desktop, and asks whether it has a tray.
pub(crate) fn attach(tauri: &AppHandle, app: &App, paths: &AppPaths) {
    let tray = Arc::new(Tray::default());
    tauri.manage(tray.clone());
    app.desktop().attach(Arc::new(Shell {
        tauri: tauri.clone(),
        login: Login::new(tauri, paths),
        tray: tray.clone(),
    }));
    watch_tray(tray, app);
}

/// Whether there is an icon to come back by.
pub(crate) fn has_tray(tauri: &AppHandle) -> bool {
    tauri
        .try_state::<Arc<Tray>>()
        .is_some_and(|tray| tray.0.load(Ordering::Relaxed))
}

/// macOS and Windows always have one.
#[cfg(not(target_os = "linux"))]
fn watch_tray(tray: Arc<Tray>, _app: &App) {
    tray.0.store(true, Ordering::Relaxed);
}

/// On Linux a tray is a program on the session's bus that takes icons in. GNOME has none of its own, and where one is
/// installed as an extension, it may come and go.
#[cfg(target_os = "linux")]
fn watch_tray(tray: Arc<Tray>, app: &App) {
    let app = app.clone();
    // A thread of its own: the bus may be silent for days.
    let started = std::thread::Builder::new()
        .name("tray-watch".to_owned())
        .spawn(move || {
            if let Err(error) = hear(&tray, &app) {
                tracing::debug!(%error, "the bus does not tell of trays");
            }
        });
    if let Err(error) = started {
        tracing::warn!(%error, "whether there is a tray is not known");
    }
}

#[cfg(target_os = "linux")]
fn hear(tray: &Tray, app: &App) -> zbus::Result<()> {
    /// Source: freedesktop.org's StatusNotifierItem, "StatusNotifierWatcher".
    const WATCHER: &str = "org.kde.StatusNotifierWatcher";

    let connection = zbus::blocking::Connection::session()?;
    let bus = zbus::blocking::fdo::DBusProxy::new(&connection)?;
    // First the changes, so that none is missed.
    let changes = bus.receive_name_owner_changed_with_args(&[(0, WATCHER)])?;
    let tell = |there: bool| {
        if tray.0.swap(there, Ordering::Relaxed) != there {
            app.desktop().desktop_changed();
        }
    };
    tell(bus.name_has_owner(WATCHER.try_into()?)?);
    for change in changes {
        tell(change.args()?.new_owner().is_some());
    }
    Ok(())
}
