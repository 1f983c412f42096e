//! A keychain that fails, processes that are killed, several processes at once, and a broken index.

use super::*;
use crate::error::IndexProblem;
use crate::files;

#[test]
fn a_failing_keychain_is_named_and_never_replaced_by_memory() {
    use KeyError::{Denied, Failed, Locked, Missing, TimedOut};
    for (error, state) in [
        (Locked, KeychainState::Locked),
        (Missing, KeychainState::Missing),
        (TimedOut, KeychainState::TimedOut),
        (Denied, KeychainState::Denied),
        (Failed, KeychainState::Failed),
    ] {
        let machine = Machine::new();
        machine.store().import(&new("kept"), sample()).unwrap();
        machine.vault.set_fault(Fault::Fails(error));

        let store = machine.store();
        assert_eq!(store.load().unwrap(), state);
        assert_eq!(store.keychain_state(), state);
        assert_eq!(opens(&store, "kept"), Err(error));
        let failed = store.generate(&new("new"), 256).unwrap_err();
        assert!(matches!(failed, KeyStoreError::Vault(reason) if reason == error));
        assert_eq!(opens(&store, "new"), Ok(None));
        let handle = store.list()[0].handle;
        assert!(
            matches!(store.remove(handle), Err(KeyStoreError::Vault(reason)) if reason == error)
        );
        assert_eq!(
            opens(&store, "kept"),
            Err(error),
            "what could not be removed stays"
        );
        assert_eq!(store.check(), state);

        machine.vault.set_fault(None);
        assert_eq!(store.retry().unwrap(), KeychainState::Ready);
        assert_eq!(ids(&store), ["kept"], "after {error}");
        assert_eq!(opens(&store, "kept"), Ok(Some(sample().fingerprint())));
        assert_eq!(store.check(), KeychainState::Ready);
        store.generate(&new("new"), 256).unwrap();
        assert_eq!(machine.vault.memory.accounts().len(), 2);
    }
}

#[test]
fn the_first_failure_ends_the_reading() {
    let machine = Machine::new();
    for id in ["a", "b", "c"] {
        machine.store().generate(&new(id), 256).unwrap();
    }
    machine.vault.set_fault(Fault::Fails(KeyError::Locked));
    let store = machine.loaded();
    assert_eq!(
        machine.vault.gets.lock().unwrap().len(),
        1,
        "one prompt, not three"
    );
    assert!(
        store
            .list()
            .iter()
            .all(|record| record.state == KeyState::Unavailable(KeyError::Locked))
    );
}

#[test]
fn keys_in_memory_stay_when_the_keychain_locks() {
    let machine = Machine::new();
    let store = machine.store();
    store.import(&new("a"), sample()).unwrap();
    machine.store().generate(&new("b"), 256).unwrap();
    machine.vault.set_fault(Fault::Fails(KeyError::Locked));
    assert_eq!(store.load().unwrap(), KeychainState::Locked);
    assert_eq!(opens(&store, "a"), Ok(Some(sample().fingerprint())));
    assert_eq!(opens(&store, "b"), Err(KeyError::Locked));
}

#[test]
fn no_entry_is_believed_only_from_a_keychain_that_works() {
    let machine = Machine::new();
    let added = machine.store().import(&new("a"), sample()).unwrap();
    machine.vault.set_fault(Fault::SaysNothingIsThere);
    let store = machine.loaded();
    assert_eq!(opens(&store, "a"), Err(KeyError::Locked));
    assert!(store.remove(added.handle).is_err(), "nothing was removed");

    machine.vault.set_fault(None);
    assert_eq!(opens(&machine.loaded(), "a"), Ok(Some(added.fingerprint)));
    machine.vault.memory.remove(&account(added.handle)).unwrap();
    let store = machine.loaded();
    assert_eq!(opens(&store, "a"), Err(KeyError::EntryGone));
    assert_eq!(store.keychain_state(), KeychainState::Ready);
    store.remove(added.handle).unwrap();
    assert!(machine.loaded().list().is_empty());
}

#[test]
fn an_entry_that_was_changed_is_damaged() {
    let machine = Machine::new();
    let added = machine.store().import(&new("a"), sample()).unwrap();
    for other in [b"short".as_slice(), b"", &[7; 32]] {
        machine
            .vault
            .memory
            .set(&account(added.handle), "", other)
            .unwrap();
        assert_eq!(opens(&machine.loaded(), "a"), Err(KeyError::EntryDamaged));
    }
}

