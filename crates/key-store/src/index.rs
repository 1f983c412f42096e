//! `keys.json`: which keys there are, since keychains cannot be listed portably. Metadata only.
//!
//! Written whole and atomically (temporary file, fsync, rename, mode 0600), under a lock that all processes share; read
//! without one. Fields that this version does not know are kept. A file that cannot be understood is moved aside, never
//! overwritten.
//!
//! Index and keychain are two places, and a process may die between them. So an entry says what is under way:
//! adding writes it as `pending`, then the keychain, then the bare entry; removing marks it `removing`, then the keychain,
//! then drops it. The lock is held all the while: an entry that is found unsettled under the lock was left by a process
//! that died, and [`crate::KeyStore::load`] finishes its work.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::KeyStoreError;
use crate::files;
use crate::record::{KeyUse, Lifetime};

/// The version that this program writes, and the newest that it reads.
const VERSION: u64 = 1;

/// How long another process may hold the lock: a keychain's deadline and some.
const LOCK_DEADLINE: Duration = Duration::from_secs(15);

/// The file's contents.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Index {
    version: u64,
    #[serde(default)]
    pub(crate) keys: Vec<Entry>,
    /// SHA-256 of the commands that the user agreed to run, in hex, oldest first; see [`crate::trusted`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) trusted_commands: Vec<String>,
    #[serde(flatten)]
    unknown: serde_json::Map<String, serde_json::Value>,
}

/// One key.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) handle: Uuid,
    pub(crate) id: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) also_opens: Vec<String>,
    #[serde(default)]
    pub(crate) label: String,
    pub(crate) bits: u16,
    pub(crate) created: Timestamp,
    pub(crate) fingerprint: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) under_way: Option<UnderWay>,
    #[serde(default, skip_serializing_if = "KeptIn::is_keychain")]
    pub(crate) kept_in: KeptIn,
    #[serde(flatten)]
    pub(crate) usage: KeyUse,
    #[serde(flatten)]
    pub(crate) unknown: serde_json::Map<String, serde_json::Value>,
}

/// Where the bytes of a key of the index are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KeptIn {
    #[default]
    Keychain,
    /// The encrypted key file.
    Vault,
}

impl KeptIn {
    fn is_keychain(&self) -> bool {
        *self == KeptIn::Keychain
    }
}

impl From<KeptIn> for Lifetime {
    fn from(kept_in: KeptIn) -> Self {
        match kept_in {
            KeptIn::Keychain => Lifetime::Keychain,
            KeptIn::Vault => Lifetime::Vault,
        }
    }
}

/// What a process was doing with an entry when it last wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UnderWay {
    /// The keychain may not have the key yet; nobody was told that it does.
    Pending,
    /// The keychain may have the key still; somebody asked for its removal.
    Removing,
}

/// Where the index is.
pub(crate) struct IndexFile {
    path: PathBuf,
}

/// The index, with no other process changing it.
pub(crate) struct LockedIndex<'a> {
    file: &'a IndexFile,
    pub(crate) index: Index,
    /// Where a file that could not be understood went, if there was one.
    pub(crate) set_aside: Option<PathBuf>,
    /// Unlocks when it is dropped, and when the process dies.
    _lock: File,
}

impl IndexFile {
    pub(crate) fn new(path: &Path) -> Self {
        IndexFile {
            path: path.to_owned(),
        }
    }

    /// Whether there is a file at all: a store in memory has none, and must not make one where the program happens to run.
    pub(crate) fn is_nowhere(&self) -> bool {
        self.path.as_os_str().is_empty()
    }

    /// Reads without a lock: a rename is atomic, so this is some whole state. `None` where it cannot be understood.
    pub(crate) fn read(&self) -> Result<Option<Index>, KeyStoreError> {
        match fs::read(&self.path) {
            Ok(bytes) => parse(&bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Some(Index::default())),
            Err(error) => Err(error.into()),
        }
    }

