//! Proves an endpoint as the Temporal CLI uses it: a Payload goes to its `/decode` and comes back.

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::time::Instant;

use bytes::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, StatusCode, Uri};
use tokio::runtime::Handle;

use crate::error::{AppError, Code};
use crate::own_client::{self, Answered};

/// A Payload that no codec claims: it must come back as it is.
const PAYLOADS: &str =
    r#"{"payloads":[{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"InByb29mIg=="}]}"#;

/// Sends a Payload to `endpoint`, which must be plain `http` on this machine, and says what came back. Blocks.
///
/// # Errors
/// [`Code::Unproven`] where nothing answers there, or something else than a Codec Server.
pub(crate) fn round_trip(endpoint: &str, runtime: &Handle) -> Result<String, AppError> {
    let start = Instant::now();
    let answer = post(endpoint, runtime).map_err(|what| {
        AppError::new(
            Code::Unproven,
            format!("the endpoint {endpoint} was written, but {what}"),
        )
    })?;
    if [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&answer.status) {
        return Err(AppError::new(
            Code::Unproven,
            format!("the endpoint {endpoint} was written, and it refuses this request, which has no token"),
        )
        .hint("If the rules in Access ask programs for a token, make one there for the CLI, and set it as codec.auth in its profile or with --codec-auth."));
    }
    if answer.status != StatusCode::OK || answer.body != PAYLOADS {
        return Err(AppError::new(
            Code::Unproven,
            format!("the endpoint {endpoint} was written, but something other than this Codec Server answered"),
        )
        .hint("Choose another port in Server; another program may use this one."));
    }
    let milliseconds = start.elapsed().as_millis();
    Ok(format!(
        "A Payload went to {endpoint}/decode and came back in {milliseconds} ms."
    ))
}

fn post(endpoint: &str, runtime: &Handle) -> Result<Answered, String> {
    let host = endpoint
        .strip_prefix("http://")
        .ok_or("it is not an http address of this machine")?;
    let address: SocketAddr = host
        .to_socket_addrs()
        .ok()
        .and_then(|mut addresses| addresses.find(|address| address.ip().is_loopback()))
        .ok_or("it is not an address of this machine")?;
    let mut request = Request::new(Bytes::from_static(PAYLOADS.as_bytes()));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = Uri::from_static("/decode");
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert("x-namespace", HeaderValue::from_static("default"));
    let asked = own_client::ask(address, None, request);
    runtime.block_on(asked).map_err(|error| error.to_string())
}
