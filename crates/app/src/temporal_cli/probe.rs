//! Proves an endpoint as the Temporal CLI uses it: a Payload goes to its `/decode` and comes back.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::time::{Duration, Instant};

use codec_server::OWN_AGENT;

use crate::error::{AppError, Code};

/// How long connecting, and each read and write, may take.
const DEADLINE: Duration = Duration::from_secs(3);

/// A Payload that no codec claims: it must come back as it is.
const PAYLOADS: &str =
    r#"{"payloads":[{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"InByb29mIg=="}]}"#;

/// Answers are small; a server that sends more is not ours.
const MAX_ANSWER: u64 = 64 << 10;

/// Sends a Payload to `endpoint`, which must be plain `http` on this machine, and says what came back.
///
/// # Errors
/// [`Code::File`] where nothing answers there, or something else than a Codec Server.
pub(crate) fn round_trip(endpoint: &str) -> Result<String, AppError> {
    let start = Instant::now();
    let answer = post(endpoint).map_err(|what| {
        AppError::new(
            Code::Unproven,
            format!("the endpoint {endpoint} was written, but {what}"),
        )
    })?;
    if answer.starts_with("HTTP/1.1 401 ") || answer.starts_with("HTTP/1.1 403 ") {
        return Err(AppError::new(
            Code::Unproven,
            format!("the endpoint {endpoint} was written, and it refuses this request, which has no token"),
        )
        .hint("If the rules in Access ask programs for a token, make one there for the CLI, and set it as codec.auth in its profile or with --codec-auth."));
    }
    if !answer.starts_with("HTTP/1.1 200 ") || !answer.ends_with(PAYLOADS) {
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

fn post(endpoint: &str) -> Result<String, String> {
    let host = endpoint
        .strip_prefix("http://")
        .ok_or("it is not an http address of this machine")?;
    let address: SocketAddr = host
        .to_socket_addrs()
        .ok()
        .and_then(|mut addresses| addresses.find(|address| address.ip().is_loopback()))
        .ok_or("it is not an address of this machine")?;
    let failed = |error: std::io::Error| format!("nothing answered ({error})");
    let mut stream = TcpStream::connect_timeout(&address, DEADLINE).map_err(failed)?;
    stream.set_read_timeout(Some(DEADLINE)).map_err(failed)?;
    stream.set_write_timeout(Some(DEADLINE)).map_err(failed)?;
    let request = format!(
        "POST /decode HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {OWN_AGENT}\r\nContent-Type: application/json\r\nX-Namespace: default\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{PAYLOADS}",
        PAYLOADS.len()
    );
    stream.write_all(request.as_bytes()).map_err(failed)?;
    let mut answer = Vec::new();
    stream
        .take(MAX_ANSWER)
        .read_to_end(&mut answer)
        .map_err(failed)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
