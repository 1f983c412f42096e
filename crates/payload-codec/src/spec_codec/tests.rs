//! Which keys are tried, what is said when none opens, and what encoding refuses.

use std::sync::Arc;

use temporal_payload::Payload;
use zeroize::Zeroizing;

use super::*;
use crate::budget::Budget;
use crate::catalogue::presets::preset;
use crate::chain::{CodecChain, Limits};
use crate::key::Keyring;
use crate::key_error::KeyError;
use crate::spec::{Encoding, HeaderPart, Marker};

const LIMIT: usize = 1 << 20;

fn secret(seed: u8) -> SecretKey {
    SecretKey::new(Zeroizing::new(vec![seed; 32])).expect("32 bytes")
}

/// Keys by id and seed, in this order.
pub(super) struct Keys(Vec<(KeyId, SecretKey)>);

impl KeyProvider for Keys {
    fn key(&self, id: &KeyId) -> Result<Option<SecretKey>, KeyError> {
        let found = self.0.iter().find(|(own, _)| own == id);
        Ok(found.map(|(_, key)| key.clone()))
    }

    fn keys(&self) -> Result<Vec<(KeyId, SecretKey)>, KeyError> {
        Ok(self.0.clone())
    }
}

/// Nobody gets a key.
struct Locked;

impl KeyProvider for Locked {
    fn key(&self, _: &KeyId) -> Result<Option<SecretKey>, KeyError> {
        Err(KeyError::AppLocked)
    }

    fn keys(&self) -> Result<Vec<(KeyId, SecretKey)>, KeyError> {
        Err(KeyError::AppLocked)
    }
}

pub(super) fn keys(keys: &[(&str, u8)]) -> Arc<Keys> {
    let keys = keys.iter();
    Arc::new(Keys(
        keys.map(|(id, seed)| (KeyId::new(id), secret(*seed)))
            .collect(),
    ))
}

fn codec(name: &str, keys: Arc<dyn KeyProvider>, encode_key: &str) -> Arc<dyn PayloadCodec> {
    let spec = preset(name).expect("a preset").spec;
    build(&spec, name, keys, Some(KeyId::new(encode_key))).expect("sound")
}

pub(super) fn payload() -> Payload {
    Payload {
        metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
        data: b"\"canary\"".to_vec().into(),
        external_payloads: vec![],
    }
}

pub(super) fn sealed(name: &str, id: &str, seed: u8) -> Payload {
    let encoded = codec(name, keys(&[(id, seed)]), id).encode(&payload());
    encoded.expect("encoded").expect("wrapped")
}

pub(super) fn open(codec: &Arc<dyn PayloadCodec>, sealed: &Payload) -> Result<KeyId, CodecError> {
    let opened = codec.open(sealed, &mut Budget::new(u64::MAX).allow(LIMIT))?;
    assert_eq!(opened.payload, payload());
    Ok(opened.key_id.expect("somebody's key"))
}

#[test]
fn a_named_key_is_the_only_one_that_is_tried() {
    let sent = sealed("sdk-samples", "theirs", 1);
    let ours = codec("sdk-samples", keys(&[("ours", 1), ("theirs", 2)]), "ours");
    let theirs = KeyId::new("theirs");
    assert_eq!(
        open(&ours, &sent),
        Err(CodecError::Unauthentic(theirs.clone()))
    );
    let ours = codec("sdk-samples", keys(&[("ours", 1)]), "ours");
    assert_eq!(open(&ours, &sent), Err(CodecError::KeyNotFound(theirs)));
}

#[test]
fn without_an_id_every_key_is_tried_and_the_one_that_opens_is_told() {
    let mut nameless = sealed("sdk-samples", "k", 3);
    let all = keys(&[("a", 1), ("b", 2), ("c", 3)]);
    let several = codec("sdk-samples", all, "a");
    for id in [None, Some("")] {
        nameless.metadata.remove("encryption-key-id");
        if let Some(id) = id {
            let name = "encryption-key-id".to_owned();
            nameless.metadata.insert(name, id.into());
        }
        assert_eq!(open(&several, &nameless), Ok(KeyId::new("c")), "{id:?}");
        // A key with the empty id is the one that is meant, unless no id stands there at all.
        let empty = codec("sdk-samples", keys(&[("c", 3), ("", 4)]), "");
        let opened = match id {
            Some(_) => Err(CodecError::Unauthentic(KeyId::new(""))),
            None => Ok(KeyId::new("c")),
        };
        assert_eq!(open(&empty, &nameless), opened, "{id:?}");
        let none = match id {
            Some(id) => CodecError::KeyNotFound(KeyId::new(id)),
            None => CodecError::KeyIdMissing,
        };
        for others in [keys(&[("a", 1)]), keys(&[("a", 1), ("b", 2)]), keys(&[])] {
            let others = codec("sdk-samples", others, "a");
            assert_eq!(open(&others, &nameless), Err(none.clone()), "{id:?}");
        }
    }
}

