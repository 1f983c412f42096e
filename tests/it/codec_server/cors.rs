//! CORS over every route, method, origin and error: a listed page reads everything, and no other page anything.

use support::server::{TestServer, for_program, rules, sample_profile};
use support::wire::{Ask, EVIL, ORIGIN, PLAIN, SEALED, UNKNOWN_KEY, payloads};

const PATHS: [&str; 7] = [
    "/encode",
    "/decode",
    "/download",
    "//decode",
    "/x/y/encode",
    "/nothing",
    "/",
];

#[tokio::test]
async fn a_preflight_of_a_listed_page_is_answered_the_same_everywhere() {
    let server = TestServer::start(rules(sample_profile())).await;
    for path in PATHS {
        let reply = server.send(&Ask::preflight(path, ORIGIN)).await;
        assert_eq!(reply.status, 204, "{path}");
        assert_eq!(reply.header("access-control-allow-origin"), Some(ORIGIN));
        assert_eq!(reply.body, "");
    }
}

#[tokio::test]
async fn a_preflight_of_another_page_is_refused_and_says_nothing() {
    let server = TestServer::start(rules(sample_profile())).await;
    for path in PATHS {
        for origin in [
            EVIL,
            "null",
            "http://localhost:8234",
            "https://localhost:8233",
            "http://localhost:8233.evil.test",
            "HTTP://LOCALHOST:8233",
            "http://localhost:8233/",
            "*",
            "",
        ] {
            let reply = server.send(&Ask::preflight(path, origin)).await;
            assert_eq!(
                reply.status_line(),
                "403 Origin not allowed",
                "{path} {origin}"
            );
            for name in [
                "access-control-allow-origin",
                "access-control-allow-credentials",
                "access-control-allow-headers",
                "access-control-allow-methods",
            ] {
                assert_eq!(reply.header(name), None, "{path} {origin}");
            }
            assert_eq!(reply.header("vary"), Some("Origin"));
        }
    }
}

#[tokio::test]
async fn every_route_method_and_body_by_every_kind_of_caller() {
    let server = TestServer::start(rules(sample_profile())).await;
    let bodies = [
        payloads(&[SEALED]),
        payloads(&[UNKNOWN_KEY]),
        "{}".to_owned(),
        "[".to_owned(),
    ];
    for path in PATHS {
        for method in ["POST", "GET", "PUT", "DELETE", "OPTIONS"] {
            for body in &bodies {
                let ask = Ask::new(method, path)
                    .header("Content-Type", "application/json")
                    .body(body);

                let program = server.send(&ask).await;
                assert_eq!(program.header("access-control-allow-origin"), None);
                assert_ne!(program.status, 403);

                let page = server.send(&ask.clone().header("Origin", ORIGIN)).await;
                assert_eq!(page.header("access-control-allow-origin"), Some(ORIGIN));
                assert_ne!(page.status, 403);

                for origin in [EVIL, "null"] {
                    let stranger = server.send(&ask.clone().header("Origin", origin)).await;
                    assert_eq!(stranger.status_line(), "403 Origin not allowed");
                    assert_eq!(stranger.header("access-control-allow-origin"), None);
                    assert!(!stranger.body.contains("payloads"));
                }
                let last = server.last_record();
                assert_eq!((last.payloads.total, last.bytes_in), (0, 0), "{last:?}");
            }
        }
    }
}

#[tokio::test]
async fn several_origins_at_once_are_refused() {
    let server = TestServer::start(rules(sample_profile())).await;
    for second in [ORIGIN, EVIL] {
        let ask = Ask::post("/decode", &payloads(&[SEALED]))
            .header("Origin", ORIGIN)
            .header("Origin", second);
        let reply = server.send(&ask).await;
        assert_eq!(reply.status, 403);
        assert_eq!(reply.header("access-control-allow-origin"), None);
    }
    let both = format!("{ORIGIN}, {EVIL}");
    let reply = server
        .send(&Ask::post("/decode", "{}").header("Origin", &both))
        .await;
    assert_eq!(reply.status, 403);
}

#[tokio::test]
async fn a_page_may_ask_from_a_public_address_where_browsers_still_ask_that() {
    let server = TestServer::start(rules(sample_profile())).await;
    let name = "access-control-allow-private-network";
    let plain = Ask::preflight("/decode", ORIGIN);
    assert_eq!(server.send(&plain).await.header(name), None);
    let asks = plain.header("Access-Control-Request-Private-Network", "true");
    assert_eq!(server.send(&asks).await.header(name), Some("true"));
    let evil = Ask::preflight("/decode", EVIL);
    let evil = evil.header("Access-Control-Request-Private-Network", "true");
    assert_eq!(server.send(&evil).await.header(name), None);
}

#[tokio::test]
async fn preflights_need_no_token() {
    let rules = for_program(rules(sample_profile()), "tcodec_canary");
    let server = TestServer::start(rules).await;
    let reply = server.send(&Ask::preflight("/decode", ORIGIN)).await;
    assert_eq!(reply.status, 204);
    let reply = server.post_from_page("/decode", &payloads(&[PLAIN])).await;
    assert_eq!(reply.status, 401);
    assert_eq!(reply.header("access-control-allow-origin"), Some(ORIGIN));
}
