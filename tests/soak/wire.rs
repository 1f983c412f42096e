//! One request over a connection, with TLS or without, and without a library that repairs or repeats: what is lost has to be seen.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

/// Longer than any honest request may take: one that takes longer is lost.
const PATIENCE: Duration = Duration::from_secs(60);

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Whether it says when to try again.
    pub(crate) retry_after: bool,
    /// Whether the server closes the connection after it.
    pub(crate) closes: bool,
    pub(crate) body: Vec<u8>,
}

/// What bytes go through.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// A connection on which a request can be sent.
pub(crate) type Connection = Box<dyn Stream>;

/// Where a server listens, and whether by TLS.
#[derive(Clone)]
pub(crate) struct Endpoint {
    address: SocketAddr,
    tls: Option<TlsConnector>,
}

impl Endpoint {
    pub(crate) fn plain(address: SocketAddr) -> Self {
        Endpoint { address, tls: None }
    }

    /// One whose certificate is for `localhost`.
    pub(crate) fn secure(address: SocketAddr, tls: TlsConnector) -> Self {
        Endpoint {
            address,
            tls: Some(tls),
        }
    }

    /// Below TLS, where there is any.
    pub(crate) async fn connect_below(&self) -> io::Result<TcpStream> {
        TcpStream::connect(self.address).await
    }

    pub(crate) async fn connect(&self) -> io::Result<Connection> {
        let stream = self.connect_below().await?;
        stream.set_nodelay(true)?;
        let Some(tls) = &self.tls else {
            return Ok(Box::new(stream));
        };
        let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
        Ok(Box::new(tls.connect(name, stream).await?))
    }
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.address)
    }
}

/// The bytes of a POST.
pub(crate) fn post(path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("POST {path} HTTP/1.1\r\n").into_bytes();
    let own = [("Host", "localhost"), ("Content-Type", "application/json")];
    let is_given = |name: &str| headers.iter().any(|(given, _)| *given == name);
    let own = own.iter().filter(|(name, _)| !is_given(name));
    for (name, value) in own.chain(headers) {
        bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    bytes.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
    bytes.extend_from_slice(body);
    bytes
}

/// Asks on a connection that may be kept alive. One that the server closed while it was idle is replaced, once, as HTTP
/// clients do: nothing was answered on it, not even in part.
pub(crate) async fn ask(
    server: &Endpoint,
    kept: &mut Option<Connection>,
    request: &[u8],
) -> io::Result<Answer> {
    let was_kept = kept.take();
    if let Some(mut stream) = was_kept {
        match timeout(PATIENCE, exchange(&mut stream, request)).await? {
            Ok(answer) => {
                *kept = (!answer.closes).then_some(stream);
                return Ok(answer);
            }
            Err(Failed {
                answered: true,
                source,
            }) => return Err(source),
            Err(Failed {
                answered: false, ..
            }) => {}
        }
    }
    let mut stream = timeout(PATIENCE, server.connect()).await??;
    let answer = timeout(PATIENCE, exchange(&mut stream, request)).await?;
    let answer = answer.map_err(|failed| failed.source)?;
    *kept = (!answer.closes).then_some(stream);
    Ok(answer)
}

struct Failed {
    answered: bool,
    source: io::Error,
}

async fn exchange(stream: &mut Connection, request: &[u8]) -> Result<Answer, Failed> {
    let unanswered = |source| Failed {
        answered: false,
        source,
    };
    let answered = |source| Failed {
        answered: true,
        source,
    };
    stream.write_all(request).await.map_err(unanswered)?;
    stream.flush().await.map_err(unanswered)?;
    let mut came = Vec::new();
    let end = loop {
        if let Some(at) = came.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        let at = came.is_empty();
        let fail = |source| Failed {
            answered: !at,
            source,
        };
        if stream.read_buf(&mut came).await.map_err(fail)? == 0 {
            return Err(fail(io::ErrorKind::UnexpectedEof.into()));
        }
    };
    let head = String::from_utf8_lossy(&came[..end]).to_ascii_lowercase();
    let value = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(own, _)| *own == name).map(|(_, value)| value)
    };
    let invalid = || answered(io::ErrorKind::InvalidData.into());
    let status = head.get(9..12).and_then(|status| status.parse().ok());
    let length = value("content-length").map_or(Ok(0), str::parse::<usize>);
    let length = length.map_err(|_| invalid())?;
    let mut body = came.split_off(end);
    body.reserve(length.saturating_sub(body.len()));
    while body.len() < length {
        if stream.read_buf(&mut body).await.map_err(answered)? == 0 {
            return Err(answered(io::ErrorKind::UnexpectedEof.into()));
        }
    }
    Ok(Answer {
        status: status.ok_or_else(invalid)?,
        retry_after: value("retry-after").is_some(),
        closes: value("connection") == Some("close"),
        body,
    })
}
