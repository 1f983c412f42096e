//! Requests and answers as they go over the wire: HTTP libraries hide the reason phrase, repair requests, and refuse to send
//! the ones that attackers send.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A page that the test rules list.
pub const ORIGIN: &str = "http://localhost:8233";
/// A page that they don't.
pub const EVIL: &str = "http://evil.test";

/// `{"hello":"world"}`, not encoded.
pub const PLAIN: &str =
    r#"{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"eyJoZWxsbyI6IndvcmxkIn0="}"#;
/// The same, compressed.
pub const ZLIB: &str = r#"{"metadata":{"encoding":"YmluYXJ5L3psaWI="},"data":"eJzjEuPiSM1Lzk/JzEsX4soqzs/TL8hJzMwTEqxWykjNyclXslIqzy/KSVGqBQAZtQ2s"}"#;
/// The same, sealed with the samples' key.
pub const SEALED: &str = r#"{"metadata":{"encoding":"YmluYXJ5L2VuY3J5cHRlZA==","encryption-key-id":"dGVzdC1rZXktaWQ="},"data":"AAECAwQFBgcICQoL+SuJ2idoYdJlc5Wio/f30eikViKThZLQZ/X6Qn/oSIFgvS8NKdYJULbIT0llcP3jmn5ESOHQsy8/Pbo="}"#;
/// The same, compressed and then sealed.
pub const SEALED_ZLIB: &str = r#"{"metadata":{"encoding":"YmluYXJ5L2VuY3J5cHRlZA==","encryption-key-id":"dGVzdC1rZXktaWQ="},"data":"AAECAwQFBgcICQoL+SqJ2idoYdJlc5Wio/b/y+mrCyvQnpfXF/ayGItuNg7t19hkkPay8Jn90E3+aF0QXi6/ZvteHyUCvgnW09ivsrR3FJ23m2fs69yiXFnzJHu75o4ka8i9YjyJWG2INQ=="}"#;
/// Sealed with a key called `prod-2024` that nobody has.
pub const UNKNOWN_KEY: &str = r#"{"metadata":{"encoding":"YmluYXJ5L2VuY3J5cHRlZA==","encryption-key-id":"cHJvZC0yMDI0"},"data":"AAECAwQFBgcICQoL+SuJ2idoYdJlc5Wio/f30eikViKThZLQZ/X6Qn/oSIFgvS8NKdYJULbIT0llcP3jmn5ESOHQsy8/Pbo="}"#;
/// No value at all; it has no data.
pub const NULL: &str = r#"{"metadata":{"encoding":"YmluYXJ5L251bGw="}}"#;
/// A reference into external storage.
pub const REFERENCE: &str = r#"{"metadata":{"encoding":"anNvbi9wcm90b2J1Zg==","messageType":"dGVtcG9yYWwuYXBpLnNkay52MS5FeHRlcm5hbFN0b3JhZ2VSZWZlcmVuY2U="},"data":"eyJkcml2ZXJOYW1lIjogImF3cy5zM2RyaXZlciJ9","externalPayloads":[{"sizeBytes":"402653"}]}"#;

/// `{"payloads":[…]}`
pub fn payloads(list: &[&str]) -> String {
    format!("{{\"payloads\":[{}]}}", list.join(","))
}

/// A request, exactly as it goes over the wire.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    method: &'a str,
    path: &'a str,
    headers: Vec<(&'a str, String)>,
    body: Vec<u8>,
}

impl<'a> Ask<'a> {
    /// With a Host, and nothing else.
    pub fn new(method: &'a str, path: &'a str) -> Self {
        Ask {
            method,
            path,
            headers: vec![("Host", "localhost".to_owned())],
            body: Vec::new(),
        }
    }

    /// A POST of JSON.
    pub fn post(path: &'a str, body: &str) -> Self {
        Ask::new("POST", path)
            .header("Content-Type", "application/json")
            .body(body)
    }

