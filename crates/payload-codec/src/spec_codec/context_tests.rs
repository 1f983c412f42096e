//! Formats that bind what they seal to whose it is: encoding and decoding are one another's inverse in the same context, and in no
//! other.

use std::sync::Arc;

use proptest::prelude::*;
use temporal_payload::Payload;
use zeroize::Zeroizing;

use super::*;
use crate::catalogue::presets::preset;
use crate::chain::{CodecChain, Limits};
use crate::context::ContextPart;
use crate::key::Keyring;
use crate::spec::{Aad, HashName, Part, Rounds, Short};

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let part = prop_oneof![
        Just(Part::Namespace),
        Just(Part::WorkflowId),
        Just(Part::WorkflowType),
        Just(Part::ActivityType),
        Just(Part::KeyId),
        Just(Part::Text("v1|".to_owned())),
        Just(Part::Hex("00".to_owned())),
    ];
    proptest::collection::vec(part, 0..5)
}

fn derivation() -> impl Strategy<Value = Derivation> {
    prop_oneof![
        3 => Just(Derivation::Secret),
        1 => (parts(), parts()).prop_map(|(salt, info)| Derivation::HkdfSha256 { salt, info }),
        1 => (parts(), parts()).prop_map(|(salt, info)| {
            Derivation::Hkdf { hash: HashName::Sha512, salt, info, bytes: 16 }
        }),
        1 => parts().prop_map(|salt| {
            Derivation::Pbkdf2 { hash: HashName::Sha256, salt, rounds: Rounds::Fixed(2), bytes: 32 }
        }),
        1 => parts().prop_map(|parts| Derivation::Joined {
            parts: parts.into_iter().chain([Part::Secret]).collect(),
            bytes: 32,
            short: Short::ZerosBehind,
            hash: Some(HashName::Sha256),
        }),
    ]
}

fn spec() -> impl Strategy<Value = CodecSpec> {
    let aad = prop_oneof![
        1 => Just(Aad::None),
        2 => parts().prop_map(Aad::Joined),
        3 => parts().prop_map(Aad::LengthPrefixed),
    ];
    (derivation(), aad).prop_map(|(key, aad)| CodecSpec {
        key,
        aad,
        ..preset("sdk-samples").expect("a preset").spec
    })
}

fn context() -> impl Strategy<Value = Context> {
    proptest::collection::vec("[a-cä]{0,3}", 4).prop_map(|values| {
        let parts = ContextPart::ALL.into_iter().zip(values);
        parts.fold(Context::default(), |context, (part, value)| {
            context.with(part, value)
        })
    })
}

fn chain(spec: &CodecSpec) -> CodecChain {
    let mut keys = Keyring::default();
    let id = KeyId::new("k1");
    let key = SecretKey::new(Zeroizing::new(vec![7; 32])).expect("32 bytes");
    keys.insert(id.clone(), key);
    let codec = build(spec, "test", Arc::new(keys), Some(id)).expect("a sound spec");
    CodecChain::new(vec![codec.clone()], vec![codec], Limits::default())
}

fn payload() -> Payload {
    Payload {
        metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
        data: b"\"canary\"".to_vec().into(),
        external_payloads: vec![],
    }
}

