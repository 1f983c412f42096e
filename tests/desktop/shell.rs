//! What the shell does besides tray, login and links: notifications, zoom, the native menu.

use std::process::Command;

use serde_json::Value;
use support::tray::Tray;
use support::webdriver::Window;

use crate::screen::{pixels_of_row, press, screen};
use crate::tray::runs;
use crate::{Notifications, close, curl, go_vector, home, serving, visible_windows, xdotool};

#[tokio::test]
async fn a_page_of_failures_is_told_once_and_without_content() {
    let (keyring, port) = home().await;
    let window = serving(&keyring).await;
    let notifications = Notifications::watch(&keyring);
    let payload = &go_vector()["encoded"];
    for burst in 0..2 {
        for _ in 0..20 {
            assert!(curl(port, payload).starts_with("HTTP/1.1 422"));
        }
        if burst == 0 {
            notifications.wait_for("could not be decoded").await;
        }
    }
    // The last burst has been recorded by the time that the window shows it.
    window.click("nav-requests").await;
    window.wait_for_text("requests", "Key not found").await;
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    assert_eq!(notifications.count("could not be decoded"), 1);
    let data = payload["data"].as_str().expect("data");
    for content in [data, "ORD-1042"] {
        assert_eq!(notifications.count(content), 0);
    }
}

/// A file manager that remembers what it was to show (source: freedesktop.org's file-manager-interface).
struct FileManager(tokio::sync::watch::Sender<Vec<String>>);

#[zbus::interface(name = "org.freedesktop.FileManager1")]
impl FileManager {
    fn show_items(&self, uris: Vec<String>, _startup_id: &str) {
        self.0.send_replace(uris);
    }
}

#[tokio::test]
async fn the_settings_file_is_shown_in_the_file_manager() {
    let (keyring, _) = home().await;
    let window = serving(&keyring).await;
    let show = "done => window.__TAURI_INTERNALS__.invoke('show_settings_file', { request: null }).then(() => done(null), done)";
    let file = keyring
        .path()
        .join("config")
        .join(app::IDENTIFIER)
        .join("settings.json");

    let refused = window.evaluate(show).await;
    assert_eq!(
        refused["code"], "desktop",
        "there is none on this bus: {refused}"
    );
    assert!(
        refused["hint"]
            .as_str()
            .expect("a hint")
            .contains(&file.display().to_string())
    );

    let (sender, shown) = tokio::sync::watch::channel(Vec::new());
    let _manager = zbus::connection::Builder::address(keyring.bus_address().as_str())
        .expect("an address")
        .serve_at("/org/freedesktop/FileManager1", FileManager(sender))
        .expect("a path")
        .name("org.freedesktop.FileManager1")
        .expect("a name")
        .build()
        .await
        .expect("a bus");
    assert_eq!(window.evaluate(show).await, Value::Null);
    assert_eq!(*shown.borrow(), [format!("file://{}", file.display())]);
}

