//! The real app under attack, with honest clients beside it: `cargo xtask soak`. It reports what became of the honest requests
//! and of the memory, and fails where one was lost or wrong, or where the memory does not come back.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that reports on its standard streams"
)]

mod attacks;
mod honest;
mod report;
mod server;
mod wire;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::attacks::Attacks;
use crate::honest::{Honest, Kind};
use crate::report::{Memory, report};
use crate::server::{Locking, Server};

/// How long memory may take to be given back after the last request.
const AFTERWARDS: Duration = Duration::from_secs(10);
/// The longest run.
const MAX_MINUTES: u64 = 24 * 60;

#[tokio::main]
async fn main() -> ExitCode {
    let Some(minutes) = minutes(std::env::args().skip(1)) else {
        eprintln!("usage: soak [--minutes N]");
        return ExitCode::FAILURE;
    };
    match soak(Duration::from_secs(minutes * 60)).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("soak: {error}");
            ExitCode::FAILURE
        }
    }
}

fn minutes(arguments: impl Iterator<Item = String>) -> Option<u64> {
    let arguments: Vec<String> = arguments.collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Some(30),
        ["--minutes", n] => n.parse().ok().filter(|n| (1..=MAX_MINUTES).contains(n)),
        _ => None,
    }
}

async fn soak(length: Duration) -> std::io::Result<bool> {
    let server = Arc::new(Server::start().await?);
    let locking = Arc::new(Locking::default());
    let going = Arc::new(AtomicBool::new(true));
    let honest = Arc::new(Honest::new(server.codec_server()));
    // What a first request sets up is no leak.
    honest.warm_up(&locking).await;
    let mut memory = Memory::at_start(server.resident_bytes());
    println!(
        "{} at {}, for {} minutes",
        server.process(),
        server.codec_server(),
        length.as_secs() / 60
    );

    let attacks = Arc::new(Attacks::new(server.codec_server()));
    let mut running = tokio::task::JoinSet::new();
    for kind in Kind::ALL {
        let (honest, locking, going) = (honest.clone(), locking.clone(), going.clone());
        running.spawn(async move { honest.go_on(kind, &locking, &going).await });
    }
    for kind in attacks::KINDS {
        let (attacks, going) = (attacks.clone(), going.clone());
        running.spawn(async move { attacks.go_on(kind, &going).await });
    }
    {
        let (server, locking, going) = (server.clone(), locking.clone(), going.clone());
        running.spawn(async move { server::change_keys_and_lock(&server, &locking, &going).await });
    }

    let started = Instant::now();
    let mut told = started;
    while started.elapsed() < length {
        tokio::time::sleep(Duration::from_millis(100)).await;
        memory.seen(server.resident_bytes());
        if told.elapsed() >= Duration::from_secs(60) {
            told = Instant::now();
            println!("{}", memory.line(&honest));
        }
    }
    going.store(false, Ordering::Relaxed);
    // Attackers that wait for an answer are not waited for.
    let ended = async { while running.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(Duration::from_secs(90), ended).await;
    running.shutdown().await;
    tokio::time::sleep(AFTERWARDS).await;
    memory.ends(server.resident_bytes());
    Ok(report(&honest, &attacks, &memory, server.is_alive()))
}
