//! The encrypted key file, in processes of their own: where there is no keychain, and beside one.

use std::fs;

use serde_json::{Value, json};
use support::keyring::PrivateKeyring;

use crate::store::{Process, SERVICE};

const WRONG: &str = "the passphrase is wrong";
const LOCKED: &str = "the encrypted key file is locked";

fn create(process: &mut Process) {
    let request = json!({ "do": "create_vault", "passphrase": "of a test" });
    assert_eq!(process.ask(&request), json!({ "vault": "Open" }));
}

fn open(process: &mut Process) {
    let request = json!({ "do": "open_vault", "passphrase": "of a test" });
    assert_eq!(process.ask(&request), json!({ "vault": "Open" }));
}

fn generate(process: &mut Process, id: &str) -> Value {
    let key = process.ask(&json!({ "do": "generate", "id": id, "in_file": true }));
    assert_eq!(
        (&key["state"], &key["lifetime"]),
        (&json!("Loaded"), &json!("Vault"))
    );
    key
}

#[test]
fn keys_of_the_file_need_no_keychain() {
    let keyring = PrivateKeyring::without_bus();
    let mut first = Process::start(&keyring);
    let refused = first.ask(&json!({ "do": "generate", "id": "early", "in_file": true }));
    assert_eq!(refused, json!({ "error": LOCKED }));
    create(&mut first);
    let key = generate(&mut first, "filed");
    first.kill();

    let mut second = Process::start(&keyring);
    second.ask(&json!({ "do": "load" }));
    assert_eq!(second.opens("filed"), LOCKED);
    let wrong = json!({ "do": "open_vault", "passphrase": "of a Test" });
    assert_eq!(second.ask(&wrong), json!({ "error": WRONG }));
    open(&mut second);
    assert_eq!(second.opens("filed"), key["fingerprint"]);
    second.remove(&key);
    assert_eq!(second.opens("filed"), Value::Null);
}

#[test]
fn keys_of_the_file_do_not_go_to_the_keychain() {
    let keyring = PrivateKeyring::unlocked();
    let mut process = Process::start(&keyring);
    create(&mut process);
    let (filed, kept) = (generate(&mut process, "filed"), process.generate("kept"));
    assert_eq!(keyring.accounts(SERVICE).len(), 1);
    let mut next = Process::loaded(&keyring, "Ready");
    assert_eq!(next.opens("kept"), kept["fingerprint"]);
    open(&mut next);
    assert_eq!(next.list(), [filed, kept]);
}

#[test]
fn killed_while_the_file_is_written() {
    let keyring = PrivateKeyring::without_bus();
    let half = Some(64 << 10);
    let mut process = Process::start(&keyring);
    let made = json!({ "do": "create_vault", "passphrase": "of a test" });
    assert_eq!(process.die_at(0, half, &made), None);
    let file = keyring.path().join("config/app/keys.vault");
    assert!(!file.exists(), "half a file is none");

    let mut process = Process::start(&keyring);
    create(&mut process);
    let told_of = generate(&mut process, "told of");
    let whole = fs::read(&file).expect("a key file");
    let add = json!({ "do": "generate", "id": "added", "in_file": true });
    assert_eq!(process.die_at(0, half, &add), None);
    assert_eq!(fs::read(&file).expect("a key file"), whole);

    let mut next = Process::start(&keyring);
    open(&mut next);
    assert_eq!(
        next.list(),
        std::slice::from_ref(&told_of),
        "it was never told of"
    );
    let index = fs::read_to_string(keyring.path().join("config/app/keys.json")).expect("an index");
    assert!(!index.contains("under_way"));

    let remove = json!({ "do": "remove", "handle": told_of["handle"] });
    assert_eq!(next.die_at(0, half, &remove), None);
    let mut last = Process::start(&keyring);
    open(&mut last);
    assert!(last.list().is_empty(), "the next one finishes the removal");
}

#[test]
fn killed_at_any_moment() {
    let keyring = PrivateKeyring::without_bus();
    create(&mut Process::start(&keyring));
    for round in 0..4 {
        let mut process = Process::start(&keyring);
        open(&mut process);
        generate(&mut process, &format!("told of, {round}"));
        process.tell(&json!({ "do": "churn", "in_file": true }));
        std::thread::sleep(std::time::Duration::from_millis(90 + 23 * round));
        process.kill();
        let mut next = Process::start(&keyring);
        open(&mut next);
        let list = next.list();
        assert!(list.iter().all(|key| key["state"] == "Loaded"), "{list:?}");
        let told_of = |key: &&Value| {
            let id = key["id"].as_str().unwrap_or_default();
            id.starts_with("told of")
        };
        assert_eq!(list.iter().filter(told_of).count() as u64, round + 1);
    }
}
