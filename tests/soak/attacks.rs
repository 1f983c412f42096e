//! Clients that mean no good, on loopback, bounded in number: each kind goes on until the run ends.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use support::hostile::{LAYERS, OVER_LIMIT, small_payloads};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{sleep, timeout};

use crate::token::Token;
use crate::wire::{Endpoint, ask, post};

/// Nothing of an attacker takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A kind of attack.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Layers,
    OverLimit,
    Small,
    Drip,
    Unread,
    Refused,
    Killed,
    Garbage,
    Handshake,
    Idle,
}

/// All kinds.
pub(crate) const KINDS: [Kind; 10] = [
    Kind::Layers,
    Kind::OverLimit,
    Kind::Small,
    Kind::Drip,
    Kind::Unread,
    Kind::Refused,
    Kind::Killed,
    Kind::Garbage,
    Kind::Handshake,
    Kind::Idle,
];

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Layers => "bombs of 16 layers",
            Kind::OverLimit => "40 bombs in one request",
            Kind::Small => "60 MiB of small Payloads",
            Kind::Drip => "bodies that drip",
            Kind::Unread => "answers that nobody reads",
            Kind::Refused => "refused requests",
            Kind::Killed => "clients that break off",
            Kind::Garbage => "garbage",
            Kind::Handshake => "TLS handshakes that stop",
            Kind::Idle => "connections without a request",
        }
    }

    fn pause(self) -> Duration {
        match self {
            Kind::Layers | Kind::OverLimit => Duration::from_secs(1),
            Kind::Small => Duration::from_secs(5),
            Kind::Drip | Kind::Unread => Duration::from_secs(2),
            Kind::Refused | Kind::Garbage | Kind::Killed => Duration::from_millis(10),
            Kind::Handshake | Kind::Idle => Duration::from_millis(500),
        }
    }
}

/// The attackers of one run.
pub(crate) struct Attacks {
    server: Endpoint,
    /// They have a good one, where one is asked for: without it, most would be refused at the door.
    token: Arc<Token>,
    counts: [AtomicU64; KINDS.len()],
    large: Vec<u8>,
}

impl Attacks {
    pub(crate) fn new(server: Endpoint, token: Arc<Token>) -> Self {
        Attacks {
            server,
            token,
            counts: Default::default(),
            large: small_payloads(60 << 20).into_bytes(),
        }
    }

    /// Attacks until the run ends.
    pub(crate) async fn go_on(&self, kind: Kind, going: &AtomicBool) {
        while going.load(Ordering::Relaxed) {
            // What the server does to an attacker is its own business.
            let _ = timeout(PATIENCE, self.one(kind)).await;
            sleep(kind.pause()).await;
        }
    }

    pub(crate) fn counts(&self) -> Vec<(&'static str, u64)> {
        let counts = KINDS.iter().zip(&self.counts);
        counts
            .map(|(kind, n)| (kind.name(), n.load(Ordering::Relaxed)))
            .collect()
    }

    fn count(&self, kind: Kind, n: u64) {
        self.counts[kind as usize].fetch_add(n, Ordering::Relaxed);
    }

