//! Clients of a server: they write requests, read answers whole, and note how long each took.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use support::wire::Ask;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::yardsticks::ANSWER_BYTES;
use crate::workload::Workload;

pub(super) const MIB: f64 = (1 << 20) as f64;

pub(super) fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// A request for a workload, as all servers get it, and its body.
pub(super) fn request(workload: &Workload) -> (Arc<[u8]>, Vec<u8>) {
    let (body, answer) = workload.bodies();
    let text = std::str::from_utf8(&body).expect("JSON");
    let size = answer.len().to_string();
    let ask = Ask::post("/decode", text).header(ANSWER_BYTES, &size);
    (ask.bytes().into(), body)
}

/// A connection that is kept alive.
pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("it listens");
        stream.set_nodelay(true).expect("TCP");
        Client {
            stream,
            buffer: vec![0; 1 << 20],
        }
    }

    /// Sends a request and reads its answer to the end; the size of the answer's body.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> usize {
        self.stream.write_all(request).await.expect("it reads");
        let mut n_read = 0;
        let head = loop {
            let n_new = self
                .stream
                .read(&mut self.buffer[n_read..])
                .await
                .expect("it answers");
            assert!(n_new > 0, "the connection was closed");
            n_read += n_new;
            let end = self.buffer[..n_read]
                .windows(4)
                .position(|at| at == b"\r\n\r\n");
            if let Some(end) = end {
                break end + 4;
            }
        };
        let size = content_length(&self.buffer[..head]);
        let mut left = size - (n_read - head);
        while left > 0 {
            let room = left.min(self.buffer.len());
            let n_new = self
                .stream
                .read(&mut self.buffer[..room])
                .await
                .expect("it answers");
            assert!(n_new > 0, "the connection was closed");
            left -= n_new;
        }
        size
    }
}

/// Of an answer that must be 200.
fn content_length(head: &[u8]) -> usize {
    let head = std::str::from_utf8(head)
        .expect("text")
        .to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 200 "), "{head}");
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    length
        .and_then(|length| length.parse().ok())
        .expect("a length")
}

/// What many clients at once saw.
pub(crate) struct Seen {
    pub(crate) per_second: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
    pub(crate) longest: Duration,
}

/// So many clients ask the same for `time`, each as soon as it was answered.
pub(crate) async fn storm(
    address: SocketAddr,
    request: &Arc<[u8]>,
    clients: usize,
    time: Duration,
) -> Seen {
    let mut tasks = JoinSet::new();
    let stop = Arc::new(AtomicBool::new(false));
    let start = Instant::now();
    for _ in 0..clients {
        let (request, stop) = (Arc::clone(request), Arc::clone(&stop));
        tasks.spawn(async move {
            let mut client = Client::connect(address).await;
            let mut times = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                let start = Instant::now();
                client.ask(&request).await;
                times.push(start.elapsed());
            }
            times
        });
    }
    tokio::time::sleep(time).await;
    stop.store(true, Ordering::Relaxed);
    let mut times: Vec<Duration> = tasks.join_all().await.into_iter().flatten().collect();
    let in_all = start.elapsed();
    times.sort();
    Seen {
        per_second: times.len() as f64 / in_all.as_secs_f64(),
        p50: times[times.len() / 2],
        p99: times[times.len() * 99 / 100],
        longest: times[times.len() - 1],
    }
}
