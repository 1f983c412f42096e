//! Files under each hand that may come between: links, pipes, kills, other processes.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::leftovers::{Temporary, create_locked};
use super::write::put_named;
use super::*;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn put(path: &Path, content: impl AsRef<[u8]>) {
    File::create(path)
        .and_then(|mut file| file.write_all(content.as_ref()))
        .unwrap();
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

type Way = fn(&Path, &[u8], Writing<'_>) -> io::Result<()>;

/// The two ways to write: as the system does it best, and as every system can.
const WAYS: [Way; 2] = [write, |path, content, writing| {
    put_named(folder_of(path)?, path, writing, |file| {
        file.write_all(content)
    })
}];

#[test]
fn a_file_is_replaced_whole_and_for_its_owner_alone() {
    for way in WAYS {
        let folder = folder();
        let path = folder.path().join("settings.json");
        for content in ["one", "two"] {
            way(&path, content.as_bytes(), Writing::default()).unwrap();
            assert_eq!(read_bounded(&path, 3).unwrap(), content.as_bytes());
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let refused = Writing {
            replacing: Replacing::Refused,
            ..Writing::default()
        };
        let error = way(&path, b"three", refused).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"two");
        way(&folder.path().join("new"), b"new", refused).unwrap();
        assert_eq!(names(folder.path()), ["new", "settings.json"]);
    }
}

#[test]
fn reading_is_bounded() {
    let folder = folder();
    let path = folder.path().join("deep/long");
    let long = b"0123456789".repeat(1000);
    write_atomically(&path, &long).unwrap();
    assert_eq!(read_bounded(&path, 10_000).unwrap(), long);
    assert_eq!(**read_secret(&path, 10_000).unwrap(), *long);
    let too_large = |kind| assert_eq!(kind, io::ErrorKind::FileTooLarge);
    too_large(read_bounded(&path, 9_999).unwrap_err().kind());
    too_large(read_secret(&path, 9_999).unwrap_err().kind());
}

#[test]
fn marks_of_windows_editors_are_known() {
    assert_eq!(without_bom(b"\xef\xbb\xbf[]"), b"[]");
    assert_eq!(without_bom(b"[]"), b"[]");
    assert!(is_utf16(b"\xff\xfe[\0") && is_utf16(b"\xfe\xff\0[") && !is_utf16(b"[]"));
}

#[test]
fn a_failed_write_leaves_nothing() {
    for way in WAYS {
        let folder = folder();
        let path = folder.path().join("taken");
        // It cannot be replaced by a file, whoever runs the test.
        fs::create_dir_all(path.join("in the way")).unwrap();
        let noted_in = folder.path().join("app");
        let writing = Writing {
            noted_in: Some(&noted_in),
            ..Writing::default()
        };
        way(&path, b"content", writing).unwrap_err();
        assert!(path.join("in the way").is_dir());
        assert_eq!(
            names(folder.path())
                .iter()
                .filter(|name| *name != "app")
                .count(),
            1
        );
        assert!(!noted_in.exists() || names(&noted_in).is_empty());
    }
}

/// What a process leaves that is killed between two lines: no destructor runs, and its locks are gone.
fn killed(temporary: Temporary) -> PathBuf {
    let path = temporary.path.clone();
    std::mem::forget(temporary);
    path
}

#[test]
fn a_sweep_takes_what_the_dead_left_here_and_where_their_notes_lead() {
    let (app, chosen) = (folder(), folder());
    let here = killed(Temporary::new(app.path(), None).unwrap());
    put(&here, "settings");
    // `forget` keeps the note's file open, and locked.
    let elsewhere = Temporary::new(chosen.path(), Some(app.path())).unwrap();
    put(&elsewhere.path, "decoded");
    assert_eq!(names(app.path()).len(), 2);

    assert_eq!(sweep(app.path()), 1, "the writer of the other one lives");
    assert!(!here.exists() && elsewhere.path.exists());

    let (content, note) = (elsewhere.path.clone(), names(app.path()).remove(0));
    drop(elsewhere);
    assert_eq!(
        names(app.path()),
        Vec::<String>::new(),
        "a living writer cleans up"
    );
    put(&content, "decoded");
    put(&app.path().join(&note), content.to_str().unwrap());
    put(&chosen.path().join("value.json"), "decoded");
    assert_eq!(sweep(app.path()), 1);
    assert_eq!(names(app.path()), Vec::<String>::new());
    assert_eq!(names(chosen.path()), ["value.json"]);
}

#[test]
fn a_sweep_leaves_alone_what_is_none_of_its() {
    let (app, chosen) = (folder(), folder());
    let precious = chosen.path().join("precious.json");
    put(&precious, "precious");
    let other = chosen.path().join(format!("{PREFIX}other.tmp"));
    put(&other, "of another note");
    // Notes that lead to anything but their own content, are cut off, or are no notes.
    for (id, about) in [
        ("a", precious.as_path()),
        ("b", other.as_path()),
        ("c", Path::new("")),
    ] {
        put(
            &app.path().join(format!("{PREFIX}{id}.note")),
            about.to_str().unwrap(),
        );
    }
    for name in [
        "settings.json",
        ".tmpAbCdEf",
        "x.tmp",
        ".temporal-codec-x.other",
    ] {
        put(&app.path().join(name), name);
    }
    fs::create_dir(app.path().join(format!("{PREFIX}folder.tmp"))).unwrap();
    // On a disk that is not connected now.
    let gone = app.path().join(format!("{PREFIX}d.note"));
    put(&gone, format!("/no/such/disk/{PREFIX}d.tmp"));
    let in_use = create_locked(&app.path().join(format!("{PREFIX}e.tmp"))).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(&precious, app.path().join(format!("{PREFIX}link.tmp"))).unwrap();

    assert_eq!(sweep(app.path()), 0);
    assert_eq!(fs::read(&precious).unwrap(), b"precious");
    assert!(other.exists() && gone.exists());
    let left = names(app.path());
    assert!(left.contains(&format!("{PREFIX}e.tmp")), "{left:?}");
    assert!(left.contains(&format!("{PREFIX}folder.tmp")), "{left:?}");
    assert!(
        left.iter()
            .all(|name| !name.ends_with("c.note") && !name.ends_with("a.note"))
    );
    drop(in_use);
    assert_eq!(sweep(app.path()), 1);
    assert_eq!(sweep(&app.path().join("no such folder")), 0);
}

#[test]
fn set_aside_copies_are_numbered_and_never_overwritten() {
    let folder = folder();
    let path = folder.path().join("keys.json");
    for n in 1..=MAX_SET_ASIDE {
        put(&path, n.to_string());
        set_aside(&path).unwrap();
        // What replaces it does so at once.
        let _ = fs::remove_file(&path);
    }
    put(&path, "one more");
    let error = set_aside(&path).unwrap_err();
    assert!(error.to_string().contains("1000 copies"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), b"one more");
    let read = |name| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(read("keys.broken.json"), "1");
    assert_eq!(read("keys.broken-2.json"), "2");
    assert_eq!(read("keys.broken-1000.json"), "1000");
    set_aside(folder.path()).unwrap_err();
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn a_link_stays_and_its_file_is_written() {
        let folder = folder();
        let dotfiles = folder.path().join("dotfiles");
        fs::create_dir(&dotfiles).unwrap();
        let (real, middle, path) = (
            dotfiles.join("real.json"),
            folder.path().join("middle"),
            folder.path().join("settings.json"),
        );
        // Relative to where the link lies.
        symlink("dotfiles/real.json", &middle).unwrap();
        symlink(&middle, &path).unwrap();
        // It leads to nothing yet: that is where the file is wanted.
        for content in ["one", "two"] {
            write_atomically(&path, content.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&real).unwrap(), content);
        }
        assert!(path.is_symlink() && middle.is_symlink());
        assert_eq!(names(&dotfiles), ["real.json"]);
        assert_eq!(set_aside(&path).unwrap(), dotfiles.join("real.broken.json"));
    }

    #[test]
    fn what_no_link_can_mean_is_told() {
        let folder = folder();
        let (one, two) = (folder.path().join("one"), folder.path().join("two"));
        symlink(&two, &one).unwrap();
        symlink(&one, &two).unwrap();
        let error = write_atomically(&one, b"x").unwrap_err();
        assert!(error.to_string().contains("circle"), "{error}");
        let nowhere = folder.path().join("nowhere");
        symlink("no/such/folder/x.json", &nowhere).unwrap();
        let error = write_atomically(&nowhere, b"x").unwrap_err();
        assert!(error.to_string().contains("does not exist"), "{error}");
        assert!(one.is_symlink() && nowhere.is_symlink());
        assert_eq!(names(folder.path()), ["nowhere", "one", "two"]);
    }

    #[test]
    fn a_strangers_link_in_a_shared_folder_decides_nothing() {
        let folder = folder();
        let shared = folder.path().join("shared");
        fs::create_dir(&shared).unwrap();
        fs::set_permissions(&shared, fs::Permissions::from_mode(0o1777)).unwrap();
        let (precious, link) = (folder.path().join("precious"), shared.join("value.json"));
        put(&precious, "precious");
        symlink(&precious, &link).unwrap();
        write_atomically(&link, b"own link").unwrap();
        // Only root can give a link away; for others the half above is tested.
        if std::os::unix::fs::lchown(&link, Some(12345), None).is_ok() {
            let error = write_atomically(&link, b"overwritten").unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
        }
        assert_eq!(fs::read(&precious).unwrap(), b"own link");
    }

    #[test]
    fn the_mode_of_others_is_kept_where_asked_for() {
        let folder = folder();
        let path = folder.path().join("temporal.toml");
        let keeping = Writing {
            replacing: Replacing::KeepingMode,
            ..Writing::default()
        };
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        write(&path, b"new", keeping).unwrap();
        assert_eq!(mode(), 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        write(&path, b"kept", keeping).unwrap();
        assert_eq!(mode(), 0o640);
        write(&path, b"private", Writing::default()).unwrap();
        assert_eq!(mode(), 0o600);
    }

    #[test]
    fn what_is_no_file_is_neither_read_nor_replaced() {
        let folder = folder();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        let socket = folder.path().join("socket");
        let _listening = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let linked = folder.path().join("linked");
        symlink(&pipe, &linked).unwrap();
        for (path, what) in [
            (pipe.as_path(), "a named pipe"),
            (&linked, "a named pipe"),
            (&socket, "a socket"),
            (folder.path(), "a folder"),
            (Path::new("/dev/null"), "a device"),
            (Path::new("/dev/zero"), "a device"),
        ] {
            let read = [
                open(path).unwrap_err(),
                read_bounded(path, 10).unwrap_err(),
                read_secret(path, 10).unwrap_err(),
            ];
            // A test that fails must not cost the machine its devices.
            let written = (!path.starts_with("/dev")).then(|| {
                [
                    write_atomically(path, b"x").unwrap_err(),
                    set_aside(path).unwrap_err(),
                ]
            });
            for error in read.into_iter().chain(written.into_iter().flatten()) {
                assert!(error.to_string().contains(what), "{path:?}: {error}");
            }
        }
    }
}
