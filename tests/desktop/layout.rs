//! The window's layout in WebKit: every view at every width that a window and its zoom can have.

use serde_json::Value;
use support::webdriver::Window;

use crate::{go_vector, home, serving};

/// What is asked in Chromium too (`tests/e2e/specs/layout.spec.ts`).
const MISFITS: &str = include_str!("../support/misfits.js");

const VIEWS: [&str; 8] = [
    "inspector",
    "server",
    "keys",
    "requests",
    "settings",
    "formats",
    "namespaces",
    "access",
];

/// What does not fit where the page is so many CSS pixels wide. A window of 1180 px has `1180 / zoom` of them, so that the
/// zoom sets any width, without a window manager.
async fn misfits_at(window: &Window, css_width: f64) -> Vec<String> {
    let script = format!(
        "done => {{ {MISFITS}
           const ask = (command, args) => window.__TAURI_INTERNALS__.invoke(command, args);
           const settled = (then) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(then, 20)));
           ask('plugin:webview|set_webview_zoom', {{ value: window.outerWidth / {css_width} }})
             .then(() => settled(() => done([window.innerWidth, ...misfits()])), (error) => done(['' + error])); }}"
    );
    let Value::Array(found) = window.evaluate(&script).await else {
        panic!("a list");
    };
    let width = found[0].as_f64().expect("a width");
    assert!(
        (width - css_width).abs() <= 4.0,
        "the page is {width} wide, not {css_width}"
    );
    let words = found[1..].iter().filter_map(Value::as_str);
    words.map(str::to_owned).collect()
}

#[tokio::test]
async fn every_view_holds_at_every_width_and_zoom() {
    let (keyring, _) = home().await;
    let window = serving(&keyring).await;
    window.click("nav-inspector").await;
    window.click("welcome-skip").await;
    let failing = go_vector()["encoded"].clone();
    let document = serde_json::json!({ "payloads": [failing, failing] });
    window
        .type_into("source-input", &document.to_string())
        .await;
    window.click("source-decode").await;
    window.wait_for_text("verdict", "Key").await;
    let mut wrong = Vec::new();
    for view in VIEWS {
        window.click(&format!("nav-{view}")).await;
        for width in (380_u32..700).step_by(40).chain((700..=1460).step_by(20)) {
            for misfit in misfits_at(&window, f64::from(width)).await {
                wrong.push(format!("{view} at {width}: {misfit}"));
            }
            if width == 960 || width == 720 {
                window.picture(&format!("layout-{view}-{width}")).await;
            }
        }
        misfits_at(&window, 1180.0).await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is not chosen is drawn in the theme's own colors: the platform would fill it with white.
#[tokio::test]
async fn radios_and_boxes_follow_the_theme() {
    let (keyring, _) = home().await;
    let window = serving(&keyring).await;
    for (theme, surface) in [("dark", "rgb(22, 24, 29)"), ("light", "rgb(255, 255, 255)")] {
        window.click("nav-settings").await;
        window.wait_for_text("setting-theme", "Dark").await;
        let choose = format!(
            "done => done(document.querySelector('[data-testid=setting-theme-{theme}]').click())"
        );
        window.evaluate(&choose).await;
        window.click("nav-keys").await;
        window.click("import-key").await;
        window.picture(&format!("radios-{theme}")).await;
        let script = "done => setTimeout(() => {
            const style = getComputedStyle(document.querySelector('[data-testid=keep-session]'));
            done([style.appearance, style.backgroundColor]);
        }, 200)";
        let drawn = window.evaluate(script).await;
        assert_eq!(drawn, serde_json::json!(["none", surface]), "{theme}");
        window.click("dialog-close").await;
    }
}
