//! Whole servers over HTTP, each in a process of its own, the clients in this one. Each is asked in turns with the others; what
//! counts are ratios: to a server that does nothing and the floor of the work together, and to one that is written plainly.

mod attack;
mod load;
mod process;
pub(crate) mod yardsticks;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::floor::floor;
use crate::median::median;
use crate::workload::{HISTORY, TINY, TYPICAL, WORKLOADS, WORST};
use load::{Client, MIB, micros, request, storm};
use process::Server;

/// Turns in which the servers are measured.
const TURNS: usize = 9;
/// For how long many clients ask at once.
const STORM: Duration = Duration::from_secs(2);

/// Prints tables, and writes the same as JSON where `--json FILE` is given. `--before PROGRAM` measures another build of
/// `temporal-codec` beside.
#[expect(
    clippy::disallowed_methods,
    reason = "a report that is lost is made again"
)]
pub(crate) fn report(options: &[&str]) {
    let (mut json_file, mut before) = (None, None);
    for pair in options.chunks(2) {
        match pair {
            ["--json", file] => json_file = Some(Path::new(*file)),
            ["--before", program] => before = Some(Path::new(*program)),
            _ => panic!("it takes `--json FILE` and `--before PROGRAM`"),
        }
    }
    let start_all = || {
        let mut servers = vec![Server::product("ours", None)];
        servers.extend(before.map(|program| Server::product("before", Some(program))));
        servers.extend([Server::plain(), Server::null()]);
        servers
    };
    let servers = start_all();
    let runtime = tokio::runtime::Runtime::new().expect("a reactor");
    let report = runtime.block_on(async {
        json!({
            "start_ms": servers.iter().map(start).collect::<Value>(),
            "idle_mib": servers.iter().map(idle).collect::<Value>(),
            "cpu": cpu(&servers).await,
            "again": again(&servers[0]).await,
            "storm": storms(&servers).await,
            "fairness": fairness(&servers).await,
            "memory": memory(&start_all).await,
            "bombs": attack::beside_bombs(&servers[0]).await,
            "bodies": attack::memory_of_bodies().await,
        })
    });
    if let Some(file) = json_file {
        std::fs::write(file, format!("{report:#}\n")).expect("it can be written");
    }
}

fn start(server: &Server) -> Value {
    let ms = server.started_in.as_secs_f64() * 1e3;
    println!("{:8} listens after {ms:.0} ms", server.name);
    json!([server.name, ms])
}

fn idle(server: &Server) -> Value {
    let mib = server.resident_bytes() as f64 / MIB;
    println!("{:8} {mib:.1} MiB idle", server.name);
    json!([server.name, mib])
}

/// The processor's time of a request, one client, in turns.
async fn cpu(servers: &[Server]) -> Value {
    println!("\nProcessor time of a request");
    let names = servers.iter().map(|server| format!("{:>12}", server.name));
    let names: Vec<String> = names.collect();
    println!(
        "{:22} {} {:>12} {:>16} {:>10} {:>10}",
        "",
        names.join(" "),
        "floor",
        "ours/(null+floor)",
        "ours/plain",
        "ours/before"
    );
    let mut rows = Vec::new();
    for workload in &WORKLOADS {
        // The plain server reads no compression.
        let servers: Vec<&Server> = servers
            .iter()
            .filter(|server| !(workload.compressed && server.name == "plain"))
            .collect();
        let (request, body) = request(workload);
        let mut clients = Vec::new();
        for server in &servers {
            let mut client = Client::connect(server.address()).await;
            client.ask(&request).await;
            clients.push(client);
        }
        let n_asked = (workload.rounds / TURNS).max(1);
        let times = in_turns(&servers, &mut clients, &request, n_asked).await;
        let of = |name: &str| {
            let at = servers.iter().position(|server| server.name == name)?;
            Some(micros(times[at]))
        };
        let floor = match workload.compressed {
            true => None,
            false => Some(micros(floor_time(&body, workload.rounds))),
        };
        let ours = of("ours").expect("it runs");
        let to_limit = floor
            .zip(of("null"))
            .map(|(floor, null)| ours / (floor + null));
        let (to_plain, to_before) = (
            of("plain").map(|it| ours / it),
            of("before").map(|it| ours / it),
        );
        let columns = ["ours", "before", "plain", "null"]
            .iter()
            .filter(|name| names.iter().any(|it| it.trim() == **name));
        let columns: Vec<String> = columns
            .map(|name| format!("{:>12}", shown(of(name))))
            .collect();
        println!(
            "{:22} {} {:>12} {:>16} {:>10} {:>10}",
            workload.name,
            columns.join(" "),
            shown(floor),
            ratio(to_limit),
            ratio(to_plain),
            ratio(to_before)
        );
        rows.push(json!({
            "workload": workload.name, "megabytes": workload.plain_bytes() as f64 / 1e6,
            "ours_us": ours, "before_us": of("before"), "plain_us": of("plain"), "null_us": of("null"), "floor_us": floor,
            "to_null_and_floor": to_limit, "to_plain": to_plain, "to_before": to_before,
        }));
    }
    rows.into()
}

