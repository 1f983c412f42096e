//! A request's body, within its limits: JSON only, bounded in size, and bounded in how long it may stall.

use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use bytes::Bytes;
use http_body_util::BodyExt as _;

use crate::error::RequestError;

/// Refuses whatever is not `application/json`, with or without parameters. Other types reach a server from any page,
/// without a preflight.
pub(crate) fn content_type(headers: &HeaderMap) -> Result<(), RequestError> {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    match (values.next().map(|value| value.to_str()), values.next()) {
        (Some(Ok(value)), None) if is_json(value) => Ok(()),
        _ => Err(RequestError::UnsupportedContentType),
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

/// Reads the whole body. A body that is known to be too large is refused before any of it is read.
pub(crate) async fn read(
    mut body: Body,
    limit: usize,
    idle: Duration,
) -> Result<Bytes, RequestError> {
    let too_large = RequestError::BodyTooLarge { limit };
    let declared = body.size_hint();
    if declared.lower() > limit as u64 {
        return Err(too_large);
    }
    // A body in one piece, as nearly all are, is not copied.
    let Some(first) = next(&mut body, idle).await? else {
        return Ok(Bytes::new());
    };
    if first.len() > limit {
        return Err(too_large);
    }
    if declared.exact() == Some(first.len() as u64) {
        return Ok(first);
    }
    let mut whole = first.to_vec();
    while let Some(piece) = next(&mut body, idle).await? {
        if piece.len() > limit - whole.len() {
            return Err(too_large);
        }
        whole.extend_from_slice(&piece);
    }
    Ok(whole.into())
}

async fn next(body: &mut Body, idle: Duration) -> Result<Option<Bytes>, RequestError> {
    loop {
        let frame = tokio::time::timeout(idle, body.frame()).await;
        match frame {
            Ok(None) => return Ok(None),
            Ok(Some(Ok(frame))) => {
                // Trailers say nothing that is asked for here.
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
            Ok(Some(Err(_))) | Err(_) => return Err(RequestError::BodyIncomplete),
        }
    }
}
