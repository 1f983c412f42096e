//! The file of an access log: JSON lines, for its user alone. A full one becomes `FILE.1`, that one `FILE.2`, and the oldest goes.
//!
//! A thread of its own writes it: a slow disk keeps no request waiting. What finds no room in the queue is counted, and the count is
//! an entry, so that a gap is seen.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Entries that wait to be written; each is some 300 bytes.
const MAX_WAITING: usize = 10_000;
/// Bytes of one file.
const MAX_BYTES: u64 = 10 << 20;
/// Files, with the one that is written.
const MAX_FILES: u32 = 10;

/// The way to the file.
pub(super) struct AccessLogFile {
    lines: SyncSender<String>,
    n_lost: AtomicU64,
}

impl AccessLogFile {
    /// Opens the file, and starts the thread that appends to it.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut file = Rotated::open(path.to_owned(), MAX_BYTES, MAX_FILES)?;
        let (lines, waiting): (_, Receiver<String>) = sync_channel(MAX_WAITING);
        let thread = std::thread::Builder::new().name("access-log".to_owned());
        thread.spawn(move || {
            for line in waiting {
                if let Err(error) = file.append(&line) {
                    tracing::error!(%error, "the access log could not be written");
                }
            }
        })?;
        Ok(AccessLogFile {
            lines,
            n_lost: AtomicU64::new(0),
        })
    }

    /// Hands a line over, and never waits.
    pub(super) fn push(&self, line: String) {
        let n_lost = self.n_lost.swap(0, Ordering::Relaxed);
        let told = n_lost == 0
            || self
                .lines
                .try_send(format!("{{\"lost\":{n_lost}}}"))
                .is_ok();
        let sent = told && self.lines.try_send(line).is_ok();
        let n_lost = u64::from(!sent) + if told { 0 } else { n_lost };
        self.n_lost.fetch_add(n_lost, Ordering::Relaxed);
    }
}

struct Rotated {
    path: PathBuf,
    file: Option<File>,
    bytes: u64,
    max_bytes: u64,
    max_files: u32,
}

impl Rotated {
    fn open(path: PathBuf, max_bytes: u64, max_files: u32) -> io::Result<Self> {
        let mut rotated = Rotated {
            path,
            file: None,
            bytes: 0,
            max_bytes,
            max_files,
        };
        rotated.begin()?;
        Ok(rotated)
    }

    /// Goes on in the file that is there, or makes one.
    fn begin(&mut self) -> io::Result<()> {
        // Opening a pipe would wait for its reader.
        if std::fs::metadata(&self.path).is_ok_and(|there| !there.is_file()) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "it is not a file",
            ));
        }
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&self.path)?;
        #[cfg(unix)]
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        self.bytes = file.metadata()?.len();
        self.file = Some(file);
        Ok(())
    }

    fn append(&mut self, line: &str) -> io::Result<()> {
        let len = line.len() as u64 + 1;
        if self.bytes > 0 && self.bytes + len > self.max_bytes {
            self.file = None;
            self.rotate()?;
        }
        if self.file.is_none() {
            self.begin()?;
        }
        let written = self.file.as_mut().map_or(Ok(()), |file| {
            file.write_all(format!("{line}\n").as_bytes())
        });
        match &written {
            Ok(()) => self.bytes += len,
            // Its disk may be gone; the next line looks again.
            Err(_) => self.file = None,
        }
        written
    }

    fn rotate(&self) -> io::Result<()> {
        for number in (1..self.max_files.saturating_sub(1)).rev() {
            match std::fs::rename(self.numbered(number), self.numbered(number + 1)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
        }
        std::fs::rename(&self.path, self.numbered(1))
    }

    fn numbered(&self, number: u32) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(format!(".{number}"));
        name.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_full_private_and_few_and_the_newest_is_the_one_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("access.jsonl");
        key_store::files::write_atomically(&path, b"0\n").expect("of an earlier run");
        let mut log = Rotated::open(path.clone(), 10, 3).expect("opened");
        for n in 1..=20 {
            log.append(&format!("{{{n:02}}}")).expect("written");
        }
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name));
        assert_eq!(read("access.jsonl").expect("there"), "{20}\n");
        assert_eq!(read("access.jsonl.1").expect("there"), "{18}\n{19}\n");
        assert_eq!(read("access.jsonl.2").expect("there"), "{16}\n{17}\n");
        assert_eq!(std::fs::read_dir(folder.path()).expect("there").count(), 3);
        #[cfg(unix)]
        for name in ["access.jsonl", "access.jsonl.1"] {
            use std::os::unix::fs::PermissionsExt as _;
            let file = std::fs::metadata(folder.path().join(name)).expect("there");
            assert_eq!(file.permissions().mode() & 0o777, 0o600, "{name}");
        }
        // A file that was taken away, or moved by another rotation, is made anew.
        std::fs::remove_file(&path).expect("removed");
        let mut log = Rotated::open(path, 10, 3).expect("opened");
        log.append("x").expect("written");
        assert_eq!(read("access.jsonl").expect("there"), "x\n");
    }

    #[test]
    fn a_gap_is_an_entry() {
        let (lines, waiting) = sync_channel(2);
        let log = AccessLogFile {
            lines,
            n_lost: AtomicU64::new(0),
        };
        for n in 0..5 {
            log.push(n.to_string());
        }
        let mut seen = vec![waiting.recv().expect("0"), waiting.recv().expect("1")];
        log.push("5".to_owned());
        seen.extend(waiting.try_iter());
        assert_eq!(seen, ["0", "1", "{\"lost\":3}", "5"]);
    }
}
