//! Reading: regular files alone, bounded, and without waiting for anybody.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

use super::check_regular;

/// Opens a regular file. Neither opening nor reading waits: a pipe, a device, a socket or a folder is refused, also where it
/// took the file's place at this moment.
///
/// # Errors
/// What the file system says, or what is there instead of a file.
pub fn open(path: &Path) -> io::Result<File> {
    // Opening a device may already do something.
    check_regular(fs::metadata(path)?.file_type())?;
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        options.custom_flags(flags.bits().cast_signed());
    }
    let file = options.open(path)?;
    check_regular(file.metadata()?.file_type())?;
    Ok(file)
}

/// Reads a whole regular file of at most `limit` bytes.
///
/// # Errors
/// As [`open`]; [`io::ErrorKind::FileTooLarge`] past the limit.
pub fn read_bounded(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let file = open(path)?;
    // One byte more than the limit tells a file of exactly that size from a larger one, also where `len` lies (/proc). Room for that
    // byte spares a large file a move to twice its room.
    let most = limit.saturating_add(1);
    let told = file.metadata()?.len().saturating_add(1).min(most);
    let mut content = Vec::with_capacity(usize::try_from(told).unwrap_or_default());
    file.take(most).read_to_end(&mut content)?;
    if content.len() as u64 > limit {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(content)
}

/// As [`read_bounded`], for a file that holds keys: no copy of what was read stays behind in memory.
///
/// # Errors
/// As [`read_bounded`].
pub fn read_secret(path: &Path, limit: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    read_secret_from(open(path)?, limit)
}

/// As [`read_secret`], of what is open already: then it may be a pipe.
///
/// # Errors
/// What the reader says; [`io::ErrorKind::FileTooLarge`] past the limit.
pub fn read_secret_from(mut from: impl Read, limit: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut content = Zeroizing::new(Vec::new());
    let mut chunk = Zeroizing::new([0; 4096]);
    loop {
        let read = match from.read(&mut *chunk) {
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

/// Text without the byte order mark that Windows' editors put before UTF-8.
pub fn without_bom(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text)
}

/// Whether bytes begin as UTF-16 text with a byte order mark does, which PowerShell writes by default.
pub fn is_utf16(text: &[u8]) -> bool {
    text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff")
}
