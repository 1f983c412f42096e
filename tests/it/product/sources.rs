//! Where keys come from: lists, `.env` files and commands are shown before anything is kept; the encrypted file opens with
//! its passphrase and with nothing else.

use std::path::PathBuf;

use app::Code;
use serde_json::{Value, json};
use support::app::{TestApp, post};
use support::wire::{PLAIN, SEALED, payloads};

use crate::commands::SOME_KEY;

pub(crate) const SAMPLE_KEY: &str = "test-key-test-key-test-key-test!";
pub(crate) const PASSPHRASE: &str = "correct horse battery staple";

fn text(text: &str) -> Value {
    json!({ "source": { "type": "text", "text": text, "passphrase": null } })
}

pub(crate) fn preview(app: &TestApp, request: Value) -> Value {
    app.ok("preview_keys", request)
}

/// Adds these entries for this session.
pub(crate) fn keep(app: &TestApp, preview: &Value, choose: &[u32]) -> Value {
    app.ok(
        "import_keys",
        json!({ "token": preview["token"], "choose": choose, "lifetime": "session" }),
    )
}

fn ids(keys: &Value) -> Vec<&str> {
    let keys = keys.as_array().expect("a list").iter();
    keys.map(|key| key["id"].as_str().expect("an id")).collect()
}

#[test]
fn a_list_is_shown_first_and_then_what_is_chosen_is_kept() {
    let app = TestApp::new();
    let list = format!(
        r#"[{{"id":"test-key-id","key":"{SAMPLE_KEY}"}},
            {{"id":"short","key":"too short"}},
            {{"id":"other","material":"{SOME_KEY}"}},
            {{"id":"test-key-id","key":"passphrasewhichneedstobe32bytes!"}}]"#
    );
    let seen = preview(&app, text(&list));
    assert_eq!(seen["kind"], "JSON key list");
    assert_eq!(
        ids(&seen["entries"]),
        ["test-key-id", "short", "other", "test-key-id"]
    );
    let problem = |place: usize| seen["entries"][place]["problem"]["code"].clone();
    assert_eq!(problem(0), Value::Null);
    assert_eq!(problem(1), "bad_key_material");
    assert_eq!(problem(2), Value::Null);
    assert_eq!(problem(3), "duplicate_key");
    assert_eq!(seen["entries"][0]["bits"], 256);
    assert!(!seen.to_string().contains(SAMPLE_KEY));
    // Nothing is kept by looking.
    assert_eq!(app.ok("list_keys", Value::Null)["keys"], json!([]));

    let keys = keep(&app, &seen, &[2, 0]);
    assert_eq!(ids(&keys["keys"]), ["test-key-id", "other"]);
    assert_eq!(
        keys["encode_key"], keys["keys"][0]["handle"],
        "the first one encodes"
    );
    let port = app.serve();
    assert_eq!(
        post(port, "/decode", &payloads(&[SEALED])).body,
        payloads(&[PLAIN])
    );
    // It is gone then.
    let again = json!({ "token": seen["token"], "choose": [1], "lifetime": "session" });
    app.fails("import_keys", again, Code::PreviewGone);
}

#[test]
fn names_of_variables_are_replaced_by_ids_as_the_keys_come_in() {
    let app = TestApp::new();
    let env = format!("FIRST_KEY={SAMPLE_KEY}\nSECOND_KEY={SOME_KEY}\n");
    let seen = preview(&app, text(&env));
    let import = |ids: Value| json!({ "token": seen["token"], "choose": [0, 1], "lifetime": "session", "ids": ids });
    // One id for two keys is refused, and the first one is here then under the id that was asked for.
    let twice = json!([{ "entry": 0, "id": "test-key-id" }, { "entry": 1, "id": "test-key-id" }]);
    app.fails("import_keys", import(twice), Code::DuplicateKey);
    assert_eq!(
        ids(&app.ok("list_keys", Value::Null)["keys"]),
        ["test-key-id"]
    );
    let second = json!({ "token": seen["token"], "choose": [1], "lifetime": "session",
        "ids": [{ "entry": 1, "id": "prod" }] });
    let keys = app.ok("import_keys", second);
    assert_eq!(ids(&keys["keys"]), ["test-key-id", "prod"]);
    let port = app.serve();
    assert_eq!(
        post(port, "/decode", &payloads(&[SEALED])).body,
        payloads(&[PLAIN])
    );
}

