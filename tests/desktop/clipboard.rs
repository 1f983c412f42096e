//! A secret on the clipboard of the screen, as every other program of the user sees it: there when the user agreed, and taken off
//! again, unless something else was copied since. Tests of this program share the screen, and so its clipboard.

use std::time::Duration;

use arboard::Clipboard;
use base64::Engine as _;
use support::keyring::PrivateKeyring;
use support::webdriver::Window;
use tokio::sync::{Mutex, MutexGuard};

use crate::screen::answer;
use crate::{home, serving, wait_until};

/// The clipboard, for one test at a time.
pub(crate) async fn turn() -> MutexGuard<'static, ()> {
    static CLIPBOARD: Mutex<()> = Mutex::const_new(());
    CLIPBOARD.lock().await
}

/// What another program would paste.
fn pasted() -> String {
    let mut clipboard = Clipboard::new().expect("a screen");
    clipboard.get_text().unwrap_or_default()
}

/// Makes a key and copies it, as a person does; gives the key as its Workers get it.
async fn copy_new_key(window: &Window, id: &str) -> String {
    window.click("nav-keys").await;
    window.click("import-key").await;
    window.click("tab-generate").await;
    let named = format!(
        "done => {{ const field = document.querySelector('[data-testid=key-id]'); field.value = '{id}'; \
         field.dispatchEvent(new Event('input', {{ bubbles: true }})); done(true); }}"
    );
    window.wait_for_text("import-dialog", "Generate").await;
    window.evaluate(&named).await;
    window.click("generate-submit").await;
    window.wait_for_text("snippet", id).await;
    for (key, says) in [("Escape", None), ("Return", Some("60 seconds"))] {
        window.click("copy-key").await;
        answer(&window.program(), "Copy this key?", "", &[key]).await;
        match says {
            Some(says) => drop(window.wait_for_text("copied-key", says).await),
            None => assert!(!is_key(&pasted()), "it was not agreed to"),
        }
    }
    let copied = pasted();
    assert!(is_key(&copied), "a key in base64");
    assert!(!window.page().await.contains(&copied), "it is in the page");
    window.click("hand-over-done").await;
    copied
}

fn is_key(text: &str) -> bool {
    let bytes = base64::engine::general_purpose::STANDARD.decode(text);
    bytes.is_ok_and(|bytes| bytes.len() == 32)
}

async fn a_window() -> (PrivateKeyring, Window) {
    let (keyring, _) = home().await;
    let window = serving(&keyring).await;
    (keyring, window)
}

#[tokio::test]
async fn a_copied_key_is_on_the_real_clipboard_and_a_lock_takes_it_off() {
    let _turn = turn().await;
    let (_keyring, window) = a_window().await;
    let copied = copy_new_key(&window, "codec-first").await;
    window.click("lock").await;
    wait_until("the clipboard is cleared", || pasted() != copied).await;
    assert_eq!(pasted(), "");

    // What was copied since stays, whoever copied it. Its program serves it as long as it runs.
    window.click("lock").await;
    window.wait_for_text("lock", "Lock").await;
    copy_new_key(&window, "codec-second").await;
    let mut other = Clipboard::new().expect("a screen");
    other.set_text("of another program").expect("a clipboard");
    window.click("lock").await;
    window.wait_for_text("lock", "Unlock").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(pasted(), "of another program");
}