#[tokio::test]
async fn ctrl_plus_and_minus_zoom_and_0_is_the_size_of_before() {
    let (keyring, _) = home().await;
    let window = serving(&keyring).await;
    let width = async || window.evaluate("done => done(window.innerWidth)").await;
    let before = width().await.as_f64().expect("a number");
    let press = |key: &str| {
        // Two windows of other tests may be on the screen: without a window manager, the focus follows no click.
        xdotool(
            &window.program(),
            &["windowfocus", "--sync", "key", "--clearmodifiers", key],
        );
    };
    for (key, size) in [
        ("ctrl+plus", 1.1),
        ("ctrl+0", 1.0),
        ("ctrl+minus", 0.9),
        ("ctrl+0", 1.0),
    ] {
        press(key);
        let start = std::time::Instant::now();
        loop {
            let now = width().await.as_f64().expect("a number");
            if (now * size - before).abs() < 2.0 {
                break;
            }
            assert!(start.elapsed().as_secs() < 10, "{key}: {now} of {before}");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }
}

#[tokio::test]
async fn a_menu_bar_is_there_when_it_is_asked_for_and_its_items_do_what_they_say() {
    let (keyring, _) = home().await;
    let window = serving(&keyring).await;
    let program = window.program();
    let height = "done => setTimeout(() => done(window.innerHeight), 300)";
    let before = window.evaluate(height).await;

    assert_eq!(set_menu_bar(&window, true).await, true);
    wait_for_height(&window, |now| now < before.as_f64()).await;
    // The second menu is View, and its second item shows the Server.
    xdotool(
        &program,
        &[
            "windowraise",
            "windowfocus",
            "--sync",
            "mousemove",
            "--window",
            "%1",
            "55",
            "12",
            "click",
            "1",
        ],
    );
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    screen("desktop-menu");
    press(&["Down", "Down", "Return"]);
    window.wait_for_text("server-state", "Serving").await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    screen("desktop-menu-bar");

    // The bar has the page's theme, not the desktop's; the page is there all the time (`--surface` and `--canvas` of tokens.css).
    for (theme, surface, canvas) in [
        ("dark", "#16181d", "#0f1014"),
        ("light", "#ffffff", "#f8fafc"),
    ] {
        set(&window, &format!("theme: '{theme}'"), "theme").await;
        crate::wait_until("the menu bar has the theme", || {
            pixels_of_row(4, surface) > 400
        })
        .await;
        crate::wait_until("the page has the theme", || {
            pixels_of_row(300, canvas) > 100
        })
        .await;
        screen(&format!("desktop-menu-bar-{theme}"));
    }

    // Typing is the page's alone: no key of a field is taken by the bar.
    window.click("nav-inspector").await;
    assert_eq!(set_menu_bar(&window, false).await, false);
    wait_for_height(&window, |now| now == before.as_f64()).await;
}

async fn set_menu_bar(window: &Window, on: bool) -> Value {
    set(window, &format!("menu_bar: {on}"), "menu_bar").await
}

/// Changes a setting, and reads one.
async fn set(window: &Window, change: &str, name: &str) -> Value {
    let script = format!(
        "done => window.__TAURI_INTERNALS__.invoke('update_settings', {{ request: {{ {change} }} }})\
         .then((one) => done(one.{name}), (error) => done(error.message))"
    );
    window.evaluate(&script).await
}

async fn wait_for_height(window: &Window, wanted: impl Fn(Option<f64>) -> bool) {
    let start = std::time::Instant::now();
    loop {
        let now = window
            .evaluate("done => done(window.innerHeight)")
            .await
            .as_f64();
        if wanted(now) {
            return;
        }
        assert!(start.elapsed().as_secs() < 10, "{now:?}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// The program watches over a command that prints a key in a process of its own, which opens no window.
#[test]
fn the_program_ends_what_a_command_leaves_behind() {
    use std::io::Read as _;
    use std::process::Stdio;

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("id");
    let script = format!(
        "(setsid sh -c 'echo $$ > {0}; exec sleep 86400' &); until test -s {0}; do sleep 0.01; done; echo key",
        file.display()
    );
    let mut child = Command::new(crate::desktop())
        .args(["supervise-key-command", "sh", "-c", &script])
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // The line to it stays open.
    let _line = child.stdin.take();
    let (mut printed, mut told) = (String::new(), String::new());
    let mut stdout = child.stdout.take().expect("piped");
    stdout.read_to_string(&mut printed).expect("UTF-8");
    let mut stderr = child.stderr.take().expect("piped");
    stderr.read_to_string(&mut told).expect("UTF-8");
    child.wait().expect("it ends");
    // Nothing is said of a key service.
    assert_eq!((printed.as_str(), told.as_str()), ("key\n", "exit 0 "));
    let id = std::fs::read_to_string(&file).expect("it had been started");
    assert!(!std::path::Path::new("/proc").join(id.trim()).exists());
}

/// Without a tray and without a menu bar, a key quits, and says first what stops.
#[tokio::test]
async fn ctrl_q_says_what_stops_and_then_the_program_ends() {
    let (keyring, port) = home().await;
    let window = serving(&keyring).await;
    let program = window.program();
    for (answer, quits) in [("Escape", false), ("Return", true)] {
        window_key(&program, "ctrl+q");
        window
            .wait_for_text("quit-dialog", "The Codec Server stops")
            .await;
        if quits {
            window.picture("window-quit").await;
        }
        window_key(&program, answer);
        if quits {
            crate::wait_until("the program has ended", || !runs(&program)).await;
        } else {
            window.wait_for_nothing("quit-dialog").await;
            assert!(curl(port, &go_vector()["encoded"]).starts_with("HTTP/1.1 422"));
        }
    }
}

/// Presses a key in the program's window, whichever window of other tests is on the screen.
fn window_key(program: &str, key: &str) {
    xdotool(
        program,
        &["windowfocus", "--sync", "key", "--clearmodifiers", key],
    );
}

/// What was pasted is in no file. Whoever quits is asked about it, in the window, wherever the wish came from; who
/// only hides the window, or ends the session, is not.
#[tokio::test]
async fn quitting_with_pasted_documents_asks_once_and_a_signal_never() {
    let (keyring, _) = home().await;
    let tray = Tray::open(&keyring.bus_address()).await;
    let window = serving(&keyring).await;
    let program = window.program();
    window.click("welcome-skip").await;
    window
        .type_into("source-input", &go_vector()["encoded"].to_string())
        .await;
    window.click("source-decode").await;
    window.wait_for_text("verdict", "Key").await;

    // Hiding loses nothing.
    assert!(close(&program), "there is a window to close");
    crate::wait_until("the window is hidden", || visible_windows(&program) == 0).await;

    // The tray's Quit brings the window back, which asks.
    tray.choose("Quit").await;
    crate::wait_until("the window is back", || visible_windows(&program) > 0).await;
    let asked = window
        .wait_for_text("quit-dialog", "1 pasted document is only in this window")
        .await;
    assert!(asked.contains("Cancel"), "{asked}");
    window.picture("window-quit-pasted").await;
    window_key(&program, "Escape");
    window.wait_for_nothing("quit-dialog").await;
    assert!(runs(&program));

    // Closing ends the app where the settings say so, and asks as well.
    let setting = "done => window.__TAURI_INTERNALS__.invoke('update_settings', { request: { close_to_tray: false } })\
                   .then((one) => done(one.close_to_tray), (error) => done(error.message))";
    assert_eq!(window.evaluate(setting).await, false);
    assert!(close(&program), "there is a window to close");
    window
        .wait_for_text("quit-dialog", "1 pasted document")
        .await;
    assert!(runs(&program));

    // What ends the session waits for nobody.
    let ended = Command::new("kill").arg(&program).status();
    assert!(ended.expect("kill").success());
    crate::wait_until("the program has ended", || !runs(&program)).await;
}
