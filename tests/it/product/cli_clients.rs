//! `temporal-codec serve` under clients that mean no good: few descriptors, many connections, bodies that drip, bursts.
#![cfg(target_os = "linux")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use support::app::{post, send};
use support::cli::{Home, program, serve};
use support::wire::{Ask, EVIL, PLAIN, SEALED, UNKNOWN_KEY, payloads};

/// The server, allowed this many descriptors.
fn limited(home: &Home, n_descriptors: usize) -> Command {
    let keys = home.sample_keys();
    let script = format!("ulimit -n {n_descriptors}; exec \"$0\" serve --port 0 --keys \"$1\"");
    let mut command = Command::new("sh");
    command.args(["-c", &script]).arg(program()).arg(keys);
    for (name, value) in home.command(&[]).get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    command
}

#[test]
fn more_connections_than_descriptors_are_no_outage_and_few_lines() {
    let home = Home::new();
    let serving = serve(limited(&home, 64), b"");
    let port = serving.port();
    let mut held = Vec::new();
    for n in 0..200 {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("queued at least");
        match n % 3 {
            // Nothing at all, half a head, half a body.
            0 => {}
            1 => drop(stream.write_all(b"POST /decode HTTP/1.1\r\nHost: local")),
            _ => drop(stream.write_all(b"POST /decode HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{")),
        }
        held.push(stream);
        if n % 20 == 19 {
            let reply = post(port, "/decode", &payloads(&[SEALED]));
            assert_eq!(reply.body, payloads(&[PLAIN]), "beside {n} connections");
        }
    }
    // Minutes of it would be a line each.
    let until = Instant::now() + Duration::from_secs(3);
    while Instant::now() < until {
        let reply = post(port, "/decode", &payloads(&[SEALED]));
        assert_eq!(reply.body, payloads(&[PLAIN]));
        std::thread::sleep(Duration::from_millis(100));
    }
    drop(held);
    let ended = serving.end("TERM");
    assert_eq!(ended.status, Some(0));
    let warnings: Vec<&str> = ended
        .stderr
        .lines()
        .filter(|line| line.contains("WARN"))
        .collect();
    assert!((1..=4).contains(&warnings.len()), "{}", ended.stderr);
}

#[test]
fn a_flood_of_refused_requests_is_some_lines_for_each_reason() {
    let home = Home::new();
    let serving = home.serve(&["--port", "0", "--keys", &home.sample_keys()]);
    let port = serving.port();
    for _ in 0..50 {
        let foreign = Ask::post("/decode", "{}").header("Origin", EVIL);
        assert_eq!(send(port, foreign).status(), 403);
        let rebound = Ask::post("/decode", "{}")
            .without("Host")
            .header("Host", "evil.test");
        assert_eq!(send(port, rebound).status(), 403);
    }
    let ended = serving.end("TERM");
    let warnings = ended.stderr.matches("WARN").count();
    assert!((2..30).contains(&warnings), "{}", ended.stderr);
}

#[test]
fn bodies_that_drip_are_cut_off_and_their_memory_is_given_back() {
    const N_CLIENTS: usize = 24;
    const SENT: usize = 4 << 20;
    let home = Home::new();
    let serving = home.serve(&["--port", "0", "--keys", &home.sample_keys()]);
    let port = serving.port();
    let mut clients: Vec<TcpStream> = (0..N_CLIENTS)
        .map(|_| {
            let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("listens");
            let head = "POST /decode HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 60000000\r\n\r\n";
            stream.write_all(head.as_bytes()).expect("open");
            stream.write_all(&vec![b' '; SENT]).expect("open");
            stream.set_read_timeout(Some(Duration::from_millis(1))).expect("set");
            stream
        })
        .collect();
    let started = Instant::now();
    let mut statuses = Vec::new();
    while !clients.is_empty() {
        assert!(
            started.elapsed() < Duration::from_secs(90),
            "{} are not cut off",
            clients.len()
        );
        clients.retain_mut(|stream| {
            let _ = stream.write_all(b" ");
            let mut line = [0; 12];
            let is_answered = stream.read_exact(&mut line).is_ok();
            if is_answered {
                statuses.push(String::from_utf8_lossy(&line).into_owned());
            }
            !is_answered
        });
        // Sooner than any pause that it allows.
        std::thread::sleep(Duration::from_secs(1));
    }
    // Those for whom there was no memory were told so, unread.
    let n_cut = statuses
        .iter()
        .filter(|status| *status == "HTTP/1.1 408")
        .count();
    let n_busy = statuses
        .iter()
        .filter(|status| *status == "HTTP/1.1 503")
        .count();
    assert_eq!(n_cut + n_busy, N_CLIENTS, "{statuses:?}");
    assert!(n_cut > 0 && n_busy > 0, "{statuses:?}");
    let held = N_CLIENTS * SENT;
    let resident = serving.resident_bytes();
    assert!(
        resident < held / 2 + (40 << 20),
        "{resident} bytes after {held}"
    );
    assert_eq!(
        post(port, "/decode", &payloads(&[SEALED])).body,
        payloads(&[PLAIN])
    );
}

/// One large Payload, many small ones, and more than is allowed, in turn and beside each other.
#[test]
fn memory_comes_back_after_a_burst_of_large_bodies() {
    const N_CLIENTS: usize = 4;
    let home = Home::new();
    let serving = home.serve(&["--port", "0", "--keys", &home.sample_keys()]);
    let port = serving.port();
    let small = payloads(&[SEALED]);
    assert_eq!(post(port, "/decode", &small).body, payloads(&[PLAIN]));
    let idle = serving.resident_bytes();

    let large = format!(r#"{{"data":"{}"}}"#, "QUJD".repeat(4 << 20));
    let bodies = [
        payloads(&[&large]),
        payloads(&vec![SEALED; 2_000]),
        payloads(&vec![UNKNOWN_KEY; 20_000]),
    ];
    let mut peak = idle;
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..N_CLIENTS)
            .map(|n| {
                let bodies = &bodies;
                scope.spawn(move || {
                    for turn in 0..bodies.len() {
                        let body = &bodies[(n + turn) % bodies.len()];
                        let status = post(port, "/decode", body).status();
                        assert!([200, 400, 413, 503].contains(&status), "{status}");
                    }
                })
            })
            .collect();
        while !clients
            .iter()
            .all(std::thread::ScopedJoinHandle::is_finished)
        {
            peak = peak.max(serving.resident_bytes());
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    assert!(peak > idle + (64 << 20), "{idle} bytes, {peak} at the peak");

    let ended = Instant::now();
    let mut now = serving.resident_bytes();
    while now > idle + (24 << 20) && ended.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(200));
        now = serving.resident_bytes();
    }
    println!(
        "{idle} bytes, {peak} at the peak, {now} after {:?}",
        ended.elapsed()
    );
    assert!(
        now <= idle + (24 << 20),
        "{idle} bytes, {peak} at the peak, {now} ten seconds after"
    );
}
