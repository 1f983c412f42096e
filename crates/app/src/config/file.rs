//! The settings file: read at start, written after every change.
//!
//! Whoever reads it changes nothing. What is not understood stays in it; one that is no settings file at all is set aside before
//! the first change, never overwritten; one of a newer version is not changed.

use std::io;
use std::path::{Path, PathBuf};

use key_store::files;
use serde_json::{Map, Value};

use super::Settings;
use super::reading::{self, NotUnderstood};
use super::validate::validate;
use crate::error::{AppError, Code};
use crate::hints::sentence;

/// Settings files are a few hundred bytes; what is larger is something else.
const LIMIT: u64 = 1 << 20;

/// The version that this program writes, and the newest that it understands whole.
const VERSION: u64 = 1;

/// What was found at start.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) settings: Settings,
    pub(crate) not_understood: NotUnderstood,
    pub(crate) state: FileState,
    /// What people have to know of it.
    pub(crate) notice: Option<AppError>,
    /// Why nothing of it can be used, for whoever does not go on with the defaults.
    pub(crate) refusal: Option<AppError>,
}

/// Whose settings are in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum FileState {
    /// The defaults, since there is no file.
    #[default]
    Absent,
    /// Those of the file.
    Read,
    /// Those of the file, as far as they are understood; it is of a newer version.
    Newer,
    /// The defaults, since nothing of the file can be used.
    Damaged,
}

/// What stands in the file.
enum Content {
    Absent,
    Settings {
        version: u64,
        file: Map<String, Value>,
    },
    Damaged(String),
}

/// Reads the settings. Nothing is moved, whatever is there.
pub(crate) fn load(path: &Path) -> Found {
    let (version, file) = match content(path) {
        Content::Absent => return Found::default(),
        Content::Settings { version, file } => (version, file),
        Content::Damaged(reason) => return damaged(path, &reason),
    };
    let is_newer = version > VERSION;
    let (settings, not_understood) = match reading::read(file, is_newer) {
        Ok(read) => read,
        Err(error) => return damaged(path, &error.message),
    };
    let mut notice = None;
    if is_newer {
        notice = Some(too_new(path, version, &not_understood));
    } else if !not_understood.is_empty() {
        notice = Some(in_part(path, &not_understood));
    }
    Found {
        settings,
        not_understood,
        refusal: None,
        state: match is_newer {
            true => FileState::Newer,
            false => FileState::Read,
        },
        notice,
    }
}

fn content(path: &Path) -> Content {
    let text = match files::read_bounded(path, LIMIT) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Content::Absent,
        Err(error) => return Content::Damaged(error.to_string()),
    };
    if files::is_utf16(&text) {
        return Content::Damaged("it is UTF-16 text, and must be UTF-8".to_owned());
    }
    // serde_json's message may quote the file, and a file that is no settings file may hold anything.
    let file: Map<String, Value> = match serde_json::from_slice(files::without_bom(&text)) {
        Ok(file) => file,
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            let reason = format!("the error is at line {line}, column {column}");
            return Content::Damaged(reason);
        }
    };
    match file.get("version").map(Value::as_u64) {
        None => Content::Settings {
            version: VERSION,
            file,
        },
        Some(Some(version)) => Content::Settings { version, file },
        Some(None) => Content::Damaged("its version is not a number".to_owned()),
    }
}

/// What was written.
pub(crate) struct Saved {
    /// What is still not understood, and in the file.
    pub(crate) not_understood: NotUnderstood,
    /// Where the file is kept that was there, and was no settings file.
    pub(crate) set_aside: Option<PathBuf>,
}

/// Writes the settings, after validation. What stands in the file now decides, whoever wrote it.
///
/// # Errors
/// [`Code::InvalidSetting`], [`Code::InvalidOrigin`], or [`Code::File`].
pub(crate) fn save(
    path: &Path,
    settings: &Settings,
    not_understood: &NotUnderstood,
) -> Result<Saved, AppError> {
    validate(settings)?;
    let mut file = reading::as_file(settings)?;
    let not_understood = not_understood.put_back(&mut file);
    let mut text = serde_json::to_vec_pretty(&file).map_err(|error| {
        AppError::new(
            Code::Internal,
            format!("settings do not serialize: {error}"),
        )
    })?;
    text.push(b'\n');
    let unsaved = |error: io::Error| {
        AppError::new(
            Code::File,
            format!(
                "the settings could not be saved to {}: {error}",
                path.display()
            ),
        )
        .hint("Make the folder writable, then change the setting again.")
    };
    let set_aside = match content(path) {
        Content::Settings { version, .. } if version > VERSION => {
            return Err(too_new(path, version, &NotUnderstood::default()));
        }
        Content::Settings { .. } | Content::Absent => None,
        Content::Damaged(_) => Some(files::set_aside(path).map_err(unsaved)?),
    };
    files::write_atomically(path, &text).map_err(unsaved)?;
    Ok(Saved {
        not_understood,
        set_aside,
    })
}

fn damaged(path: &Path, reason: &str) -> Found {
    let message = format!(
        "the settings file could not be read, so the defaults apply, and the Codec Server does not start by itself. {}",
        sentence(reason)
    );
    let hint = format!(
        "Correct {}, then restart Temporal Codec Desktop. If you change a setting first, the file is kept under another name.",
        path.display()
    );
    let refusal = AppError::new(
        Code::File,
        format!(
            "the settings file {} could not be read. {}",
            path.display(),
            sentence(reason)
        ),
    )
    .hint("Correct the file or move it away, or pass keys with --keys.");
    Found {
        state: FileState::Damaged,
        refusal: Some(refusal),
        notice: Some(AppError::new(Code::InvalidSetting, message).hint(hint)),
        ..Found::default()
    }
}

/// What is told once a damaged file was replaced.
pub(crate) fn kept_aside(aside: &Path) -> AppError {
    AppError::new(
        Code::InvalidSetting,
        "the settings file could not be read, so the defaults applied until you changed them",
    )
    .hint(format!(
        "Look for your earlier settings in {}, where the file is kept.",
        aside.display()
    ))
}

fn too_new(path: &Path, version: u64, not_understood: &NotUnderstood) -> AppError {
    let without = match not_understood.is_empty() {
        true => String::new(),
        false => format!(" Not understood: {}.", not_understood.places()),
    };
    AppError::new(
        Code::File,
        format!(
            "the settings file has version {version}, but this app reads up to version {VERSION}, so settings cannot be changed.{without}"
        ),
    )
    .hint(format!(
        "Update Temporal Codec Desktop. To start over with this version instead, rename {}, then restart it.",
        path.display()
    ))
}

/// What is told of settings that are not understood.
pub(crate) fn in_part(path: &Path, not_understood: &NotUnderstood) -> AppError {
    AppError::new(
        Code::InvalidSetting,
        format!(
            "some settings are not understood, so others apply in their place: {}",
            not_understood.places()
        ),
    )
    .hint(format!(
        "Set them again, or correct {} and restart. Until then the file keeps them.",
        path.display()
    ))
}
