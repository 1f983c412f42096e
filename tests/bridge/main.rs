//! The UI's host over HTTP, for browser tests: the real app on private folders, with keys in memory instead of a keychain.
//!
//! With `--no-keychain` the keychain cannot be used, as on a system that has none; with `--damaged-settings` the settings
//! file cannot be read, with `--older-settings` an older version has written it. `UI_DIST` names another build of the UI.
//!
//! It runs in a desktop that remembers what it was asked for: `GET /desktop` tells. `POST /desktop/link` opens a link, and
//! `POST /desktop/action` chooses an action, as another program and the native menu do. `--no-tray` takes the tray away.
//!
//! There are no dialogs in a browser: `POST /desktop/file` is the user who chooses a file in the next one, and `POST
//! /desktop/agree` with `yes` or `no` answers questions from then on. No command of the app can do either.
//!
//! `POST /ipc/{command}` runs a command, `GET /events` streams events, everything else is the built UI. Loopback only, and
//! for pages of its own origin alone: it hands over the whole app.

use std::convert::Infallible;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use app::{App, AppError, AppPaths};
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json};
use key_store::{MemoryVault, Vault};
use payload_codec::KeyError;
use support::desktop::RecordingDesktop;
use tokio::net::TcpListener;
use tower_http::services::ServeDir;
use zeroize::Zeroizing;

fn main() -> ExitCode {
    app::supervise_if_asked().unwrap_or_else(bridge)
}

#[tokio::main]
async fn bridge() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[allow(clippy::print_stderr, reason = "a test program speaks on stderr")]
            {
                eprintln!("bridge: {error}");
            }
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> std::io::Result<()> {
    let folder = tempfile::tempdir()?;
    let paths = AppPaths {
        config: folder.path().join("config"),
        logs: folder.path().join("logs"),
        home: Some(folder.path().join("home")),
        temporal_toml: Some(folder.path().join("temporal.toml")),
    };
    if std::env::args().any(|argument| argument == "--damaged-settings") {
        std::fs::create_dir_all(&paths.config)?;
        app::write_atomically(&paths.config.join("settings.json"), b"{ \"version\": 1,, }")?;
    }
    if std::env::args().any(|argument| argument == "--older-settings") {
        std::fs::create_dir_all(&paths.config)?;
        let older = br#"{ "version": 1, "seen_version": "0.0.1" }"#;
        app::write_atomically(&paths.config.join("settings.json"), older)?;
    }
    let vault: Arc<dyn Vault> = if std::env::args().any(|argument| argument == "--no-keychain") {
        Arc::new(NoKeychain)
    } else {
        Arc::new(MemoryVault::default())
    };
    let app = App::with_vault(&paths, vault, tokio::runtime::Handle::current())
        .map_err(std::io::Error::other)?;
    // The tests start the Codec Server themselves, on a port of their own.
    let ui = std::env::var_os("UI_DIST").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../ui/dist"),
        PathBuf::from,
    );

    let desktop = Arc::new(RecordingDesktop::default());
    desktop.set_tray(!std::env::args().any(|argument| argument == "--no-tray"));
    app.desktop().attach(desktop.clone());

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let router = axum::Router::new()
        .route("/ipc/{command}", post(command))
        .route("/events", get(events))
        .route("/desktop", get(desktop_told))
        .route("/desktop/file", post(choose_file))
        .route("/desktop/replaced-file", post(choose_replaced_file))
        .route("/desktop/agree", post(agree))
        .layer(Extension(desktop))
        .route("/desktop/link", post(open_link))
        .route("/desktop/action", post(choose_action))
        .fallback_service(ServeDir::new(ui))
        // Tauri's IPC has no limit either; the app has its own for documents.
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(
            format!("http://{address}"),
            own_pages_only,
        ))
        .with_state(app.clone());

    #[allow(clippy::print_stdout, reason = "tells the test where it listens")]
    {
        println!(
            "{}",
            serde_json::json!({ "listening": format!("http://{address}") })
        );
    }
    axum::serve(listener, router)
        .with_graceful_shutdown(async {
            let _ = app::termination().await;
        })
        .await
}

/// A system without a keychain.
struct NoKeychain;

impl Vault for NoKeychain {
    fn get(&self, _account: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyError> {
        Err(KeyError::Missing)
    }

    fn set(&self, _account: &str, _label: &str, _secret: &[u8]) -> Result<(), KeyError> {
        Err(KeyError::Missing)
    }

    fn remove(&self, _account: &str) -> Result<(), KeyError> {
        Err(KeyError::Missing)
    }
}

async fn command(
    State(app): State<App>,
    Path(command): Path<String>,
    Json(request): Json<serde_json::Value>,
) -> Response {
    let ran = tokio::task::spawn_blocking(move || app::dispatch(&app, &command, request)).await;
    match ran {
        Ok(Ok(answer)) => Json(answer).into_response(),
        Ok(Err(error)) => (StatusCode::BAD_REQUEST, Json::<AppError>(error)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

#[allow(clippy::unused_async, reason = "a handler is one")]
async fn desktop_told(
    Extension(desktop): Extension<Arc<RecordingDesktop>>,
) -> Json<serde_json::Value> {
    let told = desktop.told();
    Json(serde_json::json!({
        "revealed": told.revealed, "starts_at_login": told.starts_at_login, "asked": told.asked,
        "clipboard": told.clipboard, "quit": told.quit
    }))
}

#[allow(clippy::unused_async, reason = "a handler is one")]
async fn choose_file(Extension(desktop): Extension<Arc<RecordingDesktop>>, path: String) {
    desktop.choose(std::path::Path::new(&path), false);
}

#[allow(clippy::unused_async, reason = "a handler is one")]
async fn choose_replaced_file(Extension(desktop): Extension<Arc<RecordingDesktop>>, path: String) {
    desktop.choose(std::path::Path::new(&path), true);
}

#[allow(clippy::unused_async, reason = "a handler is one")]
async fn agree(Extension(desktop): Extension<Arc<RecordingDesktop>>, answer: String) {
    desktop.agree(answer == "yes");
}

#[allow(clippy::unused_async, reason = "a handler is one")]
async fn open_link(State(app): State<App>, link: String) {
    app.desktop().open_link(&link);
}

#[allow(clippy::unused_async, reason = "a handler is one")]
async fn choose_action(State(app): State<App>, action: String) {
    app.desktop().choose_action(&action);
}

async fn events(State(app): State<App>) -> impl IntoResponse {
    let events = app.events();
    let stream = futures_util::stream::unfold(events, |mut events| async move {
        loop {
            match events.recv().await {
                Ok(event) => {
                    let event = Event::default().json_data(&event).unwrap_or_default();
                    return Some((Ok::<_, Infallible>(event), events));
                }
                Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
                Err(tokio::sync::broadcast::error::RecvError::Closed) => return None,
            }
        }
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}

/// Only pages that the bridge served itself may ask it.
async fn own_pages_only(State(own): State<String>, request: Request, next: Next) -> Response {
    let origin = request
        .headers()
        .get(header::ORIGIN)
        .map(|origin| origin.as_bytes().to_vec());
    if origin.is_some_and(|origin| origin != own.as_bytes()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}
