//! Requests that the Codec Server answered or refused: who, what, how it ended. Content is in the detail of one request alone,
//! and only while the user has it captured.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::AppError;
use crate::files::view::FileTicket;
use crate::payload::ContentText;

/// Some of the requests that are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct RequestsView {
    /// Newest first.
    pub requests: Vec<RequestView>,
    /// How many are kept at most; older ones are gone.
    pub capacity: u32,
    /// Whether bodies are captured.
    pub capture: CaptureView,
}

/// Asks for requests, newest first.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct ListRequestsRequest {
    /// At most this many.
    pub limit: u32,
    /// Only those that are older than the one with this id.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub before: Option<u64>,
}

/// Names one request.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct RequestIdRequest {
    /// Its id.
    pub id: u64,
}

/// Writes who asked for what, of the requests in the list.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct ExportAccessLogRequest {
    /// Where to.
    pub file: FileTicket,
    /// How it is written.
    pub format: AccessLogFormat,
}

/// How an access log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum AccessLogFormat {
    /// A table for spreadsheets.
    Csv,
    /// A list of objects.
    Json,
}

/// One request, as a row.
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
    /// The browser origin; absent for programs.
    pub origin: Option<String>,
    /// `Browser`, `Temporal CLI or Go program`, `This app`, …
    pub client: String,
    /// The program of this machine that holds the other end of the connection; absent where the system does not tell, or has not yet.
    pub process: Option<ProcessView>,
    /// Who asked, by their token: the name of a program’s, an email address, or a subject. Absent where no token was verified.
    pub who: Option<String>,
    /// The access rule that decided: its name, its place, or `default`; absent where none was asked.
    pub access_rule: Option<String>,
    /// How many Payloads it held.
    pub n_payloads: u32,
    /// HTTP status of the answer.
    pub status: u16,
    /// How it ended, for people: `Decoded`, `Key not found: 1 of 3`, `Origin not allowed`, …
    pub result: String,
    /// What its detail shows beside this, for a search: reasons, ids of missing keys, encodings, layers, the profile.
    pub searched: String,
    /// Whether `result` is good, partly good, or bad.
    pub tone: Tone,
    /// Ids of the keys that were used.
    pub keys: Vec<String>,
    /// How long it took, in microseconds.
    pub duration_us: u64,
    /// The request that this one repeats.
    pub replay_of: Option<u64>,
    /// Whether it was answered from the cache, because the same had been asked before.
    pub from_cache: bool,
}

/// A program that runs on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ProcessView {
    /// What it calls itself; may be empty.
    pub name: String,
    /// Its number.
    pub pid: u32,
}

/// One request in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct RequestDetailView {
    /// Its row.
    pub request: RequestView,
    /// The HTTP method.
    pub method: String,
    /// Name of the profile that served it; absent for the default one.
    pub profile: Option<String>,
    /// How many Payloads were decoded or encoded.
    pub n_changed: u32,
    /// How many messages a page got as JSON, as the Namespace's profile says.
    pub n_as_json: u32,
    /// How many could not be decoded.
    pub n_failed: u32,
    /// Why Payloads were not decoded, or the request was refused.
    pub reasons: Vec<RequestReason>,
    /// The host that a program can be allowed to ask for, where the request was refused for it.
    pub allow_host: Option<String>,
    /// Outermost encodings that were sent.
    pub encodings: Vec<String>,
    /// What the Payloads consisted of, the most frequent shape first.
    pub layers: Vec<LayersView>,
    /// What was sent beside the body, without the secrets in it.
    pub headers: Vec<HeaderView>,
    /// How the time went by.
    pub timing: Vec<TimingView>,
    /// Size of the request's body in bytes.
    pub bytes_in: u64,
    /// Size of the answer's body in bytes.
    pub bytes_out: u64,
    /// The same request as a `curl` command, without secrets, and with its body where that is captured; absent where it was
    /// none for an operation.
    pub curl: Option<ContentText>,
    /// Bodies, where they were captured and are still kept.
    pub capture: Option<CapturedView>,
    /// Why it cannot be replayed; absent where it can.
    pub no_replay: Option<AppError>,
    /// For a replay: how its answer compares.
    pub comparison: Option<ComparisonView>,
}

/// Payloads with the same layers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct LayersView {
    /// Outermost first: `encrypted · prod-2026`, `zlib`, `json/plain`.
    pub layers: Vec<String>,
    /// How many Payloads have them.
    pub count: u32,
    /// Whether the last layer is one that could not be taken off.
    pub stopped: bool,
}

/// One header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct HeaderView {
    /// Its name, in lower case.
    pub name: String,
    /// Its value; a secret is masked.
    pub value: String,
    /// Whether something in it is masked.
    pub masked: bool,
}

/// One stretch of a request's time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct TimingView {
    /// `Body read`, `Decoded`, `Answered`.
    pub name: String,
    /// How long it took, in microseconds.
    pub took_us: u64,
}

/// Whether bodies are captured, and how many are kept now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct CaptureView {
    /// Whether bodies of new requests are kept, in memory.
    pub on: bool,
    /// Requests at most whose bodies are kept.
    pub most: u32,
    /// Bytes at most of all of them together, in MiB.
    pub most_mib: u32,
}

/// Switches capturing on or off.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct SetCaptureRequest {
    /// On; off forgets all bodies at once.
    pub on: bool,
}

/// Bodies of one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct CapturedView {
    /// As it was sent.
    pub sent: BodyView,
    /// As it was answered.
    pub answered: BodyView,
}

/// One body, to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct BodyView {
    /// Its beginning, re-indented where it is JSON that is shown whole.
    pub text: ContentText,
    /// Whether there is more of it.
    pub cut: bool,
    /// Whether it was too large to be kept.
    pub too_large: bool,
}

/// A captured body, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct CapturedBodyView {
    /// As it was sent.
    pub source: ContentText,
}

/// How a replay's answer compares with the answer before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ComparisonView {
    /// Whether they are the same; absent where they cannot be compared.
    pub same: Option<bool>,
    /// In words.
    pub words: String,
}

/// What became of a replay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ReplayView {
    /// The id of the new request.
    pub id: u64,
    /// How its answer compares.
    pub comparison: ComparisonView,
}

/// Why one Payload, or the whole request, did not go through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct RequestReason {
    /// Which Payload, counted from 0; absent for the whole request. The first, where several wait for one key.
    pub payload: Option<u32>,
    /// How many Payloads it is about; 0 for the whole request.
    pub n_payloads: u32,
    /// `KEY_NOT_FOUND`, …
    pub code: String,
    /// The reason in words.
    pub message: String,
    /// What to do now.
    pub hint: String,
    /// Whether that is to compare the key's fingerprint with that of the Workers' key.
    pub compare_fingerprints: bool,
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
