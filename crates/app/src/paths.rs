//! Where the app keeps its files. Passed in, never discovered, so that tests and two copies do not meet.

use std::path::PathBuf;

/// The product's version.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The bundle identifier: names the app's folders and its service in the OS keychain.
pub const IDENTIFIER: &str = "io.github.temporal-codec-desktop";

/// The app's folders.
#[derive(Clone, Debug)]
pub struct AppPaths {
    /// `settings.json` and `keys.json`; neither holds a secret.
    pub config: PathBuf,
    /// Log files.
    pub logs: PathBuf,
    /// The Temporal CLI's profiles, where the system names a folder for them.
    pub temporal_toml: Option<PathBuf>,
    /// The user’s home, where browsers keep whom they trust; absent where none of them is to be looked at.
    pub home: Option<PathBuf>,
}

impl AppPaths {
    /// The user's own folders, the same ones that the desktop shell is given by its framework, so that the command line
    /// and the window share settings and keys. `None` where the system names no home.
    pub fn of_this_user() -> Option<Self> {
        let (config, logs) = if cfg!(target_os = "macos") {
            let library = home()?.join("Library");
            (
                library.join("Application Support").join(IDENTIFIER),
                library.join("Logs").join(IDENTIFIER),
            )
        } else if cfg!(windows) {
            (
                folder("APPDATA")?.join(IDENTIFIER),
                folder("LOCALAPPDATA")?.join(IDENTIFIER).join("logs"),
            )
        } else {
            let config = folder("XDG_CONFIG_HOME").or_else(|| Some(home()?.join(".config")))?;
            let data = folder("XDG_DATA_HOME").or_else(|| Some(home()?.join(".local/share")))?;
            (config.join(IDENTIFIER), data.join(IDENTIFIER).join("logs"))
        };
        Some(AppPaths {
            config,
            logs,
            temporal_toml: temporal_toml(),
            home: home(),
        })
    }

    /// The settings file.
    pub fn settings_file(&self) -> PathBuf {
        self.config.join("settings.json")
    }

    /// What is known about keys, without their bytes.
    pub fn keys_file(&self) -> PathBuf {
        self.config.join("keys.json")
    }
}

/// Where the Temporal CLI looks (source: the SDKs' environment configuration, which takes Go's `os.UserConfigDir`).
fn temporal_toml() -> Option<PathBuf> {
    if let Some(file) = std::env::var_os("TEMPORAL_CONFIG_FILE").filter(|file| !file.is_empty()) {
        return Some(PathBuf::from(file));
    }
    let config = if cfg!(target_os = "macos") {
        home()?.join("Library/Application Support")
    } else if cfg!(windows) {
        folder("APPDATA")?
    } else {
        folder("XDG_CONFIG_HOME").or_else(|| Some(home()?.join(".config")))?
    };
    Some(config.join("temporalio/temporal.toml"))
}

/// The user’s home.
pub(crate) fn home() -> Option<PathBuf> {
    folder("HOME")
}

/// A folder from the environment; relative ones are ignored, as the XDG specification asks.
fn folder(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
}