#[test]
fn every_form_of_a_list_is_recognized() {
    let app = TestApp::new();
    let yaml =
        format!("- id: a\n  key: {SAMPLE_KEY}\n- id: b\n  key: passphrasewhichneedstobe32bytes!\n");
    let seen = preview(&app, text(&yaml));
    assert_eq!(
        (&seen["kind"], ids(&seen["entries"])),
        (&json!("YAML key list"), vec!["a", "b"])
    );
    let env = format!("# keys\nexport TEMPORAL_KEY=\"{SAMPLE_KEY}\"\nOTHER={SOME_KEY}\n");
    let seen = preview(&app, text(&env));
    assert_eq!(seen["kind"], ".env file");
    assert_eq!(seen["are_variables"], true);
    assert_eq!(ids(&seen["entries"]), ["TEMPORAL_KEY", "OTHER"]);
    let seen = preview(&app, text(SOME_KEY));
    assert_eq!(
        (&seen["kind"], ids(&seen["entries"])),
        (&json!("One key"), vec![""])
    );
    // A file that holds one key gives it its name.
    let path = app.folder().path().join("prod-2026.key");
    app::write_atomically(&path, &[7; 32]).expect("written");
    let seen = preview(
        &app,
        json!({ "source": { "type": "file", "file": app.ticket("key_source", path) } }),
    );
    assert_eq!(ids(&seen["entries"]), ["prod-2026"]);
    for nothing in ["", "hello\u{0}", "[]", "[1"] {
        app.fails("preview_keys", text(nothing), Code::BadKeyMaterial);
    }
    let request =
        json!({ "source": { "type": "file", "file": app.ticket("key_source", "no/such/file") } });
    app.fails("preview_keys", request, Code::File);
}

#[test]
fn what_is_discarded_or_locked_away_is_not_held() {
    let app = TestApp::new();
    let gone = |seen: &Value| {
        let request = json!({ "token": seen["token"], "choose": [0], "lifetime": "session" });
        app.fails("import_keys", request, Code::PreviewGone);
    };
    let seen = preview(&app, text(SOME_KEY));
    app.ok("discard_keys_preview", json!({ "token": seen["token"] }));
    gone(&seen);
    app.ok("discard_keys_preview", json!({ "token": "none" }));

    let seen = preview(&app, text(SOME_KEY));
    app.ok("lock", json!({ "forget_session_keys": true }));
    app.fails("preview_keys", text(SOME_KEY), Code::Locked);
    app.ok("unlock", Value::Null);
    gone(&seen);

    let seen = preview(&app, text(SOME_KEY));
    for choose in [json!([]), json!([0, 1])] {
        let request = json!({ "token": seen["token"], "choose": choose, "lifetime": "session" });
        app.fails("import_keys", request, Code::BadRequest);
    }
    keep(&app, &seen, &[0]);
}

#[cfg(unix)]
mod commands {
    use super::*;

    fn command(command: &str) -> Value {
        json!({ "source": { "type": "command", "command": command } })
    }

    /// A program that leaves a mark when it runs, and prints a key.
    fn program(app: &TestApp) -> (PathBuf, PathBuf) {
        use std::os::unix::fs::PermissionsExt as _;

        let (path, mark) = (
            app.folder().path().join("print key"),
            app.folder().path().join("ran"),
        );
        let script = format!(
            "#!/bin/sh\necho \"$@\" > '{}'\necho {SOME_KEY}\n",
            mark.display()
        );
        app::write_atomically(&path, script.as_bytes()).expect("written");
        let executable = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(&path, executable).expect("executable");
        (path, mark)
    }