    async fn one(&self, kind: Kind) -> io::Result<()> {
        let n_clients = match kind {
            Kind::Drip | Kind::Unread => 8,
            Kind::Handshake | Kind::Idle => 50,
            Kind::Layers
            | Kind::OverLimit
            | Kind::Small
            | Kind::Refused
            | Kind::Killed
            | Kind::Garbage => 1,
        };
        self.count(kind, n_clients);
        let n = self.counts[kind as usize].load(Ordering::Relaxed);
        match kind {
            Kind::Layers => {
                self.asked(format!("{{\"payloads\":[{LAYERS}]}}").as_bytes())
                    .await
            }
            Kind::OverLimit => {
                let many = vec![OVER_LIMIT; 40].join(",");
                self.asked(format!("{{\"payloads\":[{many}]}}").as_bytes())
                    .await
            }
            Kind::Small => self.asked(&self.large).await,
            Kind::Drip => self.drip().await,
            Kind::Unread => self.unread().await,
            Kind::Refused => {
                let header = match n % 4 {
                    0 => ("Host", "evil.test"),
                    1 => ("Origin", "http://evil.test"),
                    2 => ("Content-Type", "text/plain"),
                    _ => ("Authorization", "Bearer eyJhbGciOiJub25lIn0.e30."),
                };
                let request = post("/decode", &[header], b"{}");
                ask(&self.server, &mut None, &request).await.map(drop)
            }
            Kind::Killed => self.killed(n).await,
            Kind::Garbage => {
                let mut stream = self.server.connect_below().await?;
                let garbage: Vec<u8> = (0..1000_u64)
                    .map(|at| (at.wrapping_mul(n * 31 + 7) >> 3) as u8)
                    .collect();
                stream.write_all(&garbage).await
            }
            Kind::Handshake | Kind::Idle => {
                let mut held = Vec::new();
                for _ in 0..50 {
                    let mut stream = self.server.connect_below().await?;
                    if matches!(kind, Kind::Handshake) {
                        // A record of 512 bytes that begins as a ClientHello does, and the first few of them.
                        let begun = [0x16, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3];
                        stream.write_all(&begun).await?;
                    }
                    held.push(stream);
                }
                sleep(Duration::from_secs(1)).await;
                Ok(())
            }
        }
    }

    /// A request that is let in.
    fn post(&self, body: &[u8]) -> Vec<u8> {
        let authorization = self.token.header();
        let headers: Vec<_> = authorization
            .iter()
            .map(|it| ("Authorization", it.as_str()))
            .collect();
        post("/decode", &headers, body)
    }

    async fn asked(&self, body: &[u8]) -> io::Result<()> {
        let request = self.post(body);
        ask(&self.server, &mut None, &request).await.map(drop)
    }

    /// Eight bodies of 16 MiB, without their last bytes, which come one by one.
    async fn drip(&self) -> io::Result<()> {
        let mut held = Vec::new();
        for _ in 0..8 {
            let mut stream = self.server.connect().await?;
            stream.write_all(&self.head(60 << 20)).await?;
            stream.write_all(&vec![b' '; 16 << 20]).await?;
            held.push(stream);
        }
        while !held.is_empty() {
            let mut open = Vec::new();
            for mut stream in held {
                let mut one = [0];
                let answered = timeout(Duration::from_millis(1), stream.read(&mut one)).await;
                if answered.is_err() && stream.write_all(b" ").await.is_ok() {
                    open.push(stream);
                }
            }
            held = open;
            sleep(Duration::from_secs(1)).await;
        }
        Ok(())
    }

    /// Eight answers of 16 MiB each, of which nobody reads a byte for a while.
    async fn unread(&self) -> io::Result<()> {
        let body = format!(
            "{{\"payloads\":[{{\"data\":\"{}\"}}]}}",
            "QUJD".repeat(4 << 20)
        );
        let mut held = Vec::new();
        for _ in 0..8 {
            let mut stream = self.server.connect().await?;
            stream.write_all(&self.post(body.as_bytes())).await?;
            held.push(stream);
        }
        sleep(Duration::from_secs(20)).await;
        Ok(())
    }

    /// Breaks off in the middle of a head, of a body, or of an answer.
    async fn killed(&self, n: u64) -> io::Result<()> {
        let mut stream = self.server.connect().await?;
        let request = self.post(&self.large[..(1 << 20)]);
        let n_bytes = match n % 3 {
            0 => 20,
            1 => request.len() / 2,
            _ => request.len(),
        };
        stream.write_all(&request[..n_bytes]).await?;
        stream.flush().await
    }

    /// The head of a request whose body has this many bytes.
    fn head(&self, length: usize) -> Vec<u8> {
        let whole = String::from_utf8_lossy(&self.post(b"")).into_owned();
        let head = whole.replace("Content-Length: 0", &format!("Content-Length: {length}"));
        head.into_bytes()
    }
}
