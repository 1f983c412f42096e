//! The theme of native menus on Linux: where the settings choose one, menus have the page's own colors, whatever the
//! desktop's theme is.
//!
//! GTK has a switch for a dark theme, but WebKitGTK 2.50 leaves the page blank for most of a second when it changes. Colors
//! for menus alone leave the page as it is.

use app::{App, Theme};
use gtk::prelude::CssProviderExt as _;
use tauri::AppHandle;
use tokio::sync::broadcast::error::RecvError;

/// The page's colors.
const TOKENS: &str = include_str!("../../ui/src/styles/tokens.css");

/// Gives menus the theme in force, and keeps it as the settings say.
pub(crate) fn follow_settings(tauri: &AppHandle, app: &App) {
    let mut events = app.events();
    let (tauri, app) = (tauri.clone(), app.clone());
    tauri::async_runtime::spawn(async move {
        let mut shown = Theme::System;
        loop {
            let wanted = app.desktop().theme();
            if wanted != shown {
                shown = wanted;
                if let Err(error) = tauri.run_on_main_thread(move || apply(wanted)) {
                    tracing::warn!(%error, "the theme of menus could not be changed");
                }
            }
            match events.recv().await {
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    });
}

thread_local! {
    /// What is in force, on the one thread that draws.
    static COLORS: gtk::CssProvider = gtk::CssProvider::new();
}

fn apply(theme: Theme) {
    let Some(screen) = gtk::gdk::Screen::default() else {
        return;
    };
    COLORS.with(|colors| {
        gtk::StyleContext::remove_provider_for_screen(&screen, colors);
        let Some(css) = css(theme) else {
            return;
        };
        match colors.load_from_data(css.as_bytes()) {
            Ok(()) => gtk::StyleContext::add_provider_for_screen(
                &screen,
                colors,
                gtk::STYLE_PROVIDER_PRIORITY_APPLICATION,
            ),
            Err(error) => tracing::warn!(%error, "the colors of menus could not be read"),
        }
    });
}

/// The colors of menus; none where they are the desktop's.
fn css(theme: Theme) -> Option<String> {
    let block = match theme {
        Theme::System => return None,
        Theme::Light => "[data-theme='light'] {",
        Theme::Dark => "[data-theme='dark'] {",
    };
    let color = |name: &str| color(block, name).unwrap_or("inherit");
    let (surface, raised, text) = (color("surface"), color("raised"), color("text"));
    let (hover, border, muted) = (color("hover"), color("border"), color("muted"));
    Some(format!(
        "menubar {{ background: {surface}; color: {text}; box-shadow: inset 0 -1px {border}; }}\n\
         menu, .menu {{ background: {raised}; color: {text}; border-color: {border}; }}\n\
         menubar > menuitem, menu > menuitem {{ color: {text}; }}\n\
         menubar > menuitem:hover, menu > menuitem:hover {{ background: {hover}; color: {text}; box-shadow: none; }}\n\
         menu > menuitem:disabled {{ color: {muted}; }}\n\
         menu separator {{ background: {border}; }}\n"
    ))
}

/// The value of a token in a block of [`TOKENS`].
fn color(block: &str, name: &str) -> Option<&'static str> {
    let (_, of_theme) = TOKENS.split_once(block)?;
    let (of_theme, _) = of_theme.split_once('}')?;
    let mut lines = of_theme.lines().map(str::trim);
    let value = lines.find_map(|line| {
        line.strip_prefix("--")?
            .strip_prefix(name)?
            .strip_prefix(": ")
    })?;
    value.strip_suffix(';')
}

#[cfg(test)]
mod tests {
    use super::{Theme, css};

    #[test]
    fn menus_have_the_colors_of_the_page() {
        assert_eq!(css(Theme::System), None);
        for theme in [Theme::Light, Theme::Dark] {
            let css = css(theme).expect("colors");
            assert!(!css.contains("inherit"), "{css}");
        }
        assert_ne!(css(Theme::Light), css(Theme::Dark));
    }
}
