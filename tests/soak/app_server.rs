//! The app under attack, with keys in memory, steered over its bridge: http, and keys that change while it is locked and unlocked.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::locking::Locking;
use crate::process::Process;
use crate::wire::{Endpoint, ask, post};

/// The app in its process.
pub(crate) struct AppServer {
    process: Process,
    bridge: Endpoint,
    codec_server: Endpoint,
}

impl AppServer {
    /// Starts it, adds the key that the honest clients' Payloads are sealed with, and lets it serve.
    ///
    /// # Errors
    /// Where it is not built beside this program, or does not start.
    pub(crate) async fn start() -> io::Result<Self> {
        let (process, ready) = Process::start("bridge", |_| ()).await?;
        let bridge = Endpoint::plain(address(&ready["listening"])?);
        let mut server = AppServer {
            process,
            codec_server: bridge.clone(),
            bridge,
        };
        server
            .call("add_sample_key", json!({ "lifetime": "keychain" }))
            .await?;
        server.codec_server = Endpoint::plain(server.serve().await?);
        Ok(server)
    }

    pub(crate) fn process(&self) -> &Process {
        &self.process
    }

    pub(crate) fn codec_server(&self) -> &Endpoint {
        &self.codec_server
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

    async fn call(&self, command: &str, request: Value) -> io::Result<Value> {
        let request = post(
            &format!("/ipc/{command}"),
            &[],
            request.to_string().as_bytes(),
        );
        let answer = ask(&self.bridge, &mut None, &request).await?;
        if answer.status != 200 {
            let said = String::from_utf8_lossy(&answer.body);
            return Err(io::Error::other(format!("{command}: {said}")));
        }
        Ok(serde_json::from_slice(&answer.body)?)
    }
}

fn address(listening: &Value) -> io::Result<SocketAddr> {
    let url = listening.as_str().unwrap_or_default();
    let address = url.strip_prefix("http://").unwrap_or_default().parse();
    address.map_err(io::Error::other)
}

impl AppServer {
    /// Adds and removes keys, and locks and unlocks the app, until the run ends; then it is unlocked.
    pub(crate) async fn change(&self, locking: &Locking, going: &AtomicBool) {
        let mut n = 0_u64;
        while going.load(Ordering::Relaxed) {
            n += 1;
            if let Err(error) = self.one_round(locking, n).await {
                eprintln!("soak: {error}");
            }
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    }

    async fn one_round(&self, locking: &Locking, n: u64) -> io::Result<()> {
        let id = format!("soak-{n}");
        let generate = json!({ "id": id, "label": "", "bits": 256, "lifetime": "keychain" });
        let keys = self.call("generate_key", generate).await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let keys = keys["keys"]["keys"].as_array().cloned().unwrap_or_default();
        if let Some(key) = keys.iter().find(|key| key["id"] == id) {
            let remove = json!({ "handle": key["handle"], "even_if_used": true });
            self.call("remove_key", remove).await?;
        }
        if n.is_multiple_of(5) {
            locking.step();
            let locked = self
                .call("lock", json!({ "forget_session_keys": true }))
                .await;
            locking.step();
            tokio::time::sleep(Duration::from_secs(2)).await;
            locking.step();
            let unlocked = self.call("unlock", Value::Null).await;
            locking.step();
            locked.and(unlocked)?;
        }
        Ok(())
    }
}
