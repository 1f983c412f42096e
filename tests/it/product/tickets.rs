//! A page that was taken over can call every command. None takes a path from it, and none takes its word that the user
//! agreed: what touches a file needs a ticket, what runs a program the desktop's own question.

mod requests;

use std::path::{Path, PathBuf};

use app::{App, AppError, Code, config::Settings, dispatch};
use serde_json::{Value, json};
use support::app::TestApp;

use crate::commands::good_request;
use crate::protobuf_types::DESCRIPTORS;

/// Commands that take a ticket, each with where it stands in the request, and what a file must be chosen for.
const TAKE_A_FILE: [(&str, &str, &str); 13] = [
    ("inspect_file", "/file", "inspect"),
    ("import_key_file", "/file", "key_file"),
    ("preview_keys", "/source/file", "key_source"),
    ("preview_settings", "/file", "import_settings"),
    ("save_value", "/file", "save_value"),
    ("save_document", "/file", "save_document"),
    ("export_bundle", "/file", "export_bundle"),
    ("export_settings", "/file", "export_settings"),
    ("save_provider", "/file", "provider_keys"),
    ("export_authority", "/file", "export_authority"),
    ("export_access_log", "/file", "export_access_log"),
    ("add_protobuf_file", "/file", "protobuf_file"),
    ("add_protobuf_folder", "/folder", "protobuf_folder"),
];

/// A request of a command that is good but for its ticket.
fn without_ticket(app: &TestApp, command: &str) -> Value {
    match command {
        "preview_keys" => json!({ "source": { "type": "file", "file": "", "passphrase": null } }),
        _ => good_request(app, command).expect("a case"),
    }
}

fn with_ticket(request: &Value, place: &str, ticket: &Value) -> Value {
    let mut request = request.clone();
    *request.pointer_mut(place).expect("the ticket's place") = ticket.clone();
    request
}

#[track_caller]
fn refused(app: &TestApp, command: &str, request: Value) {
    let error = app.fails(command, request, Code::File);
    assert!(
        error.message.contains("was not chosen"),
        "{command}: {error:?}"
    );
    assert_eq!(error.hint, "Choose the file again.");
}

/// What a file holds that the command under test can read.
fn content(app: &TestApp, command: &str) -> Vec<u8> {
    match command {
        "import_key_file" | "preview_keys" => vec![7; 32],
        "add_protobuf_file" | "add_protobuf_folder" => DESCRIPTORS.to_vec(),
        "preview_settings" => {
            let path = app.folder().path().join("settings of another");
            let file = app.ticket("export_settings", &path);
            app.ok("export_settings", json!({ "file": file }));
            std::fs::read(path).expect("exported")
        }
        _ => {
            let sample = app.ok("sample_payload", Value::Null);
            sample["source"]
                .as_str()
                .expect("a text")
                .as_bytes()
                .to_vec()
        }
    }
}

/// Everything that the app may have changed: its settings, its keys, and every file of its folder.
fn state(app: &TestApp) -> (Value, Value, Vec<(PathBuf, Vec<u8>)>) {
    fn files(folder: &Path, all: &mut Vec<(PathBuf, Vec<u8>)>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => files(&path, all),
                false => all.push((path.clone(), std::fs::read(&path).expect("a file"))),
            }
        }
    }
    let mut all = Vec::new();
    files(app.folder().path(), &mut all);
    all.sort();
    (
        app.ok("get_settings", Value::Null),
        app.ok("list_keys", Value::Null),
        all,
    )
}

#[test]
fn no_file_is_touched_without_the_ticket_of_a_dialog() {
    for (command, place, purpose) in TAKE_A_FILE {
        let app = TestApp::new();
        let path = app.folder().path().join("the file");
        app::write_atomically(&path, &content(&app, command)).expect("written");
        let real = app.ticket(purpose, &path);
        let mut off = real.as_str().expect("a text").to_owned();
        let last = if off.ends_with('0') { "1" } else { "0" };
        off.replace_range(off.len() - 1.., last);
        let forged = [
            json!(path),
            json!("file:///etc/passwd"),
            json!(""),
            json!("00000000-0000-0000-0000-000000000000"),
            json!("6f9619ff-8b86-4d01-b42d-00cf4fc964ff"),
            json!(off),
        ];
        let good = without_ticket(&app, command);
        let before = state(&app);
        for ticket in &forged {
            let mut request = with_ticket(&good, place, ticket);
            // What older versions took at its word.
            request["path"] = json!(path);
            request["replace"] = json!(true);
            request["consent"] = json!(true);
            refused(&app, command, request);
        }
        assert_eq!(state(&app), before, "{command}");

        // The real one is good: once.
        let request = with_ticket(&good, place, &real);
        app.ok(command, request.clone());
        let before = state(&app);
        refused(&app, command, request);
        assert_eq!(state(&app), before, "{command}");
    }
}

