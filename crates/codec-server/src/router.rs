//! The order of checks, which is the server's security posture. Outermost first:
//!
//!  1. **CORS**: the headers on every answer, whatever it is, so that a listed page can read errors too.
//!  2. **Record**: every request, refused ones too; and errors become answers, in one place.
//!  3. **Catch a panic**: a bug of ours is a 500 for one request.
//!  4. **Host**: a name that is not ours alone gets nothing (DNS rebinding).
//!  5. **Origin**: absent (a program) and listed are served; anything else, `null` too, is not.
//!  6. **Preflight**: answered for every path, before any token is asked for: browsers send none with it.
//!  7. **Route**: the last path segment.
//!  8. **Method**: POST.
//!  9. **Token**, where one is asked.
//! 10. **Content type**: JSON only, judged before any of the body is read.
//! 11. **Memory**: room for the body and what comes of it, before any of it is read (`memory.rs`).
//! 12. **Body**: size, completeness, then its JSON, worked on where that belongs (`lanes.rs`).
//!
//! No payload data is looked at before all of them have passed. Whether the server is paused is asked last, of a request that
//! would otherwise be served: who is refused at the door is refused as ever.

use std::any::Any;
use std::num::NonZero;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime};

use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::{Extension, Router};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;

use crate::capture::{self, Captured, Head, Replay, SentBody};
use crate::code::Code;
use crate::config::ServerConfig;
use crate::error::RequestError;
use crate::guard::{self, Caller};
use crate::handlers::Job;
use crate::headers;
use crate::lanes::Lanes;
use crate::memory::{Memory, Reservation};
use crate::record::{Client, Observer, Outcome, RequestKind, RequestRecord, shown_origin};
use crate::route::{Namespace, Operation};
use crate::rules::Rules;
use crate::{auth, body, cors};

/// What all requests share. Cheap to clone.
#[derive(Clone)]
pub struct ServerState(Arc<Shared>);

struct Shared {
    config: ServerConfig,
    rules: watch::Receiver<Arc<Rules>>,
    observer: Observer,
    last_id: AtomicU64,
    memory: Memory,
    lanes: Lanes,
}

impl ServerState {
    /// `rules` are read for each request, so that a change applies to the next one.
    pub fn new(
        config: ServerConfig,
        rules: watch::Receiver<Arc<Rules>>,
        observer: Observer,
    ) -> Self {
        let n_processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        let busy = config.timeouts.busy;
        ServerState(Arc::new(Shared {
            memory: Memory::new(config.max_memory_bytes, busy),
            lanes: Lanes::new(n_processors, busy),
            config,
            rules,
            observer,
            last_id: AtomicU64::new(0),
        }))
    }

    pub(crate) fn config(&self) -> &ServerConfig {
        &self.0.config
    }
}

/// What holds from a request's start to its end.
#[derive(Clone)]
struct Exchange {
    clock: Instant,
    rules: Arc<Rules>,
    caller: Caller,
}

/// The whole protocol as one service.
pub fn router(state: ServerState) -> Router {
    Router::new()
        .fallback(checked)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(state.clone(), recorded))
        .layer(from_fn_with_state(state.clone(), with_cors))
        .with_state(state)
}

async fn with_cors(State(state): State<ServerState>, mut request: Request, next: Next) -> Response {
    // The guard of the watch is gone at the end of the line; it must not live across an await.
    let rules = Arc::clone(&state.0.rules.borrow());
    let caller = Caller::of(request.headers(), &rules.origins);
    request.extensions_mut().insert(Exchange {
        clock: Instant::now(),
        rules,
        caller: caller.clone(),
    });
    let mut response = next.run(request).await;
    cors::finish(&caller, &mut response);
    response
}

