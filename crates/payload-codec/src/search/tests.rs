//! What is found, what is said where nothing is, and the bounds.

use std::sync::Arc;

use proptest::prelude::*;
use temporal_payload::METADATA_ENCODING;
use zeroize::Zeroizing;

use super::*;
use crate::catalogue::presets::{preset, presets};
use crate::key::{Keyring, SecretKey};
use crate::spec::{Aad, NoncePlace, Part};
use crate::spec_codec::build;

fn gallery() -> Vec<(String, CodecSpec)> {
    let named = |preset: crate::Preset| (preset.name.to_owned(), preset.spec);
    presets().into_iter().map(named).collect()
}

pub(super) fn secret(number: u8) -> SecretKey {
    let bytes = (0..32)
        .map(|index| index ^ number.wrapping_mul(37))
        .collect();
    SecretKey::new(Zeroizing::new(bytes)).expect("32 bytes")
}

pub(super) fn candidate(id: &str, number: u8, formats: &[&str]) -> Candidate {
    Candidate {
        ids: vec![KeyId::new(id)],
        formats: formats.iter().map(|&name| name.to_owned()).collect(),
        key: secret(number),
    }
}

/// Ids that no format takes for a key.
fn twenty() -> Vec<Candidate> {
    (0..20)
        .map(|number| candidate(&format!("key-{number}"), number, &["sdk-samples"]))
        .collect()
}

pub(super) fn plain(data: &[u8]) -> Payload {
    Payload {
        metadata: [
            (METADATA_ENCODING.to_owned(), b"json/plain".to_vec()),
            ("other".to_owned(), b"kept".to_vec()),
        ]
        .into(),
        data: data.to_vec().into(),
        external_payloads: Vec::new(),
    }
}

/// Sealed by a spec with a key under an id.
pub(super) fn sealed(spec: &CodecSpec, id: &str, key: &SecretKey, payload: &Payload) -> Payload {
    let mut keys = Keyring::default();
    keys.insert(KeyId::new(id), key.clone());
    let codec = build(spec, "x", Arc::new(keys), Some(KeyId::new(id))).expect("a good spec");
    codec
        .encode(payload)
        .expect("it encodes")
        .expect("it does not leave it alone")
}

pub(super) fn spec(name: &str) -> CodecSpec {
    preset(name).expect("it is in the gallery").spec
}

pub(super) fn search(payload: &Payload, keys: &[Candidate]) -> Diagnosis {
    search_within(payload, keys, &SearchLimits::default())
}

fn search_within(payload: &Payload, keys: &[Candidate], limits: &SearchLimits) -> Diagnosis {
    diagnose(payload, &Context::default(), &gallery(), keys, limits)
}

/// What a Tracecat worker has in metadata beside what the codec writes is in the spec.
fn sealable() -> Vec<(String, CodecSpec)> {
    let takes_any_key = |spec: &CodecSpec| spec.encodes() && !spec.takes_no_secret();
    let specs = gallery()
        .into_iter()
        .filter(|(_, spec)| takes_any_key(spec));
    specs
        .map(|(name, mut spec)| {
            for required in spec.require.clone() {
                let is_added = spec.added().contains(&required.as_str());
                if !is_added {
                    spec.write.insert(required, "something".to_owned());
                }
            }
            (name, spec)
        })
        .collect()
}

