//! What people and other programs hand over besides Payloads: lists of keys, settings, links, commands, and the Temporal CLI's
//! `temporal.toml`. All of it is read, or there is a reason.

use std::io::Write as _;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use app::config::Settings;
use app::{App, AppPaths};
use key_store::{MemoryVault, command, key_list};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use zeroize::Zeroizing;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(runtime);

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

/// A file of keys, as `--keys` takes it and as *Add keys* does: JSON, YAML, `.env`, one key.
pub fn key_file(data: &[u8]) {
    let _ = app::read_key_file(&Zeroizing::new(data.to_vec()), "one");
    if let Ok(found) = key_list::parse(data) {
        assert!(!found.keys.is_empty(), "a list has an entry");
        for entry in &found.keys {
            if let Some(spec) = &entry.spec {
                let _ = spec.check();
            }
        }
    }
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(command) = command::CommandLine::parse(text)
    {
        assert!(!command.words().is_empty(), "a command has a program");
    }
}

/// Settings, as they lie in their file: those that are read can be written, and are in force or refused.
pub fn settings(data: &[u8]) {
    let Ok(settings) = serde_json::from_slice::<Settings>(data) else {
        return;
    };
    let written = serde_json::to_vec(&settings).expect("settings are JSON");
    let again: Settings = serde_json::from_slice(&written).expect("our own JSON");
    assert!(again == settings, "JSON keeps all");
    // What the app leaves to it ends with it.
    let runtime = runtime();
    if let Ok(app) = App::in_memory(settings, runtime.handle().clone()) {
        app.settings().get_settings(()).expect("they are shown");
    }
}

/// A link of the app's own scheme, and an origin as people type it.
pub fn link(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    for link in [
        text.to_owned(),
        format!("{}://inspect?payload={text}", app::LINK_SCHEME),
    ] {
        if let Ok(payload) = app::parse_link(&link) {
            assert!(payload.len() <= app::MAX_LINK_BYTES);
        }
    }
    if let Ok(origin) = app::canonical_origin(text) {
        let again = app::canonical_origin(&origin).expect("an origin is one");
        assert_eq!(again, origin, "there is one spelling");
    }
}

struct Cli {
    app: App,
    file: std::path::PathBuf,
    _folder: TempDir,
}

static CLI: LazyLock<Mutex<Cli>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("temporal.toml");
    let paths = AppPaths {
        config: folder.path().join("config"),
        logs: folder.path().join("logs"),
        home: None,
        temporal_toml: Some(file.clone()),
    };
    let runtime = RUNTIME.handle().clone();
    let app = App::with_vault(&paths, Arc::new(MemoryVault::default()), runtime);
    Mutex::new(Cli {
        app: app.expect("an app"),
        file,
        _folder: folder,
    })
});

/// The file that says which Codec Server the Temporal CLI asks: its profiles are listed, and a change to each is planned.
pub fn temporal_toml(data: &[u8]) {
    let cli = CLI.lock().unwrap_or_else(PoisonError::into_inner);
    // Anew: some file systems wait for the disk where a file that was cut to nothing is written again.
    let _ = std::fs::remove_file(&cli.file);
    let written = std::fs::File::create_new(&cli.file).and_then(|mut file| file.write_all(data));
    written.expect("written");
    let Ok(listed) = app::dispatch(&cli.app, "cli_profiles", Value::Null) else {
        return;
    };
    let mut names: Vec<&str> = Vec::new();
    if let Some(profiles) = listed["profiles"].as_array() {
        names.extend(
            profiles
                .iter()
                .filter_map(|profile| profile["name"].as_str()),
        );
    }
    for name in names.into_iter().take(4).chain(["new"]) {
        let _ = app::dispatch(&cli.app, "plan_cli", json!({ "profile": name }));
    }
    let now = std::fs::read(&cli.file).expect("still there");
    assert!(now == data, "a plan changes nothing");
}
