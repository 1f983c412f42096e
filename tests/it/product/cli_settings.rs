//! The command line beside the desktop app: it uses the same settings and keys, and changes nothing in their folder.

use app::write_atomically;
use support::cli::Home;

use crate::settings_file::{NEWER, folder};

/// The command line's own settings and keys.
fn config(home: &Home) -> std::path::PathBuf {
    home.path().join(".config").join(app::IDENTIFIER)
}

#[cfg(target_os = "linux")]
#[test]
fn the_command_line_changes_nothing_in_the_settings_folder() {
    let document = support::wire::payloads(&[support::wire::PLAIN]);
    let pending = r#"{"version":1,"keys":[{"handle":"7b0b3e5e-6b0c-4c53-9b9d-3a9d0a7a3c11","id":"k","bits":128,
        "created":"2026-01-02T03:04:05Z","fingerprint":"0011223344556677","under_way":"pending"}]}"#;
    for (settings, keys) in [
        (None, None),
        (Some(NEWER), None),
        (Some(NEWER), Some(r#"{"version":2,"keys":[]}"#)),
        (Some(r#"{"ui":{"theme":"solarized"}}"#), Some(pending)),
        (Some("{}"), Some("{")),
        (Some("{"), None),
        (Some(""), Some("")),
    ] {
        let home = Home::new();
        let config = config(&home);
        for (name, content) in [("settings.json", settings), ("keys.json", keys)] {
            if let Some(content) = content {
                write_atomically(&config.join(name), content.as_bytes()).expect("written");
            }
        }
        let leftover = config.join(".temporal-codec-0.tmp");
        if config.exists() {
            std::fs::File::create(&leftover).expect("made");
        }
        let before = config.exists().then(|| folder(&config));
        for command in ["decode", "encode"] {
            let ran = home.run(&[command], document.as_bytes());
            let is_broken = settings.is_some_and(|text| text.len() < 2);
            assert_eq!(ran.status == Some(1), is_broken, "{settings:?}: {ran:?}");
            assert_eq!(ran.stdout.is_empty(), is_broken, "{ran:?}");
            let said = match settings {
                Some(NEWER) => "version 2",
                Some(text) if text.contains("solarized") => "ui.theme",
                Some(_) if is_broken => "could not be read",
                Some(_) | None => "",
            };
            assert!(ran.stderr.contains(said), "{ran:?}");
            assert!(!ran.stderr.contains("solarized"), "{ran:?}");
        }
        if settings != Some("{") && settings != Some("") {
            home.serve(&["--port", "0"]).end("TERM");
        } else {
            let ran = home.run(&["serve", "--port", "0"], b"");
            assert_eq!(ran.status, Some(1), "{ran:?}");
            assert!(ran.stderr.contains("settings.json"), "{ran:?}");
        }
        let after = config.exists().then(|| folder(&config));
        assert_eq!(after, before, "{settings:?} {keys:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_the_settings_keeps_nobody_waiting() {
    let home = Home::new();
    std::fs::create_dir_all(config(&home)).expect("made");
    let made = std::process::Command::new("mkfifo")
        .arg(config(&home).join("settings.json"))
        .status();
    assert!(made.expect("runs").success());
    let ran = home.run(&["decode"], b"{\"payloads\":[]}");
    assert_eq!(ran.status, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("a named pipe"), "{ran:?}");
}
