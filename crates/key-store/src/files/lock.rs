//! Locks that all processes of a user share. Each is a file of its own, since what it is about is another file after each rename,
//! or in no file at all. It is unlocked when it is dropped, and when the process dies.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::{beside, create_private_folder, private_file};

/// Locks what is called by this path, in a file beside it; `None` where another process has it.
///
/// # Errors
/// What the system says.
pub fn try_lock(path: &Path) -> io::Result<Option<File>> {
    if let Some(folder) = path.parent() {
        create_private_folder(folder)?;
    }
    let lock = private_file()
        .create(true)
        .truncate(false)
        .open(beside(path, "lock"))?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// As [`try_lock`], and waits for it.
///
/// # Errors
/// [`io::ErrorKind::TimedOut`] where another process has it for longer.
pub fn lock(path: &Path, patience: Duration) -> io::Result<File> {
    let start = Instant::now();
    loop {
        if let Some(lock) = try_lock(path)? {
            return Ok(lock);
        }
        if start.elapsed() > patience {
            return Err(io::ErrorKind::TimedOut.into());
        }
        thread::sleep(Duration::from_millis(10));
    }
}
