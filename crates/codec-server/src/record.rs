//! What is remembered of a request: counts, ids, reasons. There is no field that could hold content.

pub(crate) mod capture;

pub(crate) mod headers;

pub(crate) mod layers;

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, SystemTime};

use axum::http::header::{ORIGIN, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use payload_codec::{CodecError, CodecName, Decoded, KeyId};
use temporal_payload::{Payload, shown};

use crate::checks::cors;
use crate::code::Code;
use crate::connection::client_process::ClientProcess;
use crate::connection::transport::HandshakeFailure;
use crate::error::{RequestError, code_of};
use crate::record::headers::SentHeaders;
use crate::record::layers::Layers;
use crate::route::{Namespace, Operation, operation_of_path};
use crate::text::{OfRequest, line};

/// What every process of this app calls itself, whatever it asks.
const AGENT: &str = "temporal-codec-desktop";

/// The `User-Agent` by which the app that this server runs in tries its own endpoint: `temporal-codec-desktop/` and a number of this
/// process, so that no program is taken for it by the name alone. It gives no rights: whoever the app asked knows the number.
pub fn own_agent() -> &'static str {
    static OWN: LazyLock<String> = LazyLock::new(|| {
        let mut number = [0; 16];
        match getrandom::fill(&mut number) {
            Ok(()) => format!("{AGENT}/{:032x}", u128::from_be_bytes(number)),
            // Its own requests are listed as those of any program then.
            Err(_) => AGENT.to_owned(),
        }
    });
    &OWN
}

/// Failing Payloads that a record lists one by one; the rest are only counted.
pub const MAX_FAILURES: usize = 50;
/// Distinct encodings, and distinct keys, that a record lists.
const MAX_NAMES: usize = 16;
/// Characters of a text from outside.
const MAX_TEXT: usize = 120;

/// Is told of every request when it is answered. It is called on a thread that serves requests, so it must not block.
pub type Observer = Arc<dyn Fn(RequestRecord) + Send + Sync>;

/// One request, without its content. Requests whose client went away before the answer have none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRecord {
    /// Counts from 1 for each server.
    pub id: u64,
    /// When its head had arrived.
    pub started: SystemTime,
    /// From then until the answer was ready to be sent.
    pub duration: Duration,
    /// How far it had come until then.
    pub timing: Timing,
    /// The method; `other` for one that HTTP does not define.
    pub method: &'static str,
    /// What was asked.
    pub kind: RequestKind,
    /// For which Namespace; `None` where none was named, or it was refused before that was looked at.
    pub namespace: Option<Namespace>,
    /// The name of the rule whose profile served it; `None` where that was the default, or nothing.
    pub profile: Option<Arc<str>>,
    /// The page that asked, allowed or not, as it called itself.
    pub origin: Option<String>,
    /// Who asked by its token, where access is asked: the name of a program, an email address, or a subject.
    pub who: Option<String>,
    /// Whether that is the name of a program’s token.
    pub by_program_token: bool,
    /// The access rule that decided, where one did.
    pub access_rule: Option<String>,
    /// Which kind of program asked.
    pub client: Client,
    /// The program of this machine that holds the other end of the connection, once it is found, if it is.
    pub process: ClientProcess,
    /// Size of the request's body in bytes, where it was read.
    pub bytes_in: u64,
    /// Size of the answer's body in bytes.
    pub bytes_out: u64,
    /// The HTTP status.
    pub status: u16,
    /// Why the request failed as a whole.
    pub code: Option<Code>,
    /// The same in words.
    pub message: Option<String>,
    /// What became of the Payloads.
    pub payloads: PayloadCounts,
    /// Payloads that could not be decoded or encoded to the end, whatever was answered; the first [`MAX_FAILURES`] of them.
    pub failures: Vec<PayloadFailure>,
    /// Outermost encodings of the Payloads that were sent.
    pub encodings: BTreeSet<String>,
    /// Keys that decoded something.
    pub keys: BTreeSet<KeyId>,
    /// Layers of the Payloads that were decoded, or not to the end, by shape.
    pub layers: Vec<Layers>,
    /// How many messages a page got as JSON.
    pub n_as_json: usize,
    /// Whether the same was asked before, and answered from the cache; the counts, keys and layers are those of that time.
    pub from_cache: bool,
    /// The headers that were sent, without the secrets in them.
    pub headers: SentHeaders,
    /// The request that this one repeats, where the server was asked to replay one.
    pub replay_of: Option<u64>,
}

impl RequestRecord {
    /// The record of a request whose head has arrived. What comes of it is filled in on the way.
    pub(crate) fn new(head: &Parts, replay_of: Option<u64>) -> Self {
        RequestRecord {
            origin: shown_origin(&head.headers),
            client: Client::of(&head.headers),
            process: head.extensions.get().cloned().unwrap_or_default(),
            headers: SentHeaders::of(&head.headers),
            replay_of,
            ..RequestRecord::empty(known_method(&head.method), RequestKind::of(head))
        }
    }

