//! One request, from its head to its answer and its record. `respond` takes the first three steps and
//! `process` the others, in an order that is the server's security posture. Outermost first:
//!
//!  1. **CORS**: the headers on every answer, whatever it is, so that a listed page can read errors too.
//!  2. **Record**: every request, refused ones too; and errors become answers, in one place.
//!  3. **Catch a panic**: a bug of ours is a 500 for one request.
//!  4. **Host**: a name that is not ours alone gets nothing (DNS rebinding), unless it is allowed to programs and no page asks.
//!  5. **Origin**: absent (a program) and listed are served; anything else, `null` too, is not.
//!  6. **Preflight**: answered for every path, before any token is asked for: browsers send none with it.
//!  7. **Route**: the last path segment; or how the server is (`health.rs`), which anybody may ask who came this far.
//!  8. **Method**: POST.
//!  9. **Access**, where it is asked: who asks by the token, and what the rules say of it, for the
//!     Namespace whose profile serves the request (`checks/admission.rs`).
//! 10. **Content type**: JSON only, judged before any of the body is read.
//! 11. **Memory**: room for the body and what comes of it, before any of it is read (`work/memory.rs`).
//! 12. **Body**: size, completeness.
//! 13. **Consent**, where it is asked for: who has it, or waits for it with the body that was read (`checks/consent.rs`). What
//!     was denied before is refused before any of the body is read.
//! 14. **JSON**, worked on where that belongs (`work/scheduler.rs`).
//!
//! No payload data is looked at before all of them have passed. Whether the server is paused is asked last, of a request that
//! would otherwise be served: who is refused at the door is refused as ever. The panic lock is asked after the preflight, so that
//! pages can read why, again before the work, and once more before its result is handed out.

mod received;

use std::any::Any;
use std::convert::Infallible;
use std::future::poll_fn;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::Instant;

use access::Verdict;
use axum::BoxError;
use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::handler::Handler as _;
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Request as HttpRequest, Response, StatusCode};
use bytes::Bytes;
use http_body_util::Full;
use payload_codec::MAX_ROUNDS_OF_ASKING;
use prometheus_client::metrics::gauge::Gauge;
use tokio::sync::watch;
use tower::{Layer as _, Service};
use tower_http::catch_panic::CatchPanicLayer;

use crate::checks::consent::{self, WaitingForConsent};
use crate::checks::origin::{self, Caller};
use crate::checks::{admission, body, cors, host};
use crate::code::Code;
use crate::config::ServerConfig;
use crate::connection::client_process::ClientProcess;
use crate::connection::http1::Answer;
use crate::connection::transport::HandshakeFailure;
use crate::error::RequestError;
use crate::health;
use crate::metrics::Metrics;
use crate::record::capture::Capturing;
use crate::record::{Observer, RequestKind, RequestRecord};
use crate::route::{Namespace, Operation};
use crate::rules::Rules;
use crate::rules::consent::Question;
use crate::rules::shut::Shut;
use crate::work::buffers::Buffers;
use crate::work::cache::{Begun, Cache};
use crate::work::job::{Done, Job};
use crate::work::memory::{Memory, Reservation};
use crate::work::scheduler::Scheduler;

/// What all requests share. Cheap to clone.
#[derive(Clone)]
pub struct ServerState(Arc<Shared>);

struct Shared {
    config: ServerConfig,
    rules: watch::Receiver<Arc<Rules>>,
    observer: Observer,
    last_id: AtomicU64,
    memory: Memory,
    cache: Cache,
    scheduler: Scheduler,
    buffers: Buffers,
    waiting_for_consent: WaitingForConsent,
    metrics: Option<Arc<Metrics>>,
}

