//! The Codec Server protocol over axum, on loopback.
//!
//! **Architecture invariant:** payload data goes into the response body and nowhere else: not logs, records or errors; no
//! lock is held across an await. The one exception is the port of `record/capture.rs`, which is absent unless it was asked for.
//!
//! The protocol on one page: `POST …/encode` and `POST …/decode` take and give `temporal.api.common.v1.Payloads` as proto3
//! JSON, as many as were sent, in the same order, with status 200; whatever is not encoded by a codec of ours passes through
//! unchanged. There is no error channel per Payload, so an error is an answer of its own: a status below 500, a reason phrase
//! (the only text that a Web UI shows) and one line of text (what the CLI prints). What is asked of a request, and in which
//! order, is written at the top of `router.rs`.

#![forbid(unsafe_code)]

mod config;

mod server;

mod connection;

mod router;

mod route;

mod checks;

mod rules;

mod health;

mod metrics;

mod work;

mod record;

mod replay;

mod error;

mod code;

mod text;

pub use code::Code;
pub use config::{Beyond, Https, ServerConfig};
pub use connection::client_process::{ClientProcess, Connection, FindClients, Process};
pub use connection::timeouts::{Pace, Timeouts};
pub use error::RequestError;
pub use record::capture::{Capture, Captured, CapturedRequest};
pub use record::headers::{MAX_HEADERS, SentHeader, SentHeaders};
pub use record::layers::Layers;
pub use record::{
    Client, MAX_FAILURES, Observer, PayloadCounts, PayloadFailure, RequestKind, RequestRecord,
    Timing, own_agent,
};
pub use replay::{Replayed, Replayer};
pub use route::{Namespace, Operation};
pub use router::{ServerState, service};
pub use rules::Rules;
pub use rules::allowed_origins::{AllowedOrigins, InvalidOrigin};
pub use rules::consent::{AskConsent, Asker, ComingAnswer, ConsentAnswer, Question};
pub use rules::directory::{CodecDirectory, DefaultRule, MakeProfile, Match, Rule};
pub use rules::keys_version::KeysVersion;
pub use rules::pattern::{InvalidPattern, NamespacePattern};
pub use rules::pause::Pause;
pub use rules::profile::{EncodeRule, Profile, ReadMessages, Undecodable};
pub use rules::program_hosts::{InvalidHost, MAX_PROGRAM_HOSTS, ProgramHosts};
pub use rules::shut::Shut;
pub use server::{BindError, CodecServer, Listeners, Running};