    #[test]
    fn a_command_is_run_when_the_desktop_confirmed_it_and_by_exactly_its_words() {
        let app = TestApp::new();
        let (path, mark) = program(&app);
        let line = format!("'{}' read \"op://Vault/a key\"", path.display());
        let words = app.ok("command_words", json!({ "command": line }));
        assert_eq!(words["error"], Value::Null);
        assert_eq!(
            words["words"],
            json!([path.display().to_string(), "read", "op://Vault/a key"])
        );
        app.fails("preview_keys", command(&line), Code::Command);
        assert!(!mark.exists(), "it was not run");

        app.desktop.agree(true);
        let seen = preview(&app, command(&line));
        assert_eq!(seen["kind"], "Command output");
        assert_eq!(seen["entries"][0]["bits"], 256);
        let ran = std::fs::read_to_string(&mark).expect("it was run");
        assert_eq!(ran, "read op://Vault/a key\n");
        let keys = keep(&app, &seen, &[0]);
        assert_eq!(keys["keys"].as_array().map(Vec::len), Some(1));
    }

    #[test]
    fn a_command_that_runs_is_stopped_when_that_is_asked_and_when_the_app_is_locked() {
        for stop in ["cancel_keys_command", "lock"] {
            let app = TestApp::new();
            app.desktop.agree(true);
            let start = std::time::Instant::now();
            let refused = std::thread::scope(|scope| {
                let running =
                    scope.spawn(|| app.fails("preview_keys", command("sleep 25"), Code::Command));
                // Until the command runs: before, a lock refuses it.
                std::thread::sleep(std::time::Duration::from_millis(1500));
                while !running.is_finished() {
                    std::thread::sleep(std::time::Duration::from_millis(50));
                    let request = match stop {
                        "lock" => json!({ "forget_session_keys": true }),
                        _ => Value::Null,
                    };
                    app.ok(stop, request);
                }
                running.join().expect("refused")
            });
            assert!(start.elapsed() < std::time::Duration::from_secs(10));
            assert!(refused.message.contains("canceled"), "{refused}");
        }
    }

    #[test]
    fn what_needs_a_shell_or_fails_is_told_without_its_output() {
        let app = TestApp::new();
        app.desktop.agree(true);
        for line in [
            "cat key | base64",
            "echo $(cat key)",
            "a > b",
            "a; b",
            "'open",
        ] {
            let words = app.ok("command_words", json!({ "command": line }));
            assert_eq!(
                (&words["words"], &words["error"]["code"]),
                (&json!([]), &json!("command"))
            );
            app.fails("preview_keys", command(line), Code::Command);
        }
        app.fails(
            "preview_keys",
            command("no-such-program-here"),
            Code::Command,
        );
        let error = app.fails(
            "preview_keys",
            command("sh -c 'echo secret-output; echo secret-error >&2; exit 3'"),
            Code::Command,
        );
        assert!(error.message.contains("exit status 3"), "{}", error.message);
        assert!(!format!("{error:?}").contains("secret-"));
        app.fails("preview_keys", command("true"), Code::Command);
    }
}

