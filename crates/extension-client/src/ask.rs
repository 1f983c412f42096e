//! One question over one connection: HTTP/2 without TLS, as gRPC speaks it.

use std::pin::pin;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use h2::client::SendRequest;
use http::header::{CONTENT_TYPE, TE, USER_AGENT};
use http::{HeaderMap, Request, StatusCode};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::time::sleep;
use zeroize::Zeroizing;

use crate::address::Address;
use crate::kept::{Kept, MAX_ANSWER_BYTES};
use crate::message::{data_key, question};
use crate::refusal::Refusal;

const METHOD: &str = "/api.kms.v1.EncryptionService/Decrypt";

/// How often it is looked whether it was stopped here.
const LOOK: Duration = Duration::from_millis(20);

/// Headers of an answer that are read, in bytes.
const MAX_HEADERS: u32 = 16 << 10;

/// Has a server unwrap a data key. What it answers stands in memory that is overwritten. Blocks: call it off the reactor.
///
/// # Errors
/// [`Refusal`].
pub fn unwrap(
    server: &Address,
    wrapped: &[u8],
    deadline: Duration,
    cancel: &AtomicBool,
) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    let runtime = Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build();
    let runtime = runtime.map_err(|error| Refusal::Unreachable(error.to_string()))?;
    runtime.block_on(async {
        tokio::select! {
            answer = ask(server, wrapped, deadline) => answer,
            () = sleep(deadline) => Err(Refusal::TimedOut(deadline)),
            () = canceled(cancel) => Err(Refusal::Canceled),
        }
    })
}

async fn canceled(cancel: &AtomicBool) {
    while !cancel.load(Ordering::Relaxed) {
        sleep(LOOK).await;
    }
}

async fn ask(
    server: &Address,
    wrapped: &[u8],
    deadline: Duration,
) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    let (stream, keeping) = Kept::new(connect(server).await?);
    let mut settings = h2::client::Builder::new();
    settings
        .enable_push(false)
        .max_header_list_size(MAX_HEADERS);
    let (client, connection) = settings.handshake(stream).await.map_err(refusal)?;
    let mut connection = pin!(connection);
    let mut exchange = pin!(exchange(client, server, question(wrapped), deadline));
    tokio::select! {
        biased;
        ended = &mut exchange => ended,
        // All that came is handed over by then.
        _ = &mut connection => exchange.await,
    }?;
    let keeping = keeping.lock().unwrap_or_else(PoisonError::into_inner);
    let key = data_key(keeping.data()?)?;
    Ok(Zeroizing::new(key.to_vec()))
}

async fn connect(server: &Address) -> Result<TcpStream, Refusal> {
    let mut refusal = Refusal::NotGrpc;
    for place in server.places() {
        match TcpStream::connect(place).await {
            Ok(stream) => return Ok(stream),
            Err(error) => refusal = Refusal::Unreachable(error.kind().to_string()),
        }
    }
    Err(refusal)
}

/// Sends the question, and reads to the end of what is answered; what that is was kept on its way.
async fn exchange(
    client: SendRequest<Bytes>,
    server: &Address,
    question: Bytes,
    deadline: Duration,
) -> Result<(), Refusal> {
    // A server that was told when nobody waits any more stops by itself; whether it is late is said here, and not by both.
    let told = deadline + Duration::from_secs(1);
    let request = Request::post(format!("http://{server}{METHOD}"))
        .header(TE, "trailers")
        .header(CONTENT_TYPE, "application/grpc")
        .header(USER_AGENT, "temporal-codec")
        .header("grpc-timeout", format!("{}m", told.as_millis()))
        .body(())
        .map_err(|_| Refusal::NotGrpc)?;
    let mut client = client.ready().await.map_err(refusal)?;
    let (answer, mut body) = client.send_request(request, false).map_err(refusal)?;
    body.send_data(question, true).map_err(refusal)?;
    let (head, mut body) = answer.await.map_err(refusal)?.into_parts();
    let content_type = head.headers.get(CONTENT_TYPE).map(|value| value.as_bytes());
    let is_grpc = content_type.is_some_and(|value| value.starts_with(b"application/grpc"));
    if head.status != StatusCode::OK || !is_grpc {
        return Err(Refusal::NotGrpc);
    }
    let mut n_bytes = 0;
    while let Some(piece) = body.data().await {
        let len = piece.map_err(refusal)?.len();
        n_bytes += len;
        if n_bytes > MAX_ANSWER_BYTES {
            return Err(Refusal::TooLarge);
        }
        let room = body.flow_control().release_capacity(len);
        room.map_err(refusal)?;
    }
    let trailers = body.trailers().await.map_err(refusal)?;
    // Who has nothing to answer says why in the head.
    let last = trailers.as_ref().unwrap_or(&head.headers);
    match Refusal::of_status(value(last, "grpc-status"), value(last, "grpc-message")) {
        Some(refusal) => Err(refusal),
        None => Ok(()),
    }
}

fn value<'a>(headers: &'a HeaderMap, name: &str) -> &'a [u8] {
    headers.get(name).map_or(&[], |value| value.as_bytes())
}

#[allow(clippy::needless_pass_by_value, reason = "`map_err` gives it")]
fn refusal(error: h2::Error) -> Refusal {
    match error.get_io() {
        Some(error) => Refusal::Unreachable(error.kind().to_string()),
        None if error.is_remote() => Refusal::Unreachable("it ended the connection".to_owned()),
        None => Refusal::NotGrpc,
    }
}
