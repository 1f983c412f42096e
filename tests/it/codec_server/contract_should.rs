//! What clients gain from beyond the numbered promises: each is one test whose name says it.

use std::time::Duration;

use support::server::{TestServer, chain, config, rules, sample_keys, sample_profile, stored_zlib};
use support::wire::{Ask, ORIGIN, PLAIN, SEALED, Wire, ZLIB, payloads};
use temporal_payload::Payloads;

async fn server() -> TestServer {
    TestServer::start(rules(sample_profile())).await
}

#[tokio::test]
async fn contract_should_decode_layer_by_layer_and_not_encode_twice() {
    let server = server().await;
    let once = server.post("/encode", &payloads(&[PLAIN])).await.body;
    assert_eq!(server.post("/encode", &once).await.body, once);

    // A second layer, as a client writes it that encodes on its own what it got encoded.
    let sealed = Payloads::from_json(once.as_bytes())
        .expect("Payloads")
        .payloads
        .remove(0);
    let aes = chain(sample_keys(&["test-key-id"]), Some("test-key-id"));
    let hidden = temporal_payload::Payload {
        metadata: [("encoding".to_owned(), b"binary/zlib".to_vec())].into(),
        data: stored_zlib(&sealed.to_proto()).into(),
        external_payloads: Vec::new(),
    };
    let twice = aes.encode(hidden).expect("sealed").to_json();
    let reply = server.post("/decode", &payloads(&[&twice])).await;
    assert_eq!(reply.body, payloads(&[PLAIN]));
}

#[tokio::test]
async fn contract_should_let_browsers_remember_preflights() {
    let server = server().await;
    for path in ["/encode", "/decode", "/download"] {
        let reply = server.send(&Ask::preflight(path, ORIGIN)).await;
        assert_eq!(reply.header("access-control-max-age"), Some("600"));
    }
}

#[tokio::test]
async fn contract_should_listen_on_both_loopback_families() {
    let server = server().await;
    let [v4, v6] = server.running.addresses() else {
        panic!("this machine has both: {:?}", server.running.addresses());
    };
    assert_eq!(
        v4.to_string(),
        format!("127.0.0.1:{}", server.running.port())
    );
    assert_eq!(v6.to_string(), format!("[::1]:{}", server.running.port()));
    for address in [*v4, *v6] {
        let mut wire = Wire::connect(address).await;
        let ask = Ask::post("/decode", &payloads(&[SEALED])).without("Host");
        wire.send(&ask.header("Host", &address.to_string()).bytes())
            .await;
        assert_eq!(wire.reply().await.body, payloads(&[PLAIN]));
    }
}

#[tokio::test]
async fn contract_should_take_json_with_parameters_and_nothing_else() {
    let server = server().await;
    for content_type in [
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON;charset=UTF-8",
    ] {
        let ask = Ask::post("/decode", "{}").without("Content-Type");
        let reply = server.send(&ask.header("Content-Type", content_type)).await;
        assert_eq!(reply.status, 200, "{content_type}");
    }
    for content_type in [
        "text/plain",
        "text/plain;application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "application/json, text/plain",
        "",
    ] {
        let ask = Ask::post("/decode", &payloads(&[SEALED])).without("Content-Type");
        let reply = server.send(&ask.header("Content-Type", content_type)).await;
        assert_eq!(
            reply.status_line(),
            "415 Expected application/json",
            "{content_type}"
        );
        assert_eq!(
            server.last_record().bytes_in,
            0,
            "read before it was refused"
        );
    }
}

#[tokio::test]
async fn contract_should_forbid_storing_and_sniffing() {
    let server = server().await;
    for path in ["/decode", "/nothing"] {
        let reply = server.post(path, "{}").await;
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    }
}

#[tokio::test]
async fn contract_should_speak_http_1_with_keep_alive_and_pipelining() {
    let server = server().await;
    let mut wire = server.connect().await;
    for _ in 0..3 {
        wire.send(&Ask::post("/decode", &payloads(&[SEALED])).bytes())
            .await;
        assert_eq!(wire.reply().await.body, payloads(&[PLAIN]));
    }
    // An error that was answered without its body having been needed leaves the connection in step.
    let mut two = Ask::post("/nothing", &payloads(&[PLAIN])).bytes();
    two.extend(Ask::post("/decode", &payloads(&[ZLIB])).bytes());
    wire.send(&two).await;
    assert_eq!(wire.reply().await.status, 404);
    assert_eq!(wire.reply().await.body, payloads(&[PLAIN]));

    let mut wire = server.connect().await;
    let body = payloads(&[SEALED]);
    let old = format!(
        "POST /decode HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    wire.send(old.as_bytes()).await;
    assert_eq!(wire.reply().await.body, payloads(&[PLAIN]));
    assert!(wire.is_closed().await);
}

#[tokio::test]
async fn contract_should_answer_expect_100_continue() {
    let server = server().await;
    let body = payloads(&[SEALED]);
    let ask = Ask::post("/decode", &body).header("Expect", "100-continue");
    let bytes = ask.bytes();
    let (head, body) = bytes.split_at(bytes.len() - body.len());
    let mut wire = server.connect().await;
    wire.send(head).await;
    assert_eq!(wire.reply().await.status, 100);
    wire.send(body).await;
    assert_eq!(wire.reply().await.body, payloads(&[PLAIN]));
}

#[tokio::test]
async fn contract_should_not_wait_forever_for_slow_clients() {
    let mut config = config();
    config.timeouts.head = Duration::from_millis(300);
    config.timeouts.body.within = Duration::from_millis(300);
    let server = TestServer::try_start(config, rules(sample_profile())).await;
    let server = server.expect("listens");

    let mut no_head = server.connect().await;
    no_head.send(b"POST /decode HTTP/1.1\r\nHost: local").await;
    assert!(no_head.is_closed().await);

    let mut no_body = server.connect().await;
    let head = "POST /decode HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"payl";
    no_body.send(head.as_bytes()).await;
    assert_eq!(
        no_body.reply().await.status_line(),
        "408 Body took too long"
    );
    assert!(no_body.is_closed().await);
}
