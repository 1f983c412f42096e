//! The one way by which content may leave a request beside its answer: a port that is absent unless somebody who looks for a
//! fault switched it on. Everything else in this crate (records, logs, errors) has no field that could hold content.
//!
//! What is handed over are copies in memory that wipe themselves; the port decides how many are kept, and for how long.

use std::fmt;

use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method};
use bytes::Bytes;
use zeroize::Zeroizing;

use payload_codec::zeroize_on_drop;

use crate::record::{RequestRecord, headers};

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

/// A request with all that it takes to ask it again, but for tokens and other secrets in its headers: nobody keeps those. It
/// cannot be printed.
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

    fn of(head: &Parts, body: &[u8], limit: usize) -> Self {
        let headers = head.headers.iter().filter(|(name, value)| {
            !headers::is_masked(name, &String::from_utf8_lossy(value.as_bytes()))
        });
        CapturedRequest {
            headers: headers
                .map(|(name, value)| (name.clone(), Zeroizing::new(value.as_bytes().to_vec())))
                .collect(),
            method: head.method.clone(),
            uri: Zeroizing::new(head.uri.to_string()),
            body: copied(body, limit),
        }
    }

    /// The same request once more. `None` where its body was not kept.
    pub(crate) fn again(&self) -> Option<Request> {
        let mut request = Request::new(Body::from(zeroize_on_drop(self.body()?.to_vec())));
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.uri.parse().ok()?;
        for (name, value) in &self.headers {
            let value = HeaderValue::from_bytes(value).ok()?;
            request.headers_mut().append(name, value);
        }
        Some(request)
    }
}

/// A request that is wanted, until its answer is there.
pub(crate) struct Capturing<'a> {
    capture: &'a dyn Capture,
    limit: usize,
    /// Shares the bytes; they are copied at the end.
    body: Option<Bytes>,
}

impl<'a> Capturing<'a> {
    /// `None` where nothing is to be captured.
    pub(crate) fn new(capture: Option<&'a dyn Capture>) -> Option<Self> {
        let capture = capture?;
        Some(Capturing {
            capture,
            limit: capture.wants()?,
            body: None,
        })
    }

    /// The body has been read.
    pub(crate) fn body(&mut self, body: &Bytes) {
        self.body = Some(body.clone());
    }

    /// Hands the request over, if its body had been read.
    pub(crate) fn keep(self, record: &RequestRecord, head: &Parts, answer: &[u8]) {
        let Some(body) = self.body else {
            return;
        };
        self.capture.keep(Captured {
            id: record.id,
            request: CapturedRequest::of(head, &body, self.limit),
            status: record.status,
            answer: copied(answer, self.limit),
        });
    }
}

/// A copy that wipes itself, of a body within the limit.
fn copied(body: &[u8], limit: usize) -> Option<Zeroizing<Vec<u8>>> {
    (body.len() <= limit).then(|| Zeroizing::new(body.to_vec()))
}
