//! What is remembered of a request: enough to help, and nothing of its content.

use codec_server::{Client, Code, MAX_FAILURES, Operation, RequestKind};
use payload_codec::KeyId;
use support::server::{TestServer, rules, sample_profile};
use support::wire::{Ask, EVIL, NULL, ORIGIN, PLAIN, SEALED, UNKNOWN_KEY, ZLIB, payloads};

async fn server() -> TestServer {
    TestServer::start(rules(sample_profile())).await
}

#[tokio::test]
async fn counts_names_and_sizes_of_a_request() {
    let server = server().await;
    let sent = payloads(&[SEALED, ZLIB, PLAIN, NULL, UNKNOWN_KEY]);
    let ask = Ask::post("/decode", &sent)
        .header("Origin", ORIGIN)
        .header("X-Namespace", "orders")
        .header("User-Agent", "Mozilla/5.0");
    let reply = server.send(&ask).await;
    let record = server.last_record();
    assert_eq!(record.id, 1);
    assert_eq!(record.kind, RequestKind::Operation(Operation::Decode));
    assert_eq!(
        record.namespace.as_ref().map(|name| name.as_str()),
        Some("orders")
    );
    assert_eq!(record.origin.as_deref(), Some(ORIGIN));
    assert_eq!(record.client, Client::Browser);
    assert_eq!(record.bytes_in, sent.len() as u64);
    assert_eq!(record.bytes_out, reply.body.len() as u64);
    assert_eq!((record.status, record.code), (200, None));
    let counts = record.payloads;
    assert_eq!(
        (
            counts.total,
            counts.decoded,
            counts.encoded,
            counts.passed_through,
            counts.failed
        ),
        (5, 2, 0, 2, 1)
    );
    let encodings: Vec<_> = record.encodings.iter().map(String::as_str).collect();
    assert_eq!(
        encodings,
        [
            "binary/encrypted",
            "binary/null",
            "binary/zlib",
            "json/plain"
        ]
    );
    assert_eq!(record.keys, [KeyId::new("test-key-id")].into());
    assert!(record.duration.as_nanos() > 0);
    assert!(record.started.elapsed().expect("in the past").as_secs() < 60);
}

#[tokio::test]
async fn counts_what_was_encoded() {
    let server = server().await;
    server
        .post("/encode", &payloads(&[PLAIN, SEALED, NULL]))
        .await;
    let counts = server.last_record().payloads;
    assert_eq!(
        (counts.total, counts.encoded, counts.passed_through),
        (3, 2, 1)
    );
}