    fn empty(method: &'static str, kind: RequestKind) -> Self {
        RequestRecord {
            id: 0,
            started: SystemTime::now(),
            duration: Duration::ZERO,
            timing: Timing::default(),
            method,
            kind,
            namespace: None,
            profile: None,
            origin: None,
            who: None,
            by_program_token: false,
            access_rule: None,
            client: Client::Other,
            process: ClientProcess::default(),
            bytes_in: 0,
            bytes_out: 0,
            status: 0,
            code: None,
            message: None,
            payloads: PayloadCounts::default(),
            failures: Vec::new(),
            encodings: BTreeSet::new(),
            keys: BTreeSet::new(),
            layers: Vec::new(),
            n_as_json: 0,
            from_cache: false,
            headers: SentHeaders::default(),
            replay_of: None,
        }
    }

    /// The record of a TLS handshake that failed; nothing is known of who tried it but its program, perhaps.
    pub(crate) fn of_handshake(failure: HandshakeFailure, process: ClientProcess) -> Self {
        let (code, message) = match failure {
            HandshakeFailure::Untrusted => (
                Code::CertificateNotTrusted,
                "the client does not trust the certificate",
            ),
            HandshakeFailure::NoTls => (
                Code::NotHttps,
                "the client spoke plain http, or another protocol, to the https port",
            ),
            HandshakeFailure::NothingInCommon => (
                Code::HandshakeFailed,
                "the client and the server have no version of TLS, cipher or version of HTTP in common",
            ),
            HandshakeFailure::ClosedByClient => (
                Code::HandshakeFailed,
                "the client closed the connection during the TLS handshake; browsers do so when they do not trust the certificate",
            ),
            HandshakeFailure::TooSlow => (
                Code::HandshakeFailed,
                "the client did not finish the TLS handshake in time",
            ),
            HandshakeFailure::Other => (
                Code::HandshakeFailed,
                "the client sent what belongs in no TLS handshake",
            ),
        };
        RequestRecord {
            code: Some(code),
            message: Some(message.to_owned()),
            process,
            ..RequestRecord::empty("other", RequestKind::Handshake)
        }
    }

    /// What was counted while the request was worked on.
    pub(crate) fn tally(&mut self, tally: Tally) {
        self.bytes_in = tally.bytes_in;
        self.payloads = tally.counts;
        self.failures = tally.failures;
        self.encodings = tally.encodings;
        self.keys = tally.keys;
        self.layers = tally.layers;
        self.n_as_json = tally.n_as_json;
    }
}

/// Methods that HTTP defines (RFC 9110 and 5789); any other word is the client's own, and not kept.
fn known_method(method: &Method) -> &'static str {
    const KNOWN: [(Method, &str); 9] = [
        (Method::POST, "POST"),
        (Method::OPTIONS, "OPTIONS"),
        (Method::GET, "GET"),
        (Method::HEAD, "HEAD"),
        (Method::PUT, "PUT"),
        (Method::DELETE, "DELETE"),
        (Method::PATCH, "PATCH"),
        (Method::TRACE, "TRACE"),
        (Method::CONNECT, "CONNECT"),
    ];
    let known = KNOWN.iter().find(|(known, _)| known == method);
    known.map_or("other", |(_, name)| name)
}

/// The `Origin` header as text that is safe to show.
fn shown_origin(headers: &HeaderMap) -> Option<String> {
    let origin = headers.get(ORIGIN)?;
    Some(shown(&String::from_utf8_lossy(origin.as_bytes()), MAX_TEXT))
}

/// How far a request had come, each counted from its start; `None` where it did not come that far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timing {
    /// Until its body had arrived whole.
    pub body: Option<Duration>,
    /// Until its Payloads were decoded or encoded and written.
    pub work: Option<Duration>,
}

/// What became of a request's Payloads. The last four add up to the first, once they have been looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PayloadCounts {
    /// Sent.
    pub total: usize,
    /// Decoded to the end.
    pub decoded: usize,
    /// Encoded.
    pub encoded: usize,
    /// Not ours, or encoded already: returned as sent.
    pub passed_through: usize,
    /// Could not be decoded or encoded.
    pub failed: usize,
}

/// One Payload that could not be decoded or encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayloadFailure {
    /// Its place in the request, from 0.
    pub index: usize,
    /// Why.
    pub code: Code,
    /// Why, in words.
    pub message: String,
    /// The key that is missing, where that is why; the empty id where the Payload names none.
    pub missing_key: Option<KeyId>,
}

/// What a request asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RequestKind {
    /// One of the three operations.
    Operation(Operation),
    /// A browser asked whether it may ask.
    Preflight,
    /// A path that nothing is served at.
    Unknown,
    /// No request at all: a TLS handshake that failed.
    Handshake,
}

impl RequestKind {
    fn of(head: &Parts) -> Self {
        match operation_of_path(head.uri.path()) {
            _ if cors::is_preflight(head) => RequestKind::Preflight,
            Some(operation) => RequestKind::Operation(operation),
            None => RequestKind::Unknown,
        }
    }

