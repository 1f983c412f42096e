//! Files of this user, for every writer and reader of the product: written whole or not at all, read without waiting for
//! anybody, and nothing half done left behind.
//!
//! - Links stay: what is written goes to the file that they lead to ([`behind_links`]).
//! - A new content has no name until it is whole, where the system can do that; else a name that says whose it is, which the
//!   next start removes ([`sweep`]).
//! - What is read by path is a regular file ([`open`]): a pipe or a device could keep its reader waiting for ever.

mod write;

mod links;

mod lock;

mod leftovers;

mod quarantine;

mod read;

mod access;

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

pub use access::{Exposure, exposure};
pub use leftovers::{PREFIX, sweep};
pub use links::behind_links;
pub use lock::{lock, try_lock};
pub use quarantine::{MAX_SET_ASIDE, set_aside};
pub use read::{is_utf16, open, read_bounded, read_secret, read_secret_from, without_bom};
pub use write::{Replacing, Writing, write, write_atomically};

/// The name of a file's companion: `keys.json` and `lock` make `keys.json.lock`.
pub(crate) fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(extension);
    path.with_file_name(name)
}

/// Read and write, for this user alone.
pub(crate) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options
}

/// Makes a folder that only this user can enter, and those above it. One that is there stays as it is.
pub(crate) fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// A change of names is durable once its folder is. Windows has no such call, and needs none.
fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// The folder that a path lies in.
fn folder_of(path: &Path) -> io::Result<&Path> {
    match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Ok(Path::new(".")),
        Some(folder) => Ok(folder),
        None => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is a folder, not a file",
        )),
    }
}

/// Refuses what is no regular file, and says what it is instead.
fn check_regular(kind: fs::FileType) -> io::Result<()> {
    if kind.is_file() {
        return Ok(());
    }
    #[cfg(unix)]
    let what = {
        use std::os::unix::fs::FileTypeExt as _;
        match kind {
            kind if kind.is_dir() => "a folder",
            kind if kind.is_fifo() => "a named pipe",
            kind if kind.is_socket() => "a socket",
            kind if kind.is_char_device() || kind.is_block_device() => "a device",
            _ => "something else",
        }
    };
    #[cfg(not(unix))]
    let what = match kind.is_dir() {
        true => "a folder",
        false => "something else",
    };
    Err(io::Error::new(
        io::ErrorKind::InvalidInput,
        format!("it is {what}, not a file"),
    ))
}

#[cfg(test)]
mod tests;
