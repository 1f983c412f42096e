//! Large requests are decoded while their body comes in: the answer is what it would be had the body been there at once, and nobody
//! gets a part of one.

use std::time::Duration;

use codec_server::{Code, Pause, Rules, Undecodable};
use support::server::{TestServer, chain, profile, rules, sample_keys, sample_profile};
use support::wire::{Ask, ORIGIN, PLAIN, Reply, SEALED, SEALED_ZLIB, Wire, payloads};
use temporal_payload::Payload;
use tokio::time::{sleep, timeout};

use crate::paused::LockedAfter;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// Bytes of a body that is worked on while it comes in.
const LARGE: usize = 4 << 20;

/// A plain Payload of 300 KB, and as it is sealed.
fn sealed() -> (String, String) {
    let plain = Payload {
        metadata: [("encoding".to_owned(), b"binary/plain".to_vec())].into(),
        data: vec![b'x'; 300_000].into(),
        external_payloads: Vec::new(),
    };
    let sealed = sample_profile().chain.encode(plain.clone());
    (plain.to_json(), sealed.expect("it is sealed").to_json())
}

/// More than [`LARGE`] bytes of Payloads, `between` put between them, and what they are decoded.
fn large(between: &[(&str, &str)]) -> (String, String) {
    let (plain, sealed) = sealed();
    let (mut sent, mut decoded) = (Vec::new(), Vec::new());
    for _ in 0..12 {
        for (one, its) in between.iter().copied().chain([(&*sealed, &*plain)]) {
            sent.push(one);
            decoded.push(its);
        }
    }
    (payloads(&sent), payloads(&decoded))
}

fn ask(body: &str) -> Vec<u8> {
    Ask::post("/decode", body).header("Origin", ORIGIN).bytes()
}

/// Sends all but the last bytes, does something meanwhile, and sends the rest.
async fn meanwhile(wire: &mut Wire, bytes: &[u8], done: impl FnOnce()) -> Reply {
    let (first, rest) = bytes.split_at(bytes.len() - 10);
    wire.send(first).await;
    // What is there is being worked on.
    sleep(Duration::from_millis(300)).await;
    done();
    wire.send(rest).await;
    timeout(PATIENCE, wire.reply()).await.expect("an answer")
}

#[tokio::test]
async fn is_answered_as_if_it_had_been_there_at_once() {
    let server = TestServer::start(rules(sample_profile())).await;
    let small = [SEALED, PLAIN, SEALED_ZLIB, SEALED];
    let answers = server.post("/decode", &payloads(&small)).await.body;
    let decoded: serde_json::Value = serde_json::from_str(&answers).expect("JSON");
    let decoded: Vec<String> = decoded["payloads"]
        .as_array()
        .expect("a list")
        .iter()
        .map(ToString::to_string)
        .collect();
    let external = r#"{"externalPayloads":[{"sizeBytes":"3"}]}"#;
    for unusual in [None, Some(external)] {
        let small = small
            .iter()
            .copied()
            .zip(decoded.iter().map(String::as_str));
        let between: Vec<_> = small.chain(unusual.map(|it| (it, it))).collect();
        let (sent, expected) = large(&between);
        assert!(sent.len() > LARGE);
        let reply = server.post_from_page("/decode", &sent).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        let [reply, expected] = [&reply.body, &expected]
            .map(|text| serde_json::from_str::<serde_json::Value>(text).expect("JSON"));
        assert!(reply == expected, "every Payload, in its order");
        let record = server.last_record();
        let counts = record.payloads;
        let n_others = usize::from(unusual.is_some());
        assert_eq!(counts.total, 12 * (5 + n_others));
        assert_eq!((counts.decoded, counts.failed), (12 * 4, 0));
        assert_eq!(counts.passed_through, 12 * (1 + n_others));
        assert_eq!(record.bytes_in, sent.len() as u64);
        assert!(record.timing.work.is_some());
    }
}