#[test]
fn a_format_without_ids_tries_every_key() {
    let sent = sealed("posthog-fernet", "k", 3);
    let several = codec("posthog-fernet", keys(&[("a", 1), ("c", 3)]), "a");
    assert_eq!(open(&several, &sent), Ok(KeyId::new("c")));
    for (others, error) in [
        (keys(&[]), CodecError::KeyIdMissing),
        (keys(&[("a", 1)]), CodecError::Unauthentic(KeyId::new("a"))),
        (keys(&[("a", 1), ("b", 2)]), CodecError::KeyIdMissing),
    ] {
        let others = codec("posthog-fernet", others, "a");
        assert_eq!(open(&others, &sent), Err(error));
    }
}

#[test]
fn a_format_that_ignores_ids_tries_the_named_key_first() {
    let sent = sealed("hub-live", "named", 3);
    let both = codec("hub-live", keys(&[("other", 3), ("named", 3)]), "other");
    assert_eq!(open(&both, &sent), Ok(KeyId::new("named")));
    let other = codec("hub-live", keys(&[("x", 1), ("other", 3)]), "x");
    assert_eq!(open(&other, &sent), Ok(KeyId::new("other")));
    let none = codec("hub-live", keys(&[("x", 1)]), "x");
    let named = KeyId::new("named");
    assert_eq!(open(&none, &sent), Err(CodecError::KeyNotFound(named)));
}

#[test]
fn trials_end() {
    let sent = sealed("no-key-id", "k", 200);
    for (at, opens) in [(MAX_CANDIDATES - 1, true), (MAX_CANDIDATES, false)] {
        let mut many: Vec<(KeyId, SecretKey)> = (0..100)
            .map(|seed| (KeyId::new(&format!("k{seed}")), secret(seed)))
            .collect();
        many[at].1 = secret(200);
        let codec = codec("no-key-id", Arc::new(Keys(many)), "k0");
        assert_eq!(open(&codec, &sent).is_ok(), opens, "key {at}");
    }
}

#[test]
fn locked_nothing_is_opened_or_sealed_with_a_key() {
    let unavailable = |id: &str| CodecError::KeyUnavailable {
        id: KeyId::new(id),
        source: KeyError::AppLocked,
    };
    for (name, said) in [
        ("sdk-samples", "k"),
        ("posthog-fernet", ""),
        ("hub-live", "k"),
    ] {
        let locked = codec(name, Arc::new(Locked), "k");
        let sent = sealed(name, "k", 1);
        assert_eq!(
            locked.decode(&sent, LIMIT),
            Err(unavailable(said)),
            "{name}"
        );
        assert_eq!(locked.encode(&payload()), Err(unavailable("k")), "{name}");
    }
    // The Payload says what the key is; to encode, one must be chosen and be there.
    let id = "a-key-of-16-byte";
    let locked = codec("samples-java", Arc::new(Locked), id);
    let sent = sealed("samples-java", id, 1);
    assert_eq!(locked.decode(&sent, LIMIT), Ok(payload()));
    assert_eq!(locked.encode(&payload()), Err(unavailable(id)));
}

#[test]
fn a_key_that_does_not_fit_is_told_when_it_is_used() {
    let mut ring = Keyring::default();
    for (id, bytes) in [
        ("short", &b"twenty bytes of key!"[..]),
        ("hex", b"hex:no digits"),
    ] {
        let key = SecretKey::of_any_length(Zeroizing::new(bytes.to_vec())).expect("a length");
        ring.insert(KeyId::new(id), key);
    }
    let ring = Arc::new(ring);
    for (name, id, bits) in [
        ("sdk-samples", "short", 160),
        ("nacl-secretbox", "short", 160),
        ("posthog-fernet", "hex", 104),
    ] {
        let unfit = CodecError::KeyUnfit {
            id: KeyId::new(id),
            bits,
        };
        let codec = codec(name, ring.clone(), id);
        assert_eq!(codec.encode(&payload()), Err(unfit.clone()), "{name}");
        if name != "posthog-fernet" {
            let sent = sealed(name, id, 1);
            assert_eq!(codec.decode(&sent, LIMIT), Err(unfit), "{name}");
        }
    }
}

