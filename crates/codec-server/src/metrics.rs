//! What is counted for Prometheus, and the listener that it is read from. Labels are words of this crate alone, operations and
//! error codes: nothing that a client sends, no Namespace, no key id, so that nobody can make them many.
//!
//! Format: OpenMetrics 1.0.0 text, which Prometheus reads.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ALLOW, CONTENT_TYPE, HOST};
use axum::http::{HeaderValue, Method, Response, StatusCode};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use tower::Layer as _;
use tower_http::catch_panic::CatchPanicLayer;

use crate::checks::origin::Caller;
use crate::checks::{cors, host};
use crate::code::Code;
use crate::connection::http1::Answers;
use crate::record::{RequestKind, RequestRecord};
use crate::rules::allowed_origins::AllowedOrigins;

/// Where they are read.
pub(crate) const PATH: &str = "/metrics";

/// Upper ends of the histogram, in seconds: from a Payload that is decoded at once to a client that is given up.
const SECONDS: [f64; 11] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0, 25.0,
];

/// A label: its name and its value.
type Label = (&'static str, &'static str);

/// What is counted since the server was started.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<[Label; 2], Counter>,
    payloads: Family<[Label; 2], Counter>,
    received: Family<[Label; 1], Counter>,
    sent: Family<[Label; 1], Counter>,
    duration: Family<[Label; 1], Histogram>,
    in_flight: Gauge,
    from_cache: Counter,
}

/// One of those that a gauge counts, for as long as it is there.
pub(crate) struct Counted(Gauge);

impl Counted {
    pub(crate) fn by(gauge: &Gauge) -> Self {
        gauge.inc();
        Counted(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    /// `waiting` counts the requests that wait for memory or a processor.
    pub(crate) fn new(waiting: &Gauge) -> Self {
        let mut registry = Registry::with_prefix("temporal_codec");
        let requests = Family::default();
        let payloads = Family::default();
        let received = Family::default();
        let sent = Family::default();
        let duration =
            Family::<[Label; 1], Histogram>::new_with_constructor(|| Histogram::new(SECONDS));
        let in_flight = Gauge::default();
        let from_cache = Counter::default();
        registry.register(
            "requests",
            "Requests that were answered, and TLS handshakes that failed, by the code of the error or OK",
            requests.clone(),
        );
        registry.register(
            "payloads",
            "Payloads of those requests, by what became of them",
            payloads.clone(),
        );
        registry.register_with_unit(
            "received",
            "Bodies of requests that were read",
            Unit::Bytes,
            received.clone(),
        );
        registry.register_with_unit("sent", "Bodies of answers", Unit::Bytes, sent.clone());
        registry.register_with_unit(
            "request_duration",
            "From the head of a request to its answer",
            Unit::Seconds,
            duration.clone(),
        );
        registry.register(
            "requests_in_flight",
            "Requests that are being answered",
            in_flight.clone(),
        );
        registry.register(
            "requests_waiting",
            "Requests of those that wait for memory or a processor",
            waiting.clone(),
        );
        registry.register(
            "requests_from_cache",
            "Requests of those that were answered from the cache, because the same was asked before",
            from_cache.clone(),
        );
        Metrics {
            registry,
            requests,
            payloads,
            received,
            sent,
            duration,
            in_flight,
            from_cache,
        }
    }

    /// A request has begun, until what is returned is dropped.
    pub(crate) fn begin(&self) -> Counted {
        Counted::by(&self.in_flight)
    }

    /// A request was answered.
    pub(crate) fn count(&self, record: &RequestRecord) {
        let operation = ("operation", record.kind.as_str());
        let code = record.code.map_or("OK", Code::as_str);
        self.requests
            .get_or_create(&[operation, ("result", code)])
            .inc();
        let RequestKind::Operation(_) = record.kind else {
            return;
        };
        if record.from_cache {
            self.from_cache.inc();
        }
        let counts = &record.payloads;
        for (result, n) in [
            ("decoded", counts.decoded),
            ("encoded", counts.encoded),
            ("passed_through", counts.passed_through),
            ("failed", counts.failed),
        ] {
            if n > 0 {
                self.payloads
                    .get_or_create(&[operation, ("result", result)])
                    .inc_by(n as u64);
            }
        }
        self.received
            .get_or_create(&[operation])
            .inc_by(record.bytes_in);
        self.sent
            .get_or_create(&[operation])
            .inc_by(record.bytes_out);
        self.duration
            .get_or_create(&[operation])
            .observe(record.duration.as_secs_f64());
    }

    fn text(&self) -> String {
        let mut text = String::new();
        // A `String` takes every text.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

/// Who may read metrics where.
#[derive(Clone)]
struct Read {
    metrics: Arc<Metrics>,
    hosts: Arc<[String]>,
    /// Beyond this machine an address will do: only a name can be made to lead here from a page of somebody else's.
    by_address: bool,
}

/// What answers on the listener of metrics. `hosts` are the names that clients use beyond this machine.
pub(crate) fn service(metrics: Arc<Metrics>, hosts: &[String], is_beyond: bool) -> impl Answers {
    let state = Read {
        metrics,
        hosts: hosts.into(),
        by_address: is_beyond,
    };
    let router = Router::new().fallback(respond).with_state(state);
    CatchPanicLayer::custom(|_| failed()).layer(router)
}

fn failed() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

#[allow(clippy::unused_async, reason = "axum takes handlers that are")]
async fn respond(State(read): State<Read>, request: Request) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    let host = request
        .headers()
        .get(HOST)
        .and_then(|host| host.to_str().ok());
    let is_address = host.is_some_and(host::is_address);
    let is_ours = host::check(request.uri(), request.headers(), &read.hosts, None).is_ok()
        || (read.by_address && is_address && request.uri().authority().is_none());
    let caller = Caller::of(request.headers(), &AllowedOrigins::default(), false);
    cors::not_for_others(response.headers_mut());
    if !is_ours || caller != Caller::Program {
        *response.status_mut() = StatusCode::FORBIDDEN;
    } else if request.uri().path() != PATH {
        *response.status_mut() = StatusCode::NOT_FOUND;
    } else if request.method() != Method::GET && request.method() != Method::HEAD {
        *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        let allow = HeaderValue::from_static("GET, HEAD");
        response.headers_mut().insert(ALLOW, allow);
    } else {
        *response.body_mut() = Body::from(read.metrics.text());
        let format =
            HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, format);
    }
    response
}