#[test]
fn the_gallery_is_large_enough_to_mean_something() {
    assert!(sealable().len() >= 10, "{}", sealable().len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    /// Whatever seals it, and with whichever of twenty keys, the search finds both; large Payloads go by their first bytes.
    #[test]
    fn finds_the_key_and_the_format(
        number in 0_u8..20,
        data in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..300),
            prop::collection::vec(any::<u8>(), 5000..9000),
        ],
        named in prop::sample::select(vec!["key-7", "theirs", ""]),
    ) {
        let keys = twenty();
        let payload = plain(&data);
        for (name, spec) in sealable() {
            let leaves = matches!(spec.body, Body::Data { leave_empty: true, .. });
            if leaves && data.is_empty() || spec.require.iter().any(|name| spec.key_id.as_ref() == Some(name)) && named.is_empty() {
                continue;
            }
            // Formats without a key id derive nothing from it.
            let sealed = sealed(&spec, named, &secret(number), &payload);
            let found = search(&sealed, &keys);
            prop_assert_eq!(&found.verdict, &Verdict::Opens, "{} {}", name, found.verdict);
            prop_assert!(!found.stopped);
            prop_assert_eq!(found.findings.len(), 1);
            let finding = &found.findings[0];
            prop_assert_eq!(finding.key, Some(usize::from(number)), "{}", name);
            let lossy = finding.opened.encoding() != payload.encoding();
            prop_assert!(!lossy || finding.opened.encoding() == Some("binary/plain"));
            prop_assert_eq!(&finding.opened.data, &payload.data, "{}", name);
            // Several formats may describe the same bytes; the one that is found must open it by itself.
            let FoundFormat::Listed(place) = &finding.format else {
                return Err(TestCaseError::fail(format!("{name} has a label of its own")));
            };
            let gallery = gallery();
            let (format, found_spec) = &gallery[*place];
            let mut ring = Keyring::default();
            ring.insert(KeyId::new(named), secret(number));
            let codec = build(found_spec, format, Arc::new(ring), None).expect("a good spec");
            prop_assert!(codec.claims(&sealed));
            let opened = codec.decode(&sealed, 1 << 20).expect("opens");
            prop_assert_eq!(&opened, &finding.opened);
            let add = finding.adoption.format.as_deref();
            prop_assert_eq!(add, (format != "sdk-samples").then_some(format.as_str()));
        }
    }

    #[test]
    fn any_payload_is_diagnosed(
        metadata in prop::collection::btree_map(
            prop::sample::select(vec!["encoding", "encryption-key-id", "encryption-dek", "tracecat_nonce", "tracecat_key_id", "original_encoding", "key-id", "x"])
                .prop_map(str::to_owned),
            prop_oneof![
                prop::collection::vec(any::<u8>(), 0..40),
                prop::sample::select(vec![
                    "binary/encrypted", "binary/fernet-encrypted", "binary/tracecat-aes256gcm", "binary/zlib", "binary/zstd",
                    "binary/abacus-encrypted", "binary/acme", "json/plain", "awsencryptionsdk/binary/encrypted", "key-3", "base64key://eA",
                ]).prop_map(|text| text.as_bytes().to_vec()),
            ],
            0..5,
        ),
        data in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let payload = Payload { metadata, data: data.into(), external_payloads: Vec::new() };
        let found = search(&payload, &twenty()[..3]);
        prop_assert!(!found.verdict.to_string().is_empty());
        let opens = matches!(found.verdict, Verdict::Opens | Verdict::OpensWithoutKey);
        prop_assert_eq!(opens, !found.findings.is_empty());
    }
}

#[test]
fn says_what_adopting_changes() {
    let keys = [
        candidate("mine", 1, &["sdk-samples"]),
        candidate("other", 2, &["posthog-fernet"]),
    ];
    let change = |payload: &Payload| search(payload, &keys).findings[0].adoption.clone();
    let sample = spec("sdk-samples");
    assert_eq!(
        change(&sealed(&sample, "mine", &secret(1), &plain(b"1"))),
        Adoption::default()
    );
    assert_eq!(
        change(&sealed(&sample, "prod", &secret(1), &plain(b"1"))),
        Adoption {
            also_opens: Some(KeyId::new("prod")),
            ..Adoption::default()
        }
    );
    assert_eq!(
        change(&sealed(&sample, "prod", &secret(2), &plain(b"1"))),
        Adoption {
            also_opens: Some(KeyId::new("prod")),
            format: Some("sdk-samples".to_owned()),
            is_new: false,
        }
    );
    // With an empty id every key is tried.
    assert_eq!(
        change(&sealed(&sample, "", &secret(1), &plain(b"1"))),
        Adoption::default()
    );
    assert_eq!(
        change(&sealed(
            &spec("posthog-fernet"),
            "",
            &secret(2),
            &plain(b"1")
        )),
        Adoption::default()
    );
}

#[test]
fn the_same_key_under_two_ids_is_found_twice() {
    let keys = [
        candidate("a", 1, &[]),
        candidate("b", 3, &[]),
        candidate("c", 1, &[]),
    ];
    let payload = sealed(&spec("sdk-samples"), "theirs", &secret(1), &plain(b"1"));
    let found: Vec<_> = search(&payload, &keys)
        .findings
        .iter()
        .map(|finding| finding.key)
        .collect();
    assert_eq!(found, [Some(0), Some(2)]);
}

