//! Requests that are asked again: answered from memory where nothing changed since, worked on otherwise, and the same bytes either way.

mod at_the_same_time;

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, RwLock};
use std::time::Duration;

use access::{Access, AccessFile, NewProgramToken};
use codec_server::{
    AskConsent, Asker, ComingAnswer, ConsentAnswer, KeysVersion, Namespace, Question, Rules,
    ServerConfig,
};
use payload_codec::{KeyError, KeyId, KeyProvider, Keyring, SecretKey};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use support::server::{TestServer, chain, config, for_program, profile, rules, sample_keys};
use support::wire::{
    Ask, EVIL, ORIGIN, PLAIN, SEALED, SEALED_ZLIB, UNKNOWN_KEY, Wire, ZLIB, payloads,
};

const CLOUD: &str = "https://cloud.temporal.io";

/// The samples' key, which can be taken away and given back; it counts how often somebody asks for it: once a sealed Payload.
#[derive(Default)]
struct Keys {
    given: RwLock<Keyring>,
    version: AtomicU64,
    n_asked: AtomicUsize,
    is_held: AtomicBool,
    held: Mutex<()>,
    released: Condvar,
}

impl Keys {
    fn new() -> Arc<Self> {
        let keys = Arc::new(Keys::default());
        keys.set(true);
        keys
    }

    fn set(&self, is_there: bool) {
        let mut given = self.given.write().expect("no panic");
        self.version.fetch_add(1, Ordering::SeqCst);
        *given = sample_keys(if is_there { &["test-key-id"] } else { &[] });
    }

    /// Whoever asks for the key waits until it is released.
    fn hold(&self, is_held: bool) {
        let _held = self.held.lock().expect("no panic");
        self.is_held.store(is_held, Ordering::SeqCst);
        self.released.notify_all();
    }

    /// How often it was asked for since the last look.
    fn n_asked(&self) -> usize {
        self.n_asked.swap(0, Ordering::SeqCst)
    }
}

impl KeysVersion for Keys {
    fn version(&self) -> u64 {
        self.version.load(Ordering::SeqCst)
    }
}

/// The same keys, as codecs have them.
struct Shared(Arc<Keys>);

impl KeyProvider for Shared {
    fn key(&self, id: &KeyId) -> Result<Option<SecretKey>, KeyError> {
        self.0.n_asked.fetch_add(1, Ordering::SeqCst);
        let mut held = self.0.held.lock().expect("no panic");
        while self.0.is_held.load(Ordering::SeqCst) {
            held = self.0.released.wait(held).expect("no panic");
        }
        drop(held);
        self.0.given.read().expect("no panic").key(id)
    }

    fn keys(&self) -> Result<Vec<(KeyId, SecretKey)>, KeyError> {
        self.0.given.read().expect("no panic").keys()
    }
}

fn cached(keys: &Arc<Keys>) -> Rules {
    Rules {
        keys_for_cache: Some(keys.clone()),
        ..uncached(keys)
    }
}

fn uncached(keys: &Arc<Keys>) -> Rules {
    rules(profile(chain(Shared(keys.clone()), Some("test-key-id"))))
}

/// Asks as a page, and returns the body and whether it came from the cache.
async fn page(server: &TestServer, origin: &str, path: &str, body: &str) -> (String, bool) {
    let reply = server
        .send(&Ask::post(path, body).header("Origin", origin))
        .await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    (reply.body, server.last_record().from_cache)
}

#[tokio::test]
async fn a_page_is_answered_from_memory_the_second_time_and_recorded_as_the_first() {
    let keys = Keys::new();
    let server = TestServer::start(cached(&keys)).await;
    let body = payloads(&[SEALED, PLAIN, ZLIB, SEALED_ZLIB]);
    let first = page(&server, ORIGIN, "/decode", &body).await;
    assert_eq!((first.1, keys.n_asked()), (false, 2));
    let (was, mut now) = (server.last_record(), None);
    for _ in 0..3 {
        let again = page(&server, ORIGIN, "/decode", &body).await;
        assert_eq!((again.0.as_str(), again.1), (first.0.as_str(), true));
        now = Some(server.last_record());
    }
    assert_eq!(keys.n_asked(), 0, "nothing was decoded");
    let now = now.expect("asked");
    assert_eq!(now.payloads, was.payloads);
    assert_eq!((now.keys, now.layers), (was.keys, was.layers));
    assert_eq!((now.encodings, now.failures), (was.encodings, was.failures));
    assert_eq!((now.bytes_in, now.bytes_out), (was.bytes_in, was.bytes_out));
    assert!(now.timing.work.is_some());
}

