//! One connection: HTTP/1.1 in plain text, where the reason phrase exists.

use std::future::poll_fn;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tower::ServiceExt as _;

use crate::config::Timeouts;

/// How long a client that was answered early may go on sending.
const LINGER: Duration = Duration::from_secs(10);
/// How long it may be silent meanwhile.
const LINGER_IDLE: Duration = Duration::from_millis(500);

/// Serves requests until the client closes, or until `stop`; then the request in flight is still answered.
pub(crate) async fn serve(
    stream: TcpStream,
    router: Router,
    timeouts: Timeouts,
    mut stop: watch::Receiver<()>,
) {
    // Answers are written at once and whole; waiting for more to send only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::trace!(%error, "no TCP_NODELAY");
    }
    let service = service_fn(move |request| Box::pin(router.clone().oneshot(request)));
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(timeouts.head)
        .serve_connection(TokioIo::new(stream), service);

    let mut stopping = false;
    let ended = loop {
        tokio::select! {
            ended = poll_fn(|cx| connection.poll_without_shutdown(cx)) => break ended,
            _ = stop.changed(), if !stopping => {
                stopping = true;
                std::pin::Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    match ended {
        Ok(()) => linger(connection.into_parts().io.into_inner()).await,
        // A client that went away, or sent what is no HTTP. hyper's texts name no content.
        Err(error) => tracing::trace!(%error, "connection ended"),
    }
}

/// Lets a client that is still sending read its answer. Closing at once would reset the connection, and with it throw the
/// answer away: a 413 would look like a network failure.
async fn linger(mut stream: TcpStream) {
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
