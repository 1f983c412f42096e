//! One connection: HTTP/1.1, where the reason phrase exists, in plain text or behind TLS.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::BoxError;
use bytes::Bytes;
use hyper::body::Incoming;
use hyper::header::{CONNECTION, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, Sleep, sleep_until, timeout};
use tower::{Service, ServiceExt as _};
use tower_http::body::UnsyncBoxBody;

use crate::connection::activity::{Activity, Phase};
use crate::connection::client_process::{ClientProcess, Connection, FindClients};
use crate::connection::pace::PacedBody;
use crate::connection::stream::{Cut, WatchedStream};
use crate::connection::timeouts::Timeouts;
use crate::connection::transport::{self, HandshakeFailure, Security};

/// How long a client that was answered early may go on sending.
const LINGER: Duration = Duration::from_secs(10);
/// How long it may be silent meanwhile.
const LINGER_IDLE: Duration = Duration::from_millis(500);

/// What a service answers.
pub(crate) type Answer = Response<UnsyncBoxBody<Bytes, BoxError>>;

/// A service that answers the requests of connections, each connection by a clone of it.
pub(crate) trait Answers:
    Service<Request<PacedBody>, Response = Answer, Error = Infallible, Future: Send>
    + Clone
    + Send
    + Sync
    + Unpin
    + 'static
{
}

impl<S> Answers for S where
    S: Service<Request<PacedBody>, Response = Answer, Error = Infallible, Future: Send>
        + Clone
        + Send
        + Sync
        + Unpin
        + 'static
{
}

/// What answers requests, and is told of connections without one.
#[derive(Clone)]
pub(crate) struct Served<S> {
    pub(crate) service: S,
    pub(crate) handshake_failed: Arc<dyn Fn(HandshakeFailure, ClientProcess) + Send + Sync>,
    /// Who finds the programs that connect, where anybody does.
    pub(crate) clients: Option<Arc<dyn FindClients>>,
}

