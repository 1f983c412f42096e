//! The product under attack: how long an honest request waits beside bombs, what one of them costs, and what memory large bodies take
//! while they are in flight and after.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use support::hostile::{LAYERS, OVER_LIMIT, small_payloads};
use support::wire::{Ask, payloads};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::load::{MIB, micros, request, storm};
use super::process::Server;
use crate::workload::{LARGE, TINY, WORST};

/// Attacking requests in flight at a time.
const ATTACKERS: usize = 16;
/// For how long an honest client asks beside them.
const BESIDE: Duration = Duration::from_secs(10);
/// When memory is looked at again after a burst.
const AFTERWARDS: Duration = Duration::from_secs(10);

/// An attack of a few KB.
struct Bomb {
    name: &'static str,
    body: String,
}

/// The attacks of a few KB: one Payload of many layers, as many of those as 128 KiB hold, and many that each pass the limit.
fn bombs() -> [Bomb; 3] {
    let fitting = (128 << 10) / (LAYERS.len() + 1);
    [
        Bomb {
            name: "one of 16 layers",
            body: payloads(&[LAYERS]),
        },
        Bomb {
            name: "128 KiB of them",
            body: payloads(&vec![LAYERS; fitting]),
        },
        Bomb {
            name: "40 past the limit",
            body: payloads(&[OVER_LIMIT; 40]),
        },
    ]
}

/// What bombs cost, and how long tiny requests wait while [`ATTACKERS`] of them are in flight all the time.
pub(super) async fn beside_bombs(server: &Server) -> Value {
    println!(
        "\nBombs: the processor's time of one, and tiny requests of one client beside {ATTACKERS} of them in flight"
    );
    let (tiny, _) = request(TINY);
    let mut rows = Vec::new();
    for Bomb { name, body } in bombs() {
        let bomb = closing(&body);
        let before = server.cpu();
        let answer = once(server.address(), &bomb).await;
        let cost = (server.cpu() - before).as_secs_f64() * 1e3;
        let stop = Arc::new(AtomicBool::new(false));
        let attackers = attack(server.address(), &bomb, &stop);
        tokio::time::sleep(BESIDE / 10).await;
        let seen = storm(server.address(), &tiny, 1, BESIDE).await;
        stop.store(true, Ordering::Relaxed);
        let mut answers = Answers::default();
        attackers
            .join_all()
            .await
            .iter()
            .for_each(|it| answers.add(it));
        let (p50, p99) = (micros(seen.p50) / 1e3, micros(seen.p99) / 1e3);
        println!(
            "{name:18} {:>4} KB  {cost:>6.0} ms ({answer})   p50 {p50:>6.2} ms  p99 {p99:>6.2} ms  longest {:>6.1} ms   bombs answered: {answers}",
            body.len() / 1000,
            micros(seen.longest) / 1e3,
        );
        rows.push(json!({
            "bomb": name, "bytes": body.len(), "cpu_ms": cost, "tiny_p50_ms": p50, "tiny_p99_ms": p99,
            "tiny_longest_ms": micros(seen.longest) / 1e3, "answers": answers.to_string(),
        }));
    }
    rows.into()
}

