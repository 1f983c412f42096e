//! Which profile a request gets: path, header, placeholders, Cloud names, patterns, and what the others get.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use codec_server::{
    Code, CodecDirectory, DefaultRule, MakeProfile, Namespace, NamespacePattern, Profile, Rule,
};
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

fn patterns(texts: &[&str]) -> Vec<NamespacePattern> {
    let pattern = |text: &&str| NamespacePattern::new(text).expect("a pattern");
    texts.iter().map(pattern).collect()
}

/// A rule whose profile encodes with a key of the rule's name.
fn rule(name: &'static str, namespaces: &[&str]) -> Rule {
    Rule {
        name: name.into(),
        namespaces: patterns(namespaces),
        profile: Box::new(move |_| named(name)),
    }
}

fn default(profile: MakeProfile) -> Option<DefaultRule> {
    let known = patterns(&["billing", "ops-*"]);
    Some(DefaultRule { known, profile })
}

async fn by_rules(rules_given: Vec<Rule>, default: Option<DefaultRule>) -> TestServer {
    let mut rules = rules(sample_profile());
    rules.directory = CodecDirectory::by_rules(rules_given, default);
    TestServer::start(rules).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_narrowest_rule_counts() {
    let rules = vec![
        rule("any-prod", &["prod-*"]),
        rule("eu", &["prod-eu-*", "*-eu"]),
        rule("one", &["prod-eu-1", "staging"]),
        rule("late", &["prod-eu-1", "stag*", "*"]),
        rule("account", &["*.a1b2c"]),
    ];
    let server = by_rules(rules, default(Box::new(|_| named("default")))).await;
    for (namespace, rule) in [
        ("prod-us", "any-prod"),
        ("prod-", "any-prod"),
        ("prod-us.a1b2c", "account"),
        ("prod-us.zzzzz", "any-prod"),
        ("prod-eu-2", "eu"),
        ("test-eu", "eu"),
        ("test-eu.zzzzz", "eu"),
        ("prod-eu-1", "one"),
        ("prod-eu-1.a1b2c", "one"),
        ("staging", "one"),
        ("stage", "late"),
        ("PROD-us", "late"),
    ] {
        let path = format!("/{namespace}/encode");
        check(&server, &path, None, rule, Some(namespace));
        assert_eq!(
            server.last_record().profile.as_deref(),
            Some(rule),
            "{namespace}"
        );
        check(&server, "/encode", Some(namespace), rule, Some(namespace));
    }
    check(&server, "/encode", None, "default", None);
    assert_eq!(server.last_record().profile, None);
    check(&server, "/encode", Some("undefined"), "default", None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_path_beats_the_header_unless_it_may_be_a_prefix() {
    let rules = || vec![rule("orders", &["orders-*"]), rule("pay", &["pay"])];
    let with_default = || default(Box::new(|_| named("default")));
    let server = by_rules(rules(), with_default()).await;
    for (path, header, key, namespace) in [
        ("/orders-1/encode", "pay", "orders", "orders-1"),
        ("/pay/encode", "orders-1", "pay", "pay"),
        ("/codec/encode", "orders-1", "orders", "orders-1"),
        ("/codec/encode", "other", "default", "codec"),
        // Namespaces that exist without a rule: the path still goes first.
        ("/billing/encode", "pay", "default", "billing"),
        ("/ops-1.a1b2c/encode", "pay", "default", "ops-1.a1b2c"),
        ("/codec/encode", "billing", "default", "billing"),
    ] {
        check(&server, path, Some(header), key, Some(namespace));
    }
    // A rule for everything says nothing about what is a Namespace.
    let mut all = rules();
    all.push(rule("rest", &["*"]));
    let server = by_rules(all, with_default()).await;
    check(&server, "/codec/encode", Some("pay"), "pay", Some("pay"));
    check(
        &server,
        "/codec/encode",
        Some("other"),
        "rest",
        Some("codec"),
    );
    check(&server, "/codec/encode", None, "rest", Some("codec"));
    check(&server, "/encode", None, "default", None);
}

#[tokio::test]
async fn without_a_default_the_others_are_refused() {
    let server = by_rules(vec![rule("prod", &["prod-*"])], None).await;
    let body = payloads(&[NULL]);
    assert_eq!(server.post("/prod-x.a1b2c/encode", &body).await.status, 200);
    for path in [
        "/encode",
        "/decode",
        "/undefined/decode",
        "/prod/decode",
        "/%7Bnamespace%7D/decode",
    ] {
        let ask = Ask::post(path, &body).header("X-Namespace", "undefined");
        let reply = server.send(&ask).await;
        assert_eq!(
            reply.status_line(),
            "404 No codec for this Namespace",
            "{path}"
        );
        let record = server.last_record();
        assert_eq!(
            (record.code, record.profile),
            (Some(Code::NamespaceUnknown), None)
        );
    }
}

#[tokio::test]
async fn a_profile_is_made_when_it_is_asked_for_and_only_so_many_are_kept() {
    let made = Arc::new(AtomicUsize::new(0));
    let counting = |made: &Arc<AtomicUsize>| -> MakeProfile {
        let made = Arc::clone(made);
        Box::new(move |namespace| {
            made.fetch_add(1, Ordering::Relaxed);
            named(namespace.map_or("none", Namespace::as_str))
        })
    };
    let rule = Rule {
        name: "many".into(),
        namespaces: patterns(&["n*"]),
        profile: counting(&made),
    };
    let server = by_rules(vec![rule], default(counting(&made))).await;
    assert_eq!(
        made.load(Ordering::Relaxed),
        0,
        "nothing is made before it is asked for"
    );

    let body = payloads(&[NULL]);
    let mut wire = server.connect().await;
    let mut get = async |name: &str| {
        let ask = Ask::post("/encode", &body).header("X-Namespace", name);
        wire.send(&ask.bytes()).await;
        let reply = wire.reply().await;
        let encoded = Payloads::from_json(reply.body.as_bytes()).expect("Payloads");
        let key = encoded.payloads[0].metadata_text("encryption-key-id");
        let none = name == "undefined";
        assert_eq!(key, Some(if none { "none" } else { name }));
        made.load(Ordering::Relaxed)
    };
    assert_eq!(get("n0").await, 1);
    assert_eq!(get("n0").await, 1, "it is kept");
    assert_eq!(get("undefined").await, 2);
    // More than are kept, by the rule and by the default.
    for index in 1..=600 {
        get(&format!("n{index}")).await;
        get(&format!("x{index}")).await;
    }
    let before = made.load(Ordering::Relaxed);
    assert_eq!(before, 1202);
    assert_eq!(get("x600").await, before, "the newest are kept");
    assert_eq!(get("undefined").await, before, "so is the one for none");
    assert_eq!(get("n0").await, before + 1, "the oldest made room");
}

#[test]
fn what_a_namespace_would_get_can_be_asked() {
    let rules = vec![rule("prod", &["prod-*"]), rule("one", &["prod-1"])];
    let directory = CodecDirectory::by_rules(rules, None);
    assert!(!directory.has_default());
    for (name, expect) in [
        ("prod-2.a1b2c", Some(("prod", "prod-*"))),
        ("prod-1.a1b2c", Some(("one", "prod-1"))),
        ("test", None),
    ] {
        let namespace = Namespace::new(name).expect("a name");
        let found = directory.matching(&namespace);
        let found = found.map(|found| (&**found.rule, found.pattern.as_str()));
        assert_eq!(found, expect, "{name}");
    }
}
