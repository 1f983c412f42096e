//! Clients that mean no good, on loopback, bounded in number: each kind goes on until the run ends.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::wire::{ask, post};

/// 16 layers that each inflate to 62 MiB.
const LAYERS: &str = include_str!("../vectors/hold/layers16-brotli.json");
/// Inflates past any limit.
const OVER_LIMIT: &str = include_str!("../vectors/hold/over-limit-brotli.json");
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
    Idle,
}

/// All kinds.
pub(crate) const KINDS: [Kind; 9] = [
    Kind::Layers,
    Kind::OverLimit,
    Kind::Small,
    Kind::Drip,
    Kind::Unread,
    Kind::Refused,
    Kind::Killed,
    Kind::Garbage,
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
            Kind::Idle => "connections without a request",
        }
    }

    fn pause(self) -> Duration {
        match self {
            Kind::Layers | Kind::OverLimit => Duration::from_secs(1),
            Kind::Small => Duration::from_secs(5),
            Kind::Drip | Kind::Unread => Duration::from_secs(2),
            Kind::Refused | Kind::Garbage | Kind::Killed => Duration::from_millis(10),
            Kind::Idle => Duration::from_millis(500),
        }
    }
}

/// The attackers of one run.
pub(crate) struct Attacks {
    server: SocketAddr,
    counts: [AtomicU64; KINDS.len()],
    large: Vec<u8>,
}

impl Attacks {
    pub(crate) fn new(server: SocketAddr) -> Self {
        Attacks {
            server,
            counts: Default::default(),
            large: small_payloads(60 << 20),
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
            Kind::Idle => 50,
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
            Kind::Layers => self.asked(&format!("{{\"payloads\":[{LAYERS}]}}")).await,
            Kind::OverLimit => {
                let many = vec![OVER_LIMIT; 40].join(",");
                self.asked(&format!("{{\"payloads\":[{many}]}}")).await
            }
            Kind::Small => {
                let request = post("/decode", &[], &self.large);
                ask(self.server, &mut None, &request).await.map(drop)
            }
            Kind::Drip => self.drip().await,
            Kind::Unread => self.unread().await,
            Kind::Refused => {
                let header = match n % 3 {
                    0 => ("Host", "evil.test"),
                    1 => ("Origin", "http://evil.test"),
                    _ => ("Content-Type", "text/plain"),
                };
                let request = post("/decode", &[header], b"{}");
                ask(self.server, &mut None, &request).await.map(drop)
            }
            Kind::Killed => self.killed(n).await,
            Kind::Garbage => {
                let mut stream = TcpStream::connect(self.server).await?;
                let garbage: Vec<u8> = (0..1000_u64)
                    .map(|at| (at.wrapping_mul(n * 31 + 7) >> 3) as u8)
                    .collect();
                stream.write_all(&garbage).await
            }
            Kind::Idle => {
                let mut held = Vec::new();
                for _ in 0..50 {
                    held.push(TcpStream::connect(self.server).await?);
                }
                sleep(Duration::from_secs(1)).await;
                Ok(())
            }
        }
    }

    async fn asked(&self, body: &str) -> io::Result<()> {
        let request = post("/decode", &[], body.as_bytes());
        ask(self.server, &mut None, &request).await.map(drop)
    }

    /// Eight bodies of 16 MiB, without their last bytes, which come one by one.
    async fn drip(&self) -> io::Result<()> {
        let mut held = Vec::new();
        for _ in 0..8 {
            let mut stream = TcpStream::connect(self.server).await?;
            stream.write_all(&head(60 << 20)).await?;
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
            let mut stream = TcpStream::connect(self.server).await?;
            stream
                .write_all(&post("/decode", &[], body.as_bytes()))
                .await?;
            held.push(stream);
        }
        sleep(Duration::from_secs(20)).await;
        Ok(())
    }

    /// Breaks off in the middle of a head, of a body, or of an answer.
    async fn killed(&self, n: u64) -> io::Result<()> {
        let mut stream = TcpStream::connect(self.server).await?;
        let request = post("/decode", &[], &self.large[..(1 << 20)]);
        let n_bytes = match n % 3 {
            0 => 20,
            1 => request.len() / 2,
            _ => request.len(),
        };
        stream.write_all(&request[..n_bytes]).await
    }
}

fn head(length: usize) -> Vec<u8> {
    format!(
        "POST /decode HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    )
    .into_bytes()
}

/// A body of about this many bytes: Payloads with five metadata entries and hardly any data.
fn small_payloads(n_bytes: usize) -> Vec<u8> {
    const ONE: &str = r#"{"metadata":{"encoding":"anNvbi9wbGFpbg==","a":"MQ==","b":"MQ==","c":"MQ==","d":"MQ=="},"data":"MQ=="}"#;
    let many = vec![ONE; n_bytes / (ONE.len() + 1)].join(",");
    format!("{{\"payloads\":[{many}]}}").into_bytes()
}
