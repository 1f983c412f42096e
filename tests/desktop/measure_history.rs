//! What a reader of a long history waits for in the real window: its first rows, all of it decoded, a search, and scrolling.

use serde_json::json;
use std::time::Duration;

use support::long_history::{LONG, LONGEST, long_history};
use support::webdriver::Window;

use super::{desktop, gaps, home_with, memory, row};

/// Opens the file in the list of recent ones, and says when its first rows were drawn and when all of it was decoded.
const OPEN: &str = "(done) => { const start = performance.now(); let first = null; \
    document.querySelector('[data-testid=recent-open]').click(); \
    const look = () => { const now = performance.now() - start; \
      const rows = document.querySelectorAll('[data-testid=events-row]').length; \
      if (first === null && rows > 5) { requestAnimationFrame(() => { first = performance.now() - start; look(); }); return; } \
      const busy = document.querySelector('[data-testid=reading-progress]'); \
      const decoded = document.querySelector('[data-testid=count-decoded]'); \
      if (first !== null && decoded && !busy) { requestAnimationFrame(() => done([first, performance.now() - start])); return; } \
      if (now > 20000) { done([first ?? -1, -1]); return; } \
      setTimeout(look, 1); }; look(); }";

/// Goes to the search and types a text half a second later, as soon as fingers are back at the keys; says when its count is drawn.
const SEARCH: &str = "(done) => { const field = document.querySelector('[data-testid=history-search]'); \
    const count = () => document.querySelector('[data-testid=history-count]')?.textContent ?? ''; \
    const type = () => { const before = count(); const start = performance.now(); \
    field.value = 'TEXT'; field.dispatchEvent(new Event('input', { bubbles: true })); \
    const look = () => count() !== before || performance.now() - start > 20000 \
      ? requestAnimationFrame(() => done(performance.now() - start)) : setTimeout(look, 0); look(); }; \
    field.focus(); field.dispatchEvent(new FocusEvent('focus')); setTimeout(type, 500); }";

/// Scrolls the list from its start as fast as a wheel does, for three seconds, and gives the gaps between frames.
const SCROLL: &str = "(done) => { const list = document.querySelector('[data-testid=events]'); const gaps = []; \
    let last = performance.now(); const end = last + 3000; \
    const step = () => { const now = performance.now(); gaps.push(now - last); last = now; list.scrollTop += 240; \
      now < end ? requestAnimationFrame(step) : done(gaps); }; requestAnimationFrame(step); }";

/// Prints a table for each history.
pub(crate) async fn report() {
    for (n_events, bytes) in [LONG, LONGEST] {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("history.json");
        let text = long_history(n_events, bytes);
        app::write_atomically(&file, text.as_bytes()).expect("a new file");
        println!(
            "\n{:44} {:>12} {:>12}",
            format!("{n_events} events, {} MB", text.len() / 1_000_000),
            "median",
            "target"
        );
        let (mut first, mut all) = (Vec::new(), Vec::new());
        let mut last = None;
        for _ in 0..super::ROUNDS {
            let (keyring, _) = home_with(json!({ "recent_files": [file] })).await;
            let window = Window::open(|program| keyring.command(program), &desktop()).await;
            window.wait_for_text("sidebar-state", "Serving").await;
            let add = "(done) => window.__TAURI_INTERNALS__.invoke('add_sample_key', { request: { lifetime: 'session' } }).then(() => done(true), (error) => done(String(error)))";
            let added = window.evaluate(add).await;
            assert_eq!(added, true, "the key is added");
            window.click("nav-inspector").await;
            // The welcome stands where the list of recent files is.
            let skip = "(done) => { document.querySelector('[data-testid=welcome-skip]')?.click(); done(true); }";
            window.evaluate(skip).await;
            window.wait_for_text("recent", "history.json").await;
            let opened = gaps_of(&window, OPEN).await;
            assert!(opened[1] > 0.0, "it is decoded: {opened:?}");
            first.push(opened[0]);
            all.push(opened[1]);
            last = Some((window, keyring));
        }
        row("click to its first rows, drawn", &mut first, "< 150 ms");
        row("click to all of it decoded", &mut all, "< 1000 ms");
        let (window, keyring) = last.expect("it was opened");
        for (name, text) in [
            ("the first search, drawn", "order-7 "),
            ("a search after it, drawn", "ordinary-77"),
        ] {
            let took = window.evaluate(&SEARCH.replace("TEXT", text)).await;
            row(name, &mut [took.as_f64().expect("a time")], "< 50 ms");
        }
        let frames = gaps(&window.evaluate(SCROLL).await);
        println!(
            "{:44} {:>9.0} ms {:>12}",
            format!("longest of {} gaps between frames, scrolling", frames.len()),
            frames.iter().copied().fold(0.0, f64::max),
            "< 50 ms"
        );
        tokio::time::sleep(Duration::from_secs(2)).await;
        println!(
            "{:44} {:>9.0} MB {:>12}",
            "memory of all processes (PSS)",
            memory(&window.program()),
            ""
        );
        drop(window);
        drop(keyring);
    }
}

async fn gaps_of(window: &Window, script: &str) -> Vec<f64> {
    let value = window.evaluate(script).await;
    let values = value.as_array().expect("an array").iter();
    values.filter_map(serde_json::Value::as_f64).collect()
}
