//! The real app under attack, with honest clients beside it: `cargo xtask soak`; with `--https` the program as it is hosted, with
//! HTTPS and tokens. It reports what became of the honest requests and of the memory, and fails where one was lost or wrong, or
//! where the memory does not come back.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that reports on its standard streams"
)]

mod app_server;
mod attacks;
mod honest;
mod hosted_server;
mod locking;
mod process;
mod report;
mod token;
mod wire;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::app_server::AppServer;
use crate::attacks::Attacks;
use crate::honest::{Honest, Kind};
use crate::hosted_server::HostedServer;
use crate::locking::Locking;
use crate::process::Process;
use crate::report::{Memory, report};
use crate::token::Token;
use crate::wire::Endpoint;

/// How long memory may take to be given back after the last request.
const AFTERWARDS: Duration = Duration::from_secs(10);
/// The longest run.
const MAX_MINUTES: u64 = 24 * 60;

/// What is wanted of a run.
#[derive(Clone, Copy)]
struct Wanted {
    minutes: u64,
    https: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Some(wanted) = wanted(std::env::args().skip(1)) else {
        eprintln!("usage: soak [--https] [--minutes N]");
        return ExitCode::FAILURE;
    };
    match soak(wanted).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("soak: {error}");
            ExitCode::FAILURE
        }
    }
}

fn wanted(arguments: impl Iterator<Item = String>) -> Option<Wanted> {
    let arguments: Vec<String> = arguments.collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (https, rest) = match arguments[..] {
        ["--https", ref rest @ ..] => (true, rest),
        ref rest => (false, rest),
    };
    let minutes = match rest {
        [] if https => Some(15),
        [] => Some(30),
        ["--minutes", n] => n.parse().ok().filter(|n| (1..=MAX_MINUTES).contains(n)),
        _ => None,
    };
    minutes.map(|minutes| Wanted { minutes, https })
}

/// The server of a run.
enum Server {
    App(AppServer),
    Hosted(Box<HostedServer>),
}

impl Server {
    fn process(&self) -> &Process {
        match self {
            Server::App(app) => app.process(),
            Server::Hosted(hosted) => hosted.process(),
        }
    }

    fn endpoint(&self) -> &Endpoint {
        match self {
            Server::App(app) => app.codec_server(),
            Server::Hosted(hosted) => hosted.endpoint(),
        }
    }

    /// Changes what can change while it serves, until the run ends.
    async fn change(&self, locking: &Locking, going: &AtomicBool) {
        match self {
            Server::App(app) => app.change(locking, going).await,
            Server::Hosted(hosted) => hosted.change(going).await,
        }
    }
}

async fn soak(wanted: Wanted) -> std::io::Result<bool> {
    let length = Duration::from_secs(wanted.minutes * 60);
    let token = Arc::new(Token::default());
    let server = Arc::new(if wanted.https {
        Server::Hosted(Box::new(HostedServer::start(token.clone()).await?))
    } else {
        Server::App(AppServer::start().await?)
    });
    let locking = Arc::new(Locking::default());
    let going = Arc::new(AtomicBool::new(true));
    let honest = Arc::new(Honest::new(server.endpoint().clone(), token.clone()));
    // What a first request sets up is no leak.
    honest.warm_up(&locking).await;
    let mut memory = Memory::at_start(server.process().resident_bytes());
    println!(
        "process {} at {}, for {} minutes",
        server.process().id(),
        server.endpoint(),
        wanted.minutes
    );

    let attacks = Arc::new(Attacks::new(server.endpoint().clone(), token));
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
        running.spawn(async move { server.change(&locking, &going).await });
    }

    let started = Instant::now();
    let mut told = started;
    while started.elapsed() < length {
        tokio::time::sleep(Duration::from_millis(100)).await;
        memory.seen(server.process().resident_bytes());
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
    memory.ends(server.process().resident_bytes());
    if let Server::Hosted(hosted) = &*server {
        println!("{}", hosted.changed());
    }
    Ok(report(
        &honest,
        &attacks,
        &memory,
        server.process().is_alive(),
    ))
}