proptest! {
    #[test]
    fn decoding_reverses_encoding_in_the_same_context(spec in spec(), context in context()) {
        let chain = chain(&spec).within(Arc::new(context));
        let sealed = chain.encode(payload()).expect("encoded");
        prop_assert_eq!(sealed.encoding(), Some("binary/encrypted"));
        let decoded = chain.decode(sealed);
        prop_assert_eq!(decoded.error, None);
        prop_assert_eq!(decoded.payload, payload());
    }

    #[test]
    fn what_is_bound_does_not_open_in_another_context(
        spec in spec(),
        context in context(),
        part in proptest::sample::select(ContextPart::ALL.to_vec()),
        value in "[a-cä]{0,3}",
    ) {
        let chain = chain(&spec);
        let sealed = chain.within(Arc::new(context.clone())).encode(payload()).expect("encoded");
        let other = context.clone().with(part, value.as_str());
        let decoded = chain.within(Arc::new(other)).decode(sealed.clone());
        let is_same = context.get(part) == Some(value.as_str());
        // Pieces that stand side by side without their lengths may join to the same bytes, and a part may stand in none.
        let unbound = !spec.bound_to().has(part);
        if is_same || unbound {
            prop_assert_eq!(decoded.error, None);
        } else if matches!(spec.aad, Aad::LengthPrefixed(_)) && spec.aad.bound_to().has(part) {
            let bound = spec.bound_to();
            prop_assert_eq!(decoded.error, Some(CodecError::OtherContext { id: KeyId::new("k1"), bound }));
            prop_assert_eq!(decoded.payload, sealed);
        }
    }

    #[test]
    fn the_reason_names_what_is_missing(
        spec in spec(),
        context in context(),
        known in proptest::collection::vec(any::<bool>(), 4),
    ) {
        let chain = chain(&spec);
        let sealed = chain.within(Arc::new(context.clone())).encode(payload()).expect("encoded");
        let known = ContextPart::ALL.into_iter().zip(known).filter(|(_, known)| *known);
        let less = known.fold(Context::default(), |less, (part, _)| {
            less.with(part, context.get(part).unwrap_or_default())
        });
        let missing = less.missing(spec.bound_to());
        let expected = (!missing.is_empty()).then_some(CodecError::ContextMissing(missing));
        let within = chain.within(Arc::new(less));
        let decoded = within.decode(sealed);
        prop_assert_eq!(&decoded.error, &expected);
        if let Some(error) = expected {
            for part in missing.iter() {
                prop_assert!(error.to_string().contains(part.title()));
            }
            prop_assert_eq!(within.encode(payload()), Err(error));
        }
    }
}

/// What needs nothing does not ask for it, and what needs it says so before any key is tried on it.
#[test]
fn a_chain_says_what_it_is_bound_to() {
    let sample = preset("sdk-samples").expect("a preset").spec;
    assert!(chain(&sample).bound_to().is_empty());
    let bound = CodecSpec {
        aad: Aad::Joined(vec![Part::Namespace, Part::WorkflowId]),
        ..sample
    };
    let parts = [ContextPart::WorkflowId, ContextPart::Namespace];
    assert_eq!(chain(&bound).bound_to(), parts.into_iter().collect());
    let sealed = Payload {
        data: vec![0; 40].into(),
        metadata: [
            ("encoding".to_owned(), b"binary/encrypted".to_vec()),
            ("encryption-key-id".to_owned(), b"another".to_vec()),
        ]
        .into(),
        external_payloads: vec![],
    };
    // A key that is not there is missing first.
    let error = chain(&bound).decode(sealed).error;
    assert_eq!(error, Some(CodecError::KeyNotFound(KeyId::new("another"))));
}

#[test]
fn the_summary_says_byte_by_byte_what_is_bound() {
    let sample = preset("sdk-samples").expect("a preset").spec;
    let spec = CodecSpec {
        key: Derivation::HkdfSha256 {
            salt: vec![Part::Namespace],
            info: vec![Part::Text("order:".to_owned()), Part::WorkflowId],
        },
        aad: Aad::Joined(vec![
            Part::Namespace,
            Part::Hex("00".to_owned()),
            Part::WorkflowId,
        ]),
        ..sample
    };
    assert_eq!(
        spec.summary(),
        "AES-GCM · HKDF-SHA-256, salt = namespace, info = order: ‖ workflow_id · nonce 12 · aad = namespace ‖ 0x00 ‖ workflow_id · whole Payload · key id in encryption-key-id"
    );
    let written = serde_json::to_value(&spec).expect("JSON");
    assert_eq!(
        written["aad"],
        serde_json::json!({"joined": ["namespace", {"hex": "00"}, "workflow_id"]})
    );
}
