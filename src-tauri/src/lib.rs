//! The desktop shell: window, tray, IPC transport, notifications, logging.
//!
//! **Architecture invariant:** no decision is made here; everything the window can ask for is a method of [`app::App`].

#![forbid(unsafe_code)]

use std::process::ExitCode;

use app::{App, AppPaths};
use logging::{Format, LogFile, Logging, WhenFull};
use tauri::{Manager, RunEvent};

use launch::Launch;

mod ipc;

mod events;

mod window;

#[cfg(target_os = "linux")]
mod drawing;

mod launch;

mod login;

mod desktop;

mod dialogs;

mod menu;

#[cfg(target_os = "linux")]
mod gtk_dialogs;

#[cfg(target_os = "linux")]
mod menu_theme;

mod tray;

mod tray_presence;

mod notify;

mod signals;

/// Starts the app and its window; returns when the user quits.
pub fn run() -> ExitCode {
    if !has_display() {
        return refuse(
            "There is no display to open a window on. Run `temporal-codec serve` to serve without a window.",
        );
    }
    let Some(paths) = AppPaths::of_this_user() else {
        return refuse("There is no home folder to keep settings in. Set HOME, then start again.");
    };
    #[cfg(target_os = "linux")]
    drawing::suit_the_machine();
    logging::start(logging_to(&paths));
    logging::report_panics_without_content();
    logging::forbid_core_dumps();
    let runtime = tauri::async_runtime::handle().inner().clone();
    let app = match App::open(&paths, runtime) {
        Ok(app) => app,
        Err(error) => {
            return refuse(&format!("{error} {}", error.hint));
        }
    };

    let launch = Launch::of_this_process();
    let first = app.clone();
    let built = tauri::Builder::default()
        // The first plugin, so that a second start does nothing else before it ends.
        .plugin(tauri_plugin_single_instance::init(
            move |tauri, arguments, _folder| launch::again(tauri, &first, arguments),
        ))
        .plugin(
            tauri_plugin_window_state::Builder::default()
                .with_state_flags(window::KEPT)
                .build(),
        )
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_notification::init())
        .invoke_handler(ipc::handler())
        // Commands of a window that is quick must find the app.
        .manage(app.clone())
        .setup(move |tauri| {
            #[cfg(not(target_os = "linux"))]
            tauri.handle().plugin(
                tauri_plugin_autostart::Builder::new()
                    .arg(launch::HIDDEN)
                    .build(),
            )?;
            desktop::attach(tauri.handle(), &app, &paths);
            app.launch();
            app.desktop().lock_when_idle();
            app.desktop().lock_with_screen(app::Buses::default());
            events::forward(tauri.handle(), &app);
            notify::watch(tauri.handle(), &app);
            tray::create(tauri.handle(), &app);
            menu::create(tauri.handle(), &app)?;
            #[cfg(target_os = "linux")]
            menu_theme::follow_settings(tauri.handle(), &app);
            signals::quit_on_termination(tauri.handle());
            if let Some(link) = &launch.link {
                app.desktop().open_link(link);
            }
            // At login nobody asked for a window: it is made when it is wanted, and costs nothing before.
            if !launch.hidden {
                window::create(tauri.handle())?;
            }
            Ok(())
        })
        .on_window_event(window::on_event)
        .build(tauri::generate_context!());

    match built {
        Ok(tauri) => {
            tauri.run(|handle, event| {
                if let RunEvent::Exit = &event {
                    handle.state::<App>().shut_down();
                    // The process ends without coming back from here.
                    logging::shut_down();
                }
                // A click on the icon in the dock, while the window is hidden.
                #[cfg(target_os = "macos")]
                if let RunEvent::Reopen { .. } = &event {
                    window::show(handle);
                }
                // Links come as an event there, and as arguments elsewhere.
                #[cfg(target_os = "macos")]
                if let RunEvent::Opened { urls } = &event {
                    let links = urls.iter().map(ToString::to_string).collect();
                    launch::again(handle, &handle.state::<App>(), links);
                }
            });
            ExitCode::SUCCESS
        }
        Err(error) => refuse(&format!("Temporal Codec Desktop could not start: {error}")),
    }
}

/// Says why there will be no window, where there is no window to say it in.
fn refuse(why: &str) -> ExitCode {
    tracing::error!("{why}");
    logging::say(why);
    logging::shut_down();
    ExitCode::FAILURE
}

/// Files, and standard error while developing.
fn logging_to(paths: &AppPaths) -> Logging {
    Logging {
        // The libraries below us log at INFO what only their authors need.
        filter: "warn,app=info,codec_server=info,key_store=info,desktop=info",
        format: Format::Text,
        on_stderr: cfg!(debug_assertions),
        when_full: WhenFull::Drop,
        file: Some(LogFile {
            folder: paths.logs.clone(),
            name: "temporal-codec-desktop",
        }),
    }
}

/// Only Linux and the BSDs can be without one.
fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(any(target_os = "macos", windows)) || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    fn json(text: &str) -> Value {
        serde_json::from_str(text).expect("JSON")
    }

    #[test]
    fn the_page_may_run_and_reach_its_own_alone() {
        let config = json(include_str!("../tauri.conf.json"));
        let security = &config["app"]["security"];
        let policy = security["csp"].as_str().expect("a policy");
        assert!(policy.starts_with("default-src 'self';"), "{policy}");
        assert!(policy.contains("script-src 'self';"), "{policy}");
        for hole in [
            "unsafe-eval",
            "*",
            "https:",
            "script-src 'self' 'unsafe-inline'",
        ] {
            assert!(!policy.contains(hole), "{hole} in {policy}");
        }
        assert_eq!(config["app"]["withGlobalTauri"], false);
        assert_eq!(security["freezePrototype"], true);
    }

    #[test]
    fn the_window_has_no_permission_that_it_does_not_use() {
        let capability = json(include_str!("../capabilities/main.json"));
        assert_eq!(
            capability["permissions"],
            serde_json::json!([
                "core:event:allow-listen",
                "core:event:allow-unlisten",
                "core:webview:allow-set-webview-zoom",
                "clipboard-manager:allow-write-text",
                "clipboard-manager:allow-read-text"
            ])
        );
        assert_eq!(capability["windows"], serde_json::json!(["main"]));
        assert_eq!(capability["remote"], Value::Null);
    }

    /// Who installs the app gets the links registered by the package; nothing is written into a home folder unasked.
    #[test]
    fn packages_register_the_scheme_that_is_read() {
        let config = json(include_str!("../tauri.conf.json"));
        let schemes = &config["plugins"]["deep-link"]["desktop"]["schemes"];
        assert_eq!(*schemes, serde_json::json!([app::LINK_SCHEME]));
        let entry = include_str!("../packages/entry.desktop.hbs");
        assert!(entry.contains("Exec={{exec}} %u\n"), "{entry}");
        for package in ["deb", "rpm"] {
            let template = &config["bundle"]["linux"][package]["desktopTemplate"];
            assert_eq!(*template, "packages/entry.desktop.hbs");
        }
    }

    /// The command line finds the desktop's settings and keys by the same name.
    #[test]
    fn both_shells_share_one_identifier() {
        let config = json(include_str!("../tauri.conf.json"));
        assert_eq!(config["identifier"], app::IDENTIFIER);
    }
}
