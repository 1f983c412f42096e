//! Keys that move between the keychain and the encrypted key file.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::*;
use crate::new_passphrase::NewPassphrase;

const PASSPHRASE: &str = "correct horse battery staple";

/// A store with an open file and a key in the keychain.
fn with_key(machine: &Machine) -> (KeyStore, KeyRecord) {
    let store = machine.store();
    let passphrase = NewPassphrase::strong(PASSPHRASE).unwrap();
    store.create_vault(passphrase).unwrap();
    let key = store.import(&new("moved"), sample()).unwrap();
    (store, key)
}

/// A process that starts later, with the file opened.
fn restarted(machine: &Machine) -> KeyStore {
    let store = machine.store();
    store.load().unwrap();
    store.open_vault(PASSPHRASE).unwrap();
    store
}

fn is_in_file(store: &KeyStore, key: &KeyRecord) -> bool {
    let secret = store.shared().file.get(&account(key.handle)).unwrap();
    secret.is_some()
}

#[test]
fn a_key_moves_there_and_back_and_is_in_one_place() {
    let machine = Machine::new();
    let (store, key) = with_key(&machine);
    let moved = store.move_key(key.handle, Lifetime::Vault).unwrap();
    assert_eq!(
        moved,
        KeyRecord {
            lifetime: Lifetime::Vault,
            ..key.clone()
        }
    );
    assert!(machine.vault.memory.accounts().is_empty());
    assert_eq!(opens(&store, "moved"), Ok(Some(sample().fingerprint())));

    store.lock();
    store.unlock().unwrap();
    assert_eq!(opens(&store, "moved"), Err(KeyError::VaultLocked));
    store.open_vault(PASSPHRASE).unwrap();
    assert_eq!(opens(&store, "moved"), Ok(Some(sample().fingerprint())));

    let back = store.move_key(key.handle, Lifetime::Keychain).unwrap();
    assert_eq!(back, key);
    assert!(!is_in_file(&store, &key));
    assert_eq!(machine.vault.memory.accounts(), [account(key.handle)]);
    assert_eq!(
        store.move_key(key.handle, Lifetime::Keychain).unwrap(),
        key,
        "it is there already"
    );
}

#[test]
fn what_cannot_move_stays_where_it_was() {
    let machine = Machine::new();
    let (store, key) = with_key(&machine);
    store.shared().file.close();
    assert!(matches!(
        store.move_key(key.handle, Lifetime::Vault),
        Err(KeyStoreError::Vault(KeyError::VaultLocked))
    ));
    assert_eq!(store.list()[0].lifetime, Lifetime::Keychain);
    store.lock();
    assert!(matches!(
        store.move_key(key.handle, Lifetime::Vault),
        Err(KeyStoreError::Vault(KeyError::AppLocked))
    ));
    store.unlock().unwrap();
    assert_eq!(opens(&store, "moved"), Ok(Some(sample().fingerprint())));
}

#[test]
fn a_copy_that_the_keychain_did_not_let_go_of_is_removed_later() {
    let machine = Machine::new();
    let (store, key) = with_key(&machine);
    machine.vault.set_fault(Fault::Fails(KeyError::Locked));
    store.move_key(key.handle, Lifetime::Vault).unwrap();
    assert_eq!(machine.vault.memory.accounts(), [account(key.handle)]);
    machine.vault.set_fault(None);
    let later = restarted(&machine);
    assert!(machine.vault.memory.accounts().is_empty());
    assert_eq!(opens(&later, "moved"), Ok(Some(sample().fingerprint())));
    assert_eq!(later.list()[0].lifetime, Lifetime::Vault);
}

#[test]
fn a_process_that_dies_while_it_moves_a_key_loses_nothing_and_leaves_nothing() {
    for (to, fault) in [
        (Lifetime::Vault, Fault::KilledBefore),
        (Lifetime::Vault, Fault::KilledAfter),
        (Lifetime::Keychain, Fault::KilledBefore),
        (Lifetime::Keychain, Fault::KilledAfter),
    ] {
        let machine = Machine::new();
        let (store, key) = with_key(&machine);
        if to == Lifetime::Keychain {
            store.move_key(key.handle, Lifetime::Vault).unwrap();
        }
        machine.vault.set_fault(fault);
        let died = catch_unwind(AssertUnwindSafe(|| store.move_key(key.handle, to)));
        assert!(died.is_err());
        machine.vault.set_fault(None);

        let later = restarted(&machine);
        assert_eq!(opens(&later, "moved"), Ok(Some(sample().fingerprint())));
        let places = (
            machine.vault.memory.accounts().len(),
            is_in_file(&later, &key),
        );
        let lifetime = later.list()[0].lifetime;
        let expected = match lifetime {
            Lifetime::Keychain => (1, false),
            Lifetime::Vault | Lifetime::SessionOnly => (0, true),
        };
        assert_eq!(places, expected, "{lifetime:?}");
    }
}

#[test]
fn a_key_that_is_removed_while_a_copy_is_left_is_removed_from_both() {
    let machine = Machine::new();
    let (store, key) = with_key(&machine);
    machine.vault.set_fault(Fault::Fails(KeyError::Locked));
    store.move_key(key.handle, Lifetime::Vault).unwrap();
    machine.vault.set_fault(None);
    store.remove(key.handle).unwrap();
    assert!(machine.vault.memory.accounts().is_empty());
    assert!(!is_in_file(&store, &key));
    assert!(store.list().is_empty());
}
