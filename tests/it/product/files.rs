//! Files that people name: links, pipes, marks of editors, and rights that leave keys to others.

use std::path::Path;

use app::Code;
use serde_json::{Value, json};
use support::app::TestApp;
use support::cli::Home;
use support::wire::{PLAIN, SEALED, payloads};

use crate::sources::{PASSPHRASE, SAMPLE_KEY};

fn put(path: &Path, content: impl AsRef<[u8]>) {
    app::write_atomically(path, content.as_ref()).expect("written");
}

fn utf16(text: &str) -> Vec<u8> {
    let units = std::iter::once('\u{feff}').chain(text.chars());
    let units: String = units.collect();
    units.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn a_mark_of_a_windows_editor_is_no_part_of_a_text() {
    let home = Home::new();
    let keys = format!("\u{feff}{}", support::cli::SAMPLE_KEYS);
    let whole = format!("\u{feff}{{\"keys\":{}}}", support::cli::SAMPLE_KEYS);
    for keys in [keys, whole] {
        let keys = home.file("marked.json", keys);
        let document = home.file("document.json", format!("\u{feff}{}", payloads(&[SEALED])));
        let ran = home.run(&["decode", &document, "--keys", &keys], b"");
        assert_eq!(ran.status, Some(0), "{ran:?}");
        assert!(ran.stdout.contains(&payloads(&[PLAIN])), "{ran:?}");
    }
    let keys = home.file("utf16.json", utf16(support::cli::SAMPLE_KEYS));
    let ran = home.run(&["decode", "--keys", &keys], b"{}");
    assert_eq!(ran.status, Some(1), "{ran:?}");
    assert!(
        ran.stderr.contains("UTF-16") && ran.stderr.contains("UTF-8"),
        "{ran:?}"
    );

    // In the window: lists, .env files and bundles.
    let app = TestApp::new();
    app.import("test-key-id", SAMPLE_KEY, "utf8", "session");
    let handle = app.ok("list_keys", Value::Null)["keys"][0]["handle"].clone();
    let bundle = app.folder().path().join("team.age");
    let file = app.ticket("export_bundle", &bundle);
    let export =
        json!({ "handles": [handle], "file": file, "passphrase": PASSPHRASE, "recipients": [] });
    app.ok("export_bundle", export);
    let bundle = std::fs::read_to_string(&bundle).expect("written");
    for (name, text, kind) in [
        (
            "list.json",
            r#"[{"id":"a","key":"0123456789abcdef"}]"#,
            "JSON key list",
        ),
        (
            "list.yaml",
            "- id: a\n  key: 0123456789abcdef\n",
            "YAML key list",
        ),
        (
            ".env",
            "A=000102030405060708090a0b0c0d0e0f\nB=1\n",
            ".env file",
        ),
        ("team.age", &bundle, "Key bundle"),
    ] {
        let path = app.folder().path().join(name);
        put(&path, format!("\u{feff}{text}"));
        let file = app.ticket("key_source", &path);
        let source =
            json!({ "source": { "type": "file", "file": file, "passphrase": PASSPHRASE } });
        let preview = app.ok("preview_keys", source);
        assert_eq!(preview["kind"], kind);
        assert_eq!(
            preview["entries"].as_array().map(Vec::len),
            Some(1),
            "{preview}"
        );
    }
    let path = app.folder().path().join("utf16.yaml");
    put(&path, utf16("- id: a\n  key: 0123456789abcdef\n"));
    let file = app.ticket("key_source", &path);
    let source = json!({ "source": { "type": "file", "file": file } });
    let error = app.fails("preview_keys", source, Code::BadKeyMaterial);
    assert!(error.message.contains("UTF-16"), "{error:?}");
}

#[test]
fn exported_settings_with_a_mark_are_read() {
    let app = TestApp::new();
    let path = app.folder().path().join("exported.json");
    let file = app.ticket("export_settings", &path);
    app.ok("export_settings", json!({ "file": file }));
    let text = std::fs::read_to_string(&path).expect("written");
    put(&path, format!("\u{feff}{text}"));
    let chosen = || json!({ "file": app.ticket("import_settings", &path) });
    app.ok("preview_settings", chosen());
    put(&path, utf16(&text));
    let error = app.fails("preview_settings", chosen(), Code::InvalidSetting);
    assert!(error.message.contains("UTF-16"), "{error:?}");
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::process::Command;

    use super::*;

    fn pipe(path: &Path) {
        let made = Command::new("mkfifo").arg(path).status();
        assert!(made.expect("runs").success());
    }

    fn set_mode(path: impl AsRef<Path>, mode: u32) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("ours");
    }

    #[test]
    fn keys_that_others_can_get_at_are_used_and_told() {
        let home = Home::new();
        let keys = home.sample_keys();
        let decode = |arguments: &[&str]| {
            let all: Vec<&str> = [&["decode"], arguments].concat();
            let ran = home.run(&all, payloads(&[SEALED]).as_bytes());
            assert_eq!(ran.status, Some(0), "{ran:?}");
            ran.stderr
        };
        for (mode, says) in [
            (0o600, None),
            (0o400, None),
            (0o640, Some("read it")),
            (0o644, Some("read it")),
            (0o666, Some("change it")),
            (0o602, Some("change it")),
        ] {
            set_mode(&keys, mode);
            let said = decode(&["--keys", &keys]);
            match says {
                None => assert_eq!(said, "", "{mode:o}"),
                Some(says) => {
                    assert!(said.contains(says), "{mode:o}: {said}");
                    assert!(said.contains(&format!("chmod 600 '{keys}'")), "{said}");
                }
            }
        }
        // Only root can give a file away; for others the rest is tested.
        set_mode(&keys, 0o600);
        if std::os::unix::fs::chown(&keys, Some(12345), None).is_ok() {
            assert!(decode(&["--keys", &keys]).contains("another user"));
        }

        let app = TestApp::new();
        let path = app.folder().path().join("keys.json");
        put(&path, support::cli::SAMPLE_KEYS);
        let source = || {
            let file = app.ticket("key_source", &path);
            json!({ "source": { "type": "file", "file": file } })
        };
        assert_eq!(app.ok("preview_keys", source())["warning"], Value::Null);
        set_mode(&path, 0o666);
        let warning = app.ok("preview_keys", source())["warning"].to_string();
        assert!(
            warning.contains("change it") && warning.contains("chmod 600"),
            "{warning}"
        );
    }

    #[test]
    fn the_window_waits_for_no_pipe_and_reads_no_device() {
        let app = TestApp::new();
        let at = |name: &str| app.folder().path().join(name);
        pipe(&at("pipe"));
        symlink(at("pipe"), at("link")).expect("a link");
        let _listening = std::os::unix::net::UnixListener::bind(at("socket")).expect("bound");
        let folder = app.folder();
        for (path, what) in [
            (at("pipe"), "a named pipe"),
            (at("link"), "a named pipe"),
            (at("socket"), "a socket"),
            (folder.path().to_owned(), "a folder"),
            ("/dev/zero".into(), "a device"),
        ] {
            let chosen = |purpose: &str| app.ticket(purpose, &path);
            let key = json!({ "id": "k", "label": "", "file": chosen("key_file"), "lifetime": "session" });
            let source = json!({ "type": "file", "file": chosen("key_source") });
            for (command, request) in [
                ("inspect_file", json!({ "file": chosen("inspect") })),
                ("import_key_file", key),
                ("preview_keys", json!({ "source": source })),
                (
                    "preview_settings",
                    json!({ "file": chosen("import_settings") }),
                ),
            ] {
                let error = app.fails(command, request, Code::File);
                assert!(error.message.contains(what), "{command}: {error:?}");
            }
        }
        let temporal = at("temporal.toml");
        pipe(&temporal);
        let view = app.ok("cli_profiles", Value::Null);
        assert!(
            view["problem"]["message"]
                .to_string()
                .contains("a named pipe"),
            "{view}"
        );
        app.ok("recent_files", Value::Null);
    }

    #[test]
    fn pipes_on_the_command_line_are_read() {
        let home = Home::new();
        let (keys, document) = (home.path().join("keys"), home.path().join("document"));
        for (path, content) in [
            (&keys, support::cli::SAMPLE_KEYS.to_owned()),
            (&document, payloads(&[SEALED])),
        ] {
            pipe(path);
            let path = path.clone();
            // It waits for the reader, as a shell's process substitution does.
            std::thread::spawn(move || {
                let mut writer = std::fs::OpenOptions::new().write(true).open(path)?;
                std::io::Write::write_all(&mut writer, content.as_bytes())
            });
        }
        let (keys, document) = (keys.display().to_string(), document.display().to_string());
        let ran = home.run(&["decode", &document, "--keys", &keys], b"");
        assert_eq!(ran.status, Some(0), "{ran:?}");
        assert_eq!(ran.stdout, format!("{}\n", payloads(&[PLAIN])));
        assert_eq!(ran.stderr, "");
        let keys = home.sample_keys();
        let ran = home.run(
            &["decode", "/dev/stdin", "--keys", &keys],
            payloads(&[SEALED]).as_bytes(),
        );
        assert_eq!(ran.status, Some(0), "{ran:?}");
        let folder = home.path().display().to_string();
        for arguments in [
            ["decode", &folder, "--keys", &keys],
            ["decode", "-", "--keys", &folder],
        ] {
            let ran = home.run(&arguments, b"{}");
            assert_eq!(ran.status, Some(1), "{ran:?}");
            assert!(ran.stderr.contains("directory"), "{ran:?}");
        }
    }

    #[test]
    fn what_is_saved_onto_a_link_goes_where_it_leads() {
        let app = TestApp::new().with_sample_key();
        let opened = app.ok("inspect", json!({ "source": payloads(&[SEALED]) }));
        let handle = app.ok("list_keys", Value::Null)["keys"][0]["handle"].clone();
        let folder = app.folder();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("elsewhere")).expect("made");
        let request = |command: &str, path: &Path| {
            // Each command has a purpose of its name.
            let file = app.ticket(command, path);
            let mut request = json!({ "document": opened["document"], "index": 0, "file": file });
            match command {
                "save_document" => {
                    drop(request.as_object_mut().expect("an object").remove("index"))
                }
                "export_settings" => request = json!({ "file": file }),
                "export_bundle" => {
                    request = json!({ "handles": [handle], "file": file, "passphrase": PASSPHRASE, "recipients": [] });
                }
                _ => {}
            }
            request
        };
        for command in [
            "save_value",
            "save_document",
            "export_settings",
            "export_bundle",
        ] {
            let (link, target) = (at(command), at("elsewhere").join(command));
            symlink(&target, &link).expect("a link");
            // At first it leads nowhere.
            for _ in 0..2 {
                app.ok(command, request(command, &link));
                assert!(link.is_symlink() && !target.is_symlink(), "{command}");
                assert!(std::fs::metadata(&target).expect("written").len() > 0);
            }
            let (circle, back) = (at("circle"), at("back"));
            for (link, to) in [(&circle, &back), (&back, &circle)] {
                let _ = std::fs::remove_file(link);
                symlink(to, link).expect("a link");
            }
            let error = app.fails(command, request(command, &circle), Code::File);
            assert!(error.message.contains("circle"), "{command}: {error:?}");
            let nowhere = at(&format!("{command} nowhere"));
            symlink(at("no/such/folder"), &nowhere).expect("a link");
            let error = app.fails(command, request(command, &nowhere), Code::File);
            assert!(
                error.message.contains("does not exist"),
                "{command}: {error:?}"
            );
            let busy = at(&format!("{command} pipe"));
            pipe(&busy);
            let error = app.fails(command, request(command, &busy), Code::File);
            assert!(
                error.message.contains("a named pipe"),
                "{command}: {error:?}"
            );
        }
        // Whoever did not ask to replace a file replaces none behind a link either.
        let mut careful = request("save_value", &at("save_value"));
        careful["file"] = app.ticket_for_new("save_value", at("save_value"));
        let error = app.fails("save_value", careful, Code::File);
        assert!(error.message.contains("already"), "{error:?}");
    }
}