#[test]
fn a_format_that_a_list_spells_out_comes_with_its_key() {
    let app = TestApp::new();
    let spec =
        r#"{"encoding":"binary/ours","key_id":"our-key","cipher":"aes-gcm","nonce":{"prefix":16}}"#;
    let entry = |id: &str, more: &str| {
        format!(r#"{{"id":"{id}","key":"{SAMPLE_KEY}","spec":{spec}{more}}}"#)
    };
    let list = format!(
        "[{},{}]",
        entry("Ours/2026", ""),
        entry("old", r#","retired":true"#)
    );
    let seen = preview(&app, text(&list));
    for place in 0..2 {
        let entry = &seen["entries"][place];
        assert_eq!(entry["problem"], Value::Null);
        assert_eq!(entry["formats"], json!(["ours-2026"]), "both bring one");
        let summary = entry["new_formats"][0].as_str().expect("it is new");
        assert!(summary.contains("nonce 16"), "{summary}");
        assert_eq!(entry["retired"], place == 1);
    }
    let custom = |app: &TestApp| -> Vec<Value> {
        let formats = app.ok("list_formats", Value::Null)["formats"].clone();
        let all = formats.as_array().expect("a list").clone();
        all.into_iter()
            .filter(|one| one["custom"] == true)
            .collect()
    };
    assert!(custom(&app).is_empty(), "nothing is added by looking");

    let keys = keep(&app, &seen, &[0, 1]);
    assert_eq!(custom(&app).len(), 1);
    assert_eq!(keys["keys"][0]["formats"], json!(["ours-2026"]));
    let retired = |place: usize| keys["keys"][place]["retired"].clone();
    assert_eq!((retired(0), retired(1)), (json!(false), json!(true)));
    let port = app.serve();
    let encoded = post(port, "/encode", &payloads(&[PLAIN])).body;
    assert!(
        encoded.contains("YmluYXJ5L291cnM="),
        "binary/ours: {encoded}"
    );
    assert_eq!(post(port, "/decode", &encoded).body, payloads(&[PLAIN]));

    // It is known by now.
    let seen = preview(&app, text(&format!("[{}]", entry("next", ""))));
    assert_eq!(seen["entries"][0]["formats"], json!(["ours-2026"]));
    assert_eq!(seen["entries"][0]["new_formats"], json!([]));

    // A key that the format cannot use, and a spec that is none, are told before.
    let short = entry("short", "").replace(SAMPLE_KEY, "too short");
    let wrong = entry("wrong", "").replace("aes-gcm", "rot13");
    let seen = preview(&app, text(&format!("[{short},{wrong}]")));
    for place in 0..2 {
        assert_eq!(
            seen["entries"][place]["problem"]["code"],
            "bad_key_material"
        );
    }
}

#[test]
fn the_encrypted_file_keeps_keys_where_there_is_no_keychain() {
    let app = TestApp::new();
    app.vault
        .set_problem(Some(payload_codec::KeyError::Missing));
    app.ok("retry_keychain", Value::Null);
    assert_eq!(
        app.ok("list_keys", Value::Null)["keychain"]["vault"],
        Value::Null
    );
    let request = support::app::import("test-key-id", SAMPLE_KEY, "utf8", "vault");
    app.fails("import_key", request.clone(), Code::KeychainUnavailable);
    // The core has the rule, whoever asks it; a weak one is taken where that is said, and none at all never.
    for (passphrase, although_weak) in [("", false), ("", true), ("password123456", false)] {
        let create = json!({ "passphrase": passphrase, "although_weak": although_weak });
        let error = app.fails("create_vault", create, Code::Passphrase);
        assert!(error.hint.contains("words"), "{error:?}");
    }
    let keys = app.ok("create_vault", json!({ "passphrase": PASSPHRASE }));
    assert_eq!(keys["keychain"]["vault"]["open"], true);
    let file = keys["keychain"]["vault"]["path"].as_str().expect("a path");
    let file = PathBuf::from(file);
    app.fails(
        "create_vault",
        json!({ "passphrase": PASSPHRASE }),
        Code::File,
    );

    let keys = app.ok("import_key", request);
    assert_eq!(keys["keys"][0]["lifetime"], "vault");
    assert_eq!(app.vault.accounts(), [""; 0], "the keychain was not asked");
    let port = app.serve();
    let sealed = payloads(&[SEALED]);
    assert_eq!(post(port, "/decode", &sealed).body, payloads(&[PLAIN]));
    let content = std::fs::read(&file).expect("there");
    assert!(!String::from_utf8_lossy(&content).contains(SAMPLE_KEY));

    // After a lock, and after a start, it waits for its passphrase.
    app.ok("lock", json!({ "forget_session_keys": false }));
    let keys = app.ok("unlock", Value::Null);
    assert_eq!(keys["keychain"]["vault"]["open"], false);
    assert_eq!(
        keys["keys"][0]["unavailable"]["code"],
        "keychain_unavailable"
    );
    assert_eq!(post(port, "/decode", &sealed).body, sealed);
    app.fails(
        "open_vault",
        json!({ "passphrase": "wrong" }),
        Code::Passphrase,
    );
    let keys = app.ok("open_vault", json!({ "passphrase": PASSPHRASE }));
    assert_eq!(keys["keys"][0]["unavailable"], Value::Null);
    assert_eq!(post(port, "/decode", &sealed).body, payloads(&[PLAIN]));

    let next = app.sibling();
    next.app.keys().load_keys();
    let keys = next.ok("list_keys", Value::Null);
    assert_eq!(keys["keychain"]["vault"]["open"], false);
    let keys = next.ok("open_vault", json!({ "passphrase": PASSPHRASE }));
    assert_eq!(keys["keys"][0]["unavailable"], Value::Null);
}

/// With keys in the file, unlocking asks for its passphrase; the keychain has no copy of them any more.
#[test]
fn keys_move_into_the_file_and_back() {
    let app = TestApp::new();
    let handle = app.import("test-key-id", SAMPLE_KEY, "utf8", "keychain");
    let move_to = |to: &str| json!({ "handles": [&handle], "to": to });
    app.fails("move_keys", move_to("vault"), Code::KeychainUnavailable);
    app.ok("create_vault", json!({ "passphrase": PASSPHRASE }));
    let keys = app.ok("move_keys", move_to("vault"));
    assert_eq!(keys["keys"][0]["lifetime"], "vault");
    assert_eq!(app.vault.accounts(), [""; 0]);
    let port = app.serve();
    let sealed = payloads(&[SEALED]);
    assert_eq!(post(port, "/decode", &sealed).body, payloads(&[PLAIN]));

    app.ok("lock", json!({ "forget_session_keys": false }));
    app.ok("unlock", Value::Null);
    assert_eq!(post(port, "/decode", &sealed).body, sealed);
    app.ok("open_vault", json!({ "passphrase": PASSPHRASE }));
    assert_eq!(post(port, "/decode", &sealed).body, payloads(&[PLAIN]));

    let keys = app.ok("move_keys", move_to("keychain"));
    assert_eq!(keys["keys"][0]["lifetime"], "keychain");
    assert_eq!(app.vault.accounts().len(), 1);
    app.ok("lock", json!({ "forget_session_keys": false }));
    app.ok("unlock", Value::Null);
    assert_eq!(post(port, "/decode", &sealed).body, payloads(&[PLAIN]));
}

#[test]
fn keys_are_told_from_a_damaged_document() {
    let app = TestApp::new();
    let key = "MDEyMzQ1Njc4OTAxMjM0NQ==";
    let armored = "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----\n";
    let list = format!(r#"[{{"id":"a","key":"{key}"}}]"#);
    let env = format!("# keys\nPROD_KEY={key}\nTEST_KEY={key}\n");
    let yaml = format!("- id: a\n  key: {key}\n- id: b\n  key: {key}\n");
    for (source, what) in [
        (armored, "encrypted key bundle"),
        (&format!("\u{feff}{armored}"), "encrypted key bundle"),
        (&list, "This holds keys"),
        (&env, "This holds keys"),
        (&yaml, "This holds keys"),
    ] {
        let request = json!({ "source": source, "namespace": null });
        let refused = app.fails("inspect", request, Code::NotRecognized);
        assert!(
            refused.message.contains(what),
            "{source}: {}",
            refused.message
        );
        assert!(refused.hint.contains("Keys"), "{}", refused.hint);
        assert!(!refused.message.contains(key));
    }
    // As a file, too.
    let path = app.folder().path().join("team.age");
    app::write_atomically(&path, b"age-encryption.org/v1\n-> scrypt x 18\n").expect("written");
    let file = app.ticket("inspect", path);
    let request = json!({ "file": file, "namespace": null });
    let refused = app.fails("inspect_file", request, Code::NotRecognized);
    assert!(refused.message.contains("bundle"), "{}", refused.message);
    // What holds no key is what it was.
    let request = json!({ "source": r#"{"id":"a","name":"b"}"#, "namespace": null });
    let refused = app.fails("inspect", request, Code::NotRecognized);
    assert!(
        refused.message.contains("no Payload"),
        "{}",
        refused.message
    );
}
