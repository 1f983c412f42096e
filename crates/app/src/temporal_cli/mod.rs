//! Connects the Temporal CLI in one click, and takes it back: one value in one profile of `temporal.toml`.
//!
//! The difference is shown first, and only what was shown is written: a file that changed meanwhile is left alone.

mod connect;

pub(crate) mod environment;

mod probe;

pub(crate) mod profiles_port;

mod temporal_toml;

mod undo;

pub(crate) mod view;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use key_store::files::{self, Replacing, Writing};

use crate::core::Core;
use crate::error::{AppError, Code};
use crate::server::serving_port::Serving;
use crate::settings::changes::SettingsChanges;

use profiles_port::CliProfiles;
use temporal_toml::{BadToml, CliProfile};
use view::{ChangedLineView, CliChangeView, CliProfileView, CliProfilesView};

/// A file's text, or none where it is not there.
struct Found {
    path: PathBuf,
    text: Option<String>,
}

impl Found {
    fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    /// Tells one content from another.
    fn seen(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.text.hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }

    fn change(&self, after: &str) -> CliChangeView {
        CliChangeView {
            file: self.path.display().to_string(),
            creates_file: self.text.is_none(),
            lines: temporal_toml::difference(self.text(), after)
                .into_iter()
                .map(|line| ChangedLineView {
                    number: u32::try_from(line.number).unwrap_or(u32::MAX),
                    added: line.added,
                    text: line.text,
                })
                .collect(),
            seen: self.seen(),
        }
    }
}

/// The Temporal CLI's profiles.
pub struct TemporalCli {
    core: Core,
    settings: SettingsChanges,
    server: Arc<dyn Serving>,
    /// Absent where the system names no folder for them, and in memory.
    file: Option<PathBuf>,
}

impl TemporalCli {
    pub(crate) fn new(
        core: Core,
        settings: SettingsChanges,
        server: Arc<dyn Serving>,
        file: Option<PathBuf>,
    ) -> Self {
        TemporalCli {
            core,
            settings,
            server,
            file,
        }
    }
}

impl CliProfiles for TemporalCli {
    fn profiles(&self) -> Result<CliProfilesView, AppError> {
        self.cli_profiles(())
    }
}

impl TemporalCli {
    /// See the command table.
    ///
    /// # Errors
    /// [`Code::File`] where the system names no folder for it. What is wrong with the file is in the view.
    pub fn cli_profiles(&self, (): ()) -> Result<CliProfilesView, AppError> {
        let path = self.file_behind_links()?;
        let read = read(&path).and_then(|found| {
            let profiles = temporal_toml::profiles(found.text());
            Ok((found, profiles.map_err(|error| bad(&path, &error))?))
        });
        let (exists, mut profiles, problem) = match read {
            Ok((found, profiles)) => (found.text.is_some(), profiles, None),
            Err(problem) => (true, Vec::new(), Some(problem)),
        };
        if problem.is_none() && !profiles.iter().any(|profile| profile.name == "default") {
            profiles.insert(
                0,
                CliProfile {
                    name: "default".to_owned(),
                    endpoint: None,
                },
            );
        }
        let endpoint = self.server.endpoint();
        let settings = self.core.settings().get();
        Ok(CliProfilesView {
            file: path.display().to_string(),
            exists,
            profiles: profiles
                .into_iter()
                .map(|profile| CliProfileView {
                    is_this: profile.endpoint.as_deref() == Some(&endpoint),
                    can_undo: profile.endpoint.is_some()
                        && settings
                            .connected_cli
                            .iter()
                            .any(|cli| cli.file == path && cli.profile == profile.name),
                    name: profile.name,
                    endpoint: profile.endpoint,
                })
                .collect(),
            problem,
        })
    }

    /// The file, behind links: people keep it in a repository of their own. Where a link leads nowhere yet, it is made there.
    fn file_behind_links(&self) -> Result<PathBuf, AppError> {
        let path = self.file.clone().ok_or_else(|| {
            AppError::new(Code::File, "this system has no folder for settings").hint(
                "Set TEMPORAL_CONFIG_FILE for the Temporal CLI and for Temporal Codec Desktop.",
            )
        })?;
        Ok(path
            .canonicalize()
            .or_else(|_| files::behind_links(&path))
            .unwrap_or(path))
    }
}

fn read(path: &Path) -> Result<Found, AppError> {
    let text = match files::read_bounded(path, temporal_toml::MAX_BYTES) {
        Ok(bytes) => Some(String::from_utf8(bytes).map_err(|_| {
            AppError::new(
                Code::File,
                format!("\"{}\" is not UTF-8 text", path.display()),
            )
        })?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            return Err(AppError::new(
                Code::File,
                format!("\"{}\" could not be read: {error}", path.display()),
            ));
        }
    };
    Ok(Found {
        path: path.to_owned(),
        text,
    })
}

fn write(path: &Path, text: &str) -> Result<(), AppError> {
    let writing = Writing {
        // It is a file of other programs, too.
        replacing: Replacing::KeepingMode,
        ..Writing::default()
    };
    files::write(path, text.as_bytes(), writing).map_err(|error| unwritten(path, &error))
}

fn unwritten(path: &Path, error: &io::Error) -> AppError {
    AppError::new(
        Code::File,
        format!("\"{}\" could not be written: {error}", path.display()),
    )
    .hint("Make the file writable, then try again; nothing was changed.")
}

fn bad(path: &Path, error: &BadToml) -> AppError {
    AppError::new(
        Code::File,
        format!("\"{}\" cannot be changed: {error}", path.display()),
    )
    .hint("Correct the file, or set the endpoint with the Temporal CLI: temporal config set --prop codec.endpoint.")
}

fn check_seen(found: &Found, seen: &str) -> Result<(), AppError> {
    if found.seen() == seen {
        return Ok(());
    }
    Err(AppError::new(
        Code::FileChanged,
        "the file changed since its changes were shown, so nothing was written",
    )
    .hint("Review the changes again, then confirm."))
}
