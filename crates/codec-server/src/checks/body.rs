//! A request's body, within its limits: JSON only, bounded in size. How long it may take is bounded by the
//! connection that it comes from (`connection/pace.rs`).

use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, EXPECT};
use axum::http::{HeaderMap, HeaderValue};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Frame;

use tokio::time::timeout;

use crate::connection::pace::TooSlow;
use crate::error::RequestError;

/// A body that is thrown away instead of ending its connection.
const SKIPPED_BYTES: u64 = 64 << 10;
/// Clients that write the head and the body apart do so at once.
const SKIPPED_WITHIN: Duration = Duration::from_millis(50);

/// Refuses whatever is not `application/json`, with or without parameters. Other types reach a server from any page,
/// without a preflight.
pub(crate) fn content_type(headers: &HeaderMap) -> Result<(), RequestError> {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    match (values.next().map(|value| value.to_str()), values.next()) {
        (Some(Ok(value)), None) if is_json(value) => Ok(()),
        _ => Err(RequestError::UnsupportedContentType),
    }
}

/// Refuses a body that is compressed for the way: it is not inflated here, and as it is it is no JSON. Of several headers, and of
/// several codings in one, each must be none at all.
pub(crate) fn content_encoding(headers: &HeaderMap) -> Result<(), RequestError> {
    let is_plain = |value: &HeaderValue| {
        value.to_str().is_ok_and(|value| {
            value.split(',').all(|coding| {
                let coding = coding.trim();
                coding.is_empty() || coding.eq_ignore_ascii_case("identity")
            })
        })
    };
    match headers.get_all(CONTENT_ENCODING).iter().all(is_plain) {
        true => Ok(()),
        false => Err(RequestError::UnsupportedContentEncoding),
    }
}

/// Whether `Accept` names JSON. `*/*` does not: that is what everyone sends who does not care.
pub(crate) fn accepts_json(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(is_json)
}

fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

/// Reads a small rest of a refused request's body that has arrived, or is about to, and throws it away: the connection can then
/// be used for the next request. A client that waits to be asked for its body is not asked.
pub(crate) async fn skip(headers: &HeaderMap, body: &mut Body) {
    let is_small = body.size_hint().upper().is_some_and(|n| n <= SKIPPED_BYTES);
    if !is_small || headers.contains_key(EXPECT) {
        return;
    }
    let rest = async { while let Ok(Some(_)) = next(body).await {} };
    // Whether it ended in time or not shows in the body.
    let _ = timeout(SKIPPED_WITHIN, rest).await;
}

/// Reads the whole body. A body that is known to be too large is refused before any of it is read.
pub(crate) async fn read(body: &mut Body, limit: usize) -> Result<Bytes, RequestError> {
    let too_large = RequestError::BodyTooLarge { limit };
    let declared = body.size_hint();
    if declared.lower() > limit as u64 {
        return Err(too_large);
    }
    // A body in one piece, as nearly all are, is not copied.
    let Some(first) = next(body).await? else {
        return Ok(Bytes::new());
    };
    if first.len() > limit {
        return Err(too_large);
    }
    if declared.exact() == Some(first.len() as u64) {
        return Ok(first);
    }
    // Pages of memory that nobody wrote to are not there, so a size that was only declared costs nothing.
    let size = declared.exact().and_then(|size| usize::try_from(size).ok());
    let mut whole = Vec::with_capacity(size.map_or(first.len(), |size| size.min(limit)));
    whole.extend_from_slice(&first);
    while let Some(piece) = next(body).await? {
        if piece.len() > limit - whole.len() {
            return Err(too_large);
        }
        whole.extend_from_slice(&piece);
    }
    Ok(whole.into())
}

/// The next pieces of a body, of `at_once` bytes at least where it does not end before; `None` at its end. `left` is how many bytes it
/// still may have.
pub(crate) async fn pieces(
    body: &mut Body,
    at_once: usize,
    left: &mut usize,
) -> Result<Option<Vec<Bytes>>, RequestError> {
    let (limit, mut n_bytes) = (*left, 0);
    let mut pieces = Vec::new();
    while n_bytes < at_once
        && let Some(piece) = next(body).await?
    {
        n_bytes += piece.len();
        *left = limit
            .checked_sub(n_bytes)
            .ok_or(RequestError::BodyTooLarge { limit })?;
        pieces.push(piece);
    }
    Ok((!pieces.is_empty()).then_some(pieces))
}

async fn next(body: &mut Body) -> Result<Option<Bytes>, RequestError> {
    while let Some(frame) = body.frame().await {
        match frame.map(Frame::into_data) {
            Ok(Ok(data)) => return Ok(Some(data)),
            // Trailers say nothing that is asked for here.
            Ok(Err(_)) => {}
            Err(error) => {
                return Err(if error.into_inner().is::<TooSlow>() {
                    RequestError::BodyTooSlow
                } else {
                    RequestError::BodyIncomplete
                });
            }
        }
    }
    Ok(None)
}
