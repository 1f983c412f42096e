//! A keychain that is there and unlocked.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};
use support::keyring::PrivateKeyring;

use crate::store::{Process, SAMPLE, SAMPLE_FINGERPRINT, SERVICE, account};

#[test]
fn keys_of_one_process_are_found_by_the_next() {
    let keyring = PrivateKeyring::unlocked();
    let mut first = Process::loaded(&keyring, "NotAsked");
    first.check("Ready");
    let generated = first.generate("generated");
    let imported = first.import("test-key-id", &["test", "", SAMPLE], SAMPLE);
    assert_eq!(imported["fingerprint"], SAMPLE_FINGERPRINT);
    first.kill();

    let mut second = Process::start(&keyring);
    assert_eq!(
        second.opens("test"),
        "the key has not been read from the keychain yet"
    );
    second.load("Ready");
    assert_eq!(second.list(), [generated.clone(), imported.clone()]);
    assert_eq!(generated["state"], "Loaded");
    assert_eq!(second.opens("generated"), generated["fingerprint"]);
    for id in ["test-key-id", "test", "", SAMPLE] {
        assert_eq!(second.opens(id), SAMPLE_FINGERPRINT, "{id:?}");
    }
    assert_eq!(second.opens("Test"), Value::Null);

    // Another program sees the very bytes, and nothing but the two keys: the check left nothing behind.
    assert_eq!(
        keyring.lookup(SERVICE, &account(&imported)),
        SAMPLE.as_bytes()
    );
    let mut expect = [account(&generated), account(&imported)];
    expect.sort();
    assert_eq!(keyring.accounts(SERVICE), expect);
}

#[test]
fn the_key_is_in_the_keychain_and_in_no_file() {
    let keyring = PrivateKeyring::unlocked();
    Process::start(&keyring).import("k", &[], SAMPLE);
    let file = keyring.path().join("config/app/keys.json");
    assert_eq!(
        fs::metadata(&file).expect("an index").permissions().mode() & 0o777,
        0o600
    );
    let spellings = [
        SAMPLE,
        "dGVzdC1rZXktdGVzdC1rZXk",
        "746573742d6b65792d74657374",
    ];
    for file in [file, keyring.keyring_file()] {
        let bytes = fs::read(&file).expect("a file");
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        for spelling in spellings {
            assert!(
                !text.contains(&spelling.to_lowercase()),
                "{spelling} in {}",
                file.display()
            );
        }
    }
}

#[test]
fn removal_removes_the_keychain_entry() {
    let keyring = PrivateKeyring::unlocked();
    let mut process = Process::start(&keyring);
    let (gone, kept) = (process.generate("gone"), process.generate("kept"));
    process.remove(&gone);
    assert_eq!(process.opens("gone"), Value::Null);
    assert_eq!(keyring.accounts(SERVICE), [account(&kept)]);
    assert!(keyring.lookup(SERVICE, &account(&gone)).is_empty());
    assert_eq!(Process::loaded(&keyring, "Ready").list(), [kept]);
}

#[test]
fn an_entry_that_another_program_removed_is_named_as_gone() {
    let keyring = PrivateKeyring::unlocked();
    let mut process = Process::start(&keyring);
    let (gone, kept) = (process.generate("gone"), process.generate("kept"));
    let cleared = keyring
        .command("secret-tool")
        .args(["clear", "username", &account(&gone)])
        .status();
    assert!(cleared.expect("secret-tool runs").success());

    let mut next = Process::loaded(&keyring, "Ready");
    assert_eq!(next.opens("gone"), "the key is no longer in the keychain");
    assert_eq!(next.opens("kept"), kept["fingerprint"]);
    next.remove(&gone);
    assert_eq!(next.list(), [kept]);
}

#[test]
fn ids_may_contain_anything() {
    let keyring = PrivateKeyring::unlocked();
    let mut process = Process::start(&keyring);
    let long = "long ".repeat(2000);
    let ids = [
        "",
        " ",
        "a\nb",
        "\0",
        "ключ/キー/🔑",
        "../../etc/passwd",
        "\"}],\\",
        "key/{id}%s$(id)",
        &long,
    ];
    let keys: Vec<Value> = ids.iter().map(|id| process.generate(id)).collect();
    let mut next = Process::loaded(&keyring, "Ready");
    assert_eq!(next.list(), keys);
    for (id, key) in ids.iter().zip(&keys) {
        assert_eq!(key["id"], *id);
        assert_eq!(next.opens(id), key["fingerprint"], "{id:?}");
    }
}

#[test]
fn fifty_keys() {
    let keyring = PrivateKeyring::unlocked();
    let mut process = Process::start(&keyring);
    let keys: Vec<Value> = (0..50)
        .map(|n| process.generate(&format!("key-{n}")))
        .collect();
    let mut next = Process::loaded(&keyring, "Ready");
    assert_eq!(next.list(), keys);
    assert!(keys.iter().all(|key| key["state"] == "Loaded"));
    assert_eq!(keyring.accounts(SERVICE).len(), 50);
}

#[test]
fn two_processes_at_once_lose_nothing() {
    let keyring = PrivateKeyring::unlocked();
    std::thread::scope(|scope| {
        for name in ["a", "b", "c"] {
            let keyring = &keyring;
            scope.spawn(move || {
                let mut process = Process::start(keyring);
                for n in 0..10 {
                    process.generate(&format!("{name}-{n}"));
                }
            });
        }
    });
    let list = Process::loaded(&keyring, "Ready").list();
    assert_eq!(list.len(), 30);
    assert!(list.iter().all(|key| key["state"] == "Loaded"));
}

#[test]
fn a_session_key_is_gone_with_its_process() {
    let keyring = PrivateKeyring::unlocked();
    let mut process = Process::start(&keyring);
    process.ask(&json!({ "do": "import_for_session", "id": "mine", "text": SAMPLE }));
    assert_eq!(process.opens("mine"), SAMPLE_FINGERPRINT);
    assert_eq!(
        Process::loaded(&keyring, "NotAsked").opens("mine"),
        Value::Null
    );
    assert!(keyring.accounts(SERVICE).is_empty());
}
