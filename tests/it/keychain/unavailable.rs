//! A keychain that is locked, absent, frozen, or was restarted.

use std::time::Duration;

use serde_json::{Value, json};
use support::keyring::{Activation, PrivateKeyring};

use crate::store::{DEADLINE, Process, SAMPLE, SAMPLE_FINGERPRINT, SERVICE, account, within};

/// What is refused, is refused long before a deadline.
const AT_ONCE: Duration = Duration::from_secs(3);

const LOCKED: &str = "the keychain is locked";
const MISSING: &str = "no keychain is running";
const TIMED_OUT: &str = "the keychain did not answer in time";

/// Nothing can be added, and nothing is added anywhere else instead; but a session's key can be, on purpose.
#[track_caller]
fn check_adds_nothing(process: &mut Process, error: &str) {
    let before = process.list();
    let answer = process.ask(&json!({ "do": "generate", "id": "new" }));
    assert_eq!(answer, json!({ "error": error }));
    assert_eq!(process.opens("new"), Value::Null);
    assert_eq!(process.list(), before);

    process.ask(&json!({ "do": "import_for_session", "id": "on purpose", "text": SAMPLE }));
    assert_eq!(process.opens("on purpose"), SAMPLE_FINGERPRINT);
}

#[test]
fn locked_by_a_wrong_password() {
    let mut keyring = PrivateKeyring::unlocked();
    let key = Process::start(&keyring).import("k", &[], SAMPLE);
    keyring.kill_daemon();
    keyring.start_daemon("wrong");

    let mut process = Process::start(&keyring);
    within(AT_ONCE, || process.load("Locked"));
    assert_eq!(process.opens("k"), LOCKED);
    within(AT_ONCE, || process.check("Locked"));
    check_adds_nothing(&mut process, LOCKED);
    let refused = process.ask(&json!({ "do": "remove", "handle": key["handle"] }));
    assert_eq!(refused, json!({ "error": LOCKED }));
    assert_eq!(
        process.opens("k"),
        LOCKED,
        "what could not be removed is still there"
    );

    // The way out, without a restart of ours.
    keyring.kill_daemon();
    keyring.start_daemon("test");
    process.load("Ready");
    assert_eq!(process.opens("k"), SAMPLE_FINGERPRINT);
}

#[test]
fn locked_while_we_run() {
    let keyring = PrivateKeyring::unlocked();
    let mut process = Process::start(&keyring);
    process.import("k", &[], SAMPLE);
    keyring.lock();
    within(AT_ONCE, || process.check("Locked"));
    assert_eq!(
        process.opens("k"),
        SAMPLE_FINGERPRINT,
        "what was read once is served on"
    );
    check_adds_nothing(&mut process, LOCKED);
    assert_eq!(Process::loaded(&keyring, "Locked").opens("k"), LOCKED);
}

#[test]
fn no_login_keyring() {
    // The bus starts a gnome-keyring that nobody logged in to: it opens, and says that there is no entry.
    let keyring = PrivateKeyring::with_bus(Activation::On);
    let mut process = Process::start(&keyring);
    within(AT_ONCE, || process.check("Locked"));
    check_adds_nothing(&mut process, LOCKED);
}

#[test]
fn no_bus() {
    let keyring = PrivateKeyring::without_bus();
    let mut process = Process::start(&keyring);
    within(AT_ONCE, || process.check("Missing"));
    check_adds_nothing(&mut process, MISSING);
    assert_eq!(process.ask(&json!({ "do": "load" }))["keychain"], "Missing");
}

#[test]
fn no_service_until_it_comes_up() {
    let mut keyring = PrivateKeyring::with_bus(Activation::Off);
    let mut process = Process::start(&keyring);
    within(AT_ONCE, || process.check("Missing"));
    check_adds_nothing(&mut process, MISSING);

    keyring.start_daemon("test");
    process.check("Ready");
    let key = process.generate("new");
    assert_eq!(keyring.accounts(SERVICE), [account(&key)]);
}

#[test]
fn restarted_while_we_run() {
    let mut keyring = PrivateKeyring::unlocked();
    let mut process = Process::start(&keyring);
    process.import("k", &[], SAMPLE);
    let mut other = Process::start(&keyring);

    keyring.kill_daemon();
    within(AT_ONCE, || process.check("Missing"));
    assert_eq!(
        process.opens("k"),
        SAMPLE_FINGERPRINT,
        "what was read once is served on"
    );
    within(AT_ONCE, || other.load("Missing"));
    assert_eq!(other.opens("k"), MISSING);

    keyring.start_daemon("test");
    process.check("Ready");
    let late = process.generate("late");
    other.load("Ready");
    assert_eq!(other.opens("k"), SAMPLE_FINGERPRINT);
    assert_eq!(other.opens("late"), late["fingerprint"]);
}

#[test]
fn restarted_unnoticed() {
    // Our session with the old one is void, and the first call must not be the one to find out.
    let mut keyring = PrivateKeyring::unlocked();
    let mut process = Process::start(&keyring);
    process.import("k", &[], SAMPLE);
    keyring.kill_daemon();
    keyring.start_daemon("test");
    process.generate("late");
    assert_eq!(keyring.accounts(SERVICE).len(), 2);
}

#[test]
fn frozen_and_thawed() {
    let keyring = PrivateKeyring::unlocked();
    let mut process = Process::start(&keyring);
    process.import("k", &[], SAMPLE);
    let mut other = Process::start(&keyring);

    keyring.freeze_daemon();
    within(DEADLINE + AT_ONCE, || other.load("TimedOut"));
    assert_eq!(other.opens("k"), TIMED_OUT);
    within(AT_ONCE, || other.check("TimedOut"));
    let timed_out = within(DEADLINE + AT_ONCE, || {
        process.ask(&json!({ "do": "generate", "id": "new" }))
    });
    assert_eq!(timed_out, json!({ "error": TIMED_OUT }));
    assert_eq!(process.opens("new"), Value::Null);
    assert_eq!(process.opens("k"), SAMPLE_FINGERPRINT);

    keyring.thaw_daemon();
    other.load_when_ready();
    assert_eq!(other.opens("k"), SAMPLE_FINGERPRINT);
    process.load_when_ready();
    assert_eq!(
        process.list().len(),
        1,
        "who was told that it failed must not find it done"
    );
    assert_eq!(keyring.accounts(SERVICE).len(), 1);
}
