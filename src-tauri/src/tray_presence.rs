//! Whether the desktop has a tray to show an icon in.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use app::App;
use tauri::{AppHandle, Manager as _};

/// Whether there is a tray; kept true by [`watch_tray`].
#[derive(Default)]
pub(crate) struct TrayPresence(AtomicBool);

impl TrayPresence {
    pub(crate) fn is_there(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Whether there is an icon to come back by.
pub(crate) fn has_tray(tauri: &AppHandle) -> bool {
    tauri
        .try_state::<Arc<TrayPresence>>()
        .is_some_and(|tray| tray.is_there())
}

/// macOS and Windows always have one.
#[cfg(not(target_os = "linux"))]
pub(crate) fn watch_tray(tray: Arc<TrayPresence>, _app: &App) {
    tray.0.store(true, Ordering::Relaxed);
}

/// On Linux a tray is a program on the session's bus that takes icons in. GNOME has none of its own, and where one is
/// installed as an extension, it may come and go.
#[cfg(target_os = "linux")]
pub(crate) fn watch_tray(tray: Arc<TrayPresence>, app: &App) {
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
fn hear(tray: &TrayPresence, app: &App) -> zbus::Result<()> {
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
