//! Setting a file aside under a numbered name, so that whatever is in it can be looked at later.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{behind_links, check_regular, folder_of, sync_folder};

/// The most copies that are kept of one file. Nobody looks at more, and none is ever overwritten.
pub const MAX_SET_ASIDE: u32 = 1000;

/// Keeps a file as `settings.broken.json`, or `settings.broken-2.json` where an earlier one is still there, and so on. The file
/// stays under its own name, too, where the system can give it two: then whatever replaces it leaves no moment without one.
///
/// # Errors
/// What the file system says; where there are [`MAX_SET_ASIDE`] already, and where it is no regular file. The file is as it was.
pub fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let path = behind_links(path)?;
    check_regular(fs::symlink_metadata(&path)?.file_type())?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    for n in 1..=MAX_SET_ASIDE {
        let free = path.with_file_name(match n {
            1 => format!("{stem}.broken.json"),
            n => format!("{stem}.broken-{n}.json"),
        });
        match keep_as(&path, &free) {
            Ok(()) => {
                sync_folder(folder_of(&free)?)?;
                return Ok(free);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other(format!(
        "{MAX_SET_ASIDE} copies of it are kept already"
    )))
}

fn keep_as(path: &Path, free: &Path) -> io::Result<()> {
    // Also where something is there that cannot be looked at.
    if fs::symlink_metadata(free).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    match fs::hard_link(path, free) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // File systems of cameras and sticks have no second names.
        Err(_) => fs::rename(path, free),
    }
}
