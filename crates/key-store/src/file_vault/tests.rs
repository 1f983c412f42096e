//! The encrypted key file by itself: what it gives back, and what it says to other files in its place.

use std::fs;

use super::*;

const PASSPHRASE: &str = "correct horse battery staple";
const SECRET: &[u8] = b"test-key-test-key-test-key-test!";

fn passphrase(text: &str) -> NewPassphrase<'_> {
    NewPassphrase::although_weak(text).unwrap()
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Folder(tempfile::tempdir().unwrap())
    }

    fn vault(&self) -> FileVault {
        FileVault::new(self.0.path().join("keys.vault"))
    }

    fn created(&self) -> FileVault {
        let vault = self.vault();
        vault.create(passphrase(PASSPHRASE)).unwrap();
        vault
    }

    fn write(&self, text: &[u8]) {
        files::write_atomically(self.vault().path(), text).unwrap();
    }
}

#[test]
fn what_is_set_is_there_for_the_next_process_with_the_passphrase() {
    let folder = Folder::new();
    let vault = folder.vault();
    assert_eq!(vault.state(), VaultState::Absent);
    assert_eq!(vault.get("a"), Err(KeyError::VaultLocked));
    assert!(matches!(
        vault.open(PASSPHRASE),
        Err(VaultFileError::Absent)
    ));
    vault.create(passphrase(PASSPHRASE)).unwrap();
    assert_eq!(vault.state(), VaultState::Open);
    assert_eq!(vault.get("a"), Ok(None));
    vault.set("a", "label", SECRET).unwrap();
    vault.set("b", "label", b"\0").unwrap();
    vault.set("b", "label", &[7; 4096]).unwrap();

    let next = folder.vault();
    assert_eq!(next.state(), VaultState::Locked);
    for call in [next.set("c", "", b"x"), next.remove("a")] {
        assert_eq!(call, Err(KeyError::VaultLocked));
    }
    assert!(matches!(
        next.open("Correct horse battery staple"),
        Err(VaultFileError::WrongPassphrase)
    ));
    assert_eq!(next.state(), VaultState::Locked);
    next.open(PASSPHRASE).unwrap();
    assert_eq!(*next.get("a").unwrap().unwrap(), SECRET);
    assert_eq!(*next.get("b").unwrap().unwrap(), [7; 4096]);
    next.remove("a").unwrap();
    next.remove("never there").unwrap();
    assert_eq!(vault.get("a"), Ok(None), "the other process sees it");
    assert_eq!(*vault.get("b").unwrap().unwrap(), [7; 4096]);

    vault.close();
    assert_eq!(vault.state(), VaultState::Locked);
    assert_eq!(vault.get("b"), Err(KeyError::VaultLocked));
}

#[test]
fn nothing_in_the_file_is_in_the_clear() {
    let folder = Folder::new();
    let vault = folder.created();
    vault.set("key/1", "Temporal key", SECRET).unwrap();
    let text = fs::read_to_string(vault.path()).unwrap();
    for word in ["test-key", "dGVzdC1rZXk", "746573742d", "key/1", PASSPHRASE] {
        assert!(!text.contains(word), "{word}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(vault.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_file_is_never_overwritten() {
    let folder = Folder::new();
    folder.write(b"something");
    assert!(matches!(
        folder.vault().create(passphrase(PASSPHRASE)),
        Err(VaultFileError::Exists)
    ));
    assert_eq!(fs::read(folder.vault().path()).unwrap(), b"something");
}

#[test]
fn another_passphrase_opens_the_same_keys() {
    let folder = Folder::new();
    let vault = folder.created();
    vault.set("a", "", SECRET).unwrap();
    assert!(matches!(
        vault.change_passphrase("wrong", passphrase("new")),
        Err(VaultFileError::WrongPassphrase)
    ));
    vault
        .change_passphrase(PASSPHRASE, passphrase("new"))
        .unwrap();
    assert_eq!(
        *vault.get("a").unwrap().unwrap(),
        SECRET,
        "who has it open keeps it open"
    );
    let next = folder.vault();
    assert!(matches!(
        next.open(PASSPHRASE),
        Err(VaultFileError::WrongPassphrase)
    ));
    next.open("new").unwrap();
    assert_eq!(*next.get("a").unwrap().unwrap(), SECRET);
}

#[test]
fn what_is_no_key_file_is_named_and_left_alone() {
    let folder = Folder::new();
    let good = {
        folder.created();
        fs::read_to_string(folder.vault().path()).unwrap()
    };
    let damaged = good.replace("\"keys\"", "\"kexs\"");
    let cut = &good[..good.len() / 2];
    for text in ["", "{", "[]", "{\"version\":1}", cut, &damaged] {
        folder.write(text.as_bytes());
        assert!(
            matches!(
                folder.vault().open(PASSPHRASE),
                Err(VaultFileError::Damaged)
            ),
            "{} bytes",
            text.len()
        );
        assert_eq!(fs::read_to_string(folder.vault().path()).unwrap(), text);
    }
    folder.write(br#"{"version":2,"anything":[]}"#);
    assert!(matches!(
        folder.vault().open(PASSPHRASE),
        Err(VaultFileError::TooNew {
            version: 2,
            known: 1
        })
    ));
    folder.write(&vec![b' '; usize::try_from(MAX_BYTES).unwrap() + 1]);
    assert!(matches!(
        folder.vault().open(PASSPHRASE),
        Err(VaultFileError::TooLarge { .. })
    ));
}

#[test]
fn keys_of_another_file_cannot_be_put_in() {
    let (folder, other) = (Folder::new(), Folder::new());
    let read = |vault: &FileVault| -> Sealed {
        serde_json::from_slice(&fs::read(vault.path()).unwrap()).unwrap()
    };
    let (vault, stranger) = (folder.created(), other.created());
    let mut mixed = read(&vault);
    mixed.keys = read(&stranger).keys;
    folder.write(&serde_json::to_vec(&mixed).unwrap());
    assert!(matches!(
        folder.vault().open(PASSPHRASE),
        Err(VaultFileError::Damaged)
    ));

    // A file of its own in the place of one that is open: what opened the old one does not open it.
    folder.write(&fs::read(stranger.path()).unwrap());
    assert_eq!(vault.get("a"), Err(KeyError::VaultLocked));
    assert_eq!(vault.set("a", "", SECRET), Err(KeyError::VaultLocked));
}
