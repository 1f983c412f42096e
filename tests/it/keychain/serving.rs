//! What happens while a process decodes: it is locked, or its keychain dies.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use support::keyring::PrivateKeyring;

use crate::memory::Traces;
use crate::store::{Process, SERVICE, account};

/// What was decoded within a while. What was under way before has ended by then.
fn served(process: &mut Process) -> Value {
    thread::sleep(Duration::from_millis(200));
    process.ask(&json!({ "do": "served" }));
    thread::sleep(Duration::from_millis(200));
    process.ask(&json!({ "do": "served" }))
}

#[track_caller]
fn check_serves(process: &mut Process) {
    let served = served(process);
    assert!(served["decoded"].as_u64() > Some(0), "{served}");
    assert_eq!(
        (&served["locked"], &served["failed"]),
        (&json!(0), &json!(0))
    );
}

#[test]
fn locked_while_it_serves() {
    let keyring = PrivateKeyring::unlocked();
    let key = Process::start(&keyring).generate("canary");
    let traces = Traces::of(&keyring.lookup(SERVICE, &account(&key)));
    let mut process = Process::loaded(&keyring, "Ready");
    process.ask(&json!({ "do": "serve", "id": "canary" }));
    check_serves(&mut process);
    for _ in 0..5 {
        process.ask(&json!({ "do": "lock" }));
        let served = served(&mut process);
        assert!(served["locked"].as_u64() > Some(0), "{served}");
        assert_eq!(
            (&served["decoded"], &served["failed"]),
            (&json!(0), &json!(0))
        );
        traces.check_gone(&process, "locked while it serves");
        process.ask(&json!({ "do": "unlock" }));
        check_serves(&mut process);
    }
    process.ask(&json!({ "do": "retire", "handle": key["handle"] }));
    let after = served(&mut process);
    assert_eq!(after["decoded"], 0, "retired while it serves: {after}");
}

#[test]
fn the_keychain_dies_while_it_serves() {
    let mut keyring = PrivateKeyring::unlocked();
    let mut process = Process::start(&keyring);
    process.generate("k");
    process.ask(&json!({ "do": "serve", "id": "k" }));
    keyring.kill_daemon();
    check_serves(&mut process);
    process.check("Missing");
    check_serves(&mut process);
    keyring.start_daemon("test");
    process.load_when_ready();
    process.generate("late");
    check_serves(&mut process);
    keyring.lock();
    process.check("Locked");
    check_serves(&mut process);
}

#[test]
fn two_instances_see_each_others_changes() {
    let keyring = PrivateKeyring::unlocked();
    let (mut one, mut other) = (Process::start(&keyring), Process::start(&keyring));
    let key = one.generate("k");
    other.load("Ready");
    other.ask(&json!({ "do": "serve", "id": "k" }));
    check_serves(&mut other);
    one.ask(&json!({ "do": "lock" }));
    check_serves(&mut other);
    one.ask(&json!({ "do": "unlock" }));
    one.remove(&key);
    other.load("Ready");
    let after = served(&mut other);
    assert_eq!(after["decoded"], 0, "removed by the other: {after}");
    assert!(other.list().is_empty());
}
