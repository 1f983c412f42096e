//! Quiet notifications: rate limited, and without content.

use std::time::{Duration, Instant};

use app::{App, AppEvent};
use tauri::AppHandle;
use tauri_plugin_notification::NotificationExt as _;
use tokio::sync::broadcast::error::RecvError;

/// At most one notification in this time: a page of a history asks for hundreds of Payloads.
const PAUSE: Duration = Duration::from_secs(60);

/// At most one notification about consent in this time: who waits does so for 25 seconds.
const CONSENT_PAUSE: Duration = Duration::from_secs(20);

/// Tells when a browser got Payloads back that could not be decoded, as Web UI 2.54 shows no reason of its own; and when the user is asked whether to
/// allow somebody.
pub(crate) fn watch(tauri: &AppHandle, app: &App) {
    let mut events = app.events();
    let (tauri, app) = (tauri.clone(), app.clone());
    tauri::async_runtime::spawn(async move {
        let mut quiet_until: Option<Instant> = None;
        let (mut asked_about, mut asked_until) = (0, None::<Instant>);
        loop {
            match events.recv().await {
                Ok(AppEvent::RequestsRecorded { requests, .. }) => {
                    if quiet_until.is_some_and(|until| Instant::now() < until) {
                        continue;
                    }
                    if let Some(text) = app.requests().undecodable_notice(&requests) {
                        quiet_until = Some(Instant::now() + PAUSE);
                        show(&tauri, "A Payload could not be decoded", &text);
                    }
                }
                // The first of some: a flood of questions is told once.
                Ok(AppEvent::ConsentChanged { consent }) => {
                    let newest = consent.questions.last();
                    let new = newest.filter(|question| question.number > asked_about);
                    asked_about = newest.map_or(asked_about, |question| question.number);
                    let is_quiet = asked_until.is_some_and(|until| Instant::now() < until);
                    if let Some(question) = new.filter(|_| !is_quiet) {
                        asked_until = Some(Instant::now() + CONSENT_PAUSE);
                        let text = app.consent().notice(question);
                        show(&tauri, "Somebody asks for Payloads", &text);
                    }
                }
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => break,
            }
        }
    });
}

/// Says where the app went when its window was closed for the first time.
pub(crate) fn still_serving(tauri: &AppHandle, has_tray: bool) {
    let way_back = if has_tray {
        "Open it from the tray. In Settings, choose whether closing the window quits."
    } else {
        "It keeps serving. Start it again to bring the window back; Ctrl+Q in the window quits. In Settings, choose whether closing quits."
    };
    show(tauri, "Temporal Codec Desktop is still running", way_back);
}

/// Text that means the same whether the desktop takes notifications for markup, as freedesktop.org's may, or shows them as
/// they are: in it, names of keys and files come from outside.
fn without_markup(text: &str) -> String {
    let plain = |character| match character {
        '<' => '‹',
        '>' => '›',
        '&' => '＆',
        other => other,
    };
    text.chars().map(plain).collect()
}

fn show(tauri: &AppHandle, title: &str, body: &str) {
    if let Err(error) = tauri
        .notification()
        .builder()
        .title(title)
        .body(without_markup(body))
        .show()
    {
        tracing::debug!(%error, "the notification could not be shown");
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_is_no_markup() {
        let name = "key \"<a href='http://evil.test'>k</a> &lt; <b>\" was not found";
        let shown = super::without_markup(name);
        assert!(!shown.contains(['<', '>', '&']), "{shown}");
        assert_eq!(shown.chars().count(), name.chars().count());
    }
}
