//! Writing: a file is replaced whole or not at all, and a kill at any moment leaves nothing half done that nobody knows of.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use super::leftovers::{self, Temporary};
use super::{behind_links, check_regular, create_private_folder, folder_of, sync_folder};

/// How a file is written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Writing<'a> {
    /// What happens with a file that is there.
    pub replacing: Replacing,
    /// The app's own folder, where the file lies in another one: what a killed process leaves there is noted here, for
    /// [`super::sweep`].
    pub noted_in: Option<&'a Path>,
}

/// What happens with a file that is there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Replacing {
    /// It is replaced, and nobody but this user can read the new one.
    #[default]
    Private,
    /// It is replaced by one with the same rights. A file that is new is for this user alone.
    KeepingMode,
    /// It stays, and nothing is written.
    Refused,
}

/// Writes a file of this user whole or not at all, durably, readable by them alone. Missing folders are made.
///
/// # Errors
/// As [`write()`].
pub fn write_atomically(path: &Path, content: &[u8]) -> io::Result<()> {
    write(path, content, Writing::default())
}

/// Writes a file whole or not at all, durably. Where the path is a link, it stays one, and the file behind it is written.
///
/// Folders that are missing are made, but not for a link: it leads somewhere that its owner knows.
///
/// # Errors
/// What the file system says; [`io::ErrorKind::AlreadyExists`] where a file may not be replaced; also where something else
/// than a file is there, and for links that lead in a circle. What was there is untouched then.
pub fn write(path: &Path, content: &[u8], writing: Writing<'_>) -> io::Result<()> {
    let target = behind_links(path)?;
    let folder = folder_of(&target)?;
    if target == path {
        create_private_folder(folder)?;
    } else if !folder.is_dir() {
        return Err(io::Error::new(
            io::ErrorKind::NotFound,
            format!(
                "it is a link to {}, and that folder does not exist",
                target.display()
            ),
        ));
    }
    let permissions = match fs::symlink_metadata(&target) {
        Ok(_) if writing.replacing == Replacing::Refused => {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        Ok(metadata) => {
            // A pipe or a device would be gone for its users.
            check_regular(metadata.file_type())?;
            (writing.replacing == Replacing::KeepingMode).then(|| metadata.permissions())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let fill = |file: &mut File| {
        file.write_all(content)?;
        if let Some(permissions) = &permissions {
            file.set_permissions(permissions.clone())?;
        }
        file.sync_all()
    };
    if !put_unnamed(folder, &target, writing, fill)? {
        put_named(folder, &target, writing, fill)?;
    }
    sync_folder(folder)
}

/// Writes a file that has no name until it is whole: a process that is killed before leaves nothing at all. `false` where the
/// system or the folder's file system has no such files.
#[cfg(target_os = "linux")]
fn put_unnamed(
    folder: &Path,
    target: &Path,
    writing: Writing<'_>,
    fill: impl Fn(&mut File) -> io::Result<()>,
) -> io::Result<bool> {
    use rustix::fs::{Mode, OFlags, open};

    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    // Whatever keeps it from being opened so is told better by the other way.
    let Ok(file) = open(folder, flags, Mode::RUSR | Mode::WUSR) else {
        return Ok(false);
    };
    let mut file = File::from(file);
    fill(&mut file)?;
    match give_name(&file, target) {
        Ok(()) => return Ok(true),
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Ok(false),
        Err(error) if writing.replacing == Replacing::Refused => return Err(error),
        Err(_) => {}
    }
    // A name cannot be taken over from another file at once: for one moment the new one has a name of its own.
    let temporary = Temporary::new(folder, writing.noted_in)?;
    leftovers::lock(&file)?;
    give_name(&file, &temporary.path)?;
    fs::rename(&temporary.path, target)?;
    Ok(true)
}

/// Gives a name to an open file that has none. Over /proc: giving it directly is for privileged processes alone.
#[cfg(target_os = "linux")]
fn give_name(file: &File, name: &Path) -> io::Result<()> {
    use std::os::fd::AsRawFd as _;

    use rustix::fs::{AtFlags, CWD, linkat};

    let open = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(linkat(CWD, open, CWD, name, AtFlags::SYMLINK_FOLLOW)?)
}

#[cfg(not(target_os = "linux"))]
#[allow(clippy::unnecessary_wraps, reason = "as on Linux")]
fn put_unnamed(
    _folder: &Path,
    _target: &Path,
    _writing: Writing<'_>,
    _fill: impl Fn(&mut File) -> io::Result<()>,
) -> io::Result<bool> {
    Ok(false)
}

/// Writes a file under a name that says whose it is, then gives it its own.
pub(super) fn put_named(
    folder: &Path,
    target: &Path,
    writing: Writing<'_>,
    fill: impl Fn(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    let temporary = Temporary::new(folder, writing.noted_in)?;
    let mut file = leftovers::create_locked(&temporary.path)?;
    fill(&mut file)?;
    // On Windows a lock keeps others from reading what is there under its own name already.
    if cfg!(windows) {
        drop(file);
    }
    if writing.replacing != Replacing::Refused {
        return fs::rename(&temporary.path, target);
    }
    match fs::hard_link(&temporary.path, target) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists && !target.exists() => {
            // File systems of cameras and sticks have no second names.
            fs::rename(&temporary.path, target)
        }
        linked => linked,
    }
}
