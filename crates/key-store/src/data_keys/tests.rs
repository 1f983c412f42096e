//! Commands that count how often they are run.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use payload_codec::DataKeyForm;

use super::*;

/// 32 bytes in base64.
const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

fn wrapped(n: u8) -> WrappedKey {
    WrappedKey::new("awskms:///k", &[n; 40], DataKeyForm::Raw).expect("a key")
}

fn source(script: &str) -> DataKeySource {
    let command = format!("sh -c '{script}'");
    DataKeySource::new(vec!["awskms://*".to_owned()], &command, Some(1))
        .expect("a source")
        .confirmed(true)
}

/// A store with one command, which writes a line each time it is run.
fn store(folder: &Path, script: &str) -> DataKeyStore {
    let store = DataKeyStore::default();
    let script = format!("echo run >> {}; {script}", folder.join("runs").display());
    store.set_sources(vec![source(&script)]);
    store
}

fn runs(folder: &Path) -> usize {
    fs::read_to_string(folder.join("runs")).map_or(0, |runs| runs.lines().count())
}

fn ask(store: &DataKeyStore, n: u8) -> Result<SecretKey, DataKeyProblem> {
    store.ask_and_wait(vec![wrapped(n)], &|| true);
    store.data_key(&wrapped(n))
}

#[test]
fn it_is_asked_once_for_a_data_key_however_many_wait() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store(folder.path(), &format!("sleep 0.1; echo {KEY}"));
    thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| {
                for n in 0..3 {
                    assert_eq!(ask(&store, n).expect("unwrapped").bits(), 256);
                }
            });
        }
    });
    assert_eq!(runs(folder.path()), 3);
    assert_eq!(store.asking().n_held, 3);
    assert_eq!(store.asking().waiting_for, None);
}

#[test]
fn a_lock_wipes_and_what_is_answered_later_is_dropped() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store(folder.path(), &format!("sleep 0.3; echo {KEY}"));
    ask(&store, 1).expect("unwrapped");
    thread::scope(|scope| {
        let late = scope.spawn(|| ask(&store, 2).err());
        while store.asking().waiting_for.is_none() {
            thread::yield_now();
        }
        store.lock();
        assert_eq!(late.join().expect("ends"), Some(DataKeyProblem::Locked));
    });
    assert_eq!(store.asking().n_held, 0);
    assert_eq!(ask(&store, 1).err(), Some(DataKeyProblem::Locked));
    store.unlock();
    assert_eq!(
        store.data_key(&wrapped(1)).err(),
        Some(DataKeyProblem::NotAsked)
    );
    ask(&store, 1).expect("unwrapped again");
    store.set_sources(Vec::new());
    assert_eq!(store.asking().n_held, 0);
    assert!(!store.serves("awskms:///k"));
}

#[test]
fn each_reason_is_its_own_and_is_not_asked_for_again_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = |script: &str| {
        let store = store(folder.path(), script);
        let problem = ask(&store, 1).err().expect("no key");
        let before = runs(folder.path());
        assert_eq!(ask_noting(&store), Some(problem.clone()));
        assert_eq!(runs(folder.path()), before, "{problem}");
        problem.to_string()
    };
    let by = "was not unwrapped: sh";
    for (script, expected) in [
        (
            "echo AccessDeniedException >&2; exit 254",
            " was denied access",
        ),
        (
            "echo run: aws sso login >&2; exit 255",
            " says that nobody is signed in",
        ),
        ("exit 3", " failed with exit status 3"),
        ("sleep 9", " did not answer within 1 seconds"),
        ("true", " printed nothing"),
    ] {
        assert_eq!(said(script), format!("{by}{expected}"));
    }
    assert_eq!(
        said("echo hello world"),
        "was not unwrapped: what sh gave is no key"
    );
    assert_eq!(
        said("echo AQID"),
        "was not unwrapped: sh gave 3 bytes, and a data key has 16, 24 or 32"
    );
}

/// As a second request: what was refused is not missing.
fn ask_noting(store: &DataKeyStore) -> Option<DataKeyProblem> {
    store.data_key(&wrapped(1)).err()
}

#[test]
fn what_is_not_confirmed_is_not_run_and_what_is_canceled_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store(folder.path(), "sleep 9");
    store.set_sources(vec![
        source(&format!("touch {}", folder.path().join("ran").display())).confirmed(false),
    ]);
    assert_eq!(
        ask(&store, 1).err(),
        Some(DataKeyProblem::NotConfirmed {
            by: "sh".to_owned()
        })
    );
    assert!(!folder.path().join("ran").exists());
    store.set_sources(vec![source("sleep 9")]);
    thread::scope(|scope| {
        let waiting = scope.spawn(|| ask(&store, 1).err());
        while store.asking().waiting_for.is_none() {
            thread::yield_now();
        }
        store.cancel();
        let canceled = DataKeyProblem::Canceled {
            by: "sh".to_owned(),
        };
        assert_eq!(waiting.join().expect("ends"), Some(canceled));
    });
}

#[test]
fn what_nobody_waits_for_is_not_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store(folder.path(), &format!("sleep 0.2; echo {KEY}"));
    let first = store.ask(vec![wrapped(1)]);
    drop(store.ask(vec![wrapped(2), wrapped(3)]));
    store.ask_and_wait(vec![wrapped(1)], &|| true);
    drop(first);
    thread::sleep(Duration::from_millis(50));
    assert_eq!(runs(folder.path()), 1);
}