    /// Waits for the lock, then reads; a broken file is moved aside.
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
        if let Some(folder) = self.path.parent() {
            files::create_private_folder(folder)?;
        }
        // A file of its own, since the index's file is another one after each rename.
        let lock = files::private_file()
            .create(true)
            .truncate(false)
            .open(files::beside(&self.path, "lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let (index, set_aside) = match self.read()? {
            Some(index) => (index, None),
            None => (Index::default(), Some(self.set_aside()?)),
        };
        Ok(Some(LockedIndex {
            file: self,
            index,
            set_aside,
            _lock: lock,
        }))
    }

    /// Moves the file to `keys.broken.json`, or `keys.broken-2.json` where an earlier one is still there.
    fn set_aside(&self) -> io::Result<PathBuf> {
        let stem = self.path.file_stem().unwrap_or_default().to_string_lossy();
        let free = (1_u32..)
            .map(|n| match n {
                1 => self.path.with_file_name(format!("{stem}.broken.json")),
                n => self.path.with_file_name(format!("{stem}.broken-{n}.json")),
            })
            .find(|path| !path.exists())
            .expect("a folder holds fewer than 2^32 files");
        fs::rename(&self.path, &free)?;
        Ok(free)
    }
}

impl LockedIndex<'_> {
    /// Makes the index durable as it stands now. When this returns an error the file is as it was.
    pub(crate) fn save(&mut self) -> Result<(), KeyStoreError> {
        self.index.version = VERSION;
        let mut text = serde_json::to_vec_pretty(&self.index).map_err(io::Error::other)?;
        text.push(b'\n');

        files::replace(&self.file.path, &text)?;
        Ok(())
    }
}

