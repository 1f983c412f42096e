//! The native menu. Its items are actions of the window's own list, by their ids: the window does what is chosen.
//!
//! On a Mac it is the bar at the top of the screen, and without its Edit menu no field could copy or paste. On Linux and
//! Windows a bar would take a row of every window for what the command palette, the shortcuts and the tray give already, so
//! it is there when the settings ask for it.
//!
//! Only macOS's own items have accelerators, and Quit there, in place of its own, which asks nothing. GTK takes a key that is one before the page sees it, also while somebody types
//! into a field; the page's shortcuts know the difference, and the help sheet lists them.

use app::{App, AppEvent};
use tauri::menu::{Menu, MenuBuilder, MenuEvent, MenuItem, Submenu, SubmenuBuilder};
use tauri::{AppHandle, Wry};
use tokio::sync::broadcast::error::RecvError;

use crate::window;

/// A menu of the bar: its name, and its actions with their names; an empty one separates.
type Part = (&'static str, &'static [(&'static str, &'static str)]);

const FILE: Part = (
    "File",
    &[
        ("inspector.open_file", "Open file…"),
        ("inspector.paste", "Inspect clipboard"),
        ("inspector.sample", "Open encrypted sample"),
        ("", ""),
        ("keys.add", "Add keys…"),
        ("keys.generate", "Generate key…"),
        ("", ""),
        ("inspector.close_tab", "Close tab"),
    ],
);

const VIEW: Part = (
    "View",
    &[
        ("view.inspector", "Inspector"),
        ("view.server", "Server"),
        ("view.keys", "Keys"),
        ("view.requests", "Requests"),
        ("view.formats", "Formats"),
        ("view.namespaces", "Namespaces"),
        ("view.access", "Access"),
        ("view.settings", "Settings"),
        ("", ""),
        ("app.palette", "Command palette…"),
    ],
);

const SERVER: Part = (
    "Codec Server",
    &[
        ("server.toggle", "Start or stop"),
        ("server.pause", "Pause or resume"),
        ("server.copy_endpoint", "Copy endpoint"),
        ("view.doctor", "Connection Doctor"),
        ("", ""),
        ("lock.toggle", "Lock or unlock"),
        ("lock.panic", "Panic lock"),
    ],
);

const HELP: Part = (
    "Help",
    &[
        ("help.shortcuts", "Keyboard shortcuts"),
        ("help.whats_new", "What’s new"),
    ],
);

/// Ends the app: the shell's own, so that it does so without the window, too.
const QUIT: &str = "app.quit";

/// Makes the menu, and keeps it as the settings say.
///
/// # Errors
/// Where the system cannot make a menu.
pub(crate) fn create(tauri: &AppHandle, app: &App) -> tauri::Result<()> {
    let chosen = app.clone();
    tauri.on_menu_event(move |tauri, event| on_chosen(tauri, &chosen, &event));
    show(tauri, app)?;
    follow_settings(tauri, app);
    Ok(())
}

fn show(tauri: &AppHandle, app: &App) -> tauri::Result<()> {
    if cfg!(target_os = "macos") || app.desktop().shows_menu_bar() {
        tauri.set_menu(build(tauri)?)?;
    } else {
        tauri.remove_menu()?;
    }
    Ok(())
}

fn build(tauri: &AppHandle) -> tauri::Result<Menu<Wry>> {
    let file = submenu(tauri, FILE)?.separator().text(QUIT, "Quit");
    let (view, server, help) = (
        submenu(tauri, VIEW)?.build()?,
        submenu(tauri, SERVER)?.build()?,
        submenu(tauri, HELP)?.build()?,
    );
    if !cfg!(target_os = "macos") {
        let file = file.build()?;
        return MenuBuilder::new(tauri)
            .items(&[&file, &view, &server, &help])
            .build();
    }
    let file = submenu(tauri, FILE)?.build()?;
    MenuBuilder::new(tauri)
        .items(&[&about(tauri)?, &file, &edit(tauri)?, &view, &server])
        .items(&[&windows(tauri)?, &help])
        .build()
}

fn submenu(
    tauri: &AppHandle,
    (name, actions): Part,
) -> tauri::Result<SubmenuBuilder<'_, Wry, AppHandle>> {
    let menu = SubmenuBuilder::new(tauri, name);
    Ok(actions.iter().fold(menu, |menu, &(id, name)| match id {
        "" => menu.separator(),
        _ => menu.text(id, name),
    }))
}

/// The menu that every Mac app has first.
fn about(tauri: &AppHandle) -> tauri::Result<Submenu<Wry>> {
    let quit = MenuItem::with_id(
        tauri,
        QUIT,
        "Quit Temporal Codec Desktop",
        true,
        Some("Cmd+Q"),
    )?;
    SubmenuBuilder::new(tauri, "Temporal Codec Desktop")
        .about(None)
        .separator()
        .services()
        .separator()
        .hide()
        .hide_others()
        .show_all()
        .separator()
        .item(&quit)
        .build()
}

/// What makes copying and pasting work on a Mac.
fn edit(tauri: &AppHandle) -> tauri::Result<Submenu<Wry>> {
    SubmenuBuilder::new(tauri, "Edit")
        .undo()
        .redo()
        .separator()
        .cut()
        .copy()
        .paste()
        .select_all()
        .build()
}

fn windows(tauri: &AppHandle) -> tauri::Result<Submenu<Wry>> {
    SubmenuBuilder::new(tauri, "Window")
        .minimize()
        .maximize()
        .fullscreen()
        .separator()
        .close_window()
        .build()
}

/// Hears the items of all menus, the tray's among them, which has its own ear.
fn on_chosen(tauri: &AppHandle, app: &App, event: &MenuEvent) {
    let id = event.id().as_ref();
    if id == QUIT {
        window::quit(tauri, app);
    } else if [FILE, VIEW, SERVER, HELP]
        .iter()
        .any(|(_, actions)| actions.iter().any(|(action, _)| *action == id))
    {
        // On a Mac the bar is there while the window is hidden.
        window::show(tauri);
        app.desktop().choose_action(id);
    }
}

fn follow_settings(tauri: &AppHandle, app: &App) {
    let mut events = app.events();
    let (tauri, app) = (tauri.clone(), app.clone());
    tauri::async_runtime::spawn(async move {
        let mut shown = app.desktop().shows_menu_bar();
        loop {
            match events.recv().await {
                Ok(AppEvent::SettingsChanged { .. }) | Err(RecvError::Lagged(_)) => {
                    let wanted = app.desktop().shows_menu_bar();
                    if wanted != shown {
                        shown = wanted;
                        if let Err(error) = show(&tauri, &app) {
                            tracing::warn!(%error, "the menu bar could not be changed");
                        }
                    }
                }
                Ok(_) => {}
                Err(RecvError::Closed) => return,
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::{FILE, HELP, SERVER, VIEW};

    /// An item that the window does not know would do nothing when it is chosen.
    #[test]
    fn every_item_is_an_action_of_the_window() {
        // The ids of the views are made from their names.
        let list = concat!(
            include_str!("../../ui/src/state/actions.svelte.ts"),
            include_str!("../../ui/src/state/navigation.svelte.ts")
        );
        for (menu, actions) in [FILE, VIEW, SERVER, HELP] {
            for (id, _) in actions.iter().filter(|(id, _)| !id.is_empty()) {
                let known = format!("'{}'", id.strip_prefix("view.").unwrap_or(id));
                assert!(list.contains(&known), "{menu}: {id}");
            }
        }
    }
}
