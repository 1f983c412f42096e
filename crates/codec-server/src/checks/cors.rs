//! CORS: what lets a listed page read the answer, on every answer, errors included.
//!
//! tower-http's `CorsLayer` is not used for it: it answers preflights of unlisted pages with 200, and would read the rules
//! apart from the check of Origins, so that one request could see two sets of them.

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
    CACHE_CONTROL, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use bytes::Bytes;

use crate::checks::origin::Caller;

/// Named one by one: `*` never covers `Authorization`, and is a literal name when credentials are included.
const ALLOWED_HEADERS: HeaderValue =
    HeaderValue::from_static("content-type, x-namespace, authorization, authorization-extras");
const ALLOWED_METHODS: HeaderValue = HeaderValue::from_static("POST, OPTIONS");
/// Seconds. Without it a browser asks again after five, and every second request is a preflight.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");
/// No page of another origin may load an answer as an image, a script or the like. Reading by CORS is another matter.
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const TRUE: HeaderValue = HeaderValue::from_static("true");

/// Old Chromium asks this of servers on private networks; newer ones ask the user instead and ignore the answer.
const REQUEST_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-request-private-network");
const ALLOW_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-allow-private-network");

/// Puts on the headers that every answer carries.
pub(crate) fn finish(caller: &Caller, headers: &mut HeaderMap) {
    headers.insert(VARY, HeaderValue::from_static("Origin"));
    not_for_others(headers);
    if let Caller::Page(origin) | Caller::Unlisted(origin) = caller {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, TRUE);
    }
}

/// Puts on what keeps an answer out of caches, and out of pages that embed it.
pub(crate) fn not_for_others(headers: &mut HeaderMap) {
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
}

/// Whether a browser asks whether it may ask.
pub(crate) fn is_preflight(request: &Parts) -> bool {
    request.method == Method::OPTIONS && request.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// The answer to a preflight of a listed page; the same for every path, so that a wrong path can be told by the POST.
pub(crate) fn preflight(request: &Parts) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, ALLOWED_METHODS);
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS);
    headers.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    if request.headers.get(REQUEST_PRIVATE_NETWORK) == Some(&TRUE) {
        headers.insert(ALLOW_PRIVATE_NETWORK, TRUE);
    }
    response
}