/// `None` where the bytes are not an index. A newer version is no broken file: it is an error, and it is left alone.
fn parse(bytes: &[u8]) -> Result<Option<Index>, KeyStoreError> {
    #[derive(Deserialize)]
    struct Versioned {
        version: u64,
    }
    match serde_json::from_slice::<Versioned>(bytes) {
        Ok(Versioned { version }) if version > VERSION => Err(KeyStoreError::IndexTooNew {
            version,
            known: VERSION,
        }),
        Ok(_) => Ok(serde_json::from_slice(bytes).ok()),
        Err(_) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a temporary folder")
    }

    fn entry(id: &str) -> Entry {
        Entry {
            handle: Uuid::new_v4(),
            id: id.to_owned(),
            also_opens: Vec::new(),
            label: String::new(),
            bits: 256,
            created: Timestamp::UNIX_EPOCH,
            fingerprint: "00".repeat(8),
            under_way: None,
            kept_in: KeptIn::Keychain,
            usage: KeyUse::default(),
            unknown: serde_json::Map::new(),
        }
    }

    #[track_caller]
    fn check_broken(bytes: &[u8]) {
        let folder = folder();
        let path = folder.path().join("keys.json");
        File::create(&path)
            .and_then(|mut file| file.write_all(bytes))
            .unwrap();
        let file = IndexFile::new(&path);
        let aside = file.lock().unwrap().set_aside.expect("set aside");
        assert_eq!(aside, folder.path().join("keys.broken.json"));
        assert_eq!(fs::read(aside).unwrap(), bytes);
        assert!(!path.exists());
    }

    #[test]
    fn what_is_no_index_is_moved_aside_whole() {
        check_broken(b"");
        check_broken(b"{");
        check_broken(b"\xff\xfe");
        check_broken(b"[]");
        check_broken(br#"{"version":1,"keys":[{"handle":"no uuid"}]}"#);
        check_broken(br#"{"keys":[]}"#);
        check_broken("[".repeat(100_000).as_bytes());
    }

    #[test]
    fn earlier_broken_files_are_kept() {
        let folder = folder();
        let path = folder.path().join("keys.json");
        for text in ["first", "second", "third"] {
            File::create(&path)
                .and_then(|mut file| file.write_all(text.as_bytes()))
                .unwrap();
            IndexFile::new(&path).lock().unwrap();
        }
        let read = |name| fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(read("keys.broken.json"), "first");
        assert_eq!(read("keys.broken-2.json"), "second");
        assert_eq!(read("keys.broken-3.json"), "third");
    }

    #[test]
    fn a_newer_version_is_left_alone() {
        let folder = folder();
        let path = folder.path().join("keys.json");
        let text = r#"{"version":2,"keys":"something else"}"#;
        File::create(&path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .unwrap();
        let file = IndexFile::new(&path);
        assert!(matches!(
            file.lock(),
            Err(KeyStoreError::IndexTooNew {
                version: 2,
                known: 1
            })
        ));
        assert_eq!(fs::read_to_string(path).unwrap(), text);
    }

    #[test]
    fn unknown_fields_survive() {
        let folder = folder();
        let path = folder.path().join("keys.json");
        let text = r#"{"version":1,"later":{"a":[1]},"keys":[{"handle":"7b0b3e5e-6b0c-4c53-9b9d-3a9d0a7a3c11","id":"","bits":128,
            "created":"2026-01-02T03:04:05Z","fingerprint":"0011223344556677","namespace":"prod"}]}"#;
        File::create(&path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .unwrap();
        let file = IndexFile::new(&path);
        let mut locked = file.lock().unwrap();
        assert_eq!(locked.index.keys[0].usage, KeyUse::default());
        let usage = KeyUse {
            formats: vec!["tracecat".to_owned()],
            namespaces: vec!["prod-*".to_owned()],
            retired: true,
        };
        locked.index.keys.push(Entry {
            usage: usage.clone(),
            kept_in: KeptIn::Vault,
            ..entry("new")
        });
        locked.save().unwrap();
        let read = file.read().unwrap().expect("an index");
        assert_eq!(
            (&read.keys[1].usage, read.keys[1].kept_in),
            (&usage, KeptIn::Vault)
        );
        assert!(
            read.keys[1].unknown.is_empty(),
            "what is known is not kept a second time"
        );
        let after: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        assert_eq!(after["later"]["a"][0], 1);
        assert_eq!(after["keys"][0]["namespace"], "prod");
        assert_eq!(after["keys"][0]["id"], "");
        assert_eq!(after["keys"][1]["id"], "new");
        assert_eq!(
            after["version"], 1,
            "older versions keep what they do not know"
        );
    }

    #[test]
    fn a_half_written_file_of_a_killed_process_is_harmless() {
        let folder = folder();
        let path = folder.path().join("keys.json");
        File::create(folder.path().join("keys.json.new"))
            .and_then(|mut file| file.write_all(b"{\"vers"))
            .unwrap();
        let file = IndexFile::new(&path);
        let mut locked = file.lock().unwrap();
        assert!(locked.index.keys.is_empty() && locked.set_aside.is_none());
        locked.index.keys.push(entry("k"));
        locked.save().unwrap();
        drop(locked);
        assert_eq!(file.read().unwrap().expect("an index").keys.len(), 1);
        assert!(!folder.path().join("keys.json.new").exists());
    }

    #[cfg(unix)]
    #[test]
    fn only_the_user_can_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = folder();
        let path = folder.path().join("config/app/keys.json");
        let file = IndexFile::new(&path);
        file.lock().unwrap().save().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        assert_eq!(mode(&files::beside(&path, "lock")), 0o600);
    }

    #[test]
    fn one_writer_at_a_time() {
        let folder = folder();
        let file = IndexFile::new(&folder.path().join("keys.json"));
        let other = IndexFile::new(&folder.path().join("keys.json"));
        let locked = file.lock().unwrap();
        assert!(other.try_lock().unwrap().is_none());
        drop(locked);
        assert!(other.try_lock().unwrap().is_some());
    }
}
