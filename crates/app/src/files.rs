//! Files written so that a crash leaves either the old content or the new one, readable by their owner alone.

use std::io::{self, Write};
use std::path::Path;

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
