//! The key store over a vault that can be told to fail, or to "kill" the process, at any step.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use jiff::Timestamp;
use tempfile::TempDir;
use zeroize::Zeroizing;

use super::*;
use crate::material::{BadMaterial, MaterialFormat, parse};
use crate::memory::MemoryVault;
use crate::record::{KeyNames, KeyState, KeyUse, Lifetime, NewKey};

mod failures;

mod key_file;

mod locking;

mod moving;

mod usage;

const SAMPLE: &str = "test-key-test-key-test-key-test!";

/// What a [`TestVault`] does instead of working.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    Fails(KeyError),
    /// As a locked keychain answers: no such entry, and nothing can be kept.
    SaysNothingIsThere,
    /// Panics before, or after, a key is kept or removed: as if the process were killed there.
    KilledBefore,
    KilledAfter,
}

#[derive(Default)]
struct TestVault {
    memory: MemoryVault,
    fault: Mutex<Option<Fault>>,
    gets: Mutex<Vec<String>>,
}

impl TestVault {
    fn set_fault(&self, fault: impl Into<Option<Fault>>) {
        *self.fault.lock().unwrap() = fault.into();
    }

    fn fault(&self) -> Option<Fault> {
        *self.fault.lock().unwrap()
    }

    fn change(&self, work: impl FnOnce() -> Result<(), KeyError>) -> Result<(), KeyError> {
        match self.fault() {
            None => work(),
            Some(Fault::Fails(error)) => Err(error),
            Some(Fault::SaysNothingIsThere) => Err(KeyError::Locked),
            Some(Fault::KilledBefore) => panic!("killed before"),
            Some(Fault::KilledAfter) => {
                work()?;
                panic!("killed after")
            }
        }
    }
}

impl Vault for TestVault {
    fn get(&self, account: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyError> {
        self.gets.lock().unwrap().push(account.to_owned());
        match self.fault() {
            Some(Fault::Fails(error)) => Err(error),
            Some(Fault::SaysNothingIsThere) => Ok(None),
            _ => self.memory.get(account),
        }
    }

    fn set(&self, account: &str, label: &str, secret: &[u8]) -> Result<(), KeyError> {
        self.change(|| self.memory.set(account, label, secret))
    }

    fn remove(&self, account: &str) -> Result<(), KeyError> {
        if self.fault() == Some(Fault::SaysNothingIsThere) {
            return Ok(());
        }
        self.change(|| self.memory.remove(account))
    }
}

/// One machine: a keychain and an index, on which any number of processes open the store.
struct Machine {
    folder: TempDir,
    vault: Arc<TestVault>,
}

impl Machine {
    fn new() -> Self {
        Machine {
            folder: tempfile::tempdir().unwrap(),
            vault: Arc::default(),
        }
    }

    fn index(&self) -> PathBuf {
        self.folder.path().join("keys.json")
    }

    /// A process that starts.
    fn store(&self) -> KeyStore {
        let vault: Arc<dyn Vault> = Arc::<TestVault>::clone(&self.vault);
        KeyStore::open(&self.index(), vault).unwrap()
    }

    fn loaded(&self) -> KeyStore {
        let store = self.store();
        store.load().unwrap();
        store
    }

