//! Consent on a real socket: a request waits for its answer, within bounds, and is refused without one; pages that are not listed are
//! asked about where that is chosen, and are strangers otherwise.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use codec_server::{
    AskConsent, Asker, Code, ComingAnswer, ConsentAnswer, Namespace, Pause, Question, Rules,
    ServerConfig, Shut, Timeouts,
};
use support::server::{TestServer, config, rules, sample_profile};
use support::wire::{Ask, EVIL, ORIGIN, PLAIN, SEALED, payloads};
use tokio::sync::oneshot;

/// Somebody who is asked, and answers when the test does.
#[derive(Default)]
struct User {
    unlisted: bool,
    known: Mutex<HashMap<(Asker, Option<String>), ConsentAnswer>>,
    asked: Mutex<Vec<(Question, oneshot::Sender<ConsentAnswer>)>>,
}

impl AskConsent for User {
    fn asks_about_unlisted_pages(&self) -> bool {
        self.unlisted
    }

    fn known(&self, asker: &Asker, namespace: Option<&Namespace>) -> Option<ConsentAnswer> {
        let namespace = namespace.map(|name| name.as_str().to_owned());
        let known = self.known.lock().expect("no panic");
        known.get(&(asker.clone(), namespace)).copied()
    }

    fn ask(&self, question: Question) -> ComingAnswer {
        let (tell, answer) = oneshot::channel();
        self.asked.lock().expect("no panic").push((question, tell));
        Box::pin(async { answer.await.unwrap_or(ConsentAnswer::NotGiven) })
    }
}