async fn recorded(State(state): State<ServerState>, request: Request, next: Next) -> Response {
    let started = SystemTime::now();
    let clock = request.extensions().get::<Exchange>();
    let clock = clock.map_or_else(Instant::now, |exchange| exchange.clock);
    let client = Client::of(request.headers());
    let origin = shown_origin(request.headers());
    let as_json = body::accepts_json(request.headers());
    let replay: Option<Replay> = request.extensions().get().copied();
    let (parts, body) = request.into_parts();
    let sent_headers = headers::sent(&parts.headers);
    let method = known_method(&parts.method);
    let capture = state.config().capture.as_ref();
    let wanted = capture.and_then(|capture| capture.wants());
    let head = wanted.map(|_| Head::of(&parts));
    let kind = match Operation::of_path(parts.uri.path()) {
        _ if cors::is_preflight(&parts) => RequestKind::Preflight,
        Some(operation) => RequestKind::Operation(operation),
        None => RequestKind::Unknown,
    };

    let mut response = next.run(Request::from_parts(parts, body)).await;

    let Outcome {
        namespace,
        profile,
        error,
        tally,
        timing,
        sent,
    } = response.extensions_mut().remove().unwrap_or_default();
    if let Some(error) = &error {
        response = error.response(as_json);
    }
    let id = state.0.last_id.fetch_add(1, Ordering::Relaxed) + 1;
    if let (Some(capture), Some(limit), Some(head), Some(sent)) = (capture, wanted, head, sent) {
        let answer;
        (response, answer) = copied_answer(response, limit).await;
        capture.keep(Captured {
            id,
            request: head.with(&sent.0, limit),
            status: response.status().as_u16(),
            answer,
        });
    }
    let record = RequestRecord {
        id,
        started,
        duration: clock.elapsed(),
        timing,
        method,
        kind,
        namespace,
        profile,
        origin,
        client,
        bytes_in: tally.bytes_in,
        bytes_out: response.body().size_hint().exact().unwrap_or_default(),
        status: response.status().as_u16(),
        code: error.as_ref().map(|error| error.code()),
        message: error.as_ref().map(|error| error.line()),
        payloads: tally.counts,
        failures: tally.failures,
        encodings: tally.encodings,
        keys: tally.keys,
        layers: tally.layers,
        headers: sent_headers,
        replay_of: replay.map(|replay| replay.of),
    };
    log(&record);
    let observed = std::panic::catch_unwind(AssertUnwindSafe(|| (state.0.observer)(record)));
    if observed.is_err() {
        tracing::error!("the observer of requests panicked");
    }
    response
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

/// The answer, and a copy of its body where that is within the limit. All answers of this server are in memory already.
async fn copied_answer(
    response: Response,
    limit: usize,
) -> (Response, Option<zeroize::Zeroizing<Vec<u8>>>) {
    let (parts, body) = response.into_parts();
    let Ok(collected) = body.collect().await else {
        // Bodies in memory do not fail; a body that did has no bytes to send either.
        return (Response::from_parts(parts, Body::empty()), None);
    };
    let bytes = collected.to_bytes();
    let copy = capture::copied(&bytes, limit);
    (Response::from_parts(parts, Body::from(bytes)), copy)
}

/// One line, without content. Whoever is refused at the door is worth a warning: it is a setting to change, or an attack. The
/// programs' subscribers fold lines that differ in nothing but the id.
fn log(record: &RequestRecord) {
    let id = record.id;
    let kind = record.kind.as_str();
    let code = record.code.map(Code::as_str);
    let origin = record.origin.as_deref();
    let refused = [
        Code::HostNotAllowed,
        Code::OriginNotAllowed,
        Code::Unauthenticated,
    ];
    if record.code.is_some_and(|code| refused.contains(&code)) {
        tracing::warn!(id, kind, code, origin, "refused");
        return;
    }
    tracing::debug!(
        id,
        kind,
        code,
        origin,
        status = record.status,
        n_payloads = record.payloads.total,
        n_failed = record.payloads.failed,
        duration = ?record.duration,
        "request",
    );
}

/// The panic's own text is dropped unread: it may quote what was being decoded.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("a request panicked");
    let error = Some(Arc::new(RequestError::Internal));
    carrying(
        Response::default(),
        Outcome {
            error,
            ..Outcome::default()
        },
    )
}

