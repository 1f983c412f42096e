//! Files written so that a crash leaves either the old content or the new one, readable by their owner alone.

use std::io::{self, Write};
use std::path::Path;

use zeroize::Zeroizing;

/// Writes a file atomically: temporary file beside it, fsync, rename. Mode 0600 on Unix. Missing folders are made.
///
/// # Errors
/// What the file system says; the old content is untouched then.
pub fn write_atomically(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path
        .parent()
        .ok_or_else(|| io::Error::other("a file needs a folder"))?;
    std::fs::create_dir_all(folder)?;
    // `tempfile` makes files with mode 0600.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// As [`write_atomically`], for a file of other programs: it keeps its mode, and a new one gets the usual mode.
///
/// # Errors
/// What the file system says; the old content is untouched then.
pub(crate) fn rewrite_atomically(path: &Path, content: &[u8]) -> io::Result<()> {
    let permissions = match std::fs::metadata(path) {
        Ok(metadata) => Some(metadata.permissions()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    write_atomically(path, content)?;
    match permissions {
        Some(permissions) => std::fs::set_permissions(path, permissions),
        None => Ok(()),
    }
}

/// Reads a whole file of at most `limit` bytes.
///
/// # Errors
/// What the file system says; [`io::ErrorKind::FileTooLarge`] past the limit.
pub(crate) fn read_bounded(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    use io::Read as _;

    let file = std::fs::File::open(path)?;
    let mut content = Vec::new();
    // One byte more than the limit tells a file of exactly that size from a larger one, also where `len` lies (/proc, pipes).
    file.take(limit.saturating_add(1))
        .read_to_end(&mut content)?;
    if content.len() as u64 > limit {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(content)
}

/// As [`read_bounded`], for a file that holds keys: no copy of what was read stays behind in memory.
///
/// # Errors
/// As [`read_bounded`].
pub(crate) fn read_secret(path: &Path, limit: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    use io::Read as _;

    let mut file = std::fs::File::open(path)?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut content = Zeroizing::new(Vec::new());
    let mut chunk = Zeroizing::new([0; 4096]);
    loop {
        let read = match file.read(&mut *chunk) {
            Ok(0) => return Ok(content),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if content.len() + read > limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        if content.capacity() - content.len() < read {
            // A vector that grows by itself would leave its old bytes where they were.
            let mut larger = Zeroizing::new(Vec::with_capacity(2 * content.len() + read));
            larger.extend_from_slice(&content);
            content = larger;
        }
        content.extend_from_slice(&chunk[..read]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_whole_and_keeps_others_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deep/settings.json");
        write_atomically(&path, b"one").expect("first");
        write_atomically(&path, b"two").expect("second");
        assert_eq!(read_bounded(&path, 3).expect("fits"), b"two");
        assert_eq!(
            read_bounded(&path, 2).expect_err("too large").kind(),
            io::ErrorKind::FileTooLarge
        );
        assert_eq!(**read_secret(&path, 3).expect("fits"), *b"two");
        assert!(read_secret(&path, 2).is_err());
        let long = b"0123456789".repeat(1000);
        let other = folder.path().join("long");
        write_atomically(&other, &long).expect("written");
        assert_eq!(**read_secret(&other, 10_000).expect("fits"), *long);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&path)
                .expect("there")
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