#[test]
fn killed_before_the_keychain_has_the_key() {
    let machine = Machine::new();
    machine.vault.set_fault(Fault::KilledBefore);
    killed(|| drop(machine.store().import(&new("a"), sample())));
    machine.vault.set_fault(None);

    let store = machine.store();
    assert_eq!(ids(&store), ["a"], "nothing is hidden");
    store.load().unwrap();
    assert!(
        store.list().is_empty(),
        "nobody was told that there is a key"
    );
    store.import(&new("a"), sample()).unwrap();
}

#[test]
fn killed_before_the_key_is_confirmed() {
    let machine = Machine::new();
    machine.vault.set_fault(Fault::KilledAfter);
    killed(|| drop(machine.store().import(&new("a"), sample())));

    // A keychain that does not answer decides nothing.
    machine.vault.set_fault(Fault::Fails(KeyError::Locked));
    assert_eq!(opens(&machine.loaded(), "a"), Err(KeyError::Locked));
    machine.vault.set_fault(Fault::SaysNothingIsThere);
    assert_eq!(opens(&machine.loaded(), "a"), Err(KeyError::Locked));

    machine.vault.set_fault(None);
    assert_eq!(
        opens(&machine.loaded(), "a"),
        Ok(Some(sample().fingerprint()))
    );
    assert!(!machine.index_text().contains("pending"));
}

#[test]
fn killed_while_removing() {
    for fault in [Fault::KilledBefore, Fault::KilledAfter] {
        let machine = Machine::new();
        let added = machine.store().import(&new("a"), sample()).unwrap();
        machine.vault.set_fault(fault);
        killed(|| drop(machine.store().remove(added.handle)));

        for unsure in [Fault::Fails(KeyError::Locked), Fault::SaysNothingIsThere] {
            machine.vault.set_fault(unsure);
            let store = machine.loaded();
            assert_eq!(
                ids(&store),
                ["a"],
                "what may still be in the keychain is shown"
            );
            assert_eq!(opens(&store, "a"), Ok(None), "and opens nothing");
        }
        machine.vault.set_fault(None);
        assert!(machine.loaded().list().is_empty());
        assert!(machine.vault.memory.accounts().is_empty());
    }
}

#[test]
fn a_key_that_timed_out_is_removed_when_it_arrives_late() {
    let machine = Machine::new();
    machine.vault.set_fault(Fault::Fails(KeyError::TimedOut));
    let store = machine.store();
    store.import(&new("a"), sample()).unwrap_err();
    let late = store.list()[0].handle;
    machine
        .vault
        .memory
        .set(&account(late), "", SAMPLE.as_bytes())
        .unwrap();

    machine.vault.set_fault(None);
    store.import(&new("a"), sample()).expect("the id is free");
    store.load().unwrap();
    assert_eq!(ids(&store), ["a"]);
    assert_eq!(machine.vault.memory.accounts().len(), 1);
}

#[test]
fn two_processes_lose_no_entry() {
    let machine = Machine::new();
    thread::scope(|scope| {
        for process in 0..4 {
            let store = machine.store();
            scope.spawn(move || {
                for n in 0..10 {
                    let added = store
                        .generate(&new(&format!("{process}-{n}")), 256)
                        .unwrap();
                    if n % 2 == 1 {
                        store.remove(added.handle).unwrap();
                    }
                }
            });
        }
    });
    let store = machine.loaded();
    assert_eq!(store.list().len(), 20);
    assert!(
        store
            .list()
            .iter()
            .all(|record| record.state == KeyState::Loaded)
    );
    assert_eq!(machine.vault.memory.accounts().len(), 20);
}

#[test]
fn a_process_sees_what_another_did_when_it_loads() {
    let machine = Machine::new();
    let (one, other) = (machine.store(), machine.store());
    let added = one.generate(&new("a"), 256).unwrap();
    assert!(matches!(
        other.generate(&new("a"), 256),
        Err(KeyStoreError::Duplicate(_))
    ));
    other.load().unwrap();
    assert_eq!(opens(&other, "a"), Ok(Some(added.fingerprint)));
    one.remove(added.handle).unwrap();
    other.load().unwrap();
    assert_eq!(opens(&other, "a"), Ok(None));
    assert!(
        matches!(other.secret(added.handle), Err(KeyStoreError::NoSuchKey(_))),
        "not in memory either"
    );
}

