//! The real window, with a real keychain: a key is added by hand, a client is served, a Payload is read.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use support::keyring::PrivateKeyring;
use support::vectors::vectors;
use support::webdriver::{Window, free_port};

mod clipboard;
mod flows;
mod layout;
mod link;
mod login;
mod screen;
mod shell;
mod tray;
mod vault;

/// Temporal's public sample key, as a user pastes it.
const KEY: &str = "test-key-test-key-test-key-test!";

#[tokio::test]
async fn a_key_added_in_the_window_serves_clients_and_reads_a_pasted_payload() {
    let (keyring, port) = home().await;
    // The Codec Server starts with the app, also before there is a key.
    let window = serving(&keyring).await;
    let notifications = Notifications::watch(&keyring);
    window.picture("window-welcome").await;
    let vector = go_vector();
    let refused = curl(port, &vector["encoded"]);
    assert!(
        refused.contains("Key not found") || refused.contains("not decoded"),
        "{refused}"
    );

    // Web UI 2.54 shows no reason, so the desktop tells it.
    notifications.wait_for("Key \"test\" was not found.").await;

    // A key, by hand.
    window.click("nav-keys").await;
    window.click("import-key").await;
    window.type_into("key-id", "test").await;
    window.type_into("key-label", "Orders workers").await;
    window.type_into("key-material", KEY).await;
    window.click("format-utf8").await;
    window.picture("window-import-key").await;
    window.click("import-submit").await;
    window.wait_for_text("keys-list", "Orders workers").await;
    window.picture("window-keys").await;
    assert!(
        !window.page().await.contains(KEY),
        "the key is still on the page"
    );
    let accounts = keyring.accounts(app::IDENTIFIER);
    assert_eq!(
        accounts.len(),
        1,
        "one entry in the OS keychain: {accounts:?}"
    );
    assert_eq!(
        keyring.lookup(app::IDENTIFIER, &accounts[0]),
        KEY.as_bytes()
    );

    // A client.
    let answer = curl(port, &vector["encoded"]);
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    let decoded = vector["decoded"]["data"].as_str().expect("data");
    assert!(answer.contains(decoded), "{answer}");
    window.click("nav-requests").await;
    window.wait_for_text("requests", "Key not found").await;
    let rows = window.wait_for_text("requests", "Decoded").await;
    assert!(rows.contains("localhost:8233"), "{rows}");
    window.picture("window-requests").await;

    // A pasted Payload.
    window.click("nav-inspector").await;
    if window.page().await.contains("data-testid=\"welcome-skip\"") {
        window.click("welcome-skip").await;
    }
    window
        .type_into("source-input", &vector["encoded"].to_string())
        .await;
    window.click("source-decode").await;
    window
        .wait_for_text("verdict", "Decrypted with key test")
        .await;
    window.wait_for_text("layers", "zlib").await;
    window.wait_for_text("decoded-text", "ORD-1042").await;
    window.picture("window-inspector").await;

    window.click("nav-server").await;
    window.wait_for_text("server-state", "Serving").await;
    window.picture("window-server").await;
    window.click("nav-settings").await;
    window.picture("window-settings").await;
    drop(window);

    // A new process finds the key again.
    let window = serving(&keyring).await;
    window.click("nav-keys").await;
    window.wait_for_text("keys-list", "Orders workers").await;
    let answer = curl(port, &vector["encoded"]);
    assert!(answer.contains(decoded), "{answer}");

    // Without a window: the command line finds the same settings and the same key.
    drop(window);
    let mut cli = keyring
        .command(beside_the_tests("temporal-codec"))
        .arg("decode")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("built by the step before");
    let mut stdin = cli.stdin.take().expect("piped");
    std::io::Write::write_all(&mut stdin, vector["encoded"].to_string().as_bytes())
        .expect("it reads");
    drop(stdin);
    let output = cli.wait_with_output().expect("it ends");
    assert!(
        String::from_utf8_lossy(&output.stdout).contains(decoded),
        "{output:?}"
    );

    // No secret in any file of the app.
    for file in files(&keyring.path().join("config"))
        .into_iter()
        .chain(files(&keyring.path().join("data")))
    {
        if file == keyring.keyring_file() {
            continue;
        }
        let content = std::fs::read(&file).expect("readable");
        for secret in [KEY.as_bytes(), b"ORD-1042"] {
            assert!(
                !content.windows(secret.len()).any(|window| window == secret),
                "{} holds a secret",
                file.display()
            );
        }
    }
}

