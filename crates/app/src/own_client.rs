//! The app as a client: it asks HTTP servers of this machine, its own above all, as browsers and programs do, over a connection of
//! its own for each request. It goes nowhere else: whoever calls it gives the address of a socket, and it is refused unless that is
//! loopback.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::ext::ReasonPhrase;
use hyper::header::{CONNECTION, HOST, HeaderMap, HeaderValue, USER_AGENT};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;

/// How long connecting, asking and the whole answer may take together.
pub(crate) const DEADLINE: Duration = Duration::from_secs(3);

/// Answers are small; what is larger is not from a server of ours.
const MAX_ANSWER: usize = 64 << 10;

/// An answer.
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    /// As the server wrote it; empty where it wrote none.
    pub(crate) phrase: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unanswered {
    /// Nobody listens.
    #[error("nothing listens there")]
    Refused,
    /// No connection for another reason.
    #[error("no connection could be made ({0})")]
    Unreachable(io::ErrorKind),
    /// It took too long.
    #[error("no answer came in time")]
    TimedOut,
    /// What came is no HTTP, or too much.
    #[error("what came is no answer over HTTP")]
    NoHttp,
    /// No TLS, or a certificate that is not trusted.
    #[error("no TLS connection could be made ({0})")]
    NoTls(String),
}

/// `GET`, over http, for so long at most.
pub(crate) async fn get(
    address: SocketAddr,
    path: &'static str,
    longest: Duration,
) -> Result<Answered, Unanswered> {
    let mut request = Request::new(Bytes::new());
    *request.method_mut() = Method::GET;
    *request.uri_mut() = path.parse().map_err(|_| Unanswered::NoHttp)?;
    let asked = tokio::time::timeout(longest, ask(address, None, request)).await;
    asked.map_err(|_| Unanswered::TimedOut)?
}

/// Asks, over https where it is given whom to trust. `Host` and `User-Agent` are added: those of this app, which are told apart in
/// Requests.
pub(crate) async fn ask(
    address: SocketAddr,
    tls: Option<Arc<ClientConfig>>,
    request: Request<Bytes>,
) -> Result<Answered, Unanswered> {
    if !address.ip().is_loopback() {
        return Err(Unanswered::Unreachable(io::ErrorKind::AddrNotAvailable));
    }
    let asked = async {
        let stream = TcpStream::connect(address).await.map_err(unconnected)?;
        match tls {
            None => exchange(stream, address, request).await,
            Some(config) => {
                let name = ServerName::IpAddress(address.ip().into());
                let secure = TlsConnector::from(config).connect(name, stream).await;
                let secure = secure.map_err(|error| Unanswered::NoTls(error.to_string()))?;
                exchange(secure, address, request).await
            }
        }
    };
    let asked = tokio::time::timeout(DEADLINE, asked).await;
    asked.map_err(|_| Unanswered::TimedOut)?
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    address: SocketAddr,
    request: Request<Bytes>,
) -> Result<Answered, Unanswered> {
    let no_http = |_: hyper::Error| Unanswered::NoHttp;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(no_http)?;
    let mut request = request.map(Full::new);
    let host = HeaderValue::from_str(&address.to_string()).map_err(|_| Unanswered::NoHttp)?;
    let headers = request.headers_mut();
    headers.insert(HOST, host);
    headers.insert(
        USER_AGENT,
        HeaderValue::from_static(codec_server::own_agent()),
    );
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    let answered = async {
        let response = sender.send_request(request).await.map_err(no_http)?;
        let (head, body) = response.into_parts();
        let body = Limited::new(body, MAX_ANSWER).collect().await;
        let body = body.map_err(|_| Unanswered::NoHttp)?.to_bytes();
        let phrase = head.extensions.get::<ReasonPhrase>();
        let phrase = phrase.map(|phrase| String::from_utf8_lossy(phrase.as_bytes()).into_owned());
        Ok(Answered {
            status: head.status,
            // hyper keeps a phrase only where it is not the usual one.
            phrase: phrase
                .or_else(|| head.status.canonical_reason().map(str::to_owned))
                .unwrap_or_default(),
            headers: head.headers,
            body,
        })
    };
    let (answered, _) = tokio::join!(answered, connection);
    answered
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "it is what `map_err` hands over"
)]
fn unconnected(error: io::Error) -> Unanswered {
    let kind = error.kind();
    match kind == io::ErrorKind::ConnectionRefused {
        true => Unanswered::Refused,
        false => Unanswered::Unreachable(kind),
    }
}