#[tokio::test]
async fn a_program_is_answered_from_memory_the_third_time() {
    let keys = Keys::new();
    let server = TestServer::start(cached(&keys)).await;
    let body = payloads(&[SEALED]);
    let mut from_cache = Vec::new();
    for _ in 0..4 {
        server.post("/decode", &body).await;
        from_cache.push(server.last_record().from_cache);
    }
    assert_eq!(from_cache, [false, false, true, true]);
    assert_eq!(keys.n_asked(), 2);
}

#[tokio::test]
async fn nothing_is_shared_between_namespaces_pages_programs_and_bodies() {
    let keys = Keys::new();
    let server = TestServer::start(cached(&keys)).await;
    let (one, two) = (payloads(&[SEALED]), payloads(&[SEALED, SEALED]));
    assert!(!page(&server, ORIGIN, "/a/decode", &one).await.1);
    assert!(page(&server, ORIGIN, "/a/decode", &one).await.1);
    assert!(page(&server, ORIGIN, "/prefix/a/decode", &one).await.1);
    assert!(!page(&server, ORIGIN, "/b/decode", &one).await.1);
    assert!(!page(&server, ORIGIN, "/decode", &one).await.1);
    assert!(!page(&server, ORIGIN, "/a/decode", &two).await.1);
    assert!(
        !page(&server, ORIGIN, "/a/decode", &format!("{one} "))
            .await
            .1
    );
    assert!(!page(&server, CLOUD, "/a/decode", &one).await.1);
    server.post("/a/decode", &one).await;
    server.post("/a/decode", &one).await;
    assert!(
        !server.last_record().from_cache,
        "a program, the second time"
    );
}

#[tokio::test]
async fn what_is_encoded_or_did_not_come_through_is_never_kept() {
    let keys = Keys::new();
    let server = TestServer::start(cached(&keys)).await;
    for (path, body) in [
        ("/encode", payloads(&[PLAIN])),
        ("/decode", payloads(&[PLAIN])),
        ("/decode", payloads(&[SEALED, UNKNOWN_KEY])),
        ("/decode", payloads(&[UNKNOWN_KEY])),
        ("/decode", "{}".to_owned()),
        ("/decode", "{".to_owned()),
        ("/decode", String::new()),
    ] {
        for _ in 0..4 {
            let ask = Ask::post(path, &body).header("Origin", ORIGIN);
            server.send(&ask).await;
            assert!(!server.last_record().from_cache, "{path} {body}");
        }
    }
    assert_eq!(keys.n_asked() % 4, 0);
}

#[tokio::test]
async fn whatever_changes_counts_from_the_next_request_on() {
    let keys = Keys::new();
    let server = TestServer::start(cached(&keys)).await;
    let body = payloads(&[SEALED]);
    let decoded = page(&server, ORIGIN, "/decode", &body).await.0;
    let warm = async || {
        page(&server, ORIGIN, "/decode", &body).await;
        let again = page(&server, ORIGIN, "/decode", &body).await;
        assert_eq!(again, (decoded.clone(), true));
    };
    let refused = async |status: u16| {
        let reply = server.post_from_page("/decode", &body).await;
        assert_eq!(reply.status, status, "{}", reply.body);
        assert!(!server.last_record().from_cache);
    };
    warm().await;

    // Keys that were taken away at this moment, while the rules are what they were.
    keys.set(false);
    refused(422).await;
    keys.set(true);
    assert!(!page(&server, ORIGIN, "/decode", &body).await.1);
    warm().await;

    let pause = server.rules.borrow().pause.clone();
    pause.set(true);
    refused(503).await;
    pause.set(false);
    warm().await;
    pause.set_panic_lock(true);
    refused(403).await;
    pause.set_panic_lock(false);
    warm().await;

    // The same rules once more are others.
    let replace = |rules: Rules| {
        let pause = pause.clone();
        server
            .rules
            .send_replace(Arc::new(Rules { pause, ..rules }));
    };
    replace(cached(&keys));
    assert!(!page(&server, ORIGIN, "/decode", &body).await.1);
    warm().await;
    let other = rules(profile(chain(Keyring::default(), None)));
    replace(Rules {
        keys_for_cache: Some(keys.clone()),
        ..other
    });
    refused(422).await;
    replace(cached(&keys));
    warm().await;
    replace(uncached(&keys));
    for _ in 0..3 {
        assert!(
            !page(&server, ORIGIN, "/decode", &body).await.1,
            "it is off"
        );
    }
}

