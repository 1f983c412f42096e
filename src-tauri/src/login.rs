//! What starts at login. macOS and Windows are asked by the plugin; on Linux the entry is written here, because it belongs
//! into `$XDG_CONFIG_HOME/autostart`, and a program's path may hold what an Exec line must quote. The plugin's library
//! (auto-launch 0.6) writes below `$HOME/.config` always, and quotes nothing.

#[cfg(target_os = "linux")]
pub(crate) use linux::Login;
#[cfg(not(target_os = "linux"))]
pub(crate) use other::Login;

#[cfg(not(target_os = "linux"))]
mod other {
    use app::{AppPaths, DesktopError};
    use tauri::AppHandle;
    use tauri_plugin_autostart::ManagerExt as _;

    /// The system's own list.
    pub(crate) struct Login(AppHandle);

    impl Login {
        pub(crate) fn new(tauri: &AppHandle, _paths: &AppPaths) -> Self {
            Login(tauri.clone())
        }

        pub(crate) fn is_on(&self) -> Result<bool, DesktopError> {
            let login = self.0.autolaunch();
            login
                .is_enabled()
                .map_err(|error| DesktopError(error.to_string()))
        }

        pub(crate) fn set(&self, on: bool) -> Result<(), DesktopError> {
            let login = self.0.autolaunch();
            let done = if on { login.enable() } else { login.disable() };
            done.map_err(|error| DesktopError(error.to_string()))
        }
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io;
    use std::path::PathBuf;

    use app::{AppPaths, DesktopError, IDENTIFIER};
    use tauri::AppHandle;

    use crate::launch::HIDDEN;

    /// An entry of the XDG Autostart specification.
    pub(crate) struct Login {
        /// None where the system names no folder for it.
        entry: Option<PathBuf>,
    }

    impl Login {
        pub(crate) fn new(_tauri: &AppHandle, paths: &AppPaths) -> Self {
            Self::of(paths)
        }

        fn of(paths: &AppPaths) -> Self {
            // The app's folder lies in the folder of all settings.
            let folder = paths.config.parent().map(|config| config.join("autostart"));
            Login {
                entry: folder.map(|folder| folder.join(format!("{IDENTIFIER}.desktop"))),
            }
        }

        pub(crate) fn is_on(&self) -> Result<bool, DesktopError> {
            match std::fs::read(self.entry()?) {
                Ok(text) => Ok(!is_switched_off(&String::from_utf8_lossy(&text))),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
                Err(error) => Err(DesktopError(error.to_string())),
            }
        }

        pub(crate) fn set(&self, on: bool) -> Result<(), DesktopError> {
            let entry = self.entry()?;
            let done = if on {
                program()
                    .and_then(|program| app::write_atomically(entry, text(&program).as_bytes()))
            } else {
                std::fs::remove_file(entry)
            };
            match done {
                Err(error) if !on && error.kind() == io::ErrorKind::NotFound => Ok(()),
                done => done.map_err(|error| DesktopError(error.to_string())),
            }
        }

        fn entry(&self) -> Result<&PathBuf, DesktopError> {
            self.entry
                .as_ref()
                .ok_or_else(|| DesktopError("this system has no autostart folder".to_owned()))
        }
    }

    /// An AppImage runs from a folder that is gone after it ended; its own file is what stays.
    fn program() -> io::Result<String> {
        let program = match std::env::var_os("APPIMAGE") {
            Some(image) if !image.is_empty() => PathBuf::from(image),
            _ => std::env::current_exe()?,
        };
        program
            .into_os_string()
            .into_string()
            .map_err(|_| io::Error::other("the program’s path is not UTF-8 text"))
    }

    /// Desktops that switch an entry off leave it there, with one of these lines.
    fn is_switched_off(text: &str) -> bool {
        text.lines().any(|line| {
            let line = line.replace(' ', "");
            line == "Hidden=true" || line == "X-GNOME-Autostart-enabled=false"
        })
    }

    fn text(program: &str) -> String {
        format!(
            "[Desktop Entry]\nType=Application\nName=Temporal Codec Desktop\nComment=Decodes Temporal Payloads for the Web UI and the CLI\n\
             Exec={} {HIDDEN}\nIcon=temporal-codec-desktop\nTerminal=false\nX-GNOME-Autostart-enabled=true\n",
            quoted(program)
        )
    }

    /// A word of an Exec line (source: Desktop Entry Specification, "The Exec key"): quoted, and then escaped as every
    /// string of the file is.
    fn quoted(word: &str) -> String {
        let mut quoted = String::from("\"");
        for character in word.chars() {
            match character {
                '"' | '`' | '$' => quoted.extend(["\\\\", character.encode_utf8(&mut [0; 4])]),
                '\\' => quoted.push_str("\\\\\\\\"),
                '%' => quoted.push_str("%%"),
                '\n' => quoted.push_str("\\n"),
                '\r' => quoted.push_str("\\r"),
                _ => quoted.push(character),
            }
        }
        quoted.push('"');
        quoted
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_path_is_one_word_whatever_it_holds() {
            assert_eq!(quoted("/opt/a b/c"), "\"/opt/a b/c\"");
            assert_eq!(quoted("/a\"$`%"), "\"/a\\\\\"\\\\$\\\\`%%\"");
            assert_eq!(quoted("/a\\b\nc"), "\"/a\\\\\\\\b\\nc\"");
        }

        #[test]
        fn an_entry_that_the_desktop_switched_off_is_off() {
            assert!(!is_switched_off(&text("/usr/bin/program")));
            assert!(is_switched_off("[Desktop Entry]\nHidden = true\n"));
            assert!(is_switched_off("X-GNOME-Autostart-enabled=false"));
        }
    }
}
