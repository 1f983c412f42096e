//! Keys of a provider over HTTP: good, rotated, down, garbage, huge; and how often they are asked for.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::{claims, file, refusal};
use crate::jwks::{Clockwork, KeySet};
use crate::jwks_problem::{KeysProblem, MAX_KEYS_BYTES};
use crate::signers::{Signer, key_set};
use crate::{Access, Refusal, Verdict};

/// A provider on this machine, which answers whatever it is told to.
struct Provider {
    url: String,
    answer: Arc<Mutex<Vec<u8>>>,
    n_asked: Arc<AtomicUsize>,
}

impl Provider {
    async fn start(answer: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let answer = Arc::new(Mutex::new(answer));
        let n_asked = Arc::new(AtomicUsize::new(0));
        let (of_server, n_of_server) = (Arc::clone(&answer), Arc::clone(&n_asked));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (answer, n_asked) = (Arc::clone(&of_server), Arc::clone(&n_of_server));
                tokio::spawn(async move {
                    let mut head = [0; 4096];
                    if stream.read(&mut head).await.unwrap_or(0) == 0 {
                        return;
                    }
                    n_asked.fetch_add(1, Ordering::Relaxed);
                    let answer = answer.lock().unwrap().clone();
                    if answer.is_empty() {
                        tokio::time::sleep(Duration::from_secs(60)).await;
                    }
                    let _ = stream.write_all(&answer).await;
                });
            }
        });
        Provider {
            url,
            answer,
            n_asked,
        }
    }

    fn access(&self) -> Access {
        self.access_with(Clockwork::default())
    }

    fn access_with(&self, clockwork: Clockwork) -> Access {
        let provider = json!({
            "kind": "jwks-url", "url": self.url, "issuer": super::ISSUER, "audience": "codec",
        });
        let access = file(&json!({"providers": [provider], "default": "decode"}));
        Access::with_clockwork(&access, clockwork).unwrap()
    }

    fn n_asked(&self) -> usize {
        self.n_asked.load(Ordering::Relaxed)
    }

    fn answer(&self, answer: Vec<u8>) {
        *self.answer.lock().unwrap() = answer;
    }
}

fn ok(body: &[u8]) -> Vec<u8> {
    let answer = format!(
        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let mut answer = answer.into_bytes();
    answer.extend_from_slice(body);
    answer
}

fn keys_of(signers: &[&Signer]) -> Vec<u8> {
    ok(key_set(signers).to_string().as_bytes())
}

#[tokio::test]
async fn a_rotated_key_is_fetched_and_made_up_ones_are_not() {
    let old = Signer::new("EdDSA", "old");
    let new = Signer::new("EdDSA", "new");
    let provider = Provider::start(keys_of(&[&old])).await;
    let access = provider.access();
    assert_eq!(access.prepare().await, []);
    for _ in 0..50 {
        assert_eq!(
            refusal(&access, &old.token(&claims())).await,
            Ok(Verdict::Decode)
        );
    }
    assert_eq!(provider.n_asked(), 1, "keys are kept");

    provider.answer(keys_of(&[&old, &new]));
    assert_eq!(
        refusal(&access, &new.token(&claims())).await,
        Ok(Verdict::Decode)
    );
    assert_eq!(
        refusal(&access, &old.token(&claims())).await,
        Ok(Verdict::Decode)
    );
    assert_eq!(provider.n_asked(), 2);

    let forged: Vec<String> = (0..50)
        .map(|n| Signer::new("EdDSA", &format!("made-up-{n}")).token(&claims()))
        .collect();
    for token in &forged {
        assert_eq!(refusal(&access, token).await, Err(Refusal::KeyUnknown));
    }
    assert_eq!(provider.n_asked(), 2, "fifty made-up ids ask for nothing");
}

#[tokio::test]
async fn a_crowd_asks_once() {
    let signer = Signer::new("EdDSA", "k");
    let provider = Provider::start(keys_of(&[&signer])).await;
    let access = Arc::new(provider.access());
    let token = signer.token(&claims());
    let mut crowd = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let (access, token) = (Arc::clone(&access), token.clone());
        crowd.spawn(async move { refusal(&access, &token).await });
    }
    while let Some(verdict) = crowd.join_next().await {
        assert_eq!(verdict.unwrap(), Ok(Verdict::Decode));
    }
    assert_eq!(provider.n_asked(), 1);
}

