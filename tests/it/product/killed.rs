//! An app that is killed while it saves leaves whole files, and nothing that nobody knows of.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use app::{App, AppPaths};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use key_store::MemoryVault;
use serde_json::{Value, json};
use support::app::post;
use support::bridge;

/// Long enough for a kill to come in the middle of it.
const CONTENT: usize = 2 << 20;

/// So many save at once, so that some are always in the middle of it.
const SAVERS: u32 = 4;

/// The app without a window, as a process of its own.
struct Process {
    child: Child,
    port: u16,
}

impl Process {
    fn start(folder: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bridge"));
        let (child, port) = bridge::start(command.env("TMPDIR", folder));
        Process { child, port }
    }

    fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ended");
    }
}

/// Its answer, empty where it was killed.
fn ask(port: u16, command: &str, request: &Value) -> String {
    let path = format!("/ipc/{command}");
    // Nobody listens any more, and the thread ends with that.
    std::panic::catch_unwind(|| post(port, &path, &request.to_string()).body).unwrap_or_default()
}

/// The ticket of a file that the user chooses, also where it is there already. One dialog at a time.
fn ticket(port: u16, purpose: &str, path: &Path) -> Value {
    static DIALOG: Mutex<()> = Mutex::new(());
    let _open = DIALOG.lock().unwrap_or_else(PoisonError::into_inner);
    let path = path.to_str().expect("UTF-8");
    let _ = std::panic::catch_unwind(|| post(port, "/desktop/replaced-file", path));
    let chosen = ask(port, "choose_file", &json!({ "purpose": purpose }));
    serde_json::from_str::<Value>(&chosen).unwrap_or_default()["ticket"].clone()
}

/// Every file below a folder.
fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("readable").path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => drop(found.insert(path)),
        }
    }
    found
}

#[test]
fn a_kill_while_saving_leaves_whole_files_and_nothing_else() {
    let (home, chosen) = (
        tempfile::tempdir().expect("a folder"),
        tempfile::tempdir().expect("a folder"),
    );
    let content = format!("\"{}\"", "decoded ".repeat(CONTENT / 8));
    let payload = json!({ "metadata": { "encoding": STANDARD.encode("json/plain") }, "data": STANDARD.encode(&content) });
    let payload = payload.to_string();
    for saver in 0..SAVERS {
        let replaced = chosen.path().join(format!("value-{saver}.json"));
        app::write_atomically(&replaced, b"before").expect("written");
    }

    let mut n_saved = 0;
    for round in 0..8 {
        let process = Process::start(home.path());
        let port = process.port;
        let opened = ask(port, "inspect", &json!({ "source": payload }));
        let opened: Value = serde_json::from_str(&opened).expect("JSON");
        let document = opened["document"].clone();
        let savers = (0..SAVERS).map(|saver| {
            let (chosen, document) = (chosen.path().to_owned(), document.clone());
            std::thread::spawn(move || {
                let mut n_saved = 0;
                let mut save = |command: &str, name: &str| {
                    let file = ticket(port, command, &chosen.join(name));
                    let request = json!({ "document": document, "index": 0, "file": file });
                    let is_saved = ask(port, command, &request).contains("n_decoded");
                    n_saved += u32::from(is_saved);
                    is_saved
                };
                let mut all = |n: u32| {
                    let settings = json!({ "max_body_mib": n % 100 + saver + 1 });
                    ask(port, "update_settings", &settings);
                    save("save_value", &format!("value-{saver}.json"))
                        && save("save_value", &format!("new-{round}-{saver}-{n}.json"))
                        && save("save_document", &format!("document-{saver}.json"))
                };
                (0..).take_while(|n| all(*n)).count();
                n_saved
            })
        });
        let savers: Vec<_> = savers.collect();
        std::thread::sleep(Duration::from_millis(300 + 37 * round));
        process.kill();
        for saver in savers {
            n_saved += saver.join().expect("it ended");
        }
    }
    assert!(n_saved > 0, "the kills came while files were saved");

    // The next start, on each folder that was left.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a reactor");
    for folder in std::fs::read_dir(home.path()).expect("a folder") {
        let folder = folder.expect("readable").path();
        let paths = AppPaths {
            config: folder.join("config"),
            logs: folder.join("logs"),
            home: None,
            temporal_toml: None,
        };
        let vault = Arc::new(MemoryVault::default());
        let app = App::with_vault(&paths, vault, runtime.handle().clone()).expect("opens");
        assert_eq!(
            app.settings().get_settings(()).expect("settings").notice,
            None
        );
        let left = files(&folder);
        let known = |path: &PathBuf| *path == paths.settings_file();
        assert!(left.iter().all(known), "{left:?}");
    }
    for path in files(chosen.path()) {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .expect("UTF-8");
        assert!(
            name.ends_with(".json") && !name.starts_with('.'),
            "left behind: {name}"
        );
        let text = std::fs::read_to_string(&path).expect("readable");
        let is_whole = match name {
            name if name.starts_with("document") => text == payload,
            name if name.starts_with("value") => text == content || text == "before",
            _ => text == content,
        };
        assert!(is_whole, "{name} has {} bytes", text.len());
    }
}
