//! The Codec Server as people see it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::AppError;
use crate::files::view::FileTicket;

/// The Codec Server now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ServerView {
    /// Counts up with each look at the state: of two, the one with the larger number is the newer, however they arrive.
    pub revision: u64,
    /// The number of the change that this answers, by which `undo_settings` takes it back; absent where nothing was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub change: Option<u32>,
    /// Whether it serves.
    pub state: ServerState,
    /// Whether the panic lock is set: everybody is refused then, whatever the state.
    pub panic_locked: bool,
    /// The port that is set; it may be another one than it serves on when it was started with another.
    pub port: u16,
    /// The URL to paste into clients, for example `http://127.0.0.1:8081`.
    pub endpoint: String,
    /// Every URL it listens on.
    pub listening: Vec<String>,
    /// HTTPS beside http.
    pub https: HttpsView,
    /// When it started, RFC 3339.
    pub started: Option<String>,
    /// Why it does not serve, when it failed to start.
    pub error: Option<AppError>,
    /// Requests since the app was started.
    pub counts: RequestCounts,
}

/// HTTPS with a certificate of this machine's own authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct HttpsView {
    /// Whether it is switched on.
    pub on: bool,
    /// The port that is set.
    pub port: u16,
    /// The URL to paste into clients, while it is served.
    pub endpoint: Option<String>,
    /// Why it is not served, though it is on and http is.
    pub problem: Option<AppError>,
}

/// Switches HTTPS on or off; a server that serves goes on with it, or without.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct SwitchHttpsRequest {
    /// On.
    pub on: bool,
    /// 1024 to 65535, and not that of http.
    pub port: u16,
}

/// Says where the certificate of this machine's authority goes.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct ExportAuthorityRequest {
    /// The file to write.
    pub file: FileTicket,
}

/// States of the Codec Server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ServerState {
    /// Not started, or stopped on purpose.
    Stopped,
    /// Answers requests.
    Serving,
    /// Listens, and decodes and encodes nothing until it is resumed.
    Paused,
    /// Could not start; `error` says why.
    Failed,
}

/// Sums since the app was started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct RequestCounts {
    /// Requests, preflights left out.
    pub requests: u64,
    /// Requests that were refused or failed.
    pub errors: u64,
    /// Payloads that were decoded or encoded.
    pub payloads: u64,
    /// Payloads that could not be decoded.
    pub undecodable: u64,
}

/// Sets the port; a server that serves is restarted on it.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct SetPortRequest {
    /// 1024 to 65535.
    pub port: u16,
}

/// How to connect one kind of client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ConnectCard {
    /// Stable name: `web_ui`, `cloud`, `dev_server`, `self_hosted`, `cli`, `sdks`.
    pub id: String,
    /// For example `Web UI: browser setting`.
    pub title: String,
    /// One or two sentences: what it does, where it is set.
    pub explanation: String,
    /// What to do, in order.
    pub steps: Vec<ConnectStep>,
}

/// One step, with the exact words to copy where there are any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ConnectStep {
    /// What to do.
    pub text: String,
    /// The exact words to paste.
    pub copy: Option<String>,
}
