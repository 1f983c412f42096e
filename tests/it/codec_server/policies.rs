//! What is answered when Payloads cannot be decoded: explain, fail, pass; and the bounds on what decoding may produce.

use codec_server::{Code, Undecodable};
use support::server::{
    TestServer, chain, profile, rules, sample_keys, sample_profile, stored_zlib,
};
use support::wire::{NULL, PLAIN, SEALED, UNKNOWN_KEY, payloads};
use temporal_payload::Payload;

async fn server(undecodable: Undecodable) -> TestServer {
    let mut profile = sample_profile();
    profile.undecodable = undecodable;
    TestServer::start(rules(profile)).await
}

const NOTHING_READABLE: [&str; 2] = [UNKNOWN_KEY, UNKNOWN_KEY];

#[tokio::test]
async fn explain_tells_a_page_when_nothing_at_all_could_be_decoded() {
    let server = server(Undecodable::Explain).await;
    let all_bad = payloads(&NOTHING_READABLE);

    let page = server.post_from_page("/decode", &all_bad).await;
    assert_eq!(page.status_line(), "422 Key not found: prod-2024");

    // The CLI would retry for ten seconds, and then show nothing.
    let program = server.post("/decode", &all_bad).await;
    assert_eq!((program.status, program.body), (200, all_bad));
}

#[tokio::test]
async fn explain_keeps_an_answer_in_which_anything_is_readable() {
    let server = server(Undecodable::Explain).await;
    for (sent, expect) in [
        ([UNKNOWN_KEY, SEALED], [UNKNOWN_KEY, PLAIN]),
        ([UNKNOWN_KEY, PLAIN], [UNKNOWN_KEY, PLAIN]),
        ([NULL, UNKNOWN_KEY], [NULL, UNKNOWN_KEY]),
    ] {
        let reply = server.post_from_page("/decode", &payloads(&sent)).await;
        assert_eq!((reply.status, reply.body), (200, payloads(&expect)));
    }
    let reply = server.post_from_page("/decode", "{}").await;
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn fail_fails_everyone_for_one_payload() {
    let server = server(Undecodable::Fail).await;
    let one_bad = payloads(&[SEALED, UNKNOWN_KEY, PLAIN]);
    for reply in [
        server.post("/decode", &one_bad).await,
        server.post_from_page("/decode", &one_bad).await,
    ] {
        assert_eq!(reply.status_line(), "422 Key not found: prod-2024");
        assert!(reply.body.contains("payload 2 of 3"), "{}", reply.body);
        assert!(!reply.body.contains("eyJoZWxsbyI6"), "{}", reply.body);
    }
}

#[tokio::test]
async fn pass_answers_everyone_with_what_could_be_decoded() {
    let server = server(Undecodable::Pass).await;
    let all_bad = payloads(&NOTHING_READABLE);
    let reply = server.post_from_page("/decode", &all_bad).await;
    assert_eq!((reply.status, reply.body), (200, all_bad));
    let reply = server
        .post("/decode", &payloads(&[UNKNOWN_KEY, SEALED]))
        .await;
    assert_eq!(reply.body, payloads(&[UNKNOWN_KEY, PLAIN]));
}

#[tokio::test]
async fn the_record_has_the_reason_under_every_policy() {
    for policy in [Undecodable::Explain, Undecodable::Fail, Undecodable::Pass] {
        let server = server(policy).await;
        server
            .post("/decode", &payloads(&[SEALED, UNKNOWN_KEY, NULL]))
            .await;
        let record = server.last_record();
        assert_eq!(record.failures.len(), 1, "{policy:?}");
        assert_eq!(record.failures[0].index, 1);
        assert_eq!(record.failures[0].code, Code::KeyNotFound);
        assert_eq!(
            record.failures[0].message,
            "key \"prod-2024\" was not found"
        );
    }
}

/// Sealed with the samples' key around a Payload with this encoding and data.
fn sealed_around(encoding: &str, data: &'static [u8]) -> String {
    let inner = Payload {
        metadata: [("encoding".to_owned(), encoding.into())].into(),
        data: data.into(),
        external_payloads: Vec::new(),
    };
    let ours = chain(sample_keys(&["test-key-id"]), Some("test-key-id"));
    ours.encode(inner).expect("sealed").to_json()
}

#[tokio::test]
async fn what_could_only_be_decoded_in_part_comes_back_as_it_was_sent() {
    let damaged = payloads(&[&sealed_around("binary/zlib", b"not zlib at all")]);
    for policy in [Undecodable::Explain, Undecodable::Pass] {
        let server = server(policy).await;
        let reply = server.post("/decode", &damaged).await;
        assert_eq!((reply.status, &reply.body), (200, &damaged));
        assert_eq!(server.last_record().failures[0].code, Code::PayloadDamaged);
    }
}

#[tokio::test]
async fn what_looks_encrypted_below_our_own_layer_is_an_answer() {
    // As with every worker's codec: its own layer comes off, and the decoded data is the worker's business.
    let theirs = Payload::from_json(UNKNOWN_KEY.as_bytes()).expect("a Payload");
    let wrapped = Payload {
        metadata: [("encoding".to_owned(), b"binary/zlib".to_vec())].into(),
        data: stored_zlib(&theirs.to_proto()).into(),
        external_payloads: Vec::new(),
    };
    let server = server(Undecodable::Fail).await;
    let reply = server
        .post("/decode", &payloads(&[&wrapped.to_json()]))
        .await;
    assert_eq!((reply.status, reply.body), (200, payloads(&[UNKNOWN_KEY])));
}

#[tokio::test]
async fn a_body_of_nothing_but_payloads_is_bounded_in_number() {
    let server = TestServer::start(rules(profile(chain(sample_keys(&[]), None)))).await;
    let many = |n: usize| format!("{{\"payloads\":[{}{{}}]}}", "{},".repeat(n - 1));
    let reply = server.post("/decode", &many((1 << 20) + 1)).await;
    assert_eq!(reply.status_line(), "413 More than 1048576 Payloads");
    let reply = server.post("/decode", &many(5_000_000)).await;
    assert_eq!(reply.status_line(), "413 More than 1048576 Payloads");
    let some = many(100_000);
    assert!(server.post("/decode", &some).await.body == some);
}
