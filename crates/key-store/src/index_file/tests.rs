//! The index of keys in its file: broken, newer, linked, and under several hands.

use std::fs;
use std::io::Write as _;

use jiff::Timestamp;
use uuid::Uuid;

use super::*;
use crate::index::{Entry, KeptIn};
use crate::record::KeyUse;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn changing(path: &Path) -> IndexFile {
    IndexFile::new(path, Access::Change)
}

fn put(path: &Path, content: impl AsRef<[u8]>) {
    File::create(path)
        .and_then(|mut file| file.write_all(content.as_ref()))
        .unwrap();
}

/// The index of a file that is understood whole.
fn index(file: &IndexFile) -> Index {
    match file.read().unwrap() {
        Found::Index(index) => index,
        Found::Newer { .. } | Found::Broken => panic!("no index of this version"),
    }
}

fn entry(id: &str) -> Entry {
    Entry {
        handle: Uuid::new_v4(),
        id: id.to_owned(),
        also_opens: Vec::new(),
        label: String::new(),
        bits: 256,
        created: Timestamp::UNIX_EPOCH,
        fingerprint: "00".repeat(8),
        under_way: None,
        kept_in: KeptIn::Keychain,
        left_in: None,
        usage: KeyUse::default(),
        unknown: serde_json::Map::new(),
    }
}

#[track_caller]
fn check_broken(bytes: &[u8]) {
    let folder = folder();
    let path = folder.path().join("keys.json");
    put(&path, bytes);
    let file = changing(&path);
    assert!(matches!(file.read().unwrap(), Found::Broken));
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "reading moves nothing"
    );
    let mut locked = file.lock().unwrap();
    let aside = locked.set_aside.take().expect("set aside");
    assert_eq!(aside, folder.path().join("keys.broken.json"));
    assert_eq!(
        fs::read(&path).unwrap(),
        bytes,
        "no moment is without a file"
    );
    locked.save().unwrap();
    assert_eq!(fs::read(aside).unwrap(), bytes);
    assert!(index(&file).keys.is_empty());
}