    /// A word for lists.
    pub fn as_str(self) -> &'static str {
        match self {
            RequestKind::Operation(Operation::Encode) => "encode",
            RequestKind::Operation(Operation::Decode) => "decode",
            RequestKind::Operation(Operation::Download) => "download",
            RequestKind::Preflight => "preflight",
            RequestKind::Unknown => "unknown",
            RequestKind::Handshake => "handshake",
        }
    }
}

/// Which kind of program asked, by its `User-Agent` and `Origin`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Client {
    /// A page in a browser: a Web UI.
    Browser,
    /// Go's HTTP client: the Temporal CLI, or a Go program.
    Go,
    /// curl.
    Curl,
    /// The app that this server runs in, when it tries its own endpoint.
    This,
    /// Anything else.
    Other,
}

impl Client {
    /// A word for lists.
    pub fn as_str(self) -> &'static str {
        match self {
            Client::Browser => "browser",
            Client::Go => "go",
            Client::Curl => "curl",
            Client::This => "this",
            Client::Other => "other",
        }
    }

    fn of(headers: &HeaderMap) -> Self {
        let agent = headers
            .get(USER_AGENT)
            .map_or(&b""[..], |agent| agent.as_bytes());
        // No page can call itself so: a preflight would have to allow that header.
        if agent.starts_with(AGENT.as_bytes()) {
            match own_agent() {
                // There is no number.
                AGENT => Client::Other,
                own if agent == own.as_bytes() => Client::This,
                _ => Client::Other,
            }
        } else if headers.contains_key(ORIGIN) || agent.starts_with(b"Mozilla/") {
            Client::Browser
        } else if agent.starts_with(b"Go-http-client/") || agent.starts_with(b"temporal") {
            Client::Go
        } else if agent.starts_with(b"curl/") {
            Client::Curl
        } else {
            Client::Other
        }
    }
}

/// Counts, ids and reasons.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) bytes_in: u64,
    pub(crate) counts: PayloadCounts,
    pub(crate) failures: Vec<PayloadFailure>,
    pub(crate) encodings: BTreeSet<String>,
    pub(crate) keys: BTreeSet<KeyId>,
    pub(crate) layers: Vec<Layers>,
    /// Messages that were written as JSON.
    pub(crate) n_as_json: usize,
}

impl Tally {
    pub(crate) fn sent(&mut self, payload: &Payload) {
        let encoding = payload.encoding().unwrap_or_default();
        // Looked up first: a batch has a handful of encodings, and the common case must not copy one for each Payload.
        if self.encodings.len() < MAX_NAMES && !self.encodings.contains(encoding) {
            self.encodings.insert(shown(encoding, MAX_TEXT));
        }
    }

    pub(crate) fn used(&mut self, key: &KeyId) {
        if self.keys.len() < MAX_NAMES && !self.keys.contains(key) {
            self.keys.insert(key.clone());
        }
    }

    /// Counts what became of a Payload.
    pub(crate) fn decoded(&mut self, decoded: &Decoded) {
        let steps = decoded.steps.iter();
        let steps = steps.map(|step| (step.codec, step.key_id.as_ref()));
        let left = decoded.payload.encoding().unwrap_or_default();
        let stopped_at = decoded.error.as_ref().and_then(CodecError::stopped_at);
        layers::count(&mut self.layers, steps, left, stopped_at);
    }

    /// Counts a Payload with one layer, and says where; `None` where its shape is not listed. `left` is what was inside.
    pub(crate) fn opened(
        &mut self,
        codec: CodecName,
        key: &KeyId,
        left: &Payload,
    ) -> Option<usize> {
        self.used(key);
        let left = left.encoding().unwrap_or_default();
        layers::count(
            &mut self.layers,
            [(codec, Some(key))].into_iter(),
            left,
            None,
        )
    }

    /// Counts a Payload of which the same became as of the one before.
    pub(crate) fn decoded_again(&mut self, shape: Option<usize>) {
        if let Some(shape) = shape.and_then(|shape| self.layers.get_mut(shape)) {
            shape.count += 1;
        }
    }

    pub(crate) fn failed(&mut self, index: usize, error: &CodecError) {
        self.counts.failed += 1;
        self.noted(index, error);
    }

    /// A Payload that was to be decoded, and was not even tried.
    pub(crate) fn not_looked_at(&mut self, index: usize, why: &RequestError) {
        self.counts.failed += 1;
        if self.failures.len() < MAX_FAILURES {
            self.failures.push(PayloadFailure {
                index,
                code: why.code(),
                message: line(why),
                missing_key: None,
            });
        }
    }

    /// A reason that is worth telling, of a Payload that did not fail as a whole.
    pub(crate) fn noted(&mut self, index: usize, error: &CodecError) {
        if self.failures.len() < MAX_FAILURES {
            self.failures.push(PayloadFailure {
                index,
                code: code_of(error),
                message: line(&OfRequest(error)),
                missing_key: error.missing_key(),
            });
        }
    }
}