    /// A preflight as browsers send it before such a POST.
    pub fn preflight(path: &'a str, origin: &str) -> Self {
        Ask::new("OPTIONS", path)
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "content-type,x-namespace")
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &'a str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Takes a header away.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self
    }

    /// Sets the body, and with it Content-Length.
    #[must_use]
    pub fn body(mut self, body: &str) -> Self {
        self.body = body.as_bytes().to_vec();
        let length = self.body.len().to_string();
        self.without("Content-Length")
            .header("Content-Length", &length)
    }

    /// The request as bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{} {} HTTP/1.1\r\n", self.method, self.path).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// Both directions of a connection.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// A connection.
pub struct Wire {
    stream: Box<dyn Stream>,
    unread: Vec<u8>,
}

/// Nothing on loopback takes this long, not even a browser that types a long text on a busy machine: a test that waits longer
/// has failed.
const PATIENCE: Duration = Duration::from_secs(60);

impl Wire {
    /// Connects.
    pub async fn connect(address: SocketAddr) -> Self {
        Wire {
            stream: Box::new(TcpStream::connect(address).await.expect("listens")),
            unread: Vec::new(),
        }
    }

    /// Speaks on a stream that is open, such as one behind TLS.
    pub fn over(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Self {
        Wire {
            stream: Box::new(stream),
            unread: Vec::new(),
        }
    }

    /// Writes bytes as they are.
    pub async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.expect("open");
    }

    /// Writes bytes that the other side may not want to read.
    pub async fn try_send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Reads one answer.
    pub async fn reply(&mut self) -> Reply {
        tokio::time::timeout(PATIENCE, self.read_reply())
            .await
            .expect("an answer in time")
    }

    /// Whether the other side closes, without sending anything more.
    pub async fn is_closed(&mut self) -> bool {
        let mut rest = [0; 1];
        let read = tokio::time::timeout(PATIENCE, self.stream.read(&mut rest)).await;
        matches!(read.expect("closed in time"), Ok(0) | Err(_)) && self.unread.is_empty()
    }

    /// Reads one answer to a HEAD, which has no body.
    pub async fn reply_to_head(&mut self) -> Reply {
        tokio::time::timeout(PATIENCE, self.read_head())
            .await
            .expect("an answer in time")
    }

    async fn read_head(&mut self) -> Reply {
        let end = loop {
            if let Some(at) = self.unread.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            self.read_more().await;
        };
        let head = String::from_utf8(self.unread.drain(..end).collect()).expect("ASCII head");
        let mut lines = head.trim_end().split("\r\n");
        let mut start = lines.next().expect("a status line").splitn(3, ' ');
        let mut part = || start.next().expect("version, status and phrase").to_owned();
        let reply = Reply {
            version: part(),
            status: part().parse().expect("a number"),
            phrase: part(),
            headers: lines
                .map(|line| line.split_once(": ").expect("a header"))
                .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
                .collect(),
            body: String::new(),
        };
        assert_eq!(
            reply.header("transfer-encoding"),
            None,
            "answers have a length"
        );
        reply
    }

    async fn read_reply(&mut self) -> Reply {
        let mut reply = self.read_head().await;
        let length = reply
            .header("content-length")
            .map_or(0, |length| length.parse::<usize>().expect("a number"));
        while self.unread.len() < length {
            self.read_more().await;
        }
        reply.body = String::from_utf8(self.unread.drain(..length).collect()).expect("UTF-8");
        reply
    }

    async fn read_more(&mut self) {
        let read = self.stream.read_buf(&mut self.unread).await.expect("open");
        assert_ne!(read, 0, "the server closed before its answer was whole");
    }
}

/// An answer, as it came over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// `HTTP/1.1`
    pub version: String,
    /// The status code.
    pub status: u16,
    /// The reason phrase.
    pub phrase: String,
    headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Reply {
    /// The value of a header that is there once.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(other, _)| other == name);
        let value = values.next().map(|(_, value)| value.as_str());
        assert!(values.next().is_none(), "{name} is there twice");
        value
    }

    /// `422 Key not found: prod-2024`
    pub fn status_line(&self) -> String {
        format!("{} {}", self.status, self.phrase)
    }
}