/// The whole protocol as one service. There is one handler, which looks at the path itself: axum's `Router` would only cost.
/// The layer is for a panic where no request's own catch is: while it is recorded or captured.
pub fn service<B>(
    state: ServerState,
) -> impl Service<HttpRequest<B>, Response = Answer, Error = Infallible, Future: Send>
+ Clone
+ Send
+ Sync
+ Unpin
+ 'static
where
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    let respond = async |State(state): State<ServerState>, request: Request| {
        state.respond(request, None).await.map(Body::from)
    };
    let panicked = |panic: Box<dyn Any + Send>| panicked(panic).response(false).map(Full::new);
    CatchPanicLayer::custom(panicked).layer(respond.with_state(state))
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
        let waiting = Gauge::default();
        let metrics = config.metrics.map(|_| Arc::new(Metrics::new(&waiting)));
        ServerState(Arc::new(Shared {
            memory: Memory::new(config.max_memory_bytes, busy, waiting.clone()),
            scheduler: Scheduler::new(n_processors, busy, waiting),
            cache: Cache::new(rules.clone()),
            buffers: Buffers::default(),
            waiting_for_consent: WaitingForConsent::new(config.timeouts.consent),
            metrics,
            config,
            rules,
            observer,
            last_id: AtomicU64::new(0),
        }))
    }

    /// Answers a request, and tells the observer of it. `replay_of` is the request that this one repeats, if it does.
    pub(crate) async fn respond(
        &self,
        request: Request,
        replay_of: Option<u64>,
    ) -> Response<Bytes> {
        let _in_flight = self.0.metrics.as_ref().map(|metrics| metrics.begin());
        let (head, mut body) = request.into_parts();
        let mut exchange = Exchange::new(&self.0, head, replay_of);

        let processed = catch_panic(exchange.process(&mut body)).await;
        let processed = processed.unwrap_or_else(|panic| Err(panicked(panic)));
        if processed.is_err() {
            // What is seldom waited for is put apart, so that what every request waits in is small: it is moved about.
            Box::pin(body::skip(&exchange.head.headers, &mut body)).await;
        }

        let record = &mut exchange.record;
        let mut response = processed.unwrap_or_else(|error| {
            record.code = Some(error.code());
            record.message = Some(error.line());
            error.response(body::accepts_json(&exchange.head.headers))
        });
        record.id = self.next_id();
        record.status = response.status().as_u16();
        record.bytes_out = response.body().len() as u64;
        if let Some(capturing) = exchange.capturing.take() {
            capturing.keep(record, &exchange.head, response.body());
        }
        record.duration = exchange.clock.elapsed();
        // Nothing but a look at how the server is ends well there; such looks are many, and ask for no Payloads.
        let is_health = record.kind == RequestKind::Unknown && record.code.is_none();
        if !is_health {
            self.observe(exchange.record);
        }

        cors::finish(&exchange.caller, response.headers_mut());
        response
    }
}

impl ServerState {
    /// A connection ended before there was a request on it.
    pub(crate) fn handshake_failed(&self, failure: HandshakeFailure, client: ClientProcess) {
        let mut record = RequestRecord::of_handshake(failure, client);
        record.id = self.next_id();
        self.observe(record);
    }

    fn next_id(&self) -> u64 {
        self.0.last_id.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Forgets what it holds of answers, and keeps none any more.
    pub(crate) fn close_cache(&self) {
        self.0.cache.close();
    }

    /// What is counted, where somebody reads it.
    pub(crate) fn metrics(&self) -> Option<&Arc<Metrics>> {
        self.0.metrics.as_ref()
    }

    fn observe(&self, record: RequestRecord) {
        log(&record);
        if let Some(metrics) = &self.0.metrics {
            metrics.count(&record);
        }
        if catch_unwind(AssertUnwindSafe(|| (self.0.observer)(record))).is_err() {
            tracing::error!("the observer of requests panicked");
        }
    }
}

impl Shared {
    /// Does a request's work. What misses data keys waits until they were asked for, and is done again; the wait holds no thread.
    async fn work(
        &self,
        mut job: Job,
        memory: Option<&Memory>,
        reservation: &mut Reservation,
    ) -> Result<Done, RequestError> {
        let chain = &job.profile.chain;
        let noting = chain.noting_missed().zip(chain.data_keys().cloned());
        let Some((noting, keys)) = noting else {
            return self.scheduler.run(job, memory, reservation).await;
        };
        job.profile.chain = noting.clone();
        for _ in 0..MAX_ROUNDS_OF_ASKING {
            let done = self.scheduler.run(job.clone(), memory, reservation).await?;
            let missed = noting.take_missed();
            if missed.is_empty() {
                return Ok(done);
            }
            drop(done);
            keys.ask(missed).await;
        }
        self.scheduler.run(job, memory, reservation).await
    }
}

/// The output of a future, or what it panicked with.
async fn catch_panic<T>(future: impl Future<Output = T>) -> Result<T, Box<dyn Any + Send>> {
    let mut future = pin!(future);
    poll_fn(|cx| {
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx)));
        polled.map_or_else(|panic| Poll::Ready(Err(panic)), |poll| poll.map(Ok))
    })
    .await
}

