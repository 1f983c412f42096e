//! Starting, changing the rules while serving, and ending well.

use std::net::Ipv6Addr;
use std::sync::Arc;
use std::time::Duration;

use codec_server::{AllowedOrigins, BindError, ServerConfig};
use support::server::{TestServer, chain, config, profile, rules, sample_keys, sample_profile};
use support::wire::{Ask, EVIL, ORIGIN, PLAIN, SEALED, UNKNOWN_KEY, Wire, payloads};
use tokio::net::{TcpListener, TcpStream};

#[tokio::test]
async fn changed_keys_apply_to_the_next_request_of_an_open_connection() {
    let server = TestServer::start(rules(profile(chain(sample_keys(&[]), None)))).await;
    let mut wire = server.connect().await;
    let ask = Ask::post("/decode", &payloads(&[SEALED])).header("Origin", ORIGIN);
    wire.send(&ask.bytes()).await;
    assert_eq!(
        wire.reply().await.status_line(),
        "422 Key not found: test-key-id"
    );

    server.rules.send_replace(Arc::new(rules(sample_profile())));
    wire.send(&ask.bytes()).await;
    assert_eq!(wire.reply().await.body, payloads(&[PLAIN]));

    server
        .rules
        .send_replace(Arc::new(rules(profile(chain(sample_keys(&[]), None)))));
    wire.send(&ask.bytes()).await;
    assert_eq!(wire.reply().await.status, 422);
}

#[tokio::test]
async fn changed_origins_apply_to_the_next_request() {
    let server = TestServer::start(rules(sample_profile())).await;
    let ask = Ask::post("/decode", &payloads(&[SEALED])).header("Origin", EVIL);
    assert_eq!(server.send(&ask).await.status, 403);

    let mut changed = rules(sample_profile());
    changed.origins = AllowedOrigins::parse([EVIL]).expect("an origin");
    server.rules.send_replace(Arc::new(changed));
    assert_eq!(
        server
            .send(&ask)
            .await
            .header("access-control-allow-origin"),
        Some(EVIL)
    );
    assert_eq!(server.post_from_page("/decode", "{}").await.status, 403);
}

#[tokio::test]
async fn a_request_sees_one_set_of_rules_from_its_start_to_its_end() {
    let server = TestServer::start(rules(sample_profile())).await;
    let ask = Ask::post("/decode", &payloads(&[SEALED])).header("Origin", ORIGIN);
    let bytes = ask.bytes();
    let mut wire = server.connect().await;
    wire.send(&bytes[..bytes.len() - 5]).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut changed = rules(profile(chain(sample_keys(&[]), None)));
    changed.origins = AllowedOrigins::default();
    server.rules.send_replace(Arc::new(changed));
    wire.send(&bytes[bytes.len() - 5..]).await;
    let reply = wire.reply().await;
    assert_eq!(reply.body, payloads(&[PLAIN]));
    assert_eq!(reply.header("access-control-allow-origin"), Some(ORIGIN));
}

#[tokio::test]
async fn stop_answers_what_is_in_flight_and_takes_nothing_new() {
    let server = TestServer::start(rules(sample_profile())).await;
    let address = server.address();
    let bytes = Ask::post("/decode", &payloads(&[SEALED])).bytes();

    let mut in_flight = server.connect().await;
    in_flight.send(&bytes[..bytes.len() - 5]).await;
    let mut idle = server.connect().await;
    idle.send(&bytes).await;
    assert_eq!(idle.reply().await.status, 200);
    let mut silent = server.connect().await;
    tokio::time::sleep(Duration::from_millis(100)).await;

    let stopping = tokio::spawn(server.running.stop());
    assert!(idle.is_closed().await);
    assert!(silent.is_closed().await);
    assert!(TcpStream::connect(address).await.is_err(), "still listens");

    in_flight.send(&bytes[bytes.len() - 5..]).await;
    let reply = in_flight.reply().await;
    assert_eq!(reply.body, payloads(&[PLAIN]));
    assert!(in_flight.is_closed().await);
    assert_eq!(stopping.await.expect("no panic"), 0);
}

