//! Something in front of nonce and ciphertext: a version, or the key's id.

use std::sync::Arc;

use temporal_payload::METADATA_ENCODING;

use super::tests::{candidate, plain, sealed, search, secret, spec};
use super::*;
use crate::key::Keyring;
use crate::spec::header::{HeaderPart, LengthAs};
use crate::spec_codec::build;

/// A Payload that key 7 sealed in the samples' format, behind these bytes.
fn behind(front: &[u8]) -> Payload {
    let mut sent = sealed(&spec("sdk-samples"), "k", &secret(7), &plain(b"\"inside\""));
    sent.metadata.remove("encryption-key-id");
    sent.metadata
        .insert(METADATA_ENCODING.to_owned(), b"binary/acme".to_vec());
    sent.data = [front, &sent.data].concat().into();
    sent
}

#[track_caller]
fn check(front: &[u8], id: &str, expect: &[HeaderPart]) {
    let keys = [
        candidate("other", 1, &["sdk-samples"]),
        candidate(id, 7, &["sdk-samples"]),
    ];
    let sent = behind(front);
    let found = search(&sent, &keys);
    assert_eq!(found.verdict, Verdict::Opens, "{}", found.verdict);
    let [finding] = &found.findings[..] else {
        panic!("one finding");
    };
    assert_eq!(
        (finding.key, &finding.adoption.also_opens),
        (Some(1), &None)
    );
    assert_eq!(finding.opened.data, plain(b"\"inside\"").data);
    let FoundFormat::Layout { spec, .. } = &finding.format else {
        panic!("a format of its own");
    };
    assert_eq!(spec.header, expect);
    let mut ring = Keyring::default();
    ring.insert(KeyId::new(id), secret(7));
    let codec = build(spec, "acme", Arc::new(ring), None).expect("sound");
    let budget = Budget::new(u64::MAX);
    let opened = codec
        .open(&sent, &mut budget.allow(1 << 20))
        .expect("it opens");
    assert_eq!(opened.key_id, Some(KeyId::new(id)));
}

#[test]
fn what_stands_in_front_is_the_id_of_the_key_where_it_says_so() {
    use HeaderPart::{KeyId, Skip};
    check(b"key7", "key7", &[KeyId(4)]);
    check(&[0, 0, 0, 7], "00000007", &[KeyId(4)]);
    check(&[0xab; 16], &"ab".repeat(16), &[KeyId(16)]);
    check(&[0, 0, 0, 7], "prod", &[Skip(4)]);
    check(&[2], "prod", &[Skip(1)]);
    let uuid = b"6f0f9092-1111-4222-8333-444455556666";
    check(uuid, "prod", &[Skip(36)]);
    check(uuid, std::str::from_utf8(uuid).expect("text"), &[KeyId(36)]);
}

#[test]
fn an_id_stands_behind_a_version_and_its_length() {
    use HeaderPart::{KeyId, KeyIdAfterLength, Skip};
    use LengthAs::{U8, U16Be, U32Be, U32Le};
    check(b"\x02production", "production", &[Skip(1), KeyId(10)]);
    check(b"\x0aproduction", "production", &[KeyIdAfterLength(U8)]);
    check(
        b"\x02\0\x0aproduction",
        "production",
        &[Skip(1), KeyIdAfterLength(U16Be)],
    );
    check(
        b"ACME\x01\0\0\0\x0aproduction",
        "production",
        &[Skip(5), KeyIdAfterLength(U32Be)],
    );
    check(
        b"\x0a\0\0\0production",
        "production",
        &[KeyIdAfterLength(U32Le)],
    );
    check(
        &[1, 2, 0xff, 0xfe],
        "hex:fffe",
        &[Skip(1), KeyIdAfterLength(U8)],
    );
}
