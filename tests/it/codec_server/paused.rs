//! A paused Codec Server: it answers, opens nothing, says so where people can see it, and is back with the next request.

use std::sync::atomic::{AtomicUsize, Ordering};

use codec_server::{Code, Undecodable};
use payload_codec::{KeyError, KeyId, KeyProvider, Keyring, SecretKey};
use support::server::{TestServer, chain, profile, rules, sample_keys, sample_profile};
use support::wire::{Ask, EVIL, NULL, ORIGIN, PLAIN, SEALED, payloads};

async fn paused(undecodable: Undecodable) -> TestServer {
    let mut profile = sample_profile();
    profile.undecodable = undecodable;
    let rules = rules(profile);
    rules.pause.set(true);
    TestServer::start(rules).await
}

const REASON: &str = "503 Codec Server is paused in Temporal Codec Desktop";

#[tokio::test]
async fn a_page_is_told_and_a_program_gets_back_what_it_sent() {
    let server = paused(Undecodable::Explain).await;
    let sealed = payloads(&[SEALED, SEALED]);
    let page = server.post_from_page("/decode", &sealed).await;
    assert_eq!(page.status_line(), REASON);
    assert_eq!(
        page.body,
        "the Codec Server is paused in Temporal Codec Desktop\n"
    );
    assert_eq!(page.header("access-control-allow-origin"), Some(ORIGIN));

    let program = server.post("/decode", &sealed).await;
    assert_eq!((program.status, program.body), (200, sealed));
    let record = server.last_record();
    assert_eq!((record.code, record.payloads.failed), (None, 2));
    assert_eq!(record.failures[1].code, Code::Paused);
    assert!(record.keys.is_empty());
}

#[tokio::test]
async fn what_needs_no_codec_is_still_readable() {
    let server = paused(Undecodable::Explain).await;
    for sent in [payloads(&[PLAIN]), payloads(&[NULL, SEALED]), payloads(&[])] {
        let page = server.post_from_page("/decode", &sent).await;
        assert_eq!((page.status, page.body), (200, sent));
    }
}

#[tokio::test]
async fn the_policy_decides_who_is_told() {
    let mixed = payloads(&[PLAIN, SEALED]);
    let server = paused(Undecodable::Fail).await;
    assert_eq!(server.post("/decode", &mixed).await.status_line(), REASON);
    assert_eq!(
        server.post("/decode", &payloads(&[PLAIN])).await.status,
        200
    );

    let server = paused(Undecodable::Pass).await;
    let sealed = payloads(&[SEALED]);
    let page = server.post_from_page("/decode", &sealed).await;
    assert_eq!((page.status, page.body), (200, sealed));
}

#[tokio::test]
async fn nothing_is_encoded_under_any_policy() {
    for policy in [Undecodable::Explain, Undecodable::Fail, Undecodable::Pass] {
        let server = paused(policy).await;
        let plain = payloads(&[PLAIN]);
        for reply in [
            server.post("/encode", &plain).await,
            server.post_from_page("/encode", &plain).await,
        ] {
            assert_eq!(reply.status_line(), REASON);
            assert!(!reply.body.contains("eyJoZWxsbyI6"), "{}", reply.body);
        }
        assert_eq!(server.last_record().code, Some(Code::Paused));
    }
}

#[tokio::test]
async fn who_is_refused_at_the_door_learns_nothing_of_it() {
    let server = paused(Undecodable::Explain).await;
    let stranger = Ask::post("/decode", &payloads(&[SEALED])).header("Origin", EVIL);
    let reply = server.send(&stranger).await;
    assert_eq!(reply.status_line(), "403 Origin not allowed");
    let malformed = server.post("/decode", "canary").await;
    assert_eq!(malformed.status, 400);
}

#[tokio::test]
async fn rules_that_replace_others_stay_paused_and_one_connection_sees_it_end() {
    let first = rules(sample_profile());
    let pause = first.pause.clone();
    let server = TestServer::start(first).await;
    let mut wire = server.connect().await;
    let ask = Ask::post("/decode", &payloads(&[SEALED])).header("Origin", ORIGIN);
    for (set, expect) in [(true, REASON), (false, "200 OK"), (true, REASON)] {
        assert!(pause.set(set));
        let mut replaced = rules(sample_profile());
        replaced.pause = pause.clone();
        server.rules.send_replace(std::sync::Arc::new(replaced));
        wire.send(&ask.bytes()).await;
        assert_eq!(wire.reply().await.status_line(), expect);
    }
    assert!(!pause.set(true), "it was");
}

/// What came in before the panic lock and was not answered yet gets nothing of what was decoded.
#[tokio::test]
async fn the_panic_lock_counts_for_what_is_under_way() {
    let rules = rules(sample_profile());
    let pause = rules.pause.clone();
    let server = TestServer::start(rules).await;
    let body = payloads(&[SEALED]);
    let bytes = Ask::post("/decode", &body).header("Origin", ORIGIN).bytes();
    let (first, rest) = bytes.split_at(bytes.len() - 10);
    let mut connection = server.connect().await;
    connection.send(first).await;
    // Its head has passed every check; its body is waited for.
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert!(pause.set_panic_lock(true));
    connection.send(rest).await;
    let reply = connection.reply().await;
    assert_eq!(
        reply.status_line(),
        "403 Panic lock is set in Temporal Codec Desktop"
    );
    assert_eq!(server.last_record().code, Some(Code::PanicLocked));
    assert!(pause.set_panic_lock(false));
    assert_eq!(server.post_from_page("/decode", &body).await.status, 200);
}

/// An app that is locked once its keys were asked for so many times.
pub(crate) struct LockedAfter(pub(crate) AtomicUsize, pub(crate) Keyring);

impl KeyProvider for LockedAfter {
    fn key(&self, id: &KeyId) -> Result<Option<SecretKey>, KeyError> {
        let left = self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                left.checked_sub(1)
            });
        left.map_err(|_| KeyError::AppLocked)?;
        self.1.key(id)
    }

    fn keys(&self) -> Result<Vec<(KeyId, SecretKey)>, KeyError> {
        self.1.keys()
    }
}

/// What was opened before it was locked is not handed out beside what was not.
#[tokio::test]
async fn who_asks_while_the_app_is_locked_gets_no_part_of_it() {
    for n_opened in 0..=3 {
        let keys = LockedAfter(n_opened.into(), sample_keys(&["test-key-id"]));
        let mut profile = profile(chain(keys, None));
        profile.undecodable = Undecodable::Pass;
        let server = TestServer::start(rules(profile)).await;
        let sent = payloads(&[SEALED, PLAIN, SEALED, SEALED]);
        let answer = server.post_from_page("/decode", &sent).await;
        let record = server.last_record();
        if n_opened == 3 {
            assert_ne!(answer.body, sent);
            assert_eq!((record.payloads.decoded, record.payloads.failed), (3, 0));
            continue;
        }
        assert_eq!((answer.status, answer.body), (200, sent), "{n_opened}");
        assert_eq!((record.payloads.decoded, record.payloads.failed), (0, 3));
        assert!(record.keys.is_empty(), "nothing was handed out");
    }
}
