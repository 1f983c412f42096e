//! Which program connects is found beside the requests: once a connection, and no answer waits for it.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use codec_server::{ClientProcess, Connection, FindClients, Process, RequestKind, ServerConfig};
use support::server::{TestServer, config, rules, sample_profile};
use support::wire::{Ask, PLAIN, SEALED, payloads};

use crate::https::Secure;

/// Takes what it is asked, and says nothing of itself.
#[derive(Debug, Default)]
struct Asked(Mutex<Vec<(Connection, ClientProcess)>>);

impl FindClients for Asked {
    fn find(&self, connection: Connection, found: ClientProcess) {
        self.0.lock().expect("no panic").push((connection, found));
    }
}

impl Asked {
    fn all(&self) -> Vec<(Connection, ClientProcess)> {
        self.0.lock().expect("no panic").clone()
    }
}

fn asking(asked: &Arc<Asked>) -> ServerConfig {
    ServerConfig {
        clients: Some(asked.clone()),
        ..config()
    }
}

fn process() -> Process {
    Process {
        name: "temporal".to_owned(),
        pid: 4711,
    }
}

#[tokio::test]
async fn a_connection_is_asked_about_once_and_answers_do_not_wait() {
    let asked = Arc::new(Asked::default());
    let server = TestServer::try_start(asking(&asked), rules(sample_profile()));
    let server = server.await.expect("listens");
    let mut wire = server.connect().await;
    let start = Instant::now();
    for _ in 0..50 {
        wire.send(&Ask::post("/decode", &payloads(&[SEALED])).bytes())
            .await;
        assert_eq!(wire.reply().await.body, payloads(&[PLAIN]));
    }
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
    let all = asked.all();
    assert_eq!(all.len(), 1);
    let (connection, found) = &all[0];
    assert_eq!(connection.server, server.address());
    assert!(connection.client.ip().is_loopback());
    let records = server.records();
    assert!(records.iter().all(|record| record.process.get().is_none()));
    assert!(!records[0].process.is_settled());

    // What is found late is known of the requests before it, too.
    found.set(Some(process()));
    found.set(None);
    assert_eq!(records.len(), 50);
    for record in records {
        assert_eq!(record.process.get(), Some(&process()));
    }
    server.post("/decode", "{}").await;
    assert_eq!(asked.all().len(), 2);
}

#[tokio::test]
async fn where_nobody_looks_nothing_is_claimed() {
    let server = TestServer::start(rules(sample_profile())).await;
    server.post("/decode", "{}").await;
    let record = server.last_record();
    assert!(record.process.is_settled());
    assert_eq!(record.process.get(), None);
}

#[tokio::test]
async fn a_failed_handshake_has_its_program_too() {
    let asked = Arc::new(Asked::default());
    let secure = Secure::start_with(asking(&asked), rules(sample_profile())).await;
    let address = secure.server.running.https_addresses()[0];
    let mut plain = support::wire::Wire::connect(address).await;
    plain.send(b"GET / HTTP/1.1\r\n\r\n").await;
    let failed = || {
        let mut records = secure.server.records().into_iter();
        records.find(|record| record.kind == RequestKind::Handshake)
    };
    let mut record = failed();
    for _ in 0..500 {
        if record.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        record = failed();
    }
    for (_, found) in asked.all() {
        found.set(Some(process()));
    }
    assert_eq!(record.expect("recorded").process.get(), Some(&process()));
}
