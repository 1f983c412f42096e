//! The Codec Server protocol over axum, on loopback.
//!
//! **Architecture invariant:** payload data goes into the response body and nowhere else: not logs, records or errors; no
//! lock is held across an await. The one exception is the port of `capture.rs`, which is absent unless it was asked for.
//!
//! The protocol on one page: `POST …/encode` and `POST …/decode` take and give `temporal.api.common.v1.Payloads` as proto3
//! JSON, as many as were sent, in the same order, with status 200; whatever is not encoded by a codec of ours passes through
//! unchanged. There is no error channel per Payload, so an error is an answer of its own: a status below 500, a reason phrase
//! (the only text that a Web UI shows) and one line of text (what the CLI prints). What is asked of a request, and in which
//! order, is written at the top of `router.rs`.

#![forbid(unsafe_code)]

mod config;

mod server;

mod connections;

mod connection;

mod activity;

mod pace;

mod stream;

mod descriptors;

mod warnings;

mod router;

mod rules;

mod origins;

mod guard;

mod cors;

mod route;

mod pattern;

mod profile;

mod pause;

mod directory;

mod auth;

mod body;

mod job;

mod lanes;

mod memory;

mod record;

mod headers;

mod layers;

mod capture;

mod replay;

mod error;

mod code;

mod text;

pub use auth::{BearerToken, InvalidToken};
pub use capture::{Capture, Captured, CapturedRequest};
pub use code::Code;
pub use config::{Pace, ServerConfig, Timeouts};
pub use directory::{CodecDirectory, DefaultRule, MakeProfile, Match, Rule};
pub use error::RequestError;
pub use headers::{MAX_HEADERS, SentHeader};
pub use layers::Layers;
pub use origins::{AllowedOrigins, InvalidOrigin};
pub use pattern::{InvalidPattern, NamespacePattern};
pub use pause::Pause;
pub use profile::{EncodeRule, Profile, Undecodable};
pub use record::{
    Client, MAX_FAILURES, OWN_AGENT, Observer, PayloadCounts, PayloadFailure, RequestKind,
    RequestRecord, Timing,
};
pub use replay::{Replayed, Replayer};
pub use route::{Namespace, Operation};
pub use router::{ServerState, router};
pub use rules::Rules;
pub use server::{BindError, CodecServer, Running};