#[test]
fn a_ticket_is_good_for_what_the_dialog_said_alone() {
    for (command, place, purpose) in TAKE_A_FILE {
        let app = TestApp::new();
        let path = app.folder().path().join("the file");
        app::write_atomically(&path, &content(&app, command)).expect("written");
        let others = TAKE_A_FILE.map(|(_, _, other)| (other, app.ticket(other, &path)));
        let good = without_ticket(&app, command);
        let before = state(&app);
        for (other, ticket) in others.iter().filter(|(other, _)| *other != purpose) {
            refused(&app, command, with_ticket(&good, place, ticket));
            assert_eq!(state(&app), before, "{command} with a ticket for {other}");
        }
    }
}

#[test]
fn old_tickets_go_for_new_ones() {
    let app = TestApp::new();
    let path = app.folder().path().join("saved");
    let first = app.ticket("export_settings", &path);
    for _ in 0..64 {
        app.ticket("inspect", &path);
    }
    refused(&app, "export_settings", json!({ "file": first }));
    assert!(!path.exists());
}

#[test]
fn of_two_at_once_one_gets_the_file() {
    let app = TestApp::new();
    let path = app.folder().path().join("saved");
    let file = app.ticket("export_settings", &path);
    let save = || app.call("export_settings", json!({ "file": file })).is_ok();
    let n_saved = std::thread::scope(|scope| {
        let all: Vec<_> = (0..8).map(|_| scope.spawn(save)).collect();
        let all = all.into_iter().map(|one| one.join().expect("an answer"));
        all.filter(|saved| *saved).count()
    });
    assert_eq!(n_saved, 1);
}

#[test]
fn a_file_that_was_opened_is_opened_again_by_its_place_in_the_list_and_no_other_is() {
    let app = TestApp::new();
    let source = content(&app, "inspect_file");
    let at = |name: &str| app.folder().path().join(name);
    for name in ["seen", "unseen"] {
        app::write_atomically(&at(name), &source).expect("written");
    }
    app.ok(
        "inspect_file",
        json!({ "file": app.ticket("inspect", at("seen")) }),
    );
    let recent = app.ok("recent_files", Value::Null);
    app.ok("inspect_recent_file", json!({ "id": recent[0]["id"] }));
    for forged in [
        json!(at("seen")),
        json!(at("unseen")),
        json!(""),
        json!("0"),
        json!("0000000000000000"),
    ] {
        let error = app.fails("inspect_recent_file", json!({ "id": forged }), Code::File);
        assert!(error.message.contains("no longer in the list"), "{error:?}");
    }
    app.ok(
        "forget_recent_files",
        json!({ "id": recent[0]["id"], "all": false }),
    );
    app.fails(
        "inspect_recent_file",
        json!({ "id": recent[0]["id"] }),
        Code::File,
    );
}

#[test]
fn the_page_proposes_a_name_and_nothing_else_of_a_path() {
    let app = TestApp::new();
    for name in [
        "../../.config/autostart/x.desktop",
        "/etc/cron.d/x.desktop",
        "C:\\x.desktop",
    ] {
        let request = json!({ "purpose": "save_value", "name": name });
        assert_eq!(
            app.ok("choose_file", request),
            Value::Null,
            "nothing was chosen"
        );
    }
    let asked = app.desktop.told().asked;
    let dialog = ("Save a decoded value".to_owned(), "x.desktop".to_owned());
    assert_eq!(asked, [dialog.clone(), dialog.clone(), dialog]);
}

#[test]
fn where_nobody_can_be_asked_nothing_is_chosen_and_nothing_is_run() {
    let runtime = tokio::runtime::Runtime::new().expect("a reactor");
    let app = App::in_memory(Settings::default(), runtime.handle().clone()).expect("an app");
    let refused = |command: &str, request: Value| -> AppError {
        let error = dispatch(&app, command, request).expect_err("no desktop");
        assert_eq!(error.code, Code::Desktop, "{error:?}");
        error
    };
    refused("choose_file", json!({ "purpose": "inspect" }));
    let error = refused("preview_keys", command("true"));
    assert!(error.message.contains("not run"), "{error:?}");
}