#[tokio::test]
async fn what_is_wrong_with_it_is_said_of_its_place() {
    let server = TestServer::start(rules(sample_profile())).await;
    let (sent, _) = large(&[(PLAIN, PLAIN)]);
    let lines = sent.replace(",{", ",\n{");
    let n_lines = lines.lines().count();
    let cut = lines.strip_suffix("]}").expect("its end");
    for (end, place) in [
        ("]", format!("line {n_lines}")),
        (",{]}", format!("line {n_lines}")),
        ("]}\n\nx", format!("line {}, column 1", n_lines + 2)),
        (
            ",\n{\"data\":1}]}",
            format!("line {}, column 9", n_lines + 1),
        ),
    ] {
        let reply = server.post("/decode", &format!("{cut}{end}")).await;
        assert_eq!(reply.status, 400);
        assert!(reply.body.contains(&place), "{place}: {}", reply.body);
        assert!(!reply.body.contains("eHh4"), "nothing of what was decoded");
    }
    let record = server.last_record();
    assert_eq!(
        record.payloads.total, 0,
        "nothing counts of what is no request"
    );
}

#[tokio::test]
async fn too_many_payloads_are_refused_and_the_connection_goes_on() {
    let server = TestServer::start(rules(sample_profile())).await;
    let mut wire = server.connect().await;
    let many = payloads(&vec!["{}"; 2 << 20]);
    wire.send(&ask(&many)).await;
    let reply = timeout(PATIENCE, wire.reply()).await.expect("an answer");
    assert_eq!(reply.status, 413, "{}", reply.body);
    wire.send(&ask(&payloads(&[SEALED]))).await;
    assert_eq!(wire.reply().await.status, 200);
}

#[tokio::test]
async fn nobody_gets_a_part_of_what_was_opened_before_a_lock() {
    for n_opened in [1, 5, 11] {
        let keys = LockedAfter(n_opened.into(), sample_keys(&["test-key-id"]));
        let mut profile = profile(chain(keys, None));
        profile.undecodable = Undecodable::Pass;
        let server = TestServer::start(rules(profile)).await;
        let (sent, _) = large(&[]);
        let reply = server.post_from_page("/decode", &sent).await;
        assert_eq!(server.last_record().code, Some(Code::Locked));
        assert!(reply.status >= 400 && reply.body.len() < 1000);
        assert!(
            server.last_record().keys.is_empty(),
            "nothing was handed out"
        );
    }
}

#[tokio::test]
async fn what_happens_while_it_comes_in_counts() {
    let (sent, expected) = large(&[]);
    let bytes = ask(&sent);
    type Happens = fn(&Pause);
    let cases: [(Happens, Option<Code>); 3] = [
        (|_| {}, None),
        (
            |pause| assert!(pause.set_panic_lock(true)),
            Some(Code::PanicLocked),
        ),
        (|pause| assert!(pause.set(true)), Some(Code::Paused)),
    ];
    for (happens, code) in cases {
        let rules: Rules = rules(sample_profile());
        let pause = rules.pause.clone();
        let server = TestServer::start(rules).await;
        let mut wire = server.connect().await;
        let reply = meanwhile(&mut wire, &bytes, || happens(&pause)).await;
        assert_eq!(server.last_record().code, code);
        match code {
            None => assert!(reply.body == expected, "all of it"),
            Some(_) => assert!(reply.status >= 400 && reply.body.len() < 1000),
        }
    }
}

/// Who stops in the middle keeps nobody waiting, and is told nothing.
#[tokio::test]
async fn who_sends_it_slowly_or_not_to_its_end_keeps_no_place() {
    let server = TestServer::start(rules(sample_profile())).await;
    let (sent, expected) = large(&[]);
    let bytes = ask(&sent);
    let mut stuck = Vec::new();
    for _ in 0..8 {
        let mut wire = server.connect().await;
        wire.send(&bytes[..bytes.len() / 2]).await;
        stuck.push(wire);
    }
    sleep(Duration::from_millis(300)).await;
    let reply = timeout(PATIENCE, server.post("/decode", &sent)).await;
    assert!(reply.expect("an answer").body == expected);
    drop(stuck);
    let reply = timeout(PATIENCE, server.post("/decode", &sent)).await;
    assert!(reply.expect("an answer").body == expected);
}
