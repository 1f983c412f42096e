//! A link that another program opens: it is only offered, and nothing happens before the user agrees.

use crate::{go_vector, home, serving, start, wait_until};

#[tokio::test]
async fn a_link_is_offered_by_the_window_that_is_open_already() {
    let (keyring, _) = home().await;
    let window = serving(&keyring).await;
    let open = async |link: &str| {
        let mut second = start(&keyring, &[link]);
        wait_until("it hands over", || second.ended()).await;
    };

    let payload: String = go_vector()["encoded"]
        .to_string()
        .bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect();
    open(&format!("temporal-codec://inspect?payload={payload}")).await;
    window
        .wait_for_text("link-dialog", "Inspect a Payload from a link?")
        .await;
    window.wait_for_text("link-beginning", "metadata").await;
    window.picture("window-link").await;
    window.click("link-ignore").await;
    assert!(
        !window.page().await.contains("data-testid=\"verdict\""),
        "nothing was opened"
    );

    open(&format!("temporal-codec://inspect?payload={payload}")).await;
    window.click("link-inspect").await;
    window.wait_for_text("verdict", "test").await;

    // What a link may not ask for is refused, in words.
    open("temporal-codec://import-key?payload=%7B%7D").await;
    window
        .wait_for_text("toasts", "asks for something other than")
        .await;
    window.picture("window-link-refused").await;
}
