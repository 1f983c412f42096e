//! Forwards the app's events to the window, under one name.

use app::App;
use tauri::{AppHandle, Emitter};
use tokio::sync::broadcast::error::RecvError;

/// Forwards events until the app is dropped.
pub(crate) fn forward(tauri: &AppHandle, app: &App) {
    let mut events = app.events();
    let tauri = tauri.clone();
    tauri::async_runtime::spawn(async move {
        loop {
            match events.recv().await {
                Ok(event) => {
                    if let Err(error) = tauri.emit("app-event", &event) {
                        tracing::warn!(%error, "the window could not be told of a change");
                    }
                }
                // The window asks for whole views when it opens one, so a gap mends itself.
                Err(RecvError::Lagged(missed)) => {
                    tracing::warn!(missed, "the window was too slow for its events")
                }
                Err(RecvError::Closed) => break,
            }
        }
    });
}
