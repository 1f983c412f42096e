//! What a user waits for in the real window: the start, a change of view, requests that stream in, and long histories. It prints a table
//! with a target beside each figure; nothing is asserted, since machines differ (`cargo xtask bench`).

#![allow(clippy::print_stdout, reason = "a bench is there to print its figures")]

mod measure_history;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use support::keyring::PrivateKeyring;
use support::webdriver::{Window, free_port};

const ROUNDS: usize = 5;

/// Requests that the app keeps.
const KEPT: usize = 10_000;

/// Far more than a Web UI page asks.
const REQUESTS_PER_SECOND: u32 = 200;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    println!("{:44} {:>12} {:>12}", "window", "median", "target");
    runtime.block_on(async {
        let mut listening = Vec::new();
        for _ in 0..ROUNDS {
            listening.push(until_listening().await);
        }
        row(
            "process start to a listening server",
            &mut listening,
            "< 300 ms",
        );

        let mut usable = Vec::new();
        for _ in 0..ROUNDS {
            usable.push(until_usable().await);
        }
        row("process start to a usable window", &mut usable, "< 1500 ms");
        in_one_window().await;
        measure_history::report().await;
    });
}

/// Starts the program and asks its port until it answers.
async fn until_listening() -> f64 {
    let (keyring, port) = home().await;
    let start = Instant::now();
    let mut program = keyring
        .command(desktop())
        .env("DISPLAY", display())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("built");
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    while tokio::net::TcpStream::connect(address).await.is_err() {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "it never listens"
        );
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let took = start.elapsed();
    // As the system asks when a user logs out.
    Command::new("kill")
        .arg(program.id().to_string())
        .status()
        .ok();
    program.wait().ok();
    took.as_secs_f64() * 1000.0
}

/// From the process’s start, as the kernel has it, until the frame with the first view is drawn.
async fn until_usable() -> f64 {
    let (keyring, _) = home().await;
    let window = Window::open(|program| keyring.command(program), &desktop()).await;
    window.wait_for_text("sidebar-state", "Serving").await;
    let usable = window
        .evaluate("(done) => { const look = () => { const [mark] = performance.getEntriesByName('usable'); mark ? done(performance.timeOrigin + mark.startTime) : setTimeout(look, 20); }; look(); }")
        .await;
    usable.as_f64().expect("a time") - started(&window.program())
}

async fn in_one_window() {
    let (keyring, port) = home().await;
    let window = Window::open(|program| keyring.command(program), &desktop()).await;
    window.wait_for_text("sidebar-state", "Serving").await;

    let mut switches = Vec::new();
    for view in ["server", "keys", "requests", "settings", "inspector"]
        .iter()
        .cycle()
        .take(25)
    {
        let script = format!(
            "(done) => {{ const start = performance.now(); document.querySelector('[data-testid=nav-{view}]').click(); \
             const look = () => document.querySelector('[data-testid=view-{view}]') ? requestAnimationFrame(() => done(performance.now() - start)) : setTimeout(look, 0); look(); }}"
        );
        switches.push(window.evaluate(&script).await.as_f64().expect("a time"));
    }
    row("switch to another view, drawn", &mut switches, "< 50 ms");

    tokio::time::sleep(Duration::from_secs(2)).await;
    let idle = memory(&window.program());
    println!(
        "{:44} {:>9.0} MB {:>12}",
        "memory at rest, all processes (PSS)", idle, ""
    );

    // As many as are kept, so that what is measured is the list at its longest.
    let full = send(port, KEPT, None, &AtomicBool::new(false)).await;
    assert_eq!(full, KEPT);
    window.click("nav-requests").await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let frames = "(done) => { const gaps = []; let last = performance.now(); const end = last + 5000; \
                  const step = () => { const now = performance.now(); gaps.push(now - last); last = now; now < end ? requestAnimationFrame(step) : done(gaps); }; requestAnimationFrame(step); }";
    let quiet = gaps(&window.evaluate(frames).await);
    let stop = Arc::new(AtomicBool::new(false));
    let stopping = stop.clone();
    let sender =
        tokio::spawn(
            async move { send(port, usize::MAX, Some(REQUESTS_PER_SECOND), &stopping).await },
        );
    let busy = gaps(&window.evaluate(frames).await);
    stop.store(true, Ordering::Relaxed);
    let sent = sender.await.expect("it sends");
    println!(
        "{:44} {:>9.0}/s {:>12}",
        "frames with no request",
        per_second(&quiet),
        ""
    );
    println!(
        "{:44} {:>9.0}/s {:>12}",
        format!("frames while {REQUESTS_PER_SECOND} requests/s arrive"),
        per_second(&busy),
        "as above"
    );
    println!(
        "{:44} {:>9.0} ms {:>12}",
        format!("longest gap between frames ({sent} requests)"),
        busy.iter().copied().fold(0.0, f64::max),
        "< 50 ms"
    );
    println!(
        "{:44} {:>9} of {}",
        "gaps of more than 50 ms, of all",
        busy.iter().filter(|gap| **gap > 50.0).count(),
        busy.len()
    );
    drop(window);
    drop(keyring);
}

