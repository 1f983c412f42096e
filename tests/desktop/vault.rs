//! The vault in the real window, on a real keychain: which key opens this, lock and unlock, connecting the CLI.

use support::vectors::vectors;

use crate::screen::answer;
use crate::{curl, home, serving, wait_until};

#[tokio::test]
async fn a_format_is_found_for_a_key_and_a_lock_takes_both_away_until_it_is_undone() {
    let (keyring, port) = home().await;
    let window = serving(&keyring).await;
    let order = vectors("posthog-fernet.json")
        .into_iter()
        .find(|vector| vector["name"] == "posthog-fernet/json-object")
        .expect("the file holds an order");

    // A key that is here, under a label that hides another layout.
    window.click("nav-keys").await;
    window.click("import-key").await;
    window.type_into("key-id", "posthog").await;
    let key = order["key"]["base64"].as_str().expect("a key");
    window.type_into("key-material", key).await;
    window.click("format-base64").await;
    window.click("import-submit").await;
    window.wait_for_text("keys-list", "posthog").await;
    window.click("nav-inspector").await;
    window.click("welcome-skip").await;
    window
        .type_into("source-input", &order["encoded"].to_string())
        .await;
    window.click("source-decode").await;
    window.click("which-key").await;
    window.wait_for_text("finding", "PostHog").await;
    window.picture("window-which-key").await;
    window.click("adopt").await;
    window.wait_for_text("decoded-text", "ORD-1042").await;
    window.click("nav-keys").await;
    window.wait_for_text("key-format", "PostHog").await;
    window.picture("window-vault").await;
    let decoded = order["decoded"]["data"].as_str().expect("data");
    assert!(curl(port, &order["encoded"]).contains(decoded));

    window.click("lock").await;
    window.wait_for_text("lock", "Unlock").await;
    let locked = curl(port, &order["encoded"]);
    assert!(
        locked.starts_with("HTTP/1.1 423 Codec Server is locked"),
        "{locked}"
    );
    window.picture("window-locked").await;
    window.click("lock").await;
    window.wait_for_text("lock", "Lock").await;
    window.wait_for_text("keys-list", "posthog").await;
    assert!(curl(port, &order["encoded"]).contains(decoded));

    window.click("nav-formats").await;
    window.wait_for_text("view-formats", "Tracecat").await;
    window.picture("window-formats").await;
    window.click("nav-namespaces").await;
    window.wait_for_text("view-namespaces", "Default").await;
    window.picture("window-namespaces").await;

    // The Temporal CLI, in the file of this home.
    window.click("nav-server").await;
    window.click("cli-connect").await;
    window.wait_for_text("cli-lines", "endpoint").await;
    window.picture("window-connect-cli").await;
    window.click("cli-write").await;
    window.wait_for_text("cli-proof", "came back").await;
    let file = keyring.path().join("config/temporalio/temporal.toml");
    let written = std::fs::read_to_string(&file).expect("it was made");
    assert!(
        written.contains(&format!("endpoint = \"http://127.0.0.1:{port}\"")),
        "{written}"
    );
    window.click("cli-undo").await;
    window.click("cli-write").await;
    window.wait_for_text("cli-profile", "No Codec Server").await;
    assert!(!file.exists());
}

/// What stands below must not move away from the pointer: the first click counts.
#[tokio::test]
async fn keys_of_a_list_are_added_with_one_click_and_handed_on() {
    let (keyring, _) = home().await;
    let window = serving(&keyring).await;
    let list = r#"[{"id":"ours","key":"test-key-test-key-test-key-test!",
        "spec":{"encoding":"binary/ours","key_id":"our-key","cipher":"aes-gcm","nonce":{"prefix":16}}}]"#;
    window.click("nav-keys").await;
    window.click("import-key").await;
    window.click("tab-list").await;
    window.type_into("list-text", list).await;
    window.click("list-read").await;
    window
        .wait_for_text("preview-new-format", "AES-GCM · nonce 16")
        .await;
    window.picture("window-key-list").await;
    window.click("keep-keys").await;
    window.wait_for_text("key-format", "ours").await;

    let bundle = keyring.path().join("team.age");
    window.click("export-bundle").await;
    for field in ["export-passphrase", "export-repeat"] {
        window.type_into(field, "correct horse battery").await;
    }
    let path = bundle.to_str().expect("UTF-8");
    // A path that the page names counts for nothing.
    let forged = format!(
        "done => window.__TAURI_INTERNALS__.invoke('export_settings', {{ request: {{ file: '{path}' }} }}).then(done, done)"
    );
    assert_eq!(window.evaluate(&forged).await["code"], "file");
    // Nor can it open a dialog of its own and read what was chosen there.
    let dialog = "done => window.__TAURI_INTERNALS__.invoke('plugin:dialog|open', { options: {} }).then(done, e => done(String(e)))";
    let refused = window.evaluate(dialog).await.to_string();
    assert!(refused.contains("not allowed"), "{refused}");
    window.click("export-path-choose").await;
    let title = "Export keys to an encrypted bundle";
    answer(&window.program(), title, path, &["Return"]).await;
    let shown = "done => { const look = () => { \
        const path = document.querySelector('[data-testid=export-path]').value; \
        path === '' ? setTimeout(look, 50) : done(path); }; look(); }";
    assert_eq!(window.evaluate(shown).await, path);
    window.picture("window-export").await;
    window.click("export-submit").await;
    wait_until("the bundle is written", || bundle.exists()).await;
    let written = std::fs::read_to_string(&bundle).expect("text");
    assert!(written.starts_with("-----BEGIN AGE ENCRYPTED FILE-----"));

    // A command, by the name that it has in the page; the system's dialog says what it is.
    let mark = keyring.path().join("ran");
    window.click("import-key").await;
    window.click("tab-command").await;
    let line = format!("touch {}", mark.display());
    window.type_into("command", &line).await;
    window.wait_for_text("command-words", "touch").await;
    for (keys, runs) in [(&["Escape"][..], false), (&["Return"], true)] {
        window.click("command-run").await;
        answer(&window.program(), "Run this command?", "", keys).await;
        let says = if runs {
            "printed nothing"
        } else {
            "not confirmed"
        };
        window.wait_for_text("dialog-error", says).await;
        assert_eq!(mark.exists(), runs);
    }
}
