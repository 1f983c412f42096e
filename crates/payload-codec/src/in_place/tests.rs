//! What is opened in place is what the codecs make of it, at the same price.

use super::*;

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use proptest::prelude::*;
use temporal_payload::METADATA_ENCODING;
use zeroize::Zeroizing;

use crate::catalogue::presets::presets;
use crate::chain::Limits;
use crate::compression::by_encoding::CompressionCodec;
use crate::compression_name::Compression;
use crate::key::{Keyring, SecretKey};
use crate::spec_codec::build;

fn keys() -> Arc<Keyring> {
    let mut keys = Keyring::default();
    for (id, byte) in [("one", 1), ("two", 2)] {
        let key = SecretKey::new(Zeroizing::new(vec![byte; 32])).expect("32 bytes");
        keys.insert(KeyId::new(id), key);
    }
    Arc::new(keys)
}

/// A chain of one format and of compression, which writes with the key `id`.
fn chain(format: &str, id: &str, limits: Limits) -> CodecChain {
    let of = |id: &str| {
        let mut presets = presets().into_iter();
        let preset = presets.find(|preset| preset.name == format);
        let spec = preset.expect("a preset").spec;
        build(&spec, format, keys(), Some(KeyId::new(id))).expect("a preset")
    };
    let mut decoders = vec![of("one")];
    for compression in Compression::READ {
        decoders.push(Arc::new(CompressionCodec(compression)));
    }
    CodecChain::new(decoders, vec![of(id)], limits)
}

fn payload(encoding: &str, more: &[(&str, &str)], data: Vec<u8>) -> Payload {
    let more = more.iter().copied();
    let metadata = more.chain([(METADATA_ENCODING, encoding)]);
    Payload {
        metadata: metadata
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect::<BTreeMap<_, _>>(),
        data: data.into(),
        external_payloads: Vec::new(),
    }
}

/// Decodes a list in place and by the codecs, each with its own account. Says how many were opened in place.
#[track_caller]
fn same(chain: &CodecChain, sent: &[Payload]) -> usize {
    let size = sent.iter().map(|payload| payload.data.len()).sum();
    let (fast, plain) = (chain.budget(size), chain.budget(size));
    let mut in_place = chain.in_place();
    let mut before = None;
    let mut n_opened = 0;
    for sent in sent {
        let is_same = before.replace(&sent.metadata) == Some(&sent.metadata);
        let beside = Payload {
            metadata: sent.metadata.clone(),
            ..Payload::default()
        };
        let mut data = sent.data.to_vec();
        let opened = in_place.open(&beside, is_same, &mut data, &fast);
        let opened = opened.expect("nobody stops it");
        let expected = chain.decode_claimed(sent, &plain);
        let opened = match opened {
            Outcome::NotHere => {
                // What was not opened here costs nothing here.
                chain.decode_claimed(sent, &fast);
                continue;
            }
            Outcome::Decoded(decoded) => {
                let expected = expected.expect("what is opened in place is claimed");
                assert_eq!(decoded.payload, expected.payload);
                assert_eq!(decoded.steps, expected.steps);
                assert_eq!(decoded.error, expected.error);
                assert_eq!(fast.spent(), plain.spent());
                continue;
            }
            Outcome::Opened(opened) => opened,
        };
        n_opened += 1;
        let expected = expected.expect("what is opened in place is claimed");
        assert_eq!(vec![opened.step(sent.data.len())], expected.steps);
        assert_eq!(expected.error, None);
        let inside = Payload {
            data: Bytes::copy_from_slice(&data[opened.data]),
            ..opened.beside.clone()
        };
        assert_eq!(inside, expected.payload);
        assert_eq!(fast.spent(), plain.spent());
    }
    n_opened
}

#[test]
fn the_usual_formats_are_opened_in_place() {
    let plain = [
        payload("json/plain", &[], b"\"one\"".to_vec()),
        payload("json/plain", &[], vec![7; 70_000]),
        payload("json/plain", &[("messageType", "a.B")], b"{}".to_vec()),
        payload("binary/null", &[], Vec::new()),
        payload("json/plain", &[], b"\"two\"".to_vec()),
    ];
    let mut n_formats = 0;
    for preset in presets() {
        let chain = chain(preset.name, "one", Limits::default());
        let sealed: Result<Vec<_>, _> = plain.iter().map(|it| chain.encode(it.clone())).collect();
        let Ok(sealed) = sealed else {
            continue;
        };
        let n_opened = same(&chain, &sealed);
        assert!(n_opened == 0 || n_opened == plain.len(), "{}", preset.name);
        n_formats += usize::from(n_opened > 0);
    }
    assert!(n_formats > 5, "{n_formats}");
    assert_eq!(
        same(&chain("sdk-samples", "one", Limits::default()), &plain),
        0
    );
}