fn command(line: &str) -> Value {
    // The page's word for it counts for nothing.
    json!({ "source": { "type": "command", "command": line, "consent": true, "confirmed": true } })
}

#[cfg(unix)]
mod programs {
    use super::*;

    /// A command that leaves a mark and prints a key, and the mark.
    fn marking(app: &TestApp) -> (String, PathBuf) {
        let mark = app.folder().path().join("ran");
        let key = crate::commands::SOME_KEY;
        let line = format!("sh -c 'echo x >> \"{}\"; echo {key}'", mark.display());
        (line, mark)
    }

    fn n_runs(mark: &Path) -> usize {
        std::fs::read_to_string(mark).map_or(0, |text| text.lines().count())
    }

    #[test]
    fn a_program_runs_after_the_desktop_asked_and_is_not_asked_about_again() {
        let app = TestApp::new();
        let (line, mark) = marking(&app);
        for n_asked in 1..=2 {
            let error = app.fails("preview_keys", command(&line), Code::Command);
            assert!(error.message.contains("not confirmed"), "{error:?}");
            assert_eq!(
                (app.desktop.told().asked.len(), n_runs(&mark)),
                (n_asked, 0)
            );
        }
        app.desktop.agree(true);
        app.ok("preview_keys", command(&line));
        assert_eq!((app.desktop.told().asked.len(), n_runs(&mark)), (3, 1));
        // The user sees what runs: every word of it.
        let (title, text) = app.desktop.told().asked.swap_remove(2);
        assert_eq!(title, "Run this command?");
        for word in ["1.  sh\n", "2.  -c\n", "echo x >> "] {
            assert!(text.contains(word), "{text}");
        }

        app.desktop.agree(false);
        app.ok("preview_keys", command(&line));
        assert_eq!(
            (app.desktop.told().asked.len(), n_runs(&mark)),
            (3, 2),
            "it was confirmed"
        );
        let words = app.ok("command_words", json!({ "command": line }));
        assert_eq!(words["confirmed"], true);
        // Nor after a restart; and of the command nothing is kept but that.
        let next = app.sibling();
        next.ok("preview_keys", command(&line));
        assert_eq!((next.desktop.told().asked.len(), n_runs(&mark)), (0, 3));
        let index = app.settings_file().with_file_name("keys.json");
        let index = std::fs::read_to_string(index).expect("there");
        assert!(
            index.contains("trusted_commands") && !index.contains("echo"),
            "{index}"
        );

        // One character makes another command.
        app.fails(
            "preview_keys",
            command(&line.replace("echo x", "echo  x")),
            Code::Command,
        );
        assert_eq!((app.desktop.told().asked.len(), n_runs(&mark)), (4, 3));

        let words = app.ok("forget_command", json!({ "command": line }));
        assert_eq!(words["confirmed"], false);
        next.fails("preview_keys", command(&line), Code::Command);
        assert_eq!(n_runs(&mark), 3);
    }

    #[test]
    fn a_confirmation_that_cannot_be_kept_is_good_for_this_run() {
        let app = TestApp::new();
        let (line, mark) = marking(&app);
        // A newer version's index is never written.
        let index = app.settings_file().with_file_name("keys.json");
        app::write_atomically(&index, br#"{"version":99}"#).expect("written");
        app.desktop.agree(true);
        for n in 1..=2 {
            app.ok("preview_keys", command(&line));
            assert_eq!((app.desktop.told().asked.len(), n_runs(&mark)), (n, n));
        }
    }

    #[test]
    fn what_a_dialog_cannot_show_whole_is_not_even_asked_about() {
        let app = TestApp::new();
        app.desktop.agree(true);
        let (line, mark) = marking(&app);
        let long = format!("{line} {}", "x ".repeat(200));
        let error = app.fails("preview_keys", command(&long), Code::Command);
        assert!(error.message.contains("too long"), "{error:?}");
        assert_eq!((app.desktop.told().asked.len(), n_runs(&mark)), (0, 0));
        let words = app.ok("command_words", json!({ "command": long }));
        assert_eq!(words["error"]["code"], "command");
    }
}