#[test]
fn a_broken_index_is_told_and_set_aside_by_the_first_change() {
    let machine = Machine::new();
    let store = machine.store();
    store.import(&new("a"), sample()).unwrap();
    let empty = || {
        fs::OpenOptions::new()
            .write(true)
            .truncate(true)
            .open(machine.index())
            .unwrap()
    };
    empty();
    let started_later = machine.store();
    let aside = machine.folder.path().join("keys.broken.json");
    assert_eq!(started_later.index_problem(), Some(IndexProblem::Broken));
    started_later.load().unwrap();
    assert!(started_later.list().is_empty() && !aside.exists());
    started_later.generate(&new("later"), 256).unwrap();
    let kept = Some(IndexProblem::SetAside(aside.clone()));
    assert_eq!(started_later.index_problem(), kept);
    assert!(aside.exists());
    started_later.load().unwrap();
    assert_eq!(started_later.index_problem(), kept);
    assert_eq!(ids(&machine.loaded()), ["later"]);

    // Who knew the keys before goes on knowing them, and writes them back where it finds the broken file itself.
    store.load().unwrap();
    store.import(&new("again"), sample()).unwrap();
    empty();
    store.generate(&new("b"), 256).unwrap();
    let second = machine.folder.path().join("keys.broken-2.json");
    assert_eq!(store.index_problem(), Some(IndexProblem::SetAside(second)));
    assert_eq!(ids(&machine.loaded()), ["later", "again", "b"]);
}

#[test]
fn an_index_of_a_newer_version_is_used_and_never_changed() {
    let machine = Machine::new();
    let added = machine.store().import(&new("a"), sample()).unwrap();
    let text = fs::read_to_string(machine.index()).unwrap();
    let text = text.replacen("\"version\": 1", "\"version\": 2, \"trust\": {}", 1);
    // What the newer version has under way is its own to finish.
    let text = text.replacen("\"bits\"", "\"under_way\": \"removing\", \"bits\"", 1);
    files::write_atomically(&machine.index(), text.as_bytes()).unwrap();

    let store = machine.loaded();
    assert_eq!(ids(&store), ["a"]);
    let is_too_new = |error| {
        matches!(
            error,
            KeyStoreError::IndexTooNew {
                version: 2,
                known: 1
            }
        )
    };
    assert!(is_too_new(store.generate(&new("b"), 256).unwrap_err()));
    assert!(is_too_new(store.remove(added.handle).unwrap_err()));
    assert!(matches!(
        store.index_problem(),
        Some(IndexProblem::TooNew {
            version: 2,
            known: 1
        })
    ));
    assert_eq!(fs::read_to_string(machine.index()).unwrap(), text);
    // Keys of this session need no list.
    let for_now = NewKey {
        lifetime: Lifetime::SessionOnly,
        ..new("c")
    };
    store.import(&for_now, sample()).unwrap();
}

#[test]
fn a_store_to_read_uses_keys_and_writes_nothing() {
    let machine = Machine::new();
    machine.store().import(&new("a"), sample()).unwrap();
    let names = || {
        let entries = fs::read_dir(machine.folder.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    fs::remove_file(machine.folder.path().join("keys.json.lock")).unwrap();
    let text = fs::read_to_string(machine.index()).unwrap();
    let text = text.replacen("\"bits\"", "\"under_way\": \"pending\", \"bits\"", 1);
    for text in [text.as_str(), "{", r#"{"version":2}"#] {
        files::write_atomically(&machine.index(), text.as_bytes()).unwrap();
        let before = names();
        let store = KeyStore::open_to_read(&machine.index(), machine.vault.clone()).unwrap();
        store.load().unwrap();
        let error = store.generate(&new("b"), 256).unwrap_err();
        assert!(matches!(error, KeyStoreError::ReadOnly), "{error:?}");
        assert_eq!(names(), before);
        assert_eq!(fs::read_to_string(machine.index()).unwrap(), text);
    }
}

#[test]
fn a_retry_with_nothing_to_read_asks_again_all_the_same() {
    let machine = Machine::new();
    let store = machine.store();
    assert_eq!(store.load().unwrap(), KeychainState::NotAsked);
    machine.vault.set_fault(Fault::Fails(KeyError::Missing));
    assert_eq!(store.check(), KeychainState::Missing);
    assert_eq!(store.retry().unwrap(), KeychainState::Missing);
    machine.vault.set_fault(None);
    assert_eq!(store.retry().unwrap(), KeychainState::Ready);
}
