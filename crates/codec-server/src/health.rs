//! `GET /health`: whether this server would decode, for whoever restarts it or sends it requests. It is asked for no token and
//! says nothing of keys; the Host is checked as ever, and a page that is not listed is refused as ever.

use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::{HeaderValue, Method, Response, StatusCode};
use bytes::Bytes;

use crate::rules::Rules;

/// Where it is asked; no other path is.
pub(crate) const PATH: &str = "/health";

/// 200 where it is ready, 503 where it is locked or paused, or refuses everything.
pub(crate) fn answer(method: &Method, rules: &Rules) -> Response<Bytes> {
    let allow = HeaderValue::from_static("GET, HEAD, OPTIONS");
    let mut response = Response::new(Bytes::new());
    if method == Method::OPTIONS {
        *response.status_mut() = StatusCode::NO_CONTENT;
        response.headers_mut().insert(ALLOW, allow);
        return response;
    }
    if method != Method::GET && method != Method::HEAD {
        *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        response.headers_mut().insert(ALLOW, allow);
        return response;
    }
    let (status, body) = match (rules.locked, rules.pause.is_set()) {
        _ if rules.pause.is_panic_locked() => (
            StatusCode::SERVICE_UNAVAILABLE,
            r#"{"status":"panic_locked"}"#,
        ),
        (true, _) => (StatusCode::SERVICE_UNAVAILABLE, r#"{"status":"locked"}"#),
        (false, true) => (StatusCode::SERVICE_UNAVAILABLE, r#"{"status":"paused"}"#),
        (false, false) => (StatusCode::OK, r#"{"status":"ready"}"#),
    };
    *response.status_mut() = status;
    *response.body_mut() = Bytes::from_static(body.as_bytes());
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}