/// The median of the processor's time of a request to each server.
async fn in_turns(
    servers: &[&Server],
    clients: &mut [Client],
    request: &[u8],
    n_asked: usize,
) -> Vec<Duration> {
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); servers.len()];
    for _ in 0..TURNS {
        for ((server, client), times) in servers.iter().zip(&mut *clients).zip(&mut times) {
            let before = server.cpu();
            for _ in 0..n_asked {
                client.ask(request).await;
            }
            times.push((server.cpu() - before) / u32::try_from(n_asked).expect("few"));
        }
    }
    times.into_iter().map(median).collect()
}

/// The processor's time of a request that was asked before, as a ratio to that of one that is worked on, in turns.
async fn again(ours: &Server) -> Value {
    println!("\nProcessor time of a request that is asked again, and as a ratio to a first one");
    let cached = Server::with_cache("again");
    let servers = [ours, &cached];
    let mut rows = Vec::new();
    for workload in [TINY, TYPICAL] {
        let (request, _) = request(workload);
        let mut clients = Vec::new();
        for server in servers {
            let mut client = Client::connect(server.address()).await;
            // A program's answer is kept from the second time on.
            for _ in 0..3 {
                client.ask(&request).await;
            }
            clients.push(client);
        }
        let n_asked = (workload.rounds / TURNS).max(1);
        let times = in_turns(&servers, &mut clients, &request, n_asked).await;
        let (first, again) = (micros(times[0]), micros(times[1]));
        let to_first = again / first;
        println!("{:22} {again:>9.1} µs {to_first:>6.2}", workload.name);
        rows.push(json!({
            "workload": workload.name, "again_us": again, "to_first": to_first,
        }));
    }
    rows.into()
}

fn floor_time(body: &[u8], rounds: usize) -> Duration {
    let mut floor = floor(body);
    floor();
    let times = (0..rounds.min(500)).map(|_| {
        let start = Instant::now();
        floor();
        start.elapsed()
    });
    median(times.collect())
}

/// Requests a second of many clients, and how long they waited.
async fn storms(servers: &[Server]) -> Value {
    println!("\nMany clients at once: requests/s, p50, p99, and requests/s as a ratio to null");
    let mut rows = Vec::new();
    for workload in [TINY, TYPICAL] {
        let (request, _) = request(workload);
        for clients in [1, 16, 64] {
            let mut seen = Vec::new();
            for server in servers {
                seen.push(storm(server.address(), &request, clients, STORM).await);
            }
            let null = seen[seen.len() - 1].per_second;
            for (server, seen) in servers.iter().zip(&seen) {
                let (p50, p99) = (micros(seen.p50), micros(seen.p99));
                println!(
                    "{:18} {clients:>3} clients {:8} {:>8.0}/s {p50:>8.0} µs {p99:>8.0} µs {:>6.2}",
                    workload.name,
                    server.name,
                    seen.per_second,
                    seen.per_second / null
                );
                rows.push(json!({
                    "workload": workload.name, "clients": clients, "server": server.name,
                    "per_second": seen.per_second, "p50_us": p50, "p99_us": p99, "to_null": seen.per_second / null,
                }));
            }
        }
    }
    rows.into()
}

/// How long tiny requests wait while two clients post the largest bodies.
async fn fairness(servers: &[Server]) -> Value {
    println!("\nTiny requests of 4 clients while two post the largest bodies");
    let ((tiny, _), (worst, _)) = (request(TINY), request(WORST));
    let mut rows = Vec::new();
    for server in servers {
        let largest = tokio::spawn({
            let (address, worst) = (server.address(), Arc::clone(&worst));
            async move { storm(address, &worst, 2, STORM * 3).await }
        });
        tokio::time::sleep(STORM / 4).await;
        let seen = storm(server.address(), &tiny, 4, STORM * 2).await;
        largest.await.expect("no panic");
        let (p50, p99) = (micros(seen.p50), micros(seen.p99));
        println!("{:8} p50 {p50:>8.0} µs  p99 {p99:>8.0} µs", server.name);
        rows.push(json!({ "server": server.name, "p50_us": p50, "p99_us": p99 }));
    }
    rows.into()
}

/// Peak memory above that of a server which was just started, as a ratio to the answers in flight. Each measurement has a process of
/// its own: what an allocator did not give back after the one before would hide it.
async fn memory(start_all: &impl Fn() -> Vec<Server>) -> Value {
    println!("\nPeak memory above idle, and as a ratio to the answers in flight");
    let mut rows = Vec::new();
    for workload in [HISTORY, WORST] {
        let (request, _) = request(workload);
        let answer = workload.bodies().1.len();
        for clients in [1, 4] {
            for server in &start_all() {
                let before = server.resident_bytes();
                server.forget_peak();
                storm(server.address(), &request, clients, STORM).await;
                let above = server.peak_bytes().saturating_sub(before) as f64 / MIB;
                let to_answer = above * MIB / (answer * clients) as f64;
                println!(
                    "{:22} {clients} at once {:8} {above:>7.0} MiB {to_answer:>6.2}",
                    workload.name, server.name
                );
                rows.push(json!({
                    "workload": workload.name, "clients": clients, "server": server.name, "mib": above, "to_answers": to_answer,
                }));
            }
        }
    }
    rows.into()
}

fn shown(micros: Option<f64>) -> String {
    micros.map_or_else(|| "-".to_owned(), |micros| format!("{micros:.1} µs"))
}

fn ratio(ratio: Option<f64>) -> String {
    ratio.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}"))
}
