//! The port for content: nothing goes through it unless somebody wants it, and a replay passes every check anew.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use std::time::Duration;

use codec_server::{Capture, Captured, Code, ServerConfig, Timeouts};
use support::server::{TestServer, config, for_program, rules, sample_profile};
use support::wire::{Ask, EVIL, ORIGIN, PLAIN, SEALED, payloads};

/// Keeps everything, up to a size.
struct Keep {
    on: AtomicBool,
    /// In bytes.
    most: usize,
    kept: Mutex<Vec<Captured>>,
}

impl std::fmt::Debug for Keep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keep")
    }
}

impl Capture for Keep {
    fn wants(&self) -> Option<usize> {
        self.on.load(Ordering::Relaxed).then_some(self.most)
    }

    fn keep(&self, captured: Captured) {
        self.kept.lock().expect("no panic").push(captured);
    }
}

async fn server() -> (TestServer, Arc<Keep>) {
    server_with(1000, config()).await
}

async fn server_with(most: usize, config: ServerConfig) -> (TestServer, Arc<Keep>) {
    let keep = Arc::new(Keep {
        on: AtomicBool::default(),
        most,
        kept: Mutex::default(),
    });
    let config = ServerConfig {
        capture: Some(keep.clone()),
        ..config
    };
    let server = TestServer::try_start(config, rules(sample_profile())).await;
    (server.expect("listens"), keep)
}

#[tokio::test]
async fn content_goes_through_the_port_only_while_it_is_wanted() {
    let (server, keep) = server().await;
    let sealed = payloads(&[SEALED]);
    server.post("/decode", &sealed).await;
    assert!(keep.kept.lock().expect("no panic").is_empty());
    keep.on.store(true, Ordering::Relaxed);
    let answer = server.post("/decode", &sealed).await;
    // Refused before its body was read, asked by a browser, or larger than wanted.
    server
        .send(&Ask::post("/decode", &sealed).header("Origin", EVIL))
        .await;
    server.send(&Ask::preflight("/decode", ORIGIN)).await;
    server.send(&Ask::new("GET", "/decode")).await;
    server
        .post("/decode", &(sealed.clone() + &" ".repeat(1000)))
        .await;
    server.post("/decode", "{ nonsense").await;
    assert_eq!(server.records().len(), 7, "all are recorded all the same");
    let kept = keep.kept.lock().expect("no panic");
    let ids: Vec<u64> = kept.iter().map(|one| one.id).collect();
    assert_eq!(ids, [2, 6, 7]);
    assert_eq!(kept[0].request.body(), Some(sealed.as_bytes()));
    assert_eq!(
        kept[0].answer.as_ref().map(|body| body.as_slice()),
        Some(answer.body.as_bytes())
    );
    assert_eq!(kept[1].request.body(), None, "larger than wanted");
    assert!(kept[1].answer.is_some(), "its answer is not");
    assert_eq!(
        (kept[2].status, kept[2].request.body()),
        (400, Some(&b"{ nonsense"[..]))
    );
}

#[tokio::test]
async fn a_replay_passes_every_check_anew_and_is_recorded_as_one() {
    let (server, keep) = server().await;
    keep.on.store(true, Ordering::Relaxed);
    let body = payloads(&[PLAIN]);
    let ask = Ask::post("/orders/decode", &body).header("Origin", ORIGIN);
    let answer = server.send(&ask).await;
    let replayer = server.running.replayer();
    let captured = keep.kept.lock().expect("no panic").remove(0);
    let replayed = replayer
        .replay(&captured.request, 41)
        .await
        .expect("has a body");
    assert_eq!(
        (replayed.status, replayed.body.as_slice()),
        (200, answer.body.as_bytes())
    );
    let record = server.last_record();
    assert_eq!(record.replay_of, Some(41));
    assert_eq!(record.origin.as_deref(), Some(ORIGIN));
    assert_eq!(
        record.namespace.as_ref().map(|name| name.as_str()),
        Some("orders")
    );
    // The page is no longer listed: the replay is refused as the page would be.
    let mut stricter = rules(sample_profile());
    stricter.origins =
        codec_server::AllowedOrigins::parse(["https://cloud.temporal.io"]).expect("an origin");
    server.rules.send_replace(Arc::new(stricter));
    let replayed = replayer
        .replay(&captured.request, 41)
        .await
        .expect("has a body");
    assert_eq!(replayed.status, 403);
    assert_eq!(server.last_record().code, Some(Code::OriginNotAllowed));
    // Nobody outside can pretend to be a replay.
    server
        .send(&Ask::post("/decode", &body).header("Replay", "41"))
        .await;
    assert_eq!(server.last_record().replay_of, None);
}

#[tokio::test]
async fn a_token_is_not_kept_and_a_replay_needs_none() {
    let (server, keep) = server().await;
    keep.on.store(true, Ordering::Relaxed);
    let guarded = for_program(rules(sample_profile()), "tcodec_canary-token");
    server.rules.send_replace(Arc::new(guarded));
    let body = payloads(&[PLAIN]);
    let plain = Ask::post("/decode", &body).header("X-Note", "shown");
    assert_eq!(server.send(&plain).await.status, 401);
    let ask = plain
        .header("Authorization", "Bearer tcodec_canary-token")
        .header("Authorization-Extras", "eyJjYW5hcnktdG9rZW4")
        .header("X-Odd", "tcodec_canary-token");
    assert_eq!(server.send(&ask).await.status, 200);
    let captured = keep.kept.lock().expect("no panic").remove(0);
    let replayed = server.running.replayer().replay(&captured.request, 2).await;
    assert_eq!(replayed.expect("its body was kept").status, 200);
    let replay = server.last_record();
    let names: Vec<&str> = replay.headers.iter().map(|one| one.name).collect();
    assert!(names.contains(&"x-note"), "{names:?}");
    for secret in ["authorization", "authorization-extras", "x-odd"] {
        assert!(!names.contains(&secret), "{names:?}");
    }
}

#[tokio::test]
async fn a_replay_is_served_where_requests_find_no_memory() {
    let (server, keep) = server_with(
        16 << 20,
        ServerConfig {
            max_memory_bytes: 16 << 20,
            timeouts: Timeouts {
                busy: Duration::from_millis(200),
                ..Timeouts::default()
            },
            ..config()
        },
    )
    .await;
    keep.on.store(true, Ordering::Relaxed);
    let large = payloads(&vec![PLAIN; 40_000]);
    assert_eq!(server.post("/decode", &large).await.status, 200);
    // All but its last byte: it holds what it may take.
    let ask = Ask::post("/decode", &large).bytes();
    let mut other = server.connect().await;
    other.send(&ask[..ask.len() - 1]).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(server.post("/decode", &large).await.status, 503);

    let request = keep.kept.lock().expect("no panic").remove(0).request;
    let replayed = server.running.replayer().replay(&request, 1).await;
    assert_eq!(replayed.expect("its body was kept").status, 200);
}
