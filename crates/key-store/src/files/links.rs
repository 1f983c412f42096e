//! The file behind links: people keep settings in a repository of their own, and link to them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Links that lead to each other are followed this far, as Linux does.
const MAX_LINKS: usize = 40;

/// The path that a link leads to, over further links if need be; the path itself where it is none. Nothing needs to be there:
/// a link that leads nowhere yet says where its file is to be made.
///
/// # Errors
/// Where the links lead in a circle, or cannot be read; on Unix also for a link that another user put into a folder that
/// everybody may write to: it would decide what is overwritten.
pub fn behind_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        let link = match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_symlink() => metadata,
            Ok(_) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(path),
            Err(error) => return Err(error),
        };
        check_owner(&path, &link)?;
        let to = fs::read_link(&path)?;
        path = match path.parent() {
            Some(folder) => folder.join(to),
            None => to,
        };
    }
    Err(io::Error::other("its links lead in a circle"))
}

/// The rule of Linux's `protected_symlinks`, which does not see links that a program follows by itself.
#[cfg(unix)]
fn check_owner(path: &Path, link: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;

    const STICKY: u32 = 0o1000;
    const WRITABLE_BY_ALL: u32 = 0o002;

    let folder = fs::metadata(super::folder_of(path)?)?;
    let is_shared = folder.mode() & (STICKY | WRITABLE_BY_ALL) == STICKY | WRITABLE_BY_ALL;
    let is_trusted =
        link.uid() == rustix::process::geteuid().as_raw() || link.uid() == folder.uid();
    if is_shared && !is_trusted {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "it is a link of another user in a folder that everybody may write to",
        ));
    }
    Ok(())
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "as on Unix")]
fn check_owner(_path: &Path, _link: &fs::Metadata) -> io::Result<()> {
    Ok(())
}
