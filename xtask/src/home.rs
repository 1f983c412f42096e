//! A private home for programs under test: what they write must not reach the person who runs the tests, and what that
//! person has configured must not reach them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use crate::failure::{Failure, io};

/// What would connect a test to the screen, the session, the keychain or the Temporal Service of the person.
const FOREIGN: [&str; 6] = [
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "DBUS_SESSION_BUS_ADDRESS",
    "SSH_AUTH_SOCK",
    "RUST_LOG",
];

/// A folder that is removed when this is dropped.
#[derive(Debug)]
pub(crate) struct Home(PathBuf);

impl Home {
    /// A new empty home. Its path is short, because sockets live below it and their paths end at about 100 bytes.
    ///
    /// # Errors
    /// When the temporary folder cannot be written.
    pub(crate) fn new() -> Result<Home, Failure> {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let nanos = since.unwrap_or(Duration::ZERO).as_nanos();
        let name = format!("xtask-{}-{nanos:x}", std::process::id());
        let home = Home(std::env::temp_dir().join(name));
        for folder in ["", "run", "config", "data", "cache", "state"] {
            let folder = home.0.join(folder);
            create_private(&folder).map_err(io(folder.display().to_string()))?;
        }
        Ok(home)
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Lets `command` live here. Tools keep their caches: those hold no state of the product.
    pub(crate) fn hide<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        for (name, value) in caches(std::env::home_dir().as_deref()) {
            if std::env::var_os(name).is_none() {
                command.env(name, value);
            }
        }
        command.env("HOME", &self.0);
        for (name, folder) in [
            ("XDG_RUNTIME_DIR", "run"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_STATE_HOME", "state"),
        ] {
            command.env(name, self.0.join(folder));
        }
        for name in FOREIGN {
            command.env_remove(name);
        }
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("TEMPORAL_") {
                command.env_remove(name);
            }
        }
        command
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // A browser may still be writing its last file; what is left over lies in the system's temporary folder.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Where tools look below the real home, so that they go on finding it. Configuration only where there is some.
fn caches(home: Option<&Path>) -> Vec<(&'static str, PathBuf)> {
    let Some(home) = home else {
        return Vec::new();
    };
    let mut found = vec![
        ("CARGO_HOME", home.join(".cargo")),
        ("RUSTUP_HOME", home.join(".rustup")),
        ("npm_config_cache", home.join(".npm")),
        ("PIP_CACHE_DIR", home.join(".cache/pip")),
    ];
    let configured = [
        ("npm_config_userconfig", home.join(".npmrc")),
        ("PIP_CONFIG_FILE", home.join(".config/pip/pip.conf")),
    ];
    found.extend(configured.into_iter().filter(|(_, file)| file.is_file()));
    found
}

/// Session buses and keyrings refuse a runtime folder that others can read.
fn create_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_program_sees_only_the_new_home() {
        let home = Home::new().expect("a new home");
        let mut command = Command::new("true");
        home.hide(&mut command);
        let value = |name: &str| {
            let found = command.get_envs().find(|(key, _)| *key == name);
            found.and_then(|(_, value)| value).map(PathBuf::from)
        };
        assert_eq!(value("HOME"), Some(home.path().to_path_buf()));
        assert_eq!(value("XDG_RUNTIME_DIR"), Some(home.path().join("run")));
        for foreign in FOREIGN {
            let removed = command
                .get_envs()
                .any(|(key, to)| key == foreign && to.is_none());
            assert!(removed, "{foreign}");
        }
    }

    #[test]
    fn a_home_goes_away() {
        let home = Home::new().expect("a new home");
        let path = home.path().to_path_buf();
        assert!(path.join("run").is_dir());
        drop(home);
        assert!(!path.exists());
    }

    #[test]
    fn tools_keep_their_caches() {
        let found = caches(Some(Path::new("/no/such/home")));
        let names = found.iter().map(|(name, _)| *name).collect::<Vec<_>>();
        assert_eq!(
            names,
            [
                "CARGO_HOME",
                "RUSTUP_HOME",
                "npm_config_cache",
                "PIP_CACHE_DIR"
            ]
        );
        assert!(caches(None).is_empty());
    }
}