fn carrying(mut response: Response, outcome: Outcome) -> Response {
    response.extensions_mut().insert(outcome);
    response
}

async fn checked(
    State(state): State<ServerState>,
    Extension(exchange): Extension<Exchange>,
    request: Request,
) -> Response {
    let mut outcome = Outcome::default();
    let (request, mut body) = request.into_parts();
    let answer = answer(&state, &exchange, &request, &mut body, &mut outcome).await;
    let response = match answer {
        Ok(response) => response,
        Err(error) => {
            body::skip(&request.headers, &mut body).await;
            outcome.error = Some(Arc::new(error));
            Response::default()
        }
    };
    carrying(response, outcome)
}

async fn answer(
    state: &ServerState,
    Exchange {
        clock,
        rules,
        caller,
    }: &Exchange,
    request: &Parts,
    body: &mut Body,
    outcome: &mut Outcome,
) -> Result<Response, RequestError> {
    guard::host(&request.uri, &request.headers)?;
    guard::origin(caller)?;
    if cors::is_preflight(request) {
        return Ok(cors::preflight(request));
    }
    let operation = Operation::of_path(request.uri.path()).ok_or(RequestError::NotFound)?;
    match request.method {
        Method::POST => {}
        Method::OPTIONS => return Ok(options()),
        _ => return Err(RequestError::MethodNotAllowed),
    }
    auth::bearer(&request.headers, rules.token.as_ref())?;
    if operation == Operation::Download {
        return Err(RequestError::DownloadUnsupported);
    }
    body::content_type(&request.headers)?;
    body::content_encoding(&request.headers)?;
    let profile = profile(rules, request, outcome)?;

    let config = state.config();
    // A body that does not tell its size may be as large as any; one that is too large is refused unread. What is asked again
    // is the window's own work, which is not counted.
    let is_replay = request.extensions.get::<Replay>().is_some();
    let memory = (!is_replay).then_some(&state.0.memory);
    let size = body.size_hint().exact();
    let size = size.map_or(config.max_body_bytes, |size| {
        usize::try_from(size).unwrap_or(usize::MAX)
    });
    let mut reservation = match memory {
        Some(memory) if size <= config.max_body_bytes => memory.reserve(size).await?,
        Some(_) | None => Reservation::default(),
    };
    let body = body::read(body, config.max_body_bytes).await?;
    outcome.timing.body = Some(clock.elapsed());
    if config.capture.is_some() {
        // Shares the bytes; they are copied at the end, if they are still wanted.
        outcome.sent = Some(SentBody(body.clone()));
    }
    let job = Job {
        operation,
        body,
        profile,
        from_page: matches!(caller, Caller::Page(_)),
        paused: rules.pause.is_set(),
    };
    let done = state.0.lanes.run(job, memory, &mut reservation).await;
    let (written, tally) = done?;
    outcome.timing.work = Some(clock.elapsed());
    outcome.tally = tally;
    Ok(payloads_json(reservation.hold(written?)))
}

fn profile(
    rules: &Rules,
    request: &Parts,
    outcome: &mut Outcome,
) -> Result<crate::Profile, RequestError> {
    let found = rules.directory.find(Namespace::named_by(request));
    outcome.namespace = found.namespace;
    outcome.profile = found.rule;
    found.profile.ok_or(RequestError::NamespaceUnknown)
}

fn options() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let allow = HeaderValue::from_static("POST, OPTIONS");
    response.headers_mut().insert(ALLOW, allow);
    response
}

/// Exactly 200: Go clients take nothing else.
fn payloads_json(written: Bytes) -> Response {
    let mut response = Response::new(Body::from(written));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}