    fn index_text(&self) -> String {
        fs::read_to_string(self.index()).unwrap_or_default()
    }
}

fn new(id: &str) -> NewKey {
    NewKey {
        names: KeyNames::new(KeyId::new(id)),
        created: "2026-01-02T03:04:05Z".parse::<Timestamp>().unwrap(),
        lifetime: Lifetime::Keychain,
        usage: KeyUse::default(),
    }
}

fn session(id: &str) -> NewKey {
    NewKey {
        lifetime: Lifetime::SessionOnly,
        ..new(id)
    }
}

fn sample() -> SecretKey {
    parse(SAMPLE, MaterialFormat::Utf8).unwrap()
}

fn ids(store: &KeyStore) -> Vec<String> {
    store
        .list()
        .iter()
        .map(|record| record.id.to_string())
        .collect()
}

/// The fingerprint of the key that an id opens, `None` where there is none.
fn opens(store: &KeyStore, id: &str) -> Result<Option<String>, KeyError> {
    store
        .key(&KeyId::new(id))
        .map(|key| key.map(|key| key.fingerprint()))
}

fn killed(work: impl FnOnce()) {
    catch_unwind(AssertUnwindSafe(work)).expect_err("the fault must strike");
}

#[test]
fn a_key_outlives_its_process() {
    let machine = Machine::new();
    let added = machine.store().import(&new("payments"), sample()).unwrap();
    assert_eq!(added.state, KeyState::Loaded);
    assert_eq!(added.fingerprint, sample().fingerprint());

    let store = machine.store();
    let [record] = store.list().try_into().unwrap();
    let unread = KeyState::Unavailable(KeyError::NotRead);
    assert_eq!(
        record,
        KeyRecord {
            state: unread,
            ..added.clone()
        }
    );
    assert_eq!(opens(&store, "payments"), Err(KeyError::NotRead));
    assert_eq!(opens(&store, "other"), Ok(None));
    assert_eq!(store.keychain_state(), KeychainState::NotAsked);

    assert_eq!(store.load().unwrap(), KeychainState::Ready);
    assert_eq!(store.list(), std::slice::from_ref(&added));
    assert_eq!(opens(&store, "payments"), Ok(Some(added.fingerprint)));
    assert_eq!(
        store.secret(added.handle).unwrap().expose(),
        SAMPLE.as_bytes()
    );
}

#[test]
fn bytes_are_read_once() {
    let machine = Machine::new();
    machine.store().generate(&new("a"), 256).unwrap();
    let store = machine.loaded();
    for _ in 0..100 {
        opens(&store, "a").unwrap();
    }
    store.load().unwrap();
    assert_eq!(machine.vault.gets.lock().unwrap().len(), 1);
}

#[test]
fn the_index_holds_no_key() {
    let machine = Machine::new();
    machine.store().import(&new("a"), sample()).unwrap();
    let text = machine.index_text();
    assert!(text.contains(&sample().fingerprint()));
    assert!(
        !text.contains(SAMPLE)
            && !text.contains("dGVzdC1rZXkt")
            && !text.contains("746573742d6b6579")
    );
}

#[test]
fn a_key_has_several_ids_and_no_two_keys_share_one() {
    let machine = Machine::new();
    let store = machine.store();
    let mut names = KeyNames::new(KeyId::new("test-key-id"));
    names.also_opens = ["test", "", SAMPLE].map(KeyId::new).to_vec();
    store
        .import(&NewKey { names, ..new("") }, sample())
        .unwrap();
    for id in ["test-key-id", "test", "", SAMPLE] {
        assert_eq!(
            opens(&store, id),
            Ok(Some(sample().fingerprint())),
            "{id:?}"
        );
        for again in [new(id), session(id)] {
            let error = store.generate(&again, 128).unwrap_err();
            assert!(
                matches!(&error, KeyStoreError::Duplicate(taken) if taken.as_str() == id),
                "{error}"
            );
        }
    }
    let mut twice = new("x");
    twice.names.also_opens = vec![KeyId::new("y"), KeyId::new("x")];
    let error = store.generate(&twice, 128).unwrap_err();
    assert_eq!(error.to_string(), "another key already has the id \"x\"");
    assert_eq!(store.list().len(), 1);
    assert_eq!(machine.vault.memory.accounts().len(), 1);
}

#[test]
fn only_aes_lengths_are_generated() {
    let machine = Machine::new();
    let error = machine.store().generate(&new("a"), 512).unwrap_err();
    assert!(matches!(
        error,
        KeyStoreError::BadMaterial(BadMaterial::WrongBits { bits: 512 })
    ));
    assert_eq!(machine.index_text(), "");
}

#[test]
fn renaming_changes_names_and_nothing_else() {
    let machine = Machine::new();
    let store = machine.store();
    let added = store.import(&new("old"), sample()).unwrap();
    store.generate(&new("taken"), 128).unwrap();
    let names = KeyNames {
        id: KeyId::new("new"),
        also_opens: vec![KeyId::new("old")],
        label: "Payments".to_owned(),
    };
    let renamed = store.rename(added.handle, &names).unwrap();
    assert_eq!(
        (renamed.handle, renamed.id.as_str(), renamed.label.as_str()),
        (added.handle, "new", "Payments")
    );
    assert_eq!(
        opens(&machine.loaded(), "new"),
        Ok(Some(added.fingerprint.clone()))
    );
    assert_eq!(opens(&machine.loaded(), "old"), Ok(Some(added.fingerprint)));

    let taken = store.rename(added.handle, &KeyNames::new(KeyId::new("taken")));
    assert!(matches!(taken, Err(KeyStoreError::Duplicate(_))));
    let unknown = store.rename(Uuid::nil(), &KeyNames::new(KeyId::new("z")));
    assert!(matches!(unknown, Err(KeyStoreError::NoSuchKey(_))));
}

#[test]
fn removal_leaves_nothing() {
    let machine = Machine::new();
    let store = machine.store();
    let added = store.import(&new("a"), sample()).unwrap();
    store.remove(added.handle).unwrap();
    assert_eq!(opens(&store, "a"), Ok(None));
    assert!(store.list().is_empty());
    assert!(machine.vault.memory.accounts().is_empty());
    assert!(!machine.index_text().contains(&added.fingerprint));
    assert!(matches!(
        store.remove(added.handle),
        Err(KeyStoreError::NoSuchKey(_))
    ));
    assert!(matches!(
        store.secret(added.handle),
        Err(KeyStoreError::NoSuchKey(_))
    ));
}

#[test]
fn session_keys_touch_neither_keychain_nor_index() {
    let machine = Machine::new();
    machine.vault.set_fault(Fault::Fails(KeyError::Missing));
    let store = machine.store();
    let added = store.import(&session("a"), sample()).unwrap();
    assert_eq!(
        (added.lifetime, added.state),
        (Lifetime::SessionOnly, KeyState::Loaded)
    );
    let renamed = store
        .rename(added.handle, &KeyNames::new(KeyId::new("b")))
        .unwrap();
    assert_eq!(renamed.lifetime, Lifetime::SessionOnly);
    store.load().unwrap();
    assert_eq!(opens(&store, "a"), Ok(None));
    assert_eq!(opens(&store, "b"), Ok(Some(added.fingerprint)));
    assert_eq!(machine.index_text(), "");
    assert!(machine.loaded().list().is_empty());
    store.remove(added.handle).unwrap();
    assert_eq!(opens(&store, "b"), Ok(None));
}

#[test]
fn locking_forgets_every_key_and_loading_brings_none_back() {
    let machine = Machine::new();
    let store = machine.store();
    store.import(&new("kept"), sample()).unwrap();
    store.import(&session("passing"), sample()).unwrap();
    assert!(store.key(&KeyId::new("kept")).unwrap().is_some());

    store.lock();
    assert!(store.loaded().keys.is_empty(), "no key is in memory");
    for id in ["kept", "passing", "unknown"] {
        assert_eq!(
            store.key(&KeyId::new(id)).err(),
            Some(KeyError::AppLocked),
            "{id}"
        );
    }
    store.load().unwrap();
    assert!(
        store.loaded().keys.is_empty(),
        "a background load does not unlock"
    );
    let refused = store.import(&new("more"), sample());
    assert!(matches!(
        refused,
        Err(KeyStoreError::Vault(KeyError::AppLocked))
    ));

    assert_eq!(store.unlock().unwrap(), KeychainState::Ready);
    assert!(store.key(&KeyId::new("kept")).unwrap().is_some());
    assert!(
        store.key(&KeyId::new("passing")).unwrap().is_none(),
        "it was nowhere else"
    );
}