#[tokio::test]
async fn refused_requests_are_recorded_too() {
    let server = server().await;
    for (ask, kind, status, code) in [
        (Ask::post("/x", "{}"), "unknown", 404, Some(Code::NotFound)),
        (
            Ask::post("/download", "{}"),
            "download",
            404,
            Some(Code::DownloadUnsupported),
        ),
        (
            Ask::new("GET", "/encode"),
            "encode",
            405,
            Some(Code::MethodNotAllowed),
        ),
        (
            Ask::post("/decode", "{}").header("Origin", EVIL),
            "decode",
            403,
            Some(Code::OriginNotAllowed),
        ),
        (
            Ask::preflight("/decode", EVIL),
            "preflight",
            403,
            Some(Code::OriginNotAllowed),
        ),
        (Ask::preflight("/decode", ORIGIN), "preflight", 204, None),
        (
            Ask::post("/decode", "{}").without("Content-Type"),
            "decode",
            415,
            Some(Code::UnsupportedContentType),
        ),
        (
            Ask::post("/decode", "["),
            "decode",
            400,
            Some(Code::MalformedPayloads),
        ),
    ] {
        server.send(&ask).await;
        let record = server.last_record();
        assert_eq!(
            (record.kind.as_str(), record.status, record.code),
            (kind, status, code)
        );
        assert_eq!(record.message.is_some(), code.is_some());
    }
    let ids: Vec<_> = server.records().iter().map(|record| record.id).collect();
    assert_eq!(ids, [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(server.records()[3].origin.as_deref(), Some(EVIL));
}

#[tokio::test]
async fn failures_are_listed_up_to_a_bound_and_counted_beyond() {
    let server = server().await;
    let many = vec![UNKNOWN_KEY; MAX_FAILURES + 10];
    server.post("/decode", &payloads(&many)).await;
    let record = server.last_record();
    assert_eq!(record.failures.len(), MAX_FAILURES);
    assert_eq!(record.payloads.failed, MAX_FAILURES + 10);
}

#[tokio::test]
async fn texts_from_outside_are_bounded_and_clean() {
    let server = server().await;
    let long = "x".repeat(5000);
    let ask = Ask::post("/decode", "{}").header("Origin", &format!("http://{long}"));
    server.send(&ask).await;
    let origin = server.last_record().origin.expect("was sent");
    assert!(origin.len() <= 200, "{} bytes", origin.len());

    // Encodings of any length, with line ends, more than anyone uses.
    let encodings = ["YQpi", "Y2FuYXJ5", "eHh4"]
        .iter()
        .cycle()
        .enumerate()
        .take(200)
        .map(|(n, text)| format!(r#"{{"metadata":{{"encoding":"{text}{n:04}"}}}}"#))
        .collect::<Vec<_>>();
    let encodings: Vec<_> = encodings.iter().map(String::as_str).collect();
    server.post("/decode", &payloads(&encodings)).await;
    let record = server.last_record();
    assert_eq!(record.payloads.total, 200);
    assert!(record.encodings.len() <= 16, "{}", record.encodings.len());
    assert!(record.encodings.iter().all(|text| !text.contains('\n')));
}

#[tokio::test]
async fn nothing_of_the_content_is_in_a_record() {
    let server = server().await;
    let secret =
        r#"{"metadata":{"encoding":"anNvbi9wbGFpbg==","own":"Y2FuYXJ5"},"data":"ImNhbmFyeSI="}"#;
    let encoded = server.post("/encode", &payloads(&[secret])).await.body;
    server.post("/decode", &encoded).await;
    server.post("/decode", &payloads(&[secret])).await;
    server.post("/decode", "{\"payloads\":\"canary\"}").await;
    server.post("/canary?canary=canary#canary", "canary").await;
    let ask = Ask::post("/decode", "{}")
        .header("Authorization", "Bearer canary")
        .header("Authorization-Extras", "canary")
        .header("Cookie", "canary")
        .header("Referer", "http://localhost:8233/?canary=canary#canary");
    server.send(&ask).await;
    let shown = format!("{:?}", server.records());
    for canary in ["canary", "ImNhbmFyeSI", "Y2FuYXJ5", "[34, 99, 97"] {
        assert!(!shown.contains(canary), "{canary} in {shown}");
    }
}

#[tokio::test]
async fn tells_kinds_of_clients_apart() {
    let server = server().await;
    for (agent, client) in [
        ("Go-http-client/1.1", Client::Go),
        ("curl/8.5.0", Client::Curl),
        ("Mozilla/5.0 (X11; Linux x86_64)", Client::Browser),
        (codec_server::own_agent(), Client::This),
        // Whoever calls himself so is another program, of which the process is told.
        ("temporal-codec-desktop", Client::Other),
        (
            "temporal-codec-desktop/00000000000000000000000000000000",
            Client::Other,
        ),
        ("okhttp/4.12", Client::Other),
        ("", Client::Other),
    ] {
        let ask = Ask::post("/decode", "{}").header("User-Agent", agent);
        server.send(&ask).await;
        assert_eq!(server.last_record().client, client, "{agent}");
    }
}

#[tokio::test]
async fn headers_are_recorded_without_their_secrets() {
    let server = server().await;
    let ask = Ask::post("/decode", "{\"payloads\":[]}")
        .header("Authorization", "Bearer canary-canary")
        .header("X-Api-Key", "canary-canary")
        .header("User-Agent", "curl/8.5.0");
    server.send(&ask).await;
    let record = server.last_record();
    let shown: Vec<_> = record
        .headers
        .iter()
        .map(|header| (header.name, header.value, header.masked))
        .collect();
    assert!(shown.contains(&("authorization", "Bearer ••••", true)));
    assert!(shown.contains(&("x-api-key", "••••", true)));
    assert!(shown.contains(&("user-agent", "curl/8.5.0", false)));
    assert_eq!(record.method, "POST");
    let (body, work) = (record.timing.body, record.timing.work);
    let (body, work) = (body.expect("read"), work.expect("done"));
    assert!(body <= work && work <= record.duration);
    // Who is refused before is recorded with as much, and came no further.
    server.send(&ask.clone().header("Origin", EVIL)).await;
    let refused = server.last_record();
    assert_eq!(
        refused.headers.iter().count(),
        record.headers.iter().count() + 1
    );
    assert_eq!(refused.timing, codec_server::Timing::default());
}

#[tokio::test]
async fn layers_are_counted_by_shape() {
    let server = server().await;
    server
        .post("/decode", &payloads(&[SEALED, SEALED, PLAIN, UNKNOWN_KEY]))
        .await;
    let layers = server.last_record().layers;
    assert_eq!(layers.len(), 2, "{layers:?}");
    assert_eq!(
        (layers[0].count, layers[0].left.as_str()),
        (2, "json/plain")
    );
    assert_eq!(layers[0].steps[0].1, Some(KeyId::new("test-key-id")));
    assert_eq!(layers[1].stopped_at, Some(KeyId::new("prod-2024")));
    // Shapes of anybody's making are bounded.
    let many: Vec<String> = (0..100)
        .map(|n| UNKNOWN_KEY.replace("cHJvZC0yMDI0", &format!("eHh4{n:04}")))
        .collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    server.post("/decode", &payloads(&many)).await;
    assert!(server.last_record().layers.len() <= 12);
}
