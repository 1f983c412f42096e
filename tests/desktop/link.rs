//! A link that another program opens: it is only offered, and nothing happens before the user agrees.

use support::keyring::PrivateKeyring;
use support::webdriver::{Window, free_port};

use crate::{desktop, go_vector, set_port, wait_until};

#[tokio::test]
async fn a_link_is_offered_by_the_window_that_is_open_already() {
    let keyring = PrivateKeyring::unlocked();
    set_port(keyring.path(), free_port().await);
    let window = Window::open(|program| keyring.command(program), &desktop()).await;
    window.wait_for_text("sidebar-state", "Serving").await;
    let open = async |link: &str| {
        let mut second = keyring
            .command(desktop())
            .arg(link)
            .env("DISPLAY", std::env::var_os("DISPLAY").expect("a screen"))
            .spawn()
            .expect("built");
        wait_until("it hands over", || {
            second.try_wait().expect("a child").is_some()
        })
        .await;
    };

    let payload: String = go_vector()["encoded"]
        .to_string()
        .bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect();
    open(&format!("temporal-codec://inspect?payload={payload}")).await;
    window
        .wait_for_text("link-dialog", "A link wants to open a Payload here")
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
        .wait_for_text("toasts", "asks for something else")
        .await;
    window.picture("window-link-refused").await;
}
