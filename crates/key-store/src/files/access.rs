//! Who else can get at a file that holds keys. It is said, and the file is read all the same, as people may have their reasons.

use std::fs::File;

/// Why a file with keys is not its user's alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Exposure {
    /// Its owner, who is neither this user nor the system, can change it.
    #[error("it belongs to another user, who can change it")]
    OwnedByAnother,
    /// Others can change it.
    #[error("other users can change it")]
    WritableByOthers,
    /// Others can read it.
    #[error("other users can read it")]
    ReadableByOthers,
}

/// Who else can get at an open file: the worst of it. `None` where nobody can, for a pipe, and where the system has no such
/// rights.
pub fn exposure(file: &File) -> Option<Exposure> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;

        let metadata = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
        let mine = rustix::process::geteuid().as_raw();
        of(metadata.uid(), metadata.mode(), mine)
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        None
    }
}

#[cfg(unix)]
fn of(owner: u32, mode: u32, mine: u32) -> Option<Exposure> {
    if owner != mine && owner != 0 {
        Some(Exposure::OwnedByAnother)
    } else if mode & 0o022 != 0 {
        Some(Exposure::WritableByOthers)
    } else if mode & 0o044 != 0 {
        Some(Exposure::ReadableByOthers)
    } else {
        None
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_worst_is_told() {
        for (owner, mode, expected) in [
            (1000, 0o100_600, None),
            (0, 0o100_600, None),
            (1000, 0o100_711, None),
            (1000, 0o100_640, Some(Exposure::ReadableByOthers)),
            (1000, 0o100_604, Some(Exposure::ReadableByOthers)),
            (1000, 0o100_620, Some(Exposure::WritableByOthers)),
            (1000, 0o100_666, Some(Exposure::WritableByOthers)),
            (0, 0o100_602, Some(Exposure::WritableByOthers)),
            (1001, 0o100_600, Some(Exposure::OwnedByAnother)),
        ] {
            assert_eq!(of(owner, mode, 1000), expected, "{owner} {mode:o}");
        }
        assert_eq!(of(1000, 0o100_600, 0), Some(Exposure::OwnedByAnother));
    }
}