/// Sends requests, at an even pace or as fast as they are answered, until it is told to stop; says how many were answered.
async fn send(port: u16, most: usize, per_second: Option<u32>, stop: &AtomicBool) -> usize {
    let body = r#"{"payloads":[{"metadata":{"encoding":"YmluYXJ5L2VuY3J5cHRlZA==","encryption-key-id":"eA=="},"data":"AAAA"}]}"#;
    let request = format!(
        "POST /decode HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://localhost:8233\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut pace = per_second.map(|many| tokio::time::interval(Duration::from_secs(1) / many));
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port))
        .await
        .expect("it serves");
    let (mut answers, mut sent) = (vec![0; 64 << 10], 0);
    while sent < most && !stop.load(Ordering::Relaxed) {
        if let Some(pace) = &mut pace {
            pace.tick().await;
        }
        tokio::io::AsyncWriteExt::write_all(&mut stream, request.as_bytes())
            .await
            .expect("it takes");
        let read = tokio::io::AsyncReadExt::read(&mut stream, &mut answers)
            .await
            .expect("it answers");
        assert!(read > 0, "it answers");
        sent += 1;
    }
    sent
}

fn gaps(value: &Value) -> Vec<f64> {
    let gaps = value.as_array().expect("an array").iter();
    gaps.filter_map(Value::as_f64).skip(1).collect()
}

fn per_second(gaps: &[f64]) -> f64 {
    gaps.len() as f64 / gaps.iter().sum::<f64>() * 1000.0
}

fn row(name: &str, milliseconds: &mut [f64], target: &str) {
    milliseconds.sort_by(f64::total_cmp);
    println!(
        "{name:44} {:>9.0} ms {target:>12}",
        milliseconds[milliseconds.len() / 2]
    );
}

/// A home of its own, with an unlocked keychain and a free port.
async fn home() -> (PrivateKeyring, u16) {
    home_with(json!({})).await
}

/// As that, with more settings.
async fn home_with(more: Value) -> (PrivateKeyring, u16) {
    let keyring = PrivateKeyring::unlocked();
    let port = free_port().await;
    // Settings without a version are those of an older one, after which the window shows what is new.
    let mut settings = json!({
        "server": { "port": port }, "ui": { "notify_undecodable": false },
        "seen_version": env!("CARGO_PKG_VERSION")
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        settings[name] = value.clone();
    }
    let file = keyring
        .path()
        .join("config")
        .join(app::IDENTIFIER)
        .join("settings.json");
    app::write_atomically(&file, settings.to_string().as_bytes()).expect("a new file");
    (keyring, port)
}

/// When a process was started, in milliseconds since 1970 (source: proc(5), field 22, in hundredths of a second since boot).
fn started(pid: &str) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("it runs");
    let after_name = stat.rsplit(')').next().expect("a name in brackets");
    let ticks: f64 = after_name
        .split_whitespace()
        .nth(19)
        .expect("field 22")
        .parse()
        .expect("a number");
    let uptime = std::fs::read_to_string("/proc/uptime").expect("Linux");
    let uptime: f64 = uptime
        .split_whitespace()
        .next()
        .expect("a number")
        .parse()
        .expect("a number");
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970")
        .as_secs_f64();
    (now - uptime + ticks / 100.0) * 1000.0
}

/// Proportional memory of a process and all that it started, in MB.
fn memory(pid: &str) -> f64 {
    let own = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let own = own.lines().find_map(|line| line.strip_prefix("Pss:"));
    let own: f64 = own
        .and_then(|text| text.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or_default();
    let children = Command::new("ps")
        .args(["--no-headers", "-o", "pid", "--ppid", pid])
        .output();
    let children = children.map(|output| output.stdout).unwrap_or_default();
    let children = String::from_utf8_lossy(&children).into_owned();
    own / 1000.0 + children.split_whitespace().map(memory).sum::<f64>()
}

fn display() -> std::ffi::OsString {
    std::env::var_os("DISPLAY").expect("run under xvfb-run")
}

/// The optimized program, which `cargo build --release -p desktop` puts beside the benches.
fn desktop() -> PathBuf {
    let benches = std::env::current_exe().expect("this bench is a program");
    let program = benches
        .ancestors()
        .nth(2)
        .map(|folder: &Path| folder.join("temporal-codec-desktop"));
    program
        .filter(|program| program.exists())
        .expect("built before")
}
