//! The flows that people use most, in the real window: documents in tabs, the command palette, a request that is captured and
//! replayed, pausing, the bytes of a Payload, a setting that is reset.

use serde_json::{Value, json};
use support::webdriver::Window;

use crate::{curl, files, go_vector, home, serving};

/// The key that ends a line (W3C WebDriver §17.4.2).
const ENTER: &str = "\u{e007}";

#[tokio::test]
async fn documents_stay_in_tabs_and_the_palette_does_what_is_typed() {
    let (keyring, port) = home().await;
    let window = serving(&keyring).await;

    window.click("welcome-skip").await;
    let plain = json!({ "metadata": { "encoding": "anNvbi9wbGFpbg==" }, "data": "eyJvcmRlciI6Ik9SRC0xMDQyIn0=" });
    window.type_into("source-input", &plain.to_string()).await;
    window.click("source-decode").await;
    window.wait_for_text("decoded-text", "ORD-1042").await;

    // What is on the clipboard, as the palette opens it.
    let _turn = crate::clipboard::turn().await;
    let source = go_vector()["encoded"].to_string();
    let copy = format!(
        "done => window.__TAURI_INTERNALS__.invoke('plugin:clipboard-manager|write_text', {{ text: {} }}).then(() => done(true), done)",
        json!(source)
    );
    assert_eq!(window.evaluate(&copy).await, true);
    window.click("palette-open").await;
    window.type_into("palette-input", "clipboard").await;
    window.picture("window-palette").await;
    window.type_into("palette-input", ENTER).await;
    window.wait_for_text("verdict", "test").await;
    window.picture("window-tabs").await;

    window.click("palette-open").await;
    window
        .type_into("palette-input", &format!("lock{ENTER}"))
        .await;
    window.wait_for_text("lock", "Unlock").await;
    let locked = curl(port, &go_vector()["encoded"]);
    assert!(locked.starts_with("HTTP/1.1 423"), "{locked}");
}

#[tokio::test]
async fn a_request_is_captured_only_when_asked_for_and_replayed_with_the_key_that_was_missing() {
    let (keyring, port) = home().await;
    let window = serving(&keyring).await;
    let vector = go_vector();
    window.click("nav-requests").await;
    window.click("requests-capture").await;
    window.wait_for_text("capture-note", "").await;
    assert!(curl(port, &vector["encoded"]).starts_with("HTTP/1.1 422"));
    window.wait_for_text("requests", "Key not found").await;

    // The key that was missing.
    let key = json!({ "id": "test", "label": "", "material": crate::KEY, "format": "utf8", "lifetime": "session" });
    let import = format!(
        "done => window.__TAURI_INTERNALS__.invoke('import_key', {{ request: {key} }}).then(() => done(true), (error) => done(error.message))"
    );
    assert_eq!(window.evaluate(&import).await, true);
    open_first_request(&window).await;
    window
        .wait_for_text("request-captured", "Bodies captured")
        .await;
    window.picture("window-request").await;
    window.click("request-replay").await;
    window.wait_for_text("requests", "Decoded").await;
    window.picture("window-replayed").await;

    // Switched off, nothing of it is left.
    window.click("requests-capture").await;
    window
        .wait_for_text("requests-capture", "Capture bodies")
        .await;
    let start = std::time::Instant::now();
    while window.page().await.contains("Bodies captured") {
        assert!(
            start.elapsed().as_secs() < 10,
            "the mark of bodies that are gone"
        );
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn the_server_is_paused_and_resumed_in_the_window_and_requests_says_so() {
    let (keyring, port) = home().await;
    let window = serving(&keyring).await;
    let payload = &go_vector()["encoded"];
    window.click("nav-server").await;
    window.click("server-pause").await;
    window.wait_for_text("server-state", "Paused").await;
    window.wait_for_text("sidebar-state", "Paused").await;
    let paused = curl(port, payload);
    assert!(
        paused.starts_with("HTTP/1.1 503 Codec Server is paused"),
        "{paused}"
    );
    window.picture("window-paused").await;
    window.click("nav-requests").await;
    window
        .wait_for_text("requests", "Codec Server paused")
        .await;
    open_first_request(&window).await;
    window.wait_for_text("request-reason", "Resume").await;
    window.picture("window-paused-requests").await;
    window.click("nav-server").await;
    window.click("server-resume").await;
    window.wait_for_text("sidebar-state", "Serving").await;
    assert!(curl(port, payload).starts_with("HTTP/1.1 422"));
}

#[tokio::test]
async fn the_bytes_of_a_payload_are_named_though_no_key_opens_it() {
    let (keyring, _) = home().await;
    let window = serving(&keyring).await;
    window.click("welcome-skip").await;
    window
        .type_into("source-input", &go_vector()["encoded"].to_string())
        .await;
    window.click("source-decode").await;
    window.wait_for_text("failure", "test").await;
    window.click("tab-bytes").await;
    let parts = window.wait_for_text("bytes-part", "tag 16").await;
    assert!(
        parts.starts_with("nonce 12\nciphertext "),
        "as AES-GCM lays them out: {parts}"
    );
    window.picture("window-bytes").await;
}

#[tokio::test]
async fn a_setting_is_changed_and_reset_in_the_window_and_in_the_file() {
    let (keyring, _) = home().await;
    let window = serving(&keyring).await;
    let in_the_file = || {
        let files = files(&keyring.path().join("config").join(app::IDENTIFIER));
        let file = files.iter().find(|file| file.ends_with("settings.json"));
        let text = std::fs::read(file.expect("a file")).expect("readable");
        let settings: Value = serde_json::from_slice(&text).expect("JSON");
        settings["ui"]["close_to_tray"].clone()
    };
    window.click("nav-settings").await;
    window.click("setting-tray").await;
    window.wait_for_text("reset-close_to_tray", "Reset").await;
    assert_eq!(in_the_file(), false);
    window.picture("window-changed-setting").await;
    window.click("reset-close_to_tray").await;
    window.wait_for_text("toasts", "Undo").await;
    assert_eq!(in_the_file(), true);
}

async fn open_first_request(window: &Window) {
    let script = "done => { const row = document.querySelector('[data-testid=requests] [role=option]'); row?.click(); done(row !== null); }";
    assert_eq!(window.evaluate(script).await, true, "there is a row");
}