#[tokio::test]
async fn every_check_is_made_of_each_request() {
    let keys = Keys::new();
    let token = "a-token-of-a-program-that-is-long-enough-to-be-one";
    let server = TestServer::start(for_program(cached(&keys), token)).await;
    let body = payloads(&[SEALED]);
    let bearer = format!("Bearer {token}");
    let ask = || Ask::post("/decode", &body).header("Authorization", &bearer);
    for _ in 0..3 {
        assert_eq!(server.send(&ask()).await.status, 200);
    }
    assert!(server.last_record().from_cache);
    assert_eq!(server.last_record().who.as_deref(), Some("program"));

    for (ask, status) in [
        (Ask::post("/decode", &body), 401),
        (ask().header("Origin", EVIL), 403),
        (ask().without("Host").header("Host", "evil.test"), 403),
        (
            ask()
                .without("Content-Type")
                .header("Content-Type", "text/plain"),
            415,
        ),
        (ask().header("Content-Encoding", "gzip"), 415),
    ] {
        let reply = server.send(&ask).await;
        assert_eq!(reply.status, status, "{ask:?}");
        assert!(!server.last_record().from_cache);
    }
}

/// Somebody who has answered for every page.
struct User(Mutex<ConsentAnswer>);

impl AskConsent for User {
    fn asks_about_unlisted_pages(&self) -> bool {
        false
    }

    fn known(&self, _: &Asker, _: Option<&Namespace>) -> Option<ConsentAnswer> {
        Some(*self.0.lock().expect("no panic"))
    }

    fn ask(&self, _: Question) -> ComingAnswer {
        Box::pin(async { ConsentAnswer::NotGiven })
    }
}

#[tokio::test]
async fn consent_that_was_taken_back_counts() {
    let keys = Keys::new();
    let user = Arc::new(User(Mutex::new(ConsentAnswer::Allowed)));
    let server = TestServer::start(Rules {
        consent: Some(user.clone()),
        ..cached(&keys)
    });
    let server = server.await;
    let body = payloads(&[SEALED]);
    for _ in 0..2 {
        page(&server, ORIGIN, "/decode", &body).await;
    }
    assert!(server.last_record().from_cache);
    *user.0.lock().expect("no panic") = ConsentAnswer::Denied;
    assert_eq!(server.post_from_page("/decode", &body).await.status, 403);
    *user.0.lock().expect("no panic") = ConsentAnswer::Allowed;
    assert!(page(&server, ORIGIN, "/decode", &body).await.1);
}

#[tokio::test]
async fn who_is_given_the_payloads_as_they_were_sent_gets_nothing_of_the_others() {
    let keys = Keys::new();
    let (one, other) = (NewProgramToken::make("one"), NewProgramToken::make("other"));
    let (one, other) = (one.expect("random"), other.expect("random"));
    let access = json!({
        "programs": [one.entry, other.entry],
        "rules": [
            {"name": "all", "when": {"program": "one"}, "then": "decode"},
            {"name": "none", "when": {"program": "other"}, "then": "original"},
        ],
    });
    let access = AccessFile::parse(access.to_string().as_bytes()).expect("a file");
    let server = TestServer::start(Rules {
        access: Some(Arc::new(Access::new(&access).expect("access"))),
        ..cached(&keys)
    });
    let server = server.await;
    let body = payloads(&[SEALED]);
    for (token, original, hits) in [(&one, false, 2), (&other, true, 2), (&one, false, 6)] {
        let bearer = format!("Bearer {}", token.token.as_str());
        for _ in 0..4 {
            let ask = Ask::post("/decode", &body).header("Authorization", &bearer);
            assert_eq!(server.send(&ask).await.body == body, original);
        }
        let found = server.records();
        assert_eq!(found.iter().filter(|it| it.from_cache).count(), hits);
    }
}

