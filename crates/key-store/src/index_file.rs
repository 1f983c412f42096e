//! The index of keys in its file: written whole and atomically under a lock that all processes share; read without one.
//!
//! Whoever reads changes nothing. A file that cannot be understood is set aside by the first change, never overwritten; one of a
//! newer version is never changed.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::KeyStoreError;
use crate::files;
use crate::index::{Found, Index, VERSION};

/// How long another process may hold the lock: a keychain's deadline and some.
const LOCK_DEADLINE: Duration = Duration::from_secs(15);

/// The largest file that is read; a key takes some hundred bytes.
const MAX_BYTES: u64 = 16 << 20;

/// Where the index is.
pub(crate) struct IndexFile {
    path: PathBuf,
    access: Access,
}

/// What a process does with the files of the key store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Change,
    /// It creates, moves and rewrites nothing.
    Read,
}

/// The index, with no other process changing it.
pub(crate) struct LockedIndex<'a> {
    file: &'a IndexFile,
    pub(crate) index: Index,
    /// Where a file that could not be understood is kept, if there was one. It is still in its place until the index is saved.
    pub(crate) set_aside: Option<PathBuf>,
    /// Unlocks when it is dropped, and when the process dies.
    _lock: File,
}

impl IndexFile {
    pub(crate) fn new(path: &Path, access: Access) -> Self {
        IndexFile {
            path: path.to_owned(),
            access,
        }
    }

    /// Whether there is a file at all: a store in memory has none, and must not make one where the program happens to run.
    pub(crate) fn is_nowhere(&self) -> bool {
        self.path.as_os_str().is_empty()
    }

    /// Reads without a lock: a rename is atomic, so this is some whole state.
    pub(crate) fn read(&self) -> Result<Found, KeyStoreError> {
        match files::read_bounded(&self.path, MAX_BYTES) {
            Ok(bytes) => Ok(Index::parse(&bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Ok(Found::Index(Index::default()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Whether this process may change the file at all.
    pub(crate) fn may_change(&self) -> bool {
        self.access == Access::Change
    }

    /// Waits for the lock, then reads; a broken file is set aside.
    pub(crate) fn lock(&self) -> Result<LockedIndex<'_>, KeyStoreError> {
        let start = Instant::now();
        loop {
            if let Some(locked) = self.try_lock()? {
                return Ok(locked);
            }
            if start.elapsed() > LOCK_DEADLINE {
                return Err(KeyStoreError::IndexBusy);
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// As [`IndexFile::lock`], or `None` where another process holds the lock now.
    pub(crate) fn try_lock(&self) -> Result<Option<LockedIndex<'_>>, KeyStoreError> {
        if !self.may_change() {
            return Err(KeyStoreError::ReadOnly);
        }
        let Some(lock) = files::try_lock(&self.path)? else {
            return Ok(None);
        };
        let (index, set_aside) = match self.read()? {
            Found::Index(index) => (index, None),
            Found::Newer { version, .. } => {
                return Err(KeyStoreError::IndexTooNew {
                    version,
                    known: VERSION,
                });
            }
            Found::Broken => (Index::default(), Some(files::set_aside(&self.path)?)),
        };
        Ok(Some(LockedIndex {
            file: self,
            index,
            set_aside,
            _lock: lock,
        }))
    }
}

impl LockedIndex<'_> {
    /// Makes the index durable as it stands now. When this returns an error the file is as it was.
    pub(crate) fn save(&mut self) -> Result<(), KeyStoreError> {
        let text = self.index.text().map_err(io::Error::other)?;
        Ok(files::write_atomically(&self.file.path, &text)?)
    }
}

#[cfg(test)]
mod tests;
