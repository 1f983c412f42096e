//! What Web UIs, the CLI and SDKs rely on: each promise has a number, and is one test with that number in its name.

use codec_server::{EncodeRule, Rules, Undecodable};
use support::server::{TestServer, chain, profile, rules, sample_keys, sample_profile};
use support::wire::{
    Ask, EVIL, NULL, ORIGIN, PLAIN, REFERENCE, SEALED, SEALED_ZLIB, UNKNOWN_KEY, ZLIB, payloads,
};
use temporal_payload::Payloads;

async fn server() -> TestServer {
    TestServer::start(rules(sample_profile())).await
}

#[tokio::test]
async fn contract_01_last_path_segment_at_any_depth_and_any_query() {
    let server = server().await;
    for path in [
        "/decode",
        "//decode",
        "///x//decode",
        "/x/y/decode",
        "/default/decode",
        "/decode?preserveStorageRefs=true",
        "//decode?preserveStorageRefs=TRUE&unknown=/encode",
        "/%7Bnamespace%7D/decode",
        "/encode/decode",
    ] {
        let reply = server.post(path, &payloads(&[SEALED])).await;
        assert_eq!(
            (reply.status, reply.body),
            (200, payloads(&[PLAIN])),
            "{path}"
        );
    }
    let reply = server.post("/a/b/encode", &payloads(&[PLAIN])).await;
    assert_eq!(reply.status, 200);
    for path in [
        "/",
        "/xdecode",
        "/decode/",
        "/decode/x",
        "/DECODE",
        "/?/decode",
    ] {
        assert_eq!(server.post(path, "{}").await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn contract_02_post_only_and_preflights_on_all_three_routes() {
    let server = server().await;
    for path in ["/encode", "/decode", "/download", "/x/decode"] {
        let reply = server.send(&Ask::preflight(path, ORIGIN)).await;
        assert_eq!(reply.status, 204, "{path}");
        let reply = server.send(&Ask::new("OPTIONS", path)).await;
        assert_eq!(reply.status, 204, "{path}");
        assert_eq!(reply.header("allow"), Some("POST, OPTIONS"));
        for method in ["GET", "PUT", "DELETE", "PATCH", "TRACE", "BREW"] {
            let reply = server.send(&Ask::new(method, path)).await;
            assert_eq!(reply.status_line(), "405 Method Not Allowed", "{method}");
            assert_eq!(reply.header("allow"), Some("POST, OPTIONS"));
        }
    }
}

#[tokio::test]
async fn contract_03_every_spelling_of_payloads_json() {
    let server = server().await;
    for (body, expect) in [
        ("{}", "[]"),
        (r#"{"payloads":null}"#, "[]"),
        (r#"{"payloads":[{}]}"#, "[{}]"),
        (
            r#"{"payloads":[{"metadata":null,"data":null}],"unknown":[1]}"#,
            "[{}]",
        ),
        (
            r#"{"payloads":[{"data":"-_-_","external_payloads":[{"size_bytes":12}]}]}"#,
            r#"[{"data":"+/+/","externalPayloads":[{"sizeBytes":"12"}]}]"#,
        ),
        (
            r#"{"payloads":[{"data":"YQ","externalPayloads":[{"sizeBytes":"9007199254740993"}]}]}"#,
            r#"[{"data":"YQ==","externalPayloads":[{"sizeBytes":"9007199254740993"}]}]"#,
        ),
    ] {
        let reply = server.post("/decode", body).await;
        assert_eq!(reply.body, format!("{{\"payloads\":{expect}}}"), "{body}");
    }
}

#[tokio::test]
async fn contract_04_as_many_in_the_same_order_with_200_and_the_payloads_key() {
    let server = server().await;
    let reply = server
        .post(
            "/decode",
            &payloads(&[SEALED, PLAIN, NULL, REFERENCE, SEALED_ZLIB, ZLIB]),
        )
        .await;
    assert_eq!(reply.status_line(), "200 OK");
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(
        reply.body,
        payloads(&[PLAIN, PLAIN, NULL, REFERENCE, PLAIN, PLAIN])
    );
    for path in ["/decode", "/encode"] {
        let reply = server.post(path, r#"{"payloads":[]}"#).await;
        assert_eq!(
            (reply.status, reply.body.as_str()),
            (200, r#"{"payloads":[]}"#)
        );
    }
}

#[tokio::test]
async fn contract_05_what_is_not_ours_passes_through_unchanged() {
    let server = server().await;
    let search_attribute =
        r#"{"metadata":{"encoding":"anNvbi9wbGFpbg==","type":"S2V5d29yZA=="},"data":"InRlc3Qi"}"#;
    let nexus = r#"{"metadata":{"encoding":"YmluYXJ5L3Byb3RvYnVm","messageType":"eA==","own-key":"/w=="},"data":"CAE="}"#;
    let other = r#"{"metadata":{"encoding":"dGVzdC9vdGhlcg=="},"data":"AAEC","externalPayloads":[{"sizeBytes":"1"},{}]}"#;
    let proxy = r#"{"metadata":{"encoding":"YmluYXJ5L2VuY3J5cHRlZA==","encryption-dek":"AAEC","encryption-key-id":"a21z"},"data":"AAEC"}"#;
    let sent = payloads(&[search_attribute, nexus, NULL, REFERENCE, other, proxy, "{}"]);
    assert_eq!(server.post("/decode", &sent).await.body, sent);
}

#[tokio::test]
async fn contract_06_external_payloads_survive_in_camel_case() {
    let server = server().await;
    let snake = REFERENCE
        .replace("externalPayloads", "external_payloads")
        .replace(r#""sizeBytes":"402653""#, r#""size_bytes":402653"#);
    assert_ne!(snake, REFERENCE);
    for sent in [REFERENCE, &snake] {
        let reply = server
            .post_from_page("/decode?preserveStorageRefs=true", &payloads(&[sent]))
            .await;
        assert_eq!(reply.body, payloads(&[REFERENCE]));
    }
}

#[tokio::test]
async fn contract_07_cors_headers_on_every_answer() {
    let server = TestServer::start(Rules {
        max_body_bytes: 1000,
        ..rules(sample_profile())
    })
    .await;
    for (status, ask) in [
        (200, Ask::post("/decode", "{}")),
        (400, Ask::post("/decode", "[]")),
        (
            403,
            Ask::post("/decode", "{}")
                .without("Host")
                .header("Host", EVIL),
        ),
        (404, Ask::post("/nothing", "{}")),
        (404, Ask::post("/download", "{}")),
        (405, Ask::new("GET", "/decode")),
        (413, Ask::post("/decode", &"x".repeat(1001))),
        (415, Ask::post("/decode", "{}").without("Content-Type")),
        (422, Ask::post("/decode", &payloads(&[UNKNOWN_KEY]))),
    ] {
        let reply = server.send(&ask.header("Origin", ORIGIN)).await;
        assert_eq!(reply.status, status, "{reply:?}");
        assert_eq!(
            reply.header("access-control-allow-origin"),
            Some(ORIGIN),
            "{status}"
        );
        assert_eq!(
            reply.header("access-control-allow-credentials"),
            Some("true")
        );
        assert_eq!(reply.header("vary"), Some("Origin"));
    }
}

#[tokio::test]
async fn contract_08_explicit_allow_headers_and_the_exact_origin() {
    let server = server().await;
    for origin in [ORIGIN, "https://cloud.temporal.io"] {
        let reply = server.send(&Ask::preflight("/decode", origin)).await;
        let allowed = reply.header("access-control-allow-headers");
        assert_eq!(
            allowed,
            Some("content-type, x-namespace, authorization, authorization-extras")
        );
        assert_eq!(reply.header("access-control-allow-origin"), Some(origin));
        assert_eq!(
            reply.header("access-control-allow-methods"),
            Some("POST, OPTIONS")
        );
        assert_eq!(
            reply.header("access-control-allow-credentials"),
            Some("true")
        );
        assert_eq!(reply.header("vary"), Some("Origin"));
    }
}

#[tokio::test]
async fn contract_09_download_without_storage_is_404_with_cors() {
    let server = server().await;
    let reply = server
        .post_from_page(
            "/download?preserveStorageRefs=true",
            &payloads(&[REFERENCE]),
        )
        .await;
    assert_eq!(reply.status_line(), "404 Not Found");
    assert_eq!(reply.header("access-control-allow-origin"), Some(ORIGIN));
}

#[tokio::test]
async fn contract_10_bodies_far_above_what_frameworks_allow() {
    let server = server().await;
    let data = "A".repeat(24 << 20);
    let sent = payloads(&[&format!(r#"{{"data":"{data}"}}"#), SEALED]);
    let expect = payloads(&[&format!(r#"{{"data":"{data}"}}"#), PLAIN]);
    let reply = server.post("/decode", &sent).await;
    assert_eq!(reply.status, 200);
    assert!(reply.body == expect, "24 MiB came back changed");

    // The same in chunks, with nothing known about the size beforehand.
    let mut wire = server.connect().await;
    let head = "POST /decode HTTP/1.1\r\nHost: [::1]\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    wire.send(head.as_bytes()).await;
    for chunk in sent.as_bytes().chunks(1 << 20) {
        wire.send(format!("{:x}\r\n", chunk.len()).as_bytes()).await;
        wire.send(chunk).await;
        wire.send(b"\r\n").await;
    }
    wire.send(b"0\r\n\r\n").await;
    assert!(
        wire.reply().await.body == expect,
        "24 MiB came back changed"
    );
}

#[tokio::test]
async fn contract_10_past_the_limit_is_a_413_that_can_be_read() {
    let server = TestServer::start(Rules {
        max_body_bytes: 1 << 20,
        ..rules(sample_profile())
    })
    .await;

    // Declared: refused at once, while the client is still sending far more than socket buffers hold.
    let body = "A".repeat(32 << 20);
    let reply = server.post_from_page("/decode", &body).await;
    assert_eq!(reply.status_line(), "413 Request larger than 1 MiB");
    assert_eq!(reply.header("access-control-allow-origin"), Some(ORIGIN));

    // And before any of it has arrived.
    let mut wire = server.connect().await;
    let head = "POST /decode HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1048577\r\n\r\n";
    wire.send(head.as_bytes()).await;
    assert_eq!(
        wire.reply().await.status_line(),
        "413 Request larger than 1 MiB"
    );

    // Not declared: refused when the limit is passed.
    let mut wire = server.connect().await;
    let head = "POST /decode HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    wire.send(head.as_bytes()).await;
    let chunk = format!("{:x}\r\n{}\r\n", 64 << 10, "A".repeat(64 << 10));
    for _ in 0..64 {
        wire.send(chunk.as_bytes()).await;
    }
    assert_eq!(
        wire.reply().await.status_line(),
        "413 Request larger than 1 MiB"
    );

    // At the limit exactly it is read, and then judged for what it is.
    let reply = server.post("/decode", &"A".repeat(1 << 20)).await;
    assert_eq!(reply.status, 400);
}

#[tokio::test]
async fn contract_11_a_batch_that_fails_says_why_in_phrase_and_body() {
    let mut fails = sample_profile();
    fails.undecodable = Undecodable::Fail;
    let server = TestServer::start(rules(fails)).await;
    let sent = payloads(&[SEALED, PLAIN, UNKNOWN_KEY, NULL, PLAIN]);
    let reply = server.post("/decode", &sent).await;
    assert_eq!(reply.version, "HTTP/1.1");
    assert_eq!(reply.status_line(), "422 Key not found: prod-2024");
    assert_eq!(
        reply.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    assert_eq!(
        reply.body,
        "key \"prod-2024\" was not found (payload 3 of 5)\n"
    );
}

#[tokio::test]
async fn contract_12_encode_is_all_or_nothing() {
    let server = server().await;
    let reply = server
        .post("/encode", &payloads(&[PLAIN, NULL, PLAIN]))
        .await;
    assert_eq!(reply.status, 200);
    let encoded = Payloads::from_json(reply.body.as_bytes())
        .expect("Payloads")
        .payloads;
    assert_eq!(encoded.len(), 3);
    for payload in &encoded {
        assert_eq!(payload.encoding(), Some("binary/encrypted"));
    }
    let decoded = server.post("/decode", &reply.body).await;
    assert_eq!(decoded.body, payloads(&[PLAIN, NULL, PLAIN]));

    for without_key in [
        profile(chain(sample_keys(&[]), None)),
        profile(chain(sample_keys(&[]), Some("gone"))),
    ] {
        let server = TestServer::start(rules(without_key)).await;
        for body in [payloads(&[PLAIN]), payloads(&[SEALED, PLAIN, PLAIN])] {
            let reply = server.post_from_page("/encode", &body).await;
            assert_eq!(reply.status, 422, "{reply:?}");
            assert!(
                !reply.body.contains("eyJoZWxsbyI6IndvcmxkIn0"),
                "plaintext in {reply:?}"
            );
        }
    }
}

#[tokio::test]
async fn contract_12_only_a_namespace_without_codec_hands_plaintext_back() {
    let mut no_codec = profile(chain(sample_keys(&[]), None));
    no_codec.encode = EncodeRule::NoCodec;
    let server = TestServer::start(rules(no_codec)).await;
    let reply = server.post("/encode", &payloads(&[PLAIN, NULL])).await;
    assert_eq!((reply.status, reply.body), (200, payloads(&[PLAIN, NULL])));
}