#[test]
fn nothing_is_encoded_without_a_key_or_in_a_format_that_only_reads() {
    let spec = preset("sdk-samples").expect("a preset").spec;
    let without = build(&spec, "x", keys(&[("k", 1)]), None).expect("sound");
    assert_eq!(without.encode(&payload()), Err(CodecError::NoEncodeKey));
    let gone = codec("sdk-samples", keys(&[("k", 1)]), "gone");
    let not_found = CodecError::KeyNotFound(KeyId::new("gone"));
    assert_eq!(gone.encode(&payload()), Err(not_found));
    for name in [
        "temporal-proxy-local",
        "temporal-kt",
        "tink",
        "features-base64",
    ] {
        let codec = codec(name, keys(&[("k", 1)]), "k");
        assert_eq!(
            codec.encode(&payload()),
            Err(CodecError::NoEncodeKey),
            "{name}"
        );
    }
}

#[test]
fn a_format_of_data_alone_says_what_metadata_it_lacks_or_may_not_have() {
    let tracecat = |workspace: Option<&str>| {
        let mut spec = preset("tracecat").expect("a preset").spec;
        let workspace = workspace.map(|id| ("tracecat_workspace_id".to_owned(), id.to_owned()));
        spec.write = workspace.into_iter().collect();
        build(
            &spec,
            "tracecat",
            keys(&[("v1", 1)]),
            Some(KeyId::new("v1")),
        )
        .expect("sound")
    };
    let missing = CodecError::MetadataMissing {
        name: "tracecat_workspace_id".to_owned(),
    };
    assert_eq!(tracecat(None).encode(&payload()), Err(missing));
    for name in [
        "tracecat_workspace_id",
        "tracecat_nonce",
        "tracecat_original_encoding",
    ] {
        let mut taken = payload();
        taken.metadata.insert(name.to_owned(), b"x".to_vec());
        let error = CodecError::MetadataTaken { name: name.into() };
        assert_eq!(tracecat(Some("w")).encode(&taken), Err(error));
    }
    let mut null = payload();
    null.metadata
        .insert("encoding".to_owned(), b"binary/null".to_vec());
    null.data = bytes::Bytes::new();
    assert_eq!(tracecat(Some("w")).encode(&null), Ok(None));
    // What stays in the clear is bound: somebody else's workspace does not open it.
    let mut moved = tracecat(Some("w"))
        .encode(&payload())
        .expect("encoded")
        .expect("wrapped");
    assert_eq!(tracecat(None).decode(&moved, LIMIT), Ok(payload()));
    let name = "tracecat_workspace_id".to_owned();
    moved.metadata.insert(name, b"another".to_vec());
    let unauthentic = CodecError::Unauthentic(KeyId::new("v1"));
    assert_eq!(tracecat(None).decode(&moved, LIMIT), Err(unauthentic));
}

/// One key in two formats: what opens and is no Payload was written by the other one.
#[test]
fn what_opens_and_is_no_payload_is_left_to_the_next_format() {
    let key = secret(1);
    let cipher = key.aes().expect("an AES key");
    let mut data = vec![5; 12];
    data.extend_from_slice(b"{\"a\":1}");
    cipher
        .seal(&[5; 12], b"", 0, &mut data, 12)
        .expect("sealed");
    let metadata = ["encoding", "encryption-key-id", "encryption-cipher"]
        .into_iter()
        .zip(["binary/encrypted", "k", "AES/GCM/NoPadding"])
        .map(|(name, value)| (name.to_owned(), value.into()));
    let sent = Payload {
        metadata: metadata.collect(),
        data: data.into(),
        external_payloads: vec![],
    };
    let all = keys(&[("k", 1)]);
    let codecs = ["temporal-kt", "sdk-samples"].map(|name| codec(name, all.clone(), "k"));
    let chain = CodecChain::new(codecs.to_vec(), vec![], Limits::default());
    let decoded = chain.decode(sent.clone());
    assert_eq!(decoded.error, None);
    assert_eq!(decoded.steps[0].format.as_deref(), Some("temporal-kt"));
    assert_eq!(decoded.payload.encoding(), Some("json/plain"));
    // And a whole Payload is not taken for bytes, although every byte sequence is some data.
    let whole = codecs[1]
        .encode(&payload())
        .expect("encoded")
        .expect("wrapped");
    let whole = Payload {
        metadata: sent.metadata,
        ..whole
    };
    let decoded = chain.decode(whole);
    assert_eq!(decoded.steps[0].format.as_deref(), Some("sdk-samples"));
    assert_eq!(decoded.payload, payload());
}