#[tokio::test]
async fn without_a_keychain_the_window_says_so_and_what_to_do() {
    let keyring = PrivateKeyring::with_bus(support::keyring::Activation::Off);
    set_port(keyring.path(), free_port().await);
    let window = serving(&keyring).await;
    window.click("nav-keys").await;
    window.click("import-key").await;
    window.type_into("key-id", "test").await;
    window.type_into("key-material", KEY).await;
    window.click("format-utf8").await;
    window.click("import-submit").await;
    window
        .wait_for_text("import-dialog", "No Secret Service is running")
        .await;
    window.picture("window-no-keychain").await;
    // Kept for this session only is a choice of the user's own.
    window.click("keep-session").await;
    window.click("import-submit").await;
    window.wait_for_text("keys-list", "session").await;
}

#[tokio::test]
async fn closing_the_window_keeps_serving_and_a_second_start_brings_it_back() {
    let (keyring, port) = home().await;
    let window = serving(&keyring).await;
    let program = window.program();
    let notifications = Notifications::watch(&keyring);

    assert!(close(&program), "there is a window to close");
    notifications.wait_for("is still running").await;
    wait_until("the window is hidden", || visible_windows(&program) == 0).await;
    assert!(
        curl(port, &go_vector()["encoded"]).starts_with("HTTP/1.1 422"),
        "it still serves"
    );

    // A second start hands over to the first one and ends.
    let mut second = start(&keyring, &[]);
    wait_until("the second start ends", || second.ended()).await;
    assert!(second.0.wait().expect("ended").success());
    wait_until("the window is back", || visible_windows(&program) > 0).await;
}

/// The home of somebody who has an unlocked keychain and no keys in it; and the port that the Codec Server gets there.
async fn home() -> (PrivateKeyring, u16) {
    let keyring = PrivateKeyring::unlocked();
    let port = free_port().await;
    set_port(keyring.path(), port);
    (keyring, port)
}

/// The program's window, once its Codec Server serves.
async fn serving(keyring: &PrivateKeyring) -> Window {
    let window = open(keyring).await;
    window.wait_for_text("sidebar-state", "Serving").await;
    window
}

async fn open(keyring: &PrivateKeyring) -> Window {
    Window::open(|program| keyring.command(program), &desktop()).await
}

/// A program that ends with the test.
struct Running(Child);

