//! The settings file: read at start, written after every change.
//!
//! A broken file is moved aside and reported, never silently reset.

use std::io;
use std::path::{Path, PathBuf};

use codec_server::AllowedOrigins;

use crate::error::{AppError, Code};
use crate::files;
use crate::formats;
use crate::hints::sentence;
use crate::profiles;
use crate::settings::{self, Settings};

/// Settings files are a few hundred bytes; what is larger is something else.
const LIMIT: u64 = 1 << 20;

/// Reads the settings, or the defaults with the reason why they could not be read.
pub(crate) fn load(path: &Path) -> (Settings, Option<AppError>) {
    let text = match files::read_bounded(path, LIMIT) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return (Settings::default(), None);
        }
        Err(error) => {
            return (
                Settings::default(),
                Some(set_aside(path, &error.to_string())),
            );
        }
    };
    // serde_json's message may quote the file, and a file that is no settings file may hold anything.
    match serde_json::from_slice::<Settings>(&text)
        .map_err(|error| {
            format!(
                "the error is at line {}, column {}",
                error.line(),
                error.column()
            )
        })
        .and_then(|settings| {
            validate(&settings)
                .map(|()| settings)
                .map_err(|error| error.message)
        }) {
        Ok(settings) => (settings, None),
        Err(reason) => (Settings::default(), Some(set_aside(path, &reason))),
    }
}

/// Writes the settings, after validation.
///
/// # Errors
/// [`Code::InvalidSetting`], [`Code::InvalidOrigin`], or [`Code::File`].
pub(crate) fn save(path: &Path, settings: &Settings) -> Result<(), AppError> {
    validate(settings)?;
    let mut text = serde_json::to_vec_pretty(settings).map_err(|error| {
        AppError::new(
            Code::Internal,
            format!("settings do not serialize: {error}"),
        )
    })?;
    text.push(b'\n');
    files::write_atomically(path, &text).map_err(|error| {
        AppError::new(
            Code::File,
            format!(
                "the settings could not be saved to {}: {error}",
                path.display()
            ),
        )
        .hint("Make the folder writable, then change the setting again.")
    })
}

pub(crate) fn validate(settings: &Settings) -> Result<(), AppError> {
    let server = &settings.server;
    if !settings::PORTS.contains(&server.port) {
        return Err(AppError::new(
            Code::InvalidSetting,
            format!("port {} is not between 1024 and 65535", server.port),
        ));
    }
    if !settings::MAX_BODY_MIB.contains(&server.max_body_mib) {
        return Err(AppError::new(
            Code::InvalidSetting,
            format!(
                "a body limit of {} MiB is not between {} and {}",
                server.max_body_mib,
                settings::MAX_BODY_MIB.start(),
                settings::MAX_BODY_MIB.end()
            ),
        ));
    }
    if !settings::MAX_WORK_MIB.contains(&server.max_work_mib) {
        return Err(AppError::new(
            Code::InvalidSetting,
            format!(
                "a work limit of {} MiB is not between {} and {}",
                server.max_work_mib,
                settings::MAX_WORK_MIB.start(),
                settings::MAX_WORK_MIB.end()
            ),
        ));
    }
    if settings.lock.when_idle_minutes > settings::MAX_IDLE_MINUTES {
        return Err(AppError::new(
            Code::InvalidSetting,
            format!(
                "a lock after {} idle minutes is later than the longest, {}",
                settings.lock.when_idle_minutes,
                settings::MAX_IDLE_MINUTES
            ),
        ));
    }
    formats::validate_settings(&settings.formats)?;
    profiles::validate(&settings.profiles)?;
    AllowedOrigins::parse(&settings.origins)
        .map(drop)
        .map_err(|error| AppError::new(Code::InvalidOrigin, error.to_string()))
}

/// Moves a file that cannot be used to `settings.broken.json` and says so.
fn set_aside(path: &Path, reason: &str) -> AppError {
    let aside: PathBuf = path.with_extension("broken.json");
    let message = format!(
        "the settings file could not be read, so the defaults apply. {}",
        sentence(reason)
    );
    match std::fs::rename(path, &aside) {
        Ok(()) => AppError::new(Code::InvalidSetting, message).hint(format!("Correct your file, which is kept as {}, or set up the app again.", aside.display())),
        Err(error) => AppError::new(Code::File, message).hint(format!(
            "Copy the file before you change a setting: it could not be moved aside ({error}) and will be overwritten."
        )),
    }
}