#[test]
fn what_is_no_index_is_set_aside_whole_by_the_first_change() {
    check_broken(b"");
    check_broken(b"{");
    check_broken(b"\xff\xfe");
    check_broken(b"[]");
    check_broken(br#"{"keys":[]}"#);
    check_broken(br#"{"version":1,"keys":"none"}"#);
    check_broken(br#"{"version":"1","keys":[]}"#);
    check_broken("[".repeat(100_000).as_bytes());
}

#[test]
fn earlier_broken_files_are_kept() {
    let folder = folder();
    let path = folder.path().join("keys.json");
    for text in ["first", "second", "third"] {
        put(&path, text);
        changing(&path).lock().unwrap().save().unwrap();
    }
    let read = |name| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(read("keys.broken.json"), "first");
    assert_eq!(read("keys.broken-2.json"), "second");
    assert_eq!(read("keys.broken-3.json"), "third");
}

#[test]
fn a_newer_version_is_used_as_far_as_it_is_understood_and_left_alone() {
    let known = serde_json::to_string(&entry("known")).unwrap();
    for (text, n_keys) in [
        (r#"{"version":2,"keys":"something else"}"#.to_owned(), 0),
        (r#"{"version":99999999999,"other":[]}"#.to_owned(), 0),
        (
            format!(r#"{{"version":2,"keys":[{known},{{"handle":7}}]}}"#),
            1,
        ),
    ] {
        let folder = folder();
        let path = folder.path().join("keys.json");
        put(&path, &text);
        let file = changing(&path);
        let Found::Newer { index, .. } = file.read().unwrap() else {
            panic!("a newer version: {text}");
        };
        assert_eq!(index.keys.len(), n_keys, "{text}");
        assert!(matches!(
            file.lock(),
            Err(KeyStoreError::IndexTooNew { known: 1, .. })
        ));
        assert_eq!(fs::read_to_string(path).unwrap(), text);
    }
}

#[test]
fn entries_that_are_not_understood_are_kept_and_cost_no_other_its_place() {
    let folder = folder();
    let path = folder.path().join("keys.json");
    let mut elsewhere = serde_json::to_value(entry("elsewhere")).unwrap();
    elsewhere["kept_in"] = "hsm".into();
    let known = serde_json::to_value(entry("known")).unwrap();
    let text =
        serde_json::json!({ "version": 1, "keys": [elsewhere, { "handle": "no uuid" }, known] });
    // As Windows' editors write it.
    put(&path, format!("\u{feff}{text}"));
    let file = changing(&path);
    let mut locked = file.lock().unwrap();
    assert_eq!(locked.index.keys.len(), 1);
    assert_eq!(locked.index.n_not_understood(), 2);
    locked.index.keys.push(entry("new"));
    locked.save().unwrap();
    let saved: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let saved = saved["keys"].as_array().unwrap();
    assert_eq!(saved.len(), 4);
    assert!(
        saved.contains(&elsewhere) && saved.contains(&serde_json::json!({ "handle": "no uuid" }))
    );
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        2,
        "the index and its lock"
    );
}

#[test]
fn whoever_reads_creates_nothing() {
    let folder = folder();
    let path = folder.path().join("config/keys.json");
    let file = IndexFile::new(&path, Access::Read);
    assert!(matches!(file.read().unwrap(), Found::Index(_)));
    assert!(matches!(file.lock(), Err(KeyStoreError::ReadOnly)));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn a_link_stays_and_a_pipe_keeps_nobody_waiting() {
    let folder = folder();
    let path = folder.path().join("keys.json");
    std::os::unix::fs::symlink("elsewhere.json", &path).unwrap();
    let file = changing(&path);
    let mut locked = file.lock().unwrap();
    locked.index.keys.push(entry("k"));
    locked.save().unwrap();
    drop(locked);
    assert!(path.is_symlink());
    assert!(folder.path().join("elsewhere.json").is_file());
    assert_eq!(index(&file).keys.len(), 1);

    let pipe = folder.path().join("pipe.json");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    assert!(matches!(
        changing(&pipe).read(),
        Err(KeyStoreError::Index(_))
    ));
}

#[test]
fn unknown_fields_survive() {
    let folder = folder();
    let path = folder.path().join("keys.json");
    let text = r#"{"version":1,"later":{"a":[1]},"keys":[{"handle":"7b0b3e5e-6b0c-4c53-9b9d-3a9d0a7a3c11","id":"","bits":128,
        "created":"2026-01-02T03:04:05Z","fingerprint":"0011223344556677","namespace":"prod"}]}"#;
    File::create(&path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .unwrap();
    let file = changing(&path);
    let mut locked = file.lock().unwrap();
    assert_eq!(locked.index.keys[0].usage, KeyUse::default());
    let usage = KeyUse {
        formats: vec!["tracecat".to_owned()],
        namespaces: vec!["prod-*".to_owned()],
        retired: true,
    };
    locked.index.keys.push(Entry {
        usage: usage.clone(),
        kept_in: KeptIn::Vault,
        left_in: None,
        ..entry("new")
    });
    locked.save().unwrap();
    let read = index(&file);
    assert_eq!(
        (&read.keys[1].usage, read.keys[1].kept_in),
        (&usage, KeptIn::Vault)
    );
    assert!(
        read.keys[1].unknown.is_empty(),
        "what is known is not kept a second time"
    );
    let after: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert_eq!(after["later"]["a"][0], 1);
    assert_eq!(after["keys"][0]["namespace"], "prod");
    assert_eq!(after["keys"][0]["id"], "");
    assert_eq!(after["keys"][1]["id"], "new");
    assert_eq!(
        after["version"], 1,
        "older versions keep what they do not know"
    );
}

#[cfg(unix)]
#[test]
fn only_the_user_can_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    let path = folder.path().join("config/app/keys.json");
    let file = changing(&path);
    file.lock().unwrap().save().unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    assert_eq!(mode(&files::beside(&path, "lock")), 0o600);
}

#[test]
fn one_writer_at_a_time() {
    let folder = folder();
    let file = changing(&folder.path().join("keys.json"));
    let other = changing(&folder.path().join("keys.json"));
    let locked = file.lock().unwrap();
    assert!(other.try_lock().unwrap().is_none());
    drop(locked);
    assert!(other.try_lock().unwrap().is_some());
}