#[test]
fn no_nonce_is_written_twice() {
    for name in [
        "sdk-samples",
        "tracecat",
        "posthog-fernet",
        "nacl-secretbox",
        "nzuguem",
    ] {
        let mut spec = preset(name).expect("a preset").spec;
        if name == "tracecat" {
            let workspace = ("tracecat_workspace_id".to_owned(), "w".to_owned());
            spec.write = [workspace].into();
        }
        let codec = build(&spec, name, keys(&[("k", 1)]), Some(KeyId::new("k"))).expect("sound");
        let first = codec.encode(&payload()).expect("encoded").expect("wrapped");
        let second = codec.encode(&payload()).expect("encoded").expect("wrapped");
        assert_ne!(first.data, second.data, "{name}");
    }
}

#[test]
fn what_is_larger_than_the_limit_is_refused() {
    for name in ["sdk-samples", "kuflow", "posthog-fernet"] {
        let ours = codec(name, keys(&[("k", 1)]), "k");
        let large = Payload {
            data: vec![b' '; 4000].into(),
            ..payload()
        };
        let sent = ours.encode(&large).expect("encoded").expect("wrapped");
        assert_eq!(ours.decode(&sent, 5000), Ok(large), "{name}");
        for limit in [0, 1000, 3999] {
            let error = Err(CodecError::Inflate { limit });
            assert_eq!(ours.decode(&sent, limit), error, "{name}");
        }
    }
}

/// Writers that mark what they sealed leave `encoding` as it is, some with a copy of it in another entry.
#[test]
fn a_marker_keeps_the_encoding_with_and_without_a_copy_of_it() {
    let mut without = payload();
    without.metadata.clear();
    for copy in [None, Some("original-encoding")] {
        let mut spec = preset("sdk-samples").expect("a preset").spec;
        spec.encoding = Encoding::Marked(Marker {
            marker: "sealed".to_owned(),
            value: None,
        });
        spec.body = Body::Data {
            original_encoding: copy.map(str::to_owned),
            remove: vec![],
            leave_empty: false,
        };
        let codec =
            build(&spec, "marked", keys(&[("k", 1)]), Some(KeyId::new("k"))).expect("sound");
        for payload in [payload(), without.clone()] {
            let sealed = codec.encode(&payload).expect("encoded").expect("wrapped");
            assert_eq!(sealed.encoding(), payload.encoding(), "{copy:?}");
            assert_eq!(codec.decode(&sealed, LIMIT), Ok(payload), "{copy:?}");
        }
        // A writer that replaces the encoding beside its marker keeps the original in that entry.
        if let Some(name) = copy {
            let mut sealed = codec.encode(&payload()).expect("encoded").expect("wrapped");
            let replaced = ("encoding".to_owned(), b"binary/encrypted".to_vec());
            sealed.metadata.extend([replaced]);
            assert!(sealed.metadata.contains_key(name));
            assert_eq!(codec.decode(&sealed, LIMIT), Ok(payload()));
        }
    }
}

/// A format without ids tries whatever key there is; that it does not open says less than the name of the missing key.
#[test]
fn a_missing_key_is_named_whatever_another_format_tried() {
    let sent = sealed("sdk-samples", "theirs", 1);
    let keys = keys(&[("ours", 2)]);
    let behind = CodecSpec {
        header: vec![HeaderPart::Skip(4)],
        key_id: None,
        ..preset("sdk-samples").expect("a preset").spec
    };
    let own = build(&behind, "own", keys.clone(), None).expect("sound");
    let samples = codec("sdk-samples", keys, "ours");
    for decoders in [
        vec![own.clone(), samples.clone()],
        vec![samples, own.clone()],
    ] {
        let chain = CodecChain::new(decoders, Vec::new(), Limits::default());
        let error = chain.decode(sent.clone()).error;
        assert_eq!(error, Some(CodecError::KeyNotFound(KeyId::new("theirs"))));
    }
    let chain = CodecChain::new(vec![own], Vec::new(), Limits::default());
    let error = chain.decode(sent).error;
    assert_eq!(error, Some(CodecError::Unauthentic(KeyId::new("ours"))));
}