/// A label nobody knows, over a layout that the gallery has; adopting gives a spec that opens it.
#[test]
fn finds_layouts_under_other_labels() {
    let keys = [
        candidate("a", 1, &["sdk-samples"]),
        candidate("k1", 2, &["sdk-samples"]),
    ];
    let acme = |spec: CodecSpec| CodecSpec {
        encoding: Encoding::One("binary/acme-v2".to_owned()),
        require: vec![],
        ..spec
    };
    let by_metadata = CodecSpec {
        key_id: Some("acme-key-id".to_owned()),
        ..spec("sdk-samples")
    };
    let oddly_named = CodecSpec {
        key_id: Some("sealed-with".to_owned()),
        ..spec("sdk-samples")
    };
    let aad = CodecSpec {
        aad: Aad::Joined(vec![Part::KeyId]),
        ..spec("abacus")
    };
    let data_only = CodecSpec {
        key_id: None,
        body: Body::Data {
            original_encoding: Some("was".to_owned()),
            remove: vec![],
            leave_empty: false,
        },
        cipher: CipherName::Xchacha20Poly1305,
        nonce: NoncePlace::Prefix(24),
        ..spec("xchacha20-poly1305")
    };
    for (what, spec, id_name) in [
        ("by metadata", by_metadata, Some("acme-key-id")),
        ("oddly named", oddly_named, Some("sealed-with")),
        ("aad", aad, Some("encryption-key-id")),
        (
            "no id",
            CodecSpec {
                key_id: None,
                ..spec("kuflow-2024")
            },
            None,
        ),
        (
            "fernet",
            CodecSpec {
                key_id: None,
                ..spec("langgraph-fernet")
            },
            None,
        ),
        ("data only", data_only, None),
        (
            "text",
            CodecSpec {
                key_id: Some("kid".to_owned()),
                ..spec("kuflow")
            },
            Some("kid"),
        ),
    ] {
        // Past what is authenticated whatever its start, but where data alone is sealed.
        let text = format!(
            "\"{}\"",
            "x".repeat(if what == "data only" {
                100_000
            } else {
                500_000
            })
        );
        let payload = sealed(&acme(spec), "k1", &secret(2), &plain(text.as_bytes()));
        let found = search(&payload, &keys);
        assert_eq!(found.verdict, Verdict::Opens, "{what}: {}", found.verdict);
        let finding = &found.findings[0];
        assert_eq!(finding.key, Some(1), "{what}");
        let FoundFormat::Layout { name, spec, .. } = &finding.format else {
            panic!("{what}: the label is nobody's");
        };
        assert_eq!((name.as_str(), finding.adoption.is_new), ("acme-v2", true));
        assert_eq!(finding.adoption.format.as_deref(), Some("acme-v2"));
        assert_eq!(spec.key_id.as_deref(), id_name, "{what}");
        let mut ring = Keyring::default();
        ring.insert(KeyId::new("k1"), secret(2));
        let codec = build(spec, name, Arc::new(ring), None).expect("a spec that works");
        assert!(codec.claims(&payload), "{what}");
        assert_eq!(
            codec.decode(&payload, 1 << 20),
            Ok(plain(text.as_bytes())),
            "{what}"
        );
    }
}

#[test]
fn compression_around_it_comes_off_first() {
    let inner = sealed(&spec("sdk-samples"), "theirs", &secret(4), &plain(b"1"));
    let gzip = CompressionCodec(Compression::Gzip);
    let outer = Payload {
        metadata: [(METADATA_ENCODING.to_owned(), b"binary/gzip".to_vec())].into(),
        data: {
            use std::io::Write as _;
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(&inner.to_proto()).expect("into memory");
            encoder.finish().expect("into memory").into()
        },
        external_payloads: Vec::new(),
    };
    let found = search(&outer, &twenty());
    assert_eq!(
        (found.verdict, found.layers),
        (Verdict::Opens, vec![gzip.name()])
    );
    assert_eq!(found.findings[0].key, Some(4));
    let cut = Payload {
        data: outer.data.slice(..20),
        ..outer
    };
    assert!(matches!(
        search(&cut, &twenty()).verdict,
        Verdict::DamagedLayer(_)
    ));
}

