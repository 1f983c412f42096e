//! The server under attack: the app in a process of its own, with keys in memory, steered over its bridge.

use std::io;
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::wire::{ask, post};

/// How often the app was locked and unlocked, as far as the one who does it knows.
#[derive(Default)]
pub(crate) struct Locking(AtomicU64);

/// The app between two changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment(u64);

impl Moment {
    /// Whether the app is locked; `None` while that changes.
    pub(crate) fn is_locked(self) -> Option<bool> {
        match self.0 % 4 {
            0 => Some(false),
            2 => Some(true),
            _ => None,
        }
    }
}

impl Locking {
    pub(crate) fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }

    fn step(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// The app in its process. It is ended when it is dropped.
pub(crate) struct Server {
    process: Mutex<Child>,
    id: u32,
    bridge: SocketAddr,
    codec_server: SocketAddr,
}

impl Server {
    /// Starts it, adds the key that the honest clients' Payloads are sealed with, and lets it serve.
    ///
    /// # Errors
    /// Where it is not built beside this program, or does not start.
    pub(crate) async fn start() -> io::Result<Server> {
        let own = std::env::current_exe()?;
        let program = own.with_file_name(format!("bridge{}", std::env::consts::EXE_SUFFIX));
        let mut process = Command::new(&program)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| io::Error::other(format!("{}: {error}", program.display())))?;
        let stdout = process.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let line = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            io::BufRead::read_line(&mut io::BufReader::new(stdout), &mut line)?;
            io::Result::Ok(line)
        });
        let ready: Value = serde_json::from_str(&line.await??)?;
        let mut server = Server {
            id: process.id(),
            process: Mutex::new(process),
            bridge: address(&ready["listening"])?,
            codec_server: SocketAddr::from(([127, 0, 0, 1], 0)),
        };
        server
            .call("add_sample_key", json!({ "lifetime": "keychain" }))
            .await?;
        server.codec_server = server.serve().await?;
        Ok(server)
    }

    async fn serve(&self) -> io::Result<SocketAddr> {
        for _ in 0..20 {
            let port = support::app::free_port();
            self.call("set_port", json!({ "port": port })).await?;
            // Another program may take the port between the look and the start.
            if self.call("start_server", Value::Null).await.is_ok() {
                return Ok(SocketAddr::from(([127, 0, 0, 1], port)));
            }
        }
        Err(io::Error::other("no port stays free"))
    }

    pub(crate) fn codec_server(&self) -> SocketAddr {
        self.codec_server
    }

    pub(crate) fn process(&self) -> String {
        format!("process {}", self.id)
    }

    pub(crate) fn is_alive(&self) -> bool {
        let mut process = self.process.lock().expect("no panic");
        matches!(process.try_wait(), Ok(None))
    }

    /// The memory that it has; nothing where the system has no `/proc`.
    pub(crate) fn resident_bytes(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id)).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kib << 10)
    }

    async fn call(&self, command: &str, request: Value) -> io::Result<Value> {
        let request = post(
            &format!("/ipc/{command}"),
            &[],
            request.to_string().as_bytes(),
        );
        let answer = ask(self.bridge, &mut None, &request).await?;
        if answer.status != 200 {
            let said = String::from_utf8_lossy(&answer.body);
            return Err(io::Error::other(format!("{command}: {said}")));
        }
        Ok(serde_json::from_slice(&answer.body)?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail for a process that has ended, which is what is wanted.
        if let Ok(process) = self.process.get_mut() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

fn address(listening: &Value) -> io::Result<SocketAddr> {
    let url = listening.as_str().unwrap_or_default();
    let address = url.strip_prefix("http://").unwrap_or_default().parse();
    address.map_err(io::Error::other)
}

/// Adds and removes keys, and locks and unlocks the app, until the run ends; then it is unlocked.
pub(crate) async fn change_keys_and_lock(server: &Server, locking: &Locking, going: &AtomicBool) {
    let mut n = 0_u64;
    while going.load(Ordering::Relaxed) {
        n += 1;
        if let Err(error) = one_round(server, locking, n).await {
            eprintln!("soak: {error}");
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

async fn one_round(server: &Server, locking: &Locking, n: u64) -> io::Result<()> {
    let id = format!("soak-{n}");
    let generate = json!({ "id": id, "label": "", "bits": 256, "lifetime": "keychain" });
    let keys = server.call("generate_key", generate).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let keys = keys["keys"]["keys"].as_array().cloned().unwrap_or_default();
    if let Some(key) = keys.iter().find(|key| key["id"] == id) {
        let remove = json!({ "handle": key["handle"], "even_if_used": true });
        server.call("remove_key", remove).await?;
    }
    if n.is_multiple_of(5) {
        locking.step();
        let locked = server
            .call("lock", json!({ "forget_session_keys": true }))
            .await;
        locking.step();
        tokio::time::sleep(Duration::from_secs(2)).await;
        locking.step();
        let unlocked = server.call("unlock", Value::Null).await;
        locking.step();
        locked.and(unlocked)?;
    }
    Ok(())
}
