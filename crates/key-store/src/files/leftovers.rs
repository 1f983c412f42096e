//! What a killed process leaves behind: nothing, or files whose names say whose they are, and which the next start removes.
//!
//! A new content that needs a name before it is whole, or for the moment before it takes the old one's place, is called
//! `.temporal-codec-<uuid>.tmp`. In the app's own folder [`sweep`] finds it. In a folder that a person chose it does not look:
//! there a note in the app's folder, `.temporal-codec-<uuid>.note`, is written first and says where the other one is. The note
//! goes last, so that a kill at any moment leaves either nothing or both.
//!
//! Both are locked by whoever writes. The system unlocks them when a process dies, so what is not locked is nobody's any more,
//! however old it is.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use uuid::Uuid;

use super::private_file;

/// How the names of files begin that are being written.
pub const PREFIX: &str = ".temporal-codec-";

const CONTENT: &str = ".tmp";
const NOTE: &str = ".note";

/// The longest path that a note may hold, in bytes; systems have shorter limits.
const MAX_PATH_BYTES: u64 = 1 << 16;

/// Where nothing can be locked, a file that nobody has written to for so long is nobody's.
const ABANDONED_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// A name for a content that is being written; removed when this is dropped.
pub(super) struct Temporary {
    pub(super) path: PathBuf,
    /// Dropped, and removed, after the content.
    _note: Option<Note>,
}

impl Temporary {
    /// A name in `folder` that nothing has yet, after a note about it in the folder `noted_in`.
    pub(super) fn new(folder: &Path, noted_in: Option<&Path>) -> io::Result<Self> {
        let id = Uuid::new_v4().simple();
        // Absolute, since whoever reads the note may be started elsewhere.
        let path = std::path::absolute(folder.join(format!("{PREFIX}{id}{CONTENT}")))?;
        let note = noted_in.and_then(|noted_in| {
            let note = Note::new(noted_in.join(format!("{PREFIX}{id}{NOTE}")), &path);
            // Whoever saves where it can be done must not be kept from it by a folder where it cannot.
            note.inspect_err(
                |error| tracing::warn!(%error, "what is being saved could not be noted"),
            )
            .ok()
        });
        Ok(Temporary { path, _note: note })
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // After a rename nothing has this name any more.
        let _ = fs::remove_file(&self.path);
    }
}

/// Says where a content is being written.
struct Note {
    path: PathBuf,
    file: File,
}

impl Note {
    fn new(path: PathBuf, about: &Path) -> io::Result<Self> {
        super::create_private_folder(super::folder_of(&path)?)?;
        let file = create_locked(&path)?;
        let mut note = Note { path, file };
        note.file.write_all(about.as_os_str().as_encoded_bytes())?;
        note.file.sync_all()?;
        super::sync_folder(super::folder_of(&note.path)?)?;
        Ok(note)
    }
}

impl Drop for Note {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Makes a file that is locked as long as it is open, where the system can lock it.
pub(super) fn create_locked(path: &Path) -> io::Result<File> {
    loop {
        let file = private_file().create_new(true).open(path)?;
        lock(&file)?;
        // A sweep may have come between, and taken it for nobody's.
        if fs::symlink_metadata(path).is_ok() {
            return Ok(file);
        }
    }
}

/// Waits for whoever looks at the file just now, and sees that it is not in use.
pub(super) fn lock(file: &File) -> io::Result<()> {
    match file.lock() {
        Err(error) if error.kind() != io::ErrorKind::Unsupported => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Removes from a folder what processes left behind that were killed while they wrote, and what notes in it lead to. What is
/// being written now, or belongs to another user, stays. How many contents were removed.
pub fn sweep(folder: &Path) -> usize {
    // Where there is no such folder, nothing was left in it.
    let Ok(entries) = fs::read_dir(folder) else {
        return 0;
    };
    let mut removed = 0;
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let name = path.file_name().and_then(|name| name.to_str());
        let Some(id) = name.and_then(|name| name.strip_prefix(PREFIX)) else {
            continue;
        };
        if id.ends_with(CONTENT) {
            removed += usize::from(remove_abandoned(&path));
        } else if let Some(id) = id.strip_suffix(NOTE) {
            removed += usize::from(follow(&path, id));
        }
    }
    removed
}

/// Does what a note asks for, and removes it, unless its writer lives, or what it leads to is out of reach now. Whether there
/// was a content.
fn follow(note: &Path, id: &str) -> bool {
    let Some(mut file) = abandoned(note) else {
        return false;
    };
    let mut about = Vec::new();
    let read = (&mut file).take(MAX_PATH_BYTES).read_to_end(&mut about);
    if read.is_err() {
        return false;
    }
    let content = path_of(about);
    let expected = format!("{PREFIX}{id}{CONTENT}");
    // A note that is not whole was written before there was a content. One that leads elsewhere is none of ours.
    let content = content.filter(|path| path.file_name().is_some_and(|name| *name == *expected));
    let Some(content) = content else {
        let _ = fs::remove_file(note);
        return false;
    };
    let was_there = remove_abandoned(&content);
    // A folder that is not there may be on a disk that is not connected.
    let is_in_reach = content.parent().is_some_and(Path::is_dir);
    if is_in_reach && fs::symlink_metadata(&content).is_err() {
        let _ = fs::remove_file(note);
    }
    was_there
}

fn remove_abandoned(path: &Path) -> bool {
    // Locked until it is removed: whoever has just made it waits, and makes another one.
    abandoned(path).is_some_and(|_locked| fs::remove_file(path).is_ok())
}

/// The file, locked, where it is this user's, and nobody writes it.
fn abandoned(path: &Path) -> Option<File> {
    let metadata = fs::symlink_metadata(path).ok()?;
    if !metadata.is_file() || !is_mine(&metadata) {
        return None;
    }
    let mut options = private_file();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOFOLLOW;
        options.custom_flags(flags.bits().cast_signed());
    }
    let file = options.open(path).ok()?;
    match file.try_lock() {
        Ok(()) => Some(file),
        Err(TryLockError::WouldBlock) => None,
        Err(TryLockError::Error(_)) => {
            let age = metadata.modified().ok()?.elapsed().ok()?;
            (age > ABANDONED_AFTER).then_some(file)
        }
    }
}

#[cfg(unix)]
fn is_mine(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    metadata.uid() == rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
fn is_mine(_metadata: &fs::Metadata) -> bool {
    true
}

#[cfg(unix)]
fn path_of(bytes: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt as _;
    Some(PathBuf::from(std::ffi::OsString::from_vec(bytes)))
}

#[cfg(not(unix))]
fn path_of(bytes: Vec<u8>) -> Option<PathBuf> {
    String::from_utf8(bytes).ok().map(PathBuf::from)
}
