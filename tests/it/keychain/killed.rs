//! A process that is killed at any moment, and at each step, leaves index and keychain in agreement, once the next one has
//! loaded.

use std::fs;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use support::keyring::PrivateKeyring;

use crate::store::{Process, SERVICE, account};

#[test]
fn killed_at_any_moment() {
    let keyring = PrivateKeyring::unlocked();
    for round in 0..8 {
        let mut process = Process::start(&keyring);
        process.generate(&format!("told of, {round}"));
        process.tell(&json!({ "do": "churn" }));
        thread::sleep(Duration::from_millis(120 + 17 * round));
        process.kill();

        let mut next = Process::loaded(&keyring, "Ready");
        let list = next.list();
        assert!(list.iter().all(|key| key["state"] == "Loaded"), "{list:?}");
        let mut accounts: Vec<String> = list.iter().map(account).collect();
        accounts.sort();
        assert_eq!(keyring.accounts(SERVICE), accounts, "round {round}");
        let index =
            fs::read_to_string(keyring.path().join("config/app/keys.json")).expect("an index");
        assert!(!index.contains("under_way"));
    }
    let told_of = |key: &Value| {
        key["id"]
            .as_str()
            .is_some_and(|id| id.starts_with("told of"))
    };
    let list = Process::loaded(&keyring, "Ready").list();
    assert_eq!(
        list.iter().filter(|key| told_of(key)).count(),
        8,
        "what was told is kept"
    );
    assert!(list.len() > 8, "the kills came while keys were added");
}

/// Kills processes at each step of a request in turn, and those that clean up after them at each of theirs. `check` sees what
/// the first one that lives finds, and whether the request was answered. How many died.
fn kill_at_each_step(
    keyring: &PrivateKeyring,
    writing: Option<u32>,
    prepare: impl Fn(&mut Process) -> Value,
    check: impl Fn(&[Value], Option<&Value>),
) -> u32 {
    let mut died = 0;
    for step in 0.. {
        let mut process = Process::loaded(keyring, "Ready");
        let request = prepare(&mut process);
        let answer = process.die_at(step, writing, &request);
        died += u32::from(answer.is_none());

        let mut survivor = (0..)
            .find_map(|step| {
                let mut next = Process::start(keyring);
                let answer = next.die_at(step, writing, &json!({ "do": "load" }));
                died += u32::from(answer.is_none());
                answer.map(|answer| {
                    assert_eq!(answer["keychain"], "Ready");
                    next
                })
            })
            .expect("some process lives");
        // What died before it could load may have been the last to write.
        if writing.is_some() {
            survivor = Process::loaded(keyring, "Ready");
        }
        check(&agreeing(keyring, &mut survivor), answer.as_ref());
        if answer.is_some() {
            return died;
        }
    }
    unreachable!("some process lives")
}

/// What a process finds; index and keychain say the same.
fn agreeing(keyring: &PrivateKeyring, process: &mut Process) -> Vec<Value> {
    let list = process.list();
    assert!(list.iter().all(|key| key["state"] == "Loaded"), "{list:?}");
    let mut accounts: Vec<String> = list.iter().map(account).collect();
    accounts.sort();
    assert_eq!(keyring.accounts(SERVICE), accounts);
    let index = fs::read_to_string(keyring.path().join("config/app/keys.json")).expect("an index");
    assert!(!index.contains("under_way"));
    list
}

#[test]
fn killed_at_each_step_of_adding() {
    let keyring = PrivateKeyring::unlocked();
    let told_of = Process::start(&keyring).generate("told of");
    for writing in [None, Some(64)] {
        let died = kill_at_each_step(
            &keyring,
            writing,
            |process| {
                for key in process.list().iter().filter(|key| **key != told_of) {
                    process.remove(key);
                }
                json!({ "do": "generate", "id": "added" })
            },
            |list, answer| {
                assert_eq!(list[0], told_of);
                match answer {
                    Some(added) => assert_eq!(list[1..], std::slice::from_ref(added)[..]),
                    None => assert!(list.len() <= 2),
                }
            },
        );
        assert!(died >= 5, "{died} died, {writing:?}");
    }
}

#[test]
fn killed_at_each_step_of_removing() {
    let keyring = PrivateKeyring::unlocked();
    let told_of = Process::start(&keyring).generate("told of");
    for writing in [None, Some(64)] {
        let died = kill_at_each_step(
            &keyring,
            writing,
            |process| {
                let list = process.list();
                let victim = list.iter().find(|key| **key != told_of);
                let victim = match victim {
                    Some(victim) => victim.clone(),
                    None => process.generate("victim"),
                };
                json!({ "do": "remove", "handle": victim["handle"] })
            },
            |list, answer| {
                assert_eq!(list[0], told_of);
                match answer {
                    Some(_) => assert_eq!(list.len(), 1),
                    None => assert!(list.len() <= 2),
                }
            },
        );
        assert!(died >= 9, "{died} died, {writing:?}");
    }
}