impl User {
    /// The next question, once it is asked.
    async fn asked(&self) -> (Question, oneshot::Sender<ConsentAnswer>) {
        let start = Instant::now();
        loop {
            if let Some(asked) = self.asked.lock().expect("no panic").pop() {
                return asked;
            }
            assert!(start.elapsed() < Duration::from_secs(20), "nobody asked");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

async fn start(user: &Arc<User>, wait: Duration) -> TestServer {
    let config = ServerConfig {
        timeouts: Timeouts {
            consent: wait,
            ..Timeouts::default()
        },
        ..config()
    };
    let rules = Rules {
        consent: Some(user.clone()),
        ..rules(sample_profile())
    };
    TestServer::try_start(config, rules).await.expect("listens")
}

const LONG: Duration = Duration::from_secs(25);

fn page(origin: &str) -> Ask<'static> {
    Ask::post("/decode", &payloads(&[SEALED, PLAIN]))
        .header("Origin", origin)
        .header("X-Namespace", "orders")
}

#[tokio::test]
async fn a_request_waits_for_its_answer_and_says_who_what_and_how_many() {
    let user = Arc::new(User::default());
    let server = start(&user, LONG).await;
    for (answer, line) in [
        (ConsentAnswer::Allowed, "200 OK"),
        (
            ConsentAnswer::Denied,
            "403 Denied by the user in Temporal Codec Desktop",
        ),
        (
            ConsentAnswer::NoWindow,
            "403 Allow this in the window of Temporal Codec Desktop first",
        ),
    ] {
        let mut wire = server.connect().await;
        wire.send(&page(ORIGIN).bytes()).await;
        let (question, tell) = user.asked().await;
        assert_eq!(question.asker, Asker::Page(ORIGIN.to_owned()));
        assert_eq!(question.namespace, Namespace::new("orders"));
        assert_eq!(question.n_payloads, Some(2));
        assert!(!format!("{question:?}").contains("eyJ"), "no content");
        tell.send(answer).expect("it waits");
        let reply = wire.reply().await;
        assert_eq!(reply.status_line(), line);
        assert_eq!(reply.header("access-control-allow-origin"), Some(ORIGIN));
    }
    assert_eq!(server.last_record().code, Some(Code::ConsentNotGiven));
    // A preflight is nobody's consent.
    let preflight = server.send(&Ask::preflight("/decode", ORIGIN)).await;
    assert_eq!(preflight.status, 204);
}

#[tokio::test]
async fn without_an_answer_it_is_refused_in_time_and_what_is_known_is_not_asked() {
    let user = Arc::new(User::default());
    let server = start(&user, Duration::from_millis(200)).await;
    let start = Instant::now();
    let reply = server.post("/decode", &payloads(&[SEALED])).await;
    assert_eq!(
        reply.status_line(),
        "403 Look at Temporal Codec Desktop: it asks whether to allow this"
    );
    assert!(start.elapsed() >= Duration::from_millis(200));
    assert_eq!(server.last_record().code, Some(Code::ConsentNotGiven));

    let known = |answer| {
        let mut known = user.known.lock().expect("no panic");
        known.insert((Asker::Program, None), answer);
    };
    user.asked.lock().expect("no panic").clear();
    known(ConsentAnswer::Allowed);
    let reply = server.post("/decode", &payloads(&[SEALED])).await;
    assert_eq!(reply.body, payloads(&[PLAIN]));
    known(ConsentAnswer::Denied);
    let reply = server.post("/decode", &payloads(&[SEALED])).await;
    assert_eq!(reply.status, 403);
    assert_eq!(server.last_record().code, Some(Code::ConsentDenied));
    assert!(user.asked.lock().expect("no panic").is_empty());
}

#[tokio::test]
async fn a_wait_ends_when_its_client_is_gone_and_takes_no_thread_from_others() {
    let user = Arc::new(User::default());
    let server = start(&user, LONG).await;
    let mut waiting = Vec::new();
    for _ in 0..32 {
        let mut wire = server.connect().await;
        wire.send(&page(ORIGIN).bytes()).await;
        let asked = user.asked().await;
        waiting.push((wire, asked));
    }
    // One more is refused at once, and who is known is served beside them.
    let start = Instant::now();
    let reply = server.send(&page(ORIGIN)).await;
    assert_eq!(reply.status, 403);
    {
        let mut known = user.known.lock().expect("no panic");
        known.insert((Asker::Program, None), ConsentAnswer::Allowed);
    }
    let reply = server.post("/decode", &payloads(&[SEALED])).await;
    assert_eq!(reply.body, payloads(&[PLAIN]));
    assert!(start.elapsed() < Duration::from_secs(10));

    for (wire, (_, tell)) in waiting {
        drop(wire);
        let start = Instant::now();
        while !tell.is_closed() {
            assert!(start.elapsed() < Duration::from_secs(10), "it still waits");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

#[tokio::test]
async fn a_page_that_is_not_listed_is_asked_about_only_where_that_is_chosen() {
    let user = Arc::new(User::default());
    let server = start(&user, LONG).await;
    let reply = server.send(&page(EVIL)).await;
    assert_eq!(reply.status_line(), "403 Origin not allowed");
    assert_eq!(reply.header("access-control-allow-origin"), None);
    assert!(user.asked.lock().expect("no panic").is_empty());

    let user = Arc::new(User {
        unlisted: true,
        ..User::default()
    });
    let server = self::start(&user, LONG).await;
    let preflight = server.send(&Ask::preflight("/decode", EVIL)).await;
    assert_eq!(preflight.status, 204);
    let mut wire = server.connect().await;
    wire.send(&page(EVIL).bytes()).await;
    let (question, tell) = user.asked().await;
    assert_eq!(question.asker, Asker::UnlistedPage(EVIL.to_owned()));
    tell.send(ConsentAnswer::Allowed).expect("it waits");
    let reply = wire.reply().await;
    assert_eq!(reply.status_line(), "200 OK");
    assert_eq!(reply.header("access-control-allow-origin"), Some(EVIL));

    // Nothing else is its business, and what is no one origin is a stranger all the same.
    for (path, origin) in [
        ("/health", EVIL),
        ("/other", EVIL),
        ("/decode", "null"),
        ("/decode", "http://a.test/x"),
    ] {
        let reply = server
            .send(&Ask::post(path, "{}").header("Origin", origin))
            .await;
        assert_eq!(
            reply.status_line(),
            "403 Origin not allowed",
            "{path} {origin}"
        );
    }
    // A rebound name is refused before anybody is asked.
    let rebound = page(EVIL).without("Host").header("Host", "evil.test");
    assert_eq!(
        server.send(&rebound).await.status_line(),
        "403 Host not allowed"
    );
    assert!(user.asked.lock().expect("no panic").is_empty());
}

#[tokio::test]
async fn nobody_is_asked_where_nothing_would_be_opened_and_the_reason_is_the_true_one() {
    let user = Arc::new(User::default());
    let server = start(&user, LONG).await;
    let pause = Pause::default();
    let with = |shut| Rules {
        consent: Some(user.clone()),
        shut,
        pause: pause.clone(),
        ..rules(sample_profile())
    };
    let is_shut = async |line: &str, code: Code| {
        let reply = server.send(&page(ORIGIN)).await;
        // One of the two Payloads is plain, and it is no secret: what a codec claims is what is left as it was sent.
        assert_eq!(reply.body, payloads(&[SEALED, PLAIN]));
        let record = server.last_record();
        assert_eq!(record.failures[0].code, code);
        let sealed = Ask::post("/decode", &payloads(&[SEALED])).header("Origin", ORIGIN);
        assert_eq!(server.send(&sealed).await.status_line(), line);
        let encode = Ask::post("/encode", &payloads(&[PLAIN])).header("Origin", ORIGIN);
        assert_eq!(server.send(&encode).await.status_line(), line);
        let program = server.post("/decode", &payloads(&[SEALED])).await;
        assert_eq!(program.body, payloads(&[SEALED]), "as it was sent");
    };
    for (shut, line, code) in [
        (Shut::Locked, "423 Codec Server is locked", Code::Locked),
        (
            Shut::KeyFile,
            "423 Encrypted key file is locked",
            Code::KeychainUnavailable,
        ),
    ] {
        server.rules.send_replace(Arc::new(with(Some(shut))));
        is_shut(line, code).await;
    }
    server.rules.send_replace(Arc::new(with(None)));
    pause.set(true);
    let paused = "503 Codec Server is paused in Temporal Codec Desktop";
    is_shut(paused, Code::Paused).await;
    pause.set(false);
    assert!(user.asked.lock().expect("no panic").is_empty());

    // It is locked while somebody waits for an answer.
    let mut wire = server.connect().await;
    let sealed = Ask::post("/decode", &payloads(&[SEALED])).header("Origin", ORIGIN);
    wire.send(&sealed.bytes()).await;
    let (_, tell) = user.asked().await;
    tell.send(ConsentAnswer::Shut(Shut::Locked))
        .expect("it waits");
    let reply = wire.reply().await;
    assert_eq!(reply.status_line(), "423 Codec Server is locked");
}
