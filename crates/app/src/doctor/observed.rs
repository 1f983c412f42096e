//! What the Connection Doctor saw, as plain values: what was tried, what the rooms know, what requests said. Nothing of it is a
//! secret or content; texts of clients are escaped and bounded by whoever recorded them.

use std::net::SocketAddr;

use codec_server::{Client, Code};

use crate::error::AppError;
use crate::requests::view::Tone;
use crate::server::view::ServerView;

/// Everything that findings are made of.
#[derive(Clone, Debug)]
pub(crate) struct Observed {
    /// The Codec Server of this app; `None` for whoever looks at another process from outside.
    pub(crate) server: Option<ServerView>,
    /// The port that clients are to ask.
    pub(crate) port: u16,
    /// What answers there, for each loopback address.
    pub(crate) loopback: Vec<Loopback>,
    /// The program that has the port, where the system tells.
    pub(crate) port_owner: Option<String>,
    /// What is to be known of the settings file, where something is.
    pub(crate) settings_file: Option<SettingsFile>,
    /// The keys of this app.
    pub(crate) keys: Option<Keys>,
    /// Origins that are served.
    pub(crate) origins: Vec<String>,
    /// Hosts that programs may ask for.
    pub(crate) program_hosts: Vec<String>,
    /// The newest requests, newest first, without those of this app itself; `None` from outside.
    pub(crate) requests: Option<Vec<Request>>,
    /// Profiles of the Temporal CLI that name a Codec Server.
    pub(crate) cli: Result<CliFile, AppError>,
    /// `TEMPORAL_CODEC_ENDPOINT` of the terminal, for whoever is asked in one.
    pub(crate) environment: Option<String>,
    /// Whether access rules are in force that providers' tokens count in.
    pub(crate) takes_tokens: bool,
}

/// What a connection to one address came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Loopback {
    pub(crate) address: SocketAddr,
    pub(crate) answer: Answer,
}

/// What answers at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A Codec Server of this product, by what it says of itself at `/health`.
    Health(Health),
    /// Something that speaks HTTP, and says something else there.
    OtherHttp,
    /// Something accepted the connection, and did not answer over HTTP in time.
    NoHttp,
    /// Nothing listens.
    Refused,
    /// The address could not be reached, or the machine has none.
    Unreachable,
}

/// What a Codec Server says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    Ready,
    Locked,
    KeyFileLocked,
    Paused,
    PanicLocked,
}

/// A settings file that is not in force as it stands.
#[derive(Clone, Debug)]
pub(crate) struct SettingsFile {
    pub(crate) problem: AppError,
    /// Nothing of it could be used.
    pub(crate) is_damaged: bool,
}

/// The keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys {
    pub(crate) locked: bool,
    pub(crate) problem: Option<AppError>,
    /// Ids of the keys that there are, those that they also open among them.
    pub(crate) ids: Vec<String>,
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// RFC 3339.
    pub(crate) time: String,
    pub(crate) kind: Kind,
    pub(crate) method: &'static str,
    pub(crate) origin: Option<String>,
    pub(crate) client: Client,
    pub(crate) host: Option<String>,
    /// The host that its program can be allowed to ask for, where it was refused for it.
    pub(crate) allow_host: Option<String>,
    /// As the request was served for.
    pub(crate) namespace: Option<String>,
    /// As its `X-Namespace` says.
    pub(crate) namespace_header: Option<String>,
    /// As Requests says it.
    pub(crate) result: String,
    pub(crate) tone: Tone,
    pub(crate) code: Option<Code>,
    pub(crate) message: Option<String>,
    pub(crate) failures: Vec<Failure>,
}

/// What was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Preflight,
    Operation,
    Unknown,
    Handshake,
}

/// A Payload that was not decoded or encoded.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) code: Code,
    pub(crate) message: String,
    pub(crate) missing_key: Option<String>,
}

/// The Temporal CLI's file.
#[derive(Clone, Debug, Default)]
pub(crate) struct CliFile {
    /// Names and endpoints of the profiles that have one.
    pub(crate) profiles: Vec<(String, String)>,
}
