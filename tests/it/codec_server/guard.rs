//! Pages that talk to a name of their own (DNS rebinding), requests that browsers send without asking, and tokens.

use std::sync::Arc;

use codec_server::{ProgramHosts, Rules};
use support::server::{TestServer, config, for_program, rules, sample_profile};
use support::wire::{Ask, EVIL, ORIGIN, PLAIN, SEALED, payloads};

use crate::https::Secure;

#[tokio::test]
async fn only_names_that_nobody_else_can_own_are_served() {
    let server = TestServer::start(rules(sample_profile())).await;
    let port = server.running.port();
    for host in [
        "localhost".to_owned(),
        format!("localhost:{port}"),
        format!("LOCALHOST:{port}"),
        "127.0.0.1".to_owned(),
        format!("127.0.0.1:{port}"),
        "[::1]".to_owned(),
        format!("[::1]:{port}"),
        // A forwarded port keeps the port of the other end.
        "localhost:1".to_owned(),
    ] {
        let ask = Ask::post("/decode", &payloads(&[SEALED])).without("Host");
        let reply = server.send(&ask.header("Host", &host)).await;
        assert_eq!(reply.body, payloads(&[PLAIN]), "{host}");
    }
}

#[tokio::test]
async fn rebound_names_get_nothing_whatever_their_origin_says() {
    let server = TestServer::start(rules(sample_profile())).await;
    let port = server.running.port();
    for host in [
        format!("evil.test:{port}"),
        format!("localhost.evil.test:{port}"),
        format!("127.0.0.1.evil.test:{port}"),
        format!("0.0.0.0:{port}"),
        format!("2130706433:{port}"),
        format!("localhost:{port}:{port}"),
        "evil@localhost".to_owned(),
        String::new(),
    ] {
        for origin in [None, Some(ORIGIN), Some("null")] {
            for method in ["POST", "OPTIONS", "GET"] {
                let mut ask = Ask::new(method, "/decode")
                    .without("Host")
                    .header("Host", &host)
                    .header("Content-Type", "application/json")
                    .header("Access-Control-Request-Method", "POST")
                    .body(&payloads(&[SEALED]));
                if let Some(origin) = origin {
                    ask = ask.header("Origin", origin);
                }
                let reply = server.send(&ask).await;
                assert_eq!(
                    reply.status_line(),
                    "403 Host not allowed",
                    "{method} {host}"
                );
                assert_eq!(server.last_record().bytes_in, 0);
            }
        }
    }
}

/// Rules that allow programs one more host.
fn with_program_host(host: &str) -> Rules {
    Rules {
        program_hosts: ProgramHosts::parse([host]).expect("a host"),
        ..rules(sample_profile())
    }
}

const CONTAINER: &str = "host.docker.internal";

fn for_host(host: &str) -> Ask<'static> {
    let ask = Ask::post("/decode", &payloads(&[SEALED])).without("Host");
    ask.header("Host", host)
}

#[tokio::test]
async fn a_host_that_is_allowed_to_programs_serves_no_page() {
    let secure = Secure::start_with(config(), with_program_host(CONTAINER)).await;
    let plain = &secure.server;
    let port = plain.running.port();
    for host in [
        CONTAINER.to_owned(),
        format!("{CONTAINER}:{port}"),
        format!("Host.Docker.INTERNAL:{port}"),
        "localhost".to_owned(),
    ] {
        let ask = for_host(&host);
        for reply in [plain.send(&ask).await, secure.send(&ask).await] {
            assert_eq!(reply.body, payloads(&[PLAIN]), "{host}");
        }
    }
    // A listed page, any other, and one of the name itself, which its browser may send without an origin.
    let of_pages = [
        ("Origin", ORIGIN),
        ("Origin", EVIL),
        ("Origin", "http://host.docker.internal:8081"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "same-origin"),
        ("Sec-Fetch-Site", "none"),
        ("Sec-Fetch-Site", "cross-site"),
    ];
    let absolute = "http://host.docker.internal/decode";
    let absolute = Ask::post(absolute, &payloads(&[SEALED]));
    for (name, value) in of_pages {
        let ask = for_host(CONTAINER).header(name, value);
        let in_line = absolute.clone().header(name, value);
        for reply in [
            plain.send(&ask).await,
            secure.send(&ask).await,
            plain.send(&in_line).await,
        ] {
            assert_eq!(
                reply.status_line(),
                "403 Host not allowed",
                "{name}: {value}"
            );
            assert_eq!(plain.last_record().bytes_in, 0);
        }
    }
    let preflight = Ask::new("OPTIONS", "/decode")
        .without("Host")
        .header("Host", CONTAINER)
        .header("Origin", ORIGIN)
        .header("Access-Control-Request-Method", "POST");
    assert_eq!(
        plain.send(&preflight).await.status_line(),
        "403 Host not allowed"
    );
}