#[tokio::test]
async fn stop_does_not_wait_forever() {
    let mut config = config();
    config.timeouts.drain = Duration::from_millis(200);
    let server = TestServer::try_start(config, rules(sample_profile())).await;
    let server = server.expect("listens");
    let mut stuck = server.connect().await;
    stuck.send(b"POST /decode HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let started = std::time::Instant::now();
    assert_eq!(server.running.stop().await, 1);
    assert!(started.elapsed() < Duration::from_secs(3));
    assert!(stuck.is_closed().await);
}

#[tokio::test]
async fn a_server_that_is_dropped_stops() {
    let server = TestServer::start(rules(sample_profile())).await;
    let address = server.address();
    drop(server);
    for _ in 0..100 {
        if TcpStream::connect(address).await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("still listens");
}

#[tokio::test]
async fn the_port_can_be_had_again_at_once() {
    let first = TestServer::start(rules(sample_profile())).await;
    let config = ServerConfig {
        port: first.running.port(),
        ..config()
    };
    let mut open = first.connect().await;
    open.send(&Ask::post("/decode", "{}").bytes()).await;
    assert_eq!(open.reply().await.status, 200);
    first.running.stop().await;
    let second = TestServer::try_start(config, rules(sample_profile())).await;
    assert_eq!(
        second.expect("listens").post("/decode", "{}").await.status,
        200
    );
}

/// The error of a start on `port`, and a start on the port that it offers instead.
async fn check_in_use(taken: u16) {
    let on = |port| ServerConfig { port, ..config() };
    let error = TestServer::try_start(on(taken), rules(sample_profile()))
        .await
        .err();
    let Some(BindError::PortInUse { port, free }) = error else {
        panic!("expected PortInUse, got {error:?}");
    };
    assert_eq!(port, taken);
    let free = free.expect("some port is free");
    assert_ne!(free, taken);
    let next = TestServer::try_start(on(free), rules(sample_profile())).await;
    assert_eq!(next.expect("listens").running.port(), free);
}

#[tokio::test]
async fn a_port_in_use_is_said_with_one_to_go_on_with() {
    let other = TestServer::start(rules(sample_profile())).await;
    check_in_use(other.running.port()).await;
}

#[tokio::test]
async fn a_port_in_use_on_one_family_alone_is_in_use() {
    let v4 = TcpListener::bind("127.0.0.1:0").await.expect("listens");
    check_in_use(v4.local_addr().expect("bound").port()).await;
    let v6 = TcpListener::bind((Ipv6Addr::LOCALHOST, 0))
        .await
        .expect("listens");
    check_in_use(v6.local_addr().expect("bound").port()).await;
}

#[tokio::test]
async fn without_ipv6_it_serves_on_ipv4_alone() {
    let config = ServerConfig {
        ipv6: false,
        ..config()
    };
    let server = TestServer::try_start(config, rules(sample_profile())).await;
    let server = server.expect("listens");
    assert_eq!(server.running.addresses().len(), 1);
    assert!(server.address().is_ipv4());
    assert_eq!(server.post("/decode", "{}").await.status, 200);
    let v6 = TcpStream::connect((Ipv6Addr::LOCALHOST, server.running.port())).await;
    assert!(v6.is_err());
}

#[tokio::test]
async fn no_other_address_answers() {
    let server = TestServer::start(rules(sample_profile())).await;
    for other in ["127.0.0.2", "127.1.1.1"] {
        let reached = TcpStream::connect((other, server.running.port())).await;
        assert!(reached.is_err(), "{other} answers");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_connections_at_once_each_get_their_own_answer() {
    let server = TestServer::start(rules(sample_profile())).await;
    let address = server.address();
    let asks: Vec<_> = (0..64)
        .map(|n| {
            tokio::spawn(async move {
                let mut wire = Wire::connect(address).await;
                let own = format!(r#"{{"metadata":{{"n":"{n:04}"}}}}"#);
                let sent = payloads(&[SEALED, &own, UNKNOWN_KEY]);
                for _ in 0..20 {
                    wire.send(&Ask::post("/decode", &sent).bytes()).await;
                    assert_eq!(
                        wire.reply().await.body,
                        payloads(&[PLAIN, &own, UNKNOWN_KEY])
                    );
                }
            })
        })
        .collect();
    for ask in asks {
        ask.await.expect("its own answer");
    }
    assert_eq!(server.records().len(), 64 * 20);
    assert_eq!(server.running.stop().await, 0);
}

#[tokio::test]
async fn garbage_costs_its_own_connection_alone() {
    let server = TestServer::start(rules(sample_profile())).await;
    for garbage in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"GET\r\n\r\n",
        b"POST /decode HTTP/9.9\r\n\r\n",
        b"POST /decode HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        b"POST /decode HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\0\0\0\0",
    ] {
        let mut wire = server.connect().await;
        // It may be closed while we are still writing.
        let _ = wire.try_send(garbage).await;
        drop(wire);
    }
    let reply = server.post("/decode", &payloads(&[SEALED])).await;
    assert_eq!(reply.body, payloads(&[PLAIN]));
}

/// A client that is refused before its body is read is told that the connection ends, or it would lose its next request.
#[tokio::test]
async fn a_connection_that_ends_after_an_answer_is_one_that_says_so() {
    let server = TestServer::start(rules(sample_profile())).await;
    let refused = [("Origin", EVIL), ("Content-Encoding", "gzip")];
    for (name, value) in refused {
        let bytes = Ask::post("/decode", &payloads(&[SEALED]))
            .header(name, value)
            .bytes();
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        // All at once, the head alone, and a part of the body.
        for n_sent in [bytes.len(), end.expect("a head") + 4, bytes.len() - 5] {
            let mut wire = server.connect().await;
            wire.send(&bytes[..n_sent]).await;
            let reply = wire.reply().await;
            assert!(reply.status >= 400, "{name}");
            if n_sent < bytes.len() {
                assert_eq!(reply.header("connection"), Some("close"), "{name} {n_sent}");
            }
            match reply.header("connection") {
                Some(ends) => assert_eq!(ends, "close"),
                None => {
                    wire.send(&Ask::post("/decode", &payloads(&[SEALED])).bytes())
                        .await;
                    assert_eq!(wire.reply().await.body, payloads(&[PLAIN]));
                }
            }
        }
    }
    // Who is served, or refused without a body, stays.
    let mut wire = server.connect().await;
    for (ask, status) in [
        (Ask::preflight("/decode", EVIL), 403),
        (Ask::post("/decode", "no JSON"), 400),
        (Ask::post("/decode", &payloads(&[SEALED])), 200),
    ] {
        wire.send(&ask.bytes()).await;
        let reply = wire.reply().await;
        assert_eq!((reply.status, reply.header("connection")), (status, None));
    }
}
