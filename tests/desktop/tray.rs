//! The tray's icon and menu, as a desktop's panel sees them over D-Bus, and a desktop without a tray.

use std::net::TcpListener;
use std::process::Command;

use support::keyring::PrivateKeyring;
use support::tray::Tray;

use crate::{
    Notifications, close, curl, go_vector, home, open, serving, set_port, visible_windows,
    wait_until,
};

#[tokio::test]
async fn the_tray_shows_the_state_and_its_menu_changes_it() {
    let (keyring, port) = home().await;
    let tray = Tray::open(&keyring.bus_address()).await;
    let window = serving(&keyring).await;
    let program = window.program();
    let notifications = Notifications::watch(&keyring);
    let ask = || curl(port, &go_vector()["encoded"]);

    tray.wait_for(&format!("Serving at http://127.0.0.1:{port}"))
        .await;
    assert_eq!(tray.says("Status").await, "Active");
    let lines = tray.menu().await;
    let labels: Vec<_> = lines.iter().map(|line| line.label.as_str()).collect();
    assert_eq!(
        labels
            .iter()
            .filter(|label| !label.is_empty())
            .skip(1)
            .collect::<Vec<_>>(),
        [
            &"Copy endpoint",
            &"Pause",
            &"Lock",
            &"Panic lock: refuse everything",
            &"Open Temporal Codec Desktop",
            &"Quit"
        ],
        "{labels:?}"
    );
    assert!(!lines[0].enabled, "the state is nothing to choose");
    let serving = tray.picture().await;

    tray.choose("Pause").await;
    tray.wait_for("Paused").await;
    assert!(
        ask().starts_with("HTTP/1.1 503 Codec Server is paused"),
        "{}",
        ask()
    );
    let paused = tray.picture().await;
    assert_ne!(paused, serving, "another picture");
    tray.choose("Resume").await;
    tray.wait_for("Pause").await;
    assert!(ask().starts_with("HTTP/1.1 422"), "{}", ask());

    tray.choose("Lock").await;
    tray.wait_for("Serving, locked").await;
    assert!(
        ask().starts_with("HTTP/1.1 423 Codec Server is locked"),
        "{}",
        ask()
    );
    window.wait_for_text("lock", "Unlock").await;
    let locked = tray.picture().await;
    assert!(locked != serving && locked != paused, "another picture");
    tray.choose("Unlock").await;
    tray.wait_for("Lock").await;
    wait_until("it decodes again", || ask().starts_with("HTTP/1.1 422")).await;
    let start = std::time::Instant::now();
    while tray.picture().await != serving {
        assert!(start.elapsed().as_secs() < 20, "the picture of before");
    }

    let _turn = crate::clipboard::turn().await;
    tray.choose("Copy endpoint").await;
    let endpoint = format!("http://127.0.0.1:{port}");
    let read = "done => window.__TAURI_INTERNALS__.invoke('plugin:clipboard-manager|read_text').then(done, done)";
    let start = std::time::Instant::now();
    loop {
        let copied = window.evaluate(read).await;
        if copied == endpoint.as_str() {
            break;
        }
        assert!(start.elapsed().as_secs() < 20, "{copied} was copied");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }

    assert!(close(&program), "there is a window to close");
    wait_until("the window is hidden", || visible_windows(&program) == 0).await;
    notifications.wait_for("Open it from the tray").await;
    tray.choose("Open Temporal Codec Desktop").await;
    wait_until("the window is back", || visible_windows(&program) > 0).await;
    // The hint is for the first time alone.
    assert!(close(&program), "there is a window to close");
    wait_until("the window is hidden", || visible_windows(&program) == 0).await;
    assert_eq!(notifications.count("is still running"), 1);

    tray.choose("Quit").await;
    wait_until("the program ends", || !runs(&program)).await;
    assert_eq!(ask(), "", "nothing listens");
}

#[tokio::test]
async fn a_port_that_is_taken_shows_in_the_tray() {
    let keyring = PrivateKeyring::unlocked();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    set_port(keyring.path(), taken.local_addr().expect("bound").port());
    let tray = Tray::open(&keyring.bus_address()).await;
    let window = open(&keyring).await;
    tray.wait_for("Not serving").await;
    let failed = tray.picture().await;
    assert!(!tray.wait_for("Copy endpoint").await.enabled);
    drop(taken);
    tray.choose("Start Codec Server").await;
    tray.wait_for("Pause").await;
    window.wait_for_text("sidebar-state", "Serving").await;
    assert_ne!(tray.picture().await, failed, "another picture");
}

#[tokio::test]
async fn without_a_tray_closing_tells_how_to_come_back() {
    let (keyring, _) = home().await;
    let window = serving(&keyring).await;
    let program = window.program();
    let notifications = Notifications::watch(&keyring);
    let settings = "done => window.__TAURI_INTERNALS__.invoke('get_settings', { request: null }).then((one) => done(one.has_tray))";
    assert_eq!(window.evaluate(settings).await, false);

    assert!(close(&program), "there is a window to close");
    notifications
        .wait_for("Start it again to bring the window back")
        .await;
    wait_until("the window is hidden", || visible_windows(&program) == 0).await;

    // A tray that comes later is noticed, and the icon goes there.
    let tray = Tray::open(&keyring.bus_address()).await;
    tray.choose("Open Temporal Codec Desktop").await;
    wait_until("the window is back", || visible_windows(&program) > 0).await;
    assert_eq!(window.evaluate(settings).await, true);
}

/// Whether a program runs; one that only waits for its parent to notice its end does not.
pub(crate) fn runs(pid: &str) -> bool {
    let output = Command::new("ps")
        .args(["-o", "stat=", "-p", pid])
        .output()
        .expect("ps");
    let state = String::from_utf8_lossy(&output.stdout).into_owned();
    !state.trim().is_empty() && !state.starts_with('Z')
}