#[tokio::test]
async fn clients_that_go_away_while_keys_are_fetched_ask_once() {
    // A provider that takes longer than the clients wait.
    let provider = Provider::start(Vec::new()).await;
    let access = provider.access();
    let token = Signer::new("EdDSA", "made-up").token(&claims());
    for _ in 0..8 {
        let wait = Duration::from_millis(100);
        let answer = tokio::time::timeout(wait, refusal(&access, &token)).await;
        assert!(answer.is_err(), "the client went away first");
    }
    assert_eq!(provider.n_asked(), 1);
}

#[tokio::test]
async fn keys_that_are_not_to_be_had_say_why() {
    let signer = Signer::new("EdDSA", "k");
    let token = signer.token(&claims());
    let huge = {
        let mut set = key_set(&[&signer]);
        set["padding"] = json!("x".repeat(MAX_KEYS_BYTES));
        set.to_string()
    };
    // Without a length, so that the bound has to hold while it arrives.
    let mut endless = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
    endless.extend(std::iter::repeat_n(b' ', 4 * MAX_KEYS_BYTES));
    for (answer, expect) in [
        (ok(b"<html>sign in</html>"), KeysProblem::Garbage),
        (ok(b"{}"), KeysProblem::Garbage),
        (ok(br#"{"keys": {}}"#), KeysProblem::Garbage),
        (ok(br#"{"keys": [], "keys": []}"#), KeysProblem::Garbage),
        (ok(huge.as_bytes()), KeysProblem::TooLarge),
        (endless, KeysProblem::TooLarge),
        (
            b"HTTP/1.1 404 No\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".to_vec(),
            KeysProblem::Status(404),
        ),
        (
            b"HTTP/1.1 302 Go\r\nlocation: /x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
                .to_vec(),
            KeysProblem::Status(302),
        ),
        (b"no http at all\r\n\r\n".to_vec(), KeysProblem::Unreachable),
        (
            b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\nconnection: close\r\n\r\n{".to_vec(),
            KeysProblem::Unreachable,
        ),
    ] {
        let provider = Provider::start(answer).await;
        let access = provider.access();
        assert_eq!(access.prepare().await, [(1, expect)]);
        assert_eq!(refusal(&access, &token).await, Err(Refusal::Keys(expect)));
        // They come back, and nobody has to start anything again.
        provider.answer(keys_of(&[&signer]));
        let again = provider.access_with(Clockwork {
            at_most_every: Duration::ZERO,
            ..Clockwork::default()
        });
        assert_eq!(
            refusal(&again, &token).await,
            Ok(Verdict::Decode),
            "{expect:?}"
        );
    }
    let silent = Provider::start(Vec::new()).await;
    let start = std::time::Instant::now();
    assert_eq!(
        refusal(&silent.access(), &token).await,
        Err(Refusal::Keys(KeysProblem::TimedOut))
    );
    assert!(
        start.elapsed() < Duration::from_secs(8),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn a_provider_that_is_down_does_not_take_its_keys_along() {
    let signer = Signer::new("EdDSA", "k");
    let token = signer.token(&claims());
    let provider = Provider::start(keys_of(&[&signer])).await;
    let short = Clockwork {
        at_most_every: Duration::ZERO,
        fresh: Duration::ZERO,
        believed: Duration::from_secs(1),
    };
    let access = provider.access_with(short);
    assert_eq!(access.prepare().await, []);
    provider.answer(b"HTTP/1.1 503 No\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".to_vec());
    assert_eq!(refusal(&access, &token).await, Ok(Verdict::Decode));
    tokio::time::sleep(Duration::from_millis(1100)).await;
    // For so long, and no longer.
    let refused = refusal(&access, &token).await;
    assert_eq!(refused, Err(Refusal::Keys(KeysProblem::Status(503))));
}

#[tokio::test]
async fn discovery_is_of_the_issuer_that_was_asked() {
    let signer = Signer::new("ES384", "k");
    let keys = Provider::start(keys_of(&[&signer])).await;
    let discovery = Provider::start(Vec::new()).await;
    let issuer = discovery.url.clone();
    let access = || {
        let provider = json!({"kind": "oidc", "issuer": issuer, "audience": "codec"});
        Access::new(&file(
            &json!({"providers": [provider], "default": "decode"}),
        ))
        .unwrap()
    };
    let mut claims = claims();
    claims["iss"] = json!(issuer);
    let token = signer.token(&claims);
    let document = |value: &Value| ok(value.to_string().as_bytes());
    for (answer, expect) in [
        (
            json!({"issuer": issuer, "jwks_uri": keys.url}),
            Ok(Verdict::Decode),
        ),
        (
            json!({"issuer": "https://other.test", "jwks_uri": keys.url}),
            Err(KeysProblem::OtherIssuer),
        ),
        (
            json!({"issuer": format!("{issuer}/"), "jwks_uri": keys.url}),
            Err(KeysProblem::OtherIssuer),
        ),
        (
            json!({"issuer": issuer, "jwks_uri": "http://id.example.com/k"}),
            Err(KeysProblem::NotHttps),
        ),
        (json!({"issuer": issuer}), Err(KeysProblem::Garbage)),
        (json!(["x"]), Err(KeysProblem::Garbage)),
    ] {
        discovery.answer(document(&answer));
        let verdict = refusal(&access(), &token).await;
        assert_eq!(verdict, expect.map_err(Refusal::Keys), "{answer}");
    }
}

#[test]
fn one_key_that_is_not_known_does_not_hide_the_others() {
    let signer = Signer::new("ES256", "k");
    let mut set = key_set(&[&signer]);
    let mut encrypts = signer.jwk();
    encrypts["use"] = json!("enc");
    let mut only_signs = signer.jwk();
    only_signs["key_ops"] = json!(["sign"]);
    let keys = set["keys"].as_array_mut().unwrap();
    keys.extend([
        json!({"kty": "AKP", "alg": "ML-DSA-65", "pub": "x", "kid": "pq"}),
        json!({"kty": "oct", "k": "c2VjcmV0", "kid": "secret"}),
        json!({"kty": "RSA", "n": "!!", "e": "AQAB", "kid": "bad"}),
        json!({"kty": "EC", "crv": "P-521", "x": "AA", "y": "AA", "kid": "p521"}),
        json!(7),
        encrypts,
        only_signs,
    ]);
    let set = KeySet::parse(set.to_string().as_bytes()).unwrap();
    // P-521 is a key, and fits no algorithm that is accepted.
    assert_eq!(set.len(), 2);
    assert!(KeySet::parse(br#"{"keys": []}"#).unwrap().is_empty());
}

/// Access that is read again while the provider is down verifies with the keys that were fetched before.
#[tokio::test]
async fn keys_are_kept_when_the_access_file_is_read_again() {
    let signer = Signer::new("EdDSA", "k1");
    let provider = Provider::start(keys_of(&[&signer])).await;
    let before = provider.access();
    assert_eq!(before.prepare().await, []);
    provider.answer(ok(b"garbage"));
    let mut after = provider.access();
    after.keep_keys_of(&before);
    let token = signer.token(&claims());
    assert_eq!(refusal(&after, &token).await, Ok(Verdict::Decode));
    assert_eq!(provider.n_asked(), 1);
    // Another one's keys are not its own.
    let other = Provider::start(ok(b"garbage")).await;
    let mut other = other.access();
    other.keep_keys_of(&before);
    assert_eq!(
        refusal(&other, &token).await,
        Err(Refusal::Keys(KeysProblem::Garbage))
    );
}
