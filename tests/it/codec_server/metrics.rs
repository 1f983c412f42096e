//! Metrics on a listener of their own: what is counted, and that nobody can make them many or read them from a page.

use codec_server::{BindError, ServerConfig};
use support::server::{TestServer, config, rules, sample_profile};
use support::wire::{Ask, EVIL, ORIGIN, Reply, SEALED, UNKNOWN_KEY, Wire, payloads};

fn with_metrics(address: &str) -> ServerConfig {
    ServerConfig {
        metrics: Some(address.parse().expect("an address")),
        ..config()
    }
}

async fn read(server: &TestServer, ask: &Ask<'_>) -> Reply {
    let address = server.running.metrics_address().expect("it listens");
    let mut wire = Wire::connect(address).await;
    wire.send(&ask.bytes()).await;
    wire.reply().await
}

fn metrics() -> Ask<'static> {
    Ask::new("GET", "/metrics")
}

#[tokio::test]
async fn requests_payloads_bytes_and_seconds_are_counted() {
    let server = TestServer::try_start(with_metrics("127.0.0.1:0"), rules(sample_profile()));
    let server = server.await.expect("listens");
    let sealed = payloads(&[SEALED, UNKNOWN_KEY]);
    let n_sent = sealed.len();
    for n in 0..3 {
        let path = format!("/team-{n}/decode").leak();
        server.post(path, &sealed).await;
    }
    let stranger = Ask::post("/decode", &sealed).header("Origin", EVIL);
    server.send(&stranger).await;
    server.send(&Ask::new("GET", "/health")).await;

    let reply = read(&server, &metrics()).await;
    assert_eq!(
        reply.header("content-type"),
        Some("application/openmetrics-text; version=1.0.0; charset=utf-8")
    );
    for line in [
        "temporal_codec_requests_total{operation=\"decode\",result=\"OK\"} 3",
        "temporal_codec_requests_total{operation=\"decode\",result=\"ORIGIN_NOT_ALLOWED\"} 1",
        "temporal_codec_payloads_total{operation=\"decode\",result=\"decoded\"} 3",
        "temporal_codec_payloads_total{operation=\"decode\",result=\"failed\"} 3",
        &format!(
            "temporal_codec_received_bytes_total{{operation=\"decode\"}} {}",
            3 * n_sent
        ),
        "temporal_codec_request_duration_seconds_count{operation=\"decode\"} 4",
        "temporal_codec_request_duration_seconds_bucket{le=\"+Inf\",operation=\"decode\"} 4",
        "temporal_codec_requests_in_flight 0",
        "temporal_codec_requests_waiting 0",
        "# EOF",
    ] {
        assert!(
            reply.body.lines().any(|found| found == line),
            "{line} in\n{}",
            reply.body
        );
    }
    for own in ["team-", "prod-2024", "test-key-id", "evil.test", "health"] {
        assert!(!reply.body.contains(own), "{own} in\n{}", reply.body);
    }
}

#[tokio::test]
async fn a_request_is_in_flight_until_its_answer() {
    let server = TestServer::try_start(with_metrics("[::1]:0"), rules(sample_profile()));
    let server = server.await.expect("listens");
    let mut slow = server.connect().await;
    let ask = Ask::post("/decode", &payloads(&[SEALED])).bytes();
    slow.send(&ask[..ask.len() - 1]).await;
    for (line, then) in [
        (
            "temporal_codec_requests_in_flight 1",
            Some(&ask[ask.len() - 1..]),
        ),
        ("temporal_codec_requests_in_flight 0", None),
    ] {
        let start = std::time::Instant::now();
        while !read(&server, &metrics()).await.body.contains(line) {
            assert!(start.elapsed().as_secs() < 20, "{line}");
        }
        if let Some(rest) = then {
            slow.send(rest).await;
            assert_eq!(slow.reply().await.status, 200);
        }
    }
}

#[tokio::test]
async fn no_page_reads_them_and_the_codec_server_does_not_serve_them() {
    let server = TestServer::try_start(with_metrics("127.0.0.1:0"), rules(sample_profile()));
    let server = server.await.expect("listens");
    for (ask, status) in [
        (metrics().without("Host").header("Host", "evil.test"), 403),
        (metrics().without("Host").header("Host", "10.0.0.1"), 403),
        (metrics().header("Origin", ORIGIN), 403),
        (metrics().header("Sec-Fetch-Site", "cross-site"), 403),
        (metrics().header("Sec-Fetch-Site", "same-site"), 403),
        (Ask::post("/metrics", "{}"), 405),
        (Ask::post("/decode", &payloads(&[SEALED])), 404),
        (Ask::new("GET", "/"), 404),
    ] {
        let reply = read(&server, &ask).await;
        assert_eq!((reply.status, reply.body.as_str()), (status, ""), "{ask:?}");
    }
    let opened = read(&server, &metrics().header("Sec-Fetch-Site", "none")).await;
    assert_eq!(opened.status, 200, "a person opened it");
    for (name, value) in [
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(opened.header(name), Some(value));
    }
    assert_eq!(server.send(&metrics()).await.status, 404);
}

/// Whoever opens connections and says nothing keeps nobody from reading them.
#[tokio::test]
async fn silent_connections_do_not_delay_them() {
    let server = TestServer::try_start(with_metrics("127.0.0.1:0"), rules(sample_profile()));
    let server = server.await.expect("listens");
    let address = server.running.metrics_address().expect("it listens");
    let mut silent = Vec::new();
    for _ in 0..160 {
        silent.push(Wire::connect(address).await);
    }
    let start = std::time::Instant::now();
    assert_eq!(read(&server, &metrics()).await.status, 200);
    let took = start.elapsed();
    assert!(took < std::time::Duration::from_secs(5), "{took:?}");
}

#[tokio::test]
async fn beyond_this_machine_they_take_a_server_that_is() {
    let refused = TestServer::try_start(with_metrics("0.0.0.0:0"), rules(sample_profile())).await;
    assert!(matches!(refused.err(), Some(BindError::Unguarded { .. })));
}
