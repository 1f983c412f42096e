//! Files that the user chose in a dialog of the system: the window names them by tickets, and never by paths.

pub(crate) mod tickets;

pub(crate) mod view;

use std::io;
use std::path::Path;

use key_store::files::{self, Replacing, Writing};

use crate::core::Core;
use crate::error::{AppError, Code};

use tickets::Redeemed;

/// Writes what a person chose a path for. A process that is killed meanwhile leaves nothing of it there, or a file that the
/// next start removes.
///
/// # Errors
/// [`Code::File`].
pub(crate) fn write_chosen(
    core: &Core,
    file: &Redeemed<'_>,
    content: &[u8],
) -> Result<(), AppError> {
    let path = file.path();
    let refused = |message: &str| {
        Err(AppError::new(Code::File, message).hint("Choose another folder or file name."))
    };
    if !path.is_absolute() {
        return Err(AppError::new(Code::File, "the path is not absolute")
            .hint("Choose another folder or file name."));
    }
    if path.is_dir() {
        return refused("a folder already has this name");
    }
    // A misspelled folder must not be made.
    if !path.parent().is_some_and(Path::is_dir) {
        return refused("the folder does not exist");
    }
    let writing = Writing {
        // The system's dialog asked about a file that was there then, and about no other.
        replacing: match file.may_replace() {
            true => Replacing::Private,
            false => Replacing::Refused,
        },
        noted_in: core.settings().folder(),
    };
    match files::write(path, content, writing) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            refused("a file already has this name")
        }
        Err(error) => refused(&format!("the file could not be written: {error}")),
    }
}
