//! The file of an access log: JSON lines, for its user alone. A full one becomes `FILE.1`, that one `FILE.2`, and the oldest goes.
//!
//! A thread of its own writes it: a slow disk keeps no request waiting. What finds no room in the queue is counted, and the count is
//! an entry, so that a gap is seen.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use codec_server::ClientProcess;

use super::access_log::Entry;

/// Entries that wait to be written; each is some 300 bytes.
const MAX_WAITING: usize = 10_000;
/// Bytes of one file.
const MAX_BYTES: u64 = 10 << 20;
/// Files, with the one that is written.
const MAX_FILES: u32 = 10;
/// For how long the end of a program waits for entries that are not written yet.
const END_AFTER: Duration = Duration::from_secs(2);

/// How long after its request an entry may wait until its program is found.
const PROCESS: Duration = Duration::from_millis(250);
/// How often it is looked whether it is.
const AGAIN: Duration = Duration::from_millis(2);

/// What the thread gets.
enum Message {
    Line(String),
    /// One request, its program, and when it was handed over.
    Entry(Box<Entry>, ClientProcess, Instant),
    /// All before it is written when this is dropped.
    End(SyncSender<()>),
}

/// The way to the file.
pub(super) struct AccessLogFile {
    messages: SyncSender<Message>,
    n_lost: AtomicU64,
}

impl AccessLogFile {
    /// Opens the file, and starts the thread that appends to it.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut file = Rotated::open(path.to_owned(), MAX_BYTES, MAX_FILES)?;
        let (messages, waiting): (_, Receiver<Message>) = sync_channel(MAX_WAITING);
        let thread = std::thread::Builder::new().name("access-log".to_owned());
        thread.spawn(move || {
            for message in waiting {
                let line = match message {
                    Message::Line(line) => line,
                    Message::Entry(entry, process, at) => {
                        wait_for(&process, at);
                        entry.of_process(&process).json()
                    }
                    Message::End(done) => {
                        drop(done);
                        continue;
                    }
                };
                if let Err(error) = file.append(&line) {
                    tracing::error!(%error, "the access log could not be written");
                }
            }
        })?;
        Ok(AccessLogFile {
            messages,
            n_lost: AtomicU64::new(0),
        })
    }

    /// Waits until what was handed over is written, for two seconds at most.
    pub(super) fn finish(&self) {
        let until = Instant::now() + END_AFTER;
        let (done, is_done) = sync_channel(0);
        let mut end = Message::End(done);
        while let Err(refused) = self.messages.try_send(end) {
            let (TrySendError::Full(back) | TrySendError::Disconnected(back)) = refused;
            if Instant::now() > until {
                return;
            }
            end = back;
            std::thread::sleep(Duration::from_millis(10));
        }
        // It ends by the other side being dropped, which is what is waited for.
        let _ = is_done.recv_timeout(until.saturating_duration_since(Instant::now()));
    }

    /// Hands an entry over, and never waits. It is written when its program is found, or soon in any case.
    pub(super) fn push(&self, entry: Entry, process: ClientProcess) {
        self.hand_over(Message::Entry(Box::new(entry), process, Instant::now()));
    }

    fn hand_over(&self, message: Message) {
        let n_lost = self.n_lost.swap(0, Ordering::Relaxed);
        let send = |message| self.messages.try_send(message).is_ok();
        let told = n_lost == 0 || send(Message::Line(gap(n_lost)));
        let sent = told && send(message);
        let n_lost = u64::from(!sent) + if told { 0 } else { n_lost };
        self.n_lost.fetch_add(n_lost, Ordering::Relaxed);
    }
}

/// Entries are written in their order, so one that waits makes those behind it older: however many come, none is late by more.
fn wait_for(process: &ClientProcess, at: Instant) {
    while !process.is_settled() && at.elapsed() < PROCESS {
        std::thread::sleep(AGAIN);
    }
}

/// An entry that says how many are missing before it.
fn gap(n_lost: u64) -> String {
    format!("{{\"lost\":{n_lost}}}")
}

struct Rotated {
    path: PathBuf,
    file: Option<File>,
    bytes: u64,
    max_bytes: u64,
    max_files: u32,
    /// Lines that could not be written, since the last one that was.
    n_lost: u64,
    /// Whether a full file could not be rotated; it goes on.
    is_stuck: bool,
}

