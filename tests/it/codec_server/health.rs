//! `/health`: for whoever restarts the server or sends it requests. It is answered without a token and says nothing of keys.

use std::sync::Arc;

use codec_server::{Pause, Rules, Shut};
use support::server::{TestServer, for_program, rules, sample_profile};
use support::wire::{Ask, EVIL, ORIGIN};

fn health() -> Ask<'static> {
    Ask::new("GET", "/health")
}

#[tokio::test]
async fn it_says_ready_or_why_not_and_asks_for_no_token() {
    let pause = Pause::default();
    let with = |shut, awaits_passphrase| Rules {
        shut,
        awaits_passphrase,
        pause: pause.clone(),
        ..for_program(rules(sample_profile()), "tcodec_canary")
    };
    let server = TestServer::start(with(None, false)).await;
    let says = async |line: &str, status: &str| {
        let reply = server.send(&health()).await;
        assert_eq!(reply.status_line(), line);
        assert_eq!(reply.body, format!("{{\"status\":\"{status}\"}}"));
        assert_eq!(reply.header("content-type"), Some("application/json"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(
            reply.header("cross-origin-resource-policy"),
            Some("same-origin")
        );
    };
    says("200 OK", "ready").await;
    pause.set(true);
    says("503 Service Unavailable", "paused").await;
    server
        .rules
        .send_replace(Arc::new(with(Some(Shut::Locked), false)));
    says("503 Service Unavailable", "locked").await;
    pause.set(false);
    for (shut, awaits_passphrase) in [(Some(Shut::KeyFile), true), (None, true)] {
        server
            .rules
            .send_replace(Arc::new(with(shut, awaits_passphrase)));
        says("503 Service Unavailable", "key_file_locked").await;
    }
    server.rules.send_replace(Arc::new(with(None, false)));
    says("200 OK", "ready").await;
    assert_eq!(server.records(), [], "nobody asked for Payloads");
}

#[tokio::test]
async fn host_and_origin_are_judged_as_ever_and_other_paths_are_none() {
    let server = TestServer::start(rules(sample_profile())).await;
    let mut wire = server.connect().await;
    wire.send(&Ask::new("HEAD", "/health").bytes()).await;
    assert_eq!(wire.reply_to_head().await.status, 200);
    for (ask, line) in [
        (
            health().without("Host").header("Host", "evil.test"),
            "403 Host not allowed",
        ),
        (health().without("Host"), "403 Host not allowed"),
        (health().header("Origin", EVIL), "403 Origin not allowed"),
        (health().header("Origin", ORIGIN), "200 OK"),
        (
            health().header("Sec-Fetch-Site", "cross-site"),
            "403 Origin not allowed",
        ),
        (
            health().header("Sec-Fetch-Site", "same-site"),
            "403 Origin not allowed",
        ),
        (
            health().header("Sec-Fetch-Site", "none, cross-site"),
            "403 Origin not allowed",
        ),
        (health().header("Sec-Fetch-Site", "none"), "200 OK"),
        (
            health()
                .header("Origin", ORIGIN)
                .header("Sec-Fetch-Site", "cross-site"),
            "200 OK",
        ),
        (Ask::post("/health", "{}"), "405 Method Not Allowed"),
        (Ask::new("OPTIONS", "/health"), "204 No Content"),
        (Ask::new("GET", "/x/health"), "404 Not Found"),
        (Ask::new("GET", "/health/"), "404 Not Found"),
    ] {
        assert_eq!(server.send(&ask).await.status_line(), line, "{ask:?}");
    }
}