/// The panic's own text is dropped unread: it may quote what was being decoded.
fn panicked(_: Box<dyn Any + Send>) -> RequestError {
    tracing::error!("a request panicked");
    RequestError::Internal
}

/// One request on its way through the checks.
struct Exchange<'a> {
    server: &'a Shared,
    rules: Arc<Rules>,
    head: Parts,
    caller: Caller,
    clock: Instant,
    /// Filled in on the way.
    record: RequestRecord,
    capturing: Option<Capturing<'a>>,
}

impl<'a> Exchange<'a> {
    fn new(server: &'a Shared, head: Parts, replay_of: Option<u64>) -> Self {
        // The guard of the watch is gone at the end of the line; it must not live across an await.
        let rules = Arc::clone(&server.rules.borrow());
        let consent = rules.consent.as_ref();
        let asks = consent.is_some_and(|consent| consent.asks_about_unlisted_pages());
        Exchange {
            server,
            caller: Caller::of(&head.headers, &rules.origins, asks),
            rules,
            clock: Instant::now(),
            record: RequestRecord::new(&head, replay_of),
            capturing: Capturing::new(server.config.capture.as_deref()),
            head,
        }
    }

    /// Checks 4 to 14, then the work.
    async fn process(&mut self, body: &mut Body) -> Result<Response<Bytes>, RequestError> {
        let (head, rules) = (&self.head, &self.rules);
        let beyond = self.server.config.beyond.as_ref();
        let more = beyond.map_or(&[][..], |beyond| &beyond.hosts);
        let of_programs = origin::is_of_program(&self.caller, &head.headers);
        let of_programs = of_programs.then_some(&rules.program_hosts);
        host::check(&head.uri, &head.headers, more, of_programs)?;
        let kind = self.record.kind;
        let is_asked_about = matches!(kind, RequestKind::Preflight | RequestKind::Operation(_));
        origin::check(&self.caller, is_asked_about)?;
        let operation = match self.record.kind {
            RequestKind::Preflight => return Ok(cors::preflight(head)),
            RequestKind::Unknown if head.uri.path() == health::PATH => {
                return Ok(health::answer(&head.method, rules));
            }
            RequestKind::Unknown | RequestKind::Handshake | RequestKind::Operation(_)
                if rules.pause.is_panic_locked() =>
            {
                return Err(RequestError::PanicLocked);
            }
            RequestKind::Unknown | RequestKind::Handshake => return Err(RequestError::NotFound),
            RequestKind::Operation(operation) => operation,
        };
        match head.method {
            Method::POST => {}
            Method::OPTIONS => return Ok(options()),
            _ => return Err(RequestError::MethodNotAllowed),
        }
        // What is asked again is the window's own work, and nobody keeps a token for it.
        let is_replay = self.record.replay_of.is_some();
        let found = rules.directory.find(Namespace::named_by(head));
        let mut original = false;
        if let Some(access) = rules.access.as_ref().filter(|_| !is_replay) {
            let namespace = found.namespace.as_ref();
            let decision = Box::pin(admission::decide(access, head, operation, namespace)).await;
            self.record.who = decision.who;
            self.record.by_program_token = decision.is_program;
            self.record.access_rule = decision.rule;
            if decision.verdict.is_err() {
                self.record.namespace.clone_from(&found.namespace);
            }
            original = decision.verdict? == Verdict::Original;
        } else if let Some(access) = rules.programs.as_ref().filter(|_| !is_replay) {
            self.record.who = admission::program_of(access, head);
            self.record.by_program_token = self.record.who.is_some();
        }
        if operation == Operation::Download {
            return Err(RequestError::DownloadUnsupported);
        }
        body::content_type(&head.headers)?;
        body::content_encoding(&head.headers)?;

        self.record.namespace = found.namespace;
        self.record.profile = found.rule;
        let profile = found.profile.ok_or(RequestError::NamespaceUnknown)?;

        let consent = rules.consent.as_deref().filter(|_| !is_replay && !original);
        let asker = consent.map(|_| {
            let who = self.record.who.as_deref();
            consent::asker(&self.caller, who.filter(|_| self.record.by_program_token))
        });
        let namespace = self.record.namespace.as_ref();
        let known = consent
            .zip(asker.as_ref())
            .and_then(|(consent, asker)| consent.known(asker, namespace));
        known.map_or(Ok(None), consent::check)?;
        let paused = || rules.pause.is_set().then_some(Shut::Paused);
        // Where nothing is opened, there is nothing to ask about; a server that opens again meanwhile opens nothing of this request.
        let consent = consent.filter(|_| known.is_none());
        let shut = consent.and_then(|_| paused().or(rules.shut));

        // A body that does not tell its size may be as large as any; one that is too large is refused unread. What is asked
        // again is the window's own work, which is not counted.
        let memory = match self.record.replay_of {
            Some(_) => None,
            None => Some(&self.server.memory),
        };
        let exact = body.size_hint().exact();
        let size = exact.map_or(rules.max_body_bytes, |size| {
            usize::try_from(size).unwrap_or(usize::MAX)
        });
        let mut reservation = match memory {
            Some(memory) if size <= rules.max_body_bytes => memory.reserve(size).await?,
            Some(_) | None => Reservation::default(),
        };
        let mut job = Job {
            operation,
            body: Bytes::new(),
            n_bytes: size,
            profile,
            from_page: matches!(self.caller, Caller::Page(_) | Caller::Unlisted(_)),
            original,
            shut,
            buffers: self.server.buffers.clone(),
        };
        let is_sized = exact.is_some() && size <= rules.max_body_bytes;
        if is_sized && consent.is_none() && self.begins_early(&job) {
            return self.work_while_received(job, body, reservation).await;
        }
        job.body = body::read(body, rules.max_body_bytes).await?;
        job.n_bytes = job.body.len();
        self.record.timing.body = Some(self.clock.elapsed());
        if let Some(capturing) = &mut self.capturing {
            capturing.body(&job.body);
        }

        if let (Some(consent), Some(asker), None) = (consent, asker, job.shut) {
            let question = Question {
                asker,
                client: self.record.client.as_str(),
                process: self.record.process.clone(),
                who: self.record.who.clone(),
                namespace: self.record.namespace.clone(),
                operation,
                n_payloads: None,
            };
            let waiting = &self.server.waiting_for_consent;
            job.shut = Box::pin(waiting.ask(consent, question, &job.body)).await?;
        }
        if rules.pause.is_panic_locked() {
            return Err(RequestError::PanicLocked);
        }
        job.shut = job.shut.or_else(paused);
        let (namespace, who) = (self.record.namespace.as_ref(), self.record.who.as_deref());
        // Who asks again in the window wants to see what is answered now.
        let asked = match is_replay {
            true => None,
            false => {
                let cache = &self.server.cache;
                cache.asked(&job, rules, namespace, &self.caller, who)
            }
        };
        let mut ticket = None;
        let mut kept = None;
        if let Some(asked) = &asked {
            let busy = self.server.config.timeouts.busy;
            match self.server.cache.begin(asked, busy).await {
                Begun::Answered(answer) => kept = Some(answer),
                Begun::Work(with) => ticket = with,
            }
        }
        self.record.from_cache = kept.is_some();
        let done = match kept {
            Some(kept) => Ok(kept.answer()),
            None => self.server.work(job, memory, &mut reservation).await,
        };
        if let (Some(ticket), Some(asked)) = (ticket, &asked) {
            ticket.done(asked, &done);
        }
        // What was decoded meanwhile is overwritten, and nobody gets it.
        if rules.pause.is_panic_locked() {
            return Err(RequestError::PanicLocked);
        }
        let (written, tally) = done?;
        self.record.timing.work = Some(self.clock.elapsed());
        self.record.tally(tally);
        Ok(payloads_json(reservation.hold(written?)))
    }
}

/// The answer to `OPTIONS` that is no preflight.
fn options() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let allow = HeaderValue::from_static("POST, OPTIONS");
    response.headers_mut().insert(ALLOW, allow);
    response
}

/// Exactly 200: Go clients take nothing else.
fn payloads_json(written: Bytes) -> Response<Bytes> {
    let mut response = Response::new(written);
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
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
        Code::ConsentNotGiven,
        Code::ConsentDenied,
        Code::CertificateNotTrusted,
        Code::NotHttps,
        Code::HandshakeFailed,
    ];
    let is_refused = |code| matches!(code, Code::Access(_)) || refused.contains(&code);
    let who = record.who.as_deref();
    if record.code.is_some_and(is_refused) {
        tracing::warn!(id, kind, code, origin, who, "refused");
        return;
    }
    tracing::debug!(
        id,
        kind,
        code,
        origin,
        who,
        status = record.status,
        n_payloads = record.payloads.total,
        n_failed = record.payloads.failed,
        duration = ?record.duration,
        "request",
    );
}