impl Rotated {
    fn open(path: PathBuf, max_bytes: u64, max_files: u32) -> io::Result<Self> {
        let mut rotated = Rotated {
            path,
            file: None,
            bytes: 0,
            max_bytes,
            max_files,
            n_lost: 0,
            is_stuck: false,
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
        let entry = match self.n_lost {
            0 => format!("{line}\n"),
            // What was written of the line before may have no end.
            n_lost => format!("\n{}\n{line}\n", gap(n_lost)),
        };
        let rotated = self.make_room(entry.len() as u64);
        if (self.file.is_none() || self.is_elsewhere())
            && let Err(error) = self.begin()
        {
            self.file = None;
            self.n_lost += 1;
            return Err(error);
        }
        let written = self
            .file
            .as_mut()
            .map_or(Ok(()), |file| file.write_all(entry.as_bytes()));
        match written {
            Ok(()) => {
                self.bytes += entry.len() as u64;
                self.n_lost = 0;
                rotated
            }
            Err(error) => {
                // Its disk may be gone; the next line looks again.
                self.file = None;
                self.n_lost += 1;
                Err(error)
            }
        }
    }

    /// Rotates a file that is full. One that cannot be rotated goes on: an entry is worth more than the file's size. The error is
    /// told once.
    fn make_room(&mut self, len: u64) -> io::Result<()> {
        if self.bytes == 0 || self.bytes + len <= self.max_bytes {
            return Ok(());
        }
        let rotated = match self.rotate() {
            // Somebody took it away: the next one begins.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            rotated => rotated,
        };
        match rotated {
            Ok(()) => {
                self.file = None;
                self.is_stuck = false;
                Ok(())
            }
            Err(_) if self.is_stuck => Ok(()),
            Err(error) => {
                self.is_stuck = true;
                Err(error)
            }
        }
    }

    /// Whether the path names another file by now, or none: it was moved or removed.
    fn is_elsewhere(&self) -> bool {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            let number = |metadata: std::fs::Metadata| (metadata.dev(), metadata.ino());
            let open = self.file.as_ref().and_then(|file| file.metadata().ok());
            std::fs::metadata(&self.path).ok().map(number) != open.map(number)
        }
        #[cfg(not(unix))]
        {
            !self.path.exists()
        }
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
        let mut log = Rotated::open(path, 10, 3).expect("opened");
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
    }

    #[test]
    fn a_file_that_is_taken_away_is_made_anew_and_one_that_cannot_be_rotated_goes_on() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("access.jsonl");
        let mut log = Rotated::open(path.clone(), 10, 2).expect("opened");
        let read = || std::fs::read_to_string(&path).expect("there");
        log.append("{1}").expect("written");
        std::fs::rename(&path, folder.path().join("moved")).expect("moved");
        log.append("{2}").expect("written");
        assert_eq!(read(), "{2}\n");
        // Full, and gone.
        log.append("{3}").expect("written");
        std::fs::remove_file(&path).expect("removed");
        log.append("{4}{4}").expect("written");
        assert_eq!(read(), "{4}{4}\n");
        // A folder that is not empty stands where the full file would go.
        std::fs::create_dir_all(folder.path().join("access.jsonl.1/in")).expect("made");
        log.append("{5}").expect_err("told once");
        log.append("{6}").expect("written");
        assert_eq!(read(), "{4}{4}\n{5}\n{6}\n");
    }

    #[test]
    fn what_could_not_be_written_is_counted_and_leaves_no_half_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("logs/access.jsonl");
        std::fs::create_dir(folder.path().join("logs")).expect("made");
        let mut log = Rotated::open(path.clone(), 1000, 3).expect("opened");
        log.append("{1}").expect("written");
        std::fs::rename(folder.path().join("logs"), folder.path().join("gone")).expect("moved");
        log.append("{2}").expect_err("there is no folder");
        log.append("{3}").expect_err("there is no folder");
        std::fs::create_dir(folder.path().join("logs")).expect("made");
        log.append("{4}").expect("written");
        let written = std::fs::read_to_string(&path).expect("there");
        assert_eq!(written, "\n{\"lost\":2}\n{4}\n");
    }

    #[test]
    fn the_end_waits_for_what_was_handed_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("access.jsonl");
        let log = AccessLogFile::open(&path).expect("opened");
        for n in 0..5000 {
            log.hand_over(Message::Line(n.to_string()));
        }
        log.finish();
        let written = std::fs::read_to_string(&path).expect("there");
        assert_eq!(written.lines().count(), 5000);
    }

    #[test]
    fn a_gap_is_an_entry() {
        let (messages, waiting) = sync_channel(2);
        let log = AccessLogFile {
            messages,
            n_lost: AtomicU64::new(0),
        };
        for n in 0..5 {
            log.hand_over(Message::Line(n.to_string()));
        }
        let mut seen = vec![waiting.recv().expect("0"), waiting.recv().expect("1")];
        log.hand_over(Message::Line("5".to_owned()));
        seen.extend(waiting.try_iter());
        let seen: Vec<String> = seen
            .into_iter()
            .filter_map(|message| match message {
                Message::Line(line) => Some(line),
                Message::Entry(..) | Message::End(_) => None,
            })
            .collect();
        assert_eq!(seen, ["0", "1", "{\"lost\":3}", "5"]);
    }
}
