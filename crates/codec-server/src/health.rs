//! `GET /health`: whether this server would decode, for whoever restarts it or sends it requests. It is asked for no token and
//! says nothing of keys; the Host is checked as ever, and a page that is not listed is refused as ever.

use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::{HeaderValue, Method, Response, StatusCode};
use bytes::Bytes;

use crate::rules::Rules;
use crate::rules::shut::Shut;

/// Where it is asked; no other path is.
pub(crate) const PATH: &str = "/health";

/// 200 where it is ready, 503 where it is locked or paused, where keys wait for a passphrase, or where it refuses everything.
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
    let (status, body) = match status(rules) {
        None => (StatusCode::OK, r#"{"status":"ready"}"#),
        Some(body) => (StatusCode::SERVICE_UNAVAILABLE, body),
    };
    *response.status_mut() = status;
    *response.body_mut() = Bytes::from_static(body.as_bytes());
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

/// Why it is not ready; what is to be undone first, first.
fn status(rules: &Rules) -> Option<&'static str> {
    match rules.shut {
        _ if rules.pause.is_panic_locked() => Some(r#"{"status":"panic_locked"}"#),
        Some(Shut::Locked) => Some(r#"{"status":"locked"}"#),
        _ if rules.pause.is_set() => Some(r#"{"status":"paused"}"#),
        Some(Shut::Paused) => Some(r#"{"status":"paused"}"#),
        Some(Shut::KeyFile) => Some(r#"{"status":"key_file_locked"}"#),
        None => rules
            .awaits_passphrase
            .then_some(r#"{"status":"key_file_locked"}"#),
    }
}
