//! Connects the Temporal CLI in one click, and takes it back: one value in one profile of `temporal.toml`.
//!
//! The difference is shown first, and only what was shown is written: a file that changed meanwhile is left alone.

pub(crate) mod environment;

mod probe;

pub(crate) mod profiles_port;

mod temporal_toml;

pub(crate) mod view;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use key_store::files::{self, Replacing, Writing};

use crate::config::connected_cli::{Before, ConnectedCli};
use crate::core::Core;
use crate::error::{AppError, Code};
use crate::server::serving_port::Serving;
use crate::settings::changes::SettingsChanges;

use profiles_port::CliProfiles;
use temporal_toml::{BadToml, CliProfile};
use view::{
    ChangeCliRequest, ChangedLineView, CliChangeView, CliConnectedView, CliProfileRequest,
    CliProfileView, CliProfilesView,
};

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

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
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

    /// See the command table. Changes nothing.
    ///
    /// # Errors
    /// [`Code::File`] where the file cannot be read, or is no `temporal.toml`.
    pub fn plan_cli(&self, request: CliProfileRequest) -> Result<CliChangeView, AppError> {
        let (found, after, _) = self.connecting(&request.profile)?;
        Ok(found.change(&after))
    }

    /// See the command table. The profile's old endpoint is remembered until it is taken back.
    ///
    /// # Errors
    /// [`Code::FileChanged`] where the file is another one than was shown; [`Code::File`].
    pub fn connect_cli(&self, request: ChangeCliRequest) -> Result<CliConnectedView, AppError> {
        let (found, after, before) = self.connecting(&request.profile)?;
        check_seen(&found, &request.seen)?;
        let cli = ConnectedCli {
            file: found.path.clone(),
            profile: request.profile.clone(),
            before,
            unknown: serde_json::Map::new(),
        };
        // Remembered first: a change that nobody can take back must not happen.
        self.settings.change(|settings| {
            let clis = &mut settings.connected_cli;
            // Connecting again (another port) still goes back to what was there at first.
            if !clis
                .iter()
                .any(|old| old.file == cli.file && old.profile == cli.profile)
            {
                clis.push(cli);
            }
        })?;
        write(&found.path, &after)?;
        let profiles = self.cli_profiles(())?;
        let endpoint = profiles
            .profiles
            .iter()
            .find(|profile| profile.name == request.profile)
            .and_then(|profile| profile.endpoint.clone());
        let (proof, problem) =
            match probe::round_trip(endpoint.as_deref().unwrap_or_default(), self.core.runtime()) {
                Ok(proof) => (proof, None),
                Err(problem) => (String::new(), Some(problem)),
            };
        Ok(CliConnectedView {
            profiles,
            proof,
            problem,
        })
    }

    /// See the command table. Changes nothing.
    ///
    /// # Errors
    /// [`Code::File`]; [`Code::BadRequest`] for a profile that this app did not connect.
    pub fn plan_cli_undo(&self, request: CliProfileRequest) -> Result<CliChangeView, AppError> {
        let (found, after) = self.taking_back(&request.profile)?;
        Ok(found.change(&after))
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::FileChanged`] where the file is another one than was shown; [`Code::File`]; [`Code::BadRequest`] for a profile
    /// that this app did not connect.
    pub fn undo_cli(&self, request: ChangeCliRequest) -> Result<CliProfilesView, AppError> {
        let (found, after) = self.taking_back(&request.profile)?;
        check_seen(&found, &request.seen)?;
        if after.is_empty() {
            // This app made it.
            std::fs::remove_file(&found.path).map_err(|error| unwritten(&found.path, &error))?;
        } else {
            write(&found.path, &after)?;
        }
        self.settings.change(|settings| {
            let clis = &mut settings.connected_cli;
            clis.retain(|cli| cli.file != found.path || cli.profile != request.profile);
        })?;
        self.cli_profiles(())
    }

    fn connecting(&self, profile: &str) -> Result<(Found, String, Before), AppError> {
        let found = read(&self.file_behind_links()?)?;
        let endpoint = self.server.endpoint();
        let (after, before) = temporal_toml::with_endpoint(found.text(), profile, &endpoint)
            .map_err(|error| bad(&found.path, &error))?;
        Ok((found, after, before))
    }

    fn taking_back(&self, profile: &str) -> Result<(Found, String), AppError> {
        let found = read(&self.file_behind_links()?)?;
        let settings = self.core.settings().get();
        let cli = settings
            .connected_cli
            .iter()
            .find(|cli| cli.file == found.path && cli.profile == profile)
            .ok_or_else(|| {
                AppError::new(Code::BadRequest, "this app did not connect this profile")
                    .hint("Set the endpoint with the Temporal CLI: temporal config set --prop codec.endpoint.")
            })?;
        let after = temporal_toml::taken_back(found.text(), profile, &cli.before)
            .map_err(|error| bad(&found.path, &error))?;
        Ok((found, after))
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