#[test]
fn what_is_not_usual_is_left_to_the_codecs() {
    let chain = chain("sdk-samples", "two", Limits::default());
    let sealed = |payload: Payload| chain.encode(payload).expect("it is sealed");
    let usual = sealed(payload("json/plain", &[], b"1".to_vec()));
    let twice = chain.encode(payload("json/plain", &[], b"1".to_vec()));
    let twice = {
        // What is sealed already is not sealed again by a chain.
        let inner = twice.expect("it is sealed");
        let mut relabeled = inner.clone();
        relabeled
            .metadata
            .insert(METADATA_ENCODING.to_owned(), b"x".to_vec());
        let mut outer = sealed(relabeled);
        outer.metadata.extend(inner.metadata);
        outer
    };
    let compressed = CompressionCodec(Compression::Zlib);
    let compressed = compressed
        .encode(&payload("json/plain", &[], vec![b'1'; 900]))
        .expect("it is compressed")
        .expect("it is smaller");
    let mut torn = usual.clone();
    torn.data = torn.data.slice(..torn.data.len() - 1);
    let mut short = usual.clone();
    short.data = short.data.slice(..5);
    let mut of_nobody = usual.clone();
    let id = "encryption-key-id".to_owned();
    of_nobody.metadata.insert(id.clone(), b"three".to_vec());
    let mut nameless = usual.clone();
    nameless.metadata.remove(&id);
    for unusual in [sealed(compressed), torn, short, of_nobody, nameless] {
        assert_eq!(same(&chain, std::slice::from_ref(&unusual)), 0);
        // It does not spoil what has other metadata.
        let plain = payload("json/plain", &[], b"1".to_vec());
        let list = [unusual, plain, usual.clone(), usual.clone()];
        assert_eq!(same(&chain, &list), 2);
    }
    assert_eq!(same(&chain, &[usual.clone(), twice, usual]), 3);
}

#[test]
fn past_a_limit_nothing_is_opened_and_nothing_charged() {
    let sealed = |limits| {
        let chain = chain("sdk-samples", "one", limits);
        let sealed = chain.encode(payload("json/plain", &[], vec![b'1'; 5_000]));
        (chain, sealed.expect("it is sealed"))
    };
    let of_bytes = |payload_bytes| Limits {
        payload_bytes,
        ..Limits::default()
    };
    let (chain, payload) = sealed(of_bytes(5_000));
    assert_eq!(same(&chain, &[payload.clone(), payload]), 0);
    let (chain, payload) = sealed(of_bytes(6_000));
    assert_eq!(same(&chain, &[payload.clone(), payload.clone()]), 2);
    let none = Limits {
        layers: 0,
        ..Limits::default()
    };
    let (chain, _) = sealed(none);
    assert_eq!(same(&chain, std::slice::from_ref(&payload)), 0);
    let little = Limits {
        work_bytes: 0,
        ..Limits::default()
    };
    let (chain, _) = sealed(little);
    let beside = Payload {
        metadata: payload.metadata.clone(),
        ..Payload::default()
    };
    for (limit, is_opened) in [(5_000, false), (50_000, true)] {
        let budget = Budget::new(limit);
        let mut data = payload.data.to_vec();
        let mut in_place = chain.in_place();
        let opened = in_place.open(&beside, false, &mut data, &budget);
        let opened = opened.expect("not stopped");
        assert_eq!(matches!(opened, Outcome::Opened(_)), is_opened);
        assert_eq!(budget.spent() > 0, is_opened);
    }
}

proptest! {
    /// Lists of any Payloads, as they were sealed or damaged, are opened as the codecs open them.
    #[test]
    fn opens_as_the_codecs_do(
        list in prop::collection::vec(
            (0..4_usize, prop::collection::vec(any::<u8>(), 0..80), any::<Option<prop::sample::Index>>(), any::<bool>()),
            0..12,
        ),
        format in prop::sample::select(vec!["sdk-samples", "sdk-samples", "python-nexus", "tracecat"]),
    ) {
        let known = presets().iter().any(|preset| preset.name == format);
        let format = if known { format } else { "sdk-samples" };
        let encodings = ["json/plain", "binary/plain", "binary/encrypted", ""];
        let list: Vec<Payload> = list
            .into_iter()
            .map(|(kind, data, damaged, is_sealed)| {
                let chain = chain(format, if kind == 1 { "two" } else { "one" }, Limits::default());
                let plain = payload(encodings[kind], &[], data);
                let mut made = match is_sealed {
                    true => chain.encode(plain.clone()).unwrap_or(plain),
                    false => plain,
                };
                if let Some(at) = damaged.filter(|_| !made.data.is_empty()) {
                    let mut data = made.data.to_vec();
                    let at = at.index(data.len());
                    data[at] ^= 1;
                    made.data = data.into();
                }
                made
            })
            .collect();
        same(&chain(format, "one", Limits::default()), &list);
    }
}
