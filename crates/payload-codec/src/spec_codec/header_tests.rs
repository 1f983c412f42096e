//! A key's id among the bytes: it names the key, is written, and stands in one place.

use std::sync::Arc;

use super::tests::{keys, open, payload, sealed};
use super::*;
use crate::catalogue::presets::preset;
use crate::spec::layout::{PartName, layout};
use crate::spec::{Framing, HeaderPart, LengthAs};

/// The samples' format with this in front of the nonce.
fn behind(header: Vec<HeaderPart>) -> CodecSpec {
    CodecSpec {
        header,
        key_id: None,
        ..preset("sdk-samples").expect("a preset").spec
    }
}

#[test]
fn a_key_id_among_the_bytes_names_the_key() {
    for (front, id) in [
        (&b"key1"[..], "key1"),
        (b"k1\0\0", "k1"),
        (&[0, 0, 0, 7], "00000007"),
        (&[7, 0, 0, 0], "07000000"),
        (&[0xff, 0xfe, 1, 2], "fffe0102"),
        (&[0; 4], "00000000"),
    ] {
        let mut sent = sealed("sdk-samples", "any", 3);
        sent.metadata.remove("encryption-key-id");
        sent.data = [&[0x81], front, &sent.data].concat().into();
        let version = HeaderPart::Hex("81".to_owned());
        let spec = behind(vec![version, HeaderPart::KeyId(front.len())]);
        let build = |keys| build(&spec, "own", keys, None).expect("sound");
        let both = build(keys(&[("other", 3), (id, 3)]) as Arc<dyn KeyProvider>);
        assert_eq!(open(&both, &sent), Ok(KeyId::new(id)), "{id}");
        let wrong = build(keys(&[("other", 3), (id, 4)]));
        let unauthentic = CodecError::Unauthentic(KeyId::new(id));
        assert_eq!(open(&wrong, &sent), Err(unauthentic));
        let missing = build(keys(&[("other", 3)]));
        let not_found = CodecError::KeyNotFound(KeyId::new(id));
        assert_eq!(open(&missing, &sent), Err(not_found));
        // In any text form.
        sent.data = temporal_payload::base64::encode_url_safe(&sent.data).into();
        let spec = CodecSpec {
            framing: Framing::UrlSafeBase64,
            ..spec.clone()
        };
        let text = super::build(&spec, "own", keys(&[(id, 3)]), None).expect("sound");
        assert_eq!(open(&text, &sent), Ok(KeyId::new(id)), "{id}");
        assert!(spec.encodes());
        assert_eq!(
            spec.notation(),
            "version(1) ‖ key id(4) ‖ nonce(12) ‖ ciphertext ‖ tag(16)"
        );
    }
}

#[test]
fn a_key_id_among_the_bytes_is_written() {
    let version = || HeaderPart::Hex("02".to_owned());
    for (part, id) in [
        (HeaderPart::KeyId(16), "prod-2026"),
        (HeaderPart::KeyId(4), "fffe0102"),
        (HeaderPart::KeyIdAfterLength(LengthAs::U8), "prod-2026"),
        (HeaderPart::KeyIdAfterLength(LengthAs::U16Le), ""),
    ] {
        let spec = behind(vec![version(), part]);
        let ring = keys(&[("other", 4), (id, 3)]);
        let codec = build(&spec, "own", ring, Some(KeyId::new(id))).expect("sound");
        let sealed = codec.encode(&payload()).expect("encoded").expect("sealed");
        assert_eq!(open(&codec, &sealed), Ok(KeyId::new(id)));
        let mut named = layout(&spec, &sealed).expect("its own").parts.into_iter();
        let part = named.find(|part| part.name == PartName::KeyId);
        assert!(part.is_some_and(|part| part.start > 0), "{id}");
    }
    let spec = behind(vec![HeaderPart::KeyId(4)]);
    let ring = keys(&[("too long", 3)]);
    let codec = build(&spec, "own", ring, Some(KeyId::new("too long"))).expect("sound");
    let unfit = CodecError::KeyIdUnfit(KeyId::new("too long"));
    assert_eq!(codec.encode(&payload()), Err(unfit));
}

#[test]
fn a_key_id_has_one_place() {
    let twice = CodecSpec {
        key_id: Some("key".to_owned()),
        ..behind(vec![HeaderPart::KeyId(4)])
    };
    for spec in [
        twice,
        behind(vec![HeaderPart::KeyId(0)]),
        behind(vec![HeaderPart::KeyId(4), HeaderPart::KeyId(4)]),
        behind(vec![
            HeaderPart::KeyId(4),
            HeaderPart::KeyIdAfterLength(LengthAs::U8),
        ]),
    ] {
        assert_eq!(spec.check(), Err(BadSpec::KeyIdTwice));
    }
}
