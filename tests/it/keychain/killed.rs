//! A process that is killed at any moment leaves index and keychain in agreement, once the next one has loaded.

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