#[tokio::test]
async fn hits_are_counted_for_metrics() {
    let keys = Keys::new();
    let config = ServerConfig {
        metrics: Some("127.0.0.1:0".parse().expect("an address")),
        ..config()
    };
    let server = TestServer::try_start(config, cached(&keys)).await;
    let server = server.expect("listens");
    for _ in 0..4 {
        page(&server, ORIGIN, "/decode", &payloads(&[SEALED])).await;
    }
    let address = server.running.metrics_address().expect("it listens");
    let mut wire = Wire::connect(address).await;
    wire.send(&Ask::new("GET", "/metrics").bytes()).await;
    let metrics = wire.reply().await.body;
    for line in [
        "temporal_codec_requests_from_cache_total 3",
        "temporal_codec_payloads_total{operation=\"decode\",result=\"decoded\"} 4",
    ] {
        assert!(metrics.lines().any(|it| it == line), "{line} in\n{metrics}");
    }
}

/// What happens next.
#[derive(Clone, Debug)]
enum Step {
    Ask {
        body: usize,
        origin: usize,
        namespace: usize,
    },
    Keys(bool),
    Pause(bool),
    PanicLock(bool),
    Rules,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        40 => (0..3_usize, 0..2_usize, 0..2_usize)
            .prop_map(|(body, origin, namespace)| Step::Ask { body, origin, namespace }),
        1 => prop::bool::weighted(0.8).prop_map(Step::Keys),
        2 => prop::bool::weighted(0.3).prop_map(Step::Pause),
        2 => prop::bool::weighted(0.3).prop_map(Step::PanicLock),
        1 => Just(Step::Rules),
    ]
}

#[test]
fn whatever_happens_the_answers_are_those_without_a_cache() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a reactor");
    let bodies = [
        payloads(&[SEALED]),
        payloads(&[SEALED_ZLIB, PLAIN]),
        payloads(&[SEALED, UNKNOWN_KEY]),
    ];
    let n_hits = AtomicUsize::new(0);
    let run = async |steps: Vec<Step>| {
        let keys = Keys::new();
        let made: [fn(&Arc<Keys>) -> Rules; 2] = [cached, uncached];
        let [with, without] = made.map(|make| make(&keys));
        let pauses = [with.pause.clone(), without.pause.clone()];
        let servers = [
            TestServer::start(with).await,
            TestServer::start(without).await,
        ];
        let mut wires = [servers[0].connect().await, servers[1].connect().await];
        for step in &steps {
            match *step {
                Step::Ask {
                    body,
                    origin,
                    namespace,
                } => {
                    let path = ["/one/decode", "/decode"][namespace];
                    let mut ask = Ask::post(path, &bodies[body]);
                    if let Some(origin) = [ORIGIN].get(origin) {
                        ask = ask.header("Origin", origin);
                    }
                    let mut replies = Vec::new();
                    for wire in &mut wires {
                        wire.send(&ask.bytes()).await;
                        let reply = wire.reply().await;
                        replies.push((reply.status_line().to_owned(), reply.body));
                    }
                    assert_eq!(replies[0], replies[1], "{step:?} of {steps:?}");
                }
                Step::Keys(are_there) => keys.set(are_there),
                Step::Pause(is_set) => {
                    for pause in &pauses {
                        pause.set(is_set);
                    }
                }
                Step::PanicLock(is_set) => {
                    for pause in &pauses {
                        pause.set_panic_lock(is_set);
                    }
                }
                Step::Rules => {
                    for ((server, make), pause) in servers.iter().zip(made).zip(&pauses) {
                        let pause = pause.clone();
                        let rules = Rules {
                            pause,
                            ..make(&keys)
                        };
                        server.rules.send_replace(Arc::new(rules));
                    }
                }
            }
        }
        let hits = servers[0]
            .records()
            .iter()
            .filter(|it| it.from_cache)
            .count();
        n_hits.fetch_add(hits, Ordering::SeqCst);
        assert!(servers[1].records().iter().all(|it| !it.from_cache));
    };
    let config = Config {
        cases: 32,
        failure_persistence: None,
        ..Config::default()
    };
    let steps = prop::collection::vec(step(), 40..100);
    TestRunner::new(config)
        .run(&steps, |steps| {
            runtime.block_on(run(steps));
            Ok(())
        })
        .expect("the same answers");
    assert!(n_hits.into_inner() > 64, "there were hits to compare");
}
