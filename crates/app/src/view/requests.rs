//! Requests that the Codec Server answered or refused: who, what, how it ended; never content.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The newest requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct RequestsView {
    /// Newest first.
    pub requests: Vec<RequestView>,
    /// How many are kept at most; older ones are gone.
    pub capacity: u32,
}

/// Asks for the newest requests.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct ListRequestsRequest {
    /// At most this many.
    pub limit: u32,
}

/// One request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct RequestView {
    /// Counts up from 1 since the app was started.
    pub id: u64,
    /// When it arrived, RFC 3339 with milliseconds.
    pub time: String,
    /// `decode`, `encode`, `download`, `preflight`, or `unknown`.
    pub operation: String,
    /// The Namespace it named.
    pub namespace: Option<String>,
    /// Name of the profile that served it; absent for the default one.
    pub profile: Option<String>,
    /// The browser origin; absent for programs.
    pub origin: Option<String>,
    /// `Browser`, `Temporal CLI or SDK`, …
    pub client: String,
    /// How many Payloads it held.
    pub n_payloads: u32,
    /// How many of them were decoded or encoded.
    pub n_changed: u32,
    /// How many of them could not be decoded.
    pub n_failed: u32,
    /// HTTP status of the answer.
    pub status: u16,
    /// How it ended, for people: `OK`, `1 of 3 not decoded`, `Origin not allowed`, …
    pub result: String,
    /// Whether `result` is good, partly good, or bad.
    pub tone: Tone,
    /// Why Payloads were not decoded, or the request was refused.
    pub reasons: Vec<RequestReason>,
    /// Ids of the keys that were used.
    pub keys: Vec<String>,
    /// Size of the request's body in bytes.
    pub bytes_in: u64,
    /// Size of the answer's body in bytes.
    pub bytes_out: u64,
    /// How long it took, in microseconds.
    pub duration_us: u64,
}

/// Why one Payload, or the whole request, did not go through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct RequestReason {
    /// Which Payload, counted from 0; absent for the whole request.
    pub payload: Option<u32>,
    /// `KEY_NOT_FOUND`, …
    pub code: String,
    /// The reason in words.
    pub message: String,
    /// What to do now.
    pub hint: Option<String>,
    /// The id of the key that is missing, where that is the reason. It may be empty.
    pub missing_key: Option<String>,
}

/// How good a result is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Tone {
    /// All went through.
    Ok,
    /// Some Payloads did not.
    Warning,
    /// The request was refused or failed.
    Error,
}