#[tokio::test]
async fn a_host_that_is_allowed_to_programs_is_that_one_alone_and_only_while_it_is() {
    let server = TestServer::start(with_program_host(CONTAINER)).await;
    for host in [
        "evil.test",
        "docker.internal",
        "x.host.docker.internal",
        "host.docker.internal.evil.test",
        "host.docker.internal.",
        "host.docker.internal:x",
        "host.docker.internal@evil.test",
        "evil.test@host.docker.internal",
    ] {
        let reply = server.send(&for_host(host)).await;
        assert_eq!(reply.status_line(), "403 Host not allowed", "{host}");
    }
    // Each of the two names in a request has to be allowed.
    let absolute = Ask::post("http://evil.test/decode", &payloads(&[SEALED]));
    let absolute = absolute.without("Host").header("Host", CONTAINER);
    assert_eq!(server.send(&absolute).await.status, 403);
    let twice = for_host(CONTAINER).header("Host", CONTAINER);
    assert_eq!(server.send(&twice).await.status, 403);

    assert_eq!(server.send(&for_host(CONTAINER)).await.status, 200);
    server.rules.send_replace(Arc::new(rules(sample_profile())));
    let reply = server.send(&for_host(CONTAINER)).await;
    assert_eq!(reply.status_line(), "403 Host not allowed");
}

#[tokio::test]
async fn requests_without_one_host_are_refused() {
    let server = TestServer::start(rules(sample_profile())).await;
    let post = Ask::post("/decode", &payloads(&[SEALED]));

    let none = server.send(&post.clone().without("Host")).await;
    assert_eq!(none.status_line(), "403 Host not allowed");

    let two = server.send(&post.clone().header("Host", "evil.test")).await;
    assert_eq!(two.status, 403);

    let mut wire = server.connect().await;
    let old =
        "POST /decode HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    wire.send(old.as_bytes()).await;
    assert_eq!(wire.reply().await.status, 403);
}

#[tokio::test]
async fn a_request_line_in_absolute_form_is_judged_too() {
    let server = TestServer::start(rules(sample_profile())).await;
    let body = payloads(&[SEALED]);
    let evil = server.post("http://evil.test/decode", &body).await;
    assert_eq!(evil.status_line(), "403 Host not allowed");
    let local = server.post("http://localhost:1/decode", &body).await;
    assert_eq!(local.body, payloads(&[PLAIN]));
}

#[tokio::test]
async fn what_any_page_may_send_without_asking_is_not_decoded() {
    let server = TestServer::start(rules(sample_profile())).await;
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ] {
        // Even from a listed page: the rule is about the request, not about who is asking.
        for origin in [None, Some(ORIGIN)] {
            let mut ask = Ask::post("/decode", &payloads(&[SEALED]))
                .without("Content-Type")
                .header("Content-Type", content_type);
            if let Some(origin) = origin {
                ask = ask.header("Origin", origin);
            }
            let reply = server.send(&ask).await;
            assert_eq!(reply.status, 415, "{content_type}");
            assert_eq!(server.last_record().payloads.total, 0);
        }
    }
}

#[tokio::test]
async fn where_a_token_is_asked_nothing_else_opens() {
    let token = "tcodec_canary-token";
    let server = TestServer::start(for_program(rules(sample_profile()), token)).await;
    let post = Ask::post("/decode", &payloads(&[SEALED]));
    for given in [
        "Bearer tcodec_canary-token",
        "bearer tcodec_canary-token",
        "BEARER  tcodec_canary-token ",
    ] {
        let reply = server
            .send(&post.clone().header("Authorization", given))
            .await;
        assert_eq!(reply.body, payloads(&[PLAIN]), "{given}");
    }
    for given in [
        "",
        "Bearer",
        "Bearer ",
        "tcodec_canary-token",
        "Basic tcodec_canary-token",
        "Bearer tcodec_canary-toke",
        "Bearer tcodec_canary-token2",
        "Bearer TCODEC_CANARY-TOKEN",
    ] {
        let reply = server
            .send(&post.clone().header("Authorization", given))
            .await;
        assert_eq!(reply.status, 401, "{given}");
        assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
        assert!(!reply.body.contains("canary"));
    }
    assert_eq!(server.send(&post).await.status, 401);
    let twice = post
        .header("Authorization", "Bearer tcodec_canary-token")
        .header("Authorization", "Bearer tcodec_canary-token");
    assert_eq!(server.send(&twice).await.status, 401);
}

/// A body that is compressed for the way is refused before it is read, and the answer says what is taken (RFC 9110 15.5.16).
#[tokio::test]
async fn a_body_has_no_content_encoding() {
    let server = TestServer::start(rules(sample_profile())).await;
    let ask = |values: &[&str]| {
        let ask = Ask::post("/decode", &payloads(&[SEALED]));
        let add = |ask: Ask<'static>, value: &&str| ask.header("Content-Encoding", value);
        values.iter().fold(ask, add)
    };
    for values in [
        &["gzip"][..],
        &["x-gzip"],
        &["GZIP"],
        &["deflate"],
        &["br"],
        &["zstd"],
        &["made-up"],
        &["identity, gzip"],
        &["identity", "gzip"],
        &["gzip", "identity"],
        &["\u{e4}"],
    ] {
        let reply = server.send(&ask(values)).await;
        assert_eq!(
            reply.status_line(),
            "415 Content-Encoding is not supported",
            "{values:?}"
        );
        assert_eq!(reply.header("accept-encoding"), Some("identity"));
        assert_eq!(server.last_record().payloads.total, 0);
    }
    for values in [
        &["identity"][..],
        &["Identity"],
        &[""],
        &["identity", "identity"],
    ] {
        let reply = server.send(&ask(values)).await;
        assert_eq!(reply.status, 200, "{values:?}");
        assert_eq!(reply.body, payloads(&[PLAIN]));
    }
}