impl Running {
    fn ended(&mut self) -> bool {
        self.0.try_wait().expect("a child").is_some()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Starts the program as a user or the desktop does, beside a driven one.
fn start(keyring: &PrivateKeyring, arguments: &[&str]) -> Running {
    let display = std::env::var_os("DISPLAY").expect("run under xvfb-run");
    let program = keyring
        .command(desktop())
        .args(arguments)
        .env("DISPLAY", display)
        .spawn();
    Running(program.expect("built"))
}

/// Asks the program's window to close, as its close button does.
fn close(program: &str) -> bool {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("desktop/close_window.py");
    let status = Command::new("python3").arg(script).arg(program).status();
    status.expect("python3").success()
}

async fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "waited in vain until {what}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// How many windows of a program are on the screen.
fn visible_windows(pid: &str) -> usize {
    found(&mut search(pid, &["--onlyvisible"]))
}

/// How many windows a search finds.
fn found(search: &mut Command) -> usize {
    let output = search.output().expect("xdotool is installed");
    String::from_utf8_lossy(&output.stdout).lines().count()
}

/// Does something with the program's window.
fn xdotool(pid: &str, action: &[&str]) {
    let mut command = search(pid, &["--onlyvisible"]);
    let done = command.args(action).status().expect("xdotool is installed");
    assert!(done.success(), "{action:?}");
}

/// Looks for a program's windows that have the app's title; an action may follow.
fn search(pid: &str, which: &[&str]) -> Command {
    let mut command = Command::new("xdotool");
    command.args(["search", "--all"]).args(which);
    command.args(["--pid", pid, "--name", "Temporal Codec Desktop"]);
    command
}

/// What desktop notifications were asked for, by a monitor on the bus: no desktop has to show them.
struct Notifications {
    monitor: Child,
    seen: Arc<Mutex<String>>,
}

impl Notifications {
    fn watch(keyring: &PrivateKeyring) -> Self {
        let mut monitor = keyring
            .command("dbus-monitor")
            .args([
                "--session",
                "interface='org.freedesktop.Notifications',member='Notify'",
            ])
            .stdout(Stdio::piped())
            .spawn()
            .expect("dbus-bin is installed");
        let lines = BufReader::new(monitor.stdout.take().expect("piped"));
        let seen = Arc::new(Mutex::new(String::new()));
        let all = seen.clone();
        std::thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                let mut all = all.lock().expect("not poisoned");
                all.push_str(&line);
                all.push('\n');
            }
        });
        Notifications { monitor, seen }
    }

    /// How often a text was shown so far.
    fn count(&self, text: &str) -> usize {
        self.seen
            .lock()
            .expect("not poisoned")
            .matches(text)
            .count()
    }

    async fn wait_for(&self, text: &str) {
        let start = Instant::now();
        while !self.seen.lock().expect("not poisoned").contains(text) {
            let seen = self.seen.lock().expect("not poisoned").clone();
            assert!(
                start.elapsed() < Duration::from_secs(20),
                "no notification says {text}: {seen}"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Notifications {
    fn drop(&mut self) {
        self.monitor.kill().ok();
        self.monitor.wait().ok();
    }
}

/// An order that samples-go's worker codec sealed: AES-GCM around zlib.
fn go_vector() -> Value {
    let vectors = vectors("samples-go-aesgcm-zlib-chain.json");
    let order = vectors.into_iter().find(|vector| {
        vector["name"]
            .as_str()
            .is_some_and(|name| name.ends_with("/json-object"))
    });
    order.expect("the file holds an order")
}

/// The desktop program, which `cargo build -p desktop --features custom-protocol` puts beside the test programs.
fn desktop() -> PathBuf {
    beside_the_tests("temporal-codec-desktop")
}

fn beside_the_tests(name: &str) -> PathBuf {
    let tests = std::env::current_exe().expect("this test is a program");
    let program = tests.ancestors().nth(2).expect("target/debug").join(name);
    assert!(
        program.exists(),
        "build it first: cargo build -p cli -p desktop --features desktop/custom-protocol"
    );
    program
}

/// As `curl` shows it with its headers.
fn curl(port: u16, payload: &Value) -> String {
    let output = Command::new("curl")
        .args([
            "--silent",
            "--include",
            "--max-time",
            "20",
            "--header",
            "Content-Type: application/json",
        ])
        .args(["--header", "Origin: http://localhost:8233"])
        .args(["--data", &format!("{{\"payloads\":[{payload}]}}")])
        .arg(format!("http://127.0.0.1:{port}/decode"))
        .output()
        .expect("curl is installed");
    String::from_utf8(output.stdout).expect("text")
}

/// Two windows in one test run, and a server of the developer's own, must not meet on a port.
fn set_port(home: &Path, port: u16) {
    let folder = home.join("config").join(app::IDENTIFIER);
    // Settings without a version are those of an older one, after which the window shows what is new.
    let settings = serde_json::json!({
        "server": { "port": port }, "seen_version": env!("CARGO_PKG_VERSION")
    });
    app::write_atomically(
        &folder.join("settings.json"),
        settings.to_string().as_bytes(),
    )
    .expect("a new file");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}