/// Serves requests until the client closes, until its place is needed, or until `stop`; then the request in flight is still
/// answered.
pub(crate) async fn serve(
    stream: TcpStream,
    security: Security,
    server: Served<impl Answers>,
    timeouts: Timeouts,
    activity: Arc<Activity>,
    mut stop: watch::Receiver<()>,
) {
    // Answers are written at once and whole; waiting for more to send only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::trace!(%error, "no TCP_NODELAY");
    }
    // First of all: a program may ask one thing and end.
    let client = look_for_client(&stream, server.clients.as_deref());
    let begun = tokio::select! {
        begun = transport::begin(stream, &security, timeouts.head, &activity) => begun,
        () = activity.given_up() => return,
        // Nothing was asked, so there is no answer to lose.
        _ = stop.changed() => return,
    };
    let stream = match begun {
        Ok(Some(stream)) => stream,
        Ok(None) => return,
        Err(failure) => {
            (server.handshake_failed)(failure, client);
            return;
        }
    };
    let stream = WatchedStream::new(stream, timeouts.answer, Arc::clone(&activity));
    let of_service = Arc::clone(&activity);
    let has_client = server.clients.is_some();
    let service = service_fn(move |request: Request<Incoming>| {
        of_service.now(Phase::Work);
        let activity = Arc::clone(&of_service);
        let mut request = request.map(|body| PacedBody::new(body, timeouts.body, activity));
        if has_client {
            request.extensions_mut().insert(client.clone());
        }
        let answer = server.service.clone().oneshot(request);
        let activity = Arc::clone(&of_service);
        Box::pin(async move {
            let Ok(mut answer) = answer.await;
            activity.now(Phase::Answer);
            if activity.body_is_unread() {
                // hyper ends the connection then, and a client that is not told would lose the request that it sends next.
                let headers = answer.headers_mut();
                headers.insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(answer)
        })
    });
    // hyper's own timeout would be set, and another thread woken for it, with each request.
    let mut connection = http1::Builder::new()
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(stream), service);

    let mut stopping = false;
    let mut idle_at_stop = false;
    let mut patience = Patience::default();
    let ended = loop {
        let polled = poll_fn(|cx| {
            loop {
                let polled = connection.poll_without_shutdown(cx).map(Some);
                // What is still waited for now did not come with what came before.
                let until = activity.until(timeouts.head);
                if polled.is_ready() || patience.poll_end(until, cx).is_pending() {
                    return polled;
                }
                // Whoever reads the body says what becomes of a slow one.
                if activity.phase() != Phase::Body {
                    return Poll::Ready(None);
                }
            }
        });
        tokio::select! {
            ended = polled => break ended,
            // The stream looks what it was asked; it has to be polled for that.
            () = activity.asked() => {}
            _ = stop.changed(), if !stopping => {
                stopping = true;
                idle_at_stop = activity.phase() == Phase::Idle;
                Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    let Some(ended) = ended else {
        tracing::trace!("no head of a request came in time");
        return;
    };
    let stream = connection.into_parts().io.into_inner();
    let is_idle = idle_at_stop && activity.phase() == Phase::Idle;
    if is_idle || (activity.is_given_up() && activity.is_silent()) {
        // Nothing was asked, so there is no answer to lose.
        return;
    }
    activity.now(Phase::Linger);
    match (stream.cut(), ended) {
        (Some(Cut::HeadTooLarge), _) => {
            tokio::select! {
                () = refuse_head(stream) => {}
                () = activity.given_up() => {}
            }
        }
        (None, Ok(())) => {
            tokio::select! {
                () = linger(stream) => {}
                () = activity.given_up() => {}
            }
        }
        (Some(cut), _) => tracing::debug!(?cut, "connection cut off"),
        // A client that went away, or sent what is no HTTP. hyper's texts name no content.
        (None, Err(error)) => tracing::trace!(%error, "connection ended"),
    }
}

/// How long the server waits for what a client has to send.
#[derive(Default)]
struct Patience {
    /// Set to a time that is not later than the end: what is waited for nearly always comes long before, and is not even timed then.
    timer: Option<Pin<Box<Sleep>>>,
    ended: Option<Instant>,
}

impl Patience {
    /// Ready once at the time `until`; never where nothing is waited for.
    fn poll_end(&mut self, until: Option<Instant>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(until) = until.filter(|until| self.ended != Some(*until)) else {
            return Poll::Pending;
        };
        let timer = self
            .timer
            .get_or_insert_with(|| Box::pin(sleep_until(until)));
        if timer.deadline() > until || timer.is_elapsed() {
            timer.as_mut().reset(until);
        }
        while timer.as_mut().poll(cx).is_ready() {
            if timer.deadline() == until {
                self.ended = Some(until);
                return Poll::Ready(());
            }
            timer.as_mut().reset(until);
        }
        Poll::Pending
    }
}

/// Has the program at the other end looked for, if that is on this machine.
fn look_for_client(stream: &TcpStream, clients: Option<&dyn FindClients>) -> ClientProcess {
    let ends = clients.and_then(|clients| {
        let (client, server) = (stream.peer_addr().ok()?, stream.local_addr().ok()?);
        let is_here = client.ip().is_loopback() && server.ip().is_loopback();
        is_here.then_some((clients, Connection { client, server }))
    });
    let Some((clients, connection)) = ends else {
        return ClientProcess::default();
    };
    let process = ClientProcess::awaited();
    clients.find(connection, process.clone());
    process
}

/// What hyper says of a head that is too large; its own limit is six times as high.
async fn refuse_head(mut stream: WatchedStream) {
    const ANSWER: &[u8] = b"HTTP/1.1 431 Request Header Fields Too Large\r\n\
        connection: close\r\ncontent-length: 0\r\n\r\n";
    let sent = timeout(LINGER_IDLE, stream.write_all(ANSWER)).await;
    if matches!(sent, Ok(Ok(()))) {
        linger(stream).await;
    }
}

/// Lets a client that is still sending read its answer. Closing at once would reset the connection, and with it throw the
/// answer away: a 413 would look like a network failure.
async fn linger(mut stream: WatchedStream) {
    let rest = async {
        stream.shutdown().await?;
        let mut scratch = vec![0; 16 << 10];
        while let Ok(read) = timeout(LINGER_IDLE, stream.read(&mut scratch)).await {
            if read? == 0 {
                break;
            }
        }
        Ok::<(), std::io::Error>(())
    };
    // Whichever way it ends, the connection has served its purpose.
    let _ = timeout(LINGER, rest).await;
}
