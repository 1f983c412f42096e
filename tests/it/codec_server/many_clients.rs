//! More connections than the server takes: honest requests go on, and whoever it can do without makes room.

use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use codec_server::ServerConfig;
use payload_codec::{KeyError, KeyId, KeyProvider, Keyring, SecretKey};
use support::server::{TestServer, chain, config, profile, rules, sample_keys, sample_profile};
use support::wire::{Ask, PLAIN, SEALED, Wire, payloads};
use tokio::time::{sleep, timeout};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

fn at_most(max_connections: usize) -> ServerConfig {
    ServerConfig {
        max_connections,
        ..config()
    }
}

async fn server(max_connections: usize) -> TestServer {
    let server = TestServer::try_start(at_most(max_connections), rules(sample_profile())).await;
    server.expect("listens")
}

/// A connection that has had an answer, and may have more.
async fn kept_alive(server: &TestServer) -> Wire {
    let mut wire = server.connect().await;
    assert!(is_served(&mut wire).await);
    wire
}

async fn is_served(wire: &mut Wire) -> bool {
    wire.send(&Ask::post("/decode", &payloads(&[SEALED])).bytes())
        .await;
    wire.reply().await.body == payloads(&[PLAIN])
}

#[tokio::test]
async fn the_one_that_is_idle_for_longest_makes_room() {
    let server = server(3).await;
    let mut first = kept_alive(&server).await;
    let mut second = kept_alive(&server).await;
    let mut third = kept_alive(&server).await;
    // Now the second is the one that has been idle for longest.
    assert!(is_served(&mut first).await);
    let mut new = kept_alive(&server).await;
    assert!(second.is_closed().await);
    for wire in [&mut first, &mut third, &mut new] {
        assert!(is_served(wire).await);
    }
}

#[tokio::test]
async fn one_that_never_asked_makes_room_as_well() {
    let server = server(2).await;
    let mut silent = server.connect().await;
    sleep(Duration::from_millis(50)).await;
    let mut first = kept_alive(&server).await;
    let mut second = kept_alive(&server).await;
    assert!(silent.is_closed().await);
    assert!(is_served(&mut first).await && is_served(&mut second).await);
}

/// Keys that are handed over when the test says so, once for each word.
struct Slow {
    keys: Keyring,
    go: Mutex<mpsc::Receiver<()>>,
    asked: mpsc::Sender<()>,
}

impl KeyProvider for Slow {
    fn key(&self, id: &KeyId) -> Result<Option<SecretKey>, KeyError> {
        // A test that failed waits for nobody.
        let _ = self.asked.send(());
        let _ = self.go.lock().expect("no panic").recv_timeout(PATIENCE);
        self.keys.key(id)
    }

    fn keys(&self) -> Result<Vec<(KeyId, SecretKey)>, KeyError> {
        self.keys.keys()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_whose_request_is_worked_on_is_never_closed() {
    let (go, wait) = mpsc::channel();
    let (asked, was_asked) = mpsc::channel();
    let keys = Slow {
        keys: sample_keys(&["test-key-id"]),
        go: Mutex::new(wait),
        asked,
    };
    let rules = rules(profile(chain(keys, None)));
    let server = TestServer::try_start(at_most(1), rules).await;
    let server = server.expect("listens");
    let mut busy = server.connect().await;
    // Above 128 KiB it is worked on beside the connections.
    let body = format!("{}{}", payloads(&[SEALED]), " ".repeat(200 << 10));
    busy.send(&Ask::post("/decode", &body).bytes()).await;
    was_asked.recv_timeout(PATIENCE).expect("at work");

    let mut waiting = server.connect().await;
    waiting.send(&Ask::post("/decode", "{}").bytes()).await;
    let too_early = timeout(Duration::from_secs(3), waiting.reply()).await;
    assert!(too_early.is_err(), "there is room for one");
    assert_eq!(server.records().len(), 0);

    go.send(()).expect("it waits");
    assert_eq!(busy.reply().await.body, payloads(&[PLAIN]));
    // And now the other one has its turn, by itself.
    assert_eq!(waiting.reply().await.status, 200);
}

/// Clients that never finish what they began do not keep others out.
async fn check_makes_room(began: &[u8]) {
    let server = server(4).await;
    let mut stuck = Vec::new();
    for _ in 0..4 {
        let mut wire = server.connect().await;
        wire.send(began).await;
        stuck.push(wire);
    }
    let mut honest = server.connect().await;
    assert!(is_served(&mut honest).await);
    assert!(is_served(&mut honest).await);
}

#[tokio::test]
async fn a_head_that_does_not_end_makes_room() {
    check_makes_room(b"POST /decode HTTP/1.1\r\nHost: loc").await;
}

#[tokio::test]
async fn a_body_that_does_not_end_makes_room() {
    check_makes_room(b"POST /decode HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_connections_loses_no_request_of_an_honest_one() {
    let server = server(64).await;
    let address = server.address();
    let flood: Vec<_> = (0..8)
        .map(|n| {
            tokio::spawn(async move {
                let mut held = Vec::new();
                loop {
                    let Ok(stream) = tokio::net::TcpStream::connect(address).await else {
                        continue;
                    };
                    held.push(stream);
                    if held.len() > 20 {
                        held.remove(n);
                    }
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    for _ in 0..20 {
        let reply = server.post("/decode", &payloads(&[SEALED])).await;
        assert_eq!(reply.body, payloads(&[PLAIN]));
    }
    for flood in flood {
        flood.abort();
    }
    let records = server.records();
    assert_eq!(records.len(), 20);
    let served: Arc<[u16]> = records.iter().map(|record| record.status).collect();
    assert!(served.iter().all(|status| *status == 200));
}
