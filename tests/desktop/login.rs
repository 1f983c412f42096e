//! Starts at login, without a window, and what a window looks like after a restart.

use support::webdriver::Window;

use crate::{
    curl, desktop, files, found, go_vector, home, open, search, serving, start, visible_windows,
    wait_until, xdotool,
};

#[tokio::test]
async fn a_start_at_login_serves_without_a_window_until_one_is_wanted() {
    let (keyring, port) = home().await;
    let autostart = keyring.path().join("config/autostart");
    let window = serving(&keyring).await;
    assert_eq!(
        files(&autostart),
        Vec::<std::path::PathBuf>::new(),
        "off until it is asked for"
    );
    assert_eq!(set_login(&window, true).await, true);
    let entries = files(&autostart);
    let [entry] = entries.as_slice() else {
        panic!("one entry: {entries:?}");
    };
    let text = std::fs::read_to_string(entry).expect("an entry");
    assert_eq!(
        set_login(&window, true).await,
        true,
        "again changes nothing"
    );
    drop(window);

    // As the desktop does it: the words of its Exec line.
    let words = text
        .lines()
        .find_map(|line| line.strip_prefix("Exec="))
        .expect("a command");
    assert_eq!(words, format!("\"{}\" --hidden", desktop().display()));
    let hidden = start(&keyring, &["--hidden"]);
    let pid = hidden.0.id().to_string();
    wait_until("it serves", || {
        curl(port, &go_vector()["encoded"]).starts_with("HTTP/1.1 422")
    })
    .await;
    assert_eq!(found(&mut search(&pid, &[])), 0, "no window at all");

    // Another hidden start, as after logging out and in again, shows none either; a start by hand does.
    let mut again = start(&keyring, &["--hidden"]);
    wait_until("it hands over", || again.ended()).await;
    assert_eq!(visible_windows(&pid), 0);
    let mut by_hand = start(&keyring, &[]);
    wait_until("it hands over", || by_hand.ended()).await;
    wait_until("the window is there", || visible_windows(&pid) == 1).await;
    // Gone for good, or the next start hands over to it.
    drop(hidden);

    let window = open(&keyring).await;
    assert_eq!(set_login(&window, false).await, false);
    assert_eq!(
        files(&autostart),
        Vec::<std::path::PathBuf>::new(),
        "taken back"
    );
}

#[tokio::test]
async fn a_window_is_where_it_was_after_a_restart() {
    let (keyring, port) = home().await;
    let window = serving(&keyring).await;
    let program = window.program();
    xdotool(&program, &["windowsize", "900", "600"]);
    xdotool(&program, &["windowmove", "120", "80"]);
    wait_until("it is moved", || {
        geometry(&program) == Some((120, 80, 900, 600))
    })
    .await;
    // The program hears of it a little later than the screen.
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    drop(window);

    let window = serving(&keyring).await;
    let program = window.program();
    wait_until("it is where it was", || {
        geometry(&program) == Some((120, 80, 900, 600))
    })
    .await;
    drop(window);

    // Also where the window is made later.
    let hidden = start(&keyring, &["--hidden"]);
    let pid = hidden.0.id().to_string();
    let serves = || curl(port, &go_vector()["encoded"]).starts_with("HTTP/1.1 422");
    wait_until("it serves", serves).await;
    let mut by_hand = start(&keyring, &[]);
    wait_until("it hands over", || by_hand.ended()).await;
    wait_until("it is where it was", || {
        geometry(&pid) == Some((120, 80, 900, 600))
    })
    .await;
}

async fn set_login(window: &Window, on: bool) -> serde_json::Value {
    let script = format!(
        "done => window.__TAURI_INTERNALS__.invoke('update_settings', {{ request: {{ start_at_login: {on} }} }})\
         .then((one) => done(one.start_at_login), (error) => done(error.message))"
    );
    window.evaluate(&script).await
}

/// x, y, width and height.
fn geometry(pid: &str) -> Option<(i32, i32, i32, i32)> {
    let output = search(pid, &["--onlyvisible"])
        .args(["getwindowgeometry", "--shell"])
        .output()
        .expect("xdotool");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let read = |name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix('=')?.parse().ok())
    };
    Some((read("X")?, read("Y")?, read("WIDTH")?, read("HEIGHT")?))
}
