//! A connection's bytes, in plain text or behind TLS, and the handshake in front of the latter. What stands above reads and writes
//! plain text either way, so that every bound of a connection holds on both.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{AlertDescription, Error as TlsError, InvalidMessage, ServerConfig};
use tokio_rustls::server::TlsStream;

use crate::connection::activity::{Activity, Phase};

/// How long a handshake may take from its first byte. On one machine it takes milliseconds.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How the connections of one listener begin.
#[derive(Clone)]
pub(crate) enum Security {
    /// In plain text.
    Plain,
    /// With a TLS handshake.
    Tls(TlsAcceptor),
}

impl Security {
    pub(crate) fn tls(config: Arc<ServerConfig>) -> Self {
        Security::Tls(TlsAcceptor::from(config))
    }
}

/// Why a handshake failed, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum HandshakeFailure {
    /// The client said that it does not trust the certificate.
    Untrusted,
    /// The client spoke HTTP, or another protocol, in plain text.
    NoTls,
    /// Nothing in common: an old version of TLS, other ciphers, HTTP/2 only.
    NothingInCommon,
    /// The client closed the connection in the middle, and did not say why.
    ClosedByClient,
    /// The client did not go on.
    TooSlow,
    /// Anything else.
    Other,
}

/// The plain text of a connection. `None` where the client closed it before it sent anything, as browsers do with connections
/// that they opened in advance.
pub(crate) async fn begin(
    stream: TcpStream,
    security: &Security,
    idle: Duration,
    activity: &Activity,
) -> Result<Option<Transport>, HandshakeFailure> {
    let acceptor = match security {
        Security::Plain => return Ok(Some(Transport::Plain(stream))),
        Security::Tls(acceptor) => acceptor,
    };
    match timeout(idle, stream.peek(&mut [0])).await {
        Ok(Ok(1..)) => {}
        Ok(Ok(0) | Err(_)) | Err(_) => return Ok(None),
    }
    activity.now(Phase::Head);
    let stream = match timeout(HANDSHAKE, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return Err(cause(&error)),
        Err(_) => return Err(HandshakeFailure::TooSlow),
    };
    activity.now(Phase::Idle);
    Ok(Some(Transport::Tls(Box::new(stream))))
}

fn cause(error: &io::Error) -> HandshakeFailure {
    use AlertDescription as Alert;
    use io::ErrorKind as Kind;
    let closed = [Kind::UnexpectedEof, Kind::ConnectionReset, Kind::BrokenPipe];
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    #[allow(
        clippy::wildcard_enum_match_arm,
        reason = "what is not told apart is said to be something else"
    )]
    match inner {
        Some(TlsError::AlertReceived(
            Alert::BadCertificate
            | Alert::CertificateUnknown
            | Alert::UnknownCA
            | Alert::CertificateExpired
            | Alert::UnsupportedCertificate,
        )) => HandshakeFailure::Untrusted,
        Some(TlsError::InvalidMessage(InvalidMessage::InvalidContentType)) => {
            HandshakeFailure::NoTls
        }
        Some(
            TlsError::PeerIncompatible(_)
            | TlsError::NoApplicationProtocol
            | TlsError::AlertReceived(Alert::ProtocolVersion | Alert::HandshakeFailure),
        ) => HandshakeFailure::NothingInCommon,
        None if closed.contains(&error.kind()) => HandshakeFailure::ClosedByClient,
        _ => HandshakeFailure::Other,
    }
}

/// A connection's bytes in plain text.
pub(crate) enum Transport {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Transport {
    /// The connection underneath.
    pub(crate) fn socket(&self) -> &TcpStream {
        match self {
            Transport::Plain(stream) => stream,
            Transport::Tls(stream) => stream.get_ref().0,
        }
    }
}

impl AsyncRead for Transport {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Transport::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Transport::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Transport {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Transport::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Transport::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Transport::Plain(stream) => Pin::new(stream).poll_write_vectored(cx, bufs),
            Transport::Tls(stream) => Pin::new(stream).poll_write_vectored(cx, bufs),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Transport::Plain(stream) => stream.is_write_vectored(),
            Transport::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Transport::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Transport::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Transport::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Transport::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