/// Memory above idle while large bodies are in flight, and ten seconds after the last was answered.
pub(super) async fn memory_of_bodies() -> Value {
    println!("\nLarge bodies at once: memory above idle at the peak, and after ten seconds");
    let of = |workload| String::from_utf8(request(workload).1).expect("JSON");
    let bodies = [
        ("60 MiB of small Payloads", small_payloads(60 << 20)),
        ("25 Payloads of 2 MB", of(WORST)),
        ("one Payload of 40 MB", of(&LARGE)),
    ];
    let mut rows = Vec::new();
    for (name, body) in &bodies {
        let body = closing(body);
        for n in [1, 4, 16] {
            // Each has a process of its own: what one before kept would hide what this one takes.
            let server = Server::product("ours", None);
            let idle = server.resident_bytes();
            server.forget_peak();
            let mut tasks = JoinSet::new();
            for _ in 0..n {
                let (address, body) = (server.address(), Arc::clone(&body));
                tasks.spawn(async move { once(address, &body).await });
            }
            let mut answers = Answers::default();
            tasks.join_all().await.iter().for_each(|it| answers.add(it));
            let above = |bytes: usize| bytes.saturating_sub(idle) as f64 / MIB;
            let peak = above(server.peak_bytes());
            tokio::time::sleep(AFTERWARDS).await;
            let after = above(server.resident_bytes());
            println!(
                "{name:26} {:>3} MB {n:>3} at once: {peak:>6.0} MiB, then {after:>4.1} MiB   {answers}",
                body.len() / 1_000_000
            );
            rows.push(json!({
                "body": name, "bytes": body.len(), "at_once": n, "peak_mib": peak, "after_mib": after, "answers": answers.to_string(),
            }));
        }
    }
    rows.into()
}

/// Attackers that ask again as soon as they were answered, until they are to stop.
fn attack(server: SocketAddr, bomb: &Arc<[u8]>, stop: &Arc<AtomicBool>) -> JoinSet<Answers> {
    let mut attackers = JoinSet::new();
    for _ in 0..ATTACKERS {
        let (bomb, stop) = (Arc::clone(bomb), Arc::clone(stop));
        attackers.spawn(async move {
            let mut answers = Answers::default();
            while !stop.load(Ordering::Relaxed) {
                answers.add(&once(server, &bomb).await);
            }
            answers
        });
    }
    attackers
}

/// A request on a connection of its own.
fn closing(body: &str) -> Arc<[u8]> {
    Ask::post("/decode", body)
        .header("Connection", "close")
        .bytes()
        .into()
}

/// Asks once; what was answered. A server may answer before it has read a body, and give up the connection.
async fn once(server: SocketAddr, request: &[u8]) -> Answers {
    let asked = async {
        let (mut reader, mut writer) = TcpStream::connect(server).await?.into_split();
        let mut head = Vec::new();
        let (_, read) = tokio::join!(writer.write_all(request), async {
            let mut piece = vec![0; 64 << 10];
            loop {
                let n_read = reader.read(&mut piece).await?;
                if n_read == 0 {
                    return Ok::<(), std::io::Error>(());
                }
                let wanted = STATUS.saturating_sub(head.len());
                head.extend_from_slice(&piece[..n_read.min(wanted)]);
            }
        });
        // What was answered counts, also where the connection broke off after it.
        match head.is_empty() {
            true => read.map(|()| head),
            false => Ok(head),
        }
    };
    let status = asked.await.unwrap_or_default();
    let code = status.get(9..STATUS).map(String::from_utf8_lossy);
    match code.as_deref() {
        Some("200") => Answers {
            decoded: 1,
            ..Answers::default()
        },
        Some("503") => Answers {
            busy: 1,
            ..Answers::default()
        },
        Some(_) => Answers {
            refused: 1,
            ..Answers::default()
        },
        None => Answers {
            broken: 1,
            ..Answers::default()
        },
    }
}

/// As long as `HTTP/1.1 200`.
const STATUS: usize = 12;

/// How requests ended.
#[derive(Default)]
struct Answers {
    /// 200; a Payload that is past a limit is answered so, as it came.
    decoded: usize,
    /// 503: too much is in flight.
    busy: usize,
    /// Any other status.
    refused: usize,
    /// None at all.
    broken: usize,
}

impl Answers {
    fn add(&mut self, other: &Answers) {
        self.decoded += other.decoded;
        self.busy += other.busy;
        self.refused += other.refused;
        self.broken += other.broken;
    }
}

impl fmt::Display for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [
            (self.decoded, "200"),
            (self.busy, "503"),
            (self.refused, "refused"),
            (self.broken, "without an answer"),
        ];
        let said = counts.iter().filter(|(n, _)| *n > 0);
        let said: Vec<String> = said.map(|(n, what)| format!("{n} × {what}")).collect();
        f.write_str(&said.join(", "))
    }
}
