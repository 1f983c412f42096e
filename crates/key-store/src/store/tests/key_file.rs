//! Keys in the encrypted key file, beside those of the keychain.

use super::*;
use crate::error::VaultFileError;
use crate::file_vault::VaultState;
use crate::new_passphrase::NewPassphrase;

const PASSPHRASE: &str = "correct horse battery staple";

fn chosen() -> NewPassphrase<'static> {
    NewPassphrase::strong(PASSPHRASE).unwrap()
}

fn filed(id: &str) -> NewKey {
    NewKey {
        lifetime: Lifetime::Vault,
        ..new(id)
    }
}

#[test]
fn keys_of_both_places_live_side_by_side() {
    let machine = Machine::new();
    let store = machine.store();
    assert_eq!(store.vault_state(), VaultState::Absent);
    let refused = store.import(&filed("early"), sample());
    assert!(matches!(
        refused,
        Err(KeyStoreError::Vault(KeyError::VaultLocked))
    ));
    store.create_vault(chosen()).unwrap();
    let kept = store.generate(&new("kept"), 256).unwrap();
    let filed_key = store.import(&filed("filed"), sample()).unwrap();
    assert_eq!(
        (filed_key.lifetime, filed_key.state),
        (Lifetime::Vault, KeyState::Loaded)
    );
    assert_eq!(machine.vault.memory.accounts(), [account(kept.handle)]);
    let refused = store.generate(&filed("kept"), 256);
    assert!(
        matches!(refused, Err(KeyStoreError::Duplicate(_))),
        "ids are one for both"
    );

    let next = machine.store();
    assert_eq!(next.vault_state(), VaultState::Locked);
    assert_eq!(next.load().unwrap(), KeychainState::Ready);
    assert_eq!(opens(&next, "kept"), Ok(Some(kept.fingerprint)));
    assert_eq!(opens(&next, "filed"), Err(KeyError::VaultLocked));
    assert!(matches!(
        next.open_vault("wrong"),
        Err(KeyStoreError::VaultFile(VaultFileError::WrongPassphrase))
    ));
    next.open_vault(PASSPHRASE).unwrap();
    assert_eq!(
        opens(&next, "filed"),
        Ok(Some(filed_key.fingerprint.clone()))
    );
    assert_eq!(store.list(), next.list());

    next.remove(filed_key.handle).unwrap();
    assert_eq!(opens(&next, "filed"), Ok(None));
    let file = &next.shared().file;
    assert_eq!(file.get(&account(filed_key.handle)), Ok(None));
}

#[test]
fn without_a_keychain_the_file_alone_does() {
    let machine = Machine::new();
    machine.vault.set_fault(Fault::Fails(KeyError::Missing));
    machine.store().create_vault(chosen()).unwrap();
    let store = machine.store();
    store.open_vault(PASSPHRASE).unwrap();
    let added = store.import(&filed("filed"), sample()).unwrap();
    assert_eq!(
        store.keychain_state(),
        KeychainState::NotAsked,
        "the keychain has nothing to do with it"
    );
    let next = machine.store();
    next.open_vault(PASSPHRASE).unwrap();
    assert_eq!(opens(&next, "filed"), Ok(Some(added.fingerprint)));
    next.remove(added.handle).unwrap();
    assert!(next.list().is_empty());
}

#[test]
fn a_lock_closes_the_file_and_unlocking_asks_for_its_passphrase() {
    let machine = Machine::new();
    let store = machine.store();
    store.create_vault(chosen()).unwrap();
    store.import(&new("kept"), sample()).unwrap();
    store.generate(&filed("filed"), 256).unwrap();
    store.lock();
    assert_eq!(store.vault_state(), VaultState::Locked);
    assert!(store.loaded().keys.is_empty());
    let refused = store.open_vault(PASSPHRASE);
    assert!(matches!(
        refused,
        Err(KeyStoreError::Vault(KeyError::AppLocked))
    ));
    assert_eq!(store.vault_state(), VaultState::Locked);
    store.unlock().unwrap();
    assert!(opens(&store, "kept").unwrap().is_some());
    assert_eq!(opens(&store, "filed"), Err(KeyError::VaultLocked));
    store.open_vault(PASSPHRASE).unwrap();
    assert!(opens(&store, "filed").unwrap().is_some());
}

#[test]
fn what_was_left_half_done_in_the_file_is_finished_when_it_opens() {
    let machine = Machine::new();
    let store = machine.store();
    store.create_vault(chosen()).unwrap();
    let kept = store.import(&filed("kept"), sample()).unwrap();
    let gone = store.generate(&filed("gone"), 256).unwrap();
    let mark = |handle: Uuid, under_way| {
        let mut locked = store.shared().index.lock().unwrap();
        let entries = locked.index.keys.iter_mut();
        for entry in entries.filter(|entry| entry.handle == handle) {
            entry.under_way = Some(under_way);
        }
        locked.save().unwrap();
    };
    mark(kept.handle, crate::index::UnderWay::Pending);
    mark(gone.handle, crate::index::UnderWay::Removing);

    let next = machine.loaded();
    assert_eq!(ids(&next), ["kept", "gone"], "it waits for the passphrase");
    next.open_vault(PASSPHRASE).unwrap();
    assert_eq!(ids(&next), ["kept"]);
    assert_eq!(opens(&next, "kept"), Ok(Some(sample().fingerprint())));
    assert!(!machine.index_text().contains("under_way"));
    let file = &next.shared().file;
    assert_eq!(file.get(&account(gone.handle)), Ok(None));
}

#[test]
fn two_processes_lose_no_key_of_the_file() {
    let machine = Machine::new();
    machine.store().create_vault(chosen()).unwrap();
    thread::scope(|scope| {
        for name in ["a", "b"] {
            let machine = &machine;
            scope.spawn(move || {
                let store = machine.store();
                store.open_vault(PASSPHRASE).unwrap();
                for n in 0..5 {
                    store.generate(&filed(&format!("{name}{n}")), 256).unwrap();
                }
            });
        }
    });
    let store = machine.store();
    store.open_vault(PASSPHRASE).unwrap();
    let list = store.list();
    assert_eq!(list.len(), 10);
    assert!(list.iter().all(|record| record.state == KeyState::Loaded));
}
