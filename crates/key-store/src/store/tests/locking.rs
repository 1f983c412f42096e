//! A lock takes keys out of memory at once, whatever is under way, and nothing but unlocking brings them back.

use std::sync::{Barrier, Condvar, mpsc};

use super::*;

/// A vault that stops in the middle of a call, until it is let go on.
#[derive(Default)]
struct Slow {
    memory: MemoryVault,
    at_it: Option<Barrier>,
    go_on: (Mutex<bool>, Condvar),
    slow: Mutex<bool>,
}

impl Slow {
    fn wait(&self) {
        if std::mem::take(&mut *self.slow.lock().unwrap()) {
            self.at_it.as_ref().unwrap().wait();
            let go_on = self.go_on.0.lock().unwrap();
            drop(self.go_on.1.wait_while(go_on, |go_on| !*go_on).unwrap());
        }
    }

    fn release(&self) {
        *self.go_on.0.lock().unwrap() = true;
        self.go_on.1.notify_all();
    }
}

impl Vault for Slow {
    fn get(&self, account: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyError> {
        let secret = self.memory.get(account);
        self.wait();
        secret
    }

    fn set(&self, account: &str, label: &str, secret: &[u8]) -> Result<(), KeyError> {
        let kept = self.memory.set(account, label, secret);
        self.wait();
        kept
    }

    fn remove(&self, account: &str) -> Result<(), KeyError> {
        self.memory.remove(account)
    }
}

fn slow() -> (TempDir, Arc<Slow>) {
    let vault = Slow {
        at_it: Some(Barrier::new(2)),
        ..Slow::default()
    };
    (tempfile::tempdir().unwrap(), Arc::new(vault))
}

fn open(folder: &TempDir, vault: &Arc<Slow>) -> KeyStore {
    let vault: Arc<dyn Vault> = Arc::<Slow>::clone(vault);
    KeyStore::open(&folder.path().join("keys.json"), vault).unwrap()
}

/// Locks while `work` is in the middle of a call of the vault.
fn lock_in_the_middle_of(store: &KeyStore, vault: &Slow, work: impl FnOnce(&KeyStore) + Send) {
    *vault.slow.lock().unwrap() = true;
    thread::scope(|scope| {
        let (done, is_done) = mpsc::channel();
        scope.spawn(move || {
            work(store);
            done.send(()).unwrap();
        });
        vault.at_it.as_ref().unwrap().wait();
        store.lock();
        assert!(
            is_done.try_recv().is_err(),
            "a lock waits for no keychain: it is still at it"
        );
        vault.release();
        is_done.recv().unwrap();
    });
    assert!(store.is_locked());
    assert!(store.loaded().keys.is_empty());
    assert_eq!(opens(store, "a"), Err(KeyError::AppLocked));
}

#[test]
fn a_lock_ends_a_load() {
    let (folder, vault) = slow();
    let first = open(&folder, &vault);
    first.import(&new("a"), sample()).unwrap();
    first.generate(&new("b"), 256).unwrap();
    let next = open(&folder, &vault);
    lock_in_the_middle_of(&next, &vault, |store| drop(store.load()));
    next.unlock().unwrap();
    assert!(opens(&next, "a").unwrap().is_some());
}

#[test]
fn a_lock_overtakes_an_unlocking() {
    let (folder, vault) = slow();
    let store = open(&folder, &vault);
    store.import(&new("a"), sample()).unwrap();
    store.lock();
    lock_in_the_middle_of(&store, &vault, |store| drop(store.unlock()));
    store.unlock().unwrap();
    assert!(opens(&store, "a").unwrap().is_some());
}

#[test]
fn a_key_that_is_kept_while_a_lock_falls_is_read_after_it() {
    let (folder, vault) = slow();
    let store = open(&folder, &vault);
    lock_in_the_middle_of(&store, &vault, |store| {
        let added = store.import(&new("a"), sample()).unwrap();
        let state = KeyState::Unavailable(KeyError::AppLocked);
        assert_eq!(added.state, state, "kept, and not in memory");
    });
    store.unlock().unwrap();
    assert!(opens(&store, "a").unwrap().is_some());
}

#[test]
fn a_locked_store_lets_keys_be_renamed_retired_and_removed() {
    let machine = Machine::new();
    let store = machine.store();
    let added = store.import(&new("a"), sample()).unwrap();
    store.lock();
    let refused = store.import(&session("b"), sample());
    assert!(matches!(
        refused,
        Err(KeyStoreError::Vault(KeyError::AppLocked))
    ));
    store
        .rename(added.handle, &KeyNames::new(KeyId::new("z")))
        .unwrap();
    let retired = KeyUse {
        retired: true,
        ..KeyUse::default()
    };
    let record = store.set_usage(added.handle, retired).unwrap();
    assert_eq!((record.id.as_str(), record.usage.retired), ("z", true));
    store.remove(added.handle).unwrap();
    assert!(store.loaded().keys.is_empty());
    assert_eq!(store.unlock().unwrap(), KeychainState::Ready);
    assert!(store.list().is_empty());
}
