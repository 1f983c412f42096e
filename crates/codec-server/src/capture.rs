//! The one way by which content may leave a request beside its answer: a port that is absent unless somebody who looks for a
//! fault switched it on. Everything else in this crate (records, logs, errors) has no field that could hold content.
//!
//! What is handed over are copies in memory that wipe themselves; the port decides how many are kept, and for how long.

use std::fmt;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use bytes::Bytes;
use tower::ServiceExt as _;
use zeroize::Zeroizing;

use payload_codec::wiping;

/// Takes requests with their content.
pub trait Capture: fmt::Debug + Send + Sync {
    /// The largest body, in bytes, that is wanted; `None` while nothing is to be captured. Asked once per request.
    fn wants(&self) -> Option<usize>;

    /// Takes one request whose body had been read, just before the observer is told of its record. It is called on a thread
    /// that serves requests, so it must not block.
    fn keep(&self, captured: Captured);
}

/// A request and its answer, with their content. It cannot be printed.
pub struct Captured {
    /// The id of its record.
    pub id: u64,
    /// What was asked.
    pub request: CapturedRequest,
    /// The HTTP status.
    pub status: u16,
    /// The body of the answer; `None` where it is larger than was wanted.
    pub answer: Option<Zeroizing<Vec<u8>>>,
}

/// A request with all that it takes to ask it again. It cannot be printed.
pub struct CapturedRequest {
    method: Method,
    uri: Zeroizing<String>,
    headers: Vec<(HeaderName, Zeroizing<Vec<u8>>)>,
    body: Option<Zeroizing<Vec<u8>>>,
}

impl CapturedRequest {
    /// The body as it was sent; `None` where it is larger than was wanted.
    pub fn body(&self) -> Option<&[u8]> {
        self.body.as_ref().map(|body| body.as_slice())
    }

    /// Bytes that it takes in memory, roughly.
    pub fn size(&self) -> usize {
        let headers = self.headers.iter();
        let headers: usize = headers
            .map(|(name, value)| name.as_str().len() + value.len())
            .sum();
        self.uri.len() + headers + self.body().map_or(0, <[u8]>::len)
    }

    /// The same request once more, known to be a replay. `None` where its body was not kept.
    pub(crate) fn again(&self, replay: Replay) -> Option<Request> {
        let mut request = Request::new(Body::from(wiping(self.body()?.to_vec())));
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.uri.parse().ok()?;
        for (name, value) in &self.headers {
            let value = HeaderValue::from_bytes(value).ok()?;
            request.headers_mut().append(name, value);
        }
        request.extensions_mut().insert(replay);
        Some(request)
    }
}

/// Marks a request that is asked again. It travels beside the request, where nobody outside can put it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Replay {
    /// As whoever replays it counts them.
    pub(crate) of: u64,
}

/// The head of a request that is being captured.
pub(crate) struct Head {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
}

impl Head {
    pub(crate) fn of(parts: &Parts) -> Self {
        Head {
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            headers: parts.headers.clone(),
        }
    }

    pub(crate) fn with(self, body: &[u8], limit: usize) -> CapturedRequest {
        let headers = self.headers.iter();
        CapturedRequest {
            headers: headers
                .map(|(name, value)| (name.clone(), Zeroizing::new(value.as_bytes().to_vec())))
                .collect(),
            method: self.method,
            uri: Zeroizing::new(self.uri.to_string()),
            body: copied(body, limit),
        }
    }
}

/// A copy that wipes itself, of a body within the limit.
pub(crate) fn copied(body: &[u8], limit: usize) -> Option<Zeroizing<Vec<u8>>> {
    (body.len() <= limit).then(|| Zeroizing::new(body.to_vec()))
}

/// A body on its way from where it is read to where it may be captured.
#[derive(Clone)]
pub(crate) struct SentBody(pub(crate) Bytes);

/// Its size alone.
impl fmt::Debug for SentBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// Asks captured requests again. Cheap to clone; it works on after its server stopped, for what was asked already.
#[derive(Clone)]
pub struct Replayer(pub(crate) Router);

impl Replayer {
    /// Asks a captured request again, within this process and by every check of the router; it is recorded as a replay of
    /// `of`. `None` where the request's body was not kept.
    pub async fn replay(&self, request: &CapturedRequest, of: u64) -> Option<Replayed> {
        let request = request.again(Replay { of })?;
        // The router answers every request; its error type has no values.
        let response = match self.0.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.ok()?;
        Some(Replayed {
            status: parts.status.as_u16(),
            body: Zeroizing::new(body.to_vec()),
        })
    }
}

/// The answer to a replay.
pub struct Replayed {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Zeroizing<Vec<u8>>,
}
