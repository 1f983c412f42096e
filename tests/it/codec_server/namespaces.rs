//! Which profile a request gets: path, header, placeholders, Cloud names.

use std::collections::BTreeMap;

use codec_server::{CodecDirectory, Namespace, Profile};
use support::server::{TestServer, chain, profile, rules, sample_keys, sample_profile};
use support::wire::{Ask, NULL, ORIGIN, payloads};
use temporal_payload::Payloads;

/// A profile that encodes with a key of this name, so that an answer tells which profile made it.
fn named(key: &str) -> Profile {
    profile(chain(sample_keys(&[key]), Some(key)))
}

fn by_namespace() -> BTreeMap<Namespace, Profile> {
    ["orders", "payments", "payments.a1b2c", "team space"]
        .into_iter()
        .map(|name| (Namespace::new(name).expect("a name"), named(name)))
        .collect()
}

async fn server() -> TestServer {
    let mut rules = rules(sample_profile());
    rules.directory = CodecDirectory::new(named("default"), by_namespace());
    TestServer::start(rules).await
}

/// Which key encodes for this path and header, and which Namespace the record names.
#[track_caller]
fn check(server: &TestServer, path: &str, header: Option<&str>, key: &str, recorded: Option<&str>) {
    let body = payloads(&[NULL]);
    let mut ask = Ask::post(path, &body);
    if let Some(header) = header {
        ask = ask.header("X-Namespace", header);
    }
    let reply = tokio::task::block_in_place(|| {
        tokio::runtime::Handle::current().block_on(server.send(&ask))
    });
    let encoded = Payloads::from_json(reply.body.as_bytes()).expect("Payloads");
    let used = encoded.payloads[0].metadata_text("encryption-key-id");
    assert_eq!(used, Some(key), "{path} {header:?}");
    let namespace = server.last_record().namespace;
    assert_eq!(namespace.as_ref().map(Namespace::as_str), recorded);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_path_goes_before_the_header() {
    let server = server().await;
    check(&server, "/orders/encode", None, "orders", Some("orders"));
    check(&server, "/encode", Some("orders"), "orders", Some("orders"));
    check(
        &server,
        "/orders/encode",
        Some("payments"),
        "orders",
        Some("orders"),
    );
    check(
        &server,
        "/codec//orders//encode",
        None,
        "orders",
        Some("orders"),
    );
    check(
        &server,
        "/team%20space/encode",
        None,
        "team space",
        Some("team space"),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prefix_that_is_no_namespace_does_not_hide_the_header() {
    let server = server().await;
    check(
        &server,
        "/codec/encode",
        Some("orders"),
        "orders",
        Some("orders"),
    );
    check(
        &server,
        "/codec/encode",
        Some("other"),
        "default",
        Some("codec"),
    );
    check(&server, "/codec/encode", None, "default", Some("codec"));
}

#[tokio::test(flavor = "multi_thread")]
async fn placeholders_are_no_namespace() {
    let server = server().await;
    check(&server, "/encode", None, "default", None);
    check(&server, "/encode", Some("undefined"), "default", None);
    check(&server, "/encode", Some("{namespace}"), "default", None);
    check(&server, "/encode", Some(""), "default", None);
    check(
        &server,
        "/%7Bnamespace%7D/encode",
        Some("orders"),
        "orders",
        Some("orders"),
    );
    check(
        &server,
        "/%7bnamespace%7d/encode",
        Some("undefined"),
        "default",
        None,
    );
    check(
        &server,
        "/undefined/encode",
        Some("orders"),
        "orders",
        Some("orders"),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn cloud_names_fall_back_to_the_name_without_account() {
    let server = server().await;
    check(
        &server,
        "/encode",
        Some("orders.a1b2c"),
        "orders",
        Some("orders.a1b2c"),
    );
    check(
        &server,
        "/encode",
        Some("payments.a1b2c"),
        "payments.a1b2c",
        Some("payments.a1b2c"),
    );
    check(
        &server,
        "/encode",
        Some("payments.zzzzz"),
        "payments",
        Some("payments.zzzzz"),
    );
    check(
        &server,
        "/encode",
        Some("other.a1b2c"),
        "default",
        Some("other.a1b2c"),
    );
}

#[tokio::test]
async fn a_strict_directory_serves_nobody_else() {
    let mut rules = rules(sample_profile());
    rules.directory = CodecDirectory::strict(by_namespace());
    let server = TestServer::start(rules).await;
    let reply = server.post("/orders/encode", &payloads(&[NULL])).await;
    assert_eq!(reply.status, 200);
    for path in ["/encode", "/decode", "/other/decode"] {
        let reply = server.post_from_page(path, &payloads(&[NULL])).await;
        assert_eq!(reply.status_line(), "404 No codec for this Namespace");
        assert_eq!(reply.header("access-control-allow-origin"), Some(ORIGIN));
    }
}