#[test]
fn says_what_is_missing() {
    let payload = sealed(
        &spec("sdk-samples"),
        "theirs",
        &secret(99),
        &plain(b"\"x\""),
    );
    let with = |change: &dyn Fn(&mut Payload)| {
        let mut payload = payload.clone();
        change(&mut payload);
        search(&payload, &twenty()).verdict
    };
    let set = |payload: &mut Payload, name: &str, value: &str| {
        payload.metadata.insert(name.to_owned(), value.into());
    };
    let id = |id: &str| KeyId::new(id);
    assert_eq!(with(&|_| ()), Verdict::UnknownKey { id: id("theirs") });
    assert_eq!(
        with(&|payload| set(payload, "encryption-key-id", "key-3")),
        Verdict::WrongKeyOrDamaged {
            id: Some(id("key-3"))
        }
    );
    assert_eq!(
        with(&|payload| drop(payload.metadata.remove("encryption-key-id"))),
        Verdict::WrongKeyOrDamaged { id: None }
    );
    assert_eq!(
        search(&payload, &[]).verdict,
        Verdict::UnknownKey { id: id("theirs") }
    );
    assert_eq!(
        with(&|payload| payload.data = payload.data.slice(..20)),
        Verdict::Truncated { bytes: 20 }
    );
    assert_eq!(
        with(&|payload| set(payload, "encoding", "binary/acme")),
        Verdict::OtherScheme {
            encoding: "binary/acme".to_owned()
        }
    );
    assert_eq!(
        search(&plain(b"1"), &twenty()).verdict,
        Verdict::NotEncrypted {
            encoding: Some("json/plain".to_owned())
        }
    );
    let mut custom = plain(b"{\"a\": 1}");
    custom
        .metadata
        .insert(METADATA_ENCODING.to_owned(), b"json/custom".to_vec());
    assert_eq!(
        search(&custom, &twenty()).verdict,
        Verdict::NotEncrypted {
            encoding: Some("json/custom".to_owned())
        }
    );
    for (name, value) in [
        ("encryption-dek", "AAAA"),
        ("data_key_encrypted", "AAAA"),
        ("encoding", "awsencryptionsdk/binary/encrypted"),
    ] {
        let verdict = with(&|payload| set(payload, name, value));
        assert!(
            matches!(verdict, Verdict::NeedsKeyService(_)),
            "{name}: {verdict}"
        );
    }
}

#[test]
fn trials_end_at_their_bounds() {
    let payload = sealed(
        &spec("sdk-samples"),
        "theirs",
        &secret(99),
        &plain(&[7; 10_000]),
    );
    let limits = SearchLimits {
        trials: 30,
        ..SearchLimits::default()
    };
    let found = search_within(&payload, &twenty(), &limits);
    assert_eq!((found.n_trials, found.stopped), (30, true));

    let limits = SearchLimits {
        authenticated_bytes: 50_000,
        ..SearchLimits::default()
    };
    let found = search_within(&payload, &twenty(), &limits);
    assert!(found.stopped, "data-only formats authenticate all of it");
    let limits = SearchLimits {
        payload_bytes: 1000,
        ..SearchLimits::default()
    };
    let found = search_within(&payload, &twenty(), &limits);
    assert_eq!(
        (found.n_trials, found.stopped),
        (0, true),
        "too large to try"
    );
    // The key that it names comes before every other trial.
    let limits = SearchLimits::default();
    let mut keys = twenty();
    keys.push(candidate("theirs", 99, &["sdk-samples"]));
    let limits = SearchLimits {
        trials: 3,
        ..limits
    };
    let found = search_within(&payload, &keys, &limits);
    assert_eq!(
        (found.verdict, found.findings[0].key),
        (Verdict::Opens, Some(20))
    );
}

#[test]
fn a_damaged_payload_opens_with_nothing() {
    for (name, spec) in sealable() {
        if spec
            .require
            .iter()
            .any(|name| spec.key_id.as_ref() == Some(name))
        {
            continue;
        }
        let payload = sealed(&spec, "key-3", &secret(3), &plain(b"\"some text\""));
        for at in [payload.data.len() / 2, payload.data.len() - 20] {
            let mut data = payload.data.to_vec();
            data[at] = if data[at] == b'A' { b'B' } else { b'A' };
            let damaged = Payload {
                data: data.into(),
                ..payload.clone()
            };
            let found = search(&damaged, &twenty());
            assert!(found.findings.is_empty(), "{name}");
        }
    }
}
